"""Dossiers: open, read, close and list them; find those on the same assets or with documents awaiting a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from storage.catalogue.aliases import resolve
from storage.catalogue.rows import IDS, aware, columns_of, in_parts, like, parts_of, to_record, to_row
from storage.catalogue.searching.search import Filter, search_documents
from storage.catalogue.tables import document_assets, documents, dossiers, revisions
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, dossier_conditions
from storage.errors import RecordMissing
from storage.records import OUTSIDE_SOP, Document, Dossier
from storage.text import clean_line
from wording import say

MOST_LETTERS = 100  # whose words find a dossier, the newest
ON_THE_WAY = ("reserved", "awaiting_number")  # in its dossier already, though it does not count yet

# Statements that every letter executes are built once: to build one takes longer than to run it.
_OF_IDS = select(dossiers).where(dossiers.c.id.in_(IDS))
_OF_ID = select(dossiers).where(dossiers.c.id == bindparam("of"))
_DOCUMENTS = select(*columns_of(Document, documents)).where(documents.c.dossier.in_(IDS)).order_by(documents.c.id)
_PROCEDURES = select(dossiers.c.id, dossiers.c.procedure).where(dossiers.c.id.in_(IDS))
_OUTLINES = (
    select(*(documents.c[name] for name in ("id", "kind", "step", "status", "created_at", "revision", "dossier")))
    .where(documents.c.dossier.in_(IDS))
    .order_by(documents.c.id)
)
_OPEN = (  # read in the order of their index, so that on no database anything else is walked through or sorted
    select(dossiers)
    .where(dossiers.c.first_asset.in_(IDS), dossiers.c.procedure == bindparam("of_procedure"))
    .where(dossiers.c.closed_at.is_(None))
    .order_by(*(column.desc() for column in (dossiers.c.first_asset, dossiers.c.procedure, dossiers.c.id)))
    .limit(bindparam("most"))
)
_OUTSIDE_SOP = (
    select(dossiers)
    .where(dossiers.c.first_asset == "", dossiers.c.procedure == OUTSIDE_SOP, dossiers.c.closed_at.is_(None))
    .where(dossiers.c.classification == bindparam("of_code"), dossiers.c.year == bindparam("of_year"))
    .order_by(dossiers.c.id.desc())
    .limit(1)
)
_RUNS = select(func.count()).where(
    dossiers.c.first_asset == bindparam("of_asset"),
    dossiers.c.procedure == bindparam("of_procedure"),
    or_(
        dossiers.c.title == bindparam("of_title"),
        func.substr(dossiers.c.title, 1, bindparam("length", type_=Integer)) == bindparam("numbered"),
    ),
)


def _untaken() -> Select[Any]:
    """Return what reads those of `_OPEN` that are not certainly taken, as `Place` says."""
    newest, letter, other = _OPEN.subquery(), documents.alias(), documents.alias()
    id, status, kind = (other.c[name].concat("") for name in ("id", "status", "kind"))  # the index is the dossier's
    decides_later = select(other.c.id).where(
        other.c.dossier == letter.c.dossier,
        id > letter.c.id,
        status == "issued",
        kind.in_(bindparam("deciding", expanding=True)),
    )
    is_refused = (  # a document with its first revision alone was not decided on
        select(revisions.c.document)
        .join(other, revisions.c.document == other.c.id)
        .where(other.c.dossier == letter.c.dossier, other.c.revision > 1)
        .where(revisions.c.endorsement["decision"].as_string().in_(("perbaiki", "tolak")))
    )
    counts = and_(
        letter.c.status == "issued",
        letter.c.kind.not_in(bindparam("deciding", expanding=True)),
        ~exists(decides_later.correlate(letter)),
        ~exists(is_refused.correlate(letter)),
    )
    same_step = and_(letter.c.step == bindparam("of_step"), letter.c.kind == bindparam("of_kind"))
    takes = select(letter.c.id).where(
        letter.c.dossier == newest.c.id,
        or_(letter.c.step > bindparam("of_step"), same_step),
        or_(letter.c.status.in_(ON_THE_WAY), counts),
    )
    return select(newest).where(~exists(takes.correlate(newest)))


_UNTAKEN = _untaken()


def add_dossier(tx: Connection, dossier: Dossier) -> None:
    """Open a dossier."""
    first = dossier.assets[0] if dossier.assets else ""
    tx.execute(insert(dossiers), to_row(dossier, dossiers, first_asset=first))


def get_dossier(tx: Connection, id: str) -> Dossier:
    """Return one dossier. Raises RecordMissing."""
    return _dossier(tx, id, _OF_ID)


def _dossier(tx: Connection, id: str, query: Select[Any]) -> Dossier:
    row = tx.execute(query, {"of": id}).mappings().first()
    if row is None:
        raise RecordMissing(say("Berkas {id} tidak ada.", id=repr(id)))
    return to_record(Dossier, row)


def get_dossiers(tx: Connection, ids: Sequence[str]) -> dict[str, Dossier]:
    """Return these dossiers by id; those that do not exist are left out."""
    return {row.id: to_record(Dossier, row._asdict()) for row in in_parts(tx, _OF_IDS, ids)}


def hold_dossier(tx: Connection, id: str) -> Dossier:
    """Lock a dossier's row until the caller's transaction ends, and return the dossier. Raises RecordMissing."""
    return _dossier(tx, id, _OF_ID.with_for_update(key_share=True))


def close_dossier(tx: Connection, id: str, at: dt.datetime | None, by: str = "", reason: str = "") -> None:
    """Close a dossier, or open it again with `at` None."""
    values = {"closed_at": at, "closed_by": by, "close_reason": reason}
    tx.execute(update(dossiers).where(dossiers.c.id == id).values(values))


def dossier_documents(tx: Connection, dossier: str) -> list[Document]:
    """Return every document of a dossier, oldest first."""
    return documents_in(tx, [dossier])[dossier]


def documents_in(tx: Connection, ids: Sequence[str]) -> dict[str, list[Document]]:
    """Return every document of each of these dossiers, oldest first."""
    documents_by_dossier: dict[str, list[Document]] = {id: [] for id in ids}
    for row in in_parts(tx, _DOCUMENTS, ids):
        documents_by_dossier[row.dossier].append(to_record(Document, row._asdict()))
    return documents_by_dossier


@dataclass(frozen=True)
class Outline:
    """The columns of a document that its dossier's progress depends on; pages of many dossiers read no others."""

    id: str
    kind: str
    step: int
    status: str
    created_at: dt.datetime
    revision: int


def outlines_of(tx: Connection, ids: Sequence[str]) -> dict[str, list[Outline]]:
    """Return the documents of each of these dossiers, oldest first."""
    outlines: dict[str, list[Outline]] = {id: [] for id in ids}
    for row in in_parts(tx, _OUTLINES, ids):
        id, kind, step, status, created_at, revision, dossier = tuple(row)
        outlines[dossier].append(Outline(id, kind, step, status, aware(created_at), revision))
    return outlines


def dossiers_with(tx: Connection, ids: Sequence[str], kinds: Sequence[str]) -> list[str]:
    """Return which of these dossiers hold an issued document of one of these kinds."""
    of_kinds = (documents.c.kind.in_(kinds), documents.c.status == "issued")
    query = select(documents.c.dossier).where(documents.c.dossier.in_(IDS), *of_kinds).distinct()
    return [row.dossier for row in in_parts(tx, query, ids)]


def procedures_of(tx: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Return the procedure of each of these dossiers, by id."""
    return {row.id: row.procedure for row in in_parts(tx, _PROCEDURES, ids)}


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
    words: str = "",
) -> list[Dossier]:
    """Return dossiers, newest (or `oldest`) first, from after `cursor` on; `closed` None for open and closed ones.

    An asset is found by any code it had, `words` in a dossier's title or in the newest letters that hold them;
    `within` limits what may be seen at all.
    """
    query = select(dossiers).order_by(dossiers.c.id if oldest else dossiers.c.id.desc())
    if closed is not None:
        query = query.where(dossiers.c.closed_at.is_not(None) if closed else dossiers.c.closed_at.is_(None))
    if procedure:
        query = query.where(dossiers.c.procedure == procedure)
    query = query.where(*list_conditions(within))
    if asset:
        asset = resolve(tx, asset)
        dossiers_of_asset = select(documents.c.dossier).join(document_assets).where(document_assets.c.nibar == asset)
        query = query.where(or_(dossiers.c.first_asset == asset, dossiers.c.id.in_(dossiers_of_asset)))
    if words.strip():
        letters = search_documents(tx, Filter(q=words, within=within), MOST_LETTERS)
        in_title = [func.lower(dossiers.c.title).like(like(word), escape="\\") for word in clean_line(words).split()]
        query = query.where(or_(and_(*in_title), dossiers.c.id.in_({letter.dossier for letter in letters})))
    visible: list[Dossier] = []
    while len(visible) < limit:
        later = (dossiers.c.id > cursor if oldest else dossiers.c.id < cursor) if cursor else true()
        page = [to_record(Dossier, row) for row in tx.execute(query.where(later).limit(limit)).mappings()]
        visible += [dossier for dossier in page if concerns(dossier, within)]
        if len(page) < limit:
            break
        cursor = page[-1].id
    return visible[:limit]


def is_dossier_visible(tx: Connection, id: str, within: Limits) -> bool:
    """Return whether these limits let a caller see a dossier: its procedure, an asset the dossier itself is about, and
    one of its letters, as far as divisions and classes hide any.

    A letter on an asset within does not open another asset's dossier that it lies in.
    """
    query = select(dossiers).where(dossiers.c.id == id, *dossier_conditions(within))
    row = tx.execute(query).mappings().first()
    return row is not None and _lies_within(to_record(Dossier, row), within)


def visible_dossiers(tx: Connection, listed: Sequence[Dossier], within: Limits) -> list[Dossier]:
    """Return those of these dossiers that are visible as `is_dossier_visible` says, in the same order."""
    visible = {dossier.id for dossier in listed}
    if hiding := dossier_conditions(within):
        query = select(dossiers.c.id).where(dossiers.c.id.in_(IDS), *hiding)
        visible = {row.id for row in in_parts(tx, query, list(visible))}
    return [dossier for dossier in listed if dossier.id in visible and _lies_within(dossier, within)]


def list_conditions(within: Limits) -> list[ColumnElement[bool]]:
    """Return conditions that narrow a list in SQL; `concerns` decides afterwards."""
    conditions = dossier_conditions(within)
    if within.procedures:
        conditions.append(dossiers.c.procedure.in_(within.procedures))
    if within.assets:
        dossiers_of_assets = (
            select(documents.c.dossier).join(document_assets).where(document_assets.c.nibar.in_(within.assets))
        )
        conditions.append(or_(dossiers.c.first_asset.in_(within.assets), dossiers.c.id.in_(dossiers_of_assets)))
    return conditions


def _lies_within(dossier: Dossier, within: Limits) -> bool:
    """Return whether procedure and assets of a dossier are within limits."""
    return not (within.procedures and dossier.procedure not in within.procedures) and concerns(dossier, within)


def concerns(dossier: Dossier, within: Limits) -> bool:
    """Return whether the assets of a dossier are within limits."""
    return not within.assets or not set(within.assets).isdisjoint(dossier.assets)


@dataclass(frozen=True)
class Place:
    """Where a letter is to go within a dossier: its step and kind; `deciding` are the kinds of letters that decide.

    A dossier is certainly taken when it holds a letter of a later step, or of this kind at this step, that is on the
    way, or that counts whatever is decided: in force, no deciding letter itself and before none, and no stamp in the
    dossier refuses anything.
    """

    step: int
    kind: str
    deciding: Sequence[str]


def open_dossiers(
    tx: Connection, procedure: str, assets: Sequence[str], limit: int = 500, place: Place | None = None
) -> list[Dossier]:
    """Return the newest open dossiers of a procedure on exactly these assets, in any order; collective ones without.

    Those among them that are certainly taken for a letter of this `place` are left out.
    """
    firsts = list(assets) or [""]
    values: dict[str, Any] = {"of_procedure": procedure}
    if place is not None:
        values |= {"of_step": place.step, "of_kind": place.kind, "deciding": list(place.deciding)}
    candidates: list[Dossier] = []
    for part in parts_of(firsts):
        rows = tx.execute(
            _OPEN if place is None else _UNTAKEN, {**values, "ids": part, "most": limit * len(part)}
        ).mappings()
        candidates += [to_record(Dossier, row) for row in rows]
    exactly = [dossier for dossier in candidates if sorted(dossier.assets) == sorted(assets)]
    return sorted(exactly, key=lambda dossier: dossier.id, reverse=True)


def open_dossier_outside_sop(tx: Connection, classification: str, year: int) -> Dossier | None:
    """Return the newest open dossier of letters outside the SOP of a classification and year; None without one."""
    row = tx.execute(_OUTSIDE_SOP, {"of_code": classification, "of_year": year}).mappings().first()
    return None if row is None else to_record(Dossier, row)


def count_runs(tx: Connection, procedure: str, assets: Sequence[str], title: str) -> int:
    """Return how many dossiers of this procedure were opened under this title, with or without a running number."""
    numbered = f"{title} ke-"
    values = {"of_asset": assets[0] if assets else "", "of_procedure": procedure, "of_title": title}
    return int(tx.execute(_RUNS, {**values, "numbered": numbered, "length": len(numbered)}).scalar() or 0)


def classifications_outside_sop(tx: Connection) -> list[str]:
    """Return the classifications of all dossiers of letters outside the SOP."""
    outside = dossiers.c.first_asset == "", dossiers.c.procedure == OUTSIDE_SOP
    query = select(dossiers.c.classification).where(*outside, dossiers.c.classification != "").distinct()
    return sorted(tx.execute(query).scalars())
