"""Make many reserved documents at once: each filled and archived on its own, converted by LibreOffice together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from docgen.desk.background.process import process_name
from docgen.desk.desk import Desk
from docgen.desk.revisions.journal import ClaimedLine, DocumentPending, carry_out, commit_record, is_free
from docgen.desk.revisions.pipeline import Snapshot, identity_of, produce_many, refill
from docgen.desk.revisions.revise import Files
from docgen.desk.revisions.revision_store import write_revision
from docgen.errors import ConverterError, PdfError, TemplateError
from storage.catalogue import documents, dossiers, journal, registers
from storage.catalogue.journal import Pending
from storage.errors import StorageError
from storage.records import Document, Dossier

LEASE = dt.timedelta(minutes=1)  # of a whole chunk; whoever has the batch in hand renews it
WRITERS = 4  # objects written at once; a store answers while others wait


def make_many(desk: Desk, reserved: Sequence[ClaimedLine | str]) -> list[Document]:
    """Finish reserved documents of one kind and return each as it is then, in this order.

    Each is the journal line that `reserve` handed on, or the id of a document that was reserved before, whose line is
    claimed unless another process has it. What fails for all together is tried one by one; what fails then stays
    journaled, as `finish` leaves it, and is returned reserved. Raises RecordMissing.
    """
    claimed = _claim(desk, [one for one in reserved if isinstance(one, str)])
    lines = [*(one for one in reserved if isinstance(one, ClaimedLine)), *claimed]
    with desk.catalogue.read() as tx:
        dossiers_by_id = dossiers.get_dossiers(tx, list({one.document.dossier for one in lines}))
        emblem = registers.get_emblem(tx)
    try:
        files = _files(desk, lines, emblem)
        with ThreadPoolExecutor(WRITERS) as writers:
            records = list(
                writers.map(
                    lambda line, made: _write(desk, line, dossiers_by_id[line.document.dossier], made), lines, files
                )
            )
        with desk.catalogue.write() as tx:
            following = [
                later
                for record, line in zip(records, lines, strict=True)
                for later in commit_record(desk, tx, record, line.pending.task)
            ]
        for claimed_line in following:
            with suppress(DocumentPending, StorageError):  # journaled: recovery does it when this did not
                carry_out(desk, claimed_line)
    except (ConverterError, TemplateError, PdfError, StorageError):
        for line in lines:
            with suppress(DocumentPending):
                carry_out(desk, line)
    with desk.catalogue.read() as tx:
        ids = [one if isinstance(one, str) else one.document.id for one in reserved]
        documents_by_id = documents.get_documents(tx, ids)
        return [documents_by_id.get(id) or documents.get_document(tx, id) for id in ids]


def _claim(desk: Desk, ids: Sequence[str]) -> list[ClaimedLine]:
    """Claim the lines of those documents that are still to be made, and that no other process is at work on."""
    if not ids:
        return []
    now, ours = desk.now(), process_name()

    def is_ours_to_make(line: Pending) -> bool:
        return line.task.change == "issued" and (line.owner == ours or is_free(line, now))

    with desk.catalogue.write() as tx:
        lines = [journal.claim(tx, id, ours, now + LEASE, is_ours_to_make) for id in ids]
        return [ClaimedLine(documents.get_document(tx, one.document), one) for one in lines if one is not None]


def _files(desk: Desk, lines: Sequence[ClaimedLine], emblem: bytes | None) -> list[Files]:
    """The files of each, in the order of `lines`. Raises TemplateError, ConverterError, PdfError, StorageError."""
    if not lines:
        return []
    kind = lines[0].document.kind
    desk.refusals.require_none(kind, desk.now())
    docxs = [
        refill(desk, one.document, one.pending.submission, Snapshot.from_json(one.pending.snapshot), emblem)
        for one in lines
    ]
    produced = produce_many(desk, desk.kinds[kind], docxs, [identity_of(desk, one.document) for one in lines])
    return [Files.of(one) for one in produced]


def _write(desk: Desk, line: ClaimedLine, dossier: Dossier, files: Files) -> dict[str, object]:
    return write_revision(
        desk.store,
        line.document.model_copy(update={"status": "issued"}),
        dossier,
        files,
        line.pending.task,
        number=1,
        submission=line.pending.submission.model_dump(mode="json"),
        snapshot=line.pending.snapshot,
    )
