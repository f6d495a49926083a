"""Write the tables of a run into the pages that show them, between two marks, so that no figure is typed by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.table import Figures, Work, write_table

ROOT = Path(__file__).parents[1]
README, PAGE = ROOT / "README.md", ROOT / "docs" / "figures.md"
_BEGIN, _END = "<!-- make bench ARGS=--write -->", "<!-- end -->"
_TABLE = re.compile(f"{re.escape(_BEGIN)}\n(.*?){re.escape(_END)}", re.DOTALL)


def write_pages(rows: Sequence[Work], figures: Figures, missing: Mapping[str, str], machine: str) -> None:
    """Write all rows into docs/figures.md, and those that have a goal into README.md."""
    for page, shown in ((PAGE, rows), (README, with_goals(rows))):
        table = f"{_BEGIN}\n{write_table(shown, figures, missing)}\n\n{machine}\n{_END}"
        page.write_text(_TABLE.sub(lambda _, table=table: table, page.read_text("utf-8"), count=1), "utf-8")


def with_goals(rows: Sequence[Work]) -> list[Work]:
    """Return the rows that have a goal."""
    return [row for row in rows if row.goal]


def names_in(page: Path) -> list[str]:
    """Return the names of the rows of the table in a page. Raises ValueError where the marks are missing."""
    match = _TABLE.search(page.read_text("utf-8"))
    if match is None:
        raise ValueError(f"{page} has no table between {_BEGIN} and {_END}")
    return [line.split(" | ")[0].removeprefix("| ") for line in match[1].splitlines()[2:] if line.startswith("| ")]
