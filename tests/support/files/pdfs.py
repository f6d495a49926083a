"""PDF files for the tests: quick ones drawn here, and files that are broken in the usual ways."""

from __future__ import annotations

import io

from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

A3 = (841.89, 1190.55)
A4 = (595.28, 841.89)
F4 = (609.45, 935.43)  # 215 x 330 mm
LETTER = (612.0, 792.0)
LANDSCAPE = (841.89, 595.28)

Box = tuple[float, float, float, float]


def pdf(
    *texts: str,
    size: tuple[float, float] = A4,
    rotate: int = 0,
    crop: Box | None = None,
    operators: str = "",
) -> bytes:
    """A page for each text, its own box `size` points before it is turned; `operators` come last on each page."""
    out = io.BytesIO()
    paper = size[::-1] if rotate in (90, 270) else size  # reportlab swaps the sides of a turned page
    canvas = Canvas(out, pagesize=paper, invariant=True)
    for text in texts or ("Isi surat",):
        if crop:
            canvas.setCropBox(crop)
        canvas.setPageRotation(rotate)
        canvas.drawString(size[0] / 3, size[1] / 2, text)
        canvas._code.append(operators)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def with_field(value: str) -> bytes:
    """A page with a filled form field."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    canvas.acroForm.textfield(name="hal", value=value, x=100, y=400, width=300, height=20)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def with_link() -> bytes:
    """Two pages; the first has a link to the second."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    canvas.linkAbsolute("Lampiran", "lampiran", (100, 400, 300, 420))
    canvas.showPage()
    canvas.bookmarkPage("lampiran")
    canvas.drawString(100, 400, "Lampiran")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def locked() -> bytes:
    """A PDF that asks for a password."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt("rahasia", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


BROKEN = {
    "empty": b"",
    "no pdf": b"PK\x03\x04 surat.docx",
    "cut short": pdf()[:-700],
    "only a frame": b"%PDF-1.7\nhello\nstartxref\n9\n%%EOF\n",
    "no pages": pdf().replace(b"/Root ", b"/Roof ").replace(b"/Catalog", b"/Katalog"),
    "locked": locked(),
}
