"""A seal that shows: as it is drawn, and PDF/A all the same."""

from __future__ import annotations

import io
import re

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject

from docgen.render.stamps.verification_band import stamp_band
from docgen.signer import Seal
from tests.support.files.sealed import BOX, LINES, XMP, sealed_once


@pytest.fixture(scope="module")
def stamped(letter: bytes, seal: Seal) -> bytes:
    band = stamp_band(letter, number="1/2026", code="ABCDEFGH", url="https://contoh.go.id/v/ABCDEFGH")
    return sealed_once(band.data, seal)


def test_stays_pdf_a(stamped: bytes) -> None:
    """A stamped and sealed document still declares PDF/A-2b and keeps its output intent."""
    root = PdfReader(io.BytesIO(stamped)).trailer["/Root"]
    assert len(root["/OutputIntents"]) == 1  # type: ignore[index, arg-type]
    metadata = root["/Metadata"].get_data()  # type: ignore[index]
    assert re.search(rb"pdfaid:part(>|=\")2", metadata)
    assert re.search(rb"pdfaid:conformance(>|=\")B", metadata)


def test_keeps_metadata(letter: bytes, seal: Seal) -> None:
    """XMP and Info are those of the letter, to the byte: they agreed with each other, and still do."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(letter)))
    writer.metadata = {"/Producer": "LibreOffice", "/Title": "Undangan"}
    out = io.BytesIO()
    writer.write(out)
    twice = sealed_once(sealed_once(out.getvalue(), seal), seal, "Segel2")
    reader = PdfReader(io.BytesIO(twice))
    assert reader.trailer["/Root"]["/Metadata"].get_data() == XMP  # type: ignore[index]
    assert reader.metadata == {"/Producer": "LibreOffice", "/Title": "Undangan"}


def test_every_font_is_embedded(stamped: bytes) -> None:
    """Every font of the sealed file carries its font program."""
    reader = PdfReader(io.BytesIO(stamped))
    objects = [reader.get_object(number) for number in range(1, reader.trailer["/Size"])]  # type: ignore[call-overload]
    fonts = [thing for thing in objects if isinstance(thing, DictionaryObject) and thing.get("/Type") == "/Font"]
    assert len(fonts) >= 2
    for font in fonts:
        assert "/FontFile2" in font["/FontDescriptor"], font  # type: ignore[operator]


def test_widget_is_printed(stamped: bytes) -> None:
    """The seal's annotation is printed, not hidden, and has an appearance (ISO 19005-2 §6.3)."""
    (widget,) = PdfReader(io.BytesIO(stamped)).pages[0]["/Annots"]  # type: ignore[misc]
    assert widget.get_object()["/F"] & 0b101111 == 0b100
    assert "/N" in widget.get_object()["/AP"]


def test_shows(stamped: bytes) -> None:
    """PDFium draws the seal in its box, and nothing of it elsewhere."""
    assert dark_pixels(stamped, BOX) > 200
    left, bottom, right, top = BOX
    assert dark_pixels(stamped, (left, top + 2, right, top + 60)) == 0
    assert dark_pixels(stamped, (left - 60, bottom, left - 2, top)) == 0


def test_reads_the_lines(stamped: bytes) -> None:
    """The lines of the seal are text that PDFium can read."""
    document = pypdfium2.PdfDocument(stamped)
    document.init_forms()
    document[0].flatten()
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert all(line in text for line in LINES)


def dark_pixels(data: bytes, box: tuple[float, float, float, float]) -> int:
    """How many pixels of a box on page 1 are darker than grey, at 144 dpi."""
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    image = document[0].render(scale=2, may_draw_forms=True).to_pil().convert("L")
    document.close()
    left, bottom, right, top = (2 * edge for edge in box)
    region = image.crop((int(left), int(image.height - top), int(right), int(image.height - bottom)))
    return sum(region.histogram()[:160])
