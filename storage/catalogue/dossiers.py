"""Dossiers: opened, read and closed; listed, open on the same assets, holding what waits for a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, insert, or_, select, true, tuple_, update

from storage.catalogue.aliases import resolve
from storage.catalogue.limits import NO_LIMITS, Limits
from storage.catalogue.rows import aware, to_record, to_row
from storage.catalogue.tables import document_assets, documents, dossiers
from storage.errors import RecordMissing
from storage.records import Document, Dossier


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
    query = select(dossiers).order_by(dossiers.c.id if oldest else dossiers.c.id.desc())
    if closed is not None:
        query = query.where(dossiers.c.closed_at.is_not(None) if closed else dossiers.c.closed_at.is_(None))
    if procedure:
        query = query.where(dossiers.c.procedure == procedure)
    query = query.where(*_limits(within))
    if asset:
        asset = resolve(tx, asset)
        about = select(documents.c.dossier).join(document_assets).where(document_assets.c.nibar == asset)
        query = query.where(or_(dossiers.c.first_asset == asset, dossiers.c.id.in_(about)))
    found: list[Dossier] = []
    while len(found) < limit:
        later = (dossiers.c.id > cursor if oldest else dossiers.c.id < cursor) if cursor else true()
        page = [to_record(Dossier, row) for row in tx.execute(query.where(later).limit(limit)).mappings()]
        found += [one for one in page if _concerns(one, within)]
        if len(page) < limit:
            break
        cursor = page[-1].id
    return found[:limit]


def is_within(tx: Connection, id: str, within: Limits) -> bool:
    """Whether a dossier may be seen under these limits: its procedure, and an asset that the dossier itself is about.

    A letter on an asset within does not open another asset's dossier that it lies in.
    """
    row = tx.execute(select(dossiers).where(dossiers.c.id == id)).mappings().first()
    if row is None:
        return False
    return not (within.procedures and row["procedure"] not in within.procedures) and _concerns(
        to_record(Dossier, row), within
    )


def _limits(within: Limits) -> list[ColumnElement[bool]]:
    """What narrows a list on the way; `_concerns` decides."""
    conditions: list[ColumnElement[bool]] = []
    if within.procedures:
        conditions.append(dossiers.c.procedure.in_(within.procedures))
    if within.assets:
        about = select(documents.c.dossier).join(document_assets).where(document_assets.c.nibar.in_(within.assets))
        conditions.append(or_(dossiers.c.first_asset.in_(within.assets), dossiers.c.id.in_(about)))
    return conditions


def _concerns(dossier: Dossier, within: Limits) -> bool:
    return not within.assets or not set(within.assets).isdisjoint(dossier.assets)


def open_dossiers(tx: Connection, procedure: str, assets: Sequence[str], limit: int = 500) -> list[Dossier]:
    """Return the newest open dossiers of a procedure on exactly these assets, in any order; collective ones without.

    Not ordered by the bare column: to have that order for free, databases walk through the open dossiers of any asset.
    """
    firsts = list(assets) or [""]
    found: list[Dossier] = []
    for start in range(0, len(firsts), 500):  # databases limit the parameters of one statement
        here = (dossiers.c.first_asset.in_(firsts[start : start + 500]), dossiers.c.procedure == procedure)
        query = select(dossiers).where(*here, dossiers.c.closed_at.is_(None))
        query = query.order_by((dossiers.c.id + "").desc()).limit(limit)
        found += [to_record(Dossier, row) for row in tx.execute(query).mappings()]
    exactly = [dossier for dossier in found if sorted(dossier.assets) == sorted(assets)]
    return sorted(exactly, key=lambda dossier: dossier.id, reverse=True)


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
