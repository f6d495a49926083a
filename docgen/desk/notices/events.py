"""What happens to a letter, told to whom it concerns: whose decision is next, and who wrote it."""

from __future__ import annotations

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import course_of
from docgen.desk.notices.outbox import retract, tell
from docgen.desk.notices.people import people_acting_as, people_in_role
from docgen.desk.notices.wording import What
from docgen.errors import NotFound
from docgen.links import DECIDE_DOCUMENT, DOCUMENT, REFUSED_FILES
from docgen.sop.course import Course, endorsing_steps
from storage.catalogue import documents, notices
from storage.catalogue.access import accounts
from storage.catalogue.signatures import awaited
from storage.records import Decision, Document, Role, Task

_DECIDED: dict[Decision, What] = {
    "setuju": "approved",
    "terima": "received",
    "perbaiki": "returned",
    "tolak": "refused",
}


def tell_of_change(desk: Desk, tx: Connection, document: Document, task: Task) -> None:
    """Tell of a change of a letter that this transaction makes.

    Whose decision is next is told that it waits, and its author what was decided; nobody is told what he did himself.
    """
    if not notices.is_anybody_told(tx):
        return
    if task.change == "attached" and document.status == "awaiting_number":
        _tell_author(desk, tx, document, "unnumbered", task.by)
    if task.change == "numbered":
        _tell_author(desk, tx, document, "numbered", task.by)
    if task.change in ("issued", "numbered") and document.status == "issued":
        _tell_issued(desk, tx, document, task.by)
        tell_awaited(desk, tx, document, task.by)
    elif task.change == "endorsed" and task.endorsement is not None:
        retract(tx, document.id, "waits")
        _tell_author(desk, tx, document, _DECIDED[task.endorsement.decision], task.by)
        course = course_of(desk, tx, document.dossier)
        due = course.next_due_of(document.id) if course is not None else None
        if due is not None:
            _tell_waiting(desk, tx, document, due.role, task.by)
    elif task.change == "signed":
        retract(tx, document.id, "sign")
        _tell_author(desk, tx, document, "signed", task.by)
    elif task.change in ("voided", "superseded"):
        retract(tx, document.id, "waits", "sign")
        if task.change == "voided":
            _tell_author(desk, tx, document, "voided", task.by)


def tell_awaited(desk: Desk, tx: Connection, document: Document, by: str) -> None:
    """Tell those who sign as the official whose electronic signature a letter waits for; nobody where it does not."""
    row = awaited.find(tx, [document.id]).get(document.id)
    if row is None:
        return
    for user in people_acting_as(desk, tx, [row.official]):
        if user != by:
            _tell(desk, tx, document, user, "sign", f"{DOCUMENT}{document.id}#tanda-tangan")


def tell_of_refused(desk: Desk, tx: Connection, document: Document, id: str) -> None:
    """Tell the administrators of a file that was refused as the signed copy of a letter; `id` is that of the file."""
    for user in accounts.list_users(tx):
        if user.active and "administer" in desk.roles.of_role(user.role):
            tell(desk, tx, user.name, "file_refused", document.id, key=f"file_refused:{id}", path=REFUSED_FILES)


def _tell_issued(desk: Desk, tx: Connection, document: Document, by: str) -> None:
    """Tell whose decision a new letter waits for; a letter that itself decides is told to whose letter it is about."""
    kind = desk.kinds.get(document.kind)
    if kind is not None and kind.sheet.decision:
        course = course_of(desk, tx, document.dossier)
        if course is not None and document.id in course.verdicts:
            _tell_verdict(desk, tx, document, course, by)
            if course.next_due_of(document.id) is None:
                return
    try:
        steps = endorsing_steps(desk.sop.procedure(document.procedure), document.step)
    except NotFound:  # the office's SOP was revised since
        return
    if steps:
        _tell_waiting(desk, tx, document, (steps[0].endorser_roles or (steps[0].signer_role,))[0], by)


def _tell_verdict(desk: Desk, tx: Connection, letter: Document, course: Course, by: str) -> None:
    for id, refusal in course.refused.items():
        if refusal.letter == letter.id:
            retract(tx, id, "waits")
            _tell_author(desk, tx, documents.get_document(tx, id), _DECIDED[refusal.decision], by)


def _tell_waiting(desk: Desk, tx: Connection, document: Document, role: Role, by: str) -> None:
    for user in people_in_role(desk, tx, role):
        if user != by:
            _tell(desk, tx, document, user, "waits", f"{DECIDE_DOCUMENT}{document.id}")


def _tell_author(desk: Desk, tx: Connection, document: Document, what: What, by: str) -> None:
    if document.created_by != by:
        _tell(desk, tx, document, document.created_by, what)


def _tell(desk: Desk, tx: Connection, document: Document, user: str, what: What, path: str = "") -> None:
    """Tell once for each revision: the next decision on the same letter is another event."""
    tell(
        desk,
        tx,
        user,
        what,
        document.id,
        key=f"{what}:{document.id}:{document.revision}",
        path=path or f"{DOCUMENT}{document.id}",
        kind=document.kind,
        dossier=document.dossier,
    )
