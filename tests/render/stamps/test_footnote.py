"""The line at the foot of derived copies: on every page, whole, and clear of the verification band."""

from __future__ import annotations

import pytest
from PIL import ImageChops

from docgen.desk.revisions.stamps import BSRE
from docgen.errors import PdfError
from docgen.render.pdf.pdfium import page_grey, page_text
from docgen.render.stamps.footnote import footnote
from docgen.render.stamps.verification_band import stamp_band
from tests.support.files.pdfs import A4, BROKEN, F4, LANDSCAPE, pdf


@pytest.mark.parametrize("size", [A4, F4, LANDSCAPE])
def test_the_line_stands_on_every_page_and_covers_nothing(size: tuple[float, float]) -> None:
    """The longest line we print is whole on each page; nothing that was printed before is touched."""
    before = stamp_band(
        pdf("Satu", "Dua", size=size), number="1", code="ABCD", url="https://x.go.id/verifikasi/ABCD"
    ).data
    after = footnote(before, BSRE)
    assert all(BSRE in " ".join(text.split()) for text in page_text(after))
    old, new = page_grey(before, 1, dpi=144), page_grey(after, 1, dpi=144)
    changed = ImageChops.difference(old, new).point(lambda value: 255 if value else 0)
    ink = old.point(lambda light: 255 if light < 250 else 0)
    assert changed.getbbox() is not None
    assert ImageChops.multiply(changed, ink).getbbox() is None


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file_is_refused(broken: str) -> None:
    """What cannot be read is a PdfError."""
    with pytest.raises(PdfError):
        footnote(BROKEN[broken], "x")
