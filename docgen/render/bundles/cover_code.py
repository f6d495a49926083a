"""Draw the QR of a bundle's manifest: in the bottom margin of its cover, and on the labels of box and spine."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, ByteStringObject

from docgen.render.bundles.binder import Binder, BundlePage
from docgen.render.pdf.destinations import Destination
from docgen.render.pdf.metadata import set_dates
from docgen.render.pdf.objects.pdf_file import pdf_errors, read_pdf, write_pdf
from docgen.render.pdf.overlays.pypdf_overlay import PypdfOverlay
from docgen.render.pdf.paper import MM
from docgen.render.stamps.verification_band import BOTTOM, GAP, LEADING, LEFT, QR, SIZE, code_drawing

LABEL_QR = 23 * MM


def cover_band(binder: Binder, leaf: BundlePage, url: str, lines: Sequence[str]) -> None:
    """Draw QR and lines in the bottom margin of a cover, where the verification band of a letter stands."""
    left = LEFT + binder.layout.moved(0)  # a cover is a front
    drawn = code_drawing(url, left, BOTTOM, QR) + b"0.25 g\n"
    middle = BOTTOM + QR / 2 + (len(lines) - 1) * LEADING / 2 - SIZE / 3
    for index, line in enumerate(lines):
        drawn += binder.text(line, left + QR + GAP, middle - index * LEADING, SIZE)
    leaf.overlay_operators += drawn


def labels_with_codes(
    labels: bytes, places: Sequence[Destination], url: str, *, title: str, created: dt.datetime
) -> bytes:
    """Return the labels, made at `created`, with the QR of `url` below and right of each place. Raises PdfError."""
    reader = read_pdf(labels)
    with pdf_errors():
        writer = PdfWriter(clone_from=reader, keep_initial_header=True)
        overlay = PypdfOverlay(writer)
        for number, page in enumerate(writer.pages):
            drawn = b"".join(
                code_drawing(url, spot.x, spot.top - LABEL_QR - 4, LABEL_QR) for spot in places if spot.page == number
            )
            view = overlay.page_view(page)
            overlay.mark(page, view, overlay.drawing(drawn, view), subtype="Header")
        set_dates(writer, created)
        digest = hashlib.sha256(f"{url} {title} {created.isoformat()}".encode()).digest()[:16]
        writer._ID = ArrayObject([ByteStringObject(digest)])
        return write_pdf(writer, digest)
