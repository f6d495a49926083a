"""Print the Berita Acara of a destruction as PDF/A-2b."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from pypdf import PdfWriter
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from docgen.render.pdf.mark_font import BOLD, REGULAR, printable, register_fonts
from docgen.render.pdf.metadata import declare_pdfa
from docgen.render.pdf.objects.pdf_file import pdf_errors, read_pdf, write_pdf
from docgen.render.pdf.paper import MM

register_fonts()
_BODY = ParagraphStyle("body", fontName=REGULAR, fontSize=11, leading=15)
_CELL = ParagraphStyle("cell", parent=_BODY, fontSize=9, leading=11)
_SMALL = ParagraphStyle("small", parent=_CELL, fontSize=6.5, leading=8)
_HEAD = ParagraphStyle("head", parent=_BODY, fontName=BOLD, fontSize=13, leading=17, alignment=TA_CENTER)
_SIGN = ParagraphStyle("sign", parent=_BODY, alignment=TA_CENTER)
_STRONG = ParagraphStyle("strong", parent=_CELL, fontName=BOLD)
_NAME = ParagraphStyle("name", parent=_SIGN, fontName=BOLD)
_WIDTHS = (10 * MM, 60 * MM, 26 * MM, 56 * MM, 18 * MM)


@dataclass(frozen=True)
class Destroyed:
    """A document in the list: number, date and title as printed, and the SHA-256 of its last PDF."""

    number: str
    date: str
    title: str
    files: int
    sha256: str


@dataclass(frozen=True)
class Act:
    """The texts of the Berita Acara, as printed."""

    office: Sequence[str]
    title: str
    day: str
    place: str
    approval: str
    reason: str
    official: str
    post: str
    nip: str
    documents: Sequence[Destroyed]


def destruction_pdf(act: Act) -> bytes:
    """Return the Berita Acara: what was destroyed, on what ground, who approved it. The same act gives the same
    bytes.
    """
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, title=act.title, author=act.office[-1] if act.office else "", lang="id",
        leftMargin=20 * MM, rightMargin=20 * MM, topMargin=20 * MM, bottomMargin=20 * MM, invariant=1,
    )  # fmt: skip
    document.build(_story(act))
    reader = read_pdf(out.getvalue())
    with pdf_errors():
        writer = PdfWriter()
        for page in reader.pages:
            writer.add_page(page)
        declare_pdfa(writer, act.title)
        return write_pdf(writer, hashlib.sha256(repr(act).encode()).digest()[:16])


def _story(act: Act) -> list[Flowable]:
    many = f"{len(act.documents)} naskah"
    opening = (
        f"Pada hari ini {act.day}, di {act.place}, telah dimusnahkan {many} yang habis masa retensinya, sebagaimana "
        f"daftar di bawah ini, berdasarkan persetujuan {act.approval}. Alasan: {act.reason}."
    )
    closing = (
        "Isi naskah dihapus dari arsip elektronik dan tidak dapat dipulihkan. Nomor, tanggal, hal dan nilai SHA-256 "
        "setiap berkasnya tetap tercatat."
    )
    signed = [
        Paragraph(_plain(act.post), _SIGN),
        Spacer(1, 22 * MM),
        Paragraph(_plain(act.official), _NAME),
        *([Paragraph(f"NIP {_plain(act.nip)}", _SIGN)] if act.nip else []),
    ]
    signature = Table([["", signed]], colWidths=(85 * MM, 85 * MM))
    return [
        *(Paragraph(_plain(line), _HEAD) for line in act.office),
        Spacer(1, 6 * MM),
        Paragraph(_plain(act.title.upper()), _HEAD),
        Spacer(1, 6 * MM),
        Paragraph(_plain(opening), _BODY),
        Spacer(1, 4 * MM),
        _table(act.documents),
        Spacer(1, 4 * MM),
        Paragraph(closing, _BODY),
        Spacer(1, 8 * MM),
        KeepTogether([signature]),
    ]


def _table(documents: Sequence[Destroyed]) -> Table:
    heads = [Paragraph(text, _STRONG) for text in ("No.", "Nomor", "Tanggal", "Hal", "Berkas")]
    rows: list[list[Flowable | list[Flowable]]] = [list(heads)]
    for index, document in enumerate(documents, start=1):
        about: list[Flowable] = [Paragraph(_plain(document.title), _CELL), Paragraph(document.sha256, _SMALL)]
        cells = [str(index), document.number, document.date]
        rows.append([*(Paragraph(_plain(cell), _CELL) for cell in cells), about, Paragraph(str(document.files), _CELL)])
    style = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return Table(rows, colWidths=_WIDTHS, repeatRows=1, style=style)


def _plain(text: str) -> str:
    return escape(printable(text))
