"""How documents and dossiers stand, as rows: who is to decide, what was decided, which step is next and when it is due.

The rows are derived (`docgen.desk.dossiers.standing` computes them). Which dossiers changed since, the database notes
by triggers in the transaction that makes the change, so that no use-case can forget to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, Select, Table, and_, delete, exists, false, func, insert, or_, select

from storage.catalogue.rows import IDS, aware, in_parts, parts_of, to_record
from storage.catalogue.tables import documents, dossiers, stale_dossiers, standings, turns
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, conditions, dossier_conditions
from storage.records import Document, Dossier

State = Literal["awaiting", "approved", "received", "returned", "rejected"]
NO: tuple[State, ...] = ("returned", "rejected")
MOST_COUNTED = 1000  # what is more is said to be as many, because counting everything makes a page slow
LOOKED_AT = 1000  # turns, the last to fall due, among which those that concern somebody are searched

_OF_DOCUMENTS = select(standings).where(standings.c.document.in_(IDS))
_TURNS = select(turns).where(turns.c.dossier.in_(IDS))
_STALE = select(stale_dossiers.c.dossier).where(stale_dossiers.c.dossier.in_(IDS)).distinct()

_NOTE = "INSERT INTO stale_dossiers (dossier) "
_TRIGGERS = {  # by table: the events, and the dossiers that change with a row
    "documents": (("INSERT", "UPDATE"), "VALUES (NEW.dossier)"),
    "dossiers": (("INSERT", "UPDATE"), "VALUES (NEW.id)"),
    "journal": (("INSERT",), "SELECT dossier FROM documents WHERE id = NEW.document"),
    "office": (("UPDATE",), "SELECT id FROM dossiers WHERE closed_at IS NULL"),  # its working hours say what is late
}  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """How a document in force stands; `role` decides next, `is_open` while somebody is still to act on it."""

    document: str
    dossier: str
    state: State
    role: str
    since: dt.datetime
    is_open: bool


@dataclass(frozen=True)
class Turn:
    """The step of a dossier whose turn it is; `approved` is the document whose approval opened it, "" for none."""

    dossier: str
    step: int
    role: str
    lacks: list[str]
    awaits: bool
    approved: str
    since: dt.datetime
    due: dt.datetime


def create_triggers(tx: Connection) -> None:
    """Create the triggers. Safe to call again; done after every migration, because some create tables anew."""
    for table, (events, source) in _TRIGGERS.items():
        for event in events:
            name = f"stale_{table}_{event.lower()}"
            if tx.dialect.name == "sqlite":
                tx.exec_driver_sql(
                    f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {event} ON {table} BEGIN {_NOTE}{source}; END"
                )
                continue
            tx.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
                f"AS $$ BEGIN {_NOTE}{source}; RETURN NULL; END $$"
            )
            tx.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            tx.exec_driver_sql(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def note(tx: Connection, dossier: str) -> None:
    """Note one dossier as changed, where no trigger does: what was promised of it is not to come."""
    tx.execute(insert(stale_dossiers), {"dossier": dossier})


def note_all(tx: Connection, *, is_open: bool = False) -> None:
    """Note every dossier, or every open one, as changed, oldest first."""
    query = select(dossiers.c.id).order_by(dossiers.c.id)
    if is_open:
        query = query.where(dossiers.c.closed_at.is_(None))
    tx.execute(insert(stale_dossiers).from_select(["dossier"], query))


def stale_notes(tx: Connection, limit: int) -> dict[str, list[int]]:
    """Return the dossiers that changed last, up to `limit`, each with the ids of all its notes."""
    last = select(stale_dossiers.c.dossier).order_by(stale_dossiers.c.id.desc()).limit(limit)
    ids = list(dict.fromkeys(tx.execute(last).scalars()))
    notes: dict[str, list[int]] = {id: [] for id in ids}
    if ids:
        query = select(stale_dossiers).where(stale_dossiers.c.dossier.in_(ids))
        for row in tx.execute(query):
            notes[row.dossier].append(row.id)
    return notes


def stale_among(tx: Connection, ids: Collection[str]) -> set[str]:
    """Return which of these dossiers changed since their rows were written."""
    return {row.dossier for row in in_parts(tx, _STALE, list(ids))}


def replace_rows(
    tx: Connection,
    dossier: str,
    notes: Sequence[int],
    document_standings: Sequence[Standing],
    turn: Turn | None,
) -> None:
    """Write how a dossier and its documents stand, and strike the notes it was computed after.

    Nothing is written when another process has struck them all meanwhile: what it wrote is at least as new.
    """
    struck = 0
    for part in parts_of(notes):
        struck += tx.execute(delete(stale_dossiers).where(stale_dossiers.c.id.in_(part))).rowcount
    if not struck:
        return
    tx.execute(delete(standings).where(standings.c.dossier == dossier))
    tx.execute(delete(turns).where(turns.c.dossier == dossier))
    if document_standings:
        tx.execute(insert(standings), [asdict(standing) for standing in document_standings])
    if turn is not None:
        tx.execute(insert(turns), asdict(turn))


def standings_of(tx: Connection, ids: Sequence[str]) -> dict[str, Standing]:
    """Return how these documents stand by id; those on which there is nothing to decide are left out."""
    return {row.document: _standing(row._mapping) for row in in_parts(tx, _OF_DOCUMENTS, ids)}


def turns_of(tx: Connection, ids: Sequence[str]) -> dict[str, Turn]:
    """Return the turn of each of these dossiers by id; closed and complete ones have none."""
    return {row.dossier: _turn(row._mapping) for row in in_parts(tx, _TURNS, ids)}


def is_any_stale(tx: Connection) -> bool:
    """Return whether a dossier changed since its rows were written."""
    return tx.execute(select(stale_dossiers.c.id).limit(1)).first() is not None


def awaiting(roles: Collection[str]) -> Select[Any]:
    """Return the query for the ids of documents on which one of these roles decides next."""
    return select(standings.c.document).where(standings.c.state == "awaiting", standings.c.role.in_(list(roles)))


def list_awaiting(tx: Connection, roles: Collection[str], limit: int) -> list[tuple[Document, Standing]]:
    """Return the documents on which one of these roles decides next with their standing, the last changed first.

    They are chosen from the index alone: tens of thousands may wait.
    """
    newest = awaiting(roles).order_by(standings.c.since.desc(), standings.c.document.desc()).limit(limit)
    ids = list(tx.execute(newest).scalars())
    return list_documents(tx, _documents().where(standings.c.document.in_(ids)), limit) if ids else []


def sent_back(by: str, within: Limits) -> Select[Any]:
    """Return the query for this maker's documents that were sent back or refused and that nothing replaces yet."""
    query = _documents().where(standings.c.is_open, standings.c.state.in_(NO), documents.c.created_by == by)
    return query.where(*conditions(within))


def ready(by: str) -> Select[Any]:
    """Return the query for the turns that the approval of one of this maker's documents opened."""
    return _turns().join(documents, documents.c.id == turns.c.approved).where(documents.c.created_by == by)


def due_before(
    horizon: dt.datetime, now: dt.datetime, by: str, roles: Collection[str], *, makes: bool, within: Limits = NO_LIMITS
) -> Select[Any]:
    """Return the query for turns that are due before a moment: what is late in this maker's dossiers, and, for who
    makes letters (`makes`), where one is to be made in them or by one of these roles.

    What `awaiting`, `sent_back` or `ready` finds already is left out, and dossiers of which nothing is seen `within`.
    """
    last = select(turns.c.dossier).where(turns.c.due < horizon).order_by(turns.c.due.desc()).limit(LOOKED_AT)
    own = exists().where(documents.c.dossier == turns.c.dossier, documents.c.created_by == by)
    to_make = ~turns.c.awaits if makes else false()
    elsewhere = exists().where(
        standings.c.dossier == turns.c.dossier,
        standings.c.is_open,
        standings.c.document == documents.c.id,
        or_(
            and_(standings.c.state == "awaiting", standings.c.role.in_(list(roles))),
            and_(standings.c.state.in_(NO), documents.c.created_by == by),
        ),
    )
    is_ready = exists().where(documents.c.id == turns.c.approved, documents.c.created_by == by) if makes else false()
    concerns = or_(and_(turns.c.role.in_(list(roles)), to_make), and_(own, or_(to_make, turns.c.due < now)))
    return (
        _turns()
        .where(turns.c.dossier.in_(select(last.subquery().c.dossier)), concerns, ~elsewhere, ~is_ready)
        .where(*dossier_conditions(within))
    )


def count(tx: Connection, query: Select[Any]) -> int:
    """Return how many rows a query finds, at most MOST_COUNTED."""
    rows = query.with_only_columns(query.selected_columns[0]).limit(MOST_COUNTED).subquery()
    return int(tx.execute(select(func.count()).select_from(rows)).scalar() or 0)


def list_documents(tx: Connection, query: Select[Any], limit: int) -> list[tuple[Document, Standing]]:
    """Return the documents that a query finds with their standing, the last changed first."""
    rows = tx.execute(query.order_by(standings.c.since.desc(), standings.c.document.desc()).limit(limit)).mappings()
    return [(to_record(Document, row), _standing(row)) for row in rows]


def oldest(tx: Connection, query: Select[Any]) -> dt.datetime | None:
    """Return since when the document of a query waits that waits longest; None when it finds none."""
    moment = tx.execute(query.with_only_columns(func.min(standings.c.since))).scalar()
    return None if moment is None else aware(moment)


def list_turns(tx: Connection, query: Select[Any], limit: int) -> list[tuple[Dossier, Turn]]:
    """Return the turns that a query finds with their dossiers, the last begun first."""
    rows = tx.execute(query.order_by(turns.c.since.desc(), turns.c.dossier.desc()).limit(limit)).mappings()
    return [(to_record(Dossier, row), _turn(row)) for row in rows]


def _documents() -> Select[Any]:
    own_columns = [column for column in standings.c if column.name != "dossier"]
    return select(documents, *own_columns).join(standings, standings.c.document == documents.c.id)


def _turns() -> Select[Any]:
    return select(turns, *dossiers.c).join(dossiers, dossiers.c.id == turns.c.dossier)


def _standing(row: Mapping[str, Any] | RowMapping) -> Standing:
    return Standing(**{name: aware(row[name]) for name in _names(standings)})


def _turn(row: Mapping[str, Any] | RowMapping) -> Turn:
    return Turn(**{name: aware(row[name]) for name in _names(turns)})


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]
