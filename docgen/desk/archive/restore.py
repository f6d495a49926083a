"""Make the catalogue anew: from the archive alone, or from a backup and what the archive got since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, insert, select

from docgen.desk import audit
from docgen.desk.archive.revocations import StillRevoked, revoke_again
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.revisions.journal import supersede
from docgen.errors import Conflict
from storage.backup import back_up, restore
from storage.catalogue import audit as log
from storage.catalogue import documents, identity
from storage.catalogue.database import clear, migrate
from storage.catalogue.tables import audit as log_lines
from storage.catalogue.tables import authenticators, passkeys, recovery_codes, tokens, users
from storage.objects import ReadOnlyStore
from storage.ownership import may_continue, writer_of
from storage.progress import Progress, no_progress
from storage.rebuild import RebuildResult, catch_up, is_empty

# Whether the new catalogue writes to the archive from now on ("adopt") or only reads it; "": it writes where the old
# catalogue is lost for sure.
Standing = Literal["adopt", "read-only", ""]
_ACCOUNTS = (users, tokens, authenticators, recovery_codes, passkeys)


@dataclass(frozen=True)
class Restored:
    """The result: rows of a backup file, and what the archive held beyond it; `saved` is a backup of the old one.

    `revoked` is what stays revoked. A catalogue that does not write (`writes`) leaves the archive as it is, now and
    later.
    """

    rows: int
    archive: RebuildResult
    saved: Path | None
    revoked: StillRevoked = field(default_factory=StillRevoked)
    writes: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return plain data, for programs."""
        counts = {"rows": self.rows, **asdict(self.archive), "saved": str(self.saved) if self.saved else None}
        return counts | {"kept_revoked": self.revoked.to_json(), "writes_archive": self.writes}


def rebuild(desk: Desk, *, replace: bool, standing: Standing = "", progress: Progress = no_progress) -> Restored:
    """Build the catalogue from the object store alone; all of it, or nothing changes.

    With `replace`, what is in the catalogue is saved to a backup file first, and accounts and tokens stay, which no
    archive holds. Raises Conflict (not empty), ObjectDamaged, StoreUnavailable.
    """
    saved = _back_up(desk, replace)
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
        archive = _catch_up(desk, tx, progress)
        revoked = (
            revoke_again(tx, _last_common_line(tx, lines)) if saved else StillRevoked()
        )  # else there are no accounts at all
        _finish(desk, tx, Action.ARCHIVE_REBUILT, archive, writes)
    return Restored(0, archive, saved, revoked, writes)


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
    saved = _back_up(desk, replace)
    with desk.catalogue.write() as tx:
        writes = _writes(desk, tx, standing)
        rows = restore(tx, file)
        newest = log.last_event(tx)
        archive = _catch_up(desk, tx, progress)
        revoked = revoke_again(tx, newest.sequence if newest else 0)
        _finish(desk, tx, Action.ARCHIVE_RESTORED, archive, writes)
    return Restored(rows, archive, saved, revoked, writes)


def _back_up(desk: Desk, replace: bool) -> Path | None:
    """Back up the catalogue that is to be replaced and return where; None when it is empty. Raises Conflict."""
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
    """Return whether the new catalogue may write to the archive; to be called while the old one is still there."""
    if standing:
        return standing == "adopt"
    if isinstance(desk.store, ReadOnlyStore):  # a drill stays one
        return False
    return may_continue(tx, desk.store, writer_of(desk.store))


def _catch_up(desk: Desk, tx: Connection, progress: Progress) -> RebuildResult:
    archive = catch_up(tx, desk.store, progress)
    for id in archive.entered:  # what committing them would have promised
        document = documents.get_document(tx, id)
        submission, _ = documents.get_contents(tx, id)
        if document.revision == 1:
            supersede(desk, tx, submission.replaces, document)
    return archive


def _last_common_line(tx: Connection, lines: Mapping[int, str]) -> int:
    """Return the last line of the log that both the replaced catalogue and the archive have; 0 without any."""
    rows = tx.execute(select(log_lines.c.sequence, log_lines.c.hash))
    return max((row.sequence for row in rows if lines.get(row.sequence) == row.hash), default=0)


def _finish(desk: Desk, tx: Connection, action: Action, archive: RebuildResult, writes: bool) -> None:
    identity.renew_identity(tx, writes=writes)
    audit.record(desk, tx, "docgen", action, "", after={"revisions": archive.revisions, "lost": archive.lost})
