"""Store a file that came from outside, or was made before its revision, once under its own SHA-256."""

from __future__ import annotations

import hashlib

from docgen.desk.desk import Desk
from docgen.foreign import page_count
from storage import media_types
from storage.keys import upload_key
from storage.objects import put_if_absent
from storage.records import StoredFile

CONTENT_TYPES = {
    "pdf": media_types.PDF,
    "docx": media_types.DOCX,
    "jpg": media_types.JPEG,
    "png": media_types.PNG,
}


def store_upload(desk: Desk, data: bytes, ending: str, *, secret: bool = False) -> StoredFile:
    """Store a file whose name ends as one of `CONTENT_TYPES`, byte for byte, encrypted where it is `secret`.

    Raises StoreUnavailable.
    """
    key = upload_key(f"{hashlib.sha256(data).hexdigest()}.{ending}")
    return put_if_absent(desk.store, key, data, CONTENT_TYPES[ending], secret=secret)


def store_pdf(desk: Desk, pdf: bytes, *, secret: bool = False) -> StoredFile:
    """Store a PDF and return it with its number of pages. Raises StoreUnavailable, PdfError."""
    return store_upload(desk, pdf, "pdf", secret=secret).model_copy(update={"pages": page_count(pdf)})
