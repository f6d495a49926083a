"""Keep the catalogue's mirror in the object store up to date: while the service runs, and when a command ends."""

from __future__ import annotations

import datetime as dt
import logging
import time
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from storage.catalogue import Catalogue, changes
from storage.catalogue import audit as audit_log
from storage.catalogue.identity import get_identity
from storage.compaction import Merged, check_merged, merge_segments, merged_parts, remove_merged
from storage.errors import StorageError
from storage.mirror import foreign_segments, is_overtaken, write_changes
from storage.objects import ObjectStore, ReadOnlyStore
from storage.ownership import take_over
from storage.segments import Part
from wording import say

log = logging.getLogger("docgen.mirror")

LATE = dt.timedelta(minutes=10)  # a change that waits longer is reported: the service mirrors every 15 seconds
MERGED_AFTER = dt.timedelta(days=7)  # so that a backup of this week finds each segment it goes on from
REMOVED_AFTER = dt.timedelta(days=1)  # so that nobody is reading them any more
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


def merge_mirror(desk: Desk, age: dt.timedelta = MERGED_AFTER, grace: dt.timedelta = REMOVED_AFTER) -> tuple[int, int]:
    """Merge the segments that are older than `age`, and remove those that were merged longer than `grace` ago.

    Return how many objects stand for several segments since, and how many segments stay because the store locks them.
    Nothing is removed before the log names the object that stands for it. Raises ObjectDamaged, StoreUnavailable.
    """
    store, now = _archive(desk), desk.now()
    with desk.catalogue.read() as tx:
        if not get_identity(tx).writes:
            return 0, 0
        last, _ = changes.last_segment(tx)
        known = merged_in_log(tx)
        removable = merged_in_log(tx, before=now - grace)
    stay = remove_merged(store, removable)
    keys = {item.part.key for item in known}
    count = 0
    for part in merged_parts(store):
        if part.key not in keys:  # a run before this one was killed
            _record_merged(desk, check_merged(store, part))
    for merged in merge_segments(store, last, now - age):
        _record_merged(desk, merged)
        count += 1
    return count, stay


def merged_in_log(tx: Connection, before: dt.datetime | None = None) -> list[Merged]:
    """Return the objects that stand for several segments, as the log names them; those only that it named before."""
    events = audit_log.events_of(tx, [Action.MIRROR_MERGED])
    return [
        Merged(Part(event.after["first"], event.after["last"]), event.after["sha256"])
        for event in events
        if before is None or event.at < before
    ]


def _record_merged(desk: Desk, merged: Merged) -> None:
    subject = merged.part.key
    with desk.catalogue.write() as tx:
        if not audit_log.subjects_ever(tx, Action.MIRROR_MERGED, [subject]):
            after = {"first": merged.part.first, "last": merged.part.last, "sha256": merged.sha256}
            audit.record(desk, tx, "docgen", Action.MIRROR_MERGED, subject, after=after)


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
