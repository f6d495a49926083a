"""Keep the last rows of a table with the signatures below it, so that no signature stands on a page without a row."""

from __future__ import annotations

from typing import Any

from lxml import etree

from docgen.render.word.package import W
from docgen.render.word.paragraphs import keep_with_next
from docgen.render.word.tables import grid_widths

KEPT_ROWS = 2  # the last rows of a table that stand with what follows it
_BOX = (
    '<w:tcPr xmlns:w="{space}"><w:tcW w:w="{width}" w:type="dxa"/><w:gridSpan w:val="{columns}"/><w:tcBorders>'
    '<w:left w:val="nil"/><w:bottom w:val="nil"/><w:right w:val="nil"/></w:tcBorders><w:tcMar>'
    '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tcMar></w:tcPr>'
)


def keep_last_rows(table: Any) -> None:
    """Keep the last rows of a table with the table behind it, such as the signatures under an annex.

    What is kept whole in one cell becomes a last row without lines: LibreOffice keeps rows of one table together, but
    no row with the next table.
    """
    small = table.getnext()
    if small is None or small.tag != f"{W}p" or (after := small.getnext()) is None or after.tag != f"{W}tbl":
        return
    rows = table.findall(f"{W}tr")
    lines = [next(row.iter(f"{W}p")) for row in rows[-KEPT_ROWS:]]
    piece = _one_piece(after)
    if piece is None:
        lines.append(small)
    for line in lines:
        keep_with_next(line)
    if piece is not None:
        _append(table, piece)
        table.getparent().remove(small)
        table.getparent().remove(after)


def _one_piece(table: Any) -> Any | None:
    """Return the row of a table of one whole cell; none where stamps have their place, and none of another table."""
    rows = table.findall(f"{W}tr")
    if len(rows) != 1 or len(rows[0].findall(f"{W}tc")) != 1 or rows[0].find(f"{W}trPr/{W}cantSplit") is None:
        return None
    return None if next(table.iter(f"{W}bookmarkStart"), None) is not None else rows[0]


def _append(table: Any, row: Any) -> None:
    widths = grid_widths(table)
    cell = row.find(f"{W}tc")
    look = cell.find(f"{W}tcPr")
    if look is not None:
        cell.remove(look)
    box = _BOX.format(space=W.strip("{}"), width=sum(widths), columns=len(widths))
    cell.insert(0, etree.fromstring(box))
    table.append(row)
