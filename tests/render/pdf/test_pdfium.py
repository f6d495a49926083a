"""Pictures, text and counts of pages, also of files that mean harm."""

from __future__ import annotations

import io
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image
from pypdf import PdfReader

from docgen.errors import NotFound, PdfError
from docgen.render.pdf.flattening.flatten import flatten_pdf
from docgen.render.pdf.pdfium import MOST_PIXELS, page_count, page_png, page_text
from tests.support.files.pdfs import A4, BROKEN, F4, pdf, with_field


def picture(data: bytes, page: int = 1, width: int = 900) -> Image.Image:
    return Image.open(io.BytesIO(page_png(data, page, width=width)))


def test_a_picture_has_the_width_asked_for() -> None:
    """The picture is as wide as asked, and as high as the paper's shape says."""
    assert picture(pdf(size=F4)).width == 900
    assert picture(pdf(size=F4)).height == pytest.approx(900 * F4[1] / F4[0], abs=1)
    assert picture(pdf(), width=300).width == 300


def test_a_page_without_colour_is_a_grey_picture() -> None:
    """Black letters cost no colour channels; a coloured emblem keeps its colour."""
    assert picture(pdf()).mode == "L"
    coloured = picture(pdf(operators="0 0 1 rg 100 100 200 200 re f"))
    assert coloured.mode == "RGB"
    assert coloured.getpixel((300, 1000)) == (0, 0, 255)


def test_pages_count_from_one() -> None:
    """Page 2 shows what page 2 says."""
    data = pdf("satu", "", operators="")
    assert picture(data, 1).getextrema() != picture(data, 2).getextrema()


@pytest.mark.parametrize("page", [0, -1, 3])
def test_a_page_that_is_not_there_is_not_found(page: int) -> None:
    """A wrong page number is a plain answer, not a crash."""
    with pytest.raises(NotFound, match="2 halaman"):
        page_png(pdf("satu", "dua"), page)


@pytest.mark.parametrize("size", [(14400, 14400), (14400, 3), (3, 14400), (2_000_000, 2_000_000)])
def test_a_page_of_absurd_size_costs_bounded_memory(size: tuple[float, float]) -> None:
    """Whatever a page box says, the picture stays within the limit of pixels."""
    made = picture(pdf(size=size), width=sys.maxsize)
    assert 0 < made.width * made.height <= MOST_PIXELS * 1.01


def test_text_comes_page_by_page() -> None:
    """Text is found per page; a page without text gives an empty one."""
    assert page_text(pdf("Surat tugas", "", "Lampiran")) == ["Surat tugas", "", "Lampiran"]


def test_pages_are_counted() -> None:
    """The count is the number of sheets."""
    assert page_count(pdf(*"abcde")) == 5


def test_forms_become_part_of_the_page() -> None:
    """What a form field shows stays on the page when the field is gone."""
    flat = flatten_pdf(with_field("Permohonan laptop"))
    assert "Permohonan laptop" in page_text(flat)[0]
    assert "/Annots" not in PdfReader(io.BytesIO(flat)).pages[0]


def test_a_file_without_forms_stays_as_it_is() -> None:
    """There is nothing to flatten, so not a byte changes."""
    assert flatten_pdf(pdf()) == pdf()


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_refused(data: bytes) -> None:
    """Every call answers a broken or locked file with PdfError."""
    for call in (page_count, page_text, flatten_pdf, lambda pdf: page_png(pdf, 1)):
        with pytest.raises(PdfError, match="PDF"):
            call(data)


def test_many_threads_may_ask_at_once() -> None:
    """Pdfium knows no threads; the pictures come out right all the same."""
    data = {number: pdf(f"Surat {number}", size=A4) for number in range(4)}
    alone = {number: page_png(one, 1) for number, one in data.items()}
    start = threading.Barrier(4)

    def ask(number: int) -> list[bytes]:
        start.wait()
        return [page_png(data[number], 1) for _ in range(5)]

    with ThreadPoolExecutor(4) as threads:
        for number, made in enumerate(threads.map(ask, data)):
            assert made == [alone[number]] * 5
