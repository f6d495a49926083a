"""docs/growth.md: its tables say what was measured, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.growth_page import PAGE, blocks_of, read_all, write_page
from benchmarks.growth_tables import BLOCKS, Measured, day, letter, machines, million, scales, soak
from benchmarks.words import count, hours, size

TABLE = {"rows": 40, "bytes": 60_000, "index": 40_000}
COMMANDS = {"seconds": 2.0, "processor": 1.0, "peak": 80.0}
OFFICE: dict[str, Any] = {
    "letters": 10,
    "tables": {"documents": TABLE},
    "objects": {"objects": 30, "bytes": 1_000_000, "on_disk": 1_200_000, "inodes": 90,
                "sorts": {"pdf": {"objects": 10, "bytes": 900_000}}},
    "commands": {"verify": COMMANDS, "rebuild": COMMANDS, "backup": {**COMMANDS, "bytes": 5_000}},
}  # fmt: skip
LOOK = {"p50": 2.0, "p95": 150.0, "p99": 190.0, "processor": 1.0, "bytes": 9, "goal": "p95 ≤ 100 ms", "reached": False}
LARGE = {
    "machine": "m",
    "database": "SQLite",
    "documents": 100,
    "looks": {"home": LOOK},
    "tables": {"documents": TABLE},
}
TIMES = {"answered": 50, "failed": 1, "p50": 10.0, "p95": 20.0, "p99": 30.0, "max": 40.0, "errors": {}}
DAY = {
    "machine": "m", "plan": {"seconds": 60, "days": 2, "rate": 4.0, "batch": 20}, "day": {"home": TIMES}, "rate": 3.9,
    "night": {"home": TIMES}, "batches": {"seconds": [2.0], "failed": []}, "processor_seconds": {"python": 5.0},
    "slopes": {"web": {unit: {"amount": 100.0, "an_hour": 9.0, "least": 1.0, "most": 20.0, "is_flat": unit != "MB"}
                       for unit in ("MB", "files", "threads", "connections")}},
}  # fmt: skip
STARTED = {**OFFICE, "letters": 0, "commands": {name: {"seconds": 1.0} for name in OFFICE["commands"]}}
MEASURED = Measured({"machine": "m", "offices": [STARTED, OFFICE]}, LARGE, None, DAY, DAY)


def test_the_page_says_what_was_measured() -> None:
    """Its tables are those that the committed figures make: a figure that was typed by hand is found."""
    text = PAGE.read_text("utf-8")
    assert write_page(text, read_all()) == text
    assert sorted(blocks_of(text)) == sorted(BLOCKS)


def test_what_a_letter_leaves_is_multiplied() -> None:
    """514 regencies of 30 offices of 100,000 letters are 1.54 billion; bytes and objects go along, and the hours of
    commands."""
    rows = {line.split(" | ")[0]: line for line in scales(MEASURED).splitlines()}
    assert rows["| letters"] == "| letters | 10,000 | 100,000 | 3,000,000 | 1,542,000,000 |"
    assert rows["| objects"] == "| objects | 30,000 | 300,000 | 9 million | 4.63 billion |"
    assert rows["| bytes of objects"] == "| bytes of objects | 1 GB | 10 GB | 300 GB | 154 TB |"
    assert rows["| catalogue, SQLite"] == "| catalogue, SQLite | 10 MB | 100 MB | 3 GB | 1.54 TB |"
    assert rows["| `archive verify`, one process"].startswith("| `archive verify`, one process | 33.3 min | 5.56 h |")
    assert "| bytes of the catalogue, SQLite | 1 KB, 40% of it indices |" in letter(MEASURED)


def test_a_goal_that_is_missed_and_what_grows_are_seen() -> None:
    """Neither is smoothed away, nor are calls that failed."""
    assert "| home | p95 ≤ 100 ms | 150 ms (p50 2) **missed** |" in million(MEASURED)
    assert "| web | 100, +9.0/h **grows** | 100, +9.0/h flat |" in soak(MEASURED)
    assert "2 calls failed" in soak(MEASURED)
    assert "| home | 50 | 1 | 10 ms | 20 ms | 30 ms |" in day(MEASURED)


def test_cores_follow_from_the_processor_time_of_a_call() -> None:
    """An office's 417 calls a day, a fifth of them in an hour, of 50 ms each on cores that are half used."""
    assert "| calls a second in the busiest hour | 0.02 | 0.69 | 356.94 |" in machines(MEASURED)
    assert "| cores for it | 0.00 | 0.07 | 35.69 |" in machines(MEASURED)


def test_what_was_not_measured_says_so() -> None:
    """A block without figures is no empty table."""
    text = write_page("<!-- measured: day -->\n<!-- end -->", Measured(None, None, None, None, None))
    assert text == "<!-- measured: day -->\nNot measured yet.\n<!-- end -->"


@pytest.mark.parametrize(
    ("words", "expected"),
    [(size(999), "999 bytes"), (size(18_600), "18.6 KB"), (size(1.54e14), "154 TB"), (count(1_542), "1,542"),
     (hours(90), "90 s"), (hours(3_600), "60 min"), (hours(9_000), "2.5 h"), (hours(864_000), "10 days")],
)  # fmt: skip
def test_amounts_are_in_words(words: str, expected: str) -> None:
    """Three digits and a unit."""
    assert words == expected
