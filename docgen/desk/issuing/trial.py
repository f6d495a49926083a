"""Convert a doubtful letter before it gets a number, so that no number is lost to a letter that cannot be made.

A trial uses the number that is expected next, so the letter is converted again whenever somebody else takes that number
meanwhile: if all letters were tried, eight clients at once would make a third fewer. And a letter that is numbered
first survives a kill while LibreOffice is at work. So only doubtful letters are tried: those of the office's own
templates, with other scripts or signs, very long ones, and of a kind of which a letter just failed. Letters of the
delivered kinds with plain text are proved, because the tests convert and compare each of these kinds, short and long.
When a tried letter gets the expected number, its PDF is used; nothing is converted twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.issuing.prepare import Prepared
from docgen.desk.revisions.convert_together import convert_together
from docgen.desk.revisions.photos import photos_of
from docgen.desk.revisions.pipeline import DocumentIdentity, convert, fill, group_of
from docgen.desk.verification_code import PREVIEW
from docgen.errors import (
    ConversionFailed,
    ConverterError,
    ConverterHung,
    ConverterUnavailable,
    FieldError,
    InvalidSubmission,
    PdfError,
    TemplateError,
)
from docgen.kinds.kind import Kind
from docgen.libreoffice import Converter
from docgen.numbering.number_pattern import format_number
from docgen.numbering.number_series import series_of
from docgen.numbering.number_systems import awaited_number
from docgen.render.word.fit_tables import broken_words_of_file
from storage.catalogue import journal
from storage.catalogue.numbering import numbers
from storage.errors import StorageError

LONGEST_PROVED = 60_000  # characters of a letter's fields, some thirty pages
MOST_ASSETS_PROVED = 200

_PLAIN = re.compile(r"[\t\n\r -~\u00a0-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e\u20ac\u2122]*")


@dataclass(frozen=True)
class _ConverterWithPdf:
    """A converter that has the PDF of one Word file already."""

    converter: Converter
    docx: bytes
    pdf: bytes

    def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        """Do as `Converter.convert`."""
        return self.pdf if docx == self.docx else self.converter.convert(docx, deadline=deadline, group=group)

    def check(self) -> None:
        """Do as `Converter.check`."""
        self.converter.check()

    def close(self) -> None:
        """Do as `Converter.close`."""
        self.converter.close()


@contextmanager
def as_invalid_submission() -> Iterator[None]:
    """Raise InvalidSubmission with the reason for a letter that cannot be made; ConverterUnavailable stays as it is."""
    try:
        yield
    except ConverterUnavailable:
        raise
    except (ConversionFailed, TemplateError, PdfError) as cause:
        raise InvalidSubmission([FieldError("data", str(cause))]) from cause


def is_proved(tx: Connection, kind: Kind, data: Mapping[str, Any], assets: Sequence[Any] = ()) -> bool:
    """Return whether letters like this are proved to convert, so that a trial would be a waste."""
    return _is_plain(kind, data, assets) and not journal.kind_failed(tx, kind.slug)


def doubtful_of(tx: Connection, kind: Kind, data_by_row: Mapping[int, Mapping[str, Any]]) -> list[int]:
    """Return the rows of a batch, given with their form data, whose letters are not proved."""
    if journal.kind_failed(tx, kind.slug):
        return list(data_by_row)
    return [row for row, data in data_by_row.items() if not _is_plain(kind, data)]


def _is_plain(kind: Kind, data: Mapping[str, Any], assets: Sequence[Any] = ()) -> bool:
    """Return whether a letter is of a delivered kind, with plain text, and not very long."""
    if not kind.is_delivered or len(assets) > MOST_ASSETS_PROVED:
        return False
    text = json.dumps([data, [asset.name for asset in assets]], ensure_ascii=False, default=str)
    return len(text) <= LONGEST_PROVED and _PLAIN.fullmatch(text) is not None


def try_letter(desk: Desk, prepared: Prepared) -> Desk:
    """Try a letter unless it is proved; return the desk to issue it with, whose converter has the letter's PDF.

    Raises InvalidSubmission when the letter cannot be made, ConverterHung.
    """
    with desk.catalogue.read() as tx:
        if is_proved(tx, prepared.kind, prepared.submission.data, prepared.snapshot.assets):
            return desk
    return try_doubtful(desk, prepared)


def try_doubtful(desk: Desk, prepared: Prepared) -> Desk:
    """Do as `try_letter` for a letter that is not proved."""
    with as_invalid_submission():
        try:
            [docx] = _fill_each(desk, [prepared])
            group = group_of(prepared.kind, prepared.snapshot, prepared.security.security)
            letter = convert(desk.converter, docx, group)
        except ConverterHung:
            raise  # it may hang again: no number is taken for it
        except (ConverterUnavailable, StorageError):
            return desk  # the letter takes its number, and is made when LibreOffice and store are back
    return replace(desk, converter=_ConverterWithPdf(desk.converter, docx, letter.pdf))


def try_many(desk: Desk, letters: Mapping[int, Prepared]) -> dict[int, list[FieldError]]:
    """Try letters of one kind, together or else one by one; return the errors of those that cannot be made."""
    if not letters:
        return {}
    with suppress(ConverterError, TemplateError, PdfError, StorageError):
        kind = next(iter(letters.values())).kind
        convert_together(desk, kind, _fill_each(desk, list(letters.values())))
        return {}
    errors = {}
    for index, prepared in letters.items():
        try:
            try_letter(desk, prepared)
        except InvalidSubmission as invalid:
            errors[index] = invalid.errors
    return errors


def expected_number(desk: Desk, prepared: Prepared, ahead: int = 0) -> str:
    """Return the number this document gets after `ahead` others if nobody else issues one first; no number is taken."""
    office, date = prepared.snapshot.office, prepared.submission.date
    if prepared.submission.numbering:
        return awaited_number(prepared.submission.numbering)
    if not prepared.kind.sheet.numbered:
        return prepared.kind.sheet.carried_number(prepared.values)
    series = series_of(office, prepared.kind.slug)
    with desk.catalogue.read() as tx:
        sequence = numbers.last_sequence(tx, office.unit_code, date.year, series.name) + 1 + ahead
    code = prepared.classification
    return format_number(office, sequence=sequence, classification=code, date=date, pattern=series.pattern)


def expected_identity(desk: Desk, prepared: Prepared, ahead: int = 0) -> DocumentIdentity:
    """Return what would be printed on a document that were issued now after `ahead` others."""
    submission, url = prepared.submission, desk.links.verification(PREVIEW)
    number = expected_number(desk, prepared, ahead)
    return DocumentIdentity(number, submission.date, prepared.title, submission.procedure, PREVIEW, url)


def broken_words_of(desk: Desk, prepared: Prepared) -> list[str]:
    """Return the words that the tables of a letter have no room for; none where it cannot be filled now."""
    with suppress(TemplateError, StorageError):
        return broken_words_of_file(next(iter(_fill_each(desk, [prepared]))))
    return []


def _fill_each(desk: Desk, letters: Sequence[Prepared]) -> Iterator[bytes]:
    """Yield the Word file of each letter, numbered one after the other. Raises TemplateError, StorageError."""
    for ahead, prepared in enumerate(letters):
        identity = expected_identity(desk, prepared, ahead)
        photos = photos_of(desk, prepared.kind, prepared.values)
        yield fill(prepared.kind, prepared.values, prepared.snapshot, identity, prepared.emblem, photos)
