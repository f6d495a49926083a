"""Make many reserved documents at once: each filled and archived on its own, converted by LibreOffice together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain

from docgen.desk.desk import Desk
from docgen.desk.revisions.journal import ClaimedLine, DocumentPending, carry_out, commit_record, is_free
from docgen.desk.revisions.pipeline import Snapshot, identity_of, kind_of, produce_many, refill
from docgen.desk.revisions.revise import Files
from docgen.desk.revisions.revision_store import write_revision
from docgen.errors import ConverterError, NotComposable, PdfError, TemplateError
from docgen.processes.names import process_name
from docgen.telemetry.observing import count_letter
from storage.catalogue import documents, dossiers, journal, registers
from storage.catalogue.journal import Pending
from storage.catalogue.visibility.classes import OPEN
from storage.errors import StorageError
from storage.records import Document, Dossier

CHUNK_LEASE = dt.timedelta(minutes=1)  # of all lines of a chunk; the process that runs the batch renews it
WRITERS = 4  # objects written at once; a store answers while others wait


def make_many(desk: Desk, reserved: Sequence[ClaimedLine | str]) -> list[Document]:
    """Finish reserved documents of one kind and return each as it is then, in this order.

    Each item is the journal line that `reserve` returned, or the id of a document that was reserved before, whose line
    is claimed unless another process has it. When they cannot be made together, each is made alone, as are those that
    not all may read (see `pipeline.group_of`); a document that fails then stays journaled, as `carry_out` leaves it,
    and is returned reserved. Raises RecordMissing.
    """
    claimed = _claim(desk, [item for item in reserved if isinstance(item, str)])
    all_lines = [*(item for item in reserved if isinstance(item, ClaimedLine)), *claimed]
    lines = [line for line in all_lines if line.document.security in OPEN]
    _make_each(desk, [line for line in all_lines if line.document.security not in OPEN])
    with desk.catalogue.read() as tx:
        dossiers_by_id = dossiers.get_dossiers(tx, list({line.document.dossier for line in lines}))
        emblem = registers.get_emblem(tx)
    try:
        files = _files(desk, lines, emblem)
        with ThreadPoolExecutor(WRITERS) as writers:
            records = list(
                writers.map(
                    lambda line, its_files: _write(desk, line, dossiers_by_id[line.document.dossier], its_files),
                    lines,
                    files,
                )
            )
        with desk.catalogue.write() as tx:
            followers = [
                (line, commit_record(desk, tx, record, line.pending.task, its_files.text))
                for record, line, its_files in zip(records, lines, files, strict=True)
            ]
        for line, following in followers:
            if following is not None:
                count_letter(line.document.kind, "issued")
        for claimed_line in chain.from_iterable(following or () for _, following in followers):
            with suppress(DocumentPending, StorageError):  # journaled: recovery does it when this did not
                carry_out(desk, claimed_line)
    except (ConverterError, TemplateError, PdfError, StorageError):
        _make_each(desk, lines)
    with desk.catalogue.read() as tx:
        ids = [item if isinstance(item, str) else item.document.id for item in reserved]
        documents_by_id = documents.get_documents(tx, ids)
        return [documents_by_id.get(id) or documents.get_document(tx, id) for id in ids]


def _make_each(desk: Desk, lines: Sequence[ClaimedLine]) -> None:
    for line in lines:
        with suppress(DocumentPending):
            carry_out(desk, line)


def _claim(desk: Desk, ids: Sequence[str]) -> list[ClaimedLine]:
    """Claim and return the journal lines of documents that are not made yet and that no other process works on."""
    if not ids:
        return []
    now, ours = desk.now(), process_name()

    def is_ours_to_make(line: Pending) -> bool:
        return line.task.change == "issued" and (line.owner == ours or is_free(line, now))

    with desk.catalogue.write() as tx:
        lines = [journal.claim(tx, id, ours, now + CHUNK_LEASE, is_ours_to_make) for id in ids]
        return [ClaimedLine(documents.get_document(tx, line.document), line) for line in lines if line is not None]


def _files(desk: Desk, lines: Sequence[ClaimedLine], emblem: bytes | None) -> list[Files]:
    """Return the files of each document, in the order of `lines`.

    Raises TemplateError, ConverterError, PdfError, StorageError.
    """
    if not lines:
        return []
    snapshots = [Snapshot.from_json(line.pending.snapshot) for line in lines]
    if len({snapshot.kind_version for snapshot in snapshots}) > 1:  # another version was published in between
        raise NotComposable("Surat dari dua versi sebuah jenis naskah tidak dibuat bersama-sama.")
    docxs = (
        refill(desk, line.document, line.pending.submission, snapshot, emblem)
        for line, snapshot in zip(lines, snapshots, strict=True)
    )
    identities = [identity_of(desk, line.document) for line in lines]
    offices = [snapshot.office for snapshot in snapshots]
    kind = kind_of(desk, lines[0].document, snapshots[0])
    return [Files.of(produced) for produced in produce_many(desk, kind, docxs, identities, offices)]


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
