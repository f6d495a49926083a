"""Which catalogue tells an archive: who does now, whether another may go on in its place, and how it takes over."""

from __future__ import annotations

import datetime as dt
import hashlib

from sqlalchemy import Connection

from storage import media_types
from storage.catalogue import Catalogue, changes, identity
from storage.errors import ObjectMissing, StorageError
from storage.keys import segment_key
from storage.mirror import Teller, newest_number, read_segment, root_of, told
from storage.objects import ObjectStore


def teller_of(store: ObjectStore) -> Teller | None:
    """Who told the newest segment; None in an archive without any. Raises ObjectDamaged, StoreUnavailable."""
    newest = newest_number(store)
    return read_segment(store, newest).teller if newest else None


def is_heir(tx: Connection, store: ObjectStore, teller: Teller | None) -> bool:
    """Whether this database may go on where the teller of an archive left off, without being told to.

    It may when nobody it knows of told that archive; when the archive is a copy, which stands elsewhere than the
    teller's; when it stands in the very place of the teller's database, which is lost then; or is that catalogue.
    """
    own = identity.get_identity(tx)
    if teller is None or not teller.catalogue or teller.store != identity.fingerprint(store.place()):
        return own.writes
    return own.writes and (
        teller.catalogue == own.catalogue or teller.machine == identity.machine_of(tx, root_of(store))
    )


def take_over(catalogue: Catalogue, store: ObjectStore, now: dt.datetime) -> int:
    """Make this catalogue, under a new id, the one that tells the archive; returns how many segments of others are
    disregarded from now.

    Raises StorageError when the catalogue is not of this archive, ObjectExists when another one wrote meanwhile,
    StoreUnavailable.
    """
    with catalogue.write() as tx:
        last, sha256 = changes.mirrored(tx)
        newest = newest_number(store)
        if (newest and not last) or (last and not _holds(store, last, sha256)):
            raise StorageError(
                "Katalog ini bukan dari arsip ini, sehingga tidak dapat mengambil alihnya. Periksa DOCGEN_STORE_URL, "
                "atau bangun katalog dari arsip itu: `docgen archive rebuild --replace --adopt`."
            )
        identity.renew(tx, writes=True)
        own, database = identity.get_identity(tx), identity.database_of(tx, root_of(store))
        teller = Teller(own.catalogue, identity.machine_of(tx, root_of(store)), identity.fingerprint(store.place()))
        if newest <= last:
            identity.stand(tx, database)
            return 0
        previous = read_segment(store, newest).sha256
    data = told(newest + 1, previous, [], now, teller, last)
    store.put(segment_key(newest + 1), data, media_types.NDJSON)
    with catalogue.write() as tx:
        changes.reset_mirrored(tx, newest + 1, hashlib.sha256(data).hexdigest())
        identity.stand(tx, database)
    return newest - last


def _holds(store: ObjectStore, number: int, sha256: str) -> bool:
    try:
        return store.info(segment_key(number)).sha256 == sha256
    except ObjectMissing:
        return False
