"""Give a letter its number: now, as every letter that is issued, or held for a draft until its signature is there.

A held number stands nowhere in the register. It is used up in the transaction that issues the draft; a number that is
released goes back to the counter, or else to the next letter of its series.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.issuing.prepare import Prepared
from docgen.desk.registers.manual_numbers import BLANK
from docgen.desk.verification_code import make_code
from docgen.errors import Conflict
from docgen.numbering.number_pattern import format_number
from docgen.numbering.number_series import list_series, series_of
from docgen.numbering.number_systems import awaited_number
from docgen.processes.names import has_ended, process_name
from storage.catalogue.numbering import number_holds, numbers
from storage.catalogue.numbering.number_holds import NumberHold
from storage.catalogue.registers import get_office
from storage.records import Attachment, Document, NumberSeries, ReadyFiles, RegisterEntry, Task
from wording import say

LEFT_OVER = "Disediakan untuk draf yang tidak jadi ditandatangani; sampai akhir tahun tidak ada naskah yang memakainya."
BY = "docgen"  # who voids what is left over of a year
HOLD = dt.timedelta(minutes=10)  # more than a letter is made and BSrE is waited for; also what a lost process costs


@dataclass(frozen=True)
class LetterNumber:
    """What a letter is known by: its id, the code in its QR, and its number, the `sequence` of a series.

    Without a `series` it has no number of ours, and its sequence is 0: `numbering` names the system that numbers it.
    """

    id: str
    code: str
    series: NumberSeries | None
    sequence: int
    number: str
    numbering: str = ""


@dataclass(frozen=True)
class HeldNumber:
    """A number that a draft gets when it is signed, and the hold on it: None for a kind without a number of ours."""

    number: LetterNumber
    hold: NumberHold | None


@dataclass(frozen=True)
class FinishedLetter:
    """A letter that was made, with the number held for it, before it is issued; `signed` is its signed file, if any."""

    held_number: HeldNumber
    ready: ReadyFiles
    signed: Attachment | None = None

    def promised_in(self, task: Task) -> Task:
        """Return the task that issues the letter with these files, and promises its signature next."""
        then = "signed" if self.signed is not None else task.then
        return task.model_copy(update={"ready": self.ready, "signed": self.signed, "then": then})


def give_number(tx: Connection, prepared: Prepared, now: dt.datetime) -> LetterNumber:
    """Take the next number for a letter; the register stays locked until the transaction ends.

    A letter that another system numbers takes none, nor does one of a kind without a number of ours.
    """
    if system := prepared.submission.numbering:
        return LetterNumber(str(ULID()).lower(), make_code(), None, 0, awaited_number(system), system)
    if not prepared.kind.sheet.numbered:
        carried = prepared.kind.sheet.carried_number(prepared.values)
        return LetterNumber(str(ULID()).lower(), make_code(), None, 0, carried)
    office, date = prepared.snapshot.office, prepared.submission.date
    series = series_of(office, prepared.kind.slug)
    sequence = numbers.take_sequence(tx, office.unit_code, date.year, series.name, now=now)
    code = prepared.classification
    number = format_number(office, sequence=sequence, classification=code, date=date, pattern=series.pattern)
    return LetterNumber(str(ULID()).lower(), make_code(), series, sequence, number)


def why_unsigned(system: str) -> str:
    """Return why a letter cannot be signed electronically before a system has numbered it."""
    return say(
        "Naskah ini bernomor {system}: tandatangani di {system}, atau setelah nomornya dicatat di sini.", system=system
    )


def hold_number(desk: Desk, tx: Connection, prepared: Prepared, draft: str) -> HeldNumber:
    """Take the next number for a draft, whose row the caller has locked, and hold it.

    Raises Conflict while a process asks for the signature on the draft, and for a letter that another system numbers.
    """
    require_no_hold(desk, tx, draft)
    if (earlier := number_holds.hold_of(tx, draft)) is not None:  # of a process that is gone
        numbers.release(tx, earlier)
    now = desk.now()
    number = give_number(tx, prepared, now)
    if number.numbering:
        raise Conflict(why_unsigned(number.numbering))
    if number.series is None:
        return HeldNumber(number, None)
    hold = NumberHold(
        unit=prepared.snapshot.office.unit_code,
        year=prepared.submission.date.year,
        series=number.series.name,
        sequence=number.sequence,
        draft=draft,
        owner=process_name(),
        until=now + HOLD,
    )
    number_holds.add(tx, hold)
    return HeldNumber(number, hold)


def require_no_hold(desk: Desk, tx: Connection, draft: str) -> None:
    """Raise Conflict while a process asks for the signature on a draft."""
    hold = number_holds.hold_of(tx, draft)
    if hold is not None and not is_over(hold, desk.now()):
        raise Conflict(say("Draf ini sedang ditandatangani. Tunggu sebentar, lalu muat ulang."))


def use_held_number(tx: Connection, held_number: HeldNumber) -> LetterNumber:
    """End the hold of a number because its letter is issued now, and return the number. Raises Conflict.

    The caller holds the lock of the register.
    """
    if held_number.hold is not None and not number_holds.use(tx, held_number.hold):
        raise Conflict(_why_lost(held_number))
    return held_number.number


def extend_hold(desk: Desk, held_number: HeldNumber) -> None:
    """Hold a number for as long again, before BSrE is asked with it.

    Raises Conflict when another letter got it meanwhile, StoreUnavailable.
    """
    if held_number.hold is None:
        return
    with desk.catalogue.write() as tx:
        is_held = number_holds.extend(tx, held_number.hold, desk.now() + HOLD)
    if not is_held:
        raise Conflict(_why_lost(held_number))


def _why_lost(held_number: HeldNumber) -> str:
    return say(
        "Nomor {number} sudah dipakai naskah lain. Tandatangani draf ini sekali lagi.",
        number=held_number.number.number,
    )


def release_number(desk: Desk, held_number: HeldNumber) -> None:
    """Give up a number that no letter got; it goes to the next letter. Raises StoreUnavailable."""
    if held_number.hold is None:
        return
    with desk.catalogue.write() as tx:
        numbers.release(tx, held_number.hold)


def end_lost_holds(desk: Desk) -> int:
    """Give up the numbers held by processes that are gone, and return how many were.

    A number of an earlier year that no letter took is written into the register as void, with the reason.
    Raises StoreUnavailable.
    """
    with desk.catalogue.read() as tx:
        holds = number_holds.list_holds(tx)
        year = desk.today_in(tx).year
    count = 0
    for hold in reversed(holds):  # the last first: the counter goes back over all of them
        if not is_over(hold, desk.now()):
            continue
        with desk.catalogue.write() as tx:
            if hold.owner:
                count += numbers.release(tx, hold)
            left_over = number_holds.released(hold)
            if hold.year < year and number_holds.use(tx, left_over):
                _enter_void(desk, tx, left_over)
    return count


def _enter_void(desk: Desk, tx: Connection, hold: NumberHold) -> None:
    """Write a number that no letter got into the register of its year, as void."""
    office = get_office(tx).model_copy(update={"unit_code": hold.unit})
    date = dt.date(hold.year, 12, 31)
    pattern = next((series.pattern for series in list_series(office) if series.name == hold.series), "")
    number = format_number(office, sequence=hold.sequence, classification=BLANK, date=date, pattern=pattern)
    reason = say(LEFT_OVER)
    entry = RegisterEntry(
        unit=hold.unit,
        year=hold.year,
        sequence=hold.sequence,
        number=number,
        status="void",
        document="",
        date=date,
        title=reason,
        reason=reason,
        series=hold.series,
        pattern=pattern,
    )
    numbers.add_entry(tx, entry)
    audit.record(desk, tx, BY, Action.NUMBER_VOIDED, number, after={"number": number, "reason": reason})


def is_over(hold: NumberHold, now: dt.datetime) -> bool:
    """Return whether nobody asks for a signature under a hold any more: its time is over, or its process is gone."""
    return hold.until <= now or not hold.owner or has_ended(hold.owner)


def document_of(prepared: Prepared, number: LetterNumber, now: dt.datetime) -> Document:
    """Return the document that a letter becomes with its number; who issues it, and a new dossier, are left open."""
    office, submission = prepared.snapshot.office, prepared.submission
    return Document(
        id=number.id,
        number=number.number,
        unit=office.unit_code,
        year=submission.date.year,
        sequence=number.sequence,
        status="reserved",
        kind=submission.kind,
        procedure=submission.procedure,
        step=submission.step,
        assets=submission.assets,
        dossier=submission.dossier,
        title=prepared.title,
        date=submission.date,
        signer=submission.signer,
        code=number.code,
        revision=0,
        created_at=now,
        created_by="",
        security=prepared.security.security,
        series=number.series.name if number.series else "",
        numbering=number.numbering,
    )
