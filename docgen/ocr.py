"""Words of scanned pages, read by Tesseract where it is installed; the one file that speaks to it."""

from __future__ import annotations

import io
import shutil
import subprocess
from functools import cache

from PIL import Image

PATIENCE = 60.0  # seconds for one page
LANGUAGE = "ind"


@cache
def can_read() -> bool:
    """Whether Tesseract with Indonesian is installed."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    try:
        answer = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return LANGUAGE in answer.stdout.split()


def read_page(picture: Image.Image) -> str:
    """The words of a page's picture; "" where Tesseract is missing, fails or takes too long: nothing hangs on it."""
    program = shutil.which("tesseract")
    if program is None or not can_read():
        return ""
    data = io.BytesIO()
    picture.save(data, "PNG", compress_level=1)
    asked = [program, "stdin", "stdout", "-l", LANGUAGE]
    try:
        answer = subprocess.run(asked, input=data.getvalue(), capture_output=True, timeout=PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.decode("utf-8", "replace")
