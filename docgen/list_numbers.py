"""How the lists of a letter count: levels 1. a. 1) a) and bullets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Numbering = Literal["1.", "a.", "1)", "a)", "bullet"]
NUMBERINGS: tuple[Numbering, ...] = ("1.", "a.", "1)", "a)", "bullet")
BULLET = "•"


@dataclass(frozen=True)
class Number:
    """What is printed before a block of text: the `count` in its list (0 for none) and how that is written."""

    count: int = 0
    label: str = ""


def labels(blocks: Iterable[tuple[int, Numbering | None, bool]]) -> Iterator[Number]:
    """Yield the number of each block, given as level, numbering (None for a text between items) and `continues`.

    An item counts on from the one before of its level and numbering; a list within it begins anew. A text of a level
    belongs to the item of that level; one of level 0 ends all lists, but an item that `continues` counts on after it.
    """
    running: dict[int, Numbering] = {}
    counts: dict[tuple[int, Numbering], int] = {}
    for level, numbering, continues in blocks:
        for deeper in [other for other in running if other > level]:
            del running[deeper]
        if numbering is None:
            yield Number()
            continue
        key = (level, numbering)
        goes_on = continues or running.get(level) == numbering
        counts[key] = counts.get(key, 0) + 1 if goes_on else 1
        running[level] = numbering
        yield Number(counts[key], label(numbering, counts[key]))


def item_of(block: Mapping[str, Any]) -> tuple[int, Numbering | None, bool]:
    """Return level, numbering and `continues` of a block of rich text, as `labels` takes them."""
    if block["type"] == "item":
        return block.get("level", 1), block.get("numbering", "1."), block.get("continues", False)
    return block.get("level", 0), None, False


def label(numbering: Numbering, count: int) -> str:
    """Return how a number is written: `2.`, `b.`, `2)`, `b)` or a bullet; after `z` comes `aa`, as in Word."""
    if numbering == "bullet":
        return BULLET
    if numbering[0] == "1":
        return f"{count}{numbering[1]}"
    repeats, letter = divmod(count - 1, 26)
    return f"{chr(ord('a') + letter) * (repeats + 1)}{numbering[1]}"
