"""The pages of a bundle that no document has: covers, contents, sheets in between; all are Word templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from docgen.desk.bundles.plan import Piece, Volume, activity, sheets
from docgen.desk.bundles.refused_documents import SHEET_HEADINGS
from docgen.desk.bundles.selection import Item, period
from docgen.desk.desk import Desk
from docgen.errors import DocgenError
from docgen.forms import office_context
from docgen.indonesian import long_date
from docgen.render.bundles.binder import Layout
from docgen.render.bundles.line_count import LINE, line_count
from docgen.render.pdf.destinations import letters, named_destinations
from docgen.render.pdf.paper import MM, PAPERS, Paper
from docgen.render.pdf.pdfium import page_count
from docgen.render.pdf.tags.accessible import make_accessible
from docgen.render.word.fill import render_docx
from docgen.typesetting import unbroken, unbroken_in_cell, unbroken_in_paragraph
from storage.records import Office

FRONT, SHEETS = "_bundel", "_bundel_lembar"  # templates
MISSING = "BELUM ADA"
UNREADABLE = "TIDAK DAPAT DIGABUNG"
# Measures of the contents as its template sets them, to estimate its number of pages; the estimate is checked.
COLUMNS = (("nomor", 3.7), ("uraian", 6.2), ("tanggal", 2.0))  # width in cm
CM = 10 * MM
WHOLE_ROW = 16.0  # cm
PADDING = 0.2 * CM  # of a cell, both sides
MARGINS = 4.5 * CM  # above and below
HEADING = 28.0  # its title and the space below, in points
CELL = 9.0  # size of the font
SPACE = 1.0  # above and below a paragraph
COVER_ASSETS = 8  # that a cover names
# Assets, refused documents and procedures that a cover names, and what it names where that takes more than a page.
COVER_STEPS = ((COVER_ASSETS, 3, 9), (4, 2, 6), (1, 1, 2))
MOST_OF_NAME = 160  # characters of an asset on a cover
MOST_VOLUMES_NAMED = 16  # volumes that a cover names beside its own
MOST_CHARACTERS = 400  # of a line on a sheet or label, so that each stays on its page


@dataclass(frozen=True)
class About:
    """What the front pages say of the whole bundle; `dossiers` are number and title of each (by id), where they are
    several.
    """

    office: Office
    emblem: bytes | None
    title: str
    code: str
    number: str
    classification: str
    retention: str
    assets: Sequence[str]
    items: Sequence[Item]
    paper: Paper
    today: dt.date
    moment: dt.datetime
    dossiers: Mapping[str, str] = field(default_factory=dict)

    @property
    def period(self) -> str:
        """Return the dates of the first and the last document, in words."""
        return unbroken(" s.d. ".join(dict.fromkeys(long_date(day) for day in period(self.items))))


class FrontPageEstimate:
    """Estimates how many pages cover and contents take, row by row as the template sets them."""

    def __init__(self, desk: Desk, about: About) -> None:
        self._desk, self._about = desk, about
        self._height_of_page = PAPERS[about.paper][1] - MARGINS
        self._heights: dict[int, tuple[str, float]] = {}

    def pages(self, pieces: Sequence[Piece]) -> int:
        """Return the pages that cover and contents of a volume of these pieces take."""
        pages, free = 2, self._height_of_page - HEADING - _height(1)
        dossier = ""
        for piece in pieces:
            if piece.sort == "separator":
                continue
            height = self._height_of_row(piece)
            if piece.dossier != dossier:
                dossier = piece.dossier
                height += _height(line_count(self._about.dossiers.get(dossier, ""), WHOLE_ROW * CM - PADDING, CELL))
            if height > free:
                pages, free = pages + 1, self._height_of_page - _height(1)
            free -= height
        return pages

    def _height_of_row(self, piece: Piece) -> float:
        cached = self._heights.get(id(piece))
        if cached is None or cached[0] != piece.reason:  # a file that could not be read adds a note
            cached = self._heights[id(piece)] = piece.reason, _height_of(_row(self._desk, 0, piece, 0, Layout()))
        return cached[1]


def _height_of(row: Mapping[str, str]) -> float:
    lines = [line_count(row[name], width * CM - PADDING, CELL) for name, width in COLUMNS]
    lines[1] += line_count(row["catatan"], COLUMNS[1][1] * CM - PADDING, CELL) if row["catatan"] else 0
    return _height(max(lines)) + (2 * SPACE if row["catatan"] and lines[1] == max(lines) else 0)


def _height(lines: int) -> float:
    return lines * CELL * LINE + 2 * SPACE + 0.5


def render_front(desk: Desk, about: About, volume: Volume, volumes: Sequence[Volume], layout: Layout) -> bytes:
    """Return cover and contents of one of the `volumes` as a PDF. Raises ConverterError.

    The cover is one page: where names are so long that it would be two, it names fewer assets and refused documents.
    """
    items = [piece.item for piece, _ in volume.listed if piece.item is not None]
    context = {
        "judul": unbroken(about.title),
        "jilid": of_volumes(volume, len(volumes)),
        "rentang": f"halaman {_range(volume)} dari {_last(volumes[-1])}" if len(volumes) > 1 else "",
        "jilid_lain": _others(volume, volumes),
        "nomor_berkas": about.number,
        "klasifikasi": about.classification,
        "periode": about.period,
        "retensi": unbroken(about.retention),
        "jumlah_naskah": str(len(items)),
        "jumlah_halaman": str(volume.pages),
        "jumlah_lembar": str(sheets(volume.pages, layout)),
        "kode": about.code,
        "tanggal_cetak": unbroken(long_date(about.today)),
        "daftar": _rows(desk, about, volume, layout),
    }
    procedures = list(dict.fromkeys(desk.procedure_title(piece.place[0]) for piece in volume.pieces))
    for assets, refused, named in COVER_STEPS:
        shown = {
            "prosedur": "; ".join(_first(procedures, named, "prosedur")),
            "aset": _first([unbroken(shorten(asset, MOST_OF_NAME)) for asset in about.assets], assets, "aset"),
            "keterangan": [*map(unbroken, _refused(desk, items, refused))],
        }
        pdf = render_template(desk, about, FRONT, context | shown)
        begins = named_destinations(pdf).get(f"isi{letters(0)}")
        if begins is None or begins.page <= 1:
            break
    return pdf


def _first(texts: Sequence[str], most: int, word: str) -> list[str]:
    """Return the first texts, and how many more there are."""
    more = len(texts) - most
    return [*texts[:most], *([f"dan {more} {word} lain"] if more > 0 else [])]


def _rows(desk: Desk, about: About, volume: Volume, layout: Layout) -> list[dict[str, str]]:
    """Return the rows of the contents; the first of each dossier names it, where there are several."""
    rows = []
    dossier = ""
    for index, (piece, start) in enumerate(volume.listed):
        label = about.dossiers.get(piece.dossier, "") if piece.dossier != dossier else ""
        dossier = piece.dossier
        rows.append({"berkas": label} | _row(desk, index, piece, start, layout))
    return rows


def _refused(desk: Desk, items: Sequence[Item], most: int) -> list[str]:
    """Return what a cover says of the documents that were refused and not replaced yet."""
    refused = [item for item in items if item.refused and not item.refused.replaced and not item.refused.letter]
    lines = [
        f"{desk.kind_title(item.document.kind)} nomor {item.document.number}: {item.refused.note}"
        for item in refused[:most]
        if item.refused
    ]
    more = len(refused) - most
    return lines + ([f"dan {more} naskah lain yang ditolak atau dikembalikan; lihat daftar isi"] if more > 0 else [])


def render_sheets(desk: Desk, about: About, pieces: Sequence[Piece]) -> list[bytes]:
    """Return one PDF with a page for each piece, or one for each where a sheet is overlong. Raises ConverterError."""
    contents = [_sheet(desk, about, piece) for piece in pieces]
    pdf = render_template(desk, about, SHEETS, {"lembar": contents})
    if page_count(pdf) == len(pieces):
        return [pdf]
    return [render_template(desk, about, SHEETS, {"lembar": [sheet]}) for sheet in contents]


def of_volumes(volume: Volume, volumes: int) -> str:
    """Return `Jilid 1 dari 3`; "" when there is only one."""
    return f"Jilid {volume.number} dari {volumes}" if volumes > 1 else ""


def _last(volume: Volume) -> int:
    return volume.begins + volume.pages


def _range(volume: Volume) -> str:
    return f"{volume.begins + 1}–{_last(volume)}"


def _others(volume: Volume, volumes: Sequence[Volume]) -> str:
    """Return where the other volumes are; "" where there is none, or more than a cover can name."""
    if not 1 < len(volumes) <= MOST_VOLUMES_NAMED:
        return ""
    return "; ".join(f"Jilid {other.number} halaman {_range(other)}" for other in volumes if other is not volume)


def render_template(desk: Desk, about: About, template: str, context: Mapping[str, Any]) -> bytes:
    """Return a filled template of a bundle as a PDF. Raises ConverterError."""
    properties = {
        "title": about.title,
        "subject": "Bundel naskah dinas",
        "author": about.office.name,
        "created": about.moment,
    }
    values = {"kantor": office_context(about.office), **context}
    word = render_docx(desk.template(template), values, emblem=about.emblem, properties=properties, paper=about.paper)
    return make_accessible(desk.converter.convert(word))


def _row(desk: Desk, index: int, piece: Piece, start: int, layout: Layout) -> dict[str, str]:
    item = piece.item
    row = {
        "tanda": letters(index),
        "urut": str(index + 1),
        "no": str(index + 1),
        "catatan": unbroken_in_cell(_note(piece)),
        "lembar": str(sheets(piece.pages, layout)),
        "halaman": str(start + 1),
    }
    if item is None:
        return row | {"nomor": "-", "uraian": desk.kind_title(piece.kind), "tanggal": "-"}
    document = item.document
    return row | {
        "nomor": document.number,
        "uraian": unbroken_in_cell(f"{desk.kind_title(document.kind)}: {document.title}"),
        "tanggal": f"{document.date:%d-%m-%Y}",
    }


def _note(piece: Piece) -> str:
    if piece.sort == "missing":
        step = f"(langkah {piece.place[1]})"
        refused = piece.refused
        return f"{SHEET_HEADINGS[refused.decision]} {step}: {refused.why_missing}" if refused else f"{MISSING} {step}"
    note = piece.item.note if piece.item else ""
    return ". ".join(part for part in (f"{UNREADABLE.capitalize()}" if piece.reason else "", note) if part)


def _sheet(desk: Desk, about: About, piece: Piece) -> dict[str, Any]:
    slug, number = piece.place
    step = [("Prosedur", desk.procedure_title(slug)), ("Langkah", f"{number}. {activity(desk, piece.place)}")]
    if piece.sort == "separator":
        step += [("Berkas", label)] if (label := about.dossiers.get(piece.dossier)) else []
        step.append(("Isi", f"{piece.count} naskah" if piece.count else "belum ada naskah"))
        return _page(f"LANGKAH {number}", desk.procedure_title(slug), step[1:], "")
    if piece.sort == "missing" and piece.refused:
        explanation = (
            f"Naskah ini {piece.refused.why_missing} ketika bundel dibuat, {long_date(about.today)}. "
            "Setelah penggantinya terbit, cetak dan selipkan sebagai pengganti lembar ini."
        )
        rows = [*step, *piece.refused.details, ("Berkas", about.title)]
        return _page(SHEET_HEADINGS[piece.refused.decision], desk.kind_title(piece.kind), rows, explanation)
    if piece.sort == "missing":
        explanation = (
            f"Naskah ini diminta SOP, tetapi belum ada dalam berkas ketika bundel dibuat, {long_date(about.today)}. "
            "Setelah terbit, cetak dan selipkan sebagai pengganti lembar ini."
        )
        return _page(MISSING, desk.kind_title(piece.kind), [*step, ("Berkas", about.title)], explanation)
    item = piece.item
    if item is None:
        raise DocgenError("Lembar bundel tanpa naskah.")
    rows = [
        ("Nomor", item.document.number),
        ("Hal", item.document.title),
        ("Tanggal", long_date(item.document.date)),
        *step,
        ("Revisi", str(item.revision.number)),
        ("SHA-256", item.pages.file.sha256),
        ("Sebab", piece.reason),
    ]
    explanation = (
        "Naskah tetap utuh dalam arsip. Buka dan cetak tersendiri, lalu selipkan sebagai pengganti lembar ini."
    )
    return _page(UNREADABLE, desk.kind_title(item.document.kind), rows, explanation)


def _page(heading: str, title: str, rows: Sequence[tuple[str, str]], explanation: str) -> dict[str, Any]:
    lines = [{"label": label, "isi": unbroken(shorten(text, MOST_CHARACTERS))} for label, text in rows]
    return {
        "besar": heading,
        "judul": unbroken(shorten(title, 150)),
        "rincian": lines,
        "keterangan": unbroken_in_paragraph(explanation),
    }


def shorten(text: str, length: int) -> str:
    """Return a text of at most `length` characters."""
    return text if len(text) <= length else text[: length - 3] + "..."
