"""Find what Word and LibreOffice count over a whole file, so that it would be wrong in a file of many letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from docgen.errors import NotComposable
from docgen.render.word.package import NS, W
from wording import say

_instructions = etree.XPath("//w:instrText | //w:fldSimple | //w:fldChar", namespaces=NS)
_numbered_by_file = etree.XPath(
    "//w:footnoteReference | //w:endnoteReference | //w:altChunk | //w:commentReference", namespaces=NS
)
_FIELD = re.compile(r"\s*(PAGE|HYPERLINK)\b", re.IGNORECASE)  # these say the same in a file of many letters

_PAGE = re.compile(r"\s*PAGE\b", re.IGNORECASE)


def require_no_counting(tree: Any) -> None:
    """Raise NotComposable if something is counted over the whole file."""
    if _numbered_by_file(tree):
        raise not_composable("catatan kaki, catatan akhir, komentar atau bagian sisipan")
    for instruction in _field_instructions(tree):
        if not _FIELD.match(instruction):
            raise not_composable(f"isian otomatis {instruction.strip()!r}")


def has_page_numbers(tree: Any) -> bool:
    """Return whether there is a page number field."""
    return any(_PAGE.match(instruction) for instruction in _field_instructions(tree))


def _field_instructions(tree: Any) -> Iterator[str]:
    """Yield the instruction of each field; Word may have split it into several runs."""
    instruction = ""
    for element in _instructions(tree):
        if element.tag == f"{W}fldSimple":
            yield element.get(f"{W}instr", "")
        elif element.tag == f"{W}instrText":
            instruction += element.text or ""
        elif instruction.strip():
            yield instruction
            instruction = ""


def not_composable(what: str) -> NotComposable:
    """Return the error that says why a letter cannot be made together with others."""
    return NotComposable(
        say(
            "Naskah ini memuat {what}, sehingga tidak dapat dibuat sekaligus dengan yang lain. Buat satu per satu.",
            what=what,
        )
    )
