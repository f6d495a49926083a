"""Number the items of a rich text by Word's own lists, so that whoever edits the Word file adds an item in between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from docgen.list_numbers import BULLET, NUMBERINGS, Number, Numbering

HANGING = 425  # twips (0.75 cm): from the number to its text, and from one level to the next
LEVELS = 4
_FORMATS = {"1": "decimal", "a": "lowerLetter"}


@dataclass(eq=False)
class WordList:
    """A list of Word's: how each level is written and where it begins; `counts` is what Word has counted so far.

    What Word counts of a level that was `skipped` is not known, so no item of it is added.
    """

    numberings: dict[int, Numbering] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)

    def takes(self, level: int, numbering: Numbering, count: int) -> bool:
        """Return whether the next item of a level would be written so, and with this number."""
        known = self.numberings.get(level)
        if known is None or level in self.skipped:
            return level not in self.skipped
        following = self.counts.get(level, self.starts[level] - 1) + 1
        return known == numbering and (numbering == "bullet" or following == count)

    def count(self, level: int, numbering: Numbering, count: int) -> None:
        """Take up an item."""
        if level not in self.numberings:
            self.numberings[level], self.starts[level] = numbering, count
        self.skipped |= {above for above in range(1, level) if above not in self.counts}
        self.skipped -= set(range(level + 1, LEVELS + 1))
        self.counts = {above: number for above, number in self.counts.items() if above < level} | {level: count}

    def definition(self, number: int, indent: int) -> str:
        """Return the content of w:abstractNum; the numbers of the first level stand `indent` twips from the margin."""
        levels = "".join(self._level(level, indent + level * HANGING) for level in range(1, LEVELS + 1))
        return f'<w:nsid w:val="{0x5249_0000 + number:08X}"/><w:multiLevelType w:val="multilevel"/>{levels}'

    def _level(self, level: int, left: int) -> str:
        numbering = self.numberings.get(level, NUMBERINGS[level - 1])
        is_bullet = numbering == "bullet"
        sort = "bullet" if is_bullet else _FORMATS[numbering[0]]
        text = BULLET if is_bullet else f"%{level}{numbering[1]}"
        return (
            f'<w:lvl w:ilvl="{level - 1}"><w:start w:val="{self.starts.get(level, 1)}"/><w:numFmt w:val="{sort}"/>'
            f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{left}" w:hanging="{HANGING}"/></w:pPr></w:lvl>'
        )


def lists_of(items: Iterable[tuple[int, Numbering | None, Number]]) -> list[WordList | None]:
    """Return the list that each block is an item of; None for texts, which are given without numbering.

    Levels share a list wherever Word would count as we do, because then they are one list to a screen reader, too. A
    text ends all lists for LibreOffice: it tags the items behind as items of none, unless they begin a list or are of
    the first level, directly behind the text.
    """
    lists: list[WordList | None] = []
    open_lists: dict[int, WordList] = {}
    all_lists: list[WordList] = []
    for level, numbering, number in items:
        open_lists = {
            other: word_list for other, word_list in open_lists.items() if other <= level and numbering is not None
        }
        if numbering is None:
            lists.append(None)
            continue
        around = [open_lists[other] for other in range(level, 0, -1) if other in open_lists]
        goes_on = level == 1 and number.count > 1 and lists[-1] is None
        earlier = [
            candidate for candidate in reversed(all_lists) if goes_on and candidate.numberings.get(level) == numbering
        ]
        fitting = (candidate for candidate in [*around, *earlier] if candidate.takes(level, numbering, number.count))
        chosen = next(fitting, None)
        if chosen is None:
            chosen = WordList()
            all_lists.append(chosen)
        chosen.count(level, numbering, number.count)
        open_lists[level] = chosen
        lists.append(chosen)
    return lists
