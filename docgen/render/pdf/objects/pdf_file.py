"""Open and write PDFs as a whole with pypdf, and say in a sentence why one cannot be opened."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, ByteStringObject

from docgen.errors import DocgenError, PdfError

_NOT_PDF = "Berkas ini bukan PDF, atau terpotong saat dikirim. Ambil lagi berkas aslinya."
NO_PAGES = "PDF ini tidak mempunyai halaman. Simpan atau pindai lagi berkasnya, lalu pakai salinan itu."
LOCKED = "PDF ini terkunci dengan kata sandi. Simpan salinan tanpa kata sandi, lalu pakai salinan itu."
DAMAGED = "PDF ini rusak sehingga tidak dapat dibaca. Ambil lagi berkas aslinya."


def require_pdf(pdf: bytes) -> None:
    """Raise PdfError unless `pdf` begins and ends like a PDF.

    Readers mend a file that is cut short by leaving out what is missing; the office must hear of it instead.
    """
    if b"%PDF-" not in pdf[:1024] or b"%%EOF" not in pdf[-2048:]:  # some scanners add bytes before and after
        raise PdfError(_NOT_PDF)


@contextmanager
def pdf_errors() -> Iterator[None]:
    """Turn whatever a library raises on a broken file (its own errors, KeyError, RecursionError ...) into PdfError."""
    try:
        yield
    except DocgenError:
        raise
    except Exception as error:
        raise PdfError(DAMAGED) from error


def read_pdf(pdf: bytes, *, strict: bool = False) -> PdfReader:
    """Open a PDF that has pages and needs no password; `strict` repairs nothing. Raises PdfError.

    A file that only limits what may be done with it (an owner's password) opens for everybody, and so it does here.
    """
    require_pdf(pdf)
    with pdf_errors():
        reader = PdfReader(io.BytesIO(pdf), strict=strict)
        if reader.is_encrypted and not reader.decrypt(""):
            raise PdfError(LOCKED)
        if len(reader.pages) == 0:
            raise PdfError(NO_PAGES)
        return reader


def release(reader: PdfReader, writer: PdfWriter | None = None) -> None:
    """Free the memory of a file that was read and of what was made of it.

    Their objects refer to one another, so that large ones would stay in memory until the collector comes by.
    """
    reader.stream.close()
    reader.resolved_objects.clear()
    if writer is not None:
        writer._objects.clear()


def write_pdf(writer: PdfWriter, revision: bytes) -> bytes:
    """Return the bytes of the changed PDF. /ID keeps its first half; `revision` (16 bytes) becomes its second."""
    second = ByteStringObject(revision)
    writer._ID = ArrayObject([writer._ID[0] if writer._ID else second, second])  # pypdf's own way draws lots
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
