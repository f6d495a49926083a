"""Import registers from a CSV or XLSX file, with an error for each wrong line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.desk import Desk
from docgen.desk.registers import ASSET_LABELS, OFFICIAL_LABELS, complete_official
from docgen.errors import DataFileError
from docgen.indonesian import plain_rupiah
from docgen.messages import field_errors
from docgen.spreadsheet import LOST_DIGITS, read_rows
from storage.catalogue import registers
from storage.catalogue.aliases import resolve_all
from storage.records import Asset, Official
from storage.text import DOOR

MOST_LINES = 20_000
MOST_TOLD = 50  # records of an import that the audit log tells one by one

R = TypeVar("R", Asset, Official)

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


def import_assets(desk: Desk, name: str, data: bytes, *, by: str = "docgen") -> ImportResult:
    """Add or change assets from a CSV or XLSX file. Raises DataFileError when the file cannot be read at all."""
    result = ImportResult()
    good = {asset.nibar: asset for asset in _read(name, data, Asset, ASSET_LABELS, result)}
    with desk.catalogue.write() as tx:
        now = resolve_all(tx, list(good))
        if now:  # a file of another system that still has old codes changes the assets these became
            good = {now.get(key, key): one.model_copy(update={"nibar": now.get(key, key)}) for key, one in good.items()}
        old = registers.find_assets(tx, list(good))
        result.added, result.changed = registers.put_assets(tx, good.values())
        _record(desk, tx, by, "asset.imported", name, old, good, result)
    return result


def import_officials(desk: Desk, name: str, data: bytes, *, by: str = "docgen") -> ImportResult:
    """Add or change officials from a CSV or XLSX file. Raises DataFileError when the file cannot be read at all."""
    result = ImportResult()
    good = {one.id: complete_official(one) for one in _read(name, data, Official, OFFICIAL_LABELS, result)}
    with desk.catalogue.write() as tx:
        old = {one.id: one for one in registers.list_officials(tx)}
        for official in good.values():
            if official.id in old:
                registers.put_official(tx, official)
                result.changed += 1
            else:
                registers.add_official(tx, official)
                result.added += 1
        _record(desk, tx, by, "official.imported", name, old, good, result)
    return result


def _record(
    desk: Desk,
    tx: Connection,
    by: str,
    action: str,
    name: str,
    old: Mapping[str, R],
    new: Mapping[str, R],
    result: ImportResult,
) -> None:
    """One line for an import that put something in; what became of each record only when these are few."""
    if not new:
        return
    before, after = {}, {}
    for key, record in new.items():
        was, now = audit.changed(old[key], record) if key in old else ({}, audit.filled(record))
        if now:
            before[key], after[key] = was, now
    counts = {
        "added": result.added,
        "changed": len(after) - result.added,
        "unchanged": len(new) - len(after),
        "rejected": len({error.line for error in result.errors}),
    }
    few = len(after) <= MOST_TOLD
    known = {key: was for key, was in before.items() if was}
    audit.record(
        desk,
        tx,
        by,
        action,
        name,
        before={"records": known} if few and known else {},
        after={"file": name, **counts} | ({"records": after} if few and after else {}),
    )


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
            record = model.model_validate(values, context=DOOR)
        except ValidationError as error:
            result.errors += [LineError(line, one.field, one.message) for one in field_errors(error, labels)]
            continue
        known = getattr(record, key)  # as it was cleaned: two spellings of one key are the same line twice
        if known in good:
            result.errors.append(LineError(line, key, f"{labels[key]} {known!r} sudah ada di baris sebelumnya."))
            continue
        good[known] = record
    return list(good.values())


def _lines(name: str, data: bytes, labels: Mapping[str, str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each filled line as field values, with its number in the file. Raises DataFileError."""
    heading: list[str] | None = None
    for number, row in read_rows(name, data):
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
        text = plain_rupiah(text)
    return text or None
