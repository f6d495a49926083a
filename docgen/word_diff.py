"""Differences between two texts, word by word."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from rapidfuzz.distance import LCSseq

LONGEST = 20_000  # words of one side: a tenth of a second and 50 MB at the most, whatever the texts are


@dataclass(frozen=True)
class DiffPiece:
    """A run of words: on both sides, only before, or only after; a line break in `text` is one of the page."""

    sort: Literal["same", "gone", "new"]
    text: str


def word_differences(before: str, after: str) -> list[DiffPiece]:
    """Return the pieces of which both texts are made, in reading order; what breaks lines differently is the same.

    Only the first `LONGEST` words of each side are compared; see `is_too_long`.
    """
    old, new = before.split()[:LONGEST], after.split()[:LONGEST]
    pieces = []
    # bit-parallel and exact: difflib takes cubic time for texts that repeat a few words
    for is_same, run in groupby(LCSseq.opcodes(old, new), key=lambda code: code.tag == "equal"):
        codes = list(run)
        gone = [word for code in codes for word in old[code.src_start : code.src_end]]
        added = [word for code in codes for word in new[code.dest_start : code.dest_end]]
        if is_same:
            pieces.append(DiffPiece("same", " ".join(gone)))
            continue
        if gone:
            pieces.append(DiffPiece("gone", " ".join(gone)))
        if added:
            pieces.append(DiffPiece("new", " ".join(added)))
    return pieces


def is_too_long(text: str) -> bool:
    """Return whether a text has words that `word_differences` leaves out."""
    return len(text.split(maxsplit=LONGEST)) > LONGEST


def shortened(pieces: list[DiffPiece], around: int = 12) -> list[DiffPiece]:
    """Return the same with long unchanged runs cut to `around` words at each change; "…" stands for what was cut."""
    short = []
    for at, piece in enumerate(pieces):
        words = piece.text.split()
        if piece.sort != "same" or len(words) <= 2 * around:
            short.append(piece)
            continue
        start = words[:around] if at else []
        end = words[-around:] if at + 1 < len(pieces) else []
        short.append(DiffPiece("same", " ".join([*start, "…", *end])))
    return short
