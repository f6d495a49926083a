"""Endorse a document: an official decides on it, at the step of the SOP that asks for it, under his own name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import require
from docgen.desk.dossiers.dossiers import course_of, view_dossier
from docgen.desk.revisions.journal import ClaimedLine, carry_out, promise
from docgen.desk.rights import EVERYONE
from docgen.errors import Conflict, FieldError, Forbidden, InvalidSubmission, NotFound
from docgen.forms.defaults import post
from docgen.indonesian import format_nip
from docgen.sop import Procedure, Step
from docgen.sop.actors import valid_on, why_not
from docgen.sop.course import NO, WORDS, Course, Refusal, checking_step, endorsing_steps
from storage.catalogue import documents, dossiers, registers
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.errors import RecordMissing
from storage.records import Attachment, Decision, Document, Endorsement, Official, Role, Task
from storage.text import tidy
from wording import say

NOTHING = "tidak memerlukan persetujuan atau penerimaan menurut SOP"


class EndorsementRequest(BaseModel):
    """The body of `POST /documents/{id}/endorsements`: who decides what, and why."""

    model_config = ConfigDict(extra="forbid")

    official: Annotated[
        str, Field(min_length=1, max_length=60, description="Id of the official", examples=["kepala-bidang"])
    ]
    decision: Annotated[
        Decision,
        Field(
            description="setuju where the step approves, terima where it receives; perbaiki and tolak send it back",
            examples=["setuju"],
        ),
    ]
    note: Annotated[str, Field(max_length=1000, description="Shown with the decision")] = ""


@dataclass(frozen=True)
class DecisionTurn:
    """Whose decision on a document is next: step and role, the allowed decisions, and who may make them today."""

    step: Step
    role: Role
    decisions: tuple[Decision, ...]
    officials: list[Official]


def endorse(
    desk: Desk,
    id: str,
    request: EndorsementRequest,
    by: str,
    officials_allowed: Collection[str],
    within: Limits = NO_LIMITS,
) -> Document:
    """Record a decision and stamp it; return the document with its new revision.

    `officials_allowed` are the officials in whose name `by` may decide, `EVERYONE` for all; `within` limits which
    other documents an error may name. Raises Forbidden (not `by`'s, not the role that the step names, not in office
    today), Conflict (decided, not in force, in work, or nothing to decide), InvalidSubmission, RecordMissing,
    DocumentPending (decided; stamped later).
    """
    with desk.catalogue.write() as tx:
        claimed_line = promise_decision(desk, tx, id, request, by, officials_allowed, within)
    return carry_out(desk, claimed_line)


def promise_decision(
    desk: Desk,
    tx: Connection,
    id: str,
    request: EndorsementRequest,
    by: str,
    officials_allowed: Collection[str],
    within: Limits = NO_LIMITS,
    *,
    attachments: Sequence[Attachment] = (),
) -> ClaimedLine:
    """Journal a decision and its stamp, and return the claimed line. Arguments and errors as of `endorse`.

    A decision that is an electronic signature has the signed file among its `attachments`, and no stamp.
    """
    document = documents.hold_document(tx, id)
    official = _official(tx, request.official)
    if EVERYONE not in officials_allowed and official.id not in officials_allowed:
        raise Forbidden(
            say(
                "Anda tidak berwenang memutus atas nama {name}. Administrator menghubungkan akun dengan "
                "pejabatnya di halaman Pengguna; token mendapatnya lewat --official.",
                name=official.name,
            )
        )
    turn = require_turn(desk, tx, document, official, within, hold=True)
    if request.decision not in turn.decisions:
        allowed = ", ".join(turn.decisions)
        message = say(
            "Langkah {step} tidak mengenal keputusan {decision}. Pilih: {allowed}.",
            step=turn.step.number,
            decision=repr(request.decision),
            allowed=allowed,
        )
        raise InvalidSubmission([FieldError("decision", message)])
    now = desk.now()
    endorsement = Endorsement(
        step=turn.step.number,
        decision=request.decision,
        official=official.id,
        name=official.name,
        nip=format_nip(official.nip),
        post=post(official),
        actor=official.role,
        role=desk.sop.role_label(official.role),
        note=tidy(request.note),
        at=now,
        by=by,
    )
    task = Task(
        change="endorsed",
        at=now,
        by=by,
        reason=_reason(endorsement),
        endorsement=endorsement,
        attachments=list(attachments),
    )
    claimed_line = promise(desk, tx, id, task, *documents.get_contents(tx, id))
    audit.record(
        desk,
        tx,
        by,
        Action.DOCUMENT_ENDORSED,
        id,
        after={"number": document.number, **endorsement.model_dump(mode="json", exclude={"at", "by"})},
    )
    return claimed_line


def require_turn(
    desk: Desk,
    tx: Connection,
    document: Document,
    official: Official,
    within: Limits = NO_LIMITS,
    *,
    hold: bool = False,
) -> DecisionTurn:
    """Return the turn in which an official decides on a document.

    Raises Conflict (nothing can be decided), Forbidden (another's turn, or not in office today), NotFound.
    """
    turn = _turn(desk, tx, document, within=within, hold=hold)
    _check_official(desk, turn, official, desk.today_in(tx))
    return turn


def turn_of(desk: Desk, tx: Connection, document: Document, course: Course | None = None) -> DecisionTurn | None:
    """Return whose decision on a document is next; None when there is nothing to decide now.

    `course` is its dossier's, where the caller has read it already.
    """
    try:
        return _turn(desk, tx, document, course)
    except (Conflict, NotFound):
        return None


def _turn(
    desk: Desk,
    tx: Connection,
    document: Document,
    course: Course | None = None,
    within: Limits = NO_LIMITS,
    *,
    hold: bool = False,
) -> DecisionTurn:
    """Return whose decision is next. Raises Conflict (why nothing can be decided), NotFound (no such procedure)."""
    require(tx, document, numbered=True, within=within, hold=hold)
    if dossiers.get_dossier(tx, document.dossier).closed_at is not None:
        raise Conflict(
            say("Berkas naskah {number} sudah ditutup. Buka kembali berkasnya dahulu.", number=document.number)
        )
    procedure = desk.sop.procedure(document.procedure)
    course = course or course_of(desk, tx, document.dossier) or Course(procedure, ())
    refusal = course.refused.get(document.id)
    if refusal is not None:
        raise Conflict(
            say(
                "Naskah {number} sudah diputus “{decision}” oleh {official}. Buat naskah penggantinya pada "
                "langkah {step}.",
                number=document.number,
                decision=WORDS[refusal.decision],
                official=_refuser(desk, tx, refusal),
                step=document.step,
            )
        )
    due = course.next_due_of(document.id)
    allowed: tuple[Decision, ...]
    if due is not None and due.step.endorsement is not None:
        step, role = due
        allowed = (due.step.endorsement, *NO)
    else:
        checking = _checking(desk, tx, procedure, document)
        if checking is None:
            decided = document.id in documents.endorsements_of(tx, [document.id])
            reason = "sudah diputus seluruhnya" if decided or endorsing_steps(procedure, document.step) else NOTHING
            raise Conflict(say("Naskah {number} {reason}.", number=document.number, reason=reason))
        step, role, allowed = checking, checking.endorser_role or checking.signer_role, NO
    today = desk.today_in(tx)
    officials = registers.list_officials(tx)
    holders = [official for official in officials if official.role == role and valid_on(official, today)]
    return DecisionTurn(step, role, allowed, sorted(holders, key=lambda holder: holder.capacity == "definitif"))


def _refuser(desk: Desk, tx: Connection, refusal: Refusal) -> str:
    """Return the name of the official who refused, or the letter that did."""
    if refusal.endorsement is not None:
        return refusal.endorsement.name
    letter = documents.get_document(tx, refusal.letter)
    return f"{desk.kind_title(letter.kind)} nomor {letter.number}"


def _checking(desk: Desk, tx: Connection, procedure: Procedure, document: Document) -> Step | None:
    """Return the step that checks the document by making one of its own, None once it has made it."""
    checking = checking_step(procedure, document.step)
    if checking is None:
        return None
    steps = view_dossier(desk, tx, document.dossier).steps
    progress = next(progress for progress in steps if progress.step.number == checking.number)
    return checking if progress.state != "done" else None


def _official(tx: Connection, id: str) -> Official:
    try:
        return registers.get_official(tx, id)
    except RecordMissing as error:
        raise InvalidSubmission([FieldError("official", str(error))]) from error


def _check_official(desk: Desk, turn: DecisionTurn, official: Official, today: dt.date) -> None:
    """Raise Forbidden, with whose turn it is, unless it is this official's."""
    if official.id in {holder.id for holder in turn.officials}:
        return
    if reason := why_not(official, today):
        raise Forbidden(reason)
    role = desk.sop.role_label(turn.role)
    names = " atau ".join(holder.name for holder in turn.officials) or "belum ada pejabat yang menjabat hari ini"
    raise Forbidden(
        say(
            "{name} tidak dapat memutus pada langkah {number}: keputusannya pada {role} ({names}).",
            name=official.name,
            number=turn.step.number,
            role=role,
            names=names,
        )
    )


def _reason(endorsement: Endorsement) -> str:
    note = f": {endorsement.note}" if endorsement.note else ""
    return f"{WORDS[endorsement.decision]} {endorsement.post}{note}"


def allowed_among(officials_allowed: Collection[str], officials: Collection[Official]) -> list[Official]:
    """Return those of `officials` in whose name a caller with `officials_allowed` decides."""
    return [official for official in officials if EVERYONE in officials_allowed or official.id in officials_allowed]
