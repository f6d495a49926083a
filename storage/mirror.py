"""The catalogue's mirror in the object store: numbered segments that list, in order, which rows changed into what.

    {"format": "docgen-catalogue/1", "segment": 7, "previous": sha256 of segment 6, "at": …, "catalogue": …, …}
    {"key": ["K-1"], "row": {…}, "table": "assets"}             the row as it is now
    {"key": ["K-2"], "row": null, "table": "assets"}            the row is gone

Objects are create-only, so a row that changes again is written again, and its last version wins. A segment names the
SHA-256 of the segment before, so that a missing or exchanged segment is noticed. Together with every record.json they
rebuild the catalogue (`storage.rebuild`).

One catalogue at a time writes an archive's mirror. Each segment names it, and where its database and the store stood;
another catalogue appends nothing before it has taken the archive over (`storage.ownership`). A segment with `after`
disregards the segments between that number and its own, because another catalogue wrote them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, select

from storage import media_types
from storage.catalogue import Catalogue, changes
from storage.catalogue.changes import Change
from storage.catalogue.identity import (
    CatalogueIdentity,
    database_of,
    get_identity,
    location_fingerprint,
    machine_of,
    record_database,
)
from storage.catalogue.rows import IDS, in_parts
from storage.catalogue.tables import metadata
from storage.catalogue.visibility.veil import veil
from storage.errors import ObjectDamaged, ObjectExists, ObjectMissing, StorageError
from storage.keys import CATALOGUE, segment_key
from storage.objects import ObjectStore, root_of
from storage.segments import Segment, Writer, read_segment, segment_bytes, segment_number

_ROWS_PER_SEGMENT = 5000


class MirrorForeign(StorageError):
    """The store holds the mirror of another catalogue; writing on would mix the two."""

    def __init__(self) -> None:
        super().__init__(
            "Arsip ini ditulisi katalog lain, atau berisi catatan yang tidak dikenal katalog ini; perubahan di sini "
            "tidak dicatat ke arsip. Periksa DOCGEN_STORE_URL dan DOCGEN_DATABASE_URL. Bila katalog ini yang benar: "
            "`docgen archive adopt`; bila arsip yang benar: `docgen archive rebuild --replace`."
        )


class CatalogueMoved(StorageError):
    """The database stands elsewhere than when it last wrote: it was moved, or it is a copy of one still in use."""

    def __init__(self) -> None:
        super().__init__(
            "Basis data ini berada di tempat lain daripada ketika terakhir menulisi arsip: dipindahkan, atau salinan "
            "dari yang masih dipakai. Bila dipindahkan: `docgen archive adopt`; bila salinan, pakailah arsip yang lain."
        )


def write_changes(catalogue: Catalogue, store: ObjectStore, now: dt.datetime) -> int:
    """Write the rows that changed since the last call as further segments; return how many segments were written.

    Where rows tell of letters that lie encrypted, all of them stand in an encrypted segment first, and then, without
    their words, in an open one: whoever has not the key reads all the rest.

    If the process is killed, the next call goes on: rows written and not struck are written again, which is harmless.
    Several processes may call it. A catalogue that only reads its archive writes nothing.
    Raises StoreUnavailable, MirrorForeign, CatalogueMoved.
    """
    segments = 0
    while True:
        with catalogue.snapshot() as tx:
            this_catalogue, database = get_identity(tx), database_of(tx, root_of(store))
            last, previous = changes.last_segment(tx)
            ids, changed_rows = changes.pending_changes(tx, _ROWS_PER_SEGMENT) if this_catalogue.writes else ([], [])
            open_rows = veil(tx, changed_rows)
            writer = _this_writer(tx, this_catalogue, store) if ids else Writer()
        if not ids:
            return segments
        _check_archive(store, this_catalogue, database, last, previous)
        number, sha256 = last, previous
        try:
            if open_rows != changed_rows:
                number, sha256 = _put_segment(store, number, sha256, changed_rows, now, writer, secret=True)
            number, sha256 = _put_segment(store, number, sha256, open_rows, now, writer, secret=False)
        except ObjectExists:
            if not _adopt(catalogue, store, last):
                return segments
            continue
        segments += number - last
        with catalogue.write() as tx:
            if changes.advance_mirror(tx, number, sha256, after=last):
                changes.strike(tx, ids)
                record_database(tx, database)


def _put_segment(
    store: ObjectStore,
    last: int,
    previous: str,
    changed_rows: Sequence[Change],
    now: dt.datetime,
    writer: Writer,
    *,
    secret: bool,
) -> tuple[int, str]:
    """Write the segment after `last` and return its number and SHA-256. Raises ObjectExists, StoreUnavailable."""
    data = segment_bytes(last + 1, previous, changed_rows, now, writer, last)
    store.put(segment_key(last + 1), data, media_types.NDJSON, secret=secret)
    return last + 1, hashlib.sha256(data).hexdigest()


def foreign_segments(catalogue: Catalogue, store: ObjectStore) -> list[str]:
    """Return keys of segments, newer than the last this catalogue knows, that another catalogue wrote.

    The list is empty for a catalogue that only reads its archive. Raises StoreUnavailable.
    """
    with catalogue.read() as tx:
        this_catalogue, (last, _) = get_identity(tx), changes.last_segment(tx)
    newer = [key for key in store.keys(CATALOGUE) if segment_number(key) > last] if this_catalogue.writes else []
    return [key for key in newer if not _is_own_segment(catalogue, store, segment_number(key))]


def is_overtaken(catalogue: Catalogue, store: ObjectStore) -> bool:
    """Return whether another catalogue writes this archive now; takes one request. Raises StoreUnavailable."""
    with catalogue.read() as tx:
        this_catalogue, (last, _) = get_identity(tx), changes.last_segment(tx)
    if not this_catalogue.writes:
        return False
    try:
        store.info(segment_key(last + 1))
    except ObjectMissing:
        return False
    return not _is_own_segment(catalogue, store, last + 1)


def _this_writer(tx: Connection, own: CatalogueIdentity, store: ObjectStore) -> Writer:
    return Writer(own.catalogue, machine_of(tx, root_of(store)), location_fingerprint(store.identifier()))


def _check_archive(
    store: ObjectStore, this_catalogue: CatalogueIdentity, database: str, last: int, previous: str
) -> None:
    """Check that this catalogue wrote this archive, and that no copy of its database writes from elsewhere."""
    if not last:
        return
    try:
        if store.info(segment_key(last)).sha256 != previous:
            raise MirrorForeign
    except ObjectMissing as error:
        raise MirrorForeign from error
    if this_catalogue.database not in ("", database):
        writer = read_segment(store, last).writer
        if writer.store in ("", location_fingerprint(store.identifier())):
            raise CatalogueMoved


def _adopt(catalogue: Catalogue, store: ObjectStore, last: int) -> bool:
    """Go on after an existing segment: another process wrote it, or this one before it was killed.

    Returns False when another process is a step further by now. Raises MirrorForeign when another catalogue wrote it.
    """
    segment = read_segment(store, last + 1)
    with catalogue.write() as tx:
        if changes.last_segment(tx)[0] != last:
            return False
        if not _wrote_segment(tx, segment):
            raise MirrorForeign
        return changes.advance_mirror(tx, segment.number, segment.sha256, after=last)


def _is_own_segment(catalogue: Catalogue, store: ObjectStore, number: int) -> bool:
    try:
        segment = read_segment(store, number)
    except ObjectMissing:
        return True  # listed a moment ago: `read_segments` finds the hole by its number
    except ObjectDamaged:
        return False
    with catalogue.read() as tx:
        return _wrote_segment(tx, segment)


def _wrote_segment(tx: Connection, segment: Segment) -> bool:
    """Return whether this catalogue wrote a segment: it has this catalogue's id, and its audit lines stand here too.

    Every change leaves an audit line, so a copy of this database would have the same id and other lines.
    """
    if segment.writer.catalogue not in ("", get_identity(tx).catalogue):
        return False
    audit = metadata.tables["audit"]
    lines = {change.key[0]: change.row["hash"] for change in segment.changes if change.table == "audit" and change.row}
    query = select(audit.c.sequence, audit.c.hash).where(audit.c.sequence.in_(IDS))
    if {row.sequence: row.hash for row in in_parts(tx, query, list(lines))} != lines:
        return False
    is_known = bool(segment.writer.catalogue) or changes.last_segment(tx)[0] > 0
    return bool(lines) or is_known  # without id and line it can only follow on one of ours
