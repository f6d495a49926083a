"""Segments of the mirror from before there were series are replayed: their keys and rows know none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from storage import media_types
from storage.catalogue import Catalogue
from storage.catalogue.changes import Change
from storage.catalogue.numbering import manual_numbers, numbers
from storage.keys import segment_key
from storage.objects import ObjectStore, open_store
from storage.replay import replay_all
from storage.segments import Writer, read_segments, segment_bytes

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
LINE = {"unit": "X", "year": 2026, "date": "2026-11-24", "title": "T", "reason": ""}


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    """An archive without a segment."""
    store = open_store((tmp_path / "objects").as_uri())
    store.prepare()
    return store


def write_segment(store: ObjectStore, *noted: Change) -> None:
    """Write the next segment, as any docgen wrote it."""
    earlier = list(read_segments(store))
    number, previous = len(earlier) + 1, earlier[-1].sha256 if earlier else ""
    data = segment_bytes(number, previous, noted, NOW, Writer(), number - 1)
    store.put(segment_key(number), data, media_types.NDJSON)


def entry(sequence: int, **more: Any) -> Change:
    """A line of the register with the key that it had."""
    row = LINE | {"sequence": sequence, "number": f"B/{sequence}", "status": "issued", "document": f"d{sequence}"}
    return Change("register_entries", ["X", 2026, sequence], row | more)


def counter(last: int) -> Change:
    """The last number given out, with the key that it had."""
    return Change("registers", ["X", 2026], {"unit": "X", "year": 2026, "last": last})


def register_of(catalogue: Catalogue) -> tuple[Sequence[tuple[int, str]], list[str], int]:
    """The numbers of the main series with their status, those between them, and the last one."""
    with catalogue.read() as tx:
        entries = numbers.list_entries(tx, "X", 2026)
        inserted = [entry.number for entry in manual_numbers.list_inserted(tx, "X", 2026)]
        last = numbers.last_sequence(tx, "X", 2026)
    assert {entry.series for entry in entries} == {"utama"}
    return [(entry.sequence, entry.status) for entry in entries], inserted, last


def replay(catalogue: Catalogue, store: ObjectStore, after: int = 0) -> None:
    with catalogue.write() as tx:
        replay_all(tx, store, after, [])


def test_earlier_segments_fill_a_new_catalogue(catalogue: Catalogue, store: ObjectStore) -> None:
    """Rows are of the main series; one that is noted again, by the earlier key or the present one, is changed."""
    inserted = LINE | {"sequence": 1, "suffix": "a", "number": "B/1a", "status": "issued"}
    write_segment(store, counter(1), entry(1), Change("inserted_numbers", ["X", 2026, 1, "a"], inserted))
    write_segment(store, counter(2), entry(2), entry(1, status="void", reason="Salah"))
    present = entry(2, status="reserved", series="utama", pattern="B/{urut}").row
    edict = entry(1, series="edaran", pattern="{urut}", document="e1").row
    write_segment(
        store,
        Change("register_entries", ["X", 2026, 2, "utama"], present),
        Change("register_entries", ["X", 2026, 1, "edaran"], edict),
        Change("registers", ["X", 2026, "utama"], {"unit": "X", "year": 2026, "series": "utama", "last": 2}),
        Change("registers", ["X", 2026, "edaran"], {"unit": "X", "year": 2026, "series": "edaran", "last": 1}),
    )
    replay(catalogue, store)
    complete = ([(1, "void"), (2, "reserved")], ["B/1a"], 2)
    assert register_of(catalogue) == complete
    with catalogue.read() as tx:
        assert [entry.document for entry in numbers.list_entries(tx, "X", 2026, "edaran")] == ["e1"]
        assert numbers.gaps(tx) == []
    replay(catalogue, store)  # once more, as after a backup that knew them
    assert register_of(catalogue) == complete


def test_an_earlier_key_deletes_the_row_of_the_main_series_only(catalogue: Catalogue, store: ObjectStore) -> None:
    """What was taken out before there were series was of the main one."""
    write_segment(store, counter(2), entry(1), entry(2))
    edict = entry(2, series="edaran", pattern="", document="e2").row
    write_segment(store, Change("register_entries", ["X", 2026, 2, "edaran"], edict))
    write_segment(store, counter(1), Change("register_entries", ["X", 2026, 2], None))
    replay(catalogue, store)
    assert register_of(catalogue) == ([(1, "issued")], [], 1)
    with catalogue.read() as tx:
        assert [entry.document for entry in numbers.list_entries(tx, "X", 2026, "edaran")] == ["e2"]
