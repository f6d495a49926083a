"""Words of scanned pages, read by Tesseract where it is installed; the one file that speaks to it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from docgen.libreoffice.sandbox import confined_command, environment

PATIENCE = 60.0  # seconds for one page
LANGUAGE = "ind"


@cache
def can_read() -> bool:
    """Return whether Tesseract with Indonesian is installed."""
    return LANGUAGE in _answer(["--list-langs"]).split()


def read_page(png: bytes) -> str:
    """Return the words of a page's picture; "" where Tesseract is missing, fails or takes too long."""
    return _answer(["stdin", "stdout", "-l", LANGUAGE], png)


def _answer(arguments: list[str], data: bytes = b"") -> str:
    """Return what Tesseract prints, run without the service's environment, network and files."""
    program = shutil.which("tesseract")
    if program is None:
        return ""
    with tempfile.TemporaryDirectory(prefix="docgen-") as folder:
        try:
            answer = subprocess.run(
                confined_command([program, *arguments], [Path(program).resolve().parent]),
                input=data,
                env=environment(Path(folder)) | {"OMP_THREAD_LIMIT": "1"},
                cwd="/",
                capture_output=True,
                timeout=PATIENCE,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return ""
    return answer.stdout.decode("utf-8", "replace")
