"""Read the text of a Word file by paragraphs, as places count them; change a part and pack the file again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from docgen.errors import TemplateError
from docgen.render.word.package import DECLARATION, W, packed
from docgen.render.word.tags.tag_text import texts_of
from docgen.render.word.tags.tagged_parts import CORE
from docgen.template_lint.opened import Refused, open_docx
from wording import joined

P, R, T, TC, TR, TBL, SDT = (f"{W}{name}" for name in ("p", "r", "t", "tc", "tr", "tbl", "sdt"))
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SEPARATORS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n"}


@dataclass(frozen=True)
class PartText:
    """A part whose text may hold tags: its name in the package, what people call it, and its elements that a place
    counts: paragraphs, or the properties of the core properties.
    """

    name: str
    label: str
    root: Any
    paragraphs: tuple[Any, ...]

    def text(self, index: int) -> str:
        """Return the text of a paragraph, without that of text boxes in it."""
        return text_of(self.paragraphs[index])

    def is_copy(self, index: int) -> bool:
        """Return whether a paragraph stands in the form of a drawing that only old programs read."""
        return is_fallback(self.paragraphs[index])


@dataclass(frozen=True)
class WordText:
    """A Word file as its parts with text, which may be changed."""

    files: Mapping[str, bytes]
    parts: dict[str, PartText]

    def with_changes(self, part: PartText) -> bytes:
        """Return the file with what was changed in the tree of a part; every other part stays as it is."""
        return packed({**self.files, part.name: DECLARATION + etree.tostring(part.root)})


def read_word_text(docx: bytes) -> WordText:
    """Return the parts of a Word file that may hold text, the body first. Raises TemplateError."""
    try:
        opened = open_docx(docx)
    except Refused as error:
        raise TemplateError(joined([error.finding.message, error.finding.suggestion])) from error
    parts = {}
    for name in sorted(opened.trees, key=lambda name: name != opened.body):
        root = opened.trees[name]
        elements = tuple(root) if name == CORE else tuple(root.iter(P))
        parts[name] = PartText(name, opened.labels.get(name, ""), root, elements)
    return WordText(opened.parts, parts)


def text_of(paragraph: Any) -> str:
    """Return the text of a paragraph or of a property, whose characters a place counts."""
    return "".join(text.text or "" for text in text_elements(paragraph))


def text_elements(paragraph: Any) -> list[Any]:
    """Return the elements that hold the text of a paragraph; of a property itself."""
    return texts_of(paragraph) if paragraph.tag == P else [paragraph]


def separated_text(paragraph: Any) -> tuple[str, list[int]]:
    """Return the text of a paragraph with its tabs and breaks, and for each character (and the end) its number in the
    text that a place counts.
    """
    if paragraph.tag != P:
        text = paragraph.text or ""
        return text, list(range(len(text) + 1))
    own = set(texts_of(paragraph))
    characters: list[str] = []
    numbers: list[int] = []
    at = 0
    for element in paragraph.iter(T, *_SEPARATORS):
        if element in own:
            for character in element.text or "":
                characters.append(character)
                numbers.append(at)
                at += 1
        elif element.tag in _SEPARATORS and element.getparent().tag == R and nearest(element, P) is paragraph:
            characters.append(_SEPARATORS[element.tag])
            numbers.append(at)
    return "".join(characters), [*numbers, at]


def nearest(element: Any, tag: str) -> Any:
    """Return the nearest element around another that has this tag, or None."""
    return next(element.iterancestors(tag), None)


def is_fallback(element: Any) -> bool:
    """Return whether an element stands in a fallback beside the form of a drawing that LibreOffice and Word read."""
    fallback = nearest(element, f"{MC}Fallback")
    return fallback is not None and fallback.getparent().find(f"{MC}Choice") is not None
