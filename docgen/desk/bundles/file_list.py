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
        """From its first to its last document."""
        return " s.d. ".join(dict.fromkeys([long_date(self.first), long_date(self.last)]))

    @property
    def assets_told(self) -> str:
        """The first assets, and how many more."""
        more = len(self.assets) - SHOWN_ASSETS
        return "; ".join(self.assets[:SHOWN_ASSETS]) + (f"; dan {more} lagi" if more > 0 else "")


def list_files(desk: Desk, year: int) -> list[FileLine]:
    """The dossiers opened in a year (on the office's clock) that hold documents, in the order of their numbers."""
    with desk.catalogue.read() as tx:
        zone = ZoneInfo(registers.get_office(tx).time_zone)
        since, until = (dt.datetime(one, 1, 1, tzinfo=zone).astimezone(dt.UTC) for one in (year, year + 1))
        opened = filing.dossiers_opened(tx, since, until)
        found = sorted(opened, key=lambda one: (file_code(desk, one), one.id))
        held = filing.documents_in(tx, [one.id for one in found])
        return [_line(desk, tx, one, held[one.id]) for one in found if any(d.revision for d in held[one.id])]


def file_list_pdf(desk: Desk, year: int) -> bytes:
    """Daftar Berkas as a document. Raises ConverterError."""
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
                "nomor": one.number,
                "uraian": one.title,
                "aset": one.assets_told,
                "periode": one.period,
                "naskah": str(one.documents),
                "halaman": str(one.pages),
                "keadaan": "Ditutup" if one.closed else "Terbuka",
                "bundel": ", ".join(f"...{code[-8:]}" for code in one.bundles) or "-",
            }
            for index, one in enumerate(lines, start=1)
        ],
    }
    properties = {"title": f"Daftar Berkas Tahun {year}", "author": office.name, "created": desk.now()}
    return desk.converter.convert(
        render_docx(desk.template(TEMPLATE), context, emblem=emblem, properties=properties, paper=office.paper)
    )


def file_list_xlsx(desk: Desk, year: int) -> bytes:
    """Daftar Berkas as a spreadsheet; what was typed by people stays text, whatever sign it begins with."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = f"Berkas {year}"
    for column, (heading, width) in enumerate(HEADINGS, start=1):
        cell = sheet.cell(1, column, heading)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for row, one in enumerate(list_files(desk, year), start=2):
        values = (
            row - 1,
            one.number,
            one.title,
            "; ".join(one.assets),
            one.period,
            one.documents,
            one.pages,
            "Ditutup" if one.closed else "Terbuka",
            ", ".join(one.bundles),
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


def _line(desk: Desk, tx: Connection, dossier: Dossier, made: Sequence[Document]) -> FileLine:
    archived = [one for one in made if one.revision]
    current = documents.current_revisions(tx, archived)
    codes = dict.fromkeys(filed.bundle for one in archived for filed in filing.bundles_of(tx, one.id))
    dates = [one.date for one in archived]
    return FileLine(
        number=dossier_number(desk, tx, dossier),
        title=dossier.title,
        assets=dossier.assets,
        first=min(dates),
        last=max(dates),
        documents=len(archived),
        pages=sum(one.pdf.pages or 0 for one in current.values()),
        closed=dossier.closed_at is not None,
        bundles=list(codes),
    )
