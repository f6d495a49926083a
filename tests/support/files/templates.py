"""Word templates for the tests: a small letter that has all it needs, to which a test adds what it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping

from docgen.forms.field_sheet import Column, FieldSheet, SheetField
from tests.support.files.word import edited, packed, unpacked
from tests.support.files.word_by_hand import para, part, word

SHEET = FieldSheet(
    title="Surat Uji",
    title_field="hal",
    fields=[
        SheetField(name="hal", label="Hal", required=True),
        SheetField(name="uraian", label="Uraian", type="paragraphs"),
        SheetField(name="tugas", label="Tugas", type="list"),
        SheetField(
            name="barang",
            label="Barang",
            type="table",
            columns=[Column(name="nama", label="Nama", required=True), Column(name="jumlah", label="Jumlah")],
        ),
    ],
)
HEAD = para("NOTA DINAS") + para("Nomor {{ nomor }}") + para("Hal {{ hal }}")
SIGNATURE = para("{{ penandatangan.jabatan }},") + para() * 3 + para("{{ penandatangan.nama }}")
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def template(*content: str, head: str = HEAD, foot: str = SIGNATURE, parts: Mapping[str, str] | None = None) -> bytes:
    """A letter with this content between head and signature, paragraphs as text or XML; A4, the margins of offices."""
    body = "".join(each if each.startswith("<") else para(each) for each in content)
    return with_margins(word(head + body + foot, parts))


def with_margins(docx: bytes, *, right: int = 1134, bottom: int = 1418) -> bytes:
    """The letter with the margins of offices, or others: in twips."""
    parts = unpacked(docx)
    margins = (
        f'<w:pgMar w:top="1134" w:right="{right}" w:bottom="{bottom}" w:left="1701" w:header="709" w:footer="709"/>'
    )
    body = re.sub(rb"<w:pgMar [^>]*/>", margins.encode(), parts["word/document.xml"])
    return packed({**parts, "word/document.xml": body})


def with_relation(docx: bytes, kind: str, target: str, *, outside: bool = False) -> bytes:
    """The letter whose body has one more relation, rId99, of this kind of the office schemas."""
    mode = ' TargetMode="External"' if outside else ""
    line = f'<Relationship Id="rId99" Type="{_RELATION}/{kind}" Target="{target}"{mode}/></Relationships>'
    return edited(docx, "word/_rels/document.xml.rels", "</Relationships>", line)


def with_part(docx: bytes, name: str, data: bytes) -> bytes:
    """The letter with one more part, of which nothing else says a word."""
    return packed({**unpacked(docx), name: data})


def styles(*definitions: str) -> dict[str, str]:
    """A part of styles."""
    return {"word/styles.xml": part("styles", "".join(definitions))}


def table(*rows: tuple[str, ...]) -> str:
    """A table of texts."""
    cells = ("".join(f"<w:tc>{para(text)}</w:tc>" for text in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"
