"""The objects of the mirror: what a segment says, how it is written and read (`storage.mirror` says what it is for)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storage.catalogue import portable
from storage.catalogue.changes import Change
from storage.errors import KeyMissing, ObjectDamaged
from storage.keys import CATALOGUE, merged_key, segment_key
from storage.objects import ObjectStore
from storage.text import split_lines
from wording import say

FORMAT = "docgen-catalogue/1"
MERGED_FORMAT = "docgen-catalogue-merged/1"


@dataclass(frozen=True)
class Writer:
    """The catalogue that wrote a segment; "" in segments from before catalogues had an identity.

    `machine` and `store` are fingerprints of where its database and its archive stood.
    """

    catalogue: str = ""
    machine: str = ""
    store: str = ""


@dataclass(frozen=True)
class Segment:
    """One object of the mirror. `after` is the number of the last segment before it that counts.

    One that stands for several, `first` to `number`, has the `previous` of the first and the `sha256` of the last.
    One that is encrypted with a key that is not here is `unreadable`: it has a number, size and SHA-256 alone.
    """

    number: int
    previous: str
    sha256: str
    size: int
    changes: Sequence[Change]
    writer: Writer = Writer()
    after: int = 0
    unreadable: bool = False
    first: int = 0
    at: str = ""


@dataclass(frozen=True)
class Part:
    """What an object of the mirror holds: one segment, or all from `first` to `last`."""

    first: int
    last: int

    @property
    def key(self) -> str:
        """Return the key of the object."""
        return segment_key(self.last) if self.first == self.last else merged_key(self.first, self.last)


def list_parts(store: ObjectStore) -> list[Part]:
    """Return the objects of the mirror in order, without segments that a merged one stands for.

    Those are removed some time after they were merged; where the store locks them they stay, and count no more.
    """
    parts: list[Part] = []
    for part in sorted(filter(None, map(part_of, store.keys(CATALOGUE))), key=lambda part: (part.first, -part.last)):
        if not parts or part.last > parts[-1].last:
            parts.append(part)
    return parts


def part_of(key: str) -> Part | None:
    """Return what the object of a key holds; None for another object under the mirror's prefix."""
    names = key.removeprefix(CATALOGUE).removesuffix(".jsonl").split("-")
    if not 1 <= len(names) <= 2 or not all(name.isdecimal() for name in names):
        return None
    part = Part(int(names[0]), int(names[-1]))
    return part if part.key == key and part.first <= part.last else None


def read_segments(store: ObjectStore, after: int = 0) -> Iterator[Segment]:
    """Yield the segments after a number, in order, merged ones as one. Raises ObjectDamaged when one is missing or out
    of sequence.
    """
    expected, previous = after + 1, ""
    for part in list_parts(store):
        if part.last <= after:
            continue
        segment = read_part(store, part)
        is_linked = not previous or segment.unreadable or segment.previous == previous
        if not part.first <= expected <= part.last or not is_linked:
            raise ObjectDamaged(
                say(
                    "Cermin katalog tidak utuh pada {key}: pulihkan berkas itu dari cadangan arsip.",
                    key=segment_key(expected),
                )
            )
        yield segment
        expected, previous = part.last + 1, segment.sha256


def read_segment(store: ObjectStore, number: int) -> Segment:
    """Return a segment that is not merged. Raises ObjectMissing, ObjectDamaged (also when it is no segment at all)."""
    return read_part(store, Part(number, number))


def read_part(store: ObjectStore, part: Part) -> Segment:
    """Return one object of the mirror. Raises ObjectMissing, ObjectDamaged (also when it is no segment at all)."""
    try:
        data = store.get(part.key)
    except KeyMissing:
        info = store.info(part.key)
        return Segment(
            part.last, "", info.sha256, info.size, (), after=part.first - 1, unreadable=True, first=part.first
        )
    try:
        head, *lines = (json.loads(line) for line in split_lines(data))
        is_merged = part.first != part.last
        if head["format"] != (MERGED_FORMAT if is_merged else FORMAT) or head["segment"] != part.last:
            raise ValueError(head)
        if is_merged and (head["first"] != part.first or len(head["segments"]) != part.last - part.first + 1):
            raise ValueError(head)
        writer = Writer(*(str(head.get(name, "")) for name in ("catalogue", "machine", "store")))
        changed_rows = [
            Change(line["table"], line["key"], line["row"], tuple(line.get("veiled", ()))) for line in lines
        ]
        sha256 = str(head["segments"][-1]) if is_merged else hashlib.sha256(data).hexdigest()
        return Segment(
            part.last,
            head["previous"],
            sha256,
            len(data),
            changed_rows,
            writer,
            after=int(head.get("after", part.first - 1)),
            first=part.first,
            at=str(head["at"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ObjectDamaged(
            say(
                "{key} bukan bagian cermin katalog yang dikenal docgen ini; pulihkan berkas itu dari cadangan "
                "arsip, atau pasang docgen yang lebih baru.",
                key=part.key,
            )
        ) from error


def has_segment(store: ObjectStore, number: int, sha256: str) -> bool:
    """Return whether the mirror has this segment, alone or merged, with this SHA-256."""
    for part in list_parts(store):
        if part.first <= number <= part.last:
            return digests_of(store, part)[number - part.first] == sha256
    return False


def digests_of(store: ObjectStore, part: Part) -> list[str]:
    """Return the SHA-256 of each segment that an object of the mirror holds. Raises ObjectMissing, ObjectDamaged."""
    if part.first == part.last:
        return [store.info(part.key).sha256]
    try:
        return [str(digest) for digest in json.loads(split_lines(store.get(part.key))[0])["segments"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ObjectDamaged(
            say("{key} tidak terbaca; pulihkan berkas itu dari cadangan arsip.", key=part.key)
        ) from error


def first_digest(store: ObjectStore) -> str:
    """Return the SHA-256 of the first segment, alone or merged; "" when there is none."""
    part = next(filter(None, map(part_of, store.keys(CATALOGUE))), None)
    return digests_of(store, part)[0] if part else ""


def newest_number(store: ObjectStore) -> int:
    """Return the number of the newest segment; 0 when there is none."""
    return max((part.last for part in filter(None, map(part_of, store.keys(CATALOGUE)))), default=0)


def segment_number(key: str) -> int:
    """Return the number of the segment of a key, of a merged one the last; 0 for another object under the prefix."""
    part = part_of(key)
    return part.last if part else 0


def is_begun(store: ObjectStore) -> bool:
    """Return whether a catalogue was ever mirrored into this store."""
    return any(segment_number(key) for key in store.keys(CATALOGUE))


def segment_bytes(
    number: int, previous: str, changed_rows: Sequence[Change], now: dt.datetime, writer: Writer, after: int
) -> bytes:
    """Return the bytes of a segment."""
    head = {"format": FORMAT, "segment": number, "previous": previous, "at": now.astimezone(dt.UTC).isoformat()}
    head |= {"catalogue": writer.catalogue, "machine": writer.machine, "store": writer.store}
    if after != number - 1:
        head["after"] = after
    return _bytes_of(head, changed_rows)


def merged_bytes(segments: Sequence[Segment], merged: Iterable[Change]) -> bytes:
    """Return the bytes of the object that stands for consecutive segments; the same segments give the same bytes."""
    first, last = segments[0], segments[-1]
    head: dict[str, Any] = {"format": MERGED_FORMAT, "first": first.number, "segment": last.number}
    head |= {"previous": first.previous, "at": last.at, "segments": [segment.sha256 for segment in segments]}
    head |= {"catalogue": last.writer.catalogue, "machine": last.writer.machine, "store": last.writer.store}
    return _bytes_of(head, merged)


def _bytes_of(head: Mapping[str, Any], changed_rows: Iterable[Change]) -> bytes:
    lines = [json.dumps(head), *map(_line_of, changed_rows)]
    return ("\n".join(lines) + "\n").encode()


def _line_of(change: Change) -> str:
    more = {"veiled": list(change.veiled)} if change.veiled else {}
    return portable.line(change.table, change.row, key=change.key, **more)
