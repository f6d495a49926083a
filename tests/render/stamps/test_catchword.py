"""The first word of the next page stands at the foot of a page that goes on (Permendagri 1/2023 Ps. 33)."""

from __future__ import annotations

import pytest

from docgen.libreoffice import Converter
from docgen.render.pdf.paper import MM
from docgen.render.pdf.pdfium import page_text, text_pieces
from docgen.render.stamps.catchword import catchwords
from docgen.render.stamps.verification_band import stamp_band
from docgen.render.word.fill import render_docx
from tests.support.files.pdfs import pdf
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import context

pytestmark = pytest.mark.office

KINDS = delivered_kinds()


def converted(converter: Converter, slug: str, count: int = 1) -> bytes:
    """A kind's example on so many assets, as LibreOffice makes it."""
    return converter.convert(render_docx(KINDS[slug].template, context(KINDS[slug], count=count)))


def test_the_next_word_stands_between_text_and_band(converter: Converter) -> None:
    """It is that word, at the right margin, above the band and below the text; the last page has none."""
    letter = converted(converter, "surat_penugasan")
    words = catchwords(letter)
    assert len(words) == len(page_text(letter)) == 2
    assert words[1] == ""
    assert words[0].removesuffix("...").split()[-1] in page_text(letter)[1].splitlines()[1]
    url = "https://kantor.example/verifikasi/AAAABBBB"
    stamped = stamp_band(letter, number="1/2026", code="AAAABBBB", url=url, catchwords=words).data
    pieces = text_pieces(stamped, 1)
    [(left, bottom, right, top)] = [box for text, box in pieces if text == words[0]]
    assert right == pytest.approx((210 - 20) * MM, abs=1.5)
    assert 20 * MM < bottom < top < 25.5 * MM
    others = [box for text, box in pieces if text != words[0] and box[2] > left]
    assert all(box[1] > top - 1 or box[3] < bottom for box in others)
    assert words[0] not in "".join(page_text(stamped)[1:])


def test_no_word_is_taken_out_of_a_table(converter: Converter) -> None:
    """Where a table goes on, its head says so; the text behind it is announced again."""
    words = catchwords(converted(converter, "berita_acara_penghapusan", count=40))
    assert words[1] == ""
    assert any(words)


def test_parts_of_a_booklet_are_not_announced(converter: Converter) -> None:
    """Each procedure of the SOP begins a page with its title, so that no page goes on."""
    assert set(catchwords(converted(converter, "sop"))) == {""}


def test_a_file_without_page_numbers_goes_on_nowhere() -> None:
    """What says nothing of its pages has no catchword, and neither has an empty page."""
    assert catchwords(pdf("satu", "dua")) == ["", ""]
