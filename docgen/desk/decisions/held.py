"""Decide on a document as people do on its pages: with a reason where it is sent back, and with 10 s to take it back.

A held decision is a journal line that nobody works on before its time: it counts at once, and is stamped, archived and
told when it can be taken back no more (`docgen.desk.service.document_recovery`), also after the process was killed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.decisions.endorse import EndorsementRequest, promise_decision
from docgen.desk.desk import Desk
from docgen.errors import Conflict, FieldError, Forbidden, InvalidSubmission
from docgen.sop.course import NO
from storage.catalogue import documents, journal, standings
from storage.catalogue.journal import Pending
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.records import Document
from storage.text import tidy

UNDO = dt.timedelta(seconds=10)
TOO_LATE = "Keputusan ini tidak dapat diurungkan lagi: waktunya lewat, atau sudah ada yang melanjutkan."


def require_reason(request: EndorsementRequest) -> None:
    """Raise InvalidSubmission beside `note` when a document is sent back or refused without a reason."""
    if request.decision in NO and not tidy(request.note):
        raise InvalidSubmission([FieldError("note", "Tulis alasannya, agar pembuat naskah tahu apa yang kurang.")])


def decide(
    desk: Desk,
    id: str,
    request: EndorsementRequest,
    by: str,
    officials_allowed: Collection[str],
    within: Limits = NO_LIMITS,
) -> Document:
    """Record a decision that can be taken back for `UNDO`; return the document, which has its stamp after that.

    Raises InvalidSubmission (no reason, no such decision), Forbidden, Conflict, RecordMissing as `endorse`.
    """
    require_reason(request)
    with desk.catalogue.write() as tx:
        line = promise_decision(desk, tx, id, request, by, officials_allowed, within)
        journal.put_off(tx, id, desk.now() + UNDO)
    return line.document


def undo(desk: Desk, id: str, by: str) -> Document:
    """Take back one's own decision on a document while it is held; return the document.

    Raises Conflict (its time is over), Forbidden (another's decision), RecordMissing.
    """
    with desk.catalogue.write() as tx:
        document = documents.hold_document(tx, id)
        line = journal.hold_pending(tx, id)
        if line is None or not is_held(line, desk.now()) or line.task.endorsement is None:
            raise Conflict(TOO_LATE)
        if line.task.by != by:
            raise Forbidden("Keputusan ini dicatat orang lain, jadi hanya ia yang dapat mengurungkannya.")
        journal.strike_line(tx, id)
        standings.note(tx, document.dossier)
        decision, official = line.task.endorsement.decision, line.task.endorsement.official
        details = {"number": document.number, "decision": decision, "official": official}
        audit.record(desk, tx, by, Action.DOCUMENT_DECISION_UNDONE, id, after=details)
    return document


def held_by(desk: Desk, ids: Collection[str], by: str) -> Mapping[str, Pending]:
    """Return the held decisions of an account on these documents, by id of the document."""
    with desk.catalogue.read() as tx:
        lines = journal.find_pending(tx, list(ids))
    return {id: line for id, line in lines.items() if is_held(line, desk.now()) and line.task.by == by}


def is_held(line: Pending, now: dt.datetime) -> bool:
    """Return whether a journal line is a decision that nobody has begun to carry out, and whose time is not over."""
    return line.task.change == "endorsed" and not line.owner and not line.attempts and now < line.lease
