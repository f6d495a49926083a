"""Record an office's day: `python -m tests.support.office_day FOLDER [--python PATH] [--short]`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tests.support.office_day.recording import record


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--python", type=click.Path(dir_okay=False, path_type=Path), default=Path(sys.executable),
              help="The Python of another checkout, .venv/bin/python there.")  # fmt: skip
@click.option("--short", is_flag=True, help="One letter instead of the day.")
def main(folder: Path, python: Path, short: bool) -> None:
    """Record the day into the empty or new FOLDER, to be compared by `diff -r` with another one's."""
    record(folder, python, short=short)


if __name__ == "__main__":
    main()
