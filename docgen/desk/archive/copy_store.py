"""Move the archive: to another store, or from one."""

from __future__ import annotations

from pathlib import Path

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.mirror import keep_mirror
from docgen.settings import Settings
from storage.copying import CopyResult, copy_archive
from storage.objects import ObjectStore, open_store
from storage.progress import Progress


def other_store(settings: Settings, address: str) -> ObjectStore:
    """Open the store at an address: a folder's path, `file:///…` or `s3://host:port/bucket`. Raises StorageError.

    What is secret is encrypted there as in this installation's own store, with the same key file.
    """
    url = address if "://" in address else Path(address).absolute().as_uri()
    keys = (settings.transfer_s3_access_key, settings.transfer_s3_secret_key)
    return open_store(url, *keys, key_file=settings.archive_key_file, sse=settings.s3_sse)


def export_archive(desk: Desk, target: ObjectStore, by: str, progress: Progress) -> CopyResult:
    """Copy the whole archive, with the catalogue's mirror up to now; again, only what is new. See `copy_archive`."""
    keep_mirror(desk)
    target.prepare()
    result = copy_archive(desk.store, target, progress)
    with desk.catalogue.write() as tx:
        after = {"objects": result.copied, "size": result.size}
        audit.record(desk, tx, by, Action.ARCHIVE_EXPORTED, "", after=after)
    return result


def import_archive(desk: Desk, source: ObjectStore, progress: Progress) -> CopyResult:
    """Copy an archive into this installation's store; its catalogue is then rebuilt from there (`rebuild`)."""
    desk.store.prepare()
    return copy_archive(source, desk.store, progress)
