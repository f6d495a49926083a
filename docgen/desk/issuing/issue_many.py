"""Make many reserved documents at once: each filled and archived on its own, converted by LibreOffice together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from docgen.desk.background.process import process_name
from docgen.desk.desk import Desk
from docgen.desk.revisions.convert_many import convert_together
from docgen.desk.revisions.journal import ClaimedLine, DocumentPending, carry_out, commit_record, is_free
from docgen.desk.revisions.photos import photos_of
from docgen.desk.revisions.pipeline import Identity, Snapshot, fill
from docgen.desk.revisions.revise import Files, as_submitted
from docgen.desk.revisions.revision_store import write_revision
from docgen.errors import ConverterError, PdfError, TemplateError
from docgen.render.stamps.verification_band import stamp_band
from docgen.render.word.completeness import require_complete
from storage.catalogue import documents, dossiers, journal, registers
from storage.catalogue.journal import Pending
from storage.errors import StorageError
from storage.records import Document, Dossier

LEASE = dt.timedelta(minutes=1)  # of a whole chunk; whoever has the batch in hand renews it
WRITERS = 4  # objects written at once; a store answers while others wait


@dataclass(frozen=True)
class _Line:
    """A reserved document and what the journal promises of it."""

    document: Document
    dossier: Dossier
    pending: Pending


def make_many(desk: Desk, ids: Sequence[str]) -> list[Document]:
    """Finish these reserved documents of one kind; returns each as it is then, in this order.

    What fails for all together is tried one by one; what fails then stays journaled, as `finish` leaves it, and is
    returned reserved. Raises RecordMissing.
    """
    lines, emblem = _claim(desk, ids)
    try:
        files = _files(desk, lines, emblem)
        with ThreadPoolExecutor(WRITERS) as writers:
            records = list(writers.map(lambda line, made: _write(desk, line, made), lines, files))
        with desk.catalogue.write() as tx:
            replaced = [
                commit_record(desk, tx, record, line.pending.task) for record, line in zip(records, lines, strict=True)
            ]
        for claimed_line in filter(None, replaced):
            with suppress(DocumentPending, StorageError):  # journaled: recovery does it when this did not
                carry_out(desk, claimed_line)
    except (ConverterError, TemplateError, PdfError, StorageError):
        for line in lines:
            with suppress(DocumentPending):
                carry_out(desk, ClaimedLine(line.document, line.pending))
    with desk.catalogue.read() as tx:
        return [documents.get_document(tx, id) for id in ids]


def _claim(desk: Desk, ids: Sequence[str]) -> tuple[list[_Line], bytes | None]:
    """Those of the documents that are still to be made, and that no other process is at work on."""
    lines = []
    now, ours = desk.now(), process_name()

    def is_ours_to_make(line: Pending) -> bool:
        return line.task.change == "issued" and (line.owner == ours or is_free(line, now))

    with desk.catalogue.write() as tx:
        for id in ids:
            pending = journal.claim(tx, id, ours, now + LEASE, is_ours_to_make)
            if pending is not None:
                document = documents.get_document(tx, id)
                lines.append(_Line(document, dossiers.get_dossier(tx, document.dossier), pending))
        return lines, registers.get_emblem(tx)


def _files(desk: Desk, lines: Sequence[_Line], emblem: bytes | None) -> list[Files]:
    """The files of each, in the order of `lines`. Raises TemplateError, ConverterError, PdfError, StorageError."""
    if not lines:
        return []
    kind = lines[0].document.kind
    desk.refusals.require_none(kind, desk.now())
    filled = [_fill(desk, line, emblem) for line in lines]
    titles = [f"{desk.kinds[line.document.kind].title} {line.document.number}" for line in lines]
    made = []
    for line, docx, part in zip(lines, filled, convert_together(desk, kind, filled, titles), strict=True):
        require_complete(docx, part)
        one = line.document
        stamped = stamp_band(part, number=one.number, code=one.code, url=desk.verify_url(one.code))
        made.append(Files(stamped.data, docx, stamped.pages))
    return made


def _fill(desk: Desk, line: _Line, emblem: bytes | None) -> bytes:
    one = line.document
    snapshot = Snapshot.from_json(line.pending.snapshot)
    kind, values = as_submitted(desk, one, line.pending.submission, snapshot)
    identity = Identity(one.number, one.date, one.title, one.procedure, one.code, desk.verify_url(one.code))
    photos = photos_of(desk, kind, values)
    return fill(kind, values, snapshot, identity, emblem, photos)


def _write(desk: Desk, line: _Line, files: Files) -> dict[str, object]:
    return write_revision(
        desk.store,
        line.document.model_copy(update={"status": "issued"}),
        line.dossier,
        files,
        line.pending.task,
        number=1,
        submission=line.pending.submission.model_dump(mode="json"),
        snapshot=line.pending.snapshot,
    )
