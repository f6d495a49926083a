"""Batches that ran to their end, what became of each row, and the letters they made."""

from __future__ import annotations

from typing import Any

from docgen.desk import Desk
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches.batch_request import BatchRequest
from docgen.desk.batches.job import run_batch_job, task_of
from docgen.desk.revisions.pipeline import Snapshot, identity_of, produce, refill
from storage.catalogue import documents, registers
from storage.records import Document, Job


def issued(desk: Desk, batch: BatchRequest, file: str = "") -> Job:
    """The finished job of a batch."""
    job = Jobs(desk, {"batch": run_batch_job}).run("batch", task_of(batch, file), "sari")
    assert (job.status, job.error) == ("done", None)
    return job


def lines(job: Job) -> list[dict[str, Any]]:
    """What became of each row."""
    assert job.result is not None
    found: list[dict[str, Any]] = job.result["lines"]
    return found


def archived(desk: Desk, id: str) -> tuple[Document, bytes]:
    """A document and its PDF."""
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        return document, desk.store.get(documents.get_revision(tx, id, 1).pdf.key)


def made_alone(desk: Desk, document: Document) -> bytes:
    """The same document's PDF, made by itself."""
    with desk.catalogue.read() as tx:
        submission, kept_snapshot = documents.get_contents(tx, document.id)
        emblem = registers.get_emblem(tx)
    snapshot = Snapshot.from_json(kept_snapshot)
    docx = refill(desk, document, submission, snapshot, emblem)
    return produce(desk.converter, docx, identity_of(desk, document), snapshot.office).pdf
