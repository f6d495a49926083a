"""Which dossiers there are: listed, waiting for a document, holding one that was decided on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, tuple_

from storage.catalogue.aliases import resolve
from storage.catalogue.documents import NO_LIMITS, Limits
from storage.catalogue.rows import aware, to_record
from storage.catalogue.tables import document_assets, documents, dossiers, revisions
from storage.records import Document, Dossier


@dataclass(frozen=True)
class Outline:
    """What of a document its dossier's progress depends on; pages of many dossiers read no more of hundreds."""

    id: str
    kind: str
    step: int
    status: str
    created_at: dt.datetime


def outlines_of(tx: Connection, ids: Sequence[str]) -> dict[str, list[Outline]]:
    """The documents of each of these dossiers, oldest first."""
    found: dict[str, list[Outline]] = {id: [] for id in ids}
    columns = [documents.c[name] for name in ("id", "kind", "step", "status", "created_at", "dossier")]
    for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
        query = select(*columns).where(documents.c.dossier.in_(ids[start : start + 500])).order_by(documents.c.id)
        for id, kind, step, status, created_at, dossier in tx.execute(query):
            found[dossier].append(Outline(id, kind, step, status, aware(created_at)))
    return found


def dossiers_with(tx: Connection, ids: Sequence[str], kinds: Sequence[str]) -> list[str]:
    """Return those of these dossiers that hold an issued document of one of these kinds."""
    found: list[str] = []
    for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
        query = select(documents.c.dossier).where(
            documents.c.dossier.in_(ids[start : start + 500]),
            documents.c.kind.in_(kinds),
            documents.c.status == "issued",
        )
        found += tx.execute(query.distinct()).scalars()
    return found


def procedures_of(tx: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The procedure of each of these dossiers, by id."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), 500):  # databases limit the parameters of one statement
        query = select(dossiers.c.id, dossiers.c.procedure).where(dossiers.c.id.in_(ids[start : start + 500]))
        found |= {str(id): str(procedure) for id, procedure in tx.execute(query)}
    return found


def list_dossiers(
    tx: Connection,
    *,
    procedure: str = "",
    asset: str = "",
    closed: bool | None = None,
    cursor: str = "",
    limit: int = 50,
    within: Limits = NO_LIMITS,
    oldest: bool = False,
) -> list[Dossier]:
    """Dossiers, newest (or `oldest`) first, from after `cursor` on; `closed` None for open and closed ones.

    An asset is found by any code it had; `within` limits what may be seen at all.
    """
    query = select(dossiers).order_by(dossiers.c.id if oldest else dossiers.c.id.desc()).limit(limit)
    if closed is not None:
        query = query.where(dossiers.c.closed_at.is_not(None) if closed else dossiers.c.closed_at.is_(None))
    if procedure:
        query = query.where(dossiers.c.procedure == procedure)
    query = query.where(*_limits(within))
    if asset:
        asset = resolve(tx, asset)
        about = select(documents.c.dossier).join(document_assets).where(document_assets.c.nibar == asset)
        query = query.where(or_(dossiers.c.first_asset == asset, dossiers.c.id.in_(about)))
    if cursor:
        query = query.where(dossiers.c.id < cursor)
    return [to_record(Dossier, row) for row in tx.execute(query).mappings()]


def is_within(tx: Connection, id: str, within: Limits) -> bool:
    """Whether a dossier may be seen under these limits: its procedure, and an asset of it or of its documents."""
    return tx.execute(select(dossiers.c.id).where(dossiers.c.id == id, *_limits(within))).first() is not None


def _limits(within: Limits) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if within.procedures:
        conditions.append(dossiers.c.procedure.in_(within.procedures))
    if within.assets:
        about = select(documents.c.dossier).join(document_assets).where(document_assets.c.nibar.in_(within.assets))
        conditions.append(or_(dossiers.c.first_asset.in_(within.assets), dossiers.c.id.in_(about)))
    return conditions


def dossiers_lacking(tx: Connection, procedure: str, assets: Sequence[str], kind: str, step: int) -> list[Dossier]:
    """Open dossiers of a procedure on exactly these assets without a document of this kind and step that is in force
    or reserved, newest first.
    """
    there = exists().where(_made_at(kind, step, "issued", "reserved"))
    return _open_on(tx, procedure, assets, ~there)


def decided_dossiers(tx: Connection, procedure: str, assets: Sequence[str], kind: str, step: int) -> list[Dossier]:
    """Open dossiers of a procedure on exactly these assets with a document in force of this kind and step on which
    something was decided, newest first.
    """
    decided = exists().where(revisions.c.document == documents.c.id, revisions.c.change == "endorsed")
    there = exists().where(_made_at(kind, step, "issued"), decided)
    return _open_on(tx, procedure, assets, there)


def undecided(tx: Connection, places: Sequence[tuple[str, int]], limit: int) -> list[Document]:
    """Issued documents of open dossiers at these places (procedure, step), oldest first."""
    query = (
        select(documents)
        .join(dossiers, dossiers.c.id == documents.c.dossier)
        .where(
            documents.c.status == "issued",
            dossiers.c.closed_at.is_(None),
            tuple_(documents.c.procedure, documents.c.step).in_(list(places)),
        )
        .order_by(documents.c.id)
        .limit(limit)
    )
    return [to_record(Document, row) for row in tx.execute(query).mappings()] if places else []


def _open_on(tx: Connection, procedure: str, assets: Sequence[str], more: ColumnElement[bool]) -> list[Dossier]:
    """Sorted here: a database asked for an order walks through all open dossiers, of any asset, to have it for free."""
    here = (dossiers.c.first_asset == (assets[0] if assets else ""), dossiers.c.procedure == procedure)
    query = select(dossiers).where(*here, dossiers.c.closed_at.is_(None), more)
    found = [to_record(Dossier, row) for row in tx.execute(query).mappings()]
    exactly = [dossier for dossier in found if sorted(dossier.assets) == sorted(assets)]
    return sorted(exactly, key=lambda dossier: dossier.id, reverse=True)


def _made_at(kind: str, step: int, *statuses: str) -> ColumnElement[bool]:
    """A dossier's documents, by its own index: it has few; a kind or status (hence no bare column) has thousands."""
    of_kind = (documents.c.kind + "" == kind) & (documents.c.step == step)
    return and_(documents.c.dossier == dossiers.c.id, of_kind, (documents.c.status + "").in_(statuses))
