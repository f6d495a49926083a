"""The child process: calls `FUNCTIONS` on one file after another and sends back their results.

Started by `docgen.foreign.reader` in the room that LibreOffice has, too: no network, no secret, no file but programs
and fonts. Memory, processor time and the calls by which it could reach others are limited here; time as such is watched
from outside.
"""

from __future__ import annotations

import logging
import mimetypes
import os
import resource
import signal
import sys
from collections.abc import Iterator
from typing import IO, Any

from docgen.errors import DocgenError
from docgen.foreign.child_functions import FUNCTIONS
from docgen.foreign.frames import ERRORS, pack, unpack
from docgen.libreoffice.syscalls import block_syscalls
from docgen.render.pdf.objects.pdf_file import DAMAGED

MEMORY = 2_000_000_000  # bytes of address space; pdfium and Pillow alone take a fourth
PROCESSOR = 3600  # seconds in all, should the service forget it; a child is replaced long before
ALONE = 2.0  # seconds of processor time more than the service gives one answer
LIMITS = {
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_CPU: PROCESSOR,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_FSIZE: 0,  # it writes into pipes alone
    resource.RLIMIT_NPROC: 0,
    resource.RLIMIT_NOFILE: 256,
}


def main() -> None:
    """Serve calls from standard input until it closes."""
    give_up()
    mimetypes.knownfiles.clear()  # openpyxl would read them, and the room is closed
    logging.disable(logging.CRITICAL)  # what a library says of a hostile file, it says by the thousand
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing a library prints may pass for an answer
    requests = sys.stdin.buffer
    _send(answers, ["ready"])
    while True:
        try:
            name, arguments, options, seconds = unpack(lambda count: _exactly(requests.read(count), count))
        except EOFError:
            return
        _end_after(seconds)
        for frame in _answers(name, arguments, options):
            _send(answers, frame)
            _end_after(seconds)
        _end_after(None)


def give_up() -> None:
    """Drop every right that reading the input and answering does not need, for good."""
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))
    block_syscalls()


def _end_after(seconds: float | None) -> None:
    """Let the kernel end this process after that much processor time, because the service that would may be gone."""
    signal.setitimer(signal.ITIMER_PROF, 0 if seconds is None else seconds + ALONE)


def _send(answers: IO[bytes], frame: list[Any]) -> None:
    answers.writelines(pack(frame))
    answers.flush()


def _exactly(data: bytes, count: int) -> bytes:
    if len(data) < count:
        raise EOFError
    return data


def _answers(name: str, arguments: list[Any], options: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield each item of a generator, then the end: a value or an error."""
    try:
        value = FUNCTIONS[name](*arguments, **options)
        if isinstance(value, Iterator):
            for item in value:
                yield ["item", item]
            value = None
        yield ["end", value]
    except DocgenError as error:
        known = next((kind for kind in type(error).__mro__ if kind.__name__ in ERRORS), None)
        yield ["error", known.__name__ if known else "PdfError", str(error)]
    except MemoryError:
        yield ["heavy"]
    except Exception:  # noqa: BLE001 - a library's own: what it cannot read is damaged
        yield ["error", "PdfError", DAMAGED]
