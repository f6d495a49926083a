"""What SRIKANDI does to a Word file that is uploaded there: it fills number and date, makes a PDF, and signs it."""

from __future__ import annotations

import io
import zipfile

from docgen.libreoffice import Converter
from docgen.render.srikandi.placeholders import DATE, NUMBER, SIGNATURE
from docgen.signer import Seal
from tests.support.files.sealed import sealed_once


def fill_twin(docx: bytes, number: str, date: str) -> bytes:
    """Replace the placeholders run by run, in text and footers, as SRIKANDI does."""
    filled = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as package, zipfile.ZipFile(filled, "w") as out:
        for entry in package.infolist():
            data = package.read(entry)
            if entry.filename.endswith(".xml"):
                for placeholder, value in ((NUMBER, number), (DATE, date), (SIGNATURE, "")):
                    data = data.replace(f">{placeholder}<".encode(), f">{value}<".encode())
                    data = data.replace(placeholder.encode(), value.encode())
            out.writestr(entry, data)
    return filled.getvalue()


def signed_by_srikandi(converter: Converter, docx: bytes, number: str, date: str, seal: Seal) -> bytes:
    """Return the signed PDF that comes back from SRIKANDI."""
    return sealed_once(converter.convert(fill_twin(docx, number, date)), seal, appearance=None)
