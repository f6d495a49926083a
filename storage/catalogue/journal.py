"""The journal: revisions that are promised and not archived yet, and the process that works on each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage.catalogue.rows import IDS, in_parts
from storage.catalogue.tables import documents, idempotency_keys, journal
from storage.catalogue.visibility import people
from storage.errors import RecordConflict
from storage.records import Submission, Task

NEVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)  # until when a task that fails for good is not tried again

# Statements that every letter executes are built once: to build one takes longer than to run it.
_ADD = insert(journal)
_OF_DOCUMENTS = select(journal).where(journal.c.document.in_(IDS)).order_by(journal.c.document)
_IS_OLDER = select(documents.c.id).where(
    documents.c.id == bindparam("of"), documents.c.revision < bindparam("archived")
)
_FINISH = (
    delete(journal)
    .where(journal.c.document == bindparam("of"), journal.c.document.in_(_IS_OLDER))
    .returning(journal.c.document)
)
_FAILED = (
    select(journal.c.document)
    .join(documents, documents.c.id == journal.c.document)
    .where(documents.c.kind == bindparam("of_kind"), journal.c.lease >= NEVER)
    .limit(1)
)


@dataclass(frozen=True)
class Pending:
    """A line of the journal: a document whose next revision is promised and not archived yet.

    `owner` is the process at work on it ("" when none is), believed until `lease`.
    """

    document: str
    task: Task
    submission: Submission
    snapshot: dict[str, Any]
    attempts: int
    error: str
    owner: str
    lease: dt.datetime

    @property
    def given_up(self) -> bool:
        """Whether it fails for good, so that somebody has to decide: `error` says why."""
        return self.lease >= NEVER


def add_task(
    tx: Connection,
    document: str,
    task: Task,
    submission: Submission,
    snapshot: dict[str, Any],
    owner: str,
    lease: dt.datetime,
    *,
    is_new: bool = False,
) -> Pending:
    """Promise the next revision of a document and return the line, which is `owner`'s until `lease`.

    Of a document that `is_new` nothing is looked up: it has no line and no people yet.
    Raises RecordConflict while another one is promised.
    """
    if not is_new and tx.execute(select(journal.c.document).where(journal.c.document == document)).first():
        raise RecordConflict("Naskah ini sedang dikerjakan. Tunggu sebentar, lalu coba lagi.")
    line: dict[str, Any] = {
        "task": task.model_dump(mode="json"),
        "submission": submission.model_dump(mode="json"),
        "snapshot": snapshot,
        "attempts": 0,
        "error": "",
    }
    tx.execute(_ADD, {"document": document, "owner": owner, "lease": lease, **line})
    note_people = people.insert_people if is_new else people.add_people
    note_people(tx, document, people.people_of(line["submission"], snapshot, line["task"]["endorsement"]))
    return Pending(document, task, submission, snapshot, 0, "", owner, lease)


def claim(
    tx: Connection, document: str, owner: str, lease: dt.datetime, is_free: Callable[[Pending], bool]
) -> Pending | None:
    """Take a journal line to work on, until `lease`, and return it; None when it is finished already, or not free.

    The line is locked while `is_free` looks at it, so that only one of several callers gets it.
    """
    line = hold_pending(tx, document)
    if line is None or not is_free(line):
        return None
    tx.execute(update(journal).where(journal.c.document == document).values(owner=owner, lease=lease))
    return replace(line, owner=owner, lease=lease)


def put_off(tx: Connection, document: str, until: dt.datetime) -> None:
    """Leave a journal line to whoever comes first after a moment; nobody works on it before."""
    tx.execute(update(journal).where(journal.c.document == document).values(owner="", lease=until))


def list_due(tx: Connection, now: dt.datetime) -> list[str]:
    """Return the documents whose journal line was put off until now or before, the longest due first."""
    due = (journal.c.owner == "") & (journal.c.attempts == 0) & (journal.c.lease <= now)
    return list(tx.execute(select(journal.c.document).where(due).order_by(journal.c.lease)).scalars())


def extend_leases(tx: Connection, caller: str, owner: str, until: dt.datetime) -> None:
    """Extend the lease of the lines that `owner` holds of the documents this caller's idempotency keys name."""
    document_ids = select(idempotency_keys.c.document).where(idempotency_keys.c.caller == caller)
    owned_lines = (journal.c.owner == owner) & (journal.c.lease < until) & journal.c.document.in_(document_ids)
    tx.execute(update(journal).where(owned_lines).values(lease=until))


def list_pending(tx: Connection) -> list[Pending]:
    """Return all journal lines, oldest first."""
    return [_pending(row) for row in tx.execute(select(journal).order_by(journal.c.document)).mappings()]


def get_pending(tx: Connection, document: str) -> Pending | None:
    """Return the journal line of a document; None when nothing is left to do."""
    return find_pending(tx, [document]).get(document)


def find_pending(tx: Connection, ids: Sequence[str], *, hold: bool = False) -> dict[str, Pending]:
    """Return the journal lines of these documents by id; documents without one are left out.

    With `hold` the lines are locked until the caller's transaction ends.
    """
    query = _OF_DOCUMENTS.with_for_update() if hold else _OF_DOCUMENTS
    return {row.document: _pending(row._mapping) for row in in_parts(tx, query, ids)}


def hold_pending(tx: Connection, document: str) -> Pending | None:
    """Lock a document's journal line until the caller's transaction ends, and return it; None when there is none."""
    return find_pending(tx, [document], hold=True).get(document)


def note_failure(tx: Connection, document: str, error: str, lease: dt.datetime) -> None:
    """Record why the work failed this time, and from when on it may be tried again."""
    change = update(journal).where(journal.c.document == document)
    tx.execute(change.values(attempts=journal.c.attempts + 1, error=error, owner="", lease=lease))


def kind_failed(tx: Connection, kind: str) -> bool:
    """Return whether a document of this kind has failed for good and waits for a decision."""
    return tx.execute(_FAILED, {"of_kind": kind}).first() is not None


def finish_line(tx: Connection, document: str, revision: int) -> bool:
    """Delete the journal line of a document because its work, this revision, is archived; return False when another
    process did so: there is no line, or that of a later revision.
    """
    return tx.execute(_FINISH, {"of": document, "archived": revision}).first() is not None


def strike_line(tx: Connection, document: str) -> None:
    """Delete the journal line, because its work is not to come."""
    tx.execute(delete(journal).where(journal.c.document == document))
    people.remove_people_of_nothing(tx, document)


def _pending(row: Any) -> Pending:
    submission = Submission.model_validate(row["submission"])
    return Pending(
        document=row["document"],
        task=Task.model_validate(row["task"]),
        submission=submission,
        snapshot=row["snapshot"],
        attempts=row["attempts"],
        error=row["error"],
        owner=row["owner"],
        lease=_utc(row["lease"]),
    )


def _utc(value: dt.datetime) -> dt.datetime:
    return value if value.tzinfo else value.replace(tzinfo=dt.UTC)
