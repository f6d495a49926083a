"""A4 and both widths of F4 are the same paper in Word files, bundles and scans."""

from __future__ import annotations

import io
from typing import get_args

from PIL import Image
from pypdf import PdfWriter

from docgen.render.pdf.image_page import add_picture
from docgen.render.pdf.paper import MM, PAPERS, SIZES, TWIPS
from storage.records import Paper


def test_papers_have_the_sizes_of_word_and_of_bundles() -> None:
    """Word's twips are whole, the pages of a bundle keep three decimals of a point; an office can choose each."""
    assert {name: tuple(round(side * MM * TWIPS) for side in sides) for name, sides in SIZES.items()} == {
        "A4": (11906, 16838), "F4": (12189, 18709), "F4-210": (11906, 18709),
    }  # fmt: skip
    assert PAPERS == {"A4": (595.276, 841.89), "F4": (609.449, 935.433), "F4-210": (595.276, 935.433)}
    assert set(PAPERS) == set(get_args(Paper))


def test_a_scan_without_a_resolution_lies_on_the_paper_of_bundles() -> None:
    """A picture of the shape of F4 that tells no resolution becomes a page of the F4 that bundles have."""
    out = io.BytesIO()
    Image.new("L", (215, 330)).save(out, "PNG")
    page = add_picture(PdfWriter(), out.getvalue())
    assert (float(page.mediabox.width), float(page.mediabox.height)) == PAPERS["F4"]
