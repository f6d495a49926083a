"""Read and check a batch, letters of one kind at a step, one a row, before any of them is issued."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.desk.batches.batch_request import MOST_LETTERS, BatchRequest, BatchRow, RowError
from docgen.desk.batches.worksheet import SHEET
from docgen.desk.desk import Desk
from docgen.desk.issuing.evidence import Registers, check_place, read_registers
from docgen.desk.issuing.outside_sop import usual_code
from docgen.desk.issuing.prepare import Prepared, prepare_in
from docgen.desk.issuing.preview import preview
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.issuing.trial import doubtful_of, try_many
from docgen.desk.revisions.pipeline import Produced
from docgen.errors import MOST_ERRORS, DataFileError, FieldError, InvalidSubmission
from docgen.foreign import read_grid
from docgen.forms.spreadsheet.columns import columns_of
from docgen.forms.spreadsheet.headings import TECHNICAL, known_headings
from docgen.forms.spreadsheet.rows import Row, read_rows
from docgen.kinds.kind import Kind
from docgen.numbering.number_pattern import format_number
from docgen.numbering.number_series import series_of
from docgen.numbering.number_systems import usual_system
from docgen.sop import OUTSIDE
from docgen.spreadsheets import Grid
from docgen.spreadsheets.read_report import Reading
from storage.catalogue.numbering import numbers
from storage.catalogue.registers import get_office, list_officials
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.records import Dossier, Office
from wording import say

MOST_TRIED = 50  # letters that a check converts


@dataclass(frozen=True)
class ReadBatch:
    """The batch that a spreadsheet asks for. `problems` are unreadable cells: with any, nothing may be issued.

    `ignored` are headings that name no field; `data` is the file itself; `reading` says how its parts were read, `grid`
    holds its cells. `left` are the rows of the sheet that are wrong and left out.
    """

    request: BatchRequest
    problems: Sequence[RowError] = ()
    ignored: Sequence[str] = ()
    data: bytes = b""
    reading: Reading | None = None
    grid: Grid | None = None
    left: Sequence[int] = ()

    @property
    def sheet(self) -> str:
        """Return the name of the sheet that was read; "" for a CSV."""
        return self.grid.sheet if self.grid else ""

    @property
    def notes(self) -> list[str]:
        """Return sentences on how the spreadsheet was read."""
        return self.reading.notes() if self.reading else []


@dataclass(frozen=True)
class ContinuedRow:
    """A row whose letter would go into an open dossier."""

    row: int
    dossier: str
    title: str


@dataclass(frozen=True)
class DryRun:
    """The result of checking a batch without issuing it.

    `rows` and `valid` count rows; the numbers are those that the valid ones would get if nobody else issues in between
    ("" when none is valid). `errors` are by cell, `more_errors` counts those beyond MOST_ERRORS, `ignored` are headings
    that name no field. `opened` and `continued` count dossiers, `continues` are the first MOST_ERRORS rows that
    continue one; `reading` says how the spreadsheet was read. `wrong_rows` are all rows with an error.
    """

    rows: int
    valid: int
    first_number: str
    last_number: str
    errors: Sequence[RowError]
    more_errors: int = 0
    ignored: Sequence[str] = ()
    opened: int = 0
    continued: int = 0
    continues: Sequence[ContinuedRow] = ()
    reading: Reading | None = None
    wrong_rows: Sequence[int] = ()


def read_batch(
    desk: Desk, kind: str, procedure: str, step: int, name: str, data: bytes, *, take_hidden: bool = False
) -> ReadBatch:
    """Read the letters of a CSV or XLSX file; their values are not checked yet, see `check_rows`.

    Rows that the spreadsheet hides are letters only with `take_hidden`. Raises DataFileError (unreadable, no heading,
    no letter, more than MOST_LETTERS), InvalidSubmission when there is no such kind, procedure or step.
    """
    _check_place(desk, kind, procedure, step)
    with desk.catalogue.read() as tx:
        officials = {official.id: official for official in list_officials(tx)}
    grid = read_letter_sheet(desk.kinds[kind], name, data)
    sheet = read_rows(desk.kinds[kind], grid, officials, take_hidden=take_hidden)
    if grid.linked:
        raise DataFileError(
            say(
                "{name} terhubung ke buku kerja lain. Salin isinya, lalu Tempel Khusus > Nilai, dan simpan lagi.",
                name=name,
            )
        )
    if not sheet.rows and sheet.reading.hidden_rows:
        raise DataFileError(
            say(
                "{name} tidak memuat naskah yang tampak: semua barisnya tersembunyi. Tampilkan barisnya (hapus "
                "saringan), simpan, lalu unggah lagi.",
                name=name,
            )
        )
    if not sheet.rows:
        raise DataFileError(
            say("{name} tidak memuat naskah. Isi satu baris untuk tiap naskah di bawah judul kolom.", name=name)
        )
    if len(sheet.rows) > MOST_LETTERS:
        raise DataFileError(
            say(
                "{name} memuat {count} naskah, paling banyak {most}. Bagi menjadi beberapa berkas.",
                name=name,
                count=len(sheet.rows),
                most=MOST_LETTERS,
            )
        )
    problems: list[RowError] = []
    rows = [_batch_row(row, problems) for row in sheet.rows]
    request = BatchRequest(kind=kind, procedure=procedure, step=step, rows=rows, letters=dict(sheet.letters))
    return ReadBatch(request, problems, sheet.ignored, data, sheet.reading, grid)


def read_letter_sheet(kind: Kind, name: str, data: bytes) -> Grid:
    """Return the sheet of a file that letters of a kind are read from. Raises DataFileError."""
    return read_grid(name, data, sheet=SHEET, known=known_headings(columns_of(kind)), mark=TECHNICAL)


def check_rows(desk: Desk, request: BatchRequest, read: ReadBatch | None = None, within: Limits = NO_LIMITS) -> DryRun:
    """Check every letter as issuing does, with the registers as they are now; nothing is numbered or stored.

    Of letters that are not proved to convert (`docgen.desk.issuing.trial`) the first `MOST_TRIED` are tried here; the
    others when they are issued, before they get a number.

    `read` is the file the request came from, whose unreadable cells count as errors. Dossiers outside of `within` look
    absent. Raises InvalidSubmission when
    there is no such kind, procedure or step.
    """
    _check_place(desk, request.kind, request.procedure, request.step)
    unread = list(read.problems) if read else []
    broken = {error.row for error in unread}
    errors: list[RowError] = []
    continues: list[ContinuedRow] = []
    first = last = ""
    valid, years = 0, set[int]()
    with desk.catalogue.read() as tx:
        registers = read_registers(desk, tx, (nibar for row in request.rows for nibar in row.assets))
        sequences, code = _Sequences(tx, desk.kinds.get(request.kind)), _code(desk, request)
        doubtful: dict[int, Prepared] = {}
        for index, checked in enumerate(_check_each(desk, tx, request, registers, doubtful, within)):
            if isinstance(checked, list):
                errors += [request.error(index, error) for error in checked]
            elif request.number(index) not in broken:
                valid += 1
                if checked.dossier is None:
                    years.add(checked.date.year)
                last = sequences.next(checked.office, checked.date, code)
                first = first or last
                if checked.dossier is not None:
                    continues.append(ContinuedRow(request.number(index), checked.dossier.id, checked.dossier.title))
    unmakeable = try_many(desk, doubtful)
    errors += [request.error(index, error) for index, its_errors in unmakeable.items() for error in its_errors]
    valid -= sum(request.number(index) not in broken for index in unmakeable)
    unmakeable_rows = {request.number(index) for index in unmakeable}
    continues = [continued for continued in continues if continued.row not in unmakeable_rows]
    all_errors = _merged(unread, errors)
    return DryRun(
        rows=len(request.rows),
        valid=valid,
        first_number=first,
        last_number=last,
        errors=all_errors[:MOST_ERRORS],
        more_errors=max(0, len(all_errors) - MOST_ERRORS),
        ignored=read.ignored if read else (),
        opened=_opened(desk, request, valid - len(continues), years),
        continued=len(continues),
        continues=continues[:MOST_ERRORS],
        reading=read.reading if read else None,
        wrong_rows=sorted({error.row for error in all_errors}),
    )


def preview_row(desk: Desk, request: BatchRequest, index: int, within: Limits = NO_LIMITS) -> Produced:
    """Return the letter of the row at this position, from 0, as it would be issued now, with DRAF across it.

    Raises InvalidSubmission, NotFound, ConverterError.
    """
    return preview(desk, request.letter(index), within)


class _Sequences:
    """The numbers that letters would get one after the other, each year with its own sequence; "" for kinds without."""

    def __init__(self, tx: Connection, kind: Kind | None) -> None:
        self._tx = tx
        self._kind = kind
        self._last: dict[int, int] = {}

    def next(self, office: Office, date: dt.date, code: str) -> str:
        if self._kind is None or not self._kind.sheet.numbered:
            return ""
        series = series_of(office, self._kind.slug)
        if date.year not in self._last:
            self._last[date.year] = numbers.last_sequence(self._tx, office.unit_code, date.year, series.name)
        self._last[date.year] += 1
        sequence = self._last[date.year]
        return format_number(office, sequence=sequence, classification=code, date=date, pattern=series.pattern)


@dataclass(frozen=True)
class _ValidRow:
    """What is remembered of a valid letter: its date, the office with its class, and the dossier it would continue."""

    date: dt.date
    office: Office
    dossier: Dossier | None


def _check_each(
    desk: Desk,
    tx: Connection,
    request: BatchRequest,
    registers: Registers,
    doubtful: dict[int, Prepared],
    within: Limits,
) -> Iterator[_ValidRow | list[FieldError]]:
    """Yield date and dossier of each letter that is valid, and the errors of each that is not.

    The first MOST_TRIED valid letters that are not proved to convert are added to `doubtful` by their position.
    """
    kind = desk.kinds.get(request.kind)
    data = {index: row.data for index, row in enumerate(request.rows)}
    unproved = set() if kind is None else set(doubtful_of(tx, kind, data))
    for index in range(len(request.rows)):
        try:
            prepared = prepare_in(desk, tx, request.letter(index), registers, within)
            if len(doubtful) < MOST_TRIED and index in unproved:
                doubtful[index] = prepared
        except InvalidSubmission as invalid:
            yield invalid.errors
            continue
        submission, dossier = prepared.submission, prepared.target.dossier
        if dossier is not None:  # the next letter on these assets cannot continue it, because this one will be in it
            assets = tuple(sorted(submission.assets))
            registers.places_without_open_dossier.add((submission.procedure, submission.step, submission.kind, assets))
        yield _ValidRow(submission.date, prepared.snapshot.office, dossier)


def _check_place(desk: Desk, kind: str, procedure: str, step: int) -> None:
    errors = check_place(desk, DocumentRequest(kind=kind, procedure=procedure, step=step))
    if errors:
        raise InvalidSubmission(errors)
    with desk.catalogue.read() as tx:
        system = usual_system(get_office(tx), kind)
    if system:
        message = say("{title} bernomor {system}. Terbitkan satu per satu.", title=desk.kind_title(kind), system=system)
        raise InvalidSubmission([FieldError("kind", message)])


def _opened(desk: Desk, request: BatchRequest, letters: int, years: Collection[int]) -> int:
    """Return how many dossiers these letters open: one each, or one for each of their years outside the SOP."""
    shared = desk.sop.procedure(request.procedure) is OUTSIDE and request.dossier is None
    return min(letters, len(years)) if shared else letters


def _code(desk: Desk, request: BatchRequest) -> str:
    return request.classification or usual_code(desk.kinds[request.kind], desk.sop.procedure(request.procedure))


def _batch_row(row: Row, problems: list[RowError]) -> BatchRow:
    problems += [
        RowError(row.number, row.cell_address(problem.field), problem.field, problem.message)
        for problem in row.problems
    ]
    assets = [] if any(problem.field == "assets" for problem in row.problems) else row.assets
    return BatchRow(
        assets=assets, signer=row.signer, date=row.date, security=row.security, data=row.data, lines=list(row.lines)
    )


def _merged(unread: Sequence[RowError], errors: Sequence[RowError]) -> list[RowError]:
    """Return all errors by row; of a cell that could not be read, only that error."""
    cells = {(error.row, error.cell) for error in unread}
    others = [error for error in errors if (error.row, error.cell) not in cells]
    return sorted([*unread, *others], key=lambda error: error.row)
