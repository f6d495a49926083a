"""The pages of a bundle that no document has: covers, contents, sheets in between, labels; all are Word templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from docgen.desk.bundles.plan import Piece, Volume, activity, sheets
from docgen.desk.bundles.refused_documents import WANTED
from docgen.desk.bundles.selection import Item, period
from docgen.desk.desk import Desk
from docgen.errors import DocgenError
from docgen.forms import office_context
from docgen.indonesian import long_date
from docgen.render.bundles.binder import Layout
from docgen.render.bundles.line_count import LINE, line_count
from docgen.render.pdf.destinations import letters
from docgen.render.pdf.paper import MM, PAPERS
from docgen.render.pdf.pdfium import page_count
from docgen.render.word.fill import render_docx
from storage.records import Office

FRONT, SHEETS, LABELS = "_bundel", "_bundel_lembar", "_bundel_label"  # templates
MISSING = "BELUM ADA"
UNREADABLE = "TIDAK DAPAT DIGABUNG"
# Of the contents as its template sets them, to reckon its number of pages ahead; what is reckoned is checked.
COLUMNS = (("nomor", 3.7), ("uraian", 6.2), ("tanggal", 2.0))  # width in cm
CM = 10 * MM
PADDING = 0.2 * CM  # of a cell, both sides
MARGINS = 4.5 * CM  # above and below
HEADING = 28.0  # its title and the space below, in points
CELL = 9.0  # size of the font
SPACE = 1.0  # above and below a paragraph
MOST_REFUSED = 3  # documents that a cover names as refused; the contents tell of each
MOST_TOLD = 16  # volumes that a cover names beside its own
LONGEST = 400  # signs of a line on a sheet or label: each stays on its page


@dataclass(frozen=True)
class About:
    """What the front pages say of the whole bundle."""

    office: Office
    emblem: bytes | None
    title: str
    code: str
    number: str
    classification: str
    retention: str
    assets: Sequence[str]
    items: Sequence[Item]
    paper: Literal["A4", "F4"]
    today: dt.date
    moment: dt.datetime

    @property
    def period(self) -> str:
        """From the first to the last document."""
        return " s.d. ".join(dict.fromkeys(long_date(day) for day in period(self.items)))


class Reckoner:
    """How many pages cover and contents take, reckoned row by row as the template sets them."""

    def __init__(self, desk: Desk, paper: str) -> None:
        self._desk = desk
        self._room = PAPERS[paper][1] - MARGINS
        self._heights: dict[int, tuple[str, float]] = {}

    def pages(self, pieces: Sequence[Piece]) -> int:
        """Of a volume that holds these."""
        pages, left = 2, self._room - HEADING - _height(1)
        for piece in pieces:
            if piece.sort == "separator":
                continue
            high = self._high(piece)
            if high > left:
                pages, left = pages + 1, self._room - _height(1)
            left -= high
        return pages

    def _high(self, piece: Piece) -> float:
        known = self._heights.get(id(piece))
        if known is None or known[0] != piece.reason:  # whose file could not be read has a note more
            known = self._heights[id(piece)] = piece.reason, _height_of(_row(self._desk, 0, piece, 0, Layout()))
        return known[1]


def _height_of(row: Mapping[str, str]) -> float:
    lines = [line_count(row[name], width * CM - PADDING, CELL) for name, width in COLUMNS]
    lines[1] += line_count(row["catatan"], COLUMNS[1][1] * CM - PADDING, CELL) if row["catatan"] else 0
    return _height(max(lines)) + (2 * SPACE if row["catatan"] and lines[1] == max(lines) else 0)


def _height(lines: int) -> float:
    return lines * CELL * LINE + 2 * SPACE + 0.5


def render_front(desk: Desk, about: About, volume: Volume, volumes: Sequence[Volume], layout: Layout) -> bytes:
    """Cover and contents of one of the `volumes`. Raises ConverterError."""
    items = [piece.item for piece, _ in volume.listed if piece.item is not None]
    places = dict.fromkeys(desk.procedure_title(piece.place[0]) for piece in volume.pieces)
    context = {
        "judul": about.title,
        "jilid": of_volumes(volume, len(volumes)),
        "rentang": f"halaman {_range(volume)} dari {_last(volumes[-1])}" if len(volumes) > 1 else "",
        "jilid_lain": _others(volume, volumes),
        "nomor_berkas": about.number,
        "klasifikasi": about.classification,
        "prosedur": "; ".join(places),
        "aset": list(about.assets),
        "periode": about.period,
        "retensi": about.retention,
        "keterangan": _refused(desk, items),
        "jumlah_naskah": str(len(items)),
        "jumlah_halaman": str(volume.pages),
        "jumlah_lembar": str(sheets(volume.pages, layout)),
        "kode": about.code,
        "tanggal_cetak": long_date(about.today),
        "daftar": [_row(desk, n, piece, start, layout) for n, (piece, start) in enumerate(volume.listed)],
    }
    return _render(desk, about, FRONT, context)


def _refused(desk: Desk, items: Sequence[Item]) -> list[str]:
    """What a cover says of the documents that were refused and not replaced yet."""
    found = [one for one in items if one.refused and not one.refused.replaced and not one.refused.letter]
    lines = [
        f"{desk.kind_title(one.document.kind)} nomor {one.document.number}: {one.refused.told}"
        for one in found[:MOST_REFUSED]
        if one.refused
    ]
    more = len(found) - MOST_REFUSED
    return lines + ([f"dan {more} naskah lain yang ditolak atau dikembalikan; lihat daftar isi"] if more > 0 else [])


def render_sheets(desk: Desk, about: About, pieces: Sequence[Piece]) -> list[bytes]:
    """A PDF of one page for each piece, or one PDF of them all. Raises ConverterError."""
    contents = [_sheet(desk, about, piece) for piece in pieces]
    together = _render(desk, about, SHEETS, {"lembar": contents})
    if page_count(together) == len(pieces):
        return [together]
    return [_render(desk, about, SHEETS, {"lembar": [one]}) for one in contents]  # one of them is overlong


def render_labels(desk: Desk, about: About, volumes: Sequence[Volume], layout: Layout) -> bytes:
    """A page for each volume with its labels for box and spine. Raises ConverterError."""
    first, last = period(about.items)
    labels = [
        {
            "tanda": letters(index),
            "urut": str(index + 1),
            "judul": _short(about.title, 150),
            "jilid": of_volumes(volume, len(volumes)),
            "nomor_berkas": about.number,
            "klasifikasi": about.classification,
            "tahun": "-".join(dict.fromkeys([str(first.year), str(last.year)])),
            "periode": about.period,
            "isi": f"{sum(p.item is not None for p in volume.pieces)} naskah, "
            f"{sheets(volume.pages, layout)} lembar kertas",
            "retensi": about.retention,
            "kode": about.code,
        }
        for index, volume in enumerate(volumes)
    ]
    return _render(desk, about, LABELS, {"label": labels})


def of_volumes(volume: Volume, volumes: int) -> str:
    """`Jilid 1 dari 3`; "" when there is only one."""
    return f"Jilid {volume.number} dari {volumes}" if volumes > 1 else ""


def _last(volume: Volume) -> int:
    return volume.begins + volume.pages


def _range(volume: Volume) -> str:
    return f"{volume.begins + 1}–{_last(volume)}"


def _others(volume: Volume, volumes: Sequence[Volume]) -> str:
    """Where the rest is; "" of one alone, and of so many that a cover could not tell."""
    if not 1 < len(volumes) <= MOST_TOLD:
        return ""
    return "; ".join(f"Jilid {one.number} halaman {_range(one)}" for one in volumes if one is not volume)


def _render(desk: Desk, about: About, template: str, context: Mapping[str, Any]) -> bytes:
    properties = {
        "title": about.title,
        "subject": "Bundel naskah dinas",
        "author": about.office.name,
        "created": about.moment,
    }
    filled = {"kantor": office_context(about.office), **context}
    return desk.converter.convert(
        render_docx(desk.template(template), filled, emblem=about.emblem, properties=properties, paper=about.paper)
    )


def _row(desk: Desk, index: int, piece: Piece, start: int, layout: Layout) -> dict[str, str]:
    item = piece.item
    row = {
        "tanda": letters(index),
        "urut": str(index + 1),
        "no": str(index + 1),
        "catatan": _note(piece),
        "lembar": str(sheets(piece.pages, layout)),
        "halaman": str(start + 1),
    }
    if item is None:
        return row | {"nomor": "-", "uraian": desk.kind_title(piece.kind), "tanggal": "-"}
    document = item.document
    return row | {
        "nomor": document.number,
        "uraian": f"{desk.kind_title(document.kind)}: {document.title}",
        "tanggal": f"{document.date:%d-%m-%Y}",
    }


def _note(piece: Piece) -> str:
    if piece.sort == "missing":
        step = f"(langkah {piece.place[1]})"
        refused = piece.refused
        return f"{WANTED[refused.decision]} {step}: {refused.lacking}" if refused else f"{MISSING} {step}"
    noted = piece.item.note if piece.item else ""
    return ". ".join(part for part in (f"{UNREADABLE.capitalize()}" if piece.reason else "", noted) if part)


def _sheet(desk: Desk, about: About, piece: Piece) -> dict[str, Any]:
    slug, number = piece.place
    step = [("Prosedur", desk.procedure_title(slug)), ("Langkah", f"{number}. {activity(desk, piece.place)}")]
    if piece.sort == "separator":
        step.append(("Isi", f"{piece.count} naskah" if piece.count else "belum ada naskah"))
        return _page(f"LANGKAH {number}", desk.procedure_title(slug), step[1:], "")
    if piece.sort == "missing" and piece.refused:
        told = (
            f"Naskah ini {piece.refused.lacking} ketika bundel dibuat, {long_date(about.today)}. "
            "Setelah penggantinya terbit, cetak dan selipkan sebagai pengganti lembar ini."
        )
        rows = [*step, *piece.refused.details, ("Berkas", about.title)]
        return _page(WANTED[piece.refused.decision], desk.kind_title(piece.kind), rows, told)
    if piece.sort == "missing":
        told = (
            f"Naskah ini diminta SOP, tetapi belum ada dalam berkas ketika bundel dibuat, {long_date(about.today)}. "
            "Setelah terbit, cetak dan selipkan sebagai pengganti lembar ini."
        )
        return _page(MISSING, desk.kind_title(piece.kind), [*step, ("Berkas", about.title)], told)
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
    told = "Naskah tetap utuh dalam arsip. Buka dan cetak tersendiri, lalu selipkan sebagai pengganti lembar ini."
    return _page(UNREADABLE, desk.kind_title(item.document.kind), rows, told)


def _page(big: str, title: str, rows: Sequence[tuple[str, str]], told: str) -> dict[str, Any]:
    lines = [{"label": label, "isi": _short(text, LONGEST)} for label, text in rows]
    return {"besar": big, "judul": _short(title, 150), "rincian": lines, "keterangan": told}


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."
