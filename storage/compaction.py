"""Merge old segments of the mirror, so that an archive has one object for a thousand of them.

An object `_catalogue/{first}-{last}.jsonl` holds the rows as the segments `first` to `last` leave them, and the SHA-256
of each. It follows from them alone, so whoever is killed on the way, or does it beside another, writes the same bytes.
The segments are removed later, when nobody can be reading them any more; where the store locks them they stay.

Encrypted segments are not merged, nor those that another catalogue disregarded: objects before and behind them are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storage import media_types
from storage.catalogue.changes import Change
from storage.errors import ObjectDamaged, ObjectExists, StorageError
from storage.keys import CATALOGUE
from storage.objects import ObjectStore
from storage.segments import Part, Segment, digests_of, list_parts, merged_bytes, part_of, read_part
from storage.text import json_text
from wording import say

log = logging.getLogger("docgen.mirror")

MOST_SEGMENTS = 1000  # of one object
MOST_ROWS = 20_000  # of one object: a segment more may exceed it
FEWEST_SEGMENTS = 10  # before one that cannot be merged; fewer stay as they are
NEWEST = 100  # segments that are never merged, however old: where catalogues take over from each other


@dataclass(frozen=True)
class Merged:
    """An object that stands for the segments of `part`, with its own SHA-256."""

    part: Part
    sha256: str


def merge_segments(store: ObjectStore, last: int, before: dt.datetime) -> Iterator[Merged]:
    """Merge the segments up to `last` that were written before a moment; yield each object as it is written.

    What a killed run wrote already is yielded as well. Raises ObjectDamaged (a segment is, or other bytes lie where an
    object belongs), StoreUnavailable.
    """
    parts = list_parts(store)
    disregarded = _disregarded(store, parts)
    for segments in _runs(store, parts, disregarded, last - NEWEST, before):
        part = Part(segments[0].number, segments[-1].number)
        data = merged_bytes(segments, _newest_rows(segments))
        merged = Merged(part, hashlib.sha256(data).hexdigest())
        try:
            store.put(part.key, data, media_types.NDJSON)
        except ObjectExists as error:  # written by another process a moment ago
            if store.info(part.key).sha256 != merged.sha256:
                raise _damaged(part) from error
        yield merged


def merged_parts(store: ObjectStore) -> list[Part]:
    """Return the objects that stand for several segments, in order."""
    return [part for part in list_parts(store) if part.first != part.last]


def check_merged(store: ObjectStore, part: Part) -> Merged:
    """Return an object that was written before, read again and compared with those of its segments that are left.

    Raises ObjectDamaged, StoreUnavailable.
    """
    digests = digests_of(store, part)
    singles = _singles(store)
    for single in (singles[number] for number in range(part.first, part.last + 1) if number in singles):
        if store.info(single.key).sha256 != digests[single.first - part.first]:
            raise _damaged(part)
    return Merged(part, store.info(part.key).sha256)


def remove_merged(store: ObjectStore, merged: Sequence[Merged]) -> int:
    """Remove the segments that these objects stand for; return how many stay because the store does not let them go.

    Raises ObjectDamaged before anything of an object is removed that is not as it was written.
    """
    stay = 0
    singles = _singles(store)
    for item in merged:
        removable = [singles[number] for number in range(item.part.first, item.part.last + 1) if number in singles]
        if removable and hashlib.sha256(store.get(item.part.key)).hexdigest() != item.sha256:
            raise _damaged(item.part)
        for single in removable:
            try:
                store.remove(single.key)
            except StorageError as error:
                stay += 1
                log.debug("%s stays: %s", single.key, error)
    return stay


def _singles(store: ObjectStore) -> dict[int, Part]:
    """Return the segments that lie there by themselves, merged or not, by number."""
    parts = filter(None, map(part_of, store.keys(CATALOGUE)))
    return {part.first: part for part in parts if part.first == part.last}


def _disregarded(store: ObjectStore, parts: Sequence[Part]) -> set[int]:
    """Return the numbers of segments that do not count because a catalogue took over, and of those that say so."""
    numbers: set[int] = set()
    for part in parts:
        if part.first == part.last:
            segment = read_part(store, part)
            if segment.after != segment.number - 1:
                numbers |= set(range(segment.after + 1, segment.number + 1))
    return numbers


def _runs(
    store: ObjectStore, parts: Sequence[Part], disregarded: set[int], last: int, before: dt.datetime
) -> Iterator[list[Segment]]:
    """Yield consecutive segments that one object is to stand for."""
    run: list[Segment] = []
    rows = 0
    for part in parts:
        is_single = part.first == part.last
        segment = read_part(store, part) if is_single and part.last <= last else None
        if part.last > last or (segment is not None and segment.at and dt.datetime.fromisoformat(segment.at) >= before):
            return
        is_mergeable = (
            segment is not None
            and not segment.unreadable
            and segment.number not in disregarded
            and not store.info(part.key).secret
        )
        if segment is not None and is_mergeable:
            run.append(segment)
            rows += len(segment.changes)
        if run and (not is_mergeable or len(run) == MOST_SEGMENTS or rows >= MOST_ROWS):
            if len(run) >= FEWEST_SEGMENTS or (is_mergeable and len(run) > 1):
                yield run
            run, rows = [], 0


def _newest_rows(segments: Sequence[Segment]) -> list[Change]:
    """Return each row as the segments leave it, in the order in which rows changed last."""
    newest: dict[tuple[str, str], Change] = {}
    for segment in segments:
        for change in segment.changes:
            key = change.table, json_text(change.key)
            newest.pop(key, None)
            newest[key] = change
    return list(newest.values())


def _damaged(part: Part) -> ObjectDamaged:
    return ObjectDamaged(
        say(
            "{key} tidak sama dengan bagian-bagian cermin yang digabungnya; pulihkan dari cadangan arsip.", key=part.key
        )
    )
