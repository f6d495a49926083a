"""A line below the text of every page of a derived copy, above its verification band."""

from __future__ import annotations

import hashlib

from pypdf import PdfWriter
from pypdf.generic import IndirectObject

from docgen.render.overlay import MM, Overlay, View, pdf_errors, plain, read_pdf, view, write_pdf

LEFT = 30 * MM  # the text margins of an official letter
RIGHT = 20 * MM
BASELINE = 20.7 * MM  # between the band, which ends at 20 mm, and the text, which ends above 22 mm
SIZE = 5.5


def footnote(pdf: bytes, line: str) -> bytes:
    """The PDF with `line` in small print at the foot of every page, on one line however long it is.

    PDF/A, tagging, XMP and Info stay; the same input gives the same bytes. Raises PdfError when `pdf` cannot be read.
    """
    reader = read_pdf(pdf)
    with pdf_errors():
        writer = PdfWriter(clone_from=reader, keep_initial_header=True)
        overlay = Overlay(writer)
        drawings: dict[View, IndirectObject] = {}
        for page in writer.pages:
            seen = view(page)
            if seen not in drawings:
                drawings[seen] = overlay.drawing(_line(overlay, seen, plain(line)), seen)
            overlay.mark(page, seen, drawings[seen], subtype="Footer")
        return write_pdf(writer, hashlib.sha256(pdf + b"\0" + line.encode()).digest()[:16])


def _line(overlay: Overlay, seen: View, line: str) -> bytes:
    room = max(seen.width - LEFT - RIGHT, seen.width / 2)
    size = round(min(SIZE, SIZE * room / max(overlay.width(line, SIZE), 1)), 2)
    return b"0.25 g\n" + overlay.text(line, min(LEFT, seen.width / 4), BASELINE, size)
