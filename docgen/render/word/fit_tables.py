"""Fit the tables of a filled Word file: columns as wide as their content needs, tables as wide as the text.

The delivered templates mark their tables by a style: "Kisi" (a grid) gets column widths from its content and loses
columns in which nothing is written; "KisiIsi" (the same, of a rich text) keeps them; "TataLetak" (a layout) keeps its
proportions. Both are made as wide as the text of
their section, whatever the paper. Other tables are only widened column by column where an amount of money would be
broken, for half an amount is another amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from docgen.render.word.column_widths import (
    AMOUNT,
    Need,
    TextStyle,
    closest_widths,
    codes,
    column_widths,
    parts,
    pieces,
    text_width,
    words,
)
from docgen.render.word.last_rows import keep_last_rows
from docgen.render.word.package import BODY, DECLARATION, STYLES, W, WordParts, parse_xml, read_xml
from docgen.render.word.tables import Cell, Row, cell_margins, grid_widths, set_widths, table_rows
from docgen.render.word.text_styles import paragraph_styles, resize, style_and_text

GRID, LAYOUT = "Kisi", "TataLetak"
TYPED_GRID = "KisiIsi"  # a grid that somebody typed, whose columns all stay
_GRID_STYLES = (GRID, TYPED_GRID)
NOTHING = ("", "-")  # in a cell in which nothing is written
_MARKS = re.compile(rb'<w:tblStyle w:val="(?:Kisi|KisiIsi|TataLetak)"')
_GRIDS = b'<w:tblStyle w:val="Kisi'
_LONG = re.compile(rb"[0-9](?:\.[0-9]{3}){2}")  # from a million on; what is shorter fits everywhere
_SMALLEST = 13  # half points: of money, where nothing else helps
_READABLE = 14  # half points: 7 pt, of the text of a grid
_SMALL = 16  # half points: 8 pt, at which no column gives up a word of its own
_SHORT = 1000  # twips: a word that fits any column, so that nobody asks where it can be parted
_SPARE = 30  # twips, for what LibreOffice rounds
_ROUNDED = 2  # twips by which a word in its final size may be wider than it was reckoned
_SIGNS = 570  # twips: a column of a layout that holds a number, a colon, a box or the lane of a chart
_SAME = 12  # twips by which a table may differ from the text
_SIDES = ("left", "right", "start", "end")
_PAGE = ((b"pgSz", b"w"), (b"pgMar", b"left"), (b"pgMar", b"right"), (b"pgMar", b"gutter"))
_TABLE, _PARAGRAPH, _TABLE_LOOK, _INDENT = f"{W}tbl", f"{W}p", f"{W}tblPr", f"{W}pPr/{W}ind"


def fit_tables(parts: Mapping[str, bytes], styles: bytes) -> dict[str, bytes]:
    """Return the parts of a filled Word file (body, headers …) with their tables fitted; others as they are."""
    fitted = dict(parts)
    body = parts.get(BODY, b"")
    if not body:
        return fitted
    width = _first_text_width(body)
    for name, xml in parts.items():
        if name == BODY and (_needs_fitting(xml) or _LONG.search(xml)):
            fitted[name] = _fitted_body(xml, styles)
        elif name != BODY and width and _MARKS.search(xml):
            fitted[name] = _fitted_header(xml, styles, width)
    return fitted


def widen_layouts(tables: Iterable[Any], body: Any) -> None:
    """Make layout tables of shared parts as wide as the text of a template: the widest column takes the difference.

    `tables` stand in the tree `body` or in a header or footer; those within other tables stay as they are.
    """
    rooms = dict(_tables_and_rooms(body))
    first = _first_text_width(etree.tostring(body))
    for table in tables:
        room = first if table.getparent().tag in (f"{W}hdr", f"{W}ftr") else rooms.get(table, 0)
        widths = grid_widths(table)
        if _mark(table) == LAYOUT and room and abs(sum(widths) - room) > _SAME:
            widths[widths.index(max(widths))] += room - sum(widths)
            set_widths(table, table_rows(table), widths)


def broken_words_of_file(docx: bytes) -> list[str]:
    """Return the `broken_words` of a Word file that was filled a moment before."""
    parts = WordParts(docx)
    return broken_words(parts[BODY], parts.get(STYLES, b""))


def broken_words(document: bytes, styles: bytes) -> list[str]:
    """Return the words that no column of a fitted grid has room for, in the order of the letter.

    `document` is the body of a Word file that `fit_tables` made.
    """
    styles_by_id = paragraph_styles(styles)
    found: dict[str, None] = {}
    for table in parse_xml(document).iter(f"{W}tbl"):
        if _mark(table) in _GRID_STYLES:
            widths = grid_widths(table)
            for paragraph, first, last, sides, _ in _paragraphs(table, table_rows(table), len(widths)):
                style, text = style_and_text(paragraph, styles_by_id)
                room = sum(widths[first:last]) - sides + _SPARE
                found |= dict.fromkeys(piece for piece in pieces(text) if text_width(piece, style) > room)
    return list(found)


def _needs_fitting(xml: bytes) -> bool:
    """Return whether a body holds a grid, or a layout that is not as wide as the text."""
    if _GRIDS in xml:
        return True
    widths = {int(width) for width in re.findall(rb'"TataLetak"/><w:tblW w:w="(\d+)"', xml)}
    text_widths = [_text_width(section) for section in re.findall(rb"<w:pgSz [^>]*/>\s*<w:pgMar [^>]*/>", xml)]
    return any(abs(width - text) > _SAME for width in widths for text in text_widths)


def _fitted_body(xml: bytes, styles: bytes) -> bytes:
    try:
        tree = read_xml(xml)
    except etree.XMLSyntaxError:  # a template that spoils the file: docgen.kinds.check says how
        return xml
    styles_by_id = paragraph_styles(styles)
    changed = False
    for table, room in _tables_and_rooms(tree):
        changed |= _fit(table, room, styles_by_id)
    for table in tree.findall(f"{W}body/{W}tbl") if changed else ():
        if _mark(table) in _GRID_STYLES:
            keep_last_rows(table)
    return DECLARATION + bytes(etree.tostring(tree)) if changed else xml


def _fitted_header(xml: bytes, styles: bytes, width: int) -> bytes:
    tree = parse_xml(xml)
    changed = [_fit(table, width, paragraph_styles(styles)) for table in tree.iterchildren(f"{W}tbl")]
    return DECLARATION + bytes(etree.tostring(tree)) if any(changed) else xml


def _tables_and_rooms(tree: Any) -> Iterator[tuple[Any, int]]:
    """Yield each table that stands in no other, with the width of the text of its section."""
    waiting: list[Any] = []
    for element in tree.iterfind(f"{W}body/*"):
        if element.tag == f"{W}tbl":
            waiting.append(element)
        section = element if element.tag == f"{W}sectPr" else element.find(f"{W}pPr/{W}sectPr")
        if section is not None:
            room = _text_width(etree.tostring(section))
            yield from ((table, room) for table in waiting)
            waiting = []
    yield from ((table, 0) for table in waiting)


def _fit(table: Any, room: int, styles_by_id: Mapping[str, TextStyle]) -> bool:
    """Fit a table and those within it to the room; return whether anything changed."""
    mark = _mark(table)
    if mark in _GRID_STYLES and room:
        _fit_grid(table, room, styles_by_id)
        return True
    changed = False
    if mark == LAYOUT and room:
        widths = grid_widths(table)
        changed = abs(sum(widths) - room) > _SAME
        if changed:
            set_widths(table, table_rows(table), _scaled(widths, room))
    if not mark:
        changed = _widen_for_amounts(table, styles_by_id)
    widths, margins = grid_widths(table), cell_margins(table.find(_TABLE_LOOK))
    for row in table_rows(table):
        for cell in row.cells:
            for inner in cell.element.iterchildren(_TABLE):
                sides = cell_margins(cell.look, "tcMar", margins)
                changed |= _fit(
                    inner, sum(widths[cell.first : cell.last]) - sides if mark and room else 0, styles_by_id
                )
    return changed


def _fit_grid(table: Any, room: int, styles_by_id: Mapping[str, TextStyle]) -> None:
    rows = table_rows(table)
    if _mark(table) == GRID and _drop_empty_columns(table, rows):
        rows = table_rows(table)
    count = len(table.findall(f"{W}tblGrid/{W}gridCol"))
    needs, size = _needs(table, rows, count, styles_by_id)
    scales = [half_points / size for half_points in range(size, min(size, _READABLE) - 1, -1)]
    widths = column_widths(needs, count, room, scales)
    set_widths(table, rows, widths.columns)
    if widths.scale < 1:
        for run in table.iter(f"{W}r"):
            resize(run, max(_SMALLEST, int(size * widths.scale)))
    for paragraph, first, last, sides, _ in _paragraphs(table, rows, count) if widths.broken else ():
        room = sum(widths.columns[first:last]) - sides + _ROUNDED
        for text in paragraph.iter(f"{W}t"):
            _break_at_signs(text, room, style_and_text(paragraph, styles_by_id)[0])


def _break_at_signs(text: Any, room: int, style: TextStyle) -> None:
    """End a line behind a sign in each word that is wider than the room, where Word would end it anywhere."""
    lines = [""]
    for word in re.split(r"(?<= )", text.text or ""):
        wide = text_width(word.strip(), style) > room and not AMOUNT.search(word)
        for part in parts(word) if wide else [word]:
            if wide and lines[-1] and text_width(lines[-1].rpartition(" ")[2] + part, style) > room:
                lines.append("")
            lines[-1] += part
        lines[-1] += " " * (wide and word.endswith(" "))
    text.text = lines[0]
    for line in lines[:0:-1]:
        text.addnext(rest := etree.Element(f"{W}t", text.attrib))
        rest.text = line
        text.addnext(etree.Element(f"{W}br"))


def _widen_for_amounts(table: Any, styles_by_id: Mapping[str, TextStyle]) -> bool:
    """Give the columns of a table that is not marked what its amounts need; return whether anything changed."""
    if not AMOUNT.search("".join(table.itertext(f"{W}t"))):
        return False
    widths = grid_widths(table)
    rows = table_rows(table)
    needs, size = _needs(table, rows, len(widths), styles_by_id, heads=True)
    if not widths or all(sum(widths[it.first : it.last]) >= it.sides + it.amount for it in needs if it.amount):
        return False
    new = closest_widths(widths, needs, [1, min(1, _SMALL / size)])
    set_widths(table, rows, new.columns)
    if new.scale < 1:
        for paragraph, first, last, sides, _ in _paragraphs(table, rows, len(widths)):
            style, text = style_and_text(paragraph, styles_by_id)
            amount = _widest(AMOUNT.findall(text), style)
            free = sum(new.columns[first:last]) - sides
            if amount > free:
                for run in paragraph.iter(f"{W}r"):
                    resize(run, max(_SMALLEST, int((style.size or 20) * free / amount)))
    return True


def _drop_empty_columns(table: Any, rows: Sequence[Row]) -> bool:
    """Remove the columns in which no row has anything, with their headings; return whether there were any.

    Where a cell stands over several columns all of them stay.
    """
    columns = table.findall(f"{W}tblGrid/{W}gridCol")
    body = [row.cells for row in rows if not row.head]
    empty = [at for at in range(len(columns)) if body and all(at < len(it) and _is_empty(it[at]) for it in body)]
    whole = all(len(row.cells) == row.cells[-1].last == len(columns) for row in rows if row.cells)
    if not empty or not whole or len(empty) == len(columns):
        return False
    for at in empty:
        columns[at].getparent().remove(columns[at])
        for row in rows:
            row.element.remove(row.cells[at].element)
    return True


def _is_empty(cell: Cell) -> bool:
    for paragraph in cell.element.iter(f"{W}p"):
        if "".join(paragraph.itertext(f"{W}t")).strip() not in NOTHING:
            return False
    return cell.element.find(f".//{W}drawing") is None


def _needs(
    table: Any, rows: Sequence[Row], count: int, styles_by_id: Mapping[str, TextStyle], *, heads: bool = False
) -> tuple[list[Need], int]:
    """Return what the paragraphs of a table need, and the size of its text in half points.

    A heading wishes for no line of its own, unless `heads`: its words alone must be whole.
    """
    needs, size = [], 0
    for paragraph, first, last, sides, head in _paragraphs(table, rows, count):
        style, text = style_and_text(paragraph, styles_by_id)
        if not text:
            continue
        size = max(size, style.size or 20)
        amount = _widest(AMOUNT.findall(text), style) if "." in text else 0
        word = _widest(pieces(text), style)
        whole = _widest(words(text), style) if "-" in text and not head else word
        code = _widest(codes(text), style) if "-" in text else word
        part = word
        if word > _SHORT:  # in two lines, if it has signs
            part = min(word, word // 2 + _widest(parts(text), style))
        line = word if head and not heads else text_width(text, style)
        needs.append(Need(first, last, sides, whole, word, code, part, amount, line))
    return needs, size or 20


def _widest(texts: Iterable[str], style: TextStyle) -> int:
    """Return the width of the widest text; 0 where there is none."""
    return max((text_width(text, style) for text in texts), default=0)


def _paragraphs(table: Any, rows: Sequence[Row], count: int) -> Iterator[tuple[Any, int, int, int, bool]]:
    """Yield each paragraph of a table's own cells, its columns, the sum of margins and indents in twips, and whether it
    is in a heading.
    """
    margins = cell_margins(table.find(_TABLE_LOOK))
    for row in rows:
        for cell in row.cells:
            if cell.last > count:
                continue
            sides = cell_margins(cell.look, "tcMar", margins) + _SPARE
            for paragraph in cell.element.iterchildren(_PARAGRAPH):
                indent = paragraph.find(_INDENT)
                indents = [indent.get(f"{W}{side}", "0") for side in _SIDES] if indent is not None else ()
                room = sides + sum(max(0, int(float(value))) for value in indents) if indents else sides
                yield paragraph, cell.first, cell.last, room, row.head


def _mark(table: Any) -> str:
    style = table.find(f"{W}tblPr/{W}tblStyle")
    name = style.get(f"{W}val", "") if style is not None else ""
    return name if name in (GRID, TYPED_GRID, LAYOUT) else ""


def _scaled(widths: Sequence[int], room: int) -> list[int]:
    """Return the widths in proportion for a table as wide as the room; narrow columns, for signs, stay as they are."""
    fixed = sum(width for width in widths if width <= _SIGNS)
    if fixed == sum(widths) or fixed > room:
        return list(widths)
    new = [width if width <= _SIGNS else width * (room - fixed) // (sum(widths) - fixed) for width in widths]
    new[new.index(max(new))] += room - sum(new)
    return new


def _first_text_width(body: bytes) -> int:
    section = re.search(rb"<w:pgSz [^>]*/>\s*<w:pgMar [^>]*/>", body)
    return _text_width(section[0]) if section else 0


def _text_width(section: bytes) -> int:
    """Return the width of a section's text: the paper less both margins and the binding; 0 if it does not say."""
    sizes = [re.search(rb"<w:%b\b[^>]* w:%b=\"(\d+)\"" % name, section) for name in _PAGE]
    page, left, right, gutter = (int(size[1]) if size else 0 for size in sizes)
    return max(0, page - left - right - gutter)
