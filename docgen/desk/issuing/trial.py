"""Whether a letter can be made, tried before it gets a number, so that no number is lost to one that cannot.

Every letter with the next number would be converted once more whenever somebody else took that number meanwhile: eight
clients at once would make a third fewer letters. And a letter that is numbered first survives a kill while LibreOffice
is at work. So those that are proved go straight on: letters of the delivered kinds (each is converted and compared by
the tests, short and long) with plain text. All others are filled and converted with the number that is expected: those
of the office's own templates, with other scripts or signs, very long ones, and of a kind of which a letter just failed.
When the letter gets that number, what was converted is used; nothing is converted twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from docgen.desk.desk import Desk
from docgen.desk.issuing.request import Prepared, classification
from docgen.desk.revisions.photos import photos_of
from docgen.desk.revisions.pipeline import DocumentIdentity, convert, convert_many, fill
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
from docgen.number_pattern import format_number
from storage.catalogue import journal, numbers, registers
from storage.errors import StorageError
from templates_docx import FOLDER

LONGEST_PROVED = 60_000  # characters of a letter's fields, some thirty pages
MOST_ASSETS_PROVED = 200

_PLAIN = re.compile(r"[\t\n\r -~\u00a0-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e\u20ac\u2122]*")


@dataclass(frozen=True)
class _Remembering:
    """A converter that knows one Word file's PDF already."""

    converter: Converter
    docx: bytes
    pdf: bytes

    def convert(self, docx: bytes, *, deadline: float = 30.0) -> bytes:
        """As `Converter.convert`."""
        return self.pdf if docx == self.docx else self.converter.convert(docx, deadline=deadline)

    def check(self) -> None:
        """As `Converter.check`."""
        self.converter.check()

    def close(self) -> None:
        """As `Converter.close`."""
        self.converter.close()


@contextmanager
def refusing() -> Iterator[None]:
    """Raise InvalidSubmission for a letter that cannot be made, with the reason; what is away stays what it is."""
    try:
        yield
    except ConverterUnavailable:
        raise
    except (ConversionFailed, TemplateError, PdfError) as cause:
        raise InvalidSubmission([FieldError("data", str(cause))]) from cause


def is_proved(desk: Desk, kind: Kind, data: Mapping[str, Any], assets: Sequence[Any] = ()) -> bool:
    """Whether letters like this are known to be made, so that trying one first is a waste."""
    if kind.folder.parent != FOLDER or len(assets) > MOST_ASSETS_PROVED:
        return False
    text = json.dumps([data, [one.name for one in assets]], ensure_ascii=False, default=str)
    if len(text) > LONGEST_PROVED or not _PLAIN.fullmatch(text):
        return False
    with desk.catalogue.read() as tx:
        return not journal.kind_failed(tx, kind.slug)


def tried(desk: Desk, prepared: Prepared) -> Desk:
    """The desk to issue a letter with, once it is sure that it can be made. Raises InvalidSubmission."""
    if is_proved(desk, prepared.kind, prepared.submission.data, prepared.snapshot.assets):
        return desk
    with refusing():
        try:
            [docx] = _filled(desk, [prepared])
            pdf = convert(desk.converter, docx)
        except ConverterHung:
            raise  # it may hang again: no number is taken for it
        except (ConverterUnavailable, StorageError):
            return desk  # what is away returns: the number is taken, and the letter finished then
    return replace(desk, converter=_Remembering(desk.converter, docx, pdf))


def try_many(desk: Desk, letters: Mapping[int, Prepared]) -> dict[int, list[FieldError]]:
    """What is wrong with those of these letters of one kind that cannot be made; all are converted at once."""
    if not letters:
        return {}
    with suppress(ConverterError, TemplateError, PdfError, StorageError):
        kind = next(iter(letters.values())).kind
        desk.refusals.require_none(kind.slug, desk.now())
        docxs = _filled(desk, list(letters.values()))
        convert_many(desk, kind, docxs)
        return {}
    wrong = {}
    for index, prepared in letters.items():
        try:
            tried(desk, prepared)
        except InvalidSubmission as invalid:
            wrong[index] = invalid.errors
    return wrong


def expected_number(desk: Desk, prepared: Prepared, ahead: int = 0) -> str:
    """The number this document gets if nobody issues another one first, `ahead` others before; none is taken."""
    office, date = prepared.snapshot.office, prepared.submission.date
    with desk.catalogue.read() as tx:
        sequence = numbers.last_sequence(tx, office.unit_code, date.year) + 1 + ahead
    code = classification(prepared.kind, prepared.procedure)
    return format_number(office, sequence=sequence, classification=code, date=date)


def expected_identity(desk: Desk, prepared: Prepared, ahead: int = 0) -> DocumentIdentity:
    """What a document would be if it were issued now."""
    asked = prepared.submission
    number = expected_number(desk, prepared, ahead)
    return DocumentIdentity(
        number, asked.date, prepared.title, asked.procedure, PREVIEW, desk.links.verification(PREVIEW)
    )


def _filled(desk: Desk, letters: Sequence[Prepared]) -> list[bytes]:
    """The Word file of each, numbered one after the other. Raises TemplateError, StorageError."""
    with desk.catalogue.read() as tx:
        emblem = registers.get_emblem(tx)
    return [
        fill(
            one.kind,
            one.values,
            one.snapshot,
            expected_identity(desk, one, ahead),
            emblem,
            photos_of(desk, one.kind, one.values),
        )
        for ahead, one in enumerate(letters)
    ]
