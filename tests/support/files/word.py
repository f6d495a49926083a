"""Word files for the tests, honest and hostile."""

from __future__ import annotations

import functools
import io
import zipfile
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Cm
from PIL import Image

from docgen.typesetting import plain_text

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def letter(*paragraphs: str) -> bytes:
    """A small letter with a heading and these paragraphs."""
    document = Document()
    document.add_heading("Nota Dinas", 1)
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


@functools.cache
def long_report(paragraphs: int = 2500) -> bytes:
    """A document that keeps LibreOffice busy for a second or more."""
    document = Document()
    for number in range(paragraphs):
        document.add_paragraph(f"{number}. Barang milik daerah ini diperiksa, dicatat, dan dirawat. " * 3)
    return saved(document)


def with_linked_picture(address: str) -> bytes:
    """A letter whose only picture is a link to `address`."""
    document = Document()
    document.add_paragraph("Sebelum gambar")
    picture = io.BytesIO()
    Image.new("RGB", (30, 30), "red").save(picture, "PNG")
    picture.seek(0)
    document.add_picture(picture, width=Cm(2))
    link = document.part.relate_to(address, RELATIONSHIP_TYPE.IMAGE, is_external=True)
    blip = next(element for element in document.element.iter() if element.tag.endswith("}blip"))
    del blip.attrib[f"{{{_R}}}embed"]
    blip.set(f"{{{_R}}}link", link)
    document.add_paragraph("Sesudah gambar")
    return saved(document)


def with_field(*pieces: str, shown: str = "hasil terakhir") -> bytes:
    """A letter with one complex field whose instruction is spread over `pieces`."""
    document = Document()
    document.add_paragraph("Sebelum bidang")
    runs = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    runs += "".join(f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>' for piece in pieces)
    runs += f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{shown}</w:t></w:r>'
    runs += '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    return edited(saved(document), "word/document.xml", "<w:sectPr", f"<w:p>{runs}</w:p><w:sectPr")


def saved(document: object) -> bytes:
    """The bytes of a python-docx document."""
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]
    return target.getvalue()


def edited(docx: bytes, part: str, old: str, new: str) -> bytes:
    """The Word file with the first `old` in `part` replaced by `new`."""
    parts = unpacked(docx)
    assert old.encode() in parts[part]
    return packed({**parts, part: parts[part].replace(old.encode(), new.encode(), 1)})


def unpacked(docx: bytes) -> dict[str, bytes]:
    """The parts of a Word file by name."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """A Word file of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return target.getvalue()


def text_of(docx: bytes) -> list[str]:
    """The text of every paragraph, those in tables too, with ordinary spaces and hyphens."""
    document: Any = Document(io.BytesIO(docx))
    found = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        found += [paragraph.text for row in table.rows for cell in row.cells for paragraph in cell.paragraphs]
    return [plain_text(text) for text in found]
