"""Convert Word files to PDF/A: the only room that starts LibreOffice.

`start_converter` returns a `Converter`; the other modules see to it that one bad document never stops the office.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

__all__ = ["Converter", "start_converter"]


class Converter(Protocol):
    """Turns Word files into archival PDF. Safe to share between threads."""

    def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        """Return the document as tagged PDF/A-2b (ISO 19005-2) with every font embedded.

        `deadline` is in seconds, counted from when a worker begins, not from queueing. Letters go before previews
        and those before jobs, and callers in turn (`docgen.work_context`). Letters of one `group`, which were filled
        from the same template, may be converted in one file while they wait; "" keeps the document alone.

        Raises `ConversionFailed` when two LibreOffices refuse this document, it passes the deadline twice or three
        crash on it (others are not affected), `ConverterUnavailable` when LibreOffice is missing or does not start, the
        disk is full, or the queue is.
        """

    def check(self) -> None:
        """Raise `ConverterUnavailable`, saying what to do, if no document can be converted now.

        Cheap enough for a readiness probe. Workers that are still starting are fine: `convert` waits for
        them.
        """

    def close(self) -> None:
        """Stop LibreOffice and remove its folders; documents still waiting raise `ConverterUnavailable`."""


def start_converter(workers: int, folder: Path, spares: int = 0, *, warm: bool = True) -> Converter:
    """Start `workers` LibreOffice workers in the background, with their profiles below `folder`; returns at once.

    `spares` more are kept warm, so that one that is lost costs no time. Without `warm` LibreOffice starts with the
    first document.

    Where a Python with `uno` is found (Debian's python3-uno, or LibreOffice's own) the workers stay warm;
    elsewhere each document starts a LibreOffice of its own, more slowly. A missing LibreOffice is no error
    here: `convert` and `check` then raise `ConverterUnavailable`, and take it up as soon as it is installed.
    """
    from docgen.libreoffice.pool import Pool  # the children for foreign files use this room's sandbox, and no pool

    return Pool(workers, folder, spares=spares, warm=warm)
