"""docgen's own pipeline, without the service: one letter from values to stamped PDF/A."""

from __future__ import annotations

import tempfile
from itertools import count
from pathlib import Path

from benchmarks.letter import Letter
from benchmarks.timing import median
from docgen.libreoffice import start_converter


def measure_single(letter: Letter, times: int) -> dict[str, float]:
    """Seconds of one letter, warm, with one LibreOffice."""
    numbers = count(1)
    with tempfile.TemporaryDirectory(prefix="docgen-bench-") as name:
        converter = start_converter(1, Path(name))
        try:
            return {"letter.docgen": median(lambda: letter.produce(converter, next(numbers)), times, warm=5)}
        finally:
            converter.close()
