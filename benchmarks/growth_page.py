"""Write the tables of docs/growth.md from what was measured: `python -m benchmarks.growth_page`.

With `--measure` all of it is measured first (about two hours on a machine that does nothing else), or one part of it:
`--measure office`.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.growth_tables import BLOCKS, Measured
from benchmarks.measured import FOLDER, read_measured

PAGE = Path(__file__).parents[1] / "docs" / "growth.md"
MEASURES: Mapping[str, Sequence[str]] = {
    "office": ("benchmarks.office_year",),
    "sqlite": ("benchmarks.million",),
    "postgres": ("benchmarks.million", "--postgres"),
    "day": ("benchmarks.day",),
    "soak": ("benchmarks.soak",),
}
_BLOCK = re.compile(r"<!-- measured: (?P<name>[a-z]+) -->\n(?P<text>.*?)<!-- end -->", re.DOTALL)
NOT_MEASURED = "Not measured yet."


def read_all(folder: Path = FOLDER) -> Measured:
    """Return all figures of a folder."""
    return Measured(**{name: read_measured(name, folder) for name in MEASURES})


def write_page(text: str, measured: Measured) -> str:
    """Return a page whose blocks say what was measured. Raises KeyError for a block that nothing fills."""

    def block(match: re.Match[str]) -> str:
        name = match["name"]
        return f"<!-- measured: {name} -->\n{BLOCKS[name](measured) or NOT_MEASURED}\n<!-- end -->"

    return _BLOCK.sub(block, text)


def blocks_of(text: str) -> list[str]:
    """Return the names of the blocks of a page."""
    return [match["name"] for match in _BLOCK.finditer(text)]


def main() -> None:
    """Measure what is asked for, and write the page."""
    parser = argparse.ArgumentParser(prog="make growth", description=__doc__)
    parser.add_argument("--measure", nargs="*", choices=MEASURES, help="measure these first; all, where none is named")
    options = parser.parse_args()
    for name in () if options.measure is None else options.measure or MEASURES:
        command = [sys.executable, "-m", *MEASURES[name], "--json", str(FOLDER / f"{name}.json")]
        print(f"{name}: {' '.join(command[1:])}", file=sys.stderr, flush=True)
        subprocess.run(command)  # a goal that is missed is written, too
    PAGE.write_text(write_page(PAGE.read_text("utf-8"), read_all()), "utf-8")


if __name__ == "__main__":
    main()
