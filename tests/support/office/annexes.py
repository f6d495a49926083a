"""The pages of a letter and of its annexes, told apart by their text."""

from __future__ import annotations

import re
from collections.abc import Sequence

HEAD = re.compile(r"Lampiran\b[^\n]*\s+(?:[^\n]*\s+)?(?:Nomor|Tanggal)\s*:")


def letter_and_annexes(pages: Sequence[str]) -> list[list[str]]:
    """Return the texts of the letter's pages, then of each annex's: an annex begins under its head."""
    parts: list[list[str]] = [[]]
    for page in pages:
        if HEAD.match(page.lstrip()):
            parts.append([])
        parts[-1].append(page)
    return parts
