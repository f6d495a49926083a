"""Issue a document: take its number and journal the whole submission in one transaction; `journal` does the rest."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.capacity import admit, require_room
from docgen.desk.desk import Desk
from docgen.desk.issuing.dossier_choice import Target, check_target, find_continued
from docgen.desk.issuing.evidence import Registers, read_registers
from docgen.desk.issuing.held_number import FinishedLetter, document_of, give_number, use_held_number, why_unsigned
from docgen.desk.issuing.outside_sop import dossier_of_year
from docgen.desk.issuing.prepare import Prepared, prepare_in
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.issuing.trial import is_proved, try_doubtful
from docgen.desk.registers.divisions import division_of
from docgen.desk.revisions.journal import (
    LINE_LEASE,
    ArchivedRevision,
    ClaimedLine,
    RevisionBasis,
    archive_line,
    finish_document,
)
from docgen.desk.rights import listed_title
from docgen.desk.secrecy import require_secrecy
from docgen.errors import Conflict, FieldError, InvalidSubmission
from docgen.processes.names import process_name
from docgen.sop import OUTSIDE
from docgen.sop.classification import classification_title
from storage.catalogue import documents, dossiers, idempotency
from storage.catalogue.numbering import numbers
from storage.catalogue.signatures import awaited
from storage.catalogue.visibility.classes import OPEN
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.errors import RecordConflict
from storage.records import AwaitedSignature, Document, Dossier, NumberSeries, RegisterEntry, Task

DOSSIER_BUSY = "Berkas pada aset ini sedang diisi orang lain. Kirim lagi, dan sebutkan berkasnya."
TRIES = 5  # of a letter, when other letters came first into the dossier it would have continued


class TargetChanged(Exception):
    """The dossier that a letter would have continued got another letter first: the letter must be prepared again."""


@dataclass(frozen=True)
class IdempotencyKey:
    """A caller's promise that the same key means the same request; the request is known by its SHA-256."""

    caller: str
    key: str
    request_sha256: str

    def find(self, tx: Connection, now: dt.datetime | None = None) -> str | None:
        """Return the id of what the first call with this key made, or None; with `now`, only of the 7 days before it.

        Raises RecordConflict if that call was another request.
        """
        return idempotency.find(tx, self.caller, self.key, self.request_sha256, now)

    def add(self, tx: Connection, id: str, now: dt.datetime) -> None:
        """Remember what this call made: a document, or the job of a batch."""
        idempotency.add(tx, self.caller, self.key, self.request_sha256, id, now)


def issue(
    desk: Desk,
    request: DocumentRequest,
    by: str,
    idempotency_key: IdempotencyKey | None = None,
    within: Limits = NO_LIMITS,
    token: str = "",
) -> Document:
    """Issue a document and return it, archived; dossiers and documents outside of `within` look absent.

    `token` is the id of the token that `by` came with, "" for an account.
    Raises InvalidSubmission (wrong, or cannot be made: nothing numbered or kept), DocumentPending (numbered and kept:
    finished later, or DocumentFailed), RecordConflict (the idempotency key was used for something else),
    StoreUnavailable, ConverterUnavailable, TooManyAtOnce (nothing numbered or kept).
    """
    return issue_letter(desk, request, by, idempotency_key, within, token).document


def issue_letter(
    desk: Desk,
    request: DocumentRequest,
    by: str,
    idempotency_key: IdempotencyKey | None = None,
    within: Limits = NO_LIMITS,
    token: str = "",
) -> ArchivedRevision:
    """Do as `issue`; return what this call archived, or, without a revision, what an earlier one with its key made."""
    with admit(desk):
        try:
            reserved = _reserve(desk, request, by, idempotency_key, within, token)
        except (RecordConflict, InvalidSubmission, Conflict):  # perhaps another call with this key was quicker
            if idempotency_key is None:
                raise
            with desk.catalogue.read() as tx:
                issued_id = idempotency_key.find(tx, desk.now())
            if issued_id is None:
                raise
            return ArchivedRevision(finish_document(desk, issued_id))
        if isinstance(reserved, str):
            return ArchivedRevision(finish_document(desk, reserved))
        return archive_line(*reserved)


def _reserve(
    desk: Desk,
    request: DocumentRequest,
    by: str,
    idempotency_key: IdempotencyKey | None,
    within: Limits,
    token: str,
) -> tuple[Desk, ClaimedLine] | str:
    """Prepare, try and reserve a letter; return the desk to make it with, and its journal line.

    What an earlier call with the same key made is returned by its id.
    """
    for _ in range(TRIES):
        with desk.catalogue.read() as tx:
            issued_id = None if idempotency_key is None else idempotency_key.find(tx, desk.now())
            if issued_id is not None:
                return issued_id
            prepared = prepare_in(desk, tx, request, read_registers(desk, tx, request.assets), within)
            proved = is_proved(tx, prepared.kind, prepared.submission.data, prepared.snapshot.assets)
        require_room(desk)
        require_secrecy(desk, prepared.snapshot.office)
        desk_after_trial = desk if proved else try_doubtful(desk, prepared)
        with suppress(TargetChanged), desk.catalogue.write() as tx:
            return desk_after_trial, reserve(desk, tx, prepared, by, idempotency_key, token=token)
    raise Conflict(DOSSIER_BUSY)


def reserve_in(
    desk: Desk,
    tx: Connection,
    request: DocumentRequest,
    registers: Registers,
    by: str,
    idempotency_key: IdempotencyKey,
    token: str = "",
    within: Limits = NO_LIMITS,
) -> ClaimedLine:
    """Prepare and reserve one of several requests that share a write transaction; return its claimed journal line.

    `token` is the id of the token that `by` came with, "" for an account.
    Raises InvalidSubmission; then nothing of this request is written.
    """
    for _ in range(TRIES):
        prepared = prepare_in(desk, tx, request, registers, within)
        with suppress(TargetChanged):
            return reserve(desk, tx, prepared, by, idempotency_key, token=token)
    raise InvalidSubmission([FieldError("dossier", DOSSIER_BUSY)])


def reserve(
    desk: Desk,
    tx: Connection,
    prepared: Prepared,
    by: str,
    idempotency_key: IdempotencyKey | None,
    *,
    author: str = "",
    token: str = "",
    then: Literal["", "sealed"] = "",
    finished: FinishedLetter | None = None,
) -> ClaimedLine:
    """Take a number and journal the whole submission in the caller's transaction: all or nothing.

    `author` wrote the letter that `by` issues, "" where he wrote it himself, with the token of id `token`; `then` is
    promised as soon as it is made. A `finished` letter was made with a number that is held for it: the hold ends.
    Returns the document and its journal line, which this process has claimed. A call that raises writes nothing:
    InvalidSubmission (since the request was prepared its dossier was closed, or the letter it replaces was replaced,
    voided or changed), TargetChanged, Conflict (the number that was held is no longer; a letter that another system
    numbers cannot be sealed yet).
    """
    desk.require_archive()
    office = prepared.snapshot.office
    require_secrecy(desk, office)
    if then and prepared.submission.numbering:
        raise Conflict(why_unsigned(prepared.submission.numbering))
    now = desk.now()
    # Every issue locks the main register first, whatever its series, then dossier and document: no two wait for each
    # other.
    numbers.hold_register(tx, office.unit_code, prepared.submission.date.year)
    continued = _target_now(desk, tx, prepared) if finished is None else _dossier_now(desk, tx, prepared)
    its_dossier = continued or _open_dossier(tx, prepared, now)
    dossier = its_dossier.id
    letter_number = give_number(tx, prepared, now) if finished is None else use_held_number(tx, finished.held_number)
    division = division_of(tx, "" if token else author or by, prepared.snapshot.signer)
    submission = prepared.submission.model_copy(update={"dossier": dossier, "division": division})
    document = document_of(prepared, letter_number, now).model_copy(
        update={
            "dossier": dossier,
            "created_by": author or by,
            "token": token,
            "division": division,
        }
    )
    id, number = document.id, document.number
    if letter_number.series is not None:
        numbers.add_entry(tx, _register_line(document, letter_number.series))
    task = Task(change="issued", at=now, by=by, reason="Diterbitkan", then=then)
    if finished is not None:
        task = finished.promised_in(task)
    snapshot = prepared.snapshot.to_json()
    pending = documents.add_document(tx, document, task, submission, snapshot, process_name(), now + LINE_LEASE)
    audit.record(
        desk,
        tx,
        by,
        Action.DOCUMENT_ISSUED,
        id,
        after={
            "number": number,
            "kind": document.kind,
            "title": listed_title(document.title, document.security),
            "dossier": dossier,
            **({"security": document.security} if document.security not in OPEN else {}),
            **({"replaces": submission.replaces} if submission.replaces else {}),
        },
    )
    if submission.signing == "bsre" and not task.then:
        awaited.put(tx, AwaitedSignature(document=id, official=submission.signer, since=now, by=by))
    if idempotency_key is not None:
        idempotency_key.add(tx, id, now)
    return ClaimedLine(document, pending, RevisionBasis(its_dossier, emblem=prepared.emblem))


def _register_line(document: Document, series: NumberSeries) -> RegisterEntry:
    """Return the line of the register for a letter with a number of ours."""
    return RegisterEntry(
        unit=document.unit,
        year=document.year,
        sequence=document.sequence,
        number=document.number,
        status="reserved",
        document=document.id,
        date=document.date,
        title=document.title,
        series=series.name,
        pattern=series.pattern,
    )


def _dossier_now(desk: Desk, tx: Connection, prepared: Prepared) -> Dossier | None:
    """Return the dossier that a letter goes into which is not made again for it, None for a new one.

    Raises InvalidSubmission when the request names one that was closed, or a letter to replace that changed.
    """
    if prepared.target.named:
        return _named_target_now(tx, prepared)
    continued = _find_continued(desk, tx, prepared)
    if continued.dossier is None:
        return None
    dossier, errors = check_target(tx, continued)
    return None if errors else dossier  # it was closed at this very moment


def _target_now(desk: Desk, tx: Connection, prepared: Prepared) -> Dossier | None:
    """Return the dossier that a letter goes into, None for a new one.

    Raises InvalidSubmission or TargetChanged if the letter can no longer go where it was prepared to go.
    """
    target = prepared.target
    if target.named:
        return _named_target_now(tx, prepared)
    if prepared.procedure is OUTSIDE:  # it changes nothing in the letter which dossier of its year it joins
        return _dossier_now(desk, tx, prepared)
    if target.dossier is None:
        return None
    dossier, _ = check_target(tx, target, prepared.within)
    continued = _find_continued(desk, tx, prepared)
    if continued.dossier_id != target.dossier_id:
        raise TargetChanged
    return dossier


def _named_target_now(tx: Connection, prepared: Prepared) -> Dossier | None:
    """Return the dossier that the request names, None for a new one. Raises InvalidSubmission."""
    dossier, errors = check_target(tx, prepared.target, prepared.within)
    if errors:
        raise InvalidSubmission(errors)
    return dossier


def _find_continued(desk: Desk, tx: Connection, prepared: Prepared) -> Target:
    """Return where a letter whose request names no dossier goes now."""
    submission = prepared.submission
    if prepared.procedure is OUTSIDE:
        return dossier_of_year(tx, prepared.classification, submission.date)
    return find_continued(
        desk,
        tx,
        procedure=submission.procedure,
        step=submission.step,
        kind=submission.kind,
        assets=submission.assets,
        within=prepared.within,
        before=prepared.target,
    )


def _open_dossier(tx: Connection, prepared: Prepared, now: dt.datetime) -> Dossier:
    """Add a dossier for a letter and return it."""
    submission = prepared.submission
    is_outside = prepared.procedure is OUTSIDE
    assets = [] if is_outside else submission.assets
    title = _title_outside_sop(prepared) if is_outside else _title_of_run(prepared)
    before = dossiers.count_runs(tx, submission.procedure, assets, title)
    if before:
        title = f"{title} ke-{before + 1}"
    dossier = Dossier(
        id=str(ULID()).lower(),
        procedure=submission.procedure,
        assets=assets,
        title=title,
        opened_at=now,
        classification=submission.classification,
        year=submission.date.year if is_outside else 0,
    )
    dossiers.add_dossier(tx, dossier)
    return dossier


def _title_of_run(prepared: Prepared) -> str:
    names = [asset.name for asset in prepared.snapshot.assets]
    more = f" dan {len(names) - 1} aset lain" if len(names) > 1 else ""
    procedure = prepared.procedure.title
    return f"{names[0]}{more}: {procedure}" if names else f"{procedure}: kolektif {prepared.submission.date.year}"


def _title_outside_sop(prepared: Prepared) -> str:
    code, year = prepared.classification, prepared.submission.date.year
    return f"{code} {classification_title(code) or prepared.procedure.title} {year}"
