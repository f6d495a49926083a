"""The identity of a catalogue towards its archive: its id, where its database stands, and whether it may write.

A backup does not hold the id, so a catalogue that is restored or rebuilt is another one until it is told to take the
archive over. Fingerprints tell places apart; nothing of a path or an address can be read from them.
"""

from __future__ import annotations

import hashlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select, text, update
from ulid import ULID

from storage.catalogue.schemas import schema_of
from storage.catalogue.tables import identity


@dataclass(frozen=True)
class CatalogueIdentity:
    """The id that every segment carries; `database` is where the catalogue stood when it last wrote one, "" before."""

    catalogue: str
    database: str
    writes: bool


def get_identity(tx: Connection) -> CatalogueIdentity:
    """Return the identity of this catalogue."""
    row = tx.execute(select(identity)).one()
    return CatalogueIdentity(row.catalogue, row.database, row.writes)


def renew_identity(tx: Connection, *, writes: bool) -> None:
    """Give this catalogue a new id, unknown to the archive; with `writes` False it only reads the archive."""
    tx.execute(update(identity).values(catalogue=str(ULID()).lower(), database="", writes=writes))


def record_database(tx: Connection, database: str) -> None:
    """Record where the database stands."""
    tx.execute(update(identity).where(identity.c.database != database).values(database=database))


def database_of(tx: Connection, store_root: Path | None) -> str:
    """Return a fingerprint of the place of this database, the same by whatever address it is reached.

    A file is placed as seen from the folder of the archive, where that is one: both may move together.
    """
    if tx.dialect.name == "sqlite":
        path = os.path.realpath(tx.engine.url.database or "")
        return location_fingerprint(
            f"sqlite:{os.path.relpath(path, os.path.realpath(store_root)) if store_root else path}"
        )
    if tx.execute(text("SELECT has_function_privilege('pg_control_system()', 'EXECUTE')")).scalar():
        server = tx.execute(text("SELECT system_identifier FROM pg_control_system()")).scalar()
    else:  # less sure: another database of this name almost always has another oid
        server = tx.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar()
    schema = schema_of(tx.engine.url.render_as_string(hide_password=False))
    return location_fingerprint(f"postgresql:{server}/{tx.engine.url.database}{f'/{schema}' if schema else ''}")


def machine_of(tx: Connection, store_root: Path | None) -> str:
    """Return a fingerprint of the database's place; a file's also covers this machine, because copies look the same."""
    database = database_of(tx, store_root)
    return location_fingerprint(f"{socket.gethostname()}:{database}") if tx.dialect.name == "sqlite" else database


def location_fingerprint(location: str) -> str:
    """Return the first half of a place's SHA-256 in hex."""
    return hashlib.sha256(location.encode(errors="surrogateescape")).hexdigest()[:32]
