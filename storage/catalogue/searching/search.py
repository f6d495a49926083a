"""The search over documents: by columns, and by the full-text index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, false, func, or_, select

from storage.catalogue.aliases import resolve
from storage.catalogue.documents import get_documents
from storage.catalogue.fulltext import find_ids, fold, search_expression
from storage.catalogue.numbering.foreign_numbers import key_of
from storage.catalogue.rows import IDS, columns_of, in_parts, to_record
from storage.catalogue.tables import (
    awaited_signatures,
    document_assets,
    documents,
    foreign_numbers,
    register_entries,
    registers,
    standings,
)
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, conditions, visible_documents
from storage.records import Document

_DOCUMENTS = select(*columns_of(Document, documents))
PLAIN, DECIDED = "plain", "decided"
ANY = "any"
LIMITED_PAGE = 400  # documents a page of the index, where a caller may not see all
PAGES_COUNTED = 10
MOST_COUNTED = 1000  # documents: counting more of them takes longer than finding a page


@dataclass(frozen=True)
class Filter:
    """What to search for; empty fields do not narrow. `cursor` is the id of the last document already shown.

    `since` and `until` are dates of the document, inclusive, `signer` the id of an official; `standing` is a
    `standings.State`, DECIDED for any decision, or PLAIN for documents in force on which there is nothing to decide;
    `roles` narrows to documents that wait for one of them, `series` to those numbered in it; `awaiting_signature` to
    those that wait for the electronic signature of this official, or ANY. `within` limits what the caller may see at
    all.
    """

    asset: str = ""
    procedure: str = ""
    step: int | None = None
    kind: str = ""
    year: int | None = None
    status: str = ""
    dossier: str = ""
    signer: str = ""
    series: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    standing: str = ""
    roles: tuple[str, ...] | None = None
    awaiting_signature: str = ""
    q: str = ""
    cursor: str = ""
    within: Limits = NO_LIMITS

    def values(self) -> dict[str, Any]:
        """Return the fields that narrow by a value of their own, which queries name as the fields are called."""
        return {name: value for name in _COMPARED if (value := getattr(self, name)) not in ("", None)}


_COMPARED = (
    *("asset", "procedure", "step", "kind", "year", "status", "dossier", "signer", "series", "since", "until"),
    "cursor",
)


def search_documents(tx: Connection, criteria: Filter, limit: int = 50) -> list[Document]:
    """Return documents that match, newest first; an asset is found by any code it had."""
    if criteria.asset:
        criteria = replace(criteria, asset=resolve(tx, criteria.asset))
    if criteria.q.strip():
        filtered = bool(criteria.within) or _narrows_rows(criteria)
        search = _search_index_filtered if filtered else _search_index
        return search(tx, criteria, limit)
    values = criteria.values()
    shape: dict[str, Any] = dict.fromkeys(values, "?")
    return _read(tx, _listing(replace(criteria, **shape), limit), values)


@lru_cache(maxsize=256)
def _listing(criteria: Filter, limit: int) -> Select[Any]:
    """Return the query for documents that match. It is built once for all values of the same fields."""
    query = _filtered(_DOCUMENTS, criteria)
    # With an asset its own index is walked, newest first; ordered by documents.id, SQLite would walk all of a step.
    id = document_assets.c.document if criteria.asset else documents.c.id
    if _is_by_state(criteria):
        id = standings.c.document
        query = _of_state(query, criteria)
    query = query.order_by(id.desc()).limit(limit)
    if criteria.cursor:
        query = query.where(id < bindparam("cursor"))
    return query


def _is_by_state(criteria: Filter) -> bool:
    """Return whether documents are found by the index of a state, however few have it."""
    is_state = criteria.standing not in ("", PLAIN, DECIDED) or criteria.roles is not None
    return is_state and criteria.standing not in (PLAIN, DECIDED) and not criteria.asset


def _of_state(query: Select[Any], criteria: Filter) -> Select[Any]:
    of_document = standings.c.document == documents.c.id
    return query.join(standings, of_document & (standings.c.state == (criteria.standing or "awaiting")))


def _read(tx: Connection, query: Select[Any], values: Mapping[str, Any]) -> list[Document]:
    return [to_record(Document, row._asdict()) for row in tx.execute(query, values).all()]


def count_documents(tx: Connection, criteria: Filter) -> int:
    """Return how many documents match, but for the cursor: MOST_COUNTED + 1 stands for all that is more."""
    criteria = replace(criteria, cursor="")
    if criteria.asset:
        criteria = replace(criteria, asset=resolve(tx, criteria.asset))
    if criteria.q.strip():
        return min(_count_indexed(tx, criteria), MOST_COUNTED + 1)
    query = _filtered(select(documents.c.id), criteria)
    matches = (_of_state(query, criteria) if _is_by_state(criteria) else query).limit(MOST_COUNTED + 1).subquery()
    return int(tx.execute(select(func.count()).select_from(matches), criteria.values()).scalar_one())


def _count_indexed(tx: Connection, criteria: Filter) -> int:
    """Return how many documents of the full-text index match: of limits and standing it knows nothing, so pages of it
    are read until MOST_COUNTED + 1 are counted, or PAGES_COUNTED of them."""
    counted = 0
    for _ in range(PAGES_COUNTED):
        ids = _indexed_ids(tx, criteria, MOST_COUNTED + 1)
        counted += len(_matching(tx, ids, criteria))
        if len(ids) <= MOST_COUNTED or counted > MOST_COUNTED:
            break
        criteria = replace(criteria, cursor=ids[-1])
    return counted


def documents_of_number(tx: Connection, criteria: Filter, limit: int = 5) -> list[Document]:
    """Return the documents whose own number is, or holds as whole parts, what is searched for; newest first.

    `000.1.9.1/7` is the seventh number of each year, not the 79th; so is `7`. First come those that another system gave
    this very number.
    """
    of_others = _documents_of_foreign_number(tx, criteria)
    known = {document.id for document in of_others}
    ours = [document for document in _documents_of_our_number(tx, criteria) if document.id not in known]
    return [*of_others, *ours][:limit]


def _documents_of_foreign_number(tx: Connection, criteria: Filter) -> list[Document]:
    numbered = select(foreign_numbers.c.document).where(foreign_numbers.c.key == key_of(criteria.q))
    query = _filtered(_DOCUMENTS.where(documents.c.id.in_(numbered)), criteria).order_by(documents.c.id.desc())
    return _read(tx, query, criteria.values())


def _documents_of_our_number(tx: Connection, criteria: Filter) -> list[Document]:
    parts = fold(criteria.q).split()
    sequences = {int(part) for part in parts if part.isdecimal() and len(part) <= 9}
    if not sequences:
        return []
    # Each register is asked for these sequences by its key. Joined, SQLite would walk all numbers.
    keys = [
        (register_entries.c.unit == unit)
        & (register_entries.c.year == year)
        & register_entries.c.sequence.in_(sequences)
        for unit, year in tx.execute(select(registers.c.unit, registers.c.year)).all()
    ]
    numbered = select(register_entries.c.document).where(or_(false(), *keys))
    query = _filtered(_DOCUMENTS.where(documents.c.id.in_(numbered)), criteria).order_by(documents.c.id.desc())
    candidates = _read(tx, query, criteria.values())
    typed = f" {' '.join(parts)} "
    return [
        document
        for document in candidates
        if typed in f" {fold(document.number)} " and (len(parts) > 1 or document.sequence in sequences)
    ]


def _indexed_ids(tx: Connection, criteria: Filter, limit: int) -> list[str]:
    """Return the ids that the full-text index finds, newest first, without regard to limits."""
    expression = search_expression(criteria.q, asdict(criteria), sqlite=tx.dialect.name == "sqlite")
    if not expression:
        return []
    names = ("status", "asset", "dossier", "signer", "since", "until", "cursor")
    return find_ids(tx, expression, **{name: getattr(criteria, name) for name in names}, limit=limit)


def _search_index(tx: Connection, criteria: Filter, limit: int) -> list[Document]:
    """Search by the full-text index, without regard to limits."""
    ids = _indexed_ids(tx, criteria, limit)
    documents_by_id = get_documents(tx, ids)
    return [documents_by_id[id] for id in ids]


def _search_index_filtered(tx: Connection, criteria: Filter, limit: int) -> list[Document]:
    """Search by the full-text index and filter its pages by what it does not know: limits, standing and series."""
    matches: list[Document] = []
    few_hidden = criteria.within.hides_little and not _narrows_rows(criteria)
    page_size = limit + 20 if few_hidden else LIMITED_PAGE  # few, because few letters are closed to most
    while True:
        page = _search_index(tx, criteria, page_size)
        ids = _matching(tx, [document.id for document in page], criteria)
        matches += [document for document in page if document.id in ids]
        if len(page) < page_size or len(matches) >= limit:
            return matches[:limit]
        criteria = replace(criteria, cursor=page[-1].id)


def _matching(tx: Connection, ids: Sequence[str], criteria: Filter) -> set[str]:
    """Return which of these documents lie within the limits and have the standing and series."""
    found = visible_documents(tx, ids, criteria.within) if criteria.within else set(ids)
    if not _narrows_rows(criteria):
        return found
    query = select(documents.c.id).where(documents.c.id.in_(IDS), *_standing(criteria))
    if criteria.series:
        query = query.where(documents.c.series == criteria.series)
    return {row.id for row in in_parts(tx, query, sorted(found))}


def _narrows_rows(criteria: Filter) -> bool:
    """Return whether documents are to be looked at for what the full-text index does not know of them."""
    return _narrows_standing(criteria) or bool(criteria.series)


def _narrows_standing(criteria: Filter) -> bool:
    return bool(criteria.standing) or criteria.roles is not None or bool(criteria.awaiting_signature)


def _standing(criteria: Filter) -> list[ColumnElement[bool]]:
    """Return the conditions on how a document stands."""
    if criteria.awaiting_signature:
        waits = [awaited_signatures.c.document == documents.c.id]
        if criteria.awaiting_signature != ANY:
            waits.append(awaited_signatures.c.official == criteria.awaiting_signature)
        rest = replace(criteria, awaiting_signature="")
        return [documents.c.status == "issued", exists().where(*waits), *_standing(rest)]
    if not _narrows_standing(criteria):
        return []
    standing = standings.alias()
    of_document = standing.c.document == documents.c.id
    if criteria.standing == PLAIN:
        return [documents.c.status == "issued", ~exists().where(of_document)]
    if criteria.standing == DECIDED:
        return [exists().where(of_document, standing.c.state != "awaiting")]
    wanted = [of_document, standing.c.state == (criteria.standing or "awaiting")]
    if criteria.roles is not None:
        wanted += [standing.c.state == "awaiting", standing.c.role.in_(criteria.roles)]
    return [exists().where(*wanted)]


def letters_of_kind(
    tx: Connection, kind: str, procedure: str, step: int, *, by: str, within: Limits = NO_LIMITS, limit: int = 12
) -> list[Document]:
    """Return letters of a kind that are in force, to begin another like one of them.

    First the newest that `by` made at the same step, then the newest of that step, then the newest of the kind.
    """
    of_kind = Filter(kind=kind, status="issued", within=within)
    at_step = replace(of_kind, procedure=procedure, step=step)
    own = _filtered(_DOCUMENTS, at_step).where(documents.c.created_by == by)
    letters = _read(tx, own.order_by(documents.c.id.desc()).limit(1), at_step.values())
    for criteria in (at_step, of_kind):
        letters += search_documents(tx, criteria, limit)
    return list({letter.id: letter for letter in letters}.values())[:limit]


def _filtered(query: Select[Any], criteria: Filter) -> Select[Any]:
    """Return the query narrowed to what matches, but for the cursor; it asks for the `values` of the filter."""
    step_table = documents
    if criteria.asset:
        step_table = document_assets
        query = query.join(document_assets).where(document_assets.c.nibar == bindparam("asset"))
    for column, name in (
        (step_table.c.procedure, "procedure"),
        (step_table.c.step, "step"),
        *((documents.c[name], name) for name in ("kind", "year", "status", "dossier", "signer", "series")),
    ):
        if getattr(criteria, name) not in ("", None):
            query = query.where(column == bindparam(name))
    if criteria.since:
        query = query.where(documents.c.date >= bindparam("since"))
    if criteria.until:
        query = query.where(documents.c.date <= bindparam("until"))
    if criteria.within:
        query = query.where(*conditions(criteria.within))
    return query.where(*_standing(criteria))
