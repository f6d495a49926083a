"""Build the context of a Word template: plain data under Indonesian names, every value as it is printed.

The names are listed in `build_context`; field sheets and templates are checked against what it really returns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from docgen.forms.annexes import annex_context
from docgen.forms.defaults import post, rank
from docgen.forms.field_sheet import FieldSheet, SheetField
from docgen.forms.letterhead import address_lines, contact_lines, name_lines
from docgen.forms.photos import photo_context
from docgen.forms.recap import recap_context
from docgen.forms.rich_text import Block, is_plain, text_of
from docgen.forms.signing_office import letterhead_tags, office_of_signer, printed_number
from docgen.indonesian import (
    LARGEST,
    format_nip,
    long_date,
    quantity,
    rupiah,
    rupiah_in_words,
    short_date,
    spell_number,
    spelled_date_parts,
    weekday,
)
from docgen.typesetting import NO_BREAK_SPACE, ended_items, unbroken, unbroken_in_cell, unbroken_in_paragraph
from storage.records import Asset, Office, Official

CONDITIONS = {"B": "Baik", "KB": "Kurang Baik", "RB": "Rusak Berat"}
SORTS = {"hardware": "Perangkat keras", "software": "Perangkat lunak", "data": "Data"}
NOTHING = "-"  # in a table's cell, where an empty one would look forgotten
# The context of what a kind needs derived (`FieldSheet.needs`), from the JSON of its snapshot.
DERIVED: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "recap": recap_context,
    "sop": lambda view: {"sop": _sop(view)},
}


def build_context(
    sheet: FieldSheet,
    values: Mapping[str, Any],
    *,
    office: Office,
    signer: Official,
    assets: Sequence[Asset],
    number: str,
    date: dt.date,
    officials: Mapping[str, Official],
    emblem: bytes | None,
    on_behalf_of: Official | None = None,
    by_way_of: Official | None = None,
    procedure: str = "",
    derived: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the context of one document. `values` are clean (see `validate`), `derived` holds what the kind needs.

    - `kantor` {kop (whether there is a letterhead), pemerintah, nama, singkatan, alamat, telepon, pos_el, laman,
      kontak, tempat; of the letterhead nama_baris, nama_ukuran (points), alamat_baris, kontak_baris; of the formal
      profile nama_tegas, kolom_disposisi}: the office of the signer
    - `nomor` (empty for a kind that carries none); `tanggal` (23 November 2026), `tanggal_angka` (23-11-2026),
      `tanggal_terbilang` (dua puluh tiga bulan November tahun dua ribu dua puluh enam), `hari`
    - `penandatangan` {nama, nip, pangkat, jabatan, alamat, atas_nama, atas_nama_jabatan, untuk_beliau}: `jabatan` with
      Plt. or Plh.; `alamat` is that of another office the official signs for; `atas_nama` is "a.n. Kepala …" or empty,
      `atas_nama_jabatan` the same without "a.n.", `untuk_beliau` the post before "u.b." or empty
    - `aset`: list of {no, nibar, kode_barang, register, nama, merk, seri, tahun, jumlah, nilai, kondisi,
      kondisi_kode, lokasi, jenis}; `jumlah_aset`; `total_nilai` and `total_nilai_terbilang`, empty unless every
      asset has a value
    - `prosedur`: slug of the procedure
    - `lambang`: whether there is an emblem
    - what the kind needs derived: for "recap" `rekap`, see `recap_context`; for "sop" `sop`, see `docgen.sop.sop_view`
    - each field under its own name: text and choices as written, paragraphs a list of str, dates long, integers in
      figures, money as Rupiah, booleans as bool, lists as lists, an official like `penandatangan` (False when none
      was chosen), tables as lists of rows with `no`. Integers and money have a companion `<name>_terbilang`; the
      totals of a table are `<table>_<column>` and `<table>_<column>_terbilang`. Photos: see `photo_context`. Rich
      text is a list of str (paragraphs) and of blocks, see `docgen.forms.rich_text`, for `{{p <name> }}`.
    - a date's companion `<name>_hari` is its day of the week
    - of the assets (`aset`), tables and photos `<list>_terlampir` and `<list>_lampiran`: see `annex_context`
    """
    total = sum(asset.value or 0 for asset in assets)
    total_known = bool(assets) and all(asset.value is not None for asset in assets) and total <= LARGEST
    parts = spelled_date_parts(date)
    context: dict[str, Any] = {
        "kantor": office_context(office_of_signer(office, signer)) | letterhead_tags(signer),
        "nomor": unbroken(printed_number(number, signer)) if sheet.numbered else "",
        "tanggal": unbroken(long_date(date)),
        "tanggal_angka": unbroken(short_date(date)),
        "tanggal_terbilang": f"{parts.day} bulan {parts.month} tahun {parts.year}",
        "hari": weekday(date),
        "penandatangan": official_context(signer, on_behalf_of, by_way_of),
        "aset": [_asset(asset, number) for number, asset in enumerate(assets, start=1)],
        "jumlah_aset": unbroken(quantity(len(assets), "unit")),
        "total_nilai": rupiah(total) if total_known and total else "",
        "total_nilai_terbilang": rupiah_in_words(total) if total_known and total else "",
        "prosedur": procedure,
        "lambang": emblem is not None,
    }
    for need in sheet.needs:
        context |= DERIVED[need]((derived or {})[need])
    for field in sheet.fields:
        context |= _field(field, values.get(field.name), officials)
        if field.spare_rows:
            context[field.name] += _blank_rows(field, len(context[field.name]), int(values.get(field.spare_rows) or 0))
    return context | annex_context(sheet, values, len(assets))


def _sop(view: dict[str, Any]) -> dict[str, Any]:
    """Return the view of an SOP; of an earlier version, whose procedures have no scope, with an empty one."""
    procedures = [{"lingkup": ""} | procedure for procedure in view["prosedur"]]
    cover = {key: _unbroken(value) for key, value in view.items() if key != "prosedur"}
    return cover | {"prosedur": procedures}


def _unbroken(value: Any) -> Any:
    """Return a text or a list of texts whose dates and numbers stay on one line."""
    return [*map(unbroken, value)] if isinstance(value, list) else unbroken(value)


def office_context(office: Office) -> dict[str, Any]:
    """Return the office as templates see it, under `kantor`."""
    named = (("Telepon", office.phone), ("Pos-el", office.email), ("Laman", office.website))
    contacts = tuple(f"{label}\u00a0{value}" for label, value in named if value)
    size, lines = name_lines(office.name)
    return {
        "kop": True,
        "pemerintah": office.government,
        "nama": office.name,
        "nama_baris": list(lines),
        "nama_ukuran": size,
        "singkatan": office.short_name,
        "alamat": office.address,
        "alamat_baris": list(address_lines(office.address)),
        "telepon": office.phone,
        "pos_el": office.email,
        "laman": office.website,
        "kontak": ", ".join(contacts),
        "kontak_baris": list(contact_lines(contacts)),
        "tempat": office.place,
        "nama_tegas": office.emphatic_names,
        "kolom_disposisi": office.disposition_column,
    }


def official_context(
    official: Official, on_behalf_of: Official | None = None, by_way_of: Official | None = None
) -> dict[str, str]:
    """Return an official as templates see one.

    `on_behalf_of` is the superior whose authority is delegated (a.n.), `by_way_of` the one between them (u.b.).
    """
    return {
        "nama": unbroken(official.name),
        "nip": _nip(official.nip),
        "pangkat": unbroken(rank(official)),
        "jabatan": unbroken(post(official)),
        "atas_nama": f"a.n. {post(on_behalf_of)}" if on_behalf_of else "",
        "atas_nama_jabatan": unbroken(post(on_behalf_of)) if on_behalf_of else "",
        "untuk_beliau": unbroken(post(by_way_of)) if on_behalf_of and by_way_of else "",
        "alamat": official.unit_address,
    }


def _asset(asset: Asset, number: int) -> dict[str, str]:
    return {
        "no": str(number),
        "nibar": asset.nibar,
        "kode_barang": asset.kode_barang or NOTHING,
        "register": asset.kode_register or NOTHING,
        "nama": unbroken_in_cell(asset.name),
        "merk": unbroken_in_cell(asset.brand) or NOTHING,
        "seri": asset.serial or NOTHING,
        "tahun": str(asset.year) if asset.year else NOTHING,
        "jumlah": unbroken_in_cell(quantity(1, "unit")),
        "nilai": rupiah(asset.value) if asset.value else NOTHING,
        "kondisi": CONDITIONS[asset.condition],
        "kondisi_kode": asset.condition,
        "lokasi": unbroken_in_cell(asset.location) or NOTHING,
        "jenis": SORTS[asset.sort],
    }


def _field(field: SheetField, value: Any, officials: Mapping[str, Official]) -> dict[str, Any]:
    """Return a field's entries in the context."""
    name = field.name
    if field.type == "paragraphs" or (field.type == "rich_text" and not isinstance(value, list)):
        paragraphs = [text.strip() for text in value.split("\n\n")] if value else []
        return {name: [*map(unbroken_in_paragraph, paragraphs)] or ([field.when_empty] if field.when_empty else [])}
    if field.type == "rich_text" and isinstance(value, list):
        return {name: [*map(_block, value)]}
    if field.type == "list":
        return {name: [unbroken(item) for item in ended_items(value or [], field.item_ends)]}
    if field.type == "table":
        return _table(field, value or [])
    if field.type == "photos":
        return photo_context(field, value or [])
    if field.type == "official":
        return {name: official_context(officials[value]) if value in officials else False}
    if field.type == "boolean":
        return {name: bool(value)}
    money = field.type == "money"
    printed = _printed(value, money=money) or field.when_empty
    entries = {name: printed if field.type == "choice" else unbroken(printed)}
    if field.type == "date":
        entries[f"{name}_hari"] = weekday(value) if isinstance(value, dt.date) else ""
    if field.type in ("integer", "money"):
        entries[f"{name}_terbilang"] = _spelled(value, money=money)
    return entries


def _block(block: Block) -> str | Block:
    """Return a block of a rich text as it is printed; a paragraph without any look is a str, as in paragraphs."""
    if is_plain(block):
        return unbroken_in_paragraph(text_of(block["runs"]))
    if block["type"] == "table":
        return {**block, "rows": [[_runs(cell, unbroken_in_cell) for cell in row] for row in block["rows"]]}
    if block["type"] == "image":
        return {**block, "photo": {**block["photo"], "caption": unbroken(block["photo"]["caption"])}}
    return {**block, "runs": _runs(block["runs"], unbroken_in_paragraph)}


def _runs(runs: Sequence[Mapping[str, Any]], typeset: Callable[[str], str]) -> list[dict[str, Any]]:
    return [{**run, "text": typeset(run["text"])} for run in runs]


def _table(field: SheetField, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the rows of a table with their products, and its totals; a total without any number is empty."""
    money = {column.name for column in field.columns if column.type == "money"}
    money |= {product.name for product in field.products if money.intersection(product.of)}
    nips = {column.name for column in field.columns if column.register_fact == "official_nip"}
    computed = [{**row, **{it.name: row[it.of[0]] * row[it.of[1]] for it in field.products}} for row in rows]
    names = [*(column.name for column in field.columns), *(product.name for product in field.products)]
    entries: dict[str, Any] = {field.name: []}
    for number, row in enumerate(computed, start=1):
        cells = {name: _cell(row.get(name), money=name in money, nip=name in nips) for name in names}
        entries[field.name].append({"no": str(number), **cells})
    for name in field.totals:
        numbers = [row[name] for row in computed if row.get(name) is not None]
        total = sum(numbers) if numbers else None
        entries[f"{field.name}_{name}"] = _printed(total, money=name in money)
        entries[f"{field.name}_{name}_terbilang"] = _spelled(total, money=name in money)
    return entries


def _blank_rows(field: SheetField, rows: int, count: int) -> list[dict[str, str]]:
    """Return rows to be filled by hand, counted on from those that are there."""
    cells = dict.fromkeys((column.name for column in field.columns), "")
    return [{"no": str(number), **cells} for number in range(rows + 1, rows + count + 1)]


def _cell(value: Any, *, money: bool, nip: bool) -> str:
    """Return what a table's cell says; an amount of nothing says nothing there."""
    if nip:
        return _nip(value or "") or NOTHING
    return unbroken_in_cell(_printed(None if money and not value else value, money=money)) or NOTHING


def _nip(nip: str) -> str:
    """Return a NIP in groups that stay on one line."""
    return format_nip(nip).replace(" ", NO_BREAK_SPACE)


def _printed(value: Any, *, money: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return long_date(value)
    return rupiah(value) if money else str(value)


def _spelled(value: int | None, *, money: bool) -> str:
    """Return a number in words; "" for a total that is too large to be spelled."""
    if value is None or value > LARGEST:
        return ""
    return rupiah_in_words(value) if money else spell_number(value)
