"""Report how a spreadsheet was read: which sheet, rows and columns, and which were left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from docgen.spreadsheets.grid import Grid, cell_name, count
from wording import say

Reason = Literal["heading", "numbering", "total", "remark", "hidden", "example", "help"]
REASONS: dict[Reason, str] = {
    "heading": "judul kolom yang berulang",
    "numbering": "nomor kolom",
    "total": "jumlah",
    "remark": "tanpa kunci dan nama",
    "hidden": "tersembunyi",
    "example": "contoh",
    "help": "petunjuk",
}
ORDINALS = ("no", "nomor", "nourut", "nomorurut", "urut")  # headings of a column that only counts rows
_NAMED = 12  # rows and columns that a sentence names one by one


@dataclass(frozen=True)
class ReadColumn:
    """A column that was read: its letter, its heading, and the field it is for."""

    column: str
    heading: str
    field: str


@dataclass(frozen=True)
class IgnoredColumn:
    """A column whose heading names no field; `filled` rows hold something in it; `nearest` is a heading like it."""

    column: str
    heading: str
    filled: int
    nearest: str = ""


@dataclass(frozen=True)
class SkippedRow:
    """A row with content that was not read."""

    row: int
    reason: Reason


@dataclass(frozen=True)
class Reading:
    """How a spreadsheet was read. Rows count from 1 as the file shows them; `rows` were taken.

    `hidden_rows` and `hidden_columns` hold something; hidden rows are skipped unless `hidden_taken`, hidden columns are
    read. `sheet` is "" of a CSV; `other_sheets` and `hidden_sheets` hold something and were not read.
    """

    sheet: str
    heading_row: int
    rows: int
    columns: Sequence[ReadColumn] = ()
    ignored: Sequence[IgnoredColumn] = ()
    skipped: Sequence[SkippedRow] = ()
    hidden_rows: Sequence[int] = ()
    hidden_taken: bool = False
    hidden_columns: Sequence[str] = ()
    other_sheets: Sequence[str] = ()
    hidden_sheets: Sequence[str] = ()
    linked: bool = False

    @property
    def doubtful(self) -> bool:
        """Return whether something was left out, or read though hidden, that the sender may not expect."""
        left = [one for one in self.ignored if one.filled and plain(one.heading) not in ORDINALS]
        return bool(left or self.hidden_rows or self.hidden_columns or self.other_sheets or self.hidden_sheets)

    def notes(self) -> list[str]:
        """Return the report as sentences in Indonesian."""
        notes = [self._first(), *map(_ignored_sentence, self.ignored)]
        reasons = Counter(one.reason for one in self.skipped if one.reason != "hidden")
        for reason in reasons:
            rows = [one.row for one in self.skipped if one.reason == reason]
            notes.append(say("Baris yang dilewati ({reason}): {rows}.", reason=REASONS[reason], rows=_listed(rows)))
        if self.hidden_rows and self.hidden_taken:
            notes.append(
                say("Baris tersembunyi yang ikut dibaca: {hidden_rows}.", hidden_rows=_listed(self.hidden_rows))
            )
        elif self.hidden_rows:
            notes.append(
                say("Baris tersembunyi yang tidak dibaca: {hidden_rows}.", hidden_rows=_listed(self.hidden_rows))
            )
        if self.hidden_columns:
            notes.append(
                say(
                    "Kolom tersembunyi yang ikut dibaca: {hidden_columns}.", hidden_columns=_listed(self.hidden_columns)
                )
            )
        if self.other_sheets:
            notes.append(say("Lembar lain yang tidak dibaca: {other_sheets}.", other_sheets=_listed(self.other_sheets)))
        if self.hidden_sheets:
            notes.append(
                say("Lembar tersembunyi yang tidak dibaca: {hidden_sheets}.", hidden_sheets=_listed(self.hidden_sheets))
            )
        if self.linked:
            notes.append("Sebagian rumus mengambil nilai dari berkas lain; yang dibaca nilai terakhir yang tersimpan.")
        return notes

    def _first(self) -> str:
        if self.sheet:
            return say(
                "Dibaca {rows} baris dari lembar “{sheet}”, judul kolom di baris {heading_row}.",
                rows=count(self.rows),
                sheet=self.sheet,
                heading_row=self.heading_row,
            )
        return say(
            "Dibaca {rows} baris, judul kolom di baris {heading_row}.",
            rows=count(self.rows),
            heading_row=self.heading_row,
        )


def plain(heading: str) -> str:
    """Return a heading without case, spaces and punctuation, in which people differ."""
    return "".join(character for character in heading.casefold() if character.isalnum())


def ignored_columns(
    grid: Grid, headings: Mapping[int, str], read: Container[int], below: int, labels: Sequence[str]
) -> list[IgnoredColumn]:
    """Return the columns at positions that are not `read`, with how many rows below the heading hold something there.

    `headings` are by position; `labels` are the known ones, of which the nearest is told. Columns with data and no
    heading are among them.
    """
    width = max((len(row) for _, row in grid.rows), default=0)
    positions = {at: headings.get(at, "").strip() for at in range(width) if at not in read}
    filled: Counter[int] = Counter()
    for number, row in grid.rows:
        if number > below:
            filled.update(at for at in positions if at < len(row) and row[at].strip())
    near = {heading: _nearest(heading, labels) for heading in positions.values()}
    return [
        IgnoredColumn(cell_name(at), heading[:200], filled[at], near[heading])
        for at, heading in positions.items()
        if heading or filled[at]
    ]


def _nearest(heading: str, labels: Sequence[str]) -> str:
    """Return the label most like a heading, or one whose first word it is part of; "" when there is none."""
    by_plain = {plain(label): label for label in labels}
    word = plain(heading)[:60]
    if not word or word in ORDINALS:
        return ""
    near = get_close_matches(word, list(by_plain), n=1, cutoff=0.7)
    within = [name for name in by_plain if len(word) > 3 and (word in name or name in word)]
    return by_plain[(near or within)[0]] if near or within else ""


def _ignored_sentence(one: IgnoredColumn) -> str:
    heading = f"{one.column} “{one.heading}”" if one.heading else one.column
    if one.nearest:
        return say(
            "Kolom {heading} tidak dikenal, {filled} selnya tidak dibaca; maksud Anda “{nearest}”?",
            heading=heading,
            filled=count(one.filled),
            nearest=one.nearest,
        )
    return say(
        "Kolom {heading} tidak dikenal, {filled} selnya tidak dibaca.", heading=heading, filled=count(one.filled)
    )


def _listed(names: Sequence[object]) -> str:
    more = f" dan {count(len(names) - _NAMED)} lainnya" if len(names) > _NAMED else ""
    return ", ".join(str(name) for name in names[:_NAMED]) + more
