"""The catalogue again: rebuilt from the archive alone, or restored from a backup and brought up to the archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, insert, select

from docgen.desk import audit
from docgen.desk.archive.revocations import Kept, keep_revoked
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.revisions.journal import supersede
from docgen.errors import Conflict
from storage.backup import back_up, restore
from storage.catalogue import audit as log
from storage.catalogue import documents, identity
from storage.catalogue.database import clear, migrate
from storage.catalogue.tables import audit as log_lines
from storage.catalogue.tables import tokens, users
from storage.objects import ReadOnlyStore
from storage.ownership import is_heir, teller_of
from storage.progress import Progress, no_progress
from storage.rebuild import Rebuilt, catch_up, is_empty

# What the new catalogue is to the archive: the one that tells it from now on; one that only reads it; or, when nothing
# is said, the one where the old one is lost for sure, else the other.
Standing = Literal["adopt", "read-only", ""]
_ACCOUNTS = (users, tokens)


@dataclass(frozen=True)
class Restored:
    """What was done: rows from a backup file, and what the archive told beyond it; `saved` is what was replaced.

    `kept` is what had been taken away and was not brought back. A catalogue that does not write (`writes`) leaves the
    archive as it is, now and later.
    """

    rows: int
    told: Rebuilt
    saved: Path | None
    kept: Kept = field(default_factory=Kept)
    writes: bool = True

    def to_json(self) -> dict[str, Any]:
        """As plain data, for programs."""
        plain = {"rows": self.rows, **asdict(self.told), "saved": str(self.saved) if self.saved else None}
        return plain | {"kept_revoked": self.kept.to_json(), "writes_archive": self.writes}


def rebuild(desk: Desk, *, replace: bool, standing: Standing = "", progress: Progress = no_progress) -> Restored:
    """Build the catalogue from the object store alone; all of it, or nothing changes.

    With `replace`, what is in the catalogue is saved to a backup file first, and accounts and tokens stay, which no
    archive holds. Raises Conflict (not empty), ObjectDamaged, StoreUnavailable.
    """
    saved = _saved(desk, replace)
    with desk.catalogue.write() as tx:
        writes = _writes(desk, tx, standing)
        lines: dict[int, str] = {}
        if saved:
            lines = {row.sequence: row.hash for row in tx.execute(select(log_lines.c.sequence, log_lines.c.hash))}
            accounts = [(table, [dict(row) for row in tx.execute(select(table)).mappings()]) for table in _ACCOUNTS]
            clear(tx)
            migrate(tx)
            for table, rows in accounts:
                if rows:
                    tx.execute(insert(table), rows)
        told = _catch_up(desk, tx, progress)
        kept = keep_revoked(tx, _common(tx, lines)) if saved else Kept()  # else there are no accounts at all
        _finish(desk, tx, Action.ARCHIVE_REBUILT, told, writes)
    return Restored(0, told, saved, kept, writes)


def restore_backup(
    desk: Desk,
    file: Path,
    *,
    replace: bool,
    standing: Standing = "",
    progress: Progress = no_progress,
) -> Restored:
    """Restore the catalogue from a backup, and enter what the archive got since; all of it, or nothing changes.

    So no number is given twice, however old the backup is, and what was revoked since stays revoked. Raises Conflict
    (not empty), StorageError (no whole backup, or of another archive), ObjectDamaged, StoreUnavailable, OSError.
    """
    saved = _saved(desk, replace)
    with desk.catalogue.write() as tx:
        writes = _writes(desk, tx, standing)
        rows = restore(tx, file)
        newest = log.last_event(tx)
        told = _catch_up(desk, tx, progress)
        kept = keep_revoked(tx, newest.sequence if newest else 0)
        _finish(desk, tx, Action.ARCHIVE_RESTORED, told, writes)
    return Restored(rows, told, saved, kept, writes)


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


def _writes(desk: Desk, tx: Connection, standing: Standing) -> bool:
    """Whether the catalogue that is to be made writes into the archive; asked while the old one is still there."""
    if standing:
        return standing == "adopt"
    if isinstance(desk.store, ReadOnlyStore):  # a drill stays one
        return False
    return is_heir(tx, desk.store, teller_of(desk.store))


def _catch_up(desk: Desk, tx: Connection, progress: Progress) -> Rebuilt:
    told = catch_up(tx, desk.store, progress)
    for id in told.entered:  # what committing them would have promised
        document = documents.get_document(tx, id)
        submission, _ = documents.get_contents(tx, id)
        if document.revision == 1:
            supersede(desk, tx, submission.replaces, document)
    return told


def _common(tx: Connection, lines: Mapping[int, str]) -> int:
    """The last line of the log that the catalogue had which was replaced, and that the archive tells, too."""
    here = tx.execute(select(log_lines.c.sequence, log_lines.c.hash))
    return max((row.sequence for row in here if lines.get(row.sequence) == row.hash), default=0)


def _finish(desk: Desk, tx: Connection, action: Action, told: Rebuilt, writes: bool) -> None:
    identity.renew(tx, writes=writes)
    audit.record(desk, tx, "docgen", action, "", after={"revisions": told.revisions, "lost": told.lost})
