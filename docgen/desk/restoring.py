"""The catalogue again: rebuilt from the archive alone, or restored from a backup and brought up to the archive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from docgen.desk import audit
from docgen.desk.desk import Desk
from docgen.desk.journal import supersede
from docgen.errors import Conflict
from storage.backup import back_up, restore
from storage.catalogue import documents
from storage.catalogue.database import clear, migrate
from storage.catalogue.tables import tokens, users
from storage.rebuild import Rebuilt, catch_up, is_empty

Progress = Callable[[int, int], None]
_ACCOUNTS = (users, tokens)


@dataclass(frozen=True)
class Restored:
    """What was done: rows from a backup file, and what the archive told beyond it; `saved` is what was replaced."""

    rows: int
    told: Rebuilt
    saved: Path | None

    def to_json(self) -> dict[str, Any]:
        """As plain data, for programs."""
        told = asdict(self.told)
        return {"rows": self.rows, **told, "saved": str(self.saved) if self.saved else None}


def rebuild(desk: Desk, *, replace: bool, progress: Progress = lambda done, total: None) -> Restored:
    """Build the catalogue from the object store alone; all of it, or nothing changes.

    With `replace`, what is in the catalogue is saved to a backup file first, and accounts and tokens stay, which no
    archive holds. Raises Conflict (not empty), ObjectDamaged, StoreUnavailable.
    """
    saved = _saved(desk, replace)
    with desk.catalogue.write() as tx:
        if saved:
            accounts = [(table, [dict(row) for row in tx.execute(select(table)).mappings()]) for table in _ACCOUNTS]
            clear(tx)
            migrate(tx)
            for table, rows in accounts:
                if rows:
                    tx.execute(insert(table), rows)
        told = _catch_up(desk, tx, "archive.rebuilt", progress)
    return Restored(0, told, saved)


def restore_backup(desk: Desk, file: Path, *, replace: bool, progress: Progress = lambda done, total: None) -> Restored:
    """Restore the catalogue from a backup, and enter what the archive got since; all of it, or nothing changes.

    So no number is given twice, however old the backup is. Raises Conflict (not empty), StorageError (no whole
    backup, or of another archive), ObjectDamaged, StoreUnavailable, OSError.
    """
    saved = _saved(desk, replace)
    with desk.catalogue.write() as tx:
        rows = restore(tx, file)
        told = _catch_up(desk, tx, "archive.restored", progress)
    return Restored(rows, told, saved)


def _saved(desk: Desk, replace: bool) -> Path | None:
    """Where the catalogue that is to be replaced was saved; None when it is empty."""
    with desk.catalogue.read() as tx:
        if is_empty(tx):
            return None
    if not replace:
        raise Conflict(
            "Katalog ini sudah berisi. Hentikan layanan, lalu ulangi dengan --replace: isi yang ada disimpan dahulu "
            "sebagai cadangan, kemudian diganti."
        )
    folder = desk.data / "backups"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / f"sebelum-diganti-{desk.now().strftime('%Y%m%dT%H%M%S%fZ')}.jsonl.gz"
    back_up(desk.catalogue, file, desk.now())
    return file


def _catch_up(desk: Desk, tx: Connection, action: str, progress: Progress) -> Rebuilt:
    told = catch_up(tx, desk.store, progress)
    for id in told.entered:  # what committing them would have promised
        document = documents.get_document(tx, id)
        submission, _ = documents.get_contents(tx, id)
        if document.revision == 1:
            supersede(desk, tx, submission.replaces, document)
    after = {"revisions": told.revisions, "lost": told.lost}
    audit.record(desk, tx, "docgen", action, "", after=after)
    return told
