"""Concatenate PDFs into one file to print, each page as it is; equal fonts and pictures are kept once."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence

from pypdf import PdfWriter

from docgen.errors import PdfError
from docgen.render.pdf.metadata import SRGB, archival_xmp, colour_profile, declare_pdfa
from docgen.render.pdf.objects.pdf_file import pdf_errors, read_pdf, write_pdf
from docgen.render.pdf.objects.raw_objects import RawPdf, renumbered, stream_text
from docgen.render.pdf.objects.serializer import PdfSerializer

_SHARINGS = 3  # a font's outlines, then what describes them, then the font: each can be shared once its parts are
_NOT_THE_PAGE = ["/StructParents", "/AA", "/B"]  # what counts or acts only in the page's own file
_LEFT_OUT = re.compile(rb"/(Parent\s+\d+ 0 R|StructParents\s+\d+|Annots\s*(\[[^\]]*\]|\d+ 0 R))")


def join_pdfs(pdfs: Sequence[bytes], *, title: str, duplex: bool = False) -> bytes:
    """Return one PDF of all pages in order; with `duplex` each file begins on the front of a sheet.

    The whole is PDF/A-2b as the letters are, without their tags and links. The same input gives the same bytes. Raises
    PdfError.
    """
    digest = hashlib.sha256(title.encode())
    for pdf in pdfs:
        digest.update(hashlib.sha256(pdf).digest())
    try:
        joined = _JoinedPdf()
        for pdf in pdfs:
            joined.add(RawPdf(pdf), duplex=duplex)
        return joined.written(title, digest.digest()[:16])
    except PdfError:  # not all are as LibreOffice writes them
        return _join_any(pdfs, title, duplex, digest.digest()[:16])


class _JoinedPdf:
    """The growing file: objects by number from 3 on, each distinct text once. 1 is the catalogue, 2 the page tree."""

    def __init__(self) -> None:
        self._objects: list[bytes] = []
        self._number_by_digest: dict[bytes, int] = {}
        self._pages: list[int] = []
        self._last_box = b""

    def add(self, raw: RawPdf, *, duplex: bool) -> None:
        """Add every page of a file. Raises PdfError if it is not as LibreOffice writes it."""
        pages = raw.pages
        if duplex and len(self._pages) % 2:
            blank = b"<</Type/Page/Parent 2 0 R/MediaBox[%b]/Resources<<>>>>" % self._last_box
            self._pages.append(self._add_object(blank))
        copied: dict[int, int] = {}
        for page in pages:
            self._last_box = raw.media_box(page)
            head = _LEFT_OUT.sub(b"", raw.text_of(page)).replace(b"/Type/Page/", b"/Type/Page/Parent 2 0 R/", 1)
            if b"/MediaBox" not in head:
                head = head.replace(b"<<", b"<</MediaBox[%b]" % self._last_box, 1)
            self._pages.append(self._add_object(self._renumbered(raw, head, copied)))

    def written(self, title: str, identity: bytes) -> bytes:
        """Return the bytes of the file."""
        count = len(self._objects) + 2
        kids = b" ".join(b"%d 0 R" % page for page in self._pages)
        name = title.encode("utf-16-be").hex().upper().encode()
        first = [
            b"<</Type/Catalog/Pages 2 0 R/Metadata %d 0 R/OutputIntents[%d 0 R]>>" % (count + 1, count + 3),
            b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self._pages), kids),
        ]
        intent = b"<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(%b)/Info(%b)/DestOutputProfile %d 0 R>>"
        metadata = [
            stream_text(b"/Type/Metadata/Subtype/XML", archival_xmp(title)),
            stream_text(b"/N 3", colour_profile()),
            intent % (SRGB.encode(), SRGB.encode(), count + 2),
        ]
        objects = [*first, *self._objects, *metadata, b"<</Title<FEFF%b>>>" % name]
        out = io.BytesIO()
        file = PdfSerializer(out)
        for text in objects:
            file.write(file.reserve(), text)
        digits = identity.hex().upper().encode()
        file.finish(1, len(objects), (digits, digits))
        return out.getvalue()

    def _copy(self, raw: RawPdf, number: int, copied: dict[int, int]) -> int:
        """Copy an object of `raw` and all that it refers to; return its number here. Equal texts get one number."""
        if number not in copied:
            copied[number] = 0  # a circle would end here; what pages show has none
            text, data = raw.text_and_data(number)
            text = self._renumbered(raw, text, copied) + data
            digest = hashlib.sha256(text).digest()
            if digest not in self._number_by_digest:
                self._number_by_digest[digest] = self._add_object(text)
            copied[number] = self._number_by_digest[digest]
        if not copied[number]:
            raise PdfError("PDF ini merujuk dirinya sendiri.")
        return copied[number]

    def _renumbered(self, raw: RawPdf, text: bytes, copied: dict[int, int]) -> bytes:
        return renumbered(text, lambda old: b"%d" % self._copy(raw, int(old), copied))

    def _add_object(self, text: bytes) -> int:
        self._objects.append(text)
        return len(self._objects) + 2


def _join_any(pdfs: Sequence[bytes], title: str, duplex: bool, identity: bytes) -> bytes:
    with pdf_errors():
        writer = PdfWriter()
        for pdf in pdfs:
            if duplex and len(writer.pages) % 2:
                writer.add_blank_page()  # as large as the page before it
            reader = read_pdf(pdf)
            writer.append(reader, import_outline=False, excluded_fields=_NOT_THE_PAGE)
            writer.reset_translation(reader)  # or the writer keeps every reader until the end
        declare_pdfa(writer, title)
        for _ in range(_SHARINGS):
            writer.compress_identical_objects()
        return write_pdf(writer, identity)
