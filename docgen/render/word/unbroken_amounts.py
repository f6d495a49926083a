"""Keep amounts of money on one line: widen table columns so that no figure breaks within a cell.

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
_MARGIN = 108  # twips at each side of a cell, by default
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
class TextStyle:
    """Font size in half points, bold, font, and the style it is based on."""

    size: int | None
    bold: bool
    font: str
    base: str


@dataclass
class _WidthNeed:
    """The widths that a range of columns needs for amounts (in full size and made small) and for words."""

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
    styles_by_id = _styles(styles)
    tables = dict.fromkeys(
        next((above for above in text.iterancestors() if above.tag == f"{W}tbl"), None)
        for text in tree.iter(f"{W}t")
        if text.text and AMOUNT.search(text.text)
    )
    changed = [_widen_columns(table, styles_by_id) for table in tables if table is not None]
    return DECLARATION + bytes(etree.tostring(tree)) if any(changed) else document


def _widen_columns(table: Any, styles_by_id: Mapping[str, TextStyle]) -> bool:
    """Give a table's columns the widths that its amounts need; return whether anything changed."""
    columns = table.findall(f"{W}tblGrid/{W}gridCol")
    widths = [int(float(column.get(f"{W}w", "0"))) for column in columns]
    needs = _width_needs(table, styles_by_id, len(widths), words=False)
    if all(sum(widths[need.first : need.last]) >= need.whole for need in needs):
        return False
    needs = _width_needs(table, styles_by_id, len(widths), words=True)
    money = [need for need in needs if need.whole]
    new, smaller = _shared_widths(widths, needs)
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


def _shared_widths(widths: Sequence[int], needs: Sequence[_WidthNeed]) -> tuple[list[int], bool]:
    """Return new widths of the columns, and whether amounts must be smaller to fit.

    First columns give what their longest words leave; then amounts get small, at last words may break.
    """
    for small, words in ((False, True), (True, True), (True, False)):
        floors = [_NARROWEST] * len(widths)
        for need in sorted(needs, key=lambda need: need.last - need.first):
            wanted = max(need.small if small else need.whole, need.word if words else 0)
            if not need.whole and words:
                wanted = min(wanted, sum(widths[need.first : need.last]))  # a word that is broken already
            lacking = wanted - sum(floors[need.first : need.last])
            if lacking > 0:
                share = -(-lacking // (need.last - need.first))
                for at in range(need.first, need.last):
                    floors[at] += share
        if sum(floors) <= sum(widths):
            return _widths_above_floors(widths, floors), small
    scale = sum(widths) / sum(floors)
    new = [int(floor * scale) for floor in floors]
    new[new.index(max(new))] += sum(widths) - sum(new)
    return new, True


def _widths_above_floors(widths: Sequence[int], floors: Sequence[int]) -> list[int]:
    """Return widths no less than the floors, and otherwise as close to the old ones as possible."""
    lacking = sum(max(0, floor - width) for width, floor in zip(widths, floors, strict=True))
    spare = sum(max(0, width - floor) for width, floor in zip(widths, floors, strict=True))
    part = lacking / spare if spare else 0
    new = [
        floor if floor > width else width - int((width - floor) * part)
        for width, floor in zip(widths, floors, strict=True)
    ]
    new[new.index(max(new))] += sum(widths) - sum(new)
    return new


def _width_needs(table: Any, styles_by_id: Mapping[str, TextStyle], count: int, *, words: bool) -> list[_WidthNeed]:
    """Return the needs of each range of columns that a cell covers: of cells with amounts, or with `words` of all."""
    needs_by_columns: dict[tuple[int, int], _WidthNeed] = {}
    margins = _cell_margins(table.find(f"{W}tblPr"))
    for row in table.findall(f"{W}tr"):
        for cell, first, last in _cells(row):
            if last > count:
                continue
            if not words and not AMOUNT.search("".join(text.text or "" for text in cell.iterfind(_CELL_TEXT))):
                continue
            need = needs_by_columns.setdefault((first, last), _WidthNeed(first, last))
            sides = _cell_margins(cell.find(f"{W}tcPr"), "tcMar", margins) + _SPARE
            for paragraph in cell.findall(f"{W}p"):
                _add_needs(paragraph, styles_by_id, sides, need)
    return list(needs_by_columns.values())


def _add_needs(paragraph: Any, styles_by_id: Mapping[str, TextStyle], sides: int, need: _WidthNeed) -> None:
    """Add the widths of a paragraph's amounts and words to a need."""
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    base = style.get(f"{W}val") if style is not None else ""
    indent = paragraph.find(f"{W}pPr/{W}ind")
    for side in ("left", "right", "start", "end"):
        sides += max(0, int(float(indent.get(f"{W}{side}", "0")))) if indent is not None else 0
    runs = [run for run in paragraph.iter(f"{W}r") if run.find(f"{W}t") is not None]
    text = "".join(_run_text(run) for run in runs)
    text_style = _style_of_run(runs[0] if runs else None, base, styles_by_id)
    for word in text.split():
        need.word = max(need.word, min(_text_width(word, text_style), 12_000) + sides)
    for needs_by_columns in AMOUNT.finditer(text):
        wanted = _text_width(needs_by_columns.group(), text_style) + sides
        size = text_style.size or 24
        need.whole = max(need.whole, wanted)
        need.small = max(need.small, int((wanted - sides) * min(1, _SMALL / size)) + sides)
        need.runs += [(run, wanted, size) for run in runs]


def _cells(row: Any) -> Iterator[tuple[Any, int, int]]:
    """Yield each cell of a row with the range of columns it covers."""
    skipped = row.find(f"{W}trPr/{W}gridBefore")
    at = int(skipped.get(f"{W}val", "0")) if skipped is not None else 0
    for cell in row.findall(f"{W}tc"):
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        width = max(1, int(span.get(f"{W}val", "1"))) if span is not None else 1
        yield cell, at, at + width
        at += width


def _cell_margins(properties: Any, name: str = "tblCellMar", default: int = 2 * _MARGIN) -> int:
    """Return the sum of a cell's left and right margins."""
    sides = properties.find(f"{W}{name}") if properties is not None else None
    if sides is None:
        return default
    needs_by_columns = 0
    for names in (("left", "start"), ("right", "end")):
        side = next((found for found in (sides.find(f"{W}{key}") for key in names) if found is not None), None)
        needs_by_columns += int(float(side.get(f"{W}w", "0"))) if side is not None else default // 2
    return needs_by_columns


def _run_text(run: Any) -> str:
    return "".join(node.text or "" for node in run.findall(f"{W}t"))


def _text_width(text: str, text_style: TextStyle) -> int:
    """Return the width of a text in twips."""
    thousandths = sum(
        _WIDTHS.get(letter, 722 if letter.isupper() else 590 if letter.isascii() else 900) for letter in text
    )
    wider = (1 if text_style.font in _ARIAL else _WIDER) * (_BOLD if text_style.bold else 1)
    return int(thousandths * (text_style.size or 24) * 10 / 1000 * wider) + 1


def _style_of_run(run: Any, style: str, styles_by_id: Mapping[str, TextStyle]) -> TextStyle:
    """Return a run's own style, completed by its paragraph's style, the styles that is based on, and the document's."""
    own = _own_style(run.find(f"{W}rPr"), style) if run is not None else TextStyle(None, False, "", style)
    size, bold, font = own.size, own.bold, own.font
    seen: set[str] = set()
    name = style
    while name and name not in seen and name in styles_by_id:
        seen.add(name)
        size, bold, font = (
            size or styles_by_id[name].size,
            bold or styles_by_id[name].bold,
            font or styles_by_id[name].font,
        )
        name = styles_by_id[name].base
    rest = styles_by_id.get("", TextStyle(20, False, "", ""))
    return TextStyle(size or rest.size or 20, bold, font or rest.font, "")


@lru_cache(maxsize=64)
def _styles(styles: bytes) -> dict[str, TextStyle]:
    """Return each paragraph style by its id; under "" the document's defaults."""
    if not styles:
        return {}
    tree = parse_xml(styles)
    needs_by_columns = {"": _own_style(tree.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"), "")}
    for style in tree.findall(f"{W}style"):
        if style.get(f"{W}type") == "paragraph":
            base = style.find(f"{W}basedOn")
            name = base.get(f"{W}val", "") if base is not None else ""
            needs_by_columns[style.get(f"{W}styleId", "")] = _own_style(style.find(f"{W}rPr"), name)
    return needs_by_columns


def _own_style(properties: Any, base: str) -> TextStyle:
    if properties is None:
        return TextStyle(None, False, "", base)
    size, fonts = properties.find(f"{W}sz"), properties.find(f"{W}rFonts")
    return TextStyle(
        int(float(size.get(f"{W}val", "0"))) or None if size is not None else None,
        properties.find(f"{W}b") is not None,
        fonts.get(f"{W}ascii", "") if fonts is not None else "",
        base,
    )


def _resize(run: Any, half_points: int) -> None:
    """Set the font size of a run, at the index that the schema demands."""
    properties = run.find(f"{W}rPr")
    if properties is None:
        properties = etree.Element(f"{W}rPr")
        run.insert(0, properties)
    for name in ("sz", "szCs"):
        size = properties.find(f"{W}{name}")
        if size is None:
            size = etree.Element(f"{W}{name}")
            properties.insert(_index_for(properties, name), size)
        size.set(f"{W}val", str(half_points))


def _index_for(properties: Any, name: str) -> int:
    """Return the index of `sz` among run properties: before all that the schema puts after it."""
    later = ("highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang",
             "eastAsianLayout", "specVanish", "oMath", *(("szCs",) if name == "sz" else ()))  # fmt: skip
    tags = [f"{W}{name}" for name in later]
    return next((at for at, child in enumerate(properties) if child.tag in tags), len(properties))
