"""The gallery's letters as printed pages, kind by kind."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable

import pikepdf

from tests.support.gallery.letters import Letter
from tests.support.golden.printed import PrintedPage, printed_pages


def printed_letters(letters: Iterable[Letter]) -> dict[str, dict[str, list[PrintedPage]]]:
    """Return the pages of letters by kind and variant; a letter that the service refuses to make has none."""
    kinds: dict[str, dict[str, list[PrintedPage]]] = defaultdict(dict)
    for letter in letters:
        pages = printed_pages(letter.pdf) if letter.pdf else []
        kinds[letter.case.kind.slug][letter.case.variant.name] = pages
    return dict(kinds)


def libreoffice_of(pdf: bytes) -> str:
    """Return the LibreOffice that wrote a PDF, as it says there: `LibreOffice 7.4`."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return str(document.docinfo["/Producer"])
