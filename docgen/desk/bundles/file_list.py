"""Daftar Berkas: the dossiers that were opened in a year, as a document and as a spreadsheet."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from sqlalchemy import Connection

from docgen.desk.bundles.cover import dossier_numbers, file_code
from docgen.desk.bundles.selection import classification_of, code_order
from docgen.desk.desk import Desk
from docgen.forms import office_context, official_context
from docgen.indonesian import local_date, long_date, short_date
from docgen.render.pdf.tags.accessible import make_accessible
from docgen.render.word.fill import render_docx
from docgen.retention import FATES, Rule
from docgen.sop.actors import find_signer, valid_on
from docgen.spreadsheets.text_cell import put_text
from docgen.typesetting import unbroken_in_cell
from storage.catalogue import documents, filing, registers
from storage.catalogue.dossiers import documents_in
from storage.catalogue.rows import parts_of
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, visible_documents
from storage.records import Document, Dossier

TEMPLATE = "_bundel_daftar"
# The columns of a Daftar Berkas (Per-ANRI 9/2018, on keeping active archives), and what finds it on our shelves.
HEADINGS = (
    ("No.", 6),
    ("Nomor Berkas", 24),
    ("Kode Klasifikasi", 14),
    ("Uraian Informasi Berkas", 50),
    ("Aset", 36),
    ("Kurun Waktu", 24),
    ("Naskah", 10),
    ("Halaman", 10),
    ("Tingkat Perkembangan", 14),
    ("Lokasi/Boks", 30),
    ("Retensi Aktif (tahun)", 12),
    ("Retensi Inaktif (tahun)", 12),
    ("Nasib Akhir", 16),
    ("Keterangan", 24),
)
SHOWN_ASSETS = 2
ORIGINAL = "Asli"  # what the archive holds is the document itself, not a copy of it
ARCHIVIST = "arsip"  # in the post of the official who compiles the list: Arsiparis, Pengelola Arsip
HEAD = "kepala_dinas"


@dataclass(frozen=True)
class FileLine:
    """A dossier in the list; `bundles` are the codes of the archived bundles that hold something of it."""

    number: str
    code: str
    title: str
    assets: Sequence[str]
    first: dt.date
    last: dt.date
    documents: int
    pages: int
    closed: dt.date | None
    bundles: Sequence[str]
    rule: Rule

    @property
    def period(self) -> str:
        """Return the dates of the first and the last document, in words."""
        return " s.d. ".join(dict.fromkeys([long_date(self.first), long_date(self.last)]))

    @property
    def dates(self) -> str:
        """Return the same dates in figures."""
        return " s.d. ".join(dict.fromkeys([short_date(self.first), short_date(self.last)]))

    @property
    def shown_assets(self) -> str:
        """Return the first assets, and how many more there are."""
        more = len(self.assets) - SHOWN_ASSETS
        return "; ".join(self.assets[:SHOWN_ASSETS]) + (f"; dan {more} lagi" if more > 0 else "")

    @property
    def retention(self) -> tuple[int | None, int | None]:
        """Return the years it is active and inactive after it was closed; None where the schedule does not say."""
        return (self.rule.active, self.rule.inactive) if self.rule.code else (None, None)

    @property
    def remark(self) -> str:
        """Return whether the dossier is open, or since when it is closed."""
        return f"Ditutup {short_date(self.closed)}" if self.closed else "Terbuka"

    @property
    def row(self) -> dict[str, str]:
        """Return its row on paper, without the number of the row."""
        active, inactive = (str(years) if years is not None else "-" for years in self.retention)
        return {
            "nomor": self.number,
            "kode": self.code,
            "uraian": self.title,
            "aset": self.shown_assets,
            "kurun": self.dates,
            "periode": self.period,
            "jumlah": unbroken_in_cell(f"{self.documents} naskah, {self.pages} halaman"),
            "naskah": str(self.documents),
            "halaman": str(self.pages),
            "perkembangan": ORIGINAL,
            "lokasi": ", ".join(f"...{code[-8:]}" for code in self.bundles) or "-",
            "bundel": ", ".join(f"...{code[-8:]}" for code in self.bundles) or "-",
            "aktif": active,
            "inaktif": inactive,
            "nasib": FATES[self.rule.fate].capitalize(),
            "keterangan": self.remark,
            "keadaan": "Ditutup" if self.closed else "Terbuka",
        }


def list_files(desk: Desk, year: int, within: Limits = NO_LIMITS) -> list[FileLine]:
    """Return the dossiers opened in a year (on the office's clock) that hold documents within limits, by their
    numbers."""
    with desk.catalogue.read() as tx:
        zone = registers.get_office(tx).time_zone
        begins, ends = (
            dt.datetime(number, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC) for number in (year, year + 1)
        )
        dossiers = filing.dossiers_opened(tx, begins, ends)
        dossiers.sort(key=lambda dossier: (code_order(file_code(desk, dossier)), dossier.id))
        numbers = dossier_numbers(desk, tx, year)
        lines = (line for part in parts_of(dossiers) for line in _lines(desk, tx, part, numbers, zone, within))
        return [line for line in lines if line is not None]


def file_list_pdf(desk: Desk, year: int, within: Limits = NO_LIMITS) -> bytes:
    """Return the Daftar Berkas as a PDF. Raises ConverterError."""
    lines = list_files(desk, year, within)
    with desk.catalogue.read() as tx:
        office, emblem = registers.get_office(tx), registers.get_emblem(tx)
        officials = registers.list_officials(tx)
    head = find_signer(officials, HEAD, desk.today())
    archivists = [one for one in officials if ARCHIVIST in one.post.casefold() and valid_on(one, desk.today())]
    context = {
        "kantor": office_context(office),
        "tahun": str(year),
        "tanggal_cetak": long_date(desk.today()),
        "jumlah": str(len(lines)),
        "daftar": [{"no": str(index)} | line.row for index, line in enumerate(lines, start=1)],
        "penandatangan": official_context(head) if head else False,
        "penyusun": official_context(archivists[0]) if archivists else False,
    }
    properties = {"title": f"Daftar Berkas Tahun {year}", "author": office.name, "created": desk.now()}
    word = render_docx(desk.template(TEMPLATE), context, emblem=emblem, properties=properties, paper=office.paper)
    return make_accessible(desk.converter.convert(word))


def file_list_xlsx(desk: Desk, year: int, within: Limits = NO_LIMITS) -> bytes:
    """Return the Daftar Berkas as XLSX; what people typed stays text, whatever sign it begins with."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = f"Berkas {year}"
    for column, (heading, width) in enumerate(HEADINGS, start=1):
        cell = sheet.cell(1, column, heading)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for row, line in enumerate(list_files(desk, year, within), start=2):
        values = (
            row - 1,
            line.number,
            line.code,
            line.title,
            "; ".join(line.assets),
            line.period,
            line.documents,
            line.pages,
            ORIGINAL,
            ", ".join(line.bundles),
            *line.retention,
            FATES[line.rule.fate].capitalize(),
            line.remark,
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


def _lines(
    desk: Desk, tx: Connection, dossiers: Sequence[Dossier], numbers: Mapping[str, str], zone: str, within: Limits
) -> Iterator[FileLine | None]:
    """Yield the line of each of these dossiers; None where nothing of it is archived and within limits."""
    documents_by_dossier = documents_in(tx, [dossier.id for dossier in dossiers])
    archived = [document for its in documents_by_dossier.values() for document in its if document.revision]
    if within:
        visible = visible_documents(tx, [document.id for document in archived], within)
        archived = [document for document in archived if document.id in visible]
    revisions = documents.current_revisions(tx, archived)
    bundles = filing.bundles_by_document(tx, [document.id for document in archived])
    by_dossier: dict[str, list[Document]] = {}
    for document in archived:
        by_dossier.setdefault(document.dossier, []).append(document)
    for dossier in dossiers:
        of_dossier = by_dossier.get(dossier.id, [])
        pages = sum(revisions[document.id].pdf.pages or 0 for document in of_dossier if document.id in revisions)
        codes = dict.fromkeys(code for document in of_dossier for code in bundles.get(document.id, []))
        yield _line(desk, dossier, numbers[dossier.id], of_dossier, pages, list(codes), zone) if of_dossier else None


def _line(
    desk: Desk,
    dossier: Dossier,
    number: str,
    archived: Sequence[Document],
    pages: int,
    bundles: Sequence[str],
    zone: str,
) -> FileLine:
    """Return the line of a dossier that holds these archived documents of so many pages."""
    dates = [document.date for document in archived]
    return FileLine(
        number=number,
        code=file_code(desk, dossier),
        title=dossier.title,
        assets=dossier.assets,
        first=min(dates),
        last=max(dates),
        documents=len(archived),
        pages=pages,
        closed=local_date(dossier.closed_at, zone) if dossier.closed_at else None,
        bundles=bundles,
        rule=desk.retention.rule_for_all(filter(None, [classification_of(desk, dossier)])),
    )
