"""Write a tag into a Word file in place of words that a person marked; all else stays as it is."""

from __future__ import annotations

import re
from typing import Any

from docgen.errors import TemplateError
from docgen.render.word.package import W
from docgen.render.word.tags.tag_text import find_tags
from docgen.render.word.tags.tagged_parts import CORE
from docgen.render.word.text import is_link
from docgen.tagging.word_text import MC, SDT, P, PartText, R, WordText, nearest, read_word_text, text_elements, text_of
from docgen.template_lint.finding import Place
from wording import say

TAG_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_CAPITALS = re.compile(r"(?=.*[A-Z]{3})[A-Z][A-Z .,&'’-]*[A-Z.]")  # no number, whose letters are as they are
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# What goes with the words around it; anything else between marked words keeps them from being marked.
_WITH_WORDS = frozenset(
    f"{W}{name}"
    for name in ("t", "tab", "ptab", "br", "cr", "noBreakHyphen", "softHyphen", "lastRenderedPageBreak", "proofErr")
)
_AROUND_WORDS = frozenset(
    f"{W}{name}"
    for name in ("r", "hyperlink", "smartTag", "sdt", "sdtContent", "ins", "bdo", "del", "delText", "commentReference")
)
_FIELD_CHAR, _INSTRUCTION, _SIMPLE_FIELD = f"{W}fldChar", f"{W}instrText", f"{W}fldSimple"


def mark_words(docx: bytes, place: Place, name: str) -> bytes:
    """Return the Word file with `{{ name }}` in place of the words at `place`, in the look of their first letter.

    Words that are written in capitals stay so: `{{ name|upper }}`. Raises TemplateError when the words cannot be
    replaced: they are part of a tag or of a field, a picture or a note stands between them, or the file has changed
    since.
    """
    require_name(name)
    word = read_word_text(docx)
    part, _ = located(word, place)
    words = part.text(place.paragraph)[place.start : place.end]
    tag = f"{{{{ {name}|upper }}}}" if _CAPITALS.fullmatch(words) else f"{{{{ {name} }}}}"
    for index in _with_copies(part, place.paragraph):
        _replace_words(part, index, place.start, place.end, tag)
    return word.with_changes(part)


def require_name(name: str) -> None:
    """Raise TemplateError unless a template may use this name."""
    if not TAG_NAME.fullmatch(name):
        raise TemplateError(
            say(
                "{name} tidak dapat menjadi nama isian. Pakai huruf kecil, angka, dan garis bawah, "
                "misalnya nama_pegawai.",
                name=repr(name[:60]),
            )
        )


def located(word: WordText, place: Place) -> tuple[PartText, Any]:
    """Return the part and the paragraph of a place. Raises TemplateError when there are none, or no such letters."""
    part = word.parts.get(place.part)
    if part is None or not 0 <= place.paragraph < len(part.paragraphs):
        raise _gone()
    if not 0 <= place.start <= place.end <= len(part.text(place.paragraph)):
        raise _gone()
    return part, part.paragraphs[place.paragraph]


def _replace_words(part: PartText, index: int, start: int, end: int, text: str) -> None:
    """Replace the letters `start` to `end` of a paragraph by a text that is a tag. Raises TemplateError."""
    paragraph = part.paragraphs[index]
    old = part.text(index)
    _require_markable(part, index, start, end, text)
    if part.name != CORE:
        _require_outside_fields(part, paragraph, start, end)
        _remove_between(paragraph, start, end)
    _write(text_elements(paragraph), start, end, text)
    if text_of(paragraph) != old[:start] + text + old[end:]:  # a place that no text element holds
        raise _gone()
    _forget_placeholder(paragraph, start)


def _require_markable(part: PartText, index: int, start: int, end: int, text: str) -> None:
    old = part.text(index)
    if not old[start:end].strip():
        raise TemplateError("Tidak ada kata yang ditandai. Tandai sedikitnya satu huruf.")
    tags = list(find_tags(old))
    for tag in tags:
        if tag.start < end and start < tag.end:
            raise TemplateError(
                say("Kata ini sudah menjadi tanda {tag}. Pilih kata lain, atau batalkan tanda itu.", tag=tag.text)
            )
    after = [(tag.start, tag.text) for tag in find_tags(old[:start] + text + old[end:])]
    moved = len(text) - (end - start)
    expected = [(tag.start if tag.end <= start else tag.start + moved, tag.text) for tag in tags] + [(start, text)]
    if after != sorted(expected):
        raise TemplateError(
            "Kurung kurawal di dekat kata ini mengacaukan tanda. Hapus kurung itu di Word, lalu unggah lagi."
        )


def _require_outside_fields(part: PartText, paragraph: Any, start: int, end: int) -> None:
    """Raise TemplateError for letters that a field prints, because Word and LibreOffice would print others there."""
    open_fields: list[list[Any]] = []  # instruction, whether its result has begun
    spans: dict[Any, tuple[int, int]] = _spans(paragraph)
    marked = {text for text, span in spans.items() if span[0] < end and start < span[1]}
    for element in part.root.iter(_FIELD_CHAR, _INSTRUCTION, f"{W}t"):
        kind = element.get(f"{W}fldCharType") if element.tag == _FIELD_CHAR else None
        if kind == "begin":
            open_fields.append([""])
        elif kind == "end" and open_fields:
            open_fields.pop()
        elif element.tag == _INSTRUCTION and open_fields:
            open_fields[-1][0] += element.text or ""
        elif element in marked:
            simple = [field.get(f"{W}instr", "") for field in element.iterancestors(_SIMPLE_FIELD)]
            for instruction in [*(field[0] for field in open_fields), *simple]:
                if not is_link(instruction):
                    raise TemplateError(
                        say(
                            "Kata ini diisi sendiri oleh Word ({field}). Ubah dulu menjadi teks biasa di Word "
                            "(Ctrl+Shift+F9), lalu unggah lagi.",
                            field=" ".join(instruction.split())[:40],
                        )
                    )


def _spans(paragraph: Any) -> dict[Any, tuple[int, int]]:
    """Return where in the paragraph's text each of its text elements stands."""
    spans, at = {}, 0
    for text in text_elements(paragraph):
        spans[text] = (at, at + len(text.text or ""))
        at = spans[text][1]
    return spans


def _remove_between(paragraph: Any, start: int, end: int) -> None:
    """Remove tabs and breaks between the first and the last marked letter. Raises TemplateError for anything else."""
    touched = [text for text, span in _spans(paragraph).items() if span[0] < end and start < span[1]]
    if len(touched) < 2:
        return
    inside, between = False, []
    for element in paragraph.iter():
        if element is touched[-1]:
            break
        if inside:
            between.append(element)
        inside = inside or element is touched[0]
    for element in between:
        if element.tag not in _WITH_WORDS | _AROUND_WORDS and not _is_invisible(element):
            raise TemplateError(
                "Di antara kata-kata ini ada gambar, catatan kaki, atau isian otomatis. Tandai kata sebelum atau "
                "sesudahnya saja."
            )
    for element in between:
        if element.tag in _WITH_WORDS and element.tag != f"{W}t":
            element.getparent().remove(element)


def _is_invisible(element: Any) -> bool:
    """Return whether an element only marks a point (a bookmark, a comment's begin) or says how others look."""
    if not isinstance(element.tag, str) or element.tag.endswith(("Start", "End", "Pr")):
        return True
    return any(str(parent.tag).endswith("Pr") for parent in element.iterancestors())


def _write(texts: list[Any], start: int, end: int, new: str) -> None:
    """Write `new` for the letters from `start` to `end` of these elements, where the first of them stands."""
    at = 0
    for text in texts:
        old = text.text or ""
        first, last = max(start - at, 0), min(end - at, len(old))
        if first < last:
            text.text = old[:first] + (new if at <= start else "") + old[last:]
            if text.tag == f"{W}t":
                text.set(SPACE, "preserve")
        at += len(old)


def _forget_placeholder(paragraph: Any, start: int) -> None:
    """Make the text of a content control that only asked for one its real text, in the look of the text around it."""
    text = next(text for text, span in _spans(paragraph).items() if span[0] <= start < span[1])
    for control in text.iterancestors(SDT):
        asking = control.find(f"{W}sdtPr/{W}showingPlcHdr")
        if asking is not None:
            asking.getparent().remove(asking)
            run = nearest(text, R)
            style = run.find(f"{W}rPr/{W}rStyle") if run is not None else None
            if style is not None:
                style.getparent().remove(style)


def _with_copies(part: PartText, index: int) -> list[int]:
    """Return a paragraph and its copies: a text box is written twice, for new programs and for old ones."""
    paragraph = part.paragraphs[index]
    drawing = nearest(paragraph, f"{MC}AlternateContent")
    if drawing is None:
        return [index]
    numbers = {element: number for number, element in enumerate(part.paragraphs)}
    forms = [
        [numbers[inner] for inner in form.iter(P)] for form in drawing if form.tag in (f"{MC}Choice", f"{MC}Fallback")
    ]
    position = next(form.index(index) for form in forms if index in form)
    copies = [form[position] for form in forms if position < len(form)]
    return [copy for copy in copies if part.text(copy) == part.text(index)]


def _gone() -> TemplateError:
    return TemplateError("Tempat ini tidak ada lagi dalam surat. Muat ulang halaman ini, lalu tandai lagi.")
