"""The archive codes that a letter outside the SOP may be filed under (Permendagri 83/2022): a list to choose from.

It is short, for an office of any kind; a code that it lacks is written out, and another office's list is longer.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("classification.csv")


@cache
def classifications() -> Mapping[str, str]:
    """Return the titles of the codes, in the order of the codes."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {row["kode"]: row["uraian"] for row in csv.DictReader(file)}


def classification_title(code: str) -> str:
    """Return what a code stands for, else what the longest code above it does; "" where the list has neither."""
    titles = classifications()
    parts = code.split(".")
    above = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((titles[known] for known in above if known in titles), "")
