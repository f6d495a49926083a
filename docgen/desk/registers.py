"""Keep the registers: labels of their fields, and import of a CSV or XLSX with an error for each wrong line."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zipfile import ZipFile

from openpyxl import load_workbook
from pydantic import ValidationError

from docgen.desk.desk import Desk
from docgen.errors import DataFileError, FieldError
from docgen.indonesian import check_nip, rank_of_grade
from docgen.messages import field_errors
from docgen.register import check_pattern, format_number
from storage.catalogue import registers
from storage.errors import RecordMissing
from storage.records import Asset, Office, Official

MOST_LINES = 20_000
LARGEST_EXACT = 10**15  # spreadsheets keep 15 digits of a number; a NIP has 18
LOST_DIGITS = "\ufffd"

R = TypeVar("R", Asset, Official)
MOST_UNPACKED = 200 * 1024 * 1024  # bytes: a small XLSX may unpack to far more than fits in memory

ASSET_LABELS = {
    "nibar": "NIBAR",
    "kode_barang": "Kode barang",
    "kode_register": "Kode register",
    "name": "Nama barang",
    "brand": "Merk/Type",
    "serial": "No. seri",
    "year": "Tahun perolehan",
    "value": "Nilai perolehan (Rp)",
    "condition": "Kondisi",
    "location": "Lokasi",
    "sort": "Jenis",
}
OFFICIAL_LABELS = {
    "id": "Kode",
    "name": "Nama",
    "nip": "NIP",
    "rank": "Pangkat",
    "grade": "Golongan/ruang",
    "post": "Jabatan",
    "role": "Peran dalam SOP",
    "capacity": "Kedudukan",
    "valid_from": "Berlaku sejak",
    "valid_to": "Berlaku sampai",
}
OFFICE_LABELS = {
    "government": "Pemerintah daerah",
    "name": "Nama perangkat daerah",
    "short_name": "Nama singkat",
    "unit_code": "Singkatan unit pada nomor",
    "address": "Alamat",
    "phone": "Telepon",
    "email": "Pos-el",
    "website": "Laman",
    "place": "Tempat naskah ditandatangani",
    "time_zone": "Zona waktu",
    "number_pattern": "Pola nomor naskah",
    "security_code": "Kode keamanan",
    "paper": "Ukuran kertas",
}
CONDITIONS = {"B": "Baik", "KB": "Kurang Baik", "RB": "Rusak Berat"}
SORTS = {"hardware": "Perangkat keras", "software": "Perangkat lunak", "data": "Data"}
CAPACITIES = {"definitif": "Definitif", "plt": "Plt. (Pelaksana Tugas)", "plh": "Plh. (Pelaksana Harian)"}

TIME_ZONES = ("Asia/Makassar", "Asia/Jakarta", "Asia/Pontianak", "Asia/Jayapura")
LONGEST_NUMBER = 200
_LATE_DAY = dt.date(2038, 8, 31)  # VIII is the longest month

# What people write in a spreadsheet for the values the register knows; RR is the middle condition of newer forms.
_SPELLINGS = {
    "condition": {"baik": "B", "kurang baik": "KB", "rusak ringan": "KB", "rr": "KB", "rusak berat": "RB"},
    "sort": {"perangkat keras": "hardware", "perangkat lunak": "software"},
    "capacity": {"plt.": "plt", "plh.": "plh", "": "definitif"},
}


@dataclass(frozen=True)
class LineError:
    """What is wrong in one line of an imported file; `line` counts as in the file, the heading is line 1."""

    line: int
    field: str
    message: str


@dataclass
class ImportResult:
    """What an import did: lines without an error are in the register, the others are listed."""

    added: int = 0
    changed: int = 0
    errors: list[LineError] = field(default_factory=list)


def complete_official(official: Official) -> Official:
    """Fill in the pangkat that belongs to the golongan, when it was left empty."""
    if official.rank or not official.grade:
        return official
    return official.model_copy(update={"rank": rank_of_grade(official.grade) or ""})


def official_warnings(official: Official) -> list[str]:
    """What looks wrong but does not hinder: mainly the NIP's structure (BKN; warn, don't block)."""
    warnings = check_nip(official.nip) if official.nip else ["NIP belum diisi."]
    if official.valid_from and official.valid_to and official.valid_to < official.valid_from:
        warnings.append("Tanggal akhir jabatan lebih awal daripada tanggal mulainya.")
    return warnings


def check_office(office: Office) -> list[FieldError]:
    """What would make the office unable to number or date its documents; empty when it can."""
    errors = [FieldError("number_pattern", problem) for problem in check_pattern(office.number_pattern)]
    if not errors:
        longest = format_number(office, sequence=999_999, classification="000.1.9.1.1", date=_LATE_DAY)
        if len(longest) > LONGEST_NUMBER:
            errors.append(
                FieldError(
                    "number_pattern", f"Nomor naskah menjadi lebih dari {LONGEST_NUMBER} karakter. Ringkas polanya."
                )
            )
    if office.time_zone not in TIME_ZONES:
        errors.append(FieldError("time_zone", f"Zona waktu harus salah satu dari: {', '.join(TIME_ZONES)}."))
    return errors


def import_assets(desk: Desk, name: str, data: bytes) -> ImportResult:
    """Add or change assets from a CSV or XLSX file. Raises DataFileError when the file cannot be read at all."""
    result = ImportResult()
    good = _read(name, data, Asset, ASSET_LABELS, result)
    with desk.catalogue.write() as tx:
        result.added, result.changed = registers.put_assets(tx, good)
    return result


def import_officials(desk: Desk, name: str, data: bytes) -> ImportResult:
    """Add or change officials from a CSV or XLSX file. Raises DataFileError when the file cannot be read at all."""
    result = ImportResult()
    good = _read(name, data, Official, OFFICIAL_LABELS, result)
    with desk.catalogue.write() as tx:
        for official in map(complete_official, good):
            try:
                registers.put_official(tx, official)
                result.changed += 1
            except RecordMissing:
                registers.add_official(tx, official)
                result.added += 1
    return result


def _read(name: str, data: bytes, model: type[R], labels: Mapping[str, str], result: ImportResult) -> list[R]:
    """The good lines as records, each key once; what is wrong with the others goes into `result.errors`."""
    key = next(iter(labels))
    good: dict[str, R] = {}
    for line, values in _lines(name, data, labels):
        lost = [field for field, value in values.items() if value == LOST_DIGITS]
        if lost:
            message = (
                "tersimpan sebagai angka sehingga digit akhirnya hilang. Ubah kolom itu menjadi Teks, lalu tulis ulang."
            )
            result.errors += [LineError(line, field, f"{labels[field]} {message}") for field in lost]
            continue
        try:
            record = model.model_validate(values)
        except ValidationError as error:
            result.errors += [LineError(line, one.field, one.message) for one in field_errors(error, labels)]
            continue
        if values[key] in good:
            result.errors.append(LineError(line, key, f"{labels[key]} {values[key]!r} sudah ada di baris sebelumnya."))
            continue
        good[values[key]] = record
    return list(good.values())


def _lines(name: str, data: bytes, labels: Mapping[str, str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each filled line as field values, with its number in the file. Raises DataFileError."""
    rows = _xlsx_rows(name, data) if data.startswith(b"PK") else _csv_rows(name, data)
    heading: list[str] | None = None
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if heading is None:
            heading = _heading(name, row, labels)
            continue
        if number > MOST_LINES:
            raise DataFileError(f"{name}: lebih dari {MOST_LINES} baris. Bagi menjadi beberapa berkas.")
        values = {key: _value(key, cell) for key, cell in zip(heading, row, strict=False) if key}
        yield number, {key: value for key, value in values.items() if value is not None}
    if heading is None:
        raise DataFileError(f"{name} kosong. Baris pertama harus judul kolom: {', '.join(labels.values())}.")


def _heading(name: str, row: list[str], labels: Mapping[str, str]) -> list[str]:
    """Field names of the columns, by field name or by label; columns of other names are passed over."""
    known = {_plain(key): key for key in labels} | {_plain(label): key for key, label in labels.items()}
    heading = [known.get(_plain(cell), "") for cell in row]
    key = next(iter(labels))
    if key not in heading:
        raise DataFileError(
            f"{name}: kolom {labels[key]!r} tidak ada. Judul kolom yang dikenal: {', '.join(labels.values())}."
        )
    return heading


def _plain(heading: str) -> str:
    return "".join(character for character in heading.lower() if character.isalnum())


def _value(key: str, cell: str) -> str | None:
    """A cell as a field value; an empty cell leaves the field at its default."""
    text = cell.strip()
    spelled = _SPELLINGS.get(key, {}).get(text.lower())
    if spelled is not None:
        return spelled
    if key in ("condition", "capacity", "sort", "role"):
        text = text.upper() if key == "condition" else text.lower()
    if key == "value":
        text = text.removeprefix("Rp").strip().removesuffix(",00").replace(".", "")
    return text or None


def _csv_rows(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")  # what an Indonesian Excel saves as plain CSV
    if "\0" in text:
        raise DataFileError(f"{name} bukan CSV atau XLSX. Simpan dari Excel sebagai XLSX atau CSV UTF-8.")
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise DataFileError(f"{name} baris {reader.line_num} tidak dapat dibaca sebagai CSV ({error}).") from error


def _xlsx_rows(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet's rows. openpyxl lets its parsers' own errors through (zlib, lxml, TypeError), so all are met."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > MOST_UNPACKED:
            raise DataFileError(f"{name} terlalu besar sesudah dibuka. Bagi menjadi beberapa berkas.")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            cells = [_cell(value) for value in row]
            yield number, cells
    except DataFileError:
        raise
    except Exception as error:
        raise DataFileError(
            f"{name} tidak dapat dibaca sebagai XLSX. Simpan ulang dari Excel, lalu unggah lagi."
        ) from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and abs(value) >= LARGEST_EXACT:
        return LOST_DIGITS
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.date().isoformat() if hasattr(value, "date") else str(value)
