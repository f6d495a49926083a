"""Keep the catalogue's mirror in the object store up to date: while the service runs, and when a command ends."""

from __future__ import annotations

import datetime as dt
import logging
import time
from weakref import WeakKeyDictionary

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from storage.catalogue import Catalogue, changes
from storage.catalogue.identity import get_identity
from storage.errors import StorageError
from storage.mirror import foreign_segments, is_overtaken, write_changes
from storage.objects import ObjectStore, ReadOnlyStore
from storage.ownership import take_over
from wording import say

log = logging.getLogger("docgen.mirror")

LATE = dt.timedelta(minutes=10)  # a change that waits longer is reported: the service mirrors every 15 seconds
LOG_AGAIN = 3600.0  # seconds after which the same trouble is logged again

_troubles: WeakKeyDictionary[Catalogue, tuple[str, float]] = WeakKeyDictionary()


def keep_mirror(desk: Desk) -> int:
    """Write what changed in the catalogue to the store; return how many objects were written.

    What cannot be written now is written another time; the reason is logged once and then every hour.
    """
    try:
        count = write_changes(desk.catalogue, _archive(desk), desk.now())
    except StorageError as error:
        _log_trouble(desk.catalogue, str(error))
        return 0
    if _troubles.pop(desk.catalogue, None):
        log.info("The catalogue is mirrored into the archive again")
    return count


def mirror_problems(desk: Desk) -> list[str]:
    """Return what is wrong between this catalogue and its mirror, as Indonesian sentences. Raises StoreUnavailable."""
    problems: list[str] = [
        say(
            "Cermin katalog: {key} bukan dari katalog ini; katalog lain menulisi arsip ini, dan perubahan di "
            "sini tidak tercatat. Bila katalog ini yang benar: `docgen archive adopt`.",
            key=key,
        )
        for key in foreign_segments(desk.catalogue, desk.store)
    ]
    minutes = _late_minutes(desk)
    if minutes:
        problems.append(
            say(
                "Cermin katalog tertinggal: ada perubahan yang menunggu {minutes} menit. Jalankan layanan, dan "
                "periksa catatannya tentang arsip.",
                minutes=minutes,
            )
        )
    return problems


def mirror_state(desk: Desk) -> str:
    """Return "ok", or in words without any path what hinders the mirror now. Raises StorageError."""
    with desk.catalogue.read() as tx:
        if not get_identity(tx).writes:
            return "latihan: arsip hanya dibaca"
    if is_overtaken(desk.catalogue, desk.store):
        return "katalog lain menulisi arsip ini; jalankan docgen archive verify"
    minutes = _late_minutes(desk)
    return f"tertinggal {minutes} menit; lihat catatan layanan" if minutes else "ok"


def adopt(desk: Desk) -> int:
    """Make this catalogue the only one that writes to the archive; return how many segments of others count no more.

    Raises StorageError (it is not of this archive), StoreUnavailable.
    """
    disregarded = take_over(desk.catalogue, _archive(desk), desk.now())
    with desk.catalogue.write() as tx:
        audit.record(desk, tx, "docgen", Action.ARCHIVE_ADOPTED, "", after={"segments": disregarded})
    write_changes(desk.catalogue, _archive(desk), desk.now())
    return disregarded


def _archive(desk: Desk) -> ObjectStore:
    """Return the store itself: the catalogue says whether the mirror may be written, and that may change meanwhile."""
    return desk.store.store if isinstance(desk.store, ReadOnlyStore) else desk.store


def _late_minutes(desk: Desk) -> int:
    """Return for how many minutes the oldest change waits, where that is too long; else 0."""
    with desk.catalogue.read() as tx:
        waiting = changes.oldest_wait(tx) if get_identity(tx).writes else dt.timedelta()
    return int(waiting.total_seconds() // 60) if waiting > LATE else 0


def _log_trouble(catalogue: Catalogue, trouble: str) -> None:
    last_trouble, logged_at = _troubles.get(catalogue, ("", 0.0))
    now = time.monotonic()
    if trouble != last_trouble or now - logged_at >= LOG_AGAIN:
        log.warning("The catalogue is not mirrored into the archive: %s", trouble)
        _troubles[catalogue] = trouble, now
