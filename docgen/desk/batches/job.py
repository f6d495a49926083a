"""Issue a batch in the background: each row is numbered and archived, many are converted together.

A row's number is taken under an idempotency key of the job, so that a job killed anywhere goes on where it was: no row
twice, none lost, no number without a document.
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
from docgen.desk.batches.batch_classes import classes_of_batch
from docgen.desk.batches.batch_request import BatchRequest
from docgen.desk.batches.batch_result import BatchResult
from docgen.desk.batches.check import ReadBatch, check_rows
from docgen.desk.batches.outcomes import (
    RowOutcome,
    hindrances_of,
    is_kept_back,
    outcome_of,
    refresh_outcomes,
    require_all_made,
)
from docgen.desk.batches.results import store_results, store_sheet
from docgen.desk.capacity import require_space
from docgen.desk.desk import Desk
from docgen.desk.issuing.evidence import read_registers
from docgen.desk.issuing.issue import IdempotencyKey, reserve_in
from docgen.desk.issuing.issue_many import make_many
from docgen.desk.issuing.prepare import prepare_in
from docgen.desk.issuing.trial import doubtful_of, try_many
from docgen.desk.revisions.journal import ClaimedLine
from docgen.errors import FieldError, InvalidSubmission
from storage.catalogue import documents, idempotency
from storage.catalogue.idempotency import BATCH
from storage.catalogue.jobs import get_job
from storage.catalogue.visibility.classes import ENCRYPTED
from storage.catalogue.visibility.limits import NO_LIMITS, Limits
from storage.progress import Progress
from storage.records import Job
from wording import joined, packed, unpacked

CHUNK = 50  # letters converted at once: more save little, and others would wait longer for LibreOffice
AHEAD = 2  # chunks in the making: while LibreOffice has one, the next is filled
BACKGROUND = "antrean pekerjaan"

# By row: the journal line of the document reserved now, the id of one reserved before, or the row's errors.
_Reserved = dict[int, ClaimedLine | str | list[FieldError]]


class BatchTask(BaseModel):
    """The request of a batch job: `file` is the key of its spreadsheet in the store, `notes` say how it was read,
    `sheet` is the name of the sheet that was, `left` are its rows that were wrong and left out, `token` is the id of
    the token that asked, "" for an account, `within` what whoever asked may know of.
    """

    model_config = ConfigDict(extra="forbid")

    batch: BatchRequest
    file: str = ""
    notes: list[Any] = []  # packed messages
    sheet: str = ""
    left: list[int] = []
    token: str = ""
    within: dict[str, Any] = {}

    @property
    def limits(self) -> Limits:
        """Return what whoever asked may know of."""
        return Limits.from_json(self.within)


def begin_batch(
    desk: Desk,
    jobs: Jobs,
    read: ReadBatch,
    by: str,
    idempotency_key: IdempotencyKey | None = None,
    token: str = "",
    within: Limits = NO_LIMITS,
) -> Job:
    """Queue a batch of which every row is right, and return its job; the same key again answers the same job.

    `token` is the id of the token that `by` came with, "" for an account; dossiers outside of `within` look absent.
    Raises InvalidSubmission with what is wrong, cell by cell (nothing is numbered or kept); RecordConflict when the
    key was used for something else; StorageError.
    """
    if idempotency_key is not None:
        with desk.catalogue.read() as tx:
            job_id = idempotency_key.find(tx, desk.now())
            if job_id is not None:
                return get_job(tx, job_id)
    run = check_rows(desk, read.request, read, within)
    if run.errors:
        raise InvalidSubmission([FieldError(error.cell, error.message) for error in run.errors], run.more_errors)
    secret = not classes_of_batch(desk, read.request).isdisjoint(ENCRYPTED)
    file = store_sheet(desk, read.data, secret=secret) if read.data else ""

    def also(tx: Connection, job: Job) -> None:
        if idempotency_key is not None:
            idempotency_key.add(tx, job.id, desk.now())
        place = {"kind": read.request.kind, "procedure": read.request.procedure, "step": read.request.step}
        audit.record(desk, tx, by, Action.BATCH_BEGUN, job.id, after={**place, "rows": len(read.request.rows)})

    task = task_of(read.request, file, read.notes, read.sheet, read.left, token, within)
    return jobs.submit("batch", task, by, also, token=token)


def task_of(
    batch: BatchRequest,
    file: str = "",
    notes: Sequence[str] = (),
    sheet: str = "",
    left: Sequence[int] = (),
    token: str = "",
    within: Limits = NO_LIMITS,
) -> dict[str, Any]:
    """Return the request of a batch job as plain data."""
    task = BatchTask(
        batch=batch,
        file=file,
        notes=packed(list(notes)),
        sheet=sheet,
        left=list(left),
        token=token,
        within=within.to_json() if within else {},
    )
    return task.model_dump(mode="json")


def run_batch_job(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """Do a queued batch; return the outcome of each row, and the files with all letters, as plain data.

    Rows that the registers forbid by now are refused in the result; all others are issued. Raises JobDelayed while
    numbered letters cannot be made because LibreOffice or the store is away; no further rows are numbered meanwhile.
    Its letters are of one version of their kind, whatever is published meanwhile.
    """
    task = BatchTask.model_validate(job.request)
    total = len(task.batch.rows)
    with desk.catalogue.read() as tx:
        numbered = idempotency.ids_by_key(tx, BATCH + job.id)  # in earlier turns
    outcomes: list[RowOutcome] = []
    chunks: deque[Future[list[RowOutcome]]] = deque()

    def finish_chunk() -> None:
        chunk = chunks.popleft().result()
        if is_kept_back(chunk):
            require_all_made(desk, chunk)
        outcomes.extend(chunk)

    with desk.kind_register.pinned(), audit.with_origin(BACKGROUND), ThreadPoolExecutor(AHEAD) as makers:
        for start in range(0, total, CHUNK):
            progress(len(outcomes), total)
            rows = range(start, min(total, start + CHUNK))
            require_space(desk)
            reserved: _Reserved = {index: numbered[str(index)] for index in rows if str(index) in numbered}
            if len(reserved) < len(rows):
                reserved = _reserve(desk, job, task, rows)
            chunks.append(makers.submit(copy_context().run, _make, desk, task.batch, reserved))
            if len(chunks) == AHEAD:
                finish_chunk()
        while chunks:
            finish_chunk()
            progress(len(outcomes), total)
        outcomes = refresh_outcomes(desk, outcomes)
        require_all_made(desk, outcomes)
        files = store_results(desk, job.id, task.batch, task.file, outcomes, task.sheet)
    progress(total, total)
    return BatchResult(lines=outcomes, files=files, notes=unpacked(task.notes)).to_json()


def outcomes_so_far(desk: Desk, job: Job) -> list[RowOutcome]:
    """Return the outcomes of the rows of an unfinished batch that have their numbers, as their documents are now."""
    batch = BatchTask.model_validate(job.request).batch
    with desk.catalogue.read() as tx:
        ids = idempotency.ids_by_key(tx, BATCH + job.id)
        documents_by_id = documents.get_documents(tx, list(ids.values()))
    hindrances = hindrances_of(desk, list(documents_by_id.values()))
    outcomes = [
        outcome_of(batch.number(int(index)), documents_by_id[id], hindrances)
        for index, id in ids.items()
        if id in documents_by_id
    ]
    return sorted(outcomes, key=lambda outcome: outcome.row)


def _make(desk: Desk, batch: BatchRequest, reserved: _Reserved) -> list[RowOutcome]:
    """Make the reserved documents of a chunk and return the outcome of each of its rows."""
    to_make = {index: document for index, document in reserved.items() if not isinstance(document, list)}
    documents_by_row = dict(zip(to_make, make_many(desk, list(to_make.values())), strict=True))
    hindrances = hindrances_of(desk, list(documents_by_row.values()))
    outcomes = []
    for index, document_or_errors in reserved.items():
        number = batch.number(index)
        if isinstance(document_or_errors, list):
            message = joined(error.message for error in document_or_errors)
            outcomes.append(RowOutcome(number, "refused", message=message))
        else:
            outcomes.append(outcome_of(number, documents_by_row[index], hindrances))
    return outcomes


def _reserve(desk: Desk, job: Job, task: BatchTask, rows: Sequence[int]) -> _Reserved:
    """Reserve a document for each row, all in one transaction; return it or the errors of each row."""
    reserved: _Reserved = {}
    batch = task.batch
    unmakeable = _unmakeable(desk, job, task, rows)
    with desk.catalogue.write() as tx:
        require_in_hand(tx, job)
        registers = read_registers(desk, tx, (nibar for index in rows for nibar in batch.rows[index].assets))
        ids = idempotency.ids_by_key(tx, BATCH + job.id, [str(index) for index in rows])
        numbered = False
        for index in rows:
            if str(index) in ids:
                reserved[index] = ids[str(index)]
                continue
            if index in unmakeable:
                reserved[index] = unmakeable[index]
                continue
            try:
                key = _key(job, batch, index)
                reserved[index] = reserve_in(
                    desk, tx, batch.letter(index), registers, job.created_by, key, task.token, task.limits
                )
                numbered = True
            except InvalidSubmission as invalid:
                reserved[index] = invalid.errors
        if numbered:
            reset_tries(tx, job)
    return reserved


def _key(job: Job, batch: BatchRequest, index: int) -> IdempotencyKey:
    """Return the key by which the document of a row is found again."""
    row = batch.rows[index]
    exclude = {"security"} if row.security is None else None  # batches of earlier versions go on under their keys
    return IdempotencyKey(
        BATCH + job.id, str(index), hashlib.sha256(row.model_dump_json(exclude=exclude).encode()).hexdigest()
    )


def _unmakeable(desk: Desk, job: Job, task: BatchTask, rows: Sequence[int]) -> dict[int, list[FieldError]]:
    """Try doubtful rows that have no reserved document yet; return the errors of those that cannot be made."""
    batch = task.batch
    kind = desk.kinds.get(batch.kind)
    letters = {}
    with desk.catalogue.read() as tx:
        doubtful = [] if kind is None else doubtful_of(tx, kind, {index: batch.rows[index].data for index in rows})
        registers = read_registers(desk, tx, (nibar for index in doubtful for nibar in batch.rows[index].assets))
        for index in doubtful:
            key = _key(job, batch, index)
            if key.find(tx) is None:
                with suppress(InvalidSubmission):  # _reserve meets the same errors
                    letters[index] = prepare_in(desk, tx, batch.letter(index), registers, task.limits)
    return try_many(desk, letters)
