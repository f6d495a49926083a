"""The verification codes printed in a PDF that a stranger sent, read by a process that may be lost.

A file of a few kilobytes can unfold to gigabytes, or keep pdfium at work for minutes. So the file is opened only in a
process of its own, with little time and memory; what it cannot do within them is an answer as well. The rest of the
service never waits for it: no lock is shared.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from docgen.errors import PdfError
from docgen.render.pages import page_text

MOST_PAGES = 20  # looked through: every page of a document bears its code
MOST_CODES = 5  # given back, so that a file is no way to try codes by the thousand
SECONDS = 5  # of processor time, and of waiting
MEMORY = 1_500_000_000  # bytes of address space; a bare process with pdfium takes a third of it
PATIENCE = 3  # seconds to wait for others' files
AT_ONCE = 2  # processes; more of them would only slow down the letters of the office

_PRINTED = re.compile(r"(?:/verifikasi/|Kode )\s*([0-9A-Z]+(?:-[0-9A-Z]+)*)")
_TOO_MUCH = (
    "PDF ini terlalu berat untuk diperiksa, atau rusak. Ketik kode yang tercetak padanya, atau ambil lagi berkas "
    "aslinya."
)
_BUSY = "Sedang banyak berkas yang diperiksa. Tunggu sebentar, lalu unggah lagi."

_room = threading.BoundedSemaphore(AT_ONCE)


def read_codes(pdf: bytes) -> list[str]:
    """What stands in the place of a code on the pages of `pdf`, in order, each once; see `printed_codes`.

    Raises PdfError: no PDF, damaged, locked, too heavy, or too many files at the same time.
    """
    if not _room.acquire(timeout=PATIENCE):
        raise PdfError(_BUSY)
    try:
        return _asked(pdf)
    finally:
        _room.release()


def printed_codes(texts: Sequence[str]) -> list[str]:
    """The words after the band's address or `Kode`, without hyphens, in order, each once; at most `MOST_CODES`."""
    words = (match[1].replace("-", "") for text in texts for match in _PRINTED.finditer(text))
    return list(dict.fromkeys(word for word in words if 8 < len(word) < 40))[:MOST_CODES]


def _asked(pdf: bytes) -> list[str]:
    paths = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "docgen.printed_code"],
            input=pdf,
            capture_output=True,
            timeout=SECONDS,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            check=True,
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError, OSError) as error:
        raise PdfError(_TOO_MUCH) from error
    if "error" in answer:
        raise PdfError(answer["error"])
    return [str(code) for code in answer["codes"]]


def main() -> None:
    """The process: a PDF on standard input, codes or the reason why there are none on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer: dict[str, object] = {"codes": printed_codes(page_text(sys.stdin.buffer.read(), most=MOST_PAGES))}
    except PdfError as error:
        answer = {"error": str(error)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
