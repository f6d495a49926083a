"""The registers of an office: one for each series of its own, and one for each system that gives it numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.desk.registers.lines import foreign_lines, register_of
from docgen.errors import NotFound
from docgen.numbering.number_series import list_series
from storage.catalogue.numbering import numbers
from storage.catalogue.numbering.foreign_lines import count_foreign, list_systems
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.records import MAIN_SERIES, Office, RegisterEntry
from wording import say


@dataclass(frozen=True)
class Book:
    """A register: of the `series` of this name, or, with `by`, of the numbers that another system gave.

    `title` is what people call it; `pattern` is that of its next number, "" for another system.
    """

    series: str
    by: str
    title: str
    pattern: str

    @property
    def is_main(self) -> bool:
        """Whether it is the series of all kinds that have none of their own."""
        return self.series == MAIN_SERIES


def list_books(tx: Connection, office: Office) -> list[Book]:
    """Return the registers of an office: the main series, its others, then systems that give or gave numbers."""
    books = [Book(series.name, "", series.title, series.pattern) for series in list_series(office)]
    systems = dict.fromkeys([*office.number_systems, *list_systems(tx)])
    return books + [Book("", system, system, "") for system in systems]


def find_book(books: Sequence[Book], series: str = "", by: str = "") -> Book:
    """Return the register of a series, or of a system; the main one when neither is named. Raises NotFound, also
    where both are.
    """
    if series and by:
        raise NotFound("Nomor dari sistem lain tidak punya seri. Sebutkan seri saja, atau sistem saja.")
    series = series or ("" if by else MAIN_SERIES)
    for book in books:
        if (book.series, book.by) == (series, by):
            return book
    known = ", ".join(book.series or book.by for book in books)
    raise NotFound(say("Buku agenda {name} tidak ada. Yang ada: {known}.", name=repr(series or by), known=known))


def lines_of(tx: Connection, office: Office, year: int, book: Book, within: Limits = NO_LIMITS) -> list[RegisterEntry]:
    """Return the lines of a register in a year, in sequence, or by date; the subject of a letter outside of `within`
    is hidden.
    """
    if book.by:
        return foreign_lines(tx, office.unit_code, book.by, year, within)
    return register_of(tx, office.unit_code, year, within, book.series)


def counts_of(tx: Connection, office: Office, year: int, book: Book) -> Mapping[str, int]:
    """Return how many numbers of a register there are in a year, by status."""
    if book.by:
        return count_foreign(tx, book.by, year)
    return numbers.count_entries(tx, office.unit_code, year, book.series)


def last_of(tx: Connection, office: Office, year: int, book: Book) -> int:
    """Return the last sequence number of a register in a year; 0 when there is none."""
    return 0 if book.by else numbers.last_sequence(tx, office.unit_code, year, book.series)
