"""Documents, their revisions and dossiers, and the search over them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, insert, or_, select, update

from storage.catalogue.aliases import resolve
from storage.catalogue.classes import OPEN
from storage.catalogue.fulltext import add_words, found_ids, mark_stale, match
from storage.catalogue.journal import Pending, add_task
from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import (
    archived_files,
    document_assets,
    documents,
    dossiers,
    journal,
    revisions,
)
from storage.errors import RecordMissing
from storage.records import Document, DocumentStatus, Dossier, Endorsement, Revision, Submission, Task

SIFTED = 400  # documents a page of the index, where a caller may not see all


@dataclass(frozen=True)
class Limits:
    """Documents of these assets (by present NIBAR) and procedures only; an empty one does not limit.

    With `secret_of`, letters of class R and SR only where one of these officials signs or has decided; None: all.
    """

    assets: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    secret_of: tuple[str, ...] | None = None

    def __bool__(self) -> bool:
        return bool(self.assets or self.procedures) or self.secret_of is not None


NO_LIMITS = Limits()


@dataclass(frozen=True)
class Filter:
    """What to search for; empty fields do not narrow. `cursor` is the id of the last document already shown.

    `within` limits what may be seen at all.
    """

    asset: str = ""
    procedure: str = ""
    step: int | None = None
    kind: str = ""
    year: int | None = None
    status: str = ""
    dossier: str = ""
    q: str = ""
    cursor: str = ""
    within: Limits = NO_LIMITS


def add_dossier(tx: Connection, dossier: Dossier) -> None:
    """Open a dossier."""
    first = dossier.assets[0] if dossier.assets else ""
    tx.execute(insert(dossiers), to_row(dossier, dossiers, first_asset=first))


def get_dossier(tx: Connection, id: str) -> Dossier:
    """One dossier. Raises RecordMissing."""
    row = tx.execute(select(dossiers).where(dossiers.c.id == id)).mappings().first()
    if row is None:
        raise RecordMissing(f"Berkas {id!r} tidak ada.")
    return to_record(Dossier, row)


def get_dossiers(tx: Connection, ids: Sequence[str]) -> dict[str, Dossier]:
    """Those of these dossiers that there are, by id."""
    found: dict[str, Dossier] = {}
    for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
        query = select(dossiers).where(dossiers.c.id.in_(ids[start : start + 500]))
        found |= {row["id"]: to_record(Dossier, row) for row in tx.execute(query).mappings()}
    return found


def hold_dossier(tx: Connection, id: str) -> Dossier:
    """As `get_dossier`, and whoever else holds it waits until the caller's transaction ends. Raises RecordMissing."""
    tx.execute(select(dossiers.c.id).where(dossiers.c.id == id).with_for_update(key_share=True))
    return get_dossier(tx, id)


def close_dossier(tx: Connection, id: str, at: dt.datetime | None, by: str = "", reason: str = "") -> None:
    """Close a dossier, or open it again with `at` None."""
    values = {"closed_at": at, "closed_by": by, "close_reason": reason}
    tx.execute(update(dossiers).where(dossiers.c.id == id).values(values))


def dossier_documents(tx: Connection, dossier: str) -> list[Document]:
    """Every document of a dossier, oldest first."""
    query = select(documents).where(documents.c.dossier == dossier).order_by(documents.c.id)
    return [to_record(Document, row) for row in tx.execute(query).mappings()]


def endorsements_of(tx: Connection, ids: Sequence[str]) -> dict[str, list[Endorsement]]:
    """The endorsements of each of these documents, oldest first; documents without any are left out."""
    found: dict[str, list[Endorsement]] = {}
    for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
        query = (
            select(revisions.c.document, revisions.c.endorsement)
            .where(revisions.c.document.in_(ids[start : start + 500]), revisions.c.change == "endorsed")
            .order_by(revisions.c.document, revisions.c.number)
        )
        for row in tx.execute(query):
            found.setdefault(row.document, []).append(Endorsement.model_validate(row.endorsement))
    return found


def data_of(tx: Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The values of each of these archived documents, by id: what its current revision was made from."""
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
        query = (
            select(documents.c.id, revisions.c.submission)
            .join(revisions, (revisions.c.document == documents.c.id) & (revisions.c.number == documents.c.revision))
            .where(documents.c.id.in_(ids[start : start + 500]))
        )
        found |= {row.id: row.submission["data"] for row in tx.execute(query)}
    return found


def add_document(
    tx: Connection,
    document: Document,
    task: Task,
    submission: Submission,
    snapshot: dict[str, Any],
    owner: str,
    lease: dt.datetime,
) -> Pending:
    """Add a reserved document with its journal line, so that a later start can finish it alone; returns the line.

    `owner` is the process that goes on with it now, believed until `lease`.
    """
    put_document(tx, document, snapshot)
    return add_task(tx, document.id, task, submission, snapshot, owner, lease)


def put_document(tx: Connection, document: Document, snapshot: dict[str, Any]) -> None:
    """Add the row of a document and which assets it is about; the snapshot tells by what else it is found."""
    words = " ".join((document.number, document.title, *document.assets, *_asset_words(snapshot)))
    security = snapshot.get("office", {}).get("security_code", "")
    tx.execute(insert(documents), to_row(document, documents, search=words.lower(), security=security))
    add_words(tx, document, words)
    for nibar in dict.fromkeys(document.assets):
        row = {
            "nibar": nibar,
            "procedure": document.procedure,
            "step": document.step,
            "document": document.id,
        }
        tx.execute(insert(document_assets), row)


def get_document(tx: Connection, id: str) -> Document:
    """One document. Raises RecordMissing."""
    row = tx.execute(select(documents).where(documents.c.id == id)).mappings().first()
    if row is None:
        raise RecordMissing(f"Naskah {id!r} tidak ada dalam arsip.")
    return to_record(Document, row)


def newest_moment(tx: Connection) -> dt.datetime | None:
    """Return when the newest document was numbered, by its id, which sorts by time; None when there is none."""
    moment = tx.execute(select(documents.c.created_at).order_by(documents.c.id.desc()).limit(1)).scalar()
    return None if moment is None else moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def hold_document(tx: Connection, id: str) -> Document:
    """As `get_document`, and whoever else holds it waits until the caller's transaction ends. Raises RecordMissing."""
    tx.execute(select(documents.c.id).where(documents.c.id == id).with_for_update(key_share=True))
    return get_document(tx, id)


def is_within(tx: Connection, id: str, within: Limits) -> bool:
    """Whether a document may be seen under these limits."""
    return bool(seen_within(tx, [id], within))


def seen_within(tx: Connection, ids: Sequence[str], within: Limits) -> set[str]:
    """Those of these documents that may be seen under these limits."""
    seen: set[str] = set()
    for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
        query = select(documents.c.id).where(documents.c.id.in_(ids[start : start + 500]), *_limits(within))
        seen |= set(tx.execute(query).scalars())
    return seen


def wholly_within(tx: Connection, ids: Sequence[str], within: Limits) -> set[str]:
    """Those of these documents of which nothing lies outside of these limits: every asset they are about is within."""
    seen = seen_within(tx, ids, within)
    if within.assets:
        outside = document_assets.c.nibar.not_in(within.assets)
        for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
            here = document_assets.c.document.in_(ids[start : start + 500])
            seen -= set(tx.execute(select(document_assets.c.document).where(here, outside)).scalars())
    return seen


def get_documents(tx: Connection, ids: Sequence[str]) -> dict[str, Document]:
    """Those of these documents that there are, by id."""
    found: dict[str, Document] = {}
    for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
        query = select(documents).where(documents.c.id.in_(ids[start : start + 500]))
        found |= {row["id"]: to_record(Document, row) for row in tx.execute(query).mappings()}
    return found


def find_by_code(tx: Connection, code: str) -> Document:
    """The document that a verification code belongs to. Raises RecordMissing."""
    row = tx.execute(select(documents).where(documents.c.code == code)).mappings().first()
    if row is None:
        raise RecordMissing("Kode verifikasi tidak dikenal.")
    return to_record(Document, row)


def find_by_sha256(tx: Connection, sha256: str) -> tuple[Document, Revision] | None:
    """The newest revision, of the newest document, whose PDF these bytes are (SHA-256 in hex), else its attachment."""
    query = (
        select(archived_files.c.document, archived_files.c.revision)
        .where(archived_files.c.sha256 == sha256)
        .order_by(archived_files.c.document.desc(), archived_files.c.revision.desc())
    )
    found = None
    for row in tx.execute(query).all():
        revision = get_revision(tx, row.document, row.revision)
        if found is None or revision.pdf.sha256 == sha256:
            found = revision
        if found.pdf.sha256 == sha256:
            break
    return None if found is None else (get_document(tx, found.document), found)


def search_documents(tx: Connection, wanted: Filter, limit: int = 50) -> list[Document]:
    """Documents that match, newest first; an asset is found by any code it had."""
    if wanted.asset:
        wanted = replace(wanted, asset=resolve(tx, wanted.asset))
    if wanted.q.strip():
        return _found_within(tx, wanted, limit) if wanted.within else _found(tx, wanted, limit)
    query = _filtered(select(documents), wanted)
    # With an asset its own index is walked, newest first; ordered by documents.id, SQLite would walk all of a step.
    id = document_assets.c.document if wanted.asset else documents.c.id
    query = query.order_by(id.desc()).limit(limit)
    if wanted.cursor:
        query = query.where(id < wanted.cursor)
    return [to_record(Document, row) for row in tx.execute(query).mappings()]


def _found(tx: Connection, wanted: Filter, limit: int) -> list[Document]:
    """By the full-text index."""
    asked = match(wanted.q, asdict(wanted), sqlite=tx.dialect.name == "sqlite")
    if not asked:
        return []
    narrowed = {"status": wanted.status, "asset": wanted.asset, "dossier": wanted.dossier, "cursor": wanted.cursor}
    ids = found_ids(tx, asked, **narrowed, limit=limit)
    found: dict[str, Document] = {}
    for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
        query = select(documents).where(documents.c.id.in_(ids[start : start + 500]))
        found |= {row["id"]: to_record(Document, row) for row in tx.execute(query).mappings()}
    return [found[id] for id in ids]


def _found_within(tx: Connection, wanted: Filter, limit: int) -> list[Document]:
    """As `_found`, of what may be seen: the index does not know limits, so its pages are sifted."""
    found: list[Document] = []
    most = SIFTED if wanted.within.assets or wanted.within.procedures else limit + 20  # few letters are secret
    while True:
        page = _found(tx, wanted, most)
        query = select(documents.c.id).where(documents.c.id.in_([one.id for one in page]), *_limits(wanted.within))
        seen = set(tx.execute(query).scalars())
        found += [one for one in page if one.id in seen]
        if len(page) < most or len(found) >= limit:
            return found[:limit]
        wanted = replace(wanted, cursor=page[-1].id)


def last_of_kind(tx: Connection, kind: str, procedure: str, step: int) -> Document | None:
    """The newest document in force of this kind, one of the same step first; None when there is none."""
    own = Filter(kind=kind, status="issued", procedure=procedure, step=step)
    for wanted in (own, Filter(kind=kind, status="issued")):
        found = search_documents(tx, wanted, limit=1)
        if found:
            return found[0]
    return None


def set_document_status(
    tx: Connection, id: str, status: DocumentStatus, reason: str = "", replaced_by: str = ""
) -> None:
    """Change a document's status, with the reason where a person gave one."""
    values = {"status": status, "status_reason": reason, "replaced_by": replaced_by}
    tx.execute(update(documents).where(documents.c.id == id).values(values))


def add_revision(tx: Connection, revision: Revision, submission: dict[str, Any], snapshot: dict[str, Any]) -> None:
    """Add an archived revision and make it the document's current one."""
    put_revision(tx, revision, submission, snapshot)
    tx.execute(update(documents).where(documents.c.id == revision.document).values(revision=revision.number))


def put_revision(tx: Connection, revision: Revision, submission: dict[str, Any], snapshot: dict[str, Any]) -> None:
    """Add the rows of an archived revision; which one is the document's current one stays as it is."""
    row = to_row(revision, revisions, submission=submission, snapshot=snapshot)
    tx.execute(insert(revisions), row)
    for sha256 in dict.fromkeys(file.sha256 for file in (revision.pdf, *(one.file for one in revision.attachments))):
        there = {"sha256": sha256, "document": revision.document, "revision": revision.number}
        tx.execute(insert(archived_files), there)
    mark_stale(tx, revision.document)


def list_revisions(tx: Connection, document: str) -> list[Revision]:
    """The archived revisions of a document, oldest first; none while it is only reserved."""
    query = select(revisions).where(revisions.c.document == document).order_by(revisions.c.number)
    return [to_record(Revision, row) for row in tx.execute(query).mappings()]


def get_revision(tx: Connection, document: str, number: int) -> Revision:
    """One archived revision. Raises RecordMissing."""
    query = select(revisions).where(revisions.c.document == document, revisions.c.number == number)
    row = tx.execute(query).mappings().first()
    if row is None:
        raise RecordMissing(f"Naskah {document!r} belum punya PDF (revisi {number}) dalam arsip.")
    return to_record(Revision, row)


def all_revisions(tx: Connection) -> Iterator[tuple[Document, list[Revision]]]:
    """Every archived document with its revisions, oldest first, read as they are asked for."""
    last = ""
    while True:
        query = select(documents).where(documents.c.id > last, documents.c.revision > 0).order_by(documents.c.id)
        page = [to_record(Document, row) for row in tx.execute(query.limit(500)).mappings()]
        if not page:
            return
        made: dict[str, list[Revision]] = {one.id: [] for one in page}
        wanted = select(revisions).where(revisions.c.document.in_(made)).order_by(revisions.c.number)
        for row in tx.execute(wanted).mappings():
            made[row["document"]].append(to_record(Revision, row))
        yield from ((one, made[one.id]) for one in page)
        last = page[-1].id


def current_revisions(tx: Connection, found: Sequence[Document]) -> dict[str, Revision]:
    """The current revision of each document by its id; one that is only reserved has none."""
    ids = [document.id for document in found if document.revision]
    current = (revisions.c.document == documents.c.id) & (revisions.c.number == documents.c.revision)
    answer: dict[str, Revision] = {}
    for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
        query = select(revisions).join(documents, current).where(documents.c.id.in_(ids[start : start + 500]))
        answer |= {row["document"]: to_record(Revision, row) for row in tx.execute(query).mappings()}
    return answer


def get_contents(tx: Connection, document: str) -> tuple[Submission, dict[str, Any]]:
    """What a document was made from: its submission and snapshot, archived or still in the journal.

    Raises RecordMissing.
    """
    archived = select(revisions.c.submission, revisions.c.snapshot).where(revisions.c.document == document)
    waiting = select(journal.c.submission, journal.c.snapshot).where(journal.c.document == document)
    row = tx.execute(archived.order_by(revisions.c.number.desc())).first() or tx.execute(waiting).first()
    if row is None:
        raise RecordMissing(f"Isian naskah {document!r} tidak ada dalam arsip.")
    return Submission.model_validate(row.submission), row.snapshot


def _filtered(query: Select[Any], wanted: Filter) -> Select[Any]:
    place = documents
    if wanted.asset:
        place = document_assets
        query = query.join(document_assets).where(document_assets.c.nibar == wanted.asset)
    for column, value in (
        (place.c.procedure, wanted.procedure),
        (place.c.step, wanted.step),
        (documents.c.kind, wanted.kind),
        (documents.c.year, wanted.year),
        (documents.c.status, wanted.status),
        (documents.c.dossier, wanted.dossier),
    ):
        if value not in ("", None):
            query = query.where(column == value)
    if wanted.within:
        query = query.where(*_limits(wanted.within))
    return query


def _limits(within: Limits) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if within.procedures:
        conditions.append(documents.c.procedure.in_(within.procedures))
    if within.assets:
        about = select(document_assets.c.document).where(document_assets.c.nibar.in_(within.assets))
        conditions.append(documents.c.id.in_(about))
    if within.secret_of is not None:
        conditions.append(or_(documents.c.security.in_(OPEN), *_on_its_way(within.secret_of)))
    return conditions


def _on_its_way(officials: Sequence[str]) -> list[ColumnElement[bool]]:
    """That one of these officials signs a document, or has decided on it."""
    if not officials:
        return []
    by = revisions.c.endorsement["official"].as_string()
    decided = exists().where(
        revisions.c.document == documents.c.id, revisions.c.change == "endorsed", by.in_(officials)
    )
    return [documents.c.signer.in_(officials), decided]


def _asset_words(snapshot: dict[str, Any]) -> list[str]:
    assets = snapshot.get("assets", [])
    return [asset[key] for asset in assets for key in ("name", "brand", "serial", "kode_barang") if asset[key]]
