"""Standard sentences of the office (kalimat baku)."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import phrases
from storage.errors import RecordMissing
from storage.records import Phrase


def list_phrases(tx: Connection, kind: str | None = None) -> list[Phrase]:
    """Return all phrases by title; with `kind` those that the form of this kind offers."""
    query = select(phrases).order_by(phrases.c.title, phrases.c.id)
    if kind is not None:
        query = query.where(phrases.c.kind.in_(("", kind)))
    return [to_record(Phrase, row) for row in tx.execute(query).mappings()]


def get_phrase(tx: Connection, id: str) -> Phrase:
    """Return one phrase. Raises RecordMissing."""
    row = tx.execute(select(phrases).where(phrases.c.id == id)).mappings().first()
    if row is None:
        raise RecordMissing("Kalimat baku ini tidak ada lagi. Muat ulang halaman, lalu pilih yang lain.")
    return to_record(Phrase, row)


def put_phrase(tx: Connection, phrase: Phrase) -> None:
    """Add a phrase, or change the phrase of this id."""
    row = to_row(phrase, phrases)
    if tx.execute(update(phrases).where(phrases.c.id == phrase.id).values(row)).rowcount == 0:
        tx.execute(insert(phrases), row)


def remove_phrase(tx: Connection, id: str) -> None:
    """Delete a phrase; nothing happens when it is gone already."""
    tx.execute(delete(phrases).where(phrases.c.id == id))
