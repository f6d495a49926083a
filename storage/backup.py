"""Back up the catalogue while it is in use, into one portable file, and restore it.

The file is gzip of lines of JSON: a head, every row (`storage.catalogue.portable`), and an end that tells how many
rows there are and their SHA-256, so that a file cut short is not taken for a whole one. It is the same from SQLite
and PostgreSQL, so a catalogue moves from one to the other by it. It holds password hashes: keep it as such.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData

from storage.catalogue import Catalogue, fulltext, portable
from storage.catalogue.database import clear, migrate, newest_version
from storage.errors import StorageError
from wording import say

FORMAT = "docgen-backup/1"
MAX_UPGRADE_BACKUPS = 5
# A restored catalogue has another identity for the archive, nobody is signed in to it, it was never backed up or
# checked itself, and it derives how documents stand anew.
_EXCLUDED_TABLES = (
    "alembic_version",
    "changes",
    "identity",
    "sessions",
    "one_time_links",
    "number_holds",
    "standings",
    "turns",
    "stale_dossiers",
    "signature_proofs",
    "maintenance_runs",
)
_INDEX_PREFIXES = ("document_words", "document_fts")  # of the full-text index, which a restore builds anew


def back_up(catalogue: Catalogue, file: Path, now: dt.datetime) -> int:
    """Write a consistent snapshot of the whole catalogue to a new file; return the number of rows. Others may write on.

    Raises StorageError when the file is there already, StoreUnavailable, OSError.
    """
    version = catalogue.version()
    if file.exists():
        raise StorageError(say("{file} sudah ada. Pilih nama lain; cadangan tidak ditimpa.", file=file))
    partial = file.with_name(f".{file.name}.{os.getpid()}.sebagian")
    try:
        with catalogue.snapshot() as tx, partial.open("xb") as raw:
            partial.chmod(0o600)
            count = _write(tx, raw, version, now)
            raw.flush()
            os.fsync(raw.fileno())
        os.link(partial, file)  # fails, and does not overwrite, if the name was taken meanwhile
    except FileExistsError as error:
        raise StorageError(say("{file} sudah ada. Pilih nama lain; cadangan tidak ditimpa.", file=file)) from error
    finally:
        partial.unlink(missing_ok=True)
    return count


def restore(tx: Connection, file: Path) -> int:
    """Replace the whole database by a backup and migrate it to the newest schema; return the number of rows.

    Everything happens in the caller's transaction. Raises StorageError when the file is no whole backup, or of a newer
    docgen; StoreUnavailable, OSError.
    """
    version = _checked(file)
    clear(tx)
    migrate(tx, version)
    metadata = MetaData()
    metadata.reflect(tx)
    count = portable.load(tx, metadata, _rows(file))
    migrate(tx)  # also sets the triggers, and notes every row for the mirror
    fulltext.index_all(tx)
    return count


def back_up_before_upgrade(catalogue: Catalogue, folder: Path, version: str, now: dt.datetime) -> Path:
    """Back up into `folder` before the schema changes from `version`; return the file. The last five are kept.

    Of SQLite it is a copy of the database itself, which the docgen of that version opens as it is; of PostgreSQL the
    portable file. Raises StoreUnavailable, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    moment = now.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    ending = "sqlite" if catalogue.is_sqlite else "jsonl.gz"
    file = folder / f"katalog-{version}-{moment}.{ending}"
    if not file.exists():  # a start that failed just after it
        if catalogue.is_sqlite:
            _copy_sqlite(catalogue, file)
        else:
            back_up(catalogue, file, now)
    upgrade_backups = sorted(folder.glob("katalog-*"), key=lambda path: path.name.split("-")[-1])
    for old in upgrade_backups[:-MAX_UPGRADE_BACKUPS]:
        old.unlink()
    return file


def _copy_sqlite(catalogue: Catalogue, file: Path) -> None:
    partial = file.with_name(f".{file.name}.sebagian")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    source = catalogue.engine.url.database or ""
    try:
        with closing(sqlite3.connect(source)) as source_database, closing(sqlite3.connect(partial)) as backup_database:
            source_database.backup(backup_database)
    except sqlite3.Error as error:
        message = say(
            "Cadangan {file} tidak dapat dibuat ({error}). Periksa ruang disk, lalu mulai lagi.", file=file, error=error
        )
        raise StorageError(message) from error
    partial.rename(file)


def _write(tx: Connection, raw: Any, version: str, now: dt.datetime) -> int:
    metadata = MetaData()
    metadata.reflect(tx)  # the schema of the database, which before an upgrade is not the newest
    digest, count = hashlib.sha256(), 0
    with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, compresslevel=6) as packed:
        head = {"format": FORMAT, "schema": version, "at": now.astimezone(dt.UTC).isoformat()}
        packed.write(f"{json.dumps(head)}\n".encode())
        tables = portable.tables_in_order(metadata, without=_EXCLUDED_TABLES)
        for line in portable.dump(tx, [table for table in tables if not table.name.startswith(_INDEX_PREFIXES)]):
            data = f"{line}\n".encode()
            digest.update(data)
            packed.write(data)
            count += 1
        packed.write(f"{json.dumps({'end': count, 'sha256': digest.hexdigest()})}\n".encode())
    return count


def _checked(file: Path) -> str:
    """Prove a backup whole by reading it to its end, before anything is written; return its schema version."""
    version, digest, count, complete = "", hashlib.sha256(), 0, False
    for number, data in enumerate(_lines(file)):
        entry = _parsed(file, data)
        if number == 0:
            if entry.get("format") != FORMAT:
                raise _not_whole(file)
            version = str(entry["schema"])
        elif "end" in entry:
            complete = (entry["end"], entry["sha256"]) == (count, digest.hexdigest())
        else:
            complete = False
            digest.update(data)
            count += 1
    if not complete:
        raise _not_whole(file)
    if version > newest_version():
        raise StorageError(
            say(
                "Cadangan {file} dari docgen yang lebih baru (skema {version}). Pasang versi itu dahulu.",
                file=file,
                version=version,
            )
        )
    return version


def _rows(file: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for data in _lines(file):
        entry = json.loads(data)
        if "table" in entry:
            yield entry["table"], entry["row"]


def _lines(file: Path) -> Iterator[bytes]:
    try:
        with gzip.open(file) as packed:
            yield from packed
    except (EOFError, gzip.BadGzipFile) as error:
        raise _not_whole(file) from error


def _parsed(file: Path, data: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(data)
    except ValueError as error:
        raise _not_whole(file) from error
    if not isinstance(entry, dict):
        raise _not_whole(file)
    return entry


def _not_whole(file: Path) -> StorageError:
    return StorageError(say("{file} bukan cadangan katalog yang utuh. Pakai cadangan lain.", file=file))
