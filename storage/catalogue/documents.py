"""Documents and their revisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, String, bindparam, cast, insert, select, update

from storage.catalogue.fulltext import add_words, known_words, mark_stale, put_words
from storage.catalogue.journal import Pending, add_task
from storage.catalogue.rows import IDS, columns_of, in_parts, like, to_record, to_row
from storage.catalogue.tables import (
    archived_files,
    document_assets,
    documents,
    journal,
    revisions,
)
from storage.catalogue.visibility.people import add_people, people_of
from storage.errors import RecordMissing
from storage.records import Document, DocumentStatus, Endorsement, Revision, Submission, Task
from wording import say

_REVISION = columns_of(Revision, revisions)
_MARKS = (
    select(revisions.c.document, revisions.c.change, revisions.c.endorsement)
    .where(revisions.c.document.in_(IDS), revisions.c.change.in_(("endorsed", "signed")))
    .order_by(revisions.c.document, revisions.c.number)
)
_IS_CURRENT = (revisions.c.document == documents.c.id) & (revisions.c.number == documents.c.revision)
_CURRENT = select(*_REVISION).join(documents, _IS_CURRENT).where(documents.c.id.in_(IDS))
_DATA = select(documents.c.id, revisions.c.submission).join(revisions, _IS_CURRENT).where(documents.c.id.in_(IDS))
_DOCUMENTS = select(*columns_of(Document, documents))
_OF_IDS = _DOCUMENTS.where(documents.c.id.in_(IDS))
_OF_ID = _DOCUMENTS.where(documents.c.id == bindparam("of"))
# Statements that every letter executes are built once, too.
_ADD, _ADD_ASSETS, _ADD_REVISION, _ADD_FILES = map(insert, (documents, document_assets, revisions, archived_files))
_UPDATE = update(documents).where(documents.c.id == bindparam("of"))


def endorsements_of(tx: Connection, ids: Sequence[str]) -> dict[str, list[Endorsement]]:
    """Return the endorsements of each of these documents, oldest first; documents without any are left out."""
    return marks_of(tx, ids)[0]


def marks_of(tx: Connection, ids: Sequence[str]) -> tuple[dict[str, list[Endorsement]], set[str]]:
    """Return the `endorsements_of` these documents, and which of them were signed electronically here."""
    endorsements: dict[str, list[Endorsement]] = {}
    signed: set[str] = set()
    for row in in_parts(tx, _MARKS, ids):
        if row.change == "signed":
            signed.add(row.document)
        else:
            endorsements.setdefault(row.document, []).append(Endorsement.model_validate(row.endorsement))
    return endorsements, signed


def data_of(tx: Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the form data by id of these archived documents: what the current revision was made from."""
    return {row.id: row.submission["data"] for row in in_parts(tx, _DATA, ids)}


def add_document(
    tx: Connection,
    document: Document,
    task: Task,
    submission: Submission,
    snapshot: dict[str, Any],
    owner: str,
    lease: dt.datetime,
) -> Pending:
    """Add a reserved document with its journal line, so that a later start can finish it alone; return the line.

    `owner` is the process that goes on with it now, believed until `lease`.
    """
    put_document(tx, document, snapshot)
    return add_task(tx, document.id, task, submission, snapshot, owner, lease, is_new=True)


def put_document(tx: Connection, document: Document, snapshot: dict[str, Any]) -> None:
    """Add the row of a document, its assets, and the words it is found by, which come from the snapshot too."""
    words = _register_words(document, snapshot)
    security = document.security or snapshot.get("office", {}).get("security_code", "")
    document = document.model_copy(update={"security": security})
    tx.execute(_ADD, to_row(document, documents, search=words.lower()))
    add_words(tx, document, words)
    rows = [
        {"nibar": nibar, "procedure": document.procedure, "step": document.step, "document": document.id}
        for nibar in dict.fromkeys(document.assets)
    ]
    if rows:
        tx.execute(_ADD_ASSETS, rows)


def get_document(tx: Connection, id: str) -> Document:
    """Return one document. Raises RecordMissing."""
    return _document(tx, id, _OF_ID)


def _document(tx: Connection, id: str, query: Select[Any]) -> Document:
    row = tx.execute(query, {"of": id}).mappings().first()
    if row is None:
        raise RecordMissing(say("Naskah {id} tidak ada dalam arsip.", id=repr(id)))
    return to_record(Document, row)


def newest_moment(tx: Connection) -> dt.datetime | None:
    """Return when the newest document was numbered, by its id, which sorts by time; None when there is none."""
    moment = tx.execute(select(documents.c.created_at).order_by(documents.c.id.desc()).limit(1)).scalar()
    return None if moment is None else moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def hold_document(tx: Connection, id: str) -> Document:
    """Lock a document's row until the caller's transaction ends, and return the document. Raises RecordMissing."""
    return _document(tx, id, _OF_ID.with_for_update(key_share=True))


def get_documents(tx: Connection, ids: Sequence[str]) -> dict[str, Document]:
    """Return these documents by id; those that do not exist are left out."""
    return {row.id: to_record(Document, row._asdict()) for row in in_parts(tx, _OF_IDS, ids)}


def list_awaiting_number(tx: Connection, created_by: str, token: str, limit: int) -> list[Document]:
    """Return the newest letters of an author (with the token of this id, "" for none) that wait for a number."""
    query = select(documents).where(
        documents.c.status == "awaiting_number", documents.c.created_by == created_by, documents.c.token == token
    )
    rows = tx.execute(query.order_by(documents.c.id.desc()).limit(limit)).mappings()
    return [to_record(Document, row) for row in rows]


def find_by_code(tx: Connection, code: str) -> Document:
    """Return the document that a verification code belongs to. Raises RecordMissing."""
    row = tx.execute(select(documents).where(documents.c.code == code)).mappings().first()
    if row is None:
        raise RecordMissing("Kode verifikasi tidak dikenal.")
    return to_record(Document, row)


def find_by_sha256(tx: Connection, sha256: str) -> tuple[Document, Revision] | None:
    """Return the newest document and revision whose PDF has this SHA-256 (hex), else those whose attachment has."""
    query = (
        select(archived_files.c.document, archived_files.c.revision)
        .where(archived_files.c.sha256 == sha256)
        .order_by(archived_files.c.document.desc(), archived_files.c.revision.desc())
    )
    newest = None
    for row in tx.execute(query).all():
        revision = get_revision(tx, row.document, row.revision)
        if newest is None or revision.pdf.sha256 == sha256:
            newest = revision
        if newest.pdf.sha256 == sha256:
            break
    return None if newest is None else (get_document(tx, newest.document), newest)


def documents_of_original(tx: Connection, sha256: str) -> list[str]:
    """Return the ids of the documents that have pages of a file that was sent, by its SHA-256 (hex)."""
    mentions = cast(revisions.c.attachments, String).like(like(sha256), escape="\\")
    return list(tx.execute(select(revisions.c.document).where(mentions).distinct()).scalars())


def set_document_status(
    tx: Connection, id: str, status: DocumentStatus, reason: str = "", replaced_by: str = ""
) -> None:
    """Change a document's status, with the reason where a person gave one."""
    values = {"status": status, "status_reason": reason, "replaced_by": replaced_by}
    tx.execute(update(documents).where(documents.c.id == id).values(values))


def set_number(tx: Connection, document: Document, number: str) -> None:
    """Set number and date of a document as it is now, and find it by a number that another system gave it."""
    search = f"{known_words(tx, document.id)} {number.lower()}"
    values = {"number": document.number, "date": document.date, "year": document.year, "search": search}
    tx.execute(update(documents).where(documents.c.id == document.id).values(values))
    put_words(tx, document, 0, search)


def add_revision(
    tx: Connection, document: Document, revision: Revision, submission: dict[str, Any], snapshot: dict[str, Any]
) -> None:
    """Add an archived revision that the journal promised, and make it the current one of `document`, with the status,
    reason and successor that this has then.
    """
    _insert_revision(tx, revision, submission, snapshot)
    values = {
        "revision": revision.number,
        "status": document.status,
        "status_reason": document.status_reason,
        "replaced_by": document.replaced_by,
    }
    tx.execute(_UPDATE, {"of": revision.document, **values})
    if revision.number > 1:  # the words of a new document are stale from the beginning
        mark_stale(tx, revision.document)


def put_revision(tx: Connection, revision: Revision, submission: dict[str, Any], snapshot: dict[str, Any]) -> None:
    """Add the rows of an archived revision that no journal line promised, with its people; the document's current
    revision stays as it is.
    """
    _insert_revision(tx, revision, submission, snapshot)
    endorsement = revision.endorsement.model_dump() if revision.endorsement else None
    add_people(tx, revision.document, people_of(submission, snapshot, endorsement))
    mark_stale(tx, revision.document)


def _insert_revision(tx: Connection, revision: Revision, submission: dict[str, Any], snapshot: dict[str, Any]) -> None:
    tx.execute(_ADD_REVISION, to_row(revision, revisions, submission=submission, snapshot=snapshot))
    files = (revision.pdf, *(attachment.file for attachment in revision.attachments))
    rows = [
        {"sha256": sha256, "document": revision.document, "revision": revision.number}
        for sha256 in dict.fromkeys(file.sha256 for file in files)
    ]
    tx.execute(_ADD_FILES, rows)


def put_text(tx: Connection, document: Document, revision: int, snapshot: dict[str, Any], text: str) -> None:
    """Let an archived document be found by the text of this revision, besides what the register knows."""
    put_words(tx, document, revision, f"{_register_words(document, snapshot)} {text}")


def list_revisions(tx: Connection, document: str) -> list[Revision]:
    """Return the archived revisions of a document, oldest first; none while it is only reserved."""
    query = select(*_REVISION).where(revisions.c.document == document).order_by(revisions.c.number)
    return [to_record(Revision, row) for row in tx.execute(query).mappings()]


def get_revision(tx: Connection, document: str, number: int) -> Revision:
    """Return one archived revision. Raises RecordMissing."""
    query = select(*_REVISION).where(revisions.c.document == document, revisions.c.number == number)
    row = tx.execute(query).mappings().first()
    if row is None:
        raise RecordMissing(
            say(
                "Naskah {document} belum punya PDF (revisi {number}) dalam arsip.",
                document=repr(document),
                number=number,
            )
        )
    return to_record(Revision, row)


def all_revisions(tx: Connection) -> Iterator[tuple[Document, list[Revision]]]:
    """Yield every archived document with its revisions, oldest first, reading a page at a time."""
    last = ""
    while True:
        query = select(documents).where(documents.c.id > last, documents.c.revision > 0).order_by(documents.c.id)
        page = [to_record(Document, row) for row in tx.execute(query.limit(500)).mappings()]
        if not page:
            return
        revisions_by_id: dict[str, list[Revision]] = {document.id: [] for document in page}
        revisions_query = (
            select(*_REVISION).where(revisions.c.document.in_(revisions_by_id)).order_by(revisions.c.number)
        )
        for row in tx.execute(revisions_query).mappings():
            revisions_by_id[row["document"]].append(to_record(Revision, row))
        yield from ((document, revisions_by_id[document.id]) for document in page)
        last = page[-1].id


def current_revisions(tx: Connection, of_documents: Sequence[Document]) -> dict[str, Revision]:
    """Return the current revision of each document by its id; documents that are only reserved are left out."""
    ids = [document.id for document in of_documents if document.revision]
    return {row.document: to_record(Revision, row._asdict()) for row in in_parts(tx, _CURRENT, ids)}


def get_contents(tx: Connection, document: str) -> tuple[Submission, dict[str, Any]]:
    """Return what a document was made from: its submission and snapshot, archived or still in the journal.

    Raises RecordMissing.
    """
    archived = select(revisions.c.submission, revisions.c.snapshot).where(revisions.c.document == document)
    waiting = select(journal.c.submission, journal.c.snapshot).where(journal.c.document == document)
    row = tx.execute(archived.order_by(revisions.c.number.desc())).first() or tx.execute(waiting).first()
    if row is None:
        raise RecordMissing(say("Isian naskah {document} tidak ada dalam arsip.", document=repr(document)))
    return Submission.model_validate(row.submission), row.snapshot


def written_values(tx: Connection, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return what archived documents hold in one field each, by id; `fields` names it by the document's id.

    Documents without a value there are left out.
    """
    values: dict[str, Any] = {}
    for field in sorted(set(fields.values())):
        ids = [id for id, name in fields.items() if name == field]
        value = revisions.c.submission["data", field]
        query = select(documents.c.id, value.label("value")).join(revisions, _IS_CURRENT).where(documents.c.id.in_(IDS))
        values |= {row.id: row.value for row in in_parts(tx, query, ids) if row.value is not None}
    return values


def _register_words(document: Document, snapshot: dict[str, Any]) -> str:
    """Return the words by which a document is found before its text is read."""
    return " ".join((document.number, document.title, *document.assets, *_asset_words(snapshot)))


def _asset_words(snapshot: dict[str, Any]) -> list[str]:
    assets = snapshot.get("assets", [])
    return [asset[key] for asset in assets for key in ("name", "brand", "serial", "kode_barang") if asset[key]]
