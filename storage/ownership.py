"""Which catalogue writes an archive: its present writer, whether another may continue, and how it takes over."""

from __future__ import annotations

import datetime as dt
import hashlib

from sqlalchemy import Connection

from storage import media_types
from storage.catalogue import Catalogue, changes, identity
from storage.errors import StorageError
from storage.keys import segment_key
from storage.objects import ObjectStore, root_of
from storage.segments import Writer, digests_of, list_parts, newest_number, read_segment, segment_bytes


def writer_of(store: ObjectStore) -> Writer | None:
    """Return the writer of the newest segment, None without segments. Raises ObjectDamaged, StoreUnavailable."""
    newest = newest_number(store)
    return read_segment(store, newest).writer if newest else None


def may_continue(tx: Connection, store: ObjectStore, writer: Writer | None) -> bool:
    """Return whether this database may go on where the last writer of an archive stopped, without anybody's decision.

    It may when the archive has no known writer; when the archive is a copy, which stands elsewhere than the writer's;
    when the database stands in the very place of the writer's, which is lost then; or is that catalogue.
    """
    this_catalogue = identity.get_identity(tx)
    if writer is None or not writer.catalogue or writer.store != identity.location_fingerprint(store.identifier()):
        return this_catalogue.writes
    return this_catalogue.writes and (
        writer.catalogue == this_catalogue.catalogue or writer.machine == identity.machine_of(tx, root_of(store))
    )


def take_over(catalogue: Catalogue, store: ObjectStore, now: dt.datetime) -> int:
    """Make this catalogue, under a new id, the writer of the archive; return how many segments no longer count.

    An archive that was brought back from an older copy gets all rows of the catalogue anew.

    Raises StorageError when the catalogue is not of this archive, ObjectExists when another one wrote meanwhile,
    StoreUnavailable.
    """
    with catalogue.write() as tx:
        last, sha256 = changes.last_segment(tx)
        newest = newest_number(store)
        if 0 < newest < last and _is_own(tx, store, newest):
            changes.reset_mirror(tx, newest, read_segment(store, newest).sha256)
            changes.note_all(tx)  # an older copy of our archive: all is told to it anew
            last, sha256 = changes.last_segment(tx)
        if (newest and not last) or (last and not _holds(store, last, sha256)):
            raise StorageError(
                "Katalog ini bukan dari arsip ini, sehingga tidak dapat mengambil alihnya. Periksa DOCGEN_STORE_URL, "
                "atau bangun katalog dari arsip itu: `docgen archive rebuild --replace --adopt`."
            )
        identity.renew_identity(tx, writes=True)
        this_catalogue, database = identity.get_identity(tx), identity.database_of(tx, root_of(store))
        writer = Writer(
            this_catalogue.catalogue,
            identity.machine_of(tx, root_of(store)),
            identity.location_fingerprint(store.identifier()),
        )
        if newest <= last:
            identity.record_database(tx, database)
            return 0
        previous = read_segment(store, newest).sha256
    data = segment_bytes(newest + 1, previous, [], now, writer, last)
    store.put(segment_key(newest + 1), data, media_types.NDJSON)
    with catalogue.write() as tx:
        changes.reset_mirror(tx, newest + 1, hashlib.sha256(data).hexdigest())
        identity.record_database(tx, database)
    return newest - last


def _is_own(tx: Connection, store: ObjectStore, number: int) -> bool:
    """Return whether this very catalogue wrote a segment."""
    return read_segment(store, number).writer.catalogue == identity.get_identity(tx).catalogue


def _holds(store: ObjectStore, number: int, sha256: str) -> bool:
    """Return whether the mirror can be gone on with from this segment: it is there, or the last of those merged."""
    part = next((part for part in list_parts(store) if part.last == number), None)
    return part is not None and digests_of(store, part)[-1] == sha256
