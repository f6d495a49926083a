"""Bring each tag of a Word template into one run, and hide its signs from docxtpl's patterns.

docxtpl finds `{%p … %}` and its kin by patterns that end at the first % or }. So these signs, where they stand within a
tag, are exchanged for others before docxtpl reads the XML, and put back after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docgen.errors import TemplateError
from docgen.render.word.package import W
from wording import say

MARK = "\ue110{}\ue111"  # a number within a tag, found again in what docxtpl makes of it: see `marked`

_STAND_INS = str.maketrans({"%": "\ue101", "}": "\ue102", "{": "\ue103", "&": "\ue104", "<": "\ue105", ">": "\ue106"})
_SIGNS = str.maketrans({safe: chr(plain) for plain, safe in _STAND_INS.items()})
_MARKED = re.compile("\ue110(\\d+)\ue111(\\s*[-+]?%\\})")
_BEGIN = re.compile(r"\{[{%#]")
_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_QUOTES = dict.fromkeys('"“”', '"“”') | dict.fromkeys("'‘’", "'‘’")  # Word writes them curved
_WHOLE = re.compile(r"\{[{%#]([a-z]{1,2})\s")
REPLACED_ELEMENTS = {"p": ("paragraf", "p"), "tr": ("baris tabel", "tr"), "tc": ("sel tabel", "tc")}
_T, _P = f"{W}t", f"{W}p"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class Tag:
    """One tag: its position in a text, and its own text with braces."""

    start: int
    end: int
    text: str

    @property
    def words(self) -> list[str]:
        """Return the words without braces, and without the letter for a paragraph or row."""
        words = self.text[2:-2].strip("-+ ").split()
        return words[1:] if self.replaces else words

    @property
    def replaces(self) -> str:
        """Return `p`, `tr` or `tc` if the tag replaces a whole paragraph, row or cell; else ""."""
        match = _WHOLE.match(self.text)
        return match[1] if match and match[1] in REPLACED_ELEMENTS else ""


def find_tags(text: str) -> Iterator[Tag]:
    """Yield the complete tags of a text, in order."""
    at = 0
    while begin := _BEGIN.search(text, at):
        end = _end_of_tag(text, begin.end(), begin[0])
        at = end or begin.end()
        if end:
            yield Tag(begin.start(), end, text[begin.start() : end])


def _end_of_tag(text: str, at: int, begin: str) -> int:
    """Return the end of a tag, 0 if it has none; braces in quotes or within inner braces do not end it."""
    ending = _ENDS[begin]
    if begin == "{#":
        return text.find(ending, at) + len(ending) if ending in text[at:] else 0
    quote, depth = "", 0
    while at < len(text):
        char = text[at]
        if quote:
            if char == "\\":
                at += 1
            elif char in quote:
                quote = ""
        elif char in _QUOTES:
            quote = _QUOTES[char]
        elif depth == 0 and text.startswith(ending, at):
            return at + len(ending)
        elif char == "{":
            depth += 1
        elif char == "}":
            depth = max(0, depth - 1)
        at += 1
    return 0


def join_tags(tree: Any, where: str) -> None:
    """Bring each tag of the part into one text element and replace its signs. Changes the tree.

    Raises TemplateError, beginning with `where`, when a tag that stands for a whole paragraph, row or cell would take
    other text with it.
    """
    for paragraph in list(tree.iter(_P)):
        texts = texts_of(paragraph)
        if not any("{" in (text.text or "") for text in texts):
            continue
        move_tags_into_one_text(texts)
        tags = [tag for text in texts for tag in find_tags(text.text or "")]
        for tag in tags:
            if tag.replaces:
                require_alone(paragraph, tag, where)
        for text in texts:
            text.text = _replace_signs(text.text or "")
            text.set(_SPACE, "preserve")


def texts_of(paragraph: Any) -> list[Any]:
    """Return the text elements of a paragraph, without those of text boxes in it."""
    return [text for text in paragraph.iter(_T) if next(text.iterancestors(_P)) is paragraph]


def restore_signs(source: str) -> str:
    """Return what docxtpl made of a part with the tags' own signs."""
    return source.translate(_SIGNS)


def insert_mark(text: Any, tag: Tag, number: int) -> None:
    """Insert a numbered mark into a tag whose signs are replaced already."""
    inner = tag.text[:-2].rstrip()
    dash = inner[-1] if inner[-1] in "-+" else ""
    inner = inner.removesuffix(dash)
    old = text.text
    text.text = old[: tag.start] + inner + " " + MARK.format(number) + dash + tag.text[-2:] + old[tag.end :]


def append_after_marks(source: str, follow: str) -> str:
    """Append `follow`, with the mark's number for its {}, to each tag that has a mark."""
    return _MARKED.sub(lambda match: match[2] + follow.format(match[1]), source)


def move_tags_into_one_text(texts: list[Any]) -> None:
    """Move the rest of each tag into the text element in which it begins."""
    paragraph_text = "".join(text.text or "" for text in texts)
    spans = [(tag.start, tag.end) for tag in find_tags(paragraph_text)]
    pieces: list[list[str]] = [[] for _ in texts]
    at = 0
    owner = {}  # by place of a tag's begin: the element
    for index, text in enumerate(texts):
        for char in text.text or "":
            span = next((span for span in spans if span[0] <= at < span[1]), None)
            if span is not None and at == span[0]:
                owner[span] = index
            pieces[index if span is None else owner[span]].append(char)
            at += 1
    for text, chars in zip(texts, pieces, strict=True):
        text.text = "".join(chars)


def _replace_signs(text: str) -> str:
    safe_text, at = "", 0
    for tag in find_tags(text):
        safe_text += text[at : tag.start] + tag.text[:2] + tag.text[2:-2].translate(_STAND_INS) + tag.text[-2:]
        at = tag.end
    return safe_text + text[at:]


def companions(paragraph: Any, tag: Tag) -> str | None:
    """Return what stands beside a tag in the paragraph, row or cell that it stands for: "" if nothing does, the
    beginning of a text, or "gambar"; None if there is no such row or cell.
    """
    _, element = REPLACED_ELEMENTS[tag.replaces]
    holder = next((parent for parent in (paragraph, *paragraph.iterancestors()) if parent.tag == f"{W}{element}"), None)
    if holder is None:
        return None
    text = restore_signs("".join(part.text or "" for part in holder.iter(_T)))
    others = " ".join(text.replace(restore_signs(tag.text), "", 1).split())
    has_picture = next(holder.iter(f"{W}drawing", f"{W}pict"), None) is not None
    return others[:60] or ("gambar" if has_picture else "")


def require_alone(paragraph: Any, tag: Tag, where: str) -> None:
    """Raise TemplateError, beginning with `where`, when a tag for a whole paragraph, row or cell is not alone there."""
    name, _ = REPLACED_ELEMENTS[tag.replaces]
    shown = restore_signs(tag.text)
    others = companions(paragraph, tag)
    if others is None:
        raise TemplateError(
            say(
                "{where}: tanda {tag} hanya dapat dipakai dalam tabel. Pakai {{%p … %}} di luar tabel.",
                where=where,
                tag=repr(shown),
            )
        )
    if others:
        raise TemplateError(
            say(
                "{where}: tanda {tag} mengambil tempat satu {place}, tetapi di sana ada isi lain: {others}. "
                "Pindahkan tanda itu ke {place} tersendiri.",
                where=where,
                tag=repr(shown),
                place=name,
                others=repr(others),
            )
        )
