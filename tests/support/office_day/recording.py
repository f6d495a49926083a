"""A recording: every answer of the day, and the archive after it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.support.office_day.archive import record_archive
from tests.support.office_day.day import play
from tests.support.office_day.recorder import Recorder
from tests.support.office_day.service import serve


def record(folder: Path, python: Path, *, short: bool = False) -> None:
    """Record the day, or one letter of it, of the checkout that `python` belongs to into the new or empty `folder`.

    Raises FileExistsError when the folder holds something, RuntimeError when the service does not come up.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty: a recording is compared whole.")
    answers = folder / "answers"
    answers.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="office-day-") as own:
        with serve(python.absolute(), Path(own)) as service:
            play(Recorder(service, answers), short=short)
        record_archive(Path(own) / "var" / "objects", folder / "archive")
