"""Daftar Berkas: the dossiers that were opened in a year, as a document and as a spreadsheet."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from sqlalchemy import Connection

from docgen.desk.bundles.cover import dossier_number, file_code
from docgen.desk.bundles.selection import code_order
from docgen.desk.desk import Desk
from docgen.forms import office_context
from docgen.indonesian import long_date
from docgen.render.word.fill import render_docx
from docgen.spreadsheets.text_cell import put_text
from storage.catalogue import documents, filing, registers
from storage.records import Document, Dossier

TEMPLATE = "_bundel_daftar"
HEADINGS = (
    ("No.", 6),
    ("Nomor Berkas", 24),
    ("Uraian Berkas", 50),
    ("Aset", 36),
    ("Kurun Waktu", 30),
    ("Naskah", 10),
    ("Halaman", 10),
    ("Keadaan", 14),
    ("Bundel Terarsip", 30),
)
SHOWN_ASSETS = 5


@dataclass(frozen=True)
class FileLine:
    """A dossier in the list; `bundles` are the codes of the archived bundles that hold something of it."""

    number: str
    title: str
    assets: Sequence[str]
    first: dt.date
    last: dt.date
    documents: int
    pages: int
    closed: bool
    bundles: Sequence[str]

    @property
    def period(self) -> str:
        """Return the dates of the first and the last document, in words."""
        return " s.d. ".join(dict.fromkeys([long_date(self.first), long_date(self.last)]))

    @property
    def shown_assets(self) -> str:
        """Return the first assets, and how many more there are."""
        more = len(self.assets) - SHOWN_ASSETS
        return "; ".join(self.assets[:SHOWN_ASSETS]) + (f"; dan {more} lagi" if more > 0 else "")


def list_files(desk: Desk, year: int) -> list[FileLine]:
    """Return the dossiers opened in a year (on the office's clock) that hold documents, by their numbers."""
    with desk.catalogue.read() as tx:
        zone = ZoneInfo(registers.get_office(tx).time_zone)
        begins, ends = (dt.datetime(number, 1, 1, tzinfo=zone).astimezone(dt.UTC) for number in (year, year + 1))
        dossiers = filing.dossiers_opened(tx, begins, ends)
        dossiers.sort(key=lambda dossier: (code_order(file_code(desk, dossier)), dossier.id))
        documents_by_dossier = filing.documents_in(tx, [dossier.id for dossier in dossiers])
        lines = [_line(desk, tx, dossier, documents_by_dossier[dossier.id]) for dossier in dossiers]
        return [line for line in lines if line is not None]


def file_list_pdf(desk: Desk, year: int) -> bytes:
    """Return the Daftar Berkas as a PDF. Raises ConverterError."""
    lines = list_files(desk, year)
    with desk.catalogue.read() as tx:
        office, emblem = registers.get_office(tx), registers.get_emblem(tx)
    context = {
        "kantor": office_context(office),
        "tahun": str(year),
        "tanggal_cetak": long_date(desk.today()),
        "jumlah": str(len(lines)),
        "daftar": [
            {
                "no": str(index),
                "nomor": line.number,
                "uraian": line.title,
                "aset": line.shown_assets,
                "periode": line.period,
                "naskah": str(line.documents),
                "halaman": str(line.pages),
                "keadaan": "Ditutup" if line.closed else "Terbuka",
                "bundel": ", ".join(f"...{code[-8:]}" for code in line.bundles) or "-",
            }
            for index, line in enumerate(lines, start=1)
        ],
    }
    properties = {"title": f"Daftar Berkas Tahun {year}", "author": office.name, "created": desk.now()}
    return desk.converter.convert(
        render_docx(desk.template(TEMPLATE), context, emblem=emblem, properties=properties, paper=office.paper)
    )


def file_list_xlsx(desk: Desk, year: int) -> bytes:
    """Return the Daftar Berkas as XLSX; what people typed stays text, whatever sign it begins with."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = f"Berkas {year}"
    for column, (heading, width) in enumerate(HEADINGS, start=1):
        cell = sheet.cell(1, column, heading)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for row, line in enumerate(list_files(desk, year), start=2):
        values = (
            row - 1,
            line.number,
            line.title,
            "; ".join(line.assets),
            line.period,
            line.documents,
            line.pages,
            "Ditutup" if line.closed else "Terbuka",
            ", ".join(line.bundles),
        )
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(row, column)
            if isinstance(value, str):
                put_text(cell, value)
            else:
                cell.value = value
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _line(desk: Desk, tx: Connection, dossier: Dossier, dossier_documents: Sequence[Document]) -> FileLine | None:
    """Return the line of a dossier that holds these documents; None while none of them is archived."""
    archived = [document for document in dossier_documents if document.revision]
    if not archived:
        return None
    revisions = documents.current_revisions(tx, archived)
    codes = dict.fromkeys(filed.bundle for document in archived for filed in filing.bundles_of(tx, document.id))
    dates = [document.date for document in archived]
    return FileLine(
        number=dossier_number(desk, tx, dossier),
        title=dossier.title,
        assets=dossier.assets,
        first=min(dates),
        last=max(dates),
        documents=len(archived),
        pages=sum(revision.pdf.pages or 0 for revision in revisions.values()),
        closed=dossier.closed_at is not None,
        bundles=list(codes),
    )
