"""Counts that several processes share."""

from __future__ import annotations

import multiprocessing
from contextlib import closing
from pathlib import Path

import pytest

from storage.counts import Counts
from storage.errors import StoreUnavailable


def count(path: Path, times: int) -> None:
    """Count as another process does."""
    with closing(Counts(path)) as counts:
        for _ in range(times):
            counts.add("calls", 1, 60)


def test_no_count_of_any_process_is_lost(tmp_path: Path) -> None:
    """Three processes that count at once have counted as one."""
    path = tmp_path / "counts"
    with closing(Counts(path)) as counts:
        spawn = multiprocessing.get_context("spawn")
        processes = [spawn.Process(target=count, args=(path, 500)) for _ in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(60)
        assert counts.get("calls")[0] == 1500


@pytest.mark.parametrize("name", ["counts", ""])
def test_a_count_ends_with_its_time(tmp_path: Path, name: str) -> None:
    """A count begins anew when its time is over, not with each addition; taken back it never falls below none. In
    memory as in a file.
    """
    with closing(Counts(tmp_path / name if name else None)) as counts:
        assert counts.add("calls", 1, 60) == 1
        ends_at = counts.get("calls")[1]
        assert counts.add("calls", 1, 3600) == 2
        assert counts.get("calls") == (2, ends_at)
        assert counts.add("calls", -5, 60) == 0
        assert counts.add("over", 7, 0) == 7
        assert counts.get("over")[0] == 0
        assert counts.add("over", 1, 60) == 1
        counts.remove("over")
        assert counts.get("over")[0] == 0


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file that is no database counts nothing and says so."""
    path = tmp_path / "counts"
    path.write_bytes(b"no database, but long enough to be looked at as if it were one" * 20)
    with pytest.raises(StoreUnavailable):
        Counts(path)
