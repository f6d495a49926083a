"""Peer (a): a short script that fills the template with docxtpl and calls `soffice --convert-to` for each letter."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.letter import Letter
from benchmarks.timing import median, rate


def measure_script(letter: Letter, cores: int, times: int) -> dict[str, float]:
    """Seconds of one letter, warm; letters a second with one script a core, each with a profile of its own."""
    with tempfile.TemporaryDirectory(prefix="docgen-bench-") as name:
        workers = [_script(letter, Path(name) / str(index)) for index in range(cores)]
        for work in workers:
            work(0)  # the first call makes the profile
        return {
            "letter.script": median(lambda: workers[0](1), times),
            "rate.script": rate(workers, cores * max(2, times // 2)),
        }


def _script(letter: Letter, folder: Path) -> Callable[[int], None]:
    folder.mkdir()
    return partial(_make, letter, folder)


def _make(letter: Letter, folder: Path, number: int) -> None:
    source = folder / "letter.docx"
    source.write_bytes(letter.filled(number))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, source],
        check=True, capture_output=True,
    )  # fmt: skip
    source.with_suffix(".pdf").unlink()  # soffice answers 0 even when it wrote nothing: this raises then
