"""Word files that each break one rule of a page, for the real LibreOffice: what the gallery's checks must find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt

from tests.support.files.word import saved

STYLES = ("Judul", "Alinea", "Butir", "Tanda Tangan", "Rincian", "Sel", "Sel Kepala")
LINE = "Perangkat diperiksa, dicatat dan dirawat menurut ketentuan yang berlaku bagi barang milik daerah ini. "
HEIGHT, LEADING = 714, 13.5  # points between the margins, and from line to line


def empty() -> Any:
    """Return an A4 document with a letter's margins and styles: single lines, nothing kept together."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = Cm(3), Cm(2), Cm(2), Cm(2.5)
    for name in STYLES:
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.font.name, style.font.size = "Arial", Pt(12)
        style.paragraph_format.widow_control = False
        style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
        style.paragraph_format.line_spacing = Pt(LEADING)
    return document


def written(*paragraphs: tuple[str, str] | tuple[str, str, float]) -> bytes:
    """Return a document of paragraphs: each its style, its text, and the points left free before it."""
    document = empty()
    add(document, *paragraphs)
    return saved(document)


def add(document: Any, *paragraphs: tuple[str, str] | tuple[str, str, float]) -> None:
    """Add paragraphs as `written` does."""
    for style, text, *before in paragraphs:
        paragraph = document.add_paragraph(text, style)
        if before:
            paragraph.paragraph_format.space_before = Pt(before[0])


def at_foot(lines: int, *paragraphs: tuple[str, str]) -> bytes:
    """Return a document in which the first of these paragraphs has so many lines left on the first page."""
    filled = int(HEIGHT / LEADING) - lines
    return written(*[("Alinea", f"Baris {at}") for at in range(filled)], *paragraphs)


def tabulated(
    widths: Sequence[float],
    rows: Sequence[Sequence[str]],
    *,
    repeat: bool = True,
    before: Sequence[tuple[str, str]] = (),
) -> bytes:
    """Return a document with a table of columns so wide in points; its first row is a header, repeated where told."""
    document = empty()
    add(document, *before)
    table = document.add_table(0, len(widths))
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
    for at, cells in enumerate(rows):
        row = table.add_row()
        for cell, width, text in zip(row.cells, widths, cells, strict=True):
            cell.width = Pt(width)
            cell.paragraphs[0].text = text
            cell.paragraphs[0].style = document.styles["Sel" if at else "Sel Kepala"]
        if at == 0 and repeat:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.add_paragraph("", "Alinea")
    return saved(document)


def numbered(text: str, *, pages: int, left: float = 0) -> bytes:
    """Return a document of pages whose head says `text` at `left` points."""
    document = empty()
    head = document.sections[0].header.paragraphs[0]
    head.text = text
    head.paragraph_format.left_indent = Pt(left)
    for at in range(pages):
        paragraph = document.add_paragraph(LINE, "Alinea")
        paragraph.paragraph_format.page_break_before = at > 0
    return saved(document)


def headed(*lines: str) -> bytes:
    """Return a document whose letterhead has these lines, in 16 points."""
    document = empty()
    document.sections[0].header_distance = Cm(1)
    head = document.sections[0].header
    for at, text in enumerate(lines):
        paragraph = head.paragraphs[0] if at == 0 else head.add_paragraph()
        paragraph.add_run(text).font.size = Pt(16)
    document.add_paragraph(LINE, "Alinea")
    return saved(document)


def shifted(points: float, text: str = LINE) -> bytes:
    """Return a document with a paragraph moved to the left by so many points."""
    document = empty()
    document.add_paragraph(text, "Alinea").paragraph_format.left_indent = Pt(-points)
    return saved(document)


def crowded() -> bytes:
    """Return a document in which two lines are set on one another."""
    document = empty()
    for text in (LINE[:60], LINE[20:80]):
        paragraph = document.add_paragraph(text, "Alinea")
        paragraph.paragraph_format.line_spacing = Pt(3)
    return saved(document)


def small(points: float) -> bytes:
    """Return a document with a word in letters so small."""
    document = empty()
    document.add_paragraph("", "Alinea").add_run("Disetujui").font.size = Pt(points)
    return saved(document)


def low(points: float) -> bytes:
    """Return a document whose text reaches down to so many points above the edge of the paper."""
    document = empty()
    document.sections[0].bottom_margin = document.sections[0].footer_distance = Pt(points)
    for at in range(60):
        document.add_paragraph(f"Baris {at}", "Alinea")
    return saved(document)
