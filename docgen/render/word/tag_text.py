"""The tags in the text of a Word template: each brought into one run, and made safe from docxtpl's patterns.

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

MARK = "\ue110{}\ue111"  # a number within a tag, found again in what docxtpl makes of it: see `marked`

_SAFE = str.maketrans({"%": "\ue101", "}": "\ue102", "{": "\ue103", "&": "\ue104", "<": "\ue105", ">": "\ue106"})
_PLAIN = str.maketrans({safe: chr(plain) for plain, safe in _SAFE.items()})
_MARKED = re.compile("\ue110(\\d+)\ue111(\\s*[-+]?%\\})")
_BEGIN = re.compile(r"\{[{%#]")
_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_QUOTES = dict.fromkeys('"“”', '"“”') | dict.fromkeys("'‘’", "'‘’")  # Word writes them curved
_WHOLE = re.compile(r"\{[{%#]([a-z]{1,2})\s")
_PLACES = {"p": ("paragraf", "p"), "tr": ("baris tabel", "tr"), "tc": ("sel tabel", "tc")}
_T, _P = f"{W}t", f"{W}p"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class Tag:
    """One tag: where it stands in its text, and all of it."""

    start: int
    end: int
    text: str

    @property
    def words(self) -> list[str]:
        """Return its words without braces, and without the letter for a paragraph or row."""
        words = self.text[2:-2].strip("-+ ").split()
        return words[1:] if self.whole else words

    @property
    def whole(self) -> str:
        """`p`, `tr` or `tc` when it takes the place of a whole paragraph, row or cell."""
        found = _WHOLE.match(self.text)
        return found[1] if found and found[1] in _PLACES else ""


def find_tags(text: str) -> Iterator[Tag]:
    """Yield the tags of a text, in order; one without end is none."""
    at = 0
    while begin := _BEGIN.search(text, at):
        end = _end(text, begin.end(), begin[0])
        at = end or begin.end()
        if end:
            yield Tag(begin.start(), end, text[begin.start() : end])


def _end(text: str, at: int, begin: str) -> int:
    """Return where a tag ends, behind its last sign; 0 when it does not. What stands in quotes or inner braces is no
    end.
    """
    ending = _ENDS[begin]
    if begin == "{#":
        return text.find(ending, at) + len(ending) if ending in text[at:] else 0
    quote, depth = "", 0
    while at < len(text):
        sign = text[at]
        if quote:
            if sign == "\\":
                at += 1
            elif sign in quote:
                quote = ""
        elif sign in _QUOTES:
            quote = _QUOTES[sign]
        elif depth == 0 and text.startswith(ending, at):
            return at + len(ending)
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
        at += 1
    return 0


def tidy_tags(tree: Any, where: str) -> None:
    """Bring each tag of the part into one text, its signs made safe. Changes the tree.

    Raises TemplateError, beginning with `where`, when a tag that stands for a whole paragraph, row or cell would take
    other text with it.
    """
    for paragraph in list(tree.iter(_P)):
        texts = texts_of(paragraph)
        if not any("{" in (one.text or "") for one in texts):
            continue
        _gather(texts)
        tags = [tag for one in texts for tag in find_tags(one.text or "")]
        for tag in tags:
            if tag.whole:
                _require_alone(paragraph, tag, where)
        for one in texts:
            one.text = _safe(one.text or "")
            one.set(_SPACE, "preserve")


def texts_of(paragraph: Any) -> list[Any]:
    """Return the text elements of a paragraph, without those of text boxes in it."""
    return [one for one in paragraph.iter(_T) if next(one.iterancestors(_P)) is paragraph]


def plain(source: str) -> str:
    """Return what docxtpl made of a part, with the signs put back."""
    return source.translate(_PLAIN)


def mark_tag(text: Any, tag: Tag, number: int) -> None:
    """Put a number into a tag of a text element whose signs are safe already."""
    inner = tag.text[:-2].rstrip()
    dash = inner[-1] if inner[-1] in "-+" else ""
    inner = inner.removesuffix(dash)
    old = text.text
    text.text = old[: tag.start] + inner + " " + MARK.format(number) + dash + tag.text[-2:] + old[tag.end :]


def marked(source: str, follow: str) -> str:
    """Put `follow`, with the number for its {}, behind each tag that has a mark."""
    return _MARKED.sub(lambda found: found[2] + follow.format(found[1]), source)


def _gather(texts: list[Any]) -> None:
    """Move the rest of each tag into the text element in which it begins."""
    whole = "".join(one.text or "" for one in texts)
    taken = [(tag.start, tag.end) for tag in find_tags(whole)]
    pieces: list[list[str]] = [[] for _ in texts]
    at = 0
    owner = {}  # by place of a tag's begin: the element
    for index, one in enumerate(texts):
        for sign in one.text or "":
            span = next((span for span in taken if span[0] <= at < span[1]), None)
            if span is not None and at == span[0]:
                owner[span] = index
            pieces[index if span is None else owner[span]].append(sign)
            at += 1
    for one, signs in zip(texts, pieces, strict=True):
        one.text = "".join(signs)


def _safe(text: str) -> str:
    made, at = "", 0
    for tag in find_tags(text):
        made += text[at : tag.start] + tag.text[:2] + tag.text[2:-2].translate(_SAFE) + tag.text[-2:]
        at = tag.end
    return made + text[at:]


def _require_alone(paragraph: Any, tag: Tag, where: str) -> None:
    name, element = _PLACES[tag.whole]
    shown = plain(tag.text)
    holder = next((one for one in (paragraph, *paragraph.iterancestors()) if one.tag == f"{W}{element}"), None)
    if holder is None:
        raise TemplateError(
            f"{where}: tanda {shown!r} hanya dapat dipakai dalam tabel. Pakai {{%p … %}} di luar tabel."
        )
    text = plain("".join(one.text or "" for one in holder.iter(_T)))
    others = " ".join(text.replace(shown, "", 1).split())
    if others or next(holder.iter(f"{W}drawing", f"{W}pict"), None) is not None:
        raise TemplateError(
            f"{where}: tanda {shown!r} mengambil tempat satu {name}, tetapi di sana ada isi lain: "
            f"{(others or 'gambar')[:60]!r}. Pindahkan tanda itu ke {name} tersendiri."
        )
