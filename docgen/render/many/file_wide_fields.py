"""What Word and LibreOffice reckon over a whole file, so that it would be wrong in a file of many letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from docgen.errors import NotComposable
from docgen.render.word.package import NS, W

_instructions = etree.XPath("//w:instrText | //w:fldSimple | //w:fldChar", namespaces=NS)
_counted = etree.XPath(
    "//w:footnoteReference | //w:endnoteReference | //w:altChunk | //w:commentReference", namespaces=NS
)
_FIELD = re.compile(r"\s*(PAGE|HYPERLINK)\b", re.IGNORECASE)  # these say the same in a file of many letters

_PAGE = re.compile(r"\s*PAGE\b", re.IGNORECASE)


def require_no_counting(tree: Any) -> None:
    """Raise NotComposable where something is reckoned over the whole file."""
    if _counted(tree):
        raise not_composable("catatan kaki, catatan akhir, komentar atau bagian sisipan")
    for said in _fields(tree):
        if not _FIELD.match(said):
            raise not_composable(f"isian otomatis {said.strip()!r}")


def has_page_numbers(tree: Any) -> bool:
    """Return whether the number of the page stands in it."""
    return any(_PAGE.match(said) for said in _fields(tree))


def _fields(tree: Any) -> Iterator[str]:
    """Yield what each field asks for; Word may have cut it into several runs."""
    said = ""
    for one in _instructions(tree):
        if one.tag == f"{W}fldSimple":
            yield one.get(f"{W}instr", "")
        elif one.tag == f"{W}instrText":
            said += one.text or ""
        elif said.strip():
            yield said
            said = ""


def not_composable(what: str) -> NotComposable:
    """Return the error that says what keeps a letter from being made together with others."""
    return NotComposable(
        f"Naskah ini memuat {what}, sehingga tidak dapat dibuat sekaligus dengan yang lain. Buat satu per satu."
    )
