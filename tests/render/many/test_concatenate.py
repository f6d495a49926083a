"""Many PDFs in one to print: every page as it was, what is equal kept once, whatever wrote the files."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from docgen.errors import PdfError
from docgen.libreoffice import Converter
from docgen.render.many.concatenate import join_pdfs
from docgen.render.pdf.pdfium import page_count, page_png
from docgen.render.stamps.verification_band import stamp_band
from tests.support.files.pdfs import BROKEN, LANDSCAPE, pdf
from tests.support.office.letters import KINDS, letter


def stamped(converter: Converter, index: int) -> bytes:
    """A letter as it lies in the archive."""
    made = converter.convert(letter(KINDS["nota_dinas"], index))
    return stamp_band(made, number=f"B/{index}", code="ABCD" * 4, url="http://127.0.0.1/verifikasi/ABCD").data


@pytest.mark.office
def test_archived_letters_are_joined_page_for_page(converter: Converter) -> None:
    """Every page has the same picture as before; fonts that letters share are there once; the file is sound."""
    letters = [stamped(converter, index) for index in (0, 1, 2)]
    whole = join_pdfs(letters, title="Nota Dinas: 3 naskah")
    pages = [(one, page) for one in letters for page in range(1, page_count(one) + 1)]
    assert page_count(whole) == len(pages)
    for number, (one, page) in enumerate(pages, start=1):
        assert page_png(whole, number, width=500) == page_png(one, page, width=500)
    read = PdfReader(io.BytesIO(whole), strict=True)
    assert read.metadata is not None
    assert read.metadata.title == "Nota Dinas: 3 naskah"
    twice = join_pdfs(letters * 2, title="x")
    assert len(twice) < len(whole) * 1.1


@pytest.mark.office
def test_with_duplex_each_letter_begins_on_a_front(converter: Converter) -> None:
    """A blank page follows a letter with an odd number of pages; the last gets none."""
    one = stamped(converter, 0)
    assert page_count(one) % 2 == 1
    whole = join_pdfs([one, one], title="x", duplex=True)
    assert page_count(whole) == 2 * page_count(one) + 1
    assert page_png(whole, page_count(one) + 2, width=500) == page_png(one, 1, width=500)


def test_files_of_other_programs_are_joined_too() -> None:
    """Pages of any size, made by anything."""
    whole = join_pdfs([pdf("satu"), pdf("dua", size=LANDSCAPE)], title="Campuran", duplex=True)
    assert [page.extract_text() for page in PdfReader(io.BytesIO(whole)).pages] == ["satu\n", "", "dua\n"]


@pytest.mark.parametrize("damaged", BROKEN.values(), ids=BROKEN)
def test_a_damaged_file_is_refused(damaged: bytes) -> None:
    """PdfError, never a library's own error."""
    with pytest.raises(PdfError):
        join_pdfs([pdf("satu"), damaged], title="x")
