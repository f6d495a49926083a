"""Many PDFs in one file to print, each page as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pypdf import PdfWriter

from docgen.render.overlay import pdf_errors, read_pdf, write_pdf

_SHARINGS = 3  # a font's outlines, then what describes them, then the font: each can be shared once its parts are


def join(pdfs: Sequence[bytes], *, title: str, duplex: bool = False) -> bytes:
    """All pages in order; with `duplex` each file begins on the front of a sheet. Fonts and pictures are kept once.

    The whole is no PDF/A: what is kept are the files it came from. The same input gives the same bytes. Raises
    PdfError.
    """
    digest = hashlib.sha256(title.encode())
    with pdf_errors():
        writer = PdfWriter()
        writer.pdf_header = "%PDF-1.7"
        for pdf in pdfs:
            digest.update(hashlib.sha256(pdf).digest())
            if duplex and len(writer.pages) % 2:
                writer.add_blank_page()  # as large as the page before it
            reader = read_pdf(pdf)
            writer.append(reader, import_outline=False, excluded_fields=["/StructParents", "/AA", "/B"])
            writer.reset_translation(reader)  # or the writer keeps every reader until the end
        writer.add_metadata({"/Title": title})
        for _ in range(_SHARINGS):
            writer.compress_identical_objects()
        return write_pdf(writer, digest.digest()[:16])
