"""WordprocessingML in small words: paragraphs, runs, tables. Lengths in cm or pt, as named; output is XML text.

Text given to `run` may hold docxtpl tags. Tags that steer whole paragraphs or rows stand alone: `steer("p", "if x")`.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

TWIPS_PER_CM = 567
EMU_PER_CM = 360_000
TEXT_WIDTH = 16.0  # cm: A4 less the margins 3 and 2 cm
LYING_WIDTH = 24.7  # cm: the same, landscape


def twips(cm: float) -> int:
    """Twentieths of a point, the unit of WordprocessingML."""
    return round(cm * TWIPS_PER_CM)


def run(text: str, *, bold: bool = False, underline: bool = False, italic: bool = False, size: float = 0) -> str:
    """A run; "\\t" in `text` becomes a tab. `size` in pt, 0 for the style's own."""
    look = "<w:b/>" * bold + "<w:i/>" * italic
    look += f'<w:sz w:val="{round(size * 2)}"/>' if size else ""
    look += '<w:u w:val="single"/>' * underline
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    pieces = [f'<w:t xml:space="preserve">{escape(piece)}</w:t>' if piece else "" for piece in text.split("\t")]
    return f"<w:r>{look}{'<w:tab/>'.join(pieces)}</w:r>"


def paragraph(
    content: str = "",
    style: str = "",
    *,
    number: str = "",
    level: int = 0,
    keep_next: bool = False,
    keep_lines: bool = False,
    before: float | None = None,
    after: float | None = None,
    align: str = "",
    indent: float | None = None,
    hanging: float = 0,
    new_page: bool = False,
) -> str:
    """A paragraph; `content` is text or runs. `before`/`after` in pt, `indent`/`hanging` in cm.

    `number` is the list it is an item of (`templates_docx._authoring.numbering`), `level` its level in it from 0.
    """
    if content and not content.startswith("<w:"):
        content = run(content)
    look = f'<w:pStyle w:val="{style}"/>' if style else ""
    look += "<w:keepNext/>" * keep_next + "<w:keepLines/>" * keep_lines + "<w:pageBreakBefore/>" * new_page
    if number:
        look += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    spacing = "".join(
        f' w:{name}="{round(value * 20)}"'
        for name, value in (("before", before), ("after", after))
        if value is not None
    )
    look += f"<w:spacing{spacing}/>" if spacing else ""
    if indent is not None:
        look += f'<w:ind w:left="{twips(indent)}" w:hanging="{twips(hanging)}"/>'
    look += f'<w:jc w:val="{align}"/>' if align else ""
    return f"<w:p>{f'<w:pPr>{look}</w:pPr>' if look else ''}{content}</w:p>"


def steer(level: str, statement: str) -> str:
    """A paragraph that docxtpl turns into a statement around paragraphs ("p")."""
    return paragraph(run(f"{{%{level} {statement} %}}"))


def steer_row(statement: str, columns: int = 1) -> str:
    """A table row that docxtpl turns into a statement around rows."""
    return row([cell(paragraph(run(f"{{%tr {statement} %}}"), "Sel"), span=columns)])


def cell(content: str, *, width: float = 0, span: int = 1, align: str = "", look: str = "") -> str:
    """A table cell holding paragraphs; `width` in cm, `align` vertical, `look` further properties as XML."""
    size = f'<w:tcW w:w="{twips(width)}" w:type="dxa"/>' if width else ""
    size += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    look = size + look
    look += f'<w:vAlign w:val="{align}"/>' if align else ""
    return f"<w:tc>{f'<w:tcPr>{look}</w:tcPr>' if look else ''}{content}</w:tc>"


def row(cells: Sequence[str], *, header: bool = False, whole: bool = False, height: float = 0) -> str:
    """A table row at least `height` cm high; `header` repeats on every page, `whole` is never split between pages."""
    look = "<w:cantSplit/>" * whole
    look += f'<w:trHeight w:val="{twips(height)}" w:hRule="atLeast"/>' if height else ""
    look += "<w:tblHeader/>" * header
    return f"<w:tr>{f'<w:trPr>{look}</w:trPr>' if look else ''}{''.join(cells)}</w:tr>"


def table(
    widths: Sequence[float],
    rows: Sequence[str],
    *,
    lines: bool = False,
    padding: float = 0.0,
    style: str | None = None,
) -> str:
    """A table of fixed column widths (cm), with thin lines or none; `padding` left and right of each cell in cm.

    Its `style` tells docgen.render.word.fit_tables what to do with it: "Kisi" gets column widths from its content,
    "TataLetak" is as wide as the text. Without one a table as wide as the text of A4 is such a one, another has none.
    """
    if style is None:
        style = "TataLetak" if any(abs(sum(widths) - width) < 0.01 for width in (TEXT_WIDTH, LYING_WIDTH)) else ""
    border = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margin = f'<w:left w:w="{twips(padding)}" w:type="dxa"/><w:right w:w="{twips(padding)}" w:type="dxa"/>'
    look = f'<w:tblStyle w:val="{style}"/>' if style else ""
    look += f'<w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/>'
    look += f"<w:tblBorders>{border}</w:tblBorders>" if lines else ""
    look += f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margin}</w:tblCellMar>'
    grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def picture(relation: str, name: str, width: float, height: float) -> str:
    """An inline picture with an alternative text; `width` and `height` of its box in cm."""
    cx, cy = round(width * EMU_PER_CM), round(height * EMU_PER_CM)
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{cx}" cy="{cy}"/>'
        f'<wp:docPr id="1" name="{name}" descr="{name}"/><a:graphic><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="1" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
        f'<a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
