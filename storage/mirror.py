"""The catalogue's mirror in the object store: numbered objects that say, in order, which rows changed into what.

    {"format": "docgen-catalogue/1", "segment": 7, "previous": sha256 of segment 6, "at": …, "catalogue": …, …}
    {"key": ["K-1"], "row": {…}, "table": "assets"}             the row as it is now
    {"key": ["K-2"], "row": null, "table": "assets"}            the row is gone

Objects are create-only, so what changes is told anew, and the latest wins. A segment names the SHA-256 of the one
before: none can be taken away or exchanged unseen. Together with every record.json they make the catalogue again
(`storage.rebuild`).

One catalogue at a time tells an archive. Each segment names it, and where its database and the store stood; another one
appends nothing before it has taken the archive over (`storage.ownership`). A segment that says `after` disregards those
between that number and its own: another catalogue told them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from storage import media_types
from storage.catalogue import Catalogue, changes, portable
from storage.catalogue.changes import Change
from storage.catalogue.identity import Identity, database_of, fingerprint, get_identity, machine_of, stand
from storage.catalogue.tables import metadata
from storage.errors import ObjectDamaged, ObjectExists, ObjectMissing, StorageError
from storage.keys import CATALOGUE, segment_key
from storage.objects import FolderStore, ObjectStore
from storage.text import split_lines

FORMAT = "docgen-catalogue/1"
_ROWS = 5000  # notes taken into one segment


@dataclass(frozen=True)
class Teller:
    """The catalogue that told a segment; "" in what was written before catalogues had an identity.

    `machine` and `store` are fingerprints of where its database and its archive stood.
    """

    catalogue: str = ""
    machine: str = ""
    store: str = ""


@dataclass(frozen=True)
class Segment:
    """One object of the mirror. `after` is the number of the last segment before it that counts."""

    number: int
    previous: str
    sha256: str
    size: int
    changes: Sequence[Change]
    teller: Teller = Teller()
    after: int = 0


class MirrorForeign(StorageError):
    """The store holds what another catalogue told it; writing on would mix the two."""

    def __init__(self) -> None:
        super().__init__(
            "Arsip ini ditulisi katalog lain, atau berisi catatan yang tidak dikenal katalog ini; perubahan di sini "
            "tidak dicatat ke arsip. Periksa DOCGEN_STORE_URL dan DOCGEN_DATABASE_URL. Bila katalog ini yang benar: "
            "`docgen archive adopt`; bila arsip yang benar: `docgen archive rebuild --replace`."
        )


class CatalogueMoved(StorageError):
    """The database stands elsewhere than when it last wrote: it was moved, or it is a copy and the other one lives."""

    def __init__(self) -> None:
        super().__init__(
            "Basis data ini berada di tempat lain daripada ketika terakhir menulisi arsip: dipindahkan, atau salinan "
            "dari yang masih dipakai. Bila dipindahkan: `docgen archive adopt`; bila salinan, pakailah arsip yang lain."
        )


def write_changes(catalogue: Catalogue, store: ObjectStore, now: dt.datetime) -> int:
    """Write what changed since the last call as further segments; returns how many objects were written.

    Killed anywhere, the next call goes on: what is written and not struck is told again, which changes nothing.
    Several processes may call it. A catalogue that only reads its archive writes nothing.
    Raises StoreUnavailable, MirrorForeign, CatalogueMoved.
    """
    written = 0
    while True:
        with catalogue.snapshot() as tx:
            own, database = get_identity(tx), database_of(tx, root_of(store))
            last, previous = changes.mirrored(tx)
            ids, found = changes.changed(tx, _ROWS) if own.writes else ([], [])
            teller = _teller(tx, own, store) if ids else Teller()
        if not ids:
            return written
        _check_place(store, own, database, last, previous)
        data = told(last + 1, previous, found, now, teller, last)
        try:
            store.put(segment_key(last + 1), data, media_types.NDJSON)
        except ObjectExists:
            if not _adopt(catalogue, store, last):
                return written
            continue
        written += 1
        with catalogue.write() as tx:
            if changes.set_mirrored(tx, last + 1, hashlib.sha256(data).hexdigest(), after=last):
                changes.strike(tx, ids)
                stand(tx, database)


def read_segments(store: ObjectStore, after: int = 0) -> Iterator[Segment]:
    """The segments after a number, in order. Raises ObjectDamaged when one is gone or does not follow on the other."""
    expected, previous = after + 1, ""
    for key in store.keys(CATALOGUE):
        number = number_of(key)
        if number <= after:
            continue
        segment = read_segment(store, number)
        if number != expected or (previous and segment.previous != previous):
            raise ObjectDamaged(
                f"Cermin katalog tidak utuh pada {segment_key(expected)}: pulihkan berkas itu dari cadangan arsip."
            )
        yield segment
        expected, previous = number + 1, segment.sha256


def read_segment(store: ObjectStore, number: int) -> Segment:
    """One segment. Raises ObjectMissing, ObjectDamaged (also when it is no segment at all)."""
    data = store.get(segment_key(number))
    try:
        head, *lines = (json.loads(one) for one in split_lines(data))
        if head["format"] != FORMAT or head["segment"] != number:
            raise ValueError(head)
        teller = Teller(*(str(head.get(name, "")) for name in ("catalogue", "machine", "store")))
        found = [Change(one["table"], one["key"], one["row"]) for one in lines]
        seal, after = hashlib.sha256(data).hexdigest(), int(head.get("after", number - 1))
        return Segment(number, head["previous"], seal, len(data), found, teller, after)
    except (ValueError, KeyError, TypeError) as error:
        raise ObjectDamaged(
            f"{segment_key(number)} bukan bagian cermin katalog yang dikenal docgen ini; pulihkan berkas itu dari "
            "cadangan arsip, atau pasang docgen yang lebih baru."
        ) from error


def newest_number(store: ObjectStore) -> int:
    """The number of the newest segment; 0 when there is none."""
    return max((number_of(key) for key in store.keys(CATALOGUE)), default=0)


def strange_segments(catalogue: Catalogue, store: ObjectStore) -> list[str]:
    """Keys of segments, newer than the last one this catalogue knows, that it did not write.

    Of a catalogue that only reads its archive, none is strange. Raises StoreUnavailable.
    """
    with catalogue.read() as tx:
        own, (last, _) = get_identity(tx), changes.mirrored(tx)
    newer = [key for key in store.keys(CATALOGUE) if number_of(key) > last] if own.writes else []
    return [key for key in newer if not _is_ours(catalogue, store, number_of(key))]


def is_overtaken(catalogue: Catalogue, store: ObjectStore) -> bool:
    """Whether another catalogue tells this one's archive now; one question to the store. Raises StoreUnavailable."""
    with catalogue.read() as tx:
        own, (last, _) = get_identity(tx), changes.mirrored(tx)
    if not own.writes:
        return False
    try:
        store.info(segment_key(last + 1))
    except ObjectMissing:
        return False
    return not _is_ours(catalogue, store, last + 1)


def number_of(key: str) -> int:
    """The number of a segment's key; 0 for another object under the mirror's prefix."""
    number = key.removeprefix(CATALOGUE).removesuffix(".jsonl")
    return int(number) if number.isdecimal() and segment_key(int(number)) == key else 0


def is_begun(store: ObjectStore) -> bool:
    """Whether a catalogue was ever mirrored into this store."""
    try:
        store.info(segment_key(1))
    except ObjectMissing:
        return False
    return True


def told(number: int, previous: str, found: Sequence[Change], now: dt.datetime, teller: Teller, after: int) -> bytes:
    """The bytes of a segment."""
    head = {"format": FORMAT, "segment": number, "previous": previous, "at": now.astimezone(dt.UTC).isoformat()}
    head |= {"catalogue": teller.catalogue, "machine": teller.machine, "store": teller.store}
    if after != number - 1:
        head["after"] = after
    lines = [json.dumps(head), *(portable.line(one.table, one.row, key=one.key) for one in found)]
    return ("\n".join(lines) + "\n").encode()


def root_of(store: ObjectStore) -> Path | None:
    """The folder of a store that is one."""
    return store.root if isinstance(store, FolderStore) else None


def _teller(tx: Connection, own: Identity, store: ObjectStore) -> Teller:
    return Teller(own.catalogue, machine_of(tx, root_of(store)), fingerprint(store.place()))


def _check_place(store: ObjectStore, own: Identity, database: str, last: int, previous: str) -> None:
    """That the archive is the one this catalogue wrote into, and no copy of its database writes from elsewhere."""
    if not last:
        return
    try:
        if store.info(segment_key(last)).sha256 != previous:
            raise MirrorForeign
    except ObjectMissing as error:
        raise MirrorForeign from error
    if own.database not in ("", database):
        teller = read_segment(store, last).teller
        if teller.store in ("", fingerprint(store.place())):
            raise CatalogueMoved


def _adopt(catalogue: Catalogue, store: ObjectStore, last: int) -> bool:
    """Go on after a segment that is there already: another process wrote it, or this one before it was killed.

    False when another process is a step further by now. Raises MirrorForeign when another catalogue wrote it.
    """
    segment = read_segment(store, last + 1)
    with catalogue.write() as tx:
        if changes.mirrored(tx)[0] != last:
            return False
        if not _tells_ours(tx, segment):
            raise MirrorForeign
        return changes.set_mirrored(tx, segment.number, segment.sha256, after=last)


def _is_ours(catalogue: Catalogue, store: ObjectStore, number: int) -> bool:
    try:
        segment = read_segment(store, number)
    except ObjectMissing:
        return True  # it was listed a moment ago: the hole is found by its number
    except ObjectDamaged:
        return False
    with catalogue.read() as tx:
        return _tells_ours(tx, segment)


def _tells_ours(tx: Connection, segment: Segment) -> bool:
    """Whether this catalogue wrote a segment: it bears its id, and every line of the audit log that it tells stands
    here, too. Whatever changes leaves a line; a copy of this database would have the same id and other lines."""
    if segment.teller.catalogue not in ("", get_identity(tx).catalogue):
        return False
    audit = metadata.tables["audit"]
    lines = {one.key[0]: one.row["hash"] for one in segment.changes if one.table == "audit" and one.row}
    keys = list(lines)
    for start in range(0, len(keys), 500):  # databases limit the parameters of one statement
        chunk = keys[start : start + 500]
        found = select(audit.c.sequence, audit.c.hash).where(audit.c.sequence.in_(chunk))
        if {row.sequence: row.hash for row in tx.execute(found)} != {key: lines[key] for key in chunk}:
            return False
    known = bool(segment.teller.catalogue) or changes.mirrored(tx)[0] > 0
    return bool(lines) or known  # without id and line it can only follow on one of ours
