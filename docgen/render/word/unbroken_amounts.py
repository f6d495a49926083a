"""Keep amounts of money whole: no figure is broken within a cell of a table.

Word and LibreOffice break a word that is wider than its cell wherever the cell ends, and half an amount is another
amount. A column takes what its longest amount needs from columns that have room to spare; where all are full, the
amounts get smaller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml import etree

from docgen.render.word.package import DECLARATION, W, parse_xml

AMOUNT = re.compile(r"(?:\(?-?Rp\.?[ \u00a0]?)?-?[0-9]{1,3}(?:\.[0-9]{3}){2,}(?:,(?:[0-9]{1,2}|-))?[).,;:]?")
_LONG = re.compile(rb"[0-9](?:\.[0-9]{3}){2}")  # from a million on; what is shorter fits everywhere
_CELL_TEXT = f"{W}p/{W}r/{W}t"
_SMALLEST = 13  # half points
_SMALL = 16  # half points: 8 pt, at which no column gives up a word of its own
_SPARE = 30  # twips, for what LibreOffice rounds
_MARGIN = 108  # twips at each side of a cell where nothing else is said
_NARROWEST = 340  # twips that a column keeps whatever happens
# Widths of Arial in thousandths of the size; other fonts for letters are no wider in figures than by a tenth.
_WIDTHS = {
    **dict.fromkeys("0123456789", 556),
    **dict.fromkeys(".,:;! \u00a0/'|il", 278),
    **dict.fromkeys("()-frt", 333),
}
_WIDER = 1.12
_BOLD = 1.07
_ARIAL = ("Arial", "Liberation Sans", "Helvetica")


@dataclass(frozen=True)
class Look:
    """What is known of a style: size in half points, bold, the font, and the style it follows."""

    size: int | None
    bold: bool
    font: str
    base: str


@dataclass
class _Need:
    """What a column or a stretch of columns must hold: amounts in full size and made small, and words."""

    first: int
    last: int
    whole: int = 0
    small: int = 0
    word: int = 0
    runs: list[Any] = field(default_factory=list)


def keep_amounts(document: bytes, styles: bytes) -> bytes:
    """Return the body of a Word file with columns as wide as its amounts, or the same bytes."""
    if not _LONG.search(document):
        return document
    tree = parse_xml(document)
    looks = _looks(styles)
    tables = dict.fromkeys(
        next((above for above in text.iterancestors() if above.tag == f"{W}tbl"), None)
        for text in tree.iter(f"{W}t")
        if text.text and AMOUNT.search(text.text)
    )
    changed = [_widen(table, looks) for table in tables if table is not None]
    return DECLARATION + bytes(etree.tostring(tree)) if any(changed) else document


def _widen(table: Any, looks: Mapping[str, Look]) -> bool:
    """Give a table's columns the widths that its amounts need; whether anything was changed."""
    columns = table.findall(f"{W}tblGrid/{W}gridCol")
    widths = [int(float(column.get(f"{W}w", "0"))) for column in columns]
    needs = _needs(table, looks, len(widths), words=False)
    if all(sum(widths[need.first : need.last]) >= need.whole for need in needs):
        return False
    needs = _needs(table, looks, len(widths), words=True)
    money = [need for need in needs if need.whole]
    new, smaller = _shared(widths, needs)
    for column, width in zip(columns, new, strict=True):
        column.set(f"{W}w", str(width))
    for row in table.findall(f"{W}tr"):
        for cell, first, last in _cells(row):
            size = cell.find(f"{W}tcPr/{W}tcW")
            if size is not None:
                size.set(f"{W}w", str(sum(new[first:last])))
                size.set(f"{W}type", "dxa")
    if smaller:
        for need in money:
            room = sum(new[need.first : need.last])
            for run, wanted, half_points in need.runs:
                if wanted > room:
                    _resize(run, max(_SMALLEST, int(half_points * room / wanted)))
    return True


def _shared(widths: Sequence[int], needs: Sequence[_Need]) -> tuple[list[int], bool]:
    """Return new widths of the columns, and whether amounts must be smaller to fit.

    First columns give what their longest words leave; then amounts get small, at last words may break.
    """
    for small, words in ((False, True), (True, True), (True, False)):
        floors = [_NARROWEST] * len(widths)
        for need in sorted(needs, key=lambda one: one.last - one.first):
            wanted = max(need.small if small else need.whole, need.word if words else 0)
            if not need.whole and words:
                wanted = min(wanted, sum(widths[need.first : need.last]))  # a word that is broken already
            lacking = wanted - sum(floors[need.first : need.last])
            if lacking > 0:
                share = -(-lacking // (need.last - need.first))
                for at in range(need.first, need.last):
                    floors[at] += share
        if sum(floors) <= sum(widths):
            return _spread(widths, floors), small
    scale = sum(widths) / sum(floors)
    new = [int(floor * scale) for floor in floors]
    new[new.index(max(new))] += sum(widths) - sum(new)
    return new, True


def _spread(widths: Sequence[int], floors: Sequence[int]) -> list[int]:
    """Return widths no less than the floors, and else as near to what they were as can be."""
    lacking = sum(max(0, floor - width) for width, floor in zip(widths, floors, strict=True))
    spare = sum(max(0, width - floor) for width, floor in zip(widths, floors, strict=True))
    part = lacking / spare if spare else 0
    new = [
        floor if floor > width else width - int((width - floor) * part)
        for width, floor in zip(widths, floors, strict=True)
    ]
    new[new.index(max(new))] += sum(widths) - sum(new)
    return new


def _needs(table: Any, looks: Mapping[str, Look], count: int, *, words: bool) -> list[_Need]:
    """Return what each column, and each stretch under a cell over several, must hold: amounts, or all `words`."""
    found: dict[tuple[int, int], _Need] = {}
    margins = _margins(table.find(f"{W}tblPr"))
    for row in table.findall(f"{W}tr"):
        for cell, first, last in _cells(row):
            if last > count:
                continue
            if not words and not AMOUNT.search("".join(text.text or "" for text in cell.iterfind(_CELL_TEXT))):
                continue
            need = found.setdefault((first, last), _Need(first, last))
            sides = _margins(cell.find(f"{W}tcPr"), "tcMar", margins) + _SPARE
            for paragraph in cell.findall(f"{W}p"):
                _measure(paragraph, looks, sides, need)
    return list(found.values())


def _measure(paragraph: Any, looks: Mapping[str, Look], sides: int, need: _Need) -> None:
    """Put what a paragraph's amounts and words need into a column's need."""
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    base = style.get(f"{W}val") if style is not None else ""
    indent = paragraph.find(f"{W}pPr/{W}ind")
    for side in ("left", "right", "start", "end"):
        sides += max(0, int(float(indent.get(f"{W}{side}", "0")))) if indent is not None else 0
    runs = [run for run in paragraph.iter(f"{W}r") if run.find(f"{W}t") is not None]
    text = "".join(_text(run) for run in runs)
    look = _look(runs[0] if runs else None, base, looks)
    for word in text.split():
        need.word = max(need.word, min(_width(word, look), 12_000) + sides)
    for found in AMOUNT.finditer(text):
        wanted = _width(found.group(), look) + sides
        size = look.size or 24
        need.whole = max(need.whole, wanted)
        need.small = max(need.small, int((wanted - sides) * min(1, _SMALL / size)) + sides)
        need.runs += [(run, wanted, size) for run in runs]


def _cells(row: Any) -> Iterator[tuple[Any, int, int]]:
    """Yield each cell of a row with the columns that it stands over."""
    skipped = row.find(f"{W}trPr/{W}gridBefore")
    at = int(skipped.get(f"{W}val", "0")) if skipped is not None else 0
    for cell in row.findall(f"{W}tc"):
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        width = max(1, int(span.get(f"{W}val", "1"))) if span is not None else 1
        yield cell, at, at + width
        at += width


def _margins(properties: Any, name: str = "tblCellMar", default: int = 2 * _MARGIN) -> int:
    """Return what is left free at both sides of a cell."""
    sides = properties.find(f"{W}{name}") if properties is not None else None
    if sides is None:
        return default
    found = 0
    for names in (("left", "start"), ("right", "end")):
        side = next((one for one in (sides.find(f"{W}{key}") for key in names) if one is not None), None)
        found += int(float(side.get(f"{W}w", "0"))) if side is not None else default // 2
    return found


def _text(run: Any) -> str:
    return "".join(node.text or "" for node in run.findall(f"{W}t"))


def _width(text: str, look: Look) -> int:
    """Return how wide a text is, in twips."""
    thousandths = sum(
        _WIDTHS.get(letter, 722 if letter.isupper() else 590 if letter.isascii() else 900) for letter in text
    )
    wider = (1 if look.font in _ARIAL else _WIDER) * (_BOLD if look.bold else 1)
    return int(thousandths * (look.size or 24) * 10 / 1000 * wider) + 1


def _look(run: Any, style: str, looks: Mapping[str, Look]) -> Look:
    """Return the look of a run: its own, else of its paragraph's style and what that follows, else of the document."""
    own = _look_of(run.find(f"{W}rPr"), style) if run is not None else Look(None, False, "", style)
    size, bold, font = own.size, own.bold, own.font
    seen: set[str] = set()
    name = style
    while name and name not in seen and name in looks:
        seen.add(name)
        size, bold, font = size or looks[name].size, bold or looks[name].bold, font or looks[name].font
        name = looks[name].base
    rest = looks.get("", Look(20, False, "", ""))
    return Look(size or rest.size or 20, bold, font or rest.font, "")


@lru_cache(maxsize=64)
def _looks(styles: bytes) -> dict[str, Look]:
    """Return the look of each paragraph style by its id; under "" that of the document."""
    if not styles:
        return {}
    tree = parse_xml(styles)
    found = {"": _look_of(tree.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"), "")}
    for style in tree.findall(f"{W}style"):
        if style.get(f"{W}type") == "paragraph":
            base = style.find(f"{W}basedOn")
            name = base.get(f"{W}val", "") if base is not None else ""
            found[style.get(f"{W}styleId", "")] = _look_of(style.find(f"{W}rPr"), name)
    return found


def _look_of(properties: Any, base: str) -> Look:
    if properties is None:
        return Look(None, False, "", base)
    size, fonts = properties.find(f"{W}sz"), properties.find(f"{W}rFonts")
    return Look(
        int(float(size.get(f"{W}val", "0"))) or None if size is not None else None,
        properties.find(f"{W}b") is not None,
        fonts.get(f"{W}ascii", "") if fonts is not None else "",
        base,
    )


def _resize(run: Any, half_points: int) -> None:
    """Give a run a size; the order of what stands in `rPr` is fixed."""
    properties = run.find(f"{W}rPr")
    if properties is None:
        properties = etree.Element(f"{W}rPr")
        run.insert(0, properties)
    for name in ("sz", "szCs"):
        size = properties.find(f"{W}{name}")
        if size is None:
            size = etree.Element(f"{W}{name}")
            properties.insert(_place(properties, name), size)
        size.set(f"{W}val", str(half_points))


def _place(properties: Any, name: str) -> int:
    """Return where `sz` belongs: before what the schema puts behind it."""
    later = ("highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang",
             "eastAsianLayout", "specVanish", "oMath", *(("szCs",) if name == "sz" else ()))  # fmt: skip
    tags = [f"{W}{one}" for one in later]
    return next((at for at, child in enumerate(properties) if child.tag in tags), len(properties))
