"""What changed between two texts, word by word."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

LONGEST = 40_000  # words of one side: more take seconds and nobody reads them


@dataclass(frozen=True)
class Piece:
    """A run of words: on both sides, only before, or only after; a line break in `text` is one of the page."""

    sort: Literal["same", "gone", "new"]
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The pieces of which both texts are made, in reading order; what breaks lines differently is the same."""
    old, new = before.split()[:LONGEST], after.split()[:LONGEST]
    pieces = []
    for sort, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if sort == "equal":
            pieces.append(Piece("same", " ".join(old[start:end])))
            continue
        if end > start:
            pieces.append(Piece("gone", " ".join(old[start:end])))
        if last > first:
            pieces.append(Piece("new", " ".join(new[first:last])))
    return pieces


def shortened(pieces: list[Piece], around: int = 12) -> list[Piece]:
    """The same with long unchanged runs cut to `around` words at each change; "…" stands for what was cut."""
    short = []
    for at, piece in enumerate(pieces):
        words = piece.text.split()
        if piece.sort != "same" or len(words) <= 2 * around:
            short.append(piece)
            continue
        start = words[:around] if at else []
        end = words[-around:] if at + 1 < len(pieces) else []
        short.append(Piece("same", " ".join([*start, "…", *end])))
    return short
