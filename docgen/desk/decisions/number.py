"""Enter the number that another system gave a letter: one that waited for it, or one that has a number of ours too.

The number counts, and is nobody else's in its system, from the transaction that promises the revision with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import require
from docgen.desk.revisions.journal import ClaimedLine, carry_out, finish_document, promise
from docgen.desk.revisions.number_files import numbered
from docgen.desk.revisions.pipeline import Snapshot, refill
from docgen.errors import Conflict, FieldError, InvalidSubmission, TemplateError
from docgen.indonesian import long_date
from docgen.numbering.number_systems import find_system
from storage.catalogue import documents, registers
from storage.catalogue.numbering import foreign_numbers
from storage.catalogue.numbering.foreign_numbers import key_of
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, is_document_visible
from storage.records import Attachment, Document, ForeignNumber, Office, Submission, Task
from storage.text import tidy
from wording import say

LONGEST = 300
Source = Literal["entered", "read"]


class NumberRequest(BaseModel):
    """The body of `POST /documents/{id}/number`: what another system numbered and dated a letter."""

    model_config = ConfigDict(extra="forbid")

    number: Annotated[
        str,
        Field(min_length=1, max_length=LONGEST, description="As printed on the letter", examples=["000.1.9/12/SETDA"]),
    ]
    date: Annotated[dt.date, Field(description="Date of the letter, not in the future", examples=["2026-11-24"])]
    by: Annotated[
        str | None,
        Field(
            max_length=LONGEST,
            description="The system, where it is not the one that the letter waits for, and the office has several",
        ),
    ] = None
    reason: Annotated[
        str, Field(max_length=1000, description="Why, where this corrects a number that was entered before")
    ] = ""


def give_number(desk: Desk, id: str, request: NumberRequest, by: str, within: Limits = NO_LIMITS) -> Document:
    """Enter the number of a letter and return it with its new revision; the same call again returns it as it is.

    A letter that waited is filled in again with number and date. Raises InvalidSubmission (no number, a date in the
    future, no such system, a template that changed), Conflict (another number is there already and no reason given,
    the number is another letter's, not in force, in work), RecordMissing, DocumentPending, StoreUnavailable.
    """
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        number = _number_of(desk, tx, document, request, by)
        is_there = _same(foreign_numbers.of_document(tx, id), number) is not None
    if is_there:
        return finish_document(desk, id)
    _try(desk, document, number)
    with desk.catalogue.write() as tx:
        claimed_line = promise_number(desk, tx, document, number, within, reason=tidy(request.reason))
    return carry_out(desk, claimed_line)


def promise_number(
    desk: Desk,
    tx: Connection,
    document: Document,
    number: ForeignNumber,
    within: Limits = NO_LIMITS,
    *,
    reason: str = "",
    attachments: Sequence[Attachment] = (),
) -> ClaimedLine:
    """Decide on the number of a letter and journal its revision, in the caller's transaction.

    `attachments` hold the signed file that the number came with. Raises Conflict as `give_number`.
    """
    current = documents.hold_document(tx, document.id)
    require(tx, current, within=within, hold=True)
    earlier = next(
        (given for given in foreign_numbers.of_document(tx, document.id) if given.system == number.system), None
    )
    if earlier is not None:
        _require_correction(tx, current, earlier, reason)
        foreign_numbers.remove(tx, earlier)
    if not foreign_numbers.add(tx, number):
        raise Conflict(_why_taken(tx, number, within))
    submission, snapshot = documents.get_contents(tx, document.id)
    if number.system == current.numbering:
        submission = submission.model_copy(update={"date": number.date})
    facts = {"number": number.number, "date": long_date(number.date), "system": number.system}
    text = say("Nomor {number} tanggal {date} dari {system}", **facts)
    task = Task(
        change="numbered",
        at=number.at,
        by=number.by,
        reason=f"{text}: {reason}" if reason else str(text),
        number=number,
        attachments=list(attachments),
    )
    line = promise(desk, tx, document.id, task, submission, snapshot)
    audit.record(
        desk,
        tx,
        number.by,
        Action.DOCUMENT_NUMBERED,
        document.id,
        before={"number": earlier.number, "date": earlier.date.isoformat()} if earlier else None,
        after={
            "number": number.number,
            "date": number.date.isoformat(),
            "system": number.system,
            "source": number.source,
            **({"reason": reason} if reason else {}),
        },
    )
    return line


def cleaned_number(typed: str) -> str:
    """Return a number in one line, without what is not to be seen. Raises InvalidSubmission."""
    number = " ".join(tidy(typed).split())
    if not any(sign.isalnum() for sign in number):
        raise _wrong("number", "Tulis nomor yang tercetak pada naskah.")
    if len(number) > LONGEST:
        raise _wrong("number", say("Nomor paling panjang {most} huruf.", most=LONGEST))
    return number


def why_not_date(desk: Desk, tx: Connection, date: dt.date) -> str:
    """Return why a letter cannot have this date; "" where it can."""
    today = desk.today_in(tx)
    if date > today:
        return say("Tanggal {date} belum tiba. Tulis tanggal yang tercetak pada naskah.", date=long_date(date))
    if date.year < today.year - 10:
        return say("Tanggal {date} sudah terlalu lama. Periksa tahunnya.", date=long_date(date))
    return ""


def _number_of(desk: Desk, tx: Connection, document: Document, request: NumberRequest, by: str) -> ForeignNumber:
    """Return what is to be entered. Raises InvalidSubmission."""
    problem = why_not_date(desk, tx, request.date)
    if problem:
        raise _wrong("date", problem)
    system = _system_of(registers.get_office(tx), document, request.by)
    return ForeignNumber(
        system=system,
        number=cleaned_number(request.number),
        document=document.id,
        date=request.date,
        at=desk.now(),
        by=by,
        source="entered",
    )


def _system_of(office: Office, document: Document, named: str | None) -> str:
    """Return the system whose number is told. Raises InvalidSubmission."""
    if named is None:
        if document.numbering or len(office.number_systems) == 1:
            return document.numbering or office.number_systems[0]
        known = ", ".join(office.number_systems) or "-"
        raise _wrong("by", say("Sebutkan sistem yang memberi nomor itu. Yang dikenal: {known}.", known=known))
    if document.numbering and named.casefold() == document.numbering.casefold():
        return document.numbering  # which the office may have given up since
    try:
        system = find_system(office, named)
    except InvalidSubmission as invalid:
        raise _wrong("by", invalid.errors[0].message) from invalid
    if not system or (document.numbering and document.status == "awaiting_number"):
        expected = document.numbering or ", ".join(office.number_systems)
        raise _wrong("by", say("Naskah ini menunggu nomor dari {expected}.", expected=expected))
    return system


def _same(numbers: Sequence[ForeignNumber], number: ForeignNumber) -> ForeignNumber | None:
    """Return the number that a letter has already, where it is this one with this date."""
    return next(
        (
            earlier
            for earlier in numbers
            if (earlier.system, key_of(earlier.number), earlier.date)
            == (number.system, key_of(number.number), number.date)
        ),
        None,
    )


def _require_correction(tx: Connection, document: Document, earlier: ForeignNumber, reason: str) -> None:
    """Raise Conflict unless the number that a letter has may be corrected: for a reason, and before decisions on it.

    What was decided on a letter with the wrong number was stamped on it; only behind a signed PDF nothing changes.
    """
    if not reason:
        raise Conflict(
            say(
                "Naskah ini sudah bernomor {number} dari {system}. Untuk membetulkannya, tulis juga alasannya.",
                number=earlier.number,
                system=earlier.system,
            )
        )
    revisions = documents.list_revisions(tx, document.id)
    signed = any(file.sort == "signed" for revision in revisions for file in revision.attachments)
    if not signed and any(revision.change in ("endorsed", "sealed", "signed") for revision in revisions):
        raise Conflict(
            say(
                "Naskah {number} sudah diputus atau ditandatangani dengan nomor itu. Batalkan, lalu buat penggantinya.",
                number=document.number,
            )
        )


def _why_taken(tx: Connection, number: ForeignNumber, within: Limits) -> str:
    """Return whose the number is, as far as the caller may know."""
    other = foreign_numbers.find(tx, number.system, number.number)
    if other is not None and (not within or is_document_visible(tx, other.document, within)):
        title = documents.get_document(tx, other.document).title
        return say(
            "Nomor {number} dari {system} sudah dipakai naskah “{title}”. Periksa lagi nomornya.",
            number=number.number,
            system=number.system,
            title=title,
        )
    return say(
        "Nomor {number} dari {system} sudah dipakai naskah lain. Periksa lagi nomornya.",
        number=number.number,
        system=number.system,
    )


def _try(desk: Desk, document: Document, number: ForeignNumber) -> None:
    """Fill a letter in with its number, before that counts. Raises InvalidSubmission, StorageError."""
    if number.system != document.numbering or document.revision == 0:
        return
    with desk.catalogue.read() as tx:
        submission, snapshot = documents.get_contents(tx, document.id)
        emblem = registers.get_emblem(tx)
    submission = Submission.model_validate({**submission.model_dump(), "date": number.date})
    try:
        refill(desk, numbered(document, number), submission, Snapshot.from_json(snapshot), emblem)
    except TemplateError as error:
        raise _wrong("number", str(error)) from error


def _wrong(field: str, message: str) -> InvalidSubmission:
    return InvalidSubmission([FieldError(field, message)])
