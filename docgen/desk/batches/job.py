"""Issue a batch in the background: row by row numbered and archived, many at once converted.

A row's number is taken under a key of the job's own, so that a job killed anywhere goes on where it was: no row twice,
none lost, no number without a document.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.background.job_run import require_in_hand, reset_tries
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches.batch_result import BatchResult
from docgen.desk.batches.check import BatchRequest, ReadBatch, check_rows
from docgen.desk.batches.outcomes import (
    RowOutcome,
    as_they_are_now,
    hindrances_of,
    is_kept_back,
    outcome_of,
    require_all_made,
)
from docgen.desk.batches.results import keep_results, keep_sheet
from docgen.desk.capacity import require_space
from docgen.desk.desk import Desk
from docgen.desk.issuing.issue import IdempotencyKey, reserve_in
from docgen.desk.issuing.issue_many import make_many
from docgen.desk.issuing.request import prepare_in, read_registers
from docgen.desk.issuing.trial import is_proved, try_many
from docgen.desk.revisions.journal import ClaimedLine
from docgen.errors import FieldError, InvalidSubmission
from storage.catalogue import documents, idempotency
from storage.catalogue.idempotency import BATCH
from storage.catalogue.jobs import get_job
from storage.progress import Progress
from storage.records import Job
from wording import joined

CHUNK = 50  # letters converted at once: more save little, and others would wait longer for LibreOffice
AHEAD = 2  # chunks in the making: while LibreOffice has one, the next is filled
BACKGROUND = "antrean pekerjaan"

# By row: the journal line of the document reserved now, the id of one reserved before, or what forbids it.
_Taken = dict[int, ClaimedLine | str | list[FieldError]]


class BatchTask(BaseModel):
    """What a queued batch job is asked to do: `file` is the spreadsheet it came from, by its key in the store, `notes`
    tell how it was read, `sheet` is the one that was.
    """

    model_config = ConfigDict(extra="forbid")

    batch: BatchRequest
    file: str = ""
    notes: list[str] = []
    sheet: str = ""


def begin_batch(desk: Desk, jobs: Jobs, read: ReadBatch, by: str, idempotency_key: IdempotencyKey | None = None) -> Job:
    """Queue a batch of which every row is right, and return its job; the same key again answers the same job.

    Raises InvalidSubmission with what is wrong, cell by cell (nothing is numbered or kept); RecordConflict when the
    key was used for something else; StorageError.
    """
    if idempotency_key is not None:
        with desk.catalogue.read() as tx:
            known = idempotency_key.find(tx, desk.now())
            if known is not None:
                return get_job(tx, known)
    run = check_rows(desk, read.request, read)
    if run.errors:
        raise InvalidSubmission([FieldError(one.cell, one.message) for one in run.errors], run.more_errors)
    file = keep_sheet(desk, read.data) if read.data else ""

    def also(tx: Connection, job: Job) -> None:
        if idempotency_key is not None:
            idempotency_key.add(tx, job.id, desk.now())
        place = {"kind": read.request.kind, "procedure": read.request.procedure, "step": read.request.step}
        audit.record(desk, tx, by, Action.BATCH_BEGUN, job.id, after={**place, "rows": len(read.request.rows)})

    return jobs.submit("batch", task_of(read.request, file, read.notes, read.sheet), by, also)


def task_of(batch: BatchRequest, file: str = "", notes: Sequence[str] = (), sheet: str = "") -> dict[str, Any]:
    """What a batch job is asked with."""
    return BatchTask(batch=batch, file=file, notes=list(notes), sheet=sheet).model_dump(mode="json")


def run_batch_job(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """Do a queued batch; returns every row's document, and the keys of the files that hold them all.

    Rows that the registers forbid by now are told in the result; all others are issued. Raises JobDelayed while
    LibreOffice or the store keep letters back that are numbered: none but these has its number before they are made.
    """
    task = BatchTask.model_validate(job.request)
    total = len(task.batch.rows)
    with desk.catalogue.read() as tx:
        numbered = idempotency.ids_by_key(tx, BATCH + job.id)  # in the turns before
    lines: list[RowOutcome] = []
    making: deque[Future[list[RowOutcome]]] = deque()

    def take_in() -> None:
        chunk = making.popleft().result()
        if is_kept_back(chunk):
            require_all_made(desk, chunk)
        lines.extend(chunk)

    with audit.with_origin(BACKGROUND), ThreadPoolExecutor(AHEAD) as makers:
        for start in range(0, total, CHUNK):
            progress(len(lines), total)
            rows = range(start, min(total, start + CHUNK))
            require_space(desk)
            taken: _Taken = {index: numbered[str(index)] for index in rows if str(index) in numbered}
            if len(taken) < len(rows):
                taken = _reserve(desk, job, task.batch, rows)
            making.append(makers.submit(copy_context().run, _make, desk, task.batch, taken))
            if len(making) == AHEAD:
                take_in()
        while making:
            take_in()
            progress(len(lines), total)
        lines = as_they_are_now(desk, lines)
        require_all_made(desk, lines)
        files = keep_results(desk, job.id, task.batch, task.file, lines, task.sheet)
    progress(total, total)
    return BatchResult(lines=lines, files=files, notes=task.notes).to_json()


def batch_so_far(desk: Desk, job: Job) -> list[RowOutcome]:
    """Return the rows of a batch that have their numbers, though it is not done, as their documents are now."""
    batch = BatchTask.model_validate(job.request).batch
    with desk.catalogue.read() as tx:
        ids = idempotency.ids_by_key(tx, BATCH + job.id)
        made = documents.get_documents(tx, list(ids.values()))
    hindrances = hindrances_of(desk, list(made.values()))
    numbered = [(batch.number(int(index)), made[id]) for index, id in ids.items() if id in made]
    return [outcome_of(row, one, hindrances) for row, one in sorted(numbered, key=lambda pair: pair[0])]


def _make(desk: Desk, batch: BatchRequest, taken: _Taken) -> list[RowOutcome]:
    """Make the documents that rows were given; tell of each row."""
    reserved = {index: found for index, found in taken.items() if not isinstance(found, list)}
    documents_by_row = dict(zip(reserved, make_many(desk, list(reserved.values())), strict=True))
    hindrances = hindrances_of(desk, list(documents_by_row.values()))
    lines = []
    for index, found in taken.items():
        number = batch.number(index)
        if isinstance(found, list):
            lines.append(RowOutcome(number, "refused", message=joined(error.message for error in found)))
        else:
            lines.append(outcome_of(number, documents_by_row[index], hindrances))
    return lines


def _reserve(desk: Desk, job: Job, batch: BatchRequest, rows: Sequence[int]) -> _Taken:
    """The reserved document of each row, all in one transaction; or what forbids it, or why it cannot be made."""
    taken: _Taken = {}
    wrong = _unmakeable(desk, job, batch, rows)
    with desk.catalogue.write() as tx:
        require_in_hand(tx, job)
        registers = read_registers(desk, tx, (nibar for index in rows for nibar in batch.rows[index].assets))
        numbered = False
        for index in rows:
            key = _key(job, batch, index)
            known = key.find(tx)
            if known is not None:
                taken[index] = known
                continue
            if index in wrong:
                taken[index] = wrong[index]
                continue
            try:
                taken[index] = reserve_in(desk, tx, batch.letter(index), registers, job.created_by, key)
                numbered = True
            except InvalidSubmission as invalid:
                taken[index] = invalid.errors
        if numbered:
            reset_tries(tx, job)
    return taken


def _key(job: Job, batch: BatchRequest, index: int) -> IdempotencyKey:
    """By which the document of a row is found again."""
    asked = batch.rows[index].model_dump_json().encode()
    return IdempotencyKey(BATCH + job.id, str(index), hashlib.sha256(asked).hexdigest())


def _unmakeable(desk: Desk, job: Job, batch: BatchRequest, rows: Sequence[int]) -> dict[int, list[FieldError]]:
    """What is wrong with rows that no document was reserved for yet, and that cannot be made."""
    kind = desk.kinds.get(batch.kind)
    doubtful = [index for index in rows if kind is not None and not is_proved(desk, kind, batch.rows[index].data)]
    letters = {}
    with desk.catalogue.read() as tx:
        registers = read_registers(desk, tx, (nibar for index in doubtful for nibar in batch.rows[index].assets))
        for index in doubtful:
            key = _key(job, batch, index)
            if key.find(tx) is None:
                with suppress(InvalidSubmission):  # told when its number would be taken
                    letters[index] = prepare_in(desk, tx, batch.letter(index), registers)
    return try_many(desk, letters)
