"""The catalogue's mirror in the object store: numbered objects that say, in order, which rows changed into what.

    {"format": "docgen-catalogue/1", "segment": 7, "previous": sha256 of segment 6, "at": …}
    {"key": ["K-1"], "row": {…}, "table": "assets"}             the row as it is now
    {"key": ["K-2"], "row": null, "table": "assets"}            the row is gone

Objects are create-only, so what changes is told anew, and the latest wins. A segment names the SHA-256 of the one
before: none can be taken away or exchanged unseen. Together with every record.json they make the catalogue again
(`storage.rebuild`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.catalogue import Catalogue, changes, portable
from storage.catalogue.changes import Change
from storage.catalogue.tables import metadata
from storage.errors import ObjectDamaged, ObjectExists, ObjectMissing, StorageError
from storage.keys import CATALOGUE, segment_key
from storage.objects import ObjectStore

FORMAT = "docgen-catalogue/1"
_ROWS = 5000  # notes taken into one segment
_NDJSON = "application/x-ndjson"


@dataclass(frozen=True)
class Segment:
    """One object of the mirror."""

    number: int
    previous: str
    sha256: str
    size: int
    changes: Sequence[Change]


class MirrorForeign(StorageError):
    """The store holds what another catalogue told it; writing on would mix the two."""

    def __init__(self) -> None:
        super().__init__(
            "Arsip ini berisi catatan yang tidak dikenal katalog: katalognya baru, atau dipulihkan dari salinan lama. "
            "Jalankan `docgen archive rebuild --replace`, atau periksa DOCGEN_STORE_URL dan DOCGEN_DATABASE_URL."
        )


def write_changes(catalogue: Catalogue, store: ObjectStore, now: dt.datetime) -> int:
    """Write what changed since the last call as further segments; returns how many objects were written.

    Killed anywhere, the next call goes on: what is written and not struck is told again, which changes nothing.
    Several processes may call it. Raises StoreUnavailable, MirrorForeign.
    """
    written = 0
    while True:
        with catalogue.snapshot() as tx:
            last, previous = changes.mirrored(tx)
            ids, found = changes.changed(tx, _ROWS)
        if not ids:
            return written
        data = _told(last + 1, previous, found, now)
        try:
            store.put(segment_key(last + 1), data, _NDJSON)
        except ObjectExists:
            if not _adopt(catalogue, store, last):
                return written
            continue
        written += 1
        with catalogue.write() as tx:
            if changes.set_mirrored(tx, last + 1, hashlib.sha256(data).hexdigest(), after=last):
                changes.strike(tx, ids)


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
        head, *lines = (json.loads(one) for one in data.decode().splitlines())
        if head["format"] != FORMAT or head["segment"] != number:
            raise ValueError(head)
        found = [Change(one["table"], one["key"], one["row"]) for one in lines]
        return Segment(number, head["previous"], hashlib.sha256(data).hexdigest(), len(data), found)
    except (ValueError, KeyError, TypeError) as error:
        raise ObjectDamaged(
            f"{segment_key(number)} bukan bagian cermin katalog yang dikenal docgen ini; pulihkan berkas itu dari "
            "cadangan arsip, atau pasang docgen yang lebih baru."
        ) from error


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


def _told(number: int, previous: str, found: Sequence[Change], now: dt.datetime) -> bytes:
    head = {"format": FORMAT, "segment": number, "previous": previous, "at": now.astimezone(dt.UTC).isoformat()}
    lines = [json.dumps(head), *(portable.line(one.table, one.row, key=one.key) for one in found)]
    return ("\n".join(lines) + "\n").encode()


def _adopt(catalogue: Catalogue, store: ObjectStore, last: int) -> bool:
    """Go on after a segment that is there already: another process wrote it, or this one before it was killed.

    False when another process is a step further by now. Raises MirrorForeign when another catalogue wrote it.
    """
    segment = read_segment(store, last + 1)
    with catalogue.write() as tx:
        if changes.mirrored(tx)[0] != last:
            return False
        if not _ours(tx, segment):
            raise MirrorForeign
        return changes.set_mirrored(tx, segment.number, segment.sha256, after=last)


def _ours(tx: Connection, segment: Segment) -> bool:
    """Whether every line of the audit log that it tells stands in this catalogue too: whatever changes leaves one."""
    audit = metadata.tables["audit"]
    told = {one.key[0]: one.row["hash"] for one in segment.changes if one.table == "audit" and one.row}
    keys = list(told)
    for start in range(0, len(keys), 500):  # databases limit the parameters of one statement
        chunk = keys[start : start + 500]
        found = select(audit.c.sequence, audit.c.hash).where(audit.c.sequence.in_(chunk))
        if {row.sequence: row.hash for row in tx.execute(found)} != {key: told[key] for key in chunk}:
            return False
    return bool(told) or changes.mirrored(tx)[0] > 0  # without a line of the log it can only follow on one of ours
