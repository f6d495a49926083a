"""Old segments of the mirror are merged: what is rebuilt is the same, wherever the work was cut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import compaction, media_types
from storage.catalogue import Catalogue
from storage.catalogue.changes import Change
from storage.compaction import merge_segments, merged_parts, remove_merged
from storage.errors import ObjectDamaged, StorageError, StoreUnavailable
from storage.keys import segment_key
from storage.objects import ObjectStore, open_store
from storage.replay import replay_all
from storage.segments import Part, Writer, has_segment, is_begun, list_parts, read_segments, segment_bytes
from tests.support.office.restoring import rows_of

DAY = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
LATER = DAY + dt.timedelta(days=60)


class Killed(Exception):
    """The process ends here."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Merge few segments at once."""
    monkeypatch.setattr(compaction, "MOST_SEGMENTS", 10)
    monkeypatch.setattr(compaction, "FEWEST_SEGMENTS", 3)
    monkeypatch.setattr(compaction, "NEWEST", 5)


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    """An archive of 47 segments, a day each: phrases come, change and go, and come again."""
    store = open_store((tmp_path / "objects").as_uri())
    store.prepare()
    for number in range(1, 48):
        again = None if number % 3 else f"again {number}"
        add_segment(store, phrase(number % 13, f"{number}"), phrase(number % 7, again))
    return store


def phrase(id: int, content: str | None) -> Change:
    """A phrase as it is now; None when it is gone."""
    row = {"id": f"{id}", "title": f"Kalimat {id}", "kind": "", "text": content}
    return Change("phrases", [f"{id}"], row if content is not None else None)


def add_segment(store: ObjectStore, *changes: Change, after: int | None = None) -> None:
    """Write the next segment."""
    earlier = list(read_segments(store))
    number, previous = (earlier[-1].number + 1, earlier[-1].sha256) if earlier else (1, "")
    at = DAY + dt.timedelta(days=number)
    data = segment_bytes(number, previous, changes, at, Writer("K"), number - 1 if after is None else after)
    store.put(segment_key(number), data, media_types.NDJSON)


def rebuilt(store: ObjectStore, tmp_path: Path, name: str) -> list[object]:
    """The phrases of a catalogue that was rebuilt."""
    catalogue = Catalogue(f"sqlite:///{tmp_path / name}.sqlite")
    try:
        catalogue.upgrade()
        with catalogue.write() as tx:
            replay_all(tx, store, 0, [])
        return [dict(row) for row in rows_of(catalogue)["phrases"]]
    finally:
        catalogue.close()


def merge_all(store: ObjectStore) -> list[str]:
    """Merge what is old enough; return the keys of the objects."""
    merged = list(merge_segments(store, 47, LATER))
    remove_merged(store, merged)
    return [item.part.key for item in merged]


def test_a_merged_mirror_rebuilds_the_same(store: ObjectStore, tmp_path: Path) -> None:
    """Four objects stand for forty segments, the newest stay, and a rebuild gives each row as before."""
    expected = rebuilt(store, tmp_path, "before")
    digests = {segment.number: segment.sha256 for segment in read_segments(store)}
    assert merge_all(store) == [part.key for part in merged_parts(store)]
    assert [(part.first, part.last) for part in list_parts(store)] == [
        (1, 10), (11, 20), (21, 30), (31, 40), *((number, number) for number in range(41, 48)),
    ]  # fmt: skip
    assert rebuilt(store, tmp_path, "after") == expected
    assert is_begun(store)
    assert all(has_segment(store, number, sha256) for number, sha256 in digests.items())
    assert not has_segment(store, 7, digests[8])
    assert merge_all(store) == []


@pytest.mark.parametrize("known", [1, 9, 10, 15, 40, 44])
def test_a_backup_goes_on_from_any_segment(store: ObjectStore, tmp_path: Path, known: int) -> None:
    """A catalogue that knows some segments, also the first of those that are merged since, comes to the same state."""
    expected = rebuilt(store, tmp_path, "whole")
    catalogue = Catalogue(f"sqlite:///{tmp_path / 'backup'}.sqlite")
    try:
        catalogue.upgrade()
        early = open_store((tmp_path / "early").as_uri())
        early.prepare()
        for number in range(1, known + 1):
            early.put(segment_key(number), store.get(segment_key(number)), media_types.NDJSON)
        with catalogue.write() as tx:
            replay_all(tx, early, 0, [])
        merge_all(store)
        with catalogue.write() as tx:
            replay_all(tx, store, known, [])
        assert [dict(row) for row in rows_of(catalogue)["phrases"]] == expected
    finally:
        catalogue.close()


@pytest.mark.parametrize("step", range(0, 50, 7))
def test_a_killed_merge_is_finished_by_the_next(store: ObjectStore, tmp_path: Path, step: int) -> None:
    """Cut before any write or removal, the mirror rebuilds the same, then and when the next run is through."""
    expected = rebuilt(store, tmp_path, "before")
    whole = open_store((tmp_path / "whole").as_uri())
    whole.prepare()
    for key in store.keys():  # noqa: SIM118
        whole.put(key, store.get(key), media_types.NDJSON)
    merge_all(whole)
    calls = iter(range(1000))

    def dying(call: Callable[..., object]) -> Callable[..., object]:
        def counted(*args: object, **more: object) -> object:
            if next(calls) == step:
                raise Killed
            return call(*args, **more)

        return counted

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "put", dying(store.put))
        patch.setattr(store, "remove", dying(store.remove))
        if step < 44:
            with pytest.raises(Killed):
                merge_all(store)
        else:
            merge_all(store)
    assert rebuilt(store, tmp_path, "killed") == expected
    remove_merged(store, [compaction.check_merged(store, part) for part in merged_parts(store)])
    merge_all(store)
    assert {key: store.get(key) for key in store.keys()} == {key: whole.get(key) for key in whole.keys()}  # noqa: SIM118
    assert rebuilt(store, tmp_path, "finished") == expected


def test_what_another_catalogue_disregards_is_never_merged(store: ObjectStore, tmp_path: Path) -> None:
    """A take-over and what it disregards stay as they are, so that a rebuild still leaves them out."""
    add_segment(store, phrase(3, "of the other one"), after=33)
    for number in range(20):
        add_segment(store, phrase(number, f"of the new one {number}"))
    expected = rebuilt(store, tmp_path, "before")
    merged = list(merge_segments(store, 68, LATER + dt.timedelta(days=30)))
    remove_merged(store, merged)
    assert [(item.part.first, item.part.last) for item in merged] == [(1, 10), (11, 20), (21, 30), (31, 33), (49, 58)]
    assert rebuilt(store, tmp_path, "after") == expected


def test_segments_that_are_locked_stay_and_count_no_more(store: ObjectStore, tmp_path: Path) -> None:
    """A store that lets nothing go has both; what is read is the same, and nothing is merged twice."""
    expected = rebuilt(store, tmp_path, "before")

    def locked(_key: str) -> None:
        raise StoreUnavailable("locked")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "remove", locked)
        merged = list(merge_segments(store, 47, LATER))
        assert remove_merged(store, merged) == 40
    assert len(list_parts(store)) == 11
    assert rebuilt(store, tmp_path, "after") == expected
    assert list(merge_segments(store, 47, LATER)) == []


def test_a_merged_object_that_was_changed_removes_nothing(store: ObjectStore) -> None:
    """Its SHA-256 is compared before the segments go; another object in its place is damage."""
    merged = list(merge_segments(store, 47, LATER))
    store.remove(merged[0].part.key)
    store.put(merged[0].part.key, b"{}\n", media_types.NDJSON)
    with pytest.raises(ObjectDamaged):
        remove_merged(store, merged)
    assert all(store.info(segment_key(number)) for number in range(1, 48))
    with pytest.raises(ObjectDamaged):
        compaction.check_merged(store, Part(1, 10))
    with pytest.raises(StorageError):
        list(read_segments(store))
