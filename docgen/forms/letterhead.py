"""Break the lines of a letterhead: the office's name on at most three, its address and contacts on lines of one length.

Letters are measured as Arial and Arial Bold are (Helvetica's widths, in thousandths of the size).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

WIDTH = 388.0  # points beside the emblem on A4; wider paper only leaves more room
NAME_SIZES = (16, 14, 12, 10)  # points; the government's line has three quarters of it
MOST_LINES = 3
ADDRESS_SIZE = 10.0
UNBROKEN = "\u00a0"
_PLAIN = {
    222: "ijl'", 278: " ,./:;!ftI\u00a0", 333: "()-r", 500: "ckJsvxyz", 556: "abdeghnopquL0123456789_?",
    611: "FTZ", 667: "ABEKPSVXY&", 722: "CDHNRUw", 778: "GOQ", 833: "mM", 944: "W",
}  # fmt: skip
_BOLD = {
    278: " ,./ijlI'\u00a0", 333: "()-:;!ft", 389: "r", 500: "z", 556: "aceksvxyJ0123456789_", 611: "bdghnopquFLTZ?",
    667: "EPSVXY", 722: "ABCDHKNRU&", 778: "GOQw", 833: "M", 889: "m", 944: "W",
}  # fmt: skip


@lru_cache(maxsize=64)
def name_lines(name: str) -> tuple[int, list[str]]:
    """Return the size of an office's name in points and its lines: the largest size that needs three lines at most.

    Only a name that fits on three lines of the smallest size in no way has more. `dan` stands before what it adds.
    """
    words = _with_next(name.split(), ("dan", "serta"))
    for size in NAME_SIZES:
        lines = _balanced(words, size, _BOLD, capitals=True)
        if len(lines) <= MOST_LINES and all(_width(line.upper(), size, _BOLD) <= WIDTH for line in lines):
            break
    return size, lines


@lru_cache(maxsize=64)
def address_lines(address: str) -> list[str]:
    """Return the lines of an address; a postcode is never alone on one."""
    words = address.split()
    if len(words) > 1 and words[-1].isdigit():
        words[-2:] = [UNBROKEN.join(words[-2:])]
    return _balanced(words, ADDRESS_SIZE, _PLAIN)


@lru_cache(maxsize=64)
def contact_lines(contacts: tuple[str, ...]) -> list[str]:
    """Return the lines that list contacts; each of them stays whole."""
    words = [contact.replace(" ", UNBROKEN) + "," * (contact != contacts[-1]) for contact in contacts]
    return _balanced(words, ADDRESS_SIZE, _PLAIN)


def _with_next(words: Sequence[str], joined: Sequence[str]) -> list[str]:
    """Return words with each of `joined` and the word after it as one."""
    merged: list[str] = []
    for word in words:
        if merged and merged[-1].casefold() in joined:
            merged[-1] += f" {word}"
        else:
            merged.append(word)
    return merged


def _balanced(words: Sequence[str], size: float, widths: Mapping[int, str], *, capitals: bool = False) -> list[str]:
    """Return words on as few lines as fit, of about the same length."""
    measured = [(word, _width(word.upper() if capitals else word, size, widths)) for word in words]
    space = _width(" ", size, widths)
    lines = _wrap(measured, space, WIDTH)
    narrower = WIDTH
    while narrower > 1:
        attempt = _wrap(measured, space, narrower - 1)
        if len(attempt) != len(lines):
            break
        lines, narrower = attempt, narrower - 1
    return lines


def _wrap(words: Sequence[tuple[str, float]], space: float, most: float) -> list[str]:
    lines: list[str] = []
    room = 0.0
    for word, width in words:
        if lines and space + width <= room:
            lines[-1] += f" {word}"
            room -= space + width
        else:
            lines.append(word)
            room = most - width
    return lines


def _width(text: str, size: float, widths: Mapping[int, str]) -> float:
    """Return the width of a text in points; letters that are not listed count as wide ones."""
    letters = (next((width for width, known in widths.items() if letter in known), 722) for letter in text)
    return sum(letters) * size / 1000
