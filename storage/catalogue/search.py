"""The search over documents: by columns, and by the full-text index."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, select

from storage.catalogue.aliases import resolve
from storage.catalogue.fulltext import found_ids, match
from storage.catalogue.limits import NO_LIMITS, Limits, conditions
from storage.catalogue.rows import to_record
from storage.catalogue.tables import document_assets, documents
from storage.records import Document

SIFTED = 400  # documents a page of the index, where a caller may not see all


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
        query = select(documents.c.id).where(documents.c.id.in_([one.id for one in page]), *conditions(wanted.within))
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
        query = query.where(*conditions(wanted.within))
    return query
