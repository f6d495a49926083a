"""Words across a copy: on every page, legible themselves, and the text beneath legible too."""

from __future__ import annotations

import io

import pytest
from PIL import ImageChops
from pypdf import PdfReader

from docgen.errors import PdfError
from docgen.render.pdf.paper import MM
from docgen.render.pdf.pdfium import page_grey, page_text
from docgen.render.stamps.watermark import watermark
from tests.support.files.pdfs import A4, BROKEN, F4, LANDSCAPE, pdf


@pytest.mark.parametrize("size", [A4, F4, LANDSCAPE, (200, 300)])
@pytest.mark.parametrize("word", ["DRAF", "SALINAN", "BATAL", "DIGANTI"])
def test_every_page_bears_the_word(word: str, size: tuple[float, float]) -> None:
    """The word is on each page, within its edges, and drawn once in the file."""
    marked = watermark(pdf("Satu", "Dua", size=size), word)
    assert [word in text for text in page_text(marked)] == [True, True]
    ink = page_grey(marked, 1, dpi=72).point(lambda light: 255 if light < 250 else 0)
    left, top, right, bottom = ink.getbbox() or (0, 0, 0, 0)
    assert left > 2
    assert top > 2
    assert right < ink.width - 2
    assert bottom < ink.height - 2
    pages = PdfReader(io.BytesIO(marked)).pages
    drawings = {page["/Resources"]["/XObject"].raw_get("/DocgenMark").idnum for page in pages}  # type: ignore[index]
    assert len(drawings) == 1


def test_the_word_is_pale() -> None:
    """Beside black print the word is light grey: what it crosses stays readable."""
    ink = page_grey(watermark(pdf("x"), "BATAL"), 1, dpi=72)
    assert ink.resize((1, 1)).getpixel((0, 0)) > 235  # type: ignore[operator]
    quarter = ink.crop((0, ink.height // 2 + 40, ink.width // 2, ink.height))  # no text stands there
    assert quarter.getextrema()[0] >= 200  # type: ignore[operator]


def test_the_same_input_gives_the_same_bytes() -> None:
    """Nothing in a marked file depends on the clock or on chance."""
    assert watermark(pdf(), "DRAF") == watermark(pdf(), "DRAF")


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file_is_refused(broken: str) -> None:
    """What cannot be read is a PdfError."""
    with pytest.raises(PdfError):
        watermark(BROKEN[broken], "DRAF")


@pytest.mark.parametrize("size", [A4, F4, LANDSCAPE])
def test_why_stands_above_the_text(size: tuple[float, float]) -> None:
    """Day, reason and the new number are text on each page, above where a letter prints anything."""
    why = "Diganti naskah nomor B/1/é/2026, 24 November 2026 pukul 09.12 WITA – salah tujuan"
    marked = watermark(pdf("Satu", "Dua", size=size), "DIGANTI", why=why)
    assert [why in " ".join(text.split()) for text in page_text(marked)] == [True, True]
    plain = watermark(pdf("Satu", "Dua", size=size), "DIGANTI")
    old, new = (page_grey(one, 1, dpi=72) for one in (plain, marked))
    changed = ImageChops.difference(old, new).getbbox()
    assert changed is not None
    assert changed[3] <= 13 * MM


def test_a_short_reason_is_one_line() -> None:
    """A reason fills the line from margin to margin before it goes on."""
    why = "Dibatalkan 28 November 2026 pukul 04.48 WITA: Nomor dan tanggal keliru; diganti naskah yang benar"
    assert why in page_text(watermark(pdf("Satu"), "BATAL", why=why))[0]


def test_a_reason_without_room_points_to_all_of_it() -> None:
    """Two lines at most, ended by where the whole reason is."""
    marked = watermark(pdf("Satu"), "BATAL", why="Dibatalkan: " + "alasan yang panjang " * 60)
    text = " ".join(page_text(marked)[0].split())
    assert text.count("alasan yang panjang") > 4
    assert "(selengkapnya: riwayat naskah ini)" in text
