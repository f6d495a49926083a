"""The drivers of an office day and of a soak: what they count, and what they call growth. No time is judged."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest

from benchmarks.caller import CallFailed
from benchmarks.day_calls import CALLS, DAY, PAGES, WRITES
from benchmarks.open_loop import Sort, drive
from benchmarks.samples import Sample, role_of, slope, slopes

TURNS = 30


class Turns:
    """Lets a loop go on so many times."""

    def __init__(self, turns: int) -> None:
        self.left = turns

    def go_on(self) -> bool:
        """Return whether there are turns left."""
        self.left -= 1
        return self.left > 0


def test_a_day_is_mixed_as_an_office_is() -> None:
    """70 % are reading, 15 % previews, 10 % letters, 5 % bundles."""
    assert sum(sort.share for sort in (*PAGES, *CALLS)) == 70
    assert {sort.name: sort.share for sort in WRITES} == {"preview": 15, "letter": 10, "bundle": 5}
    assert {sort.name for sort in DAY} == {sort.name for sort in (*PAGES, *CALLS, *WRITES)}


def test_a_call_that_waits_for_another_counts_its_wait() -> None:
    """One client is held up by its first call; what came due meanwhile took at least as long as what was left of it."""
    is_free, calls = threading.Event(), iter(range(1000))

    def call(_: str) -> None:
        if next(calls) == 0:
            threading.Timer(0.2, is_free.set).start()
            is_free.wait(5)

    times = drive([Sort("call", 1, call)], ["client"], 1000, Turns(TURNS).go_on, random.Random(1))["call"]
    assert times.count > 1
    assert times.failed == 0
    assert max(times.seconds[1:]) > times.seconds[0] / 2


def test_what_fails_is_counted_by_its_message_and_has_no_time() -> None:
    """A failure neither ends the run nor flatters its times."""

    def call(_: str) -> None:
        raise CallFailed("503 busy")

    times = drive([Sort("call", 1, call)], ["client"], 1000, Turns(TURNS).go_on, random.Random(1))["call"]
    assert times.summary() == {"answered": 0, "failed": times.count, "errors": {"503 busy": times.count}}
    assert times.count > 0


def test_peaks_do_not_make_a_slope_and_a_leak_does() -> None:
    """Half an hour of 200 MB with noise and peaks is flat; 40 MB an hour more is seen and measured."""
    chance = random.Random(7)
    times = [second / 3600 for second in range(0, 1800, 10)]
    flat = [200 + chance.uniform(-4, 4) + (300 if chance.random() < 0.1 else 0) for _ in times]
    leak = [value + 40 * time for time, value in zip(times, flat, strict=True)]
    assert slope(list(zip(times, flat, strict=True))).is_flat
    growing = slope(list(zip(times, leak, strict=True)))
    assert not growing.is_flat
    assert growing.least < 40 < growing.most
    assert 25 < growing.an_hour < 55


def test_the_warm_up_is_no_growth() -> None:
    """What a role takes in the first part of a run, and then holds, is flat; a role that is gone counts as nothing."""
    samples = [Sample(10.0 * n, {"web": {"MB": min(100.0 + 20 * n, 300.0)}}) for n in range(60)]
    grown = slopes(samples)
    assert grown["web"]["MB"].is_flat
    assert grown["web"]["MB"].amount == 300.0
    assert slopes(samples[:3]) == {}


@pytest.mark.parametrize(
    ("comm", "command", "role"),
    [
        ("soffice.bin", "/usr/lib/libreoffice/program/soffice.bin", "libreoffice"),
        ("python3", "/usr/bin/python3 /x/docgen/libreoffice/helper.py", "helper"),
        ("python", "python -P -m web.process web-2 /tmp/f 7 3", "web"),
        ("python", "python -P -m web.process background /tmp/f 7", "background"),
        ("docgen", "python /x/.venv/bin/docgen serve --role worker", "worker"),
        ("docgen", "python /x/.venv/bin/docgen serve", "service"),
        ("python", "python -m docgen.foreign.child", "child"),
    ],
)
def test_processes_are_told_apart_by_their_role(tmp_path: Path, comm: str, command: str, role: str) -> None:
    """Several of one role count together."""
    (tmp_path / "comm").write_text(f"{comm}\n")
    (tmp_path / "cmdline").write_bytes(command.replace(" ", "\0").encode() + b"\0")
    assert role_of(tmp_path) == role
