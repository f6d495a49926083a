"""Import registers from a CSV or XLSX file: what was done with every row and column, an error for each wrong cell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.registers.checks import ASSET_LABELS, OFFICIAL_LABELS, complete_official, official_warnings
from docgen.desk.registers.columns import (
    CHOICES,
    OFFICIAL_SYNONYMS,
    SYNONYMS,
    find_register_heading,
    known_fields,
)
from docgen.desk.registers.import_lines import SHOWN, Line, read_lines
from docgen.desk.registers.import_result import ImportResult, LineError, RecordChange
from docgen.desk.rights import NOT_OWN
from docgen.foreign import read_grid
from docgen.messages import field_errors
from docgen.spreadsheets import cell_name
from storage.catalogue import registers
from storage.records import Asset, Key, Nibar, Official
from storage.text import DOOR
from wording import say

MOST_RECORDED = 50  # records of an import that the audit log names
MOST_CHANGES = 200  # records whose changed fields a report lists

R = TypeVar("R", Asset, Official)


@dataclass(frozen=True)
class _Register(Generic[R]):
    """A register, as far as imports differ by it."""

    model: type[R]
    key_type: TypeAdapter[str]
    labels: Mapping[str, str]
    synonyms: Mapping[str, Sequence[str]]
    action: Action
    find: Callable[[Connection, Sequence[str]], Mapping[str, R]]
    put: Callable[[Connection, Sequence[R], Mapping[str, R]], None]
    complete: Callable[[R, R | None, Mapping[str, str]], R]
    warnings: Callable[[R], list[str]]

    @property
    def key(self) -> str:
        """Return the field that names a record."""
        return next(iter(self.labels))


def import_assets(
    desk: Desk, name: str, data: bytes, *, by: str = "docgen", dry_run: bool = False, take_hidden: bool = False
) -> ImportResult:
    """Add or change assets from a CSV or XLSX file; where a cell is empty or missing, the register keeps its value.

    With `dry_run` nothing is changed. Rows that the spreadsheet hides are taken only with `take_hidden`. Raises
    DataFileError when the file cannot be read at all.
    """
    return _import(desk, _ASSETS, name, data, by=by, dry_run=dry_run, take_hidden=take_hidden)


def import_officials(
    desk: Desk,
    name: str,
    data: bytes,
    *,
    by: str = "docgen",
    dry_run: bool = False,
    take_hidden: bool = False,
    officials_allowed: Collection[str] = (),
) -> ImportResult:
    """Add or change officials from a CSV or XLSX file, as `import_assets` does. Raises DataFileError.

    `officials_allowed` are the officials that `by` decides as: a line that would change one of them is an error.
    """
    return _import(desk, _OFFICIALS, name, data, by=by, dry_run=dry_run, take_hidden=take_hidden, own=officials_allowed)


def _import(
    desk: Desk,
    register: _Register[R],
    name: str,
    data: bytes,
    *,
    by: str,
    dry_run: bool,
    take_hidden: bool,
    own: Collection[str] = (),
) -> ImportResult:
    result = ImportResult(dry_run=dry_run)
    grid = read_grid(name, data, known=known_fields(register.labels, register.synonyms))
    heading = find_register_heading(grid, register.labels, register.synonyms)
    lines = list(read_lines(grid, heading, register.labels, register.key_type, result, take_hidden=take_hidden))
    with desk.catalogue.read() if dry_run else desk.catalogue.write() as tx:
        keys = [line.values[register.key] for line in lines if register.key in line.values]
        existing = register.find(tx, keys)
        letters = {field: cell_name(at) for at, field in heading.fields.items()}
        records = _records(register, lines, existing, letters, result, own)
        before = {key_of(register, record): record for record in existing.values()}
        result.added = sum(key not in before for key in records)
        result.changed = len(records) - result.added
        if not dry_run:
            register.put(tx, list(records.values()), before)
            _record(desk, tx, by, register.action, name, before, records, result)
    return result


def key_of(register: _Register[R], record: R) -> str:
    """Return the key of a record."""
    return str(getattr(record, register.key))


def _records(
    register: _Register[R],
    lines: Sequence[Line],
    existing: Mapping[str, R],
    letters: Mapping[str, str],
    result: ImportResult,
    own: Collection[str],
) -> dict[str, R]:
    """Return the records of the lines, by key; add what is wrong with the others to `result.errors`."""
    records: dict[str, R] = {}
    line_numbers: dict[str, int] = {}

    def error(line: Line, name: str, message: str) -> LineError:
        place = f"{letters[name]}{line.number}" if name in letters else ""
        return LineError(line.number, name, message, place, line.values.get(name, "")[:SHOWN])

    for line in lines:
        current = existing.get(line.values.get(register.key, ""))
        values = dict(line.values) if current is None else {**line.values, register.key: key_of(register, current)}
        try:
            record = register.model.model_validate(
                values if current is None else {**current.model_dump(), **values}, context=DOOR
            )
        except ValidationError as error_of_record:
            result.errors += [
                error(line, wrong.field, _choices(register, wrong.field, line) or wrong.message)
                for wrong in field_errors(error_of_record, register.labels)
            ]
            continue
        record = register.complete(record, current, line.values)
        key = key_of(register, record)
        if key in records:
            message = say(
                "{label} {key} sudah ada di baris {row}.",
                label=register.labels[register.key],
                key=repr(key),
                row=line_numbers[key],
            )
            result.errors.append(error(line, register.key, message))
            continue
        if key in own and record != current:
            result.errors.append(error(line, register.key, NOT_OWN))
            continue
        records[key], line_numbers[key] = record, line.number
        result.warnings += [LineError(line.number, "", warning) for warning in register.warnings(record)]
        if current is not None:
            _compare(line, key, current, record, result)
    return records


def _choices(register: _Register[R], name: str, line: Line) -> str:
    """Return which values a field may have, where it is a field of few values with another one; else ""."""
    if name not in CHOICES or not line.values.get(name):
        return ""
    return say("{label} harus salah satu dari: {choices}.", label=register.labels[name], choices=CHOICES[name])


def _compare(line: Line, key: str, current: R, record: R, result: ImportResult) -> None:
    before, after = audit.changed(current, record)
    result.unchanged += not after
    result.kept += sum(
        bool(getattr(current, name)) and getattr(current, name) == getattr(record, name) for name in line.empty
    )
    if after and len(result.changes) < MOST_CHANGES:
        result.changes.append(RecordChange(line.number, key, before, after))


def _record(
    desk: Desk,
    tx: Connection,
    by: str,
    action: Action,
    name: str,
    existing: Mapping[str, R],
    records: Mapping[str, R],
    result: ImportResult,
) -> None:
    """Record an import that put something in; with what became of each record where these are few."""
    if not records:
        return
    before, after = {}, {}
    for key, record in records.items():
        was, now = audit.changed(existing[key], record) if key in existing else ({}, audit.filled(record))
        if now:
            before[key], after[key] = was, now
    counts = {
        "added": result.added,
        "changed": len(after) - result.added,
        "unchanged": len(records) - len(after),
        "rejected": len({error.line for error in result.errors}),
    }
    few = len(after) <= MOST_RECORDED
    old_values = {key: was for key, was in before.items() if was}
    audit.record(
        desk,
        tx,
        by,
        action,
        name,
        before={"records": old_values} if few and old_values else {},
        after={"file": name, **counts} | ({"records": after} if few and after else {}),
    )


def _find_assets(tx: Connection, keys: Sequence[str]) -> Mapping[str, Asset]:
    """Return the assets by the NIBAR of the file; an old NIBAR finds the asset that was renamed."""
    return registers.find_assets(tx, keys)


def _find_officials(tx: Connection, keys: Sequence[str]) -> Mapping[str, Official]:
    return {official.id: official for official in registers.list_officials(tx)}


def _put_assets(tx: Connection, records: Sequence[Asset], existing: Mapping[str, Asset]) -> None:
    registers.put_assets(tx, records)


def _put_officials(tx: Connection, records: Sequence[Official], existing: Mapping[str, Official]) -> None:
    for official in records:
        (registers.put_official if official.id in existing else registers.add_official)(tx, official)


def _complete_official(record: Official, current: Official | None, values: Mapping[str, str]) -> Official:
    """Fill in the pangkat of the golongan where the line has none; the old one belongs to the old golongan."""
    stale = current is not None and record.grade != current.grade and "rank" not in values
    return complete_official(record.model_copy(update={"rank": ""}) if stale else record)


_ASSETS: _Register[Asset] = _Register(
    Asset,
    TypeAdapter(Nibar),
    ASSET_LABELS,
    SYNONYMS,
    Action.ASSET_IMPORTED,
    _find_assets,
    _put_assets,
    lambda record, was, asked: record,
    lambda record: [],
)
_OFFICIALS: _Register[Official] = _Register(
    Official,
    TypeAdapter(Key),
    OFFICIAL_LABELS,
    OFFICIAL_SYNONYMS,
    Action.OFFICIAL_IMPORTED,
    _find_officials,
    _put_officials,
    _complete_official,
    official_warnings,
)
