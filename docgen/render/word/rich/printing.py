"""Print rich text in a template's own styles: paragraphs, items, tables and pictures in place of a tag's paragraph."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from jinja2.exceptions import TemplateRuntimeError
from markupsafe import Markup

from docgen.list_numbers import item_of, labels
from docgen.render.word.package import NS
from docgen.render.word.photo_slots import fit, jpeg_size
from docgen.render.word.rich.numbering import HANGING, WordList, lists_of
from docgen.render.word.rich.slots import Slot
from docgen.render.word.rich.styles import Styles
from docgen.render.xml_text import run_text

Block = Mapping[str, Any]
AddLists = Callable[[Sequence[WordList], int], Sequence[str]]

_PICTURE = (5_400_000, 3_600_000)  # EMU (15 by 10 cm): the largest, where it stands among text
_EMU_PER_PIXEL = 9_525  # at 96 dpi: a small picture stays small
_LONG_ROW = 400  # characters: a row with more may part between two pages
_ORDER = (
    *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers"),
    *(
        "pBdr",
        "shd",
        "tabs",
        "suppressAutoHyphens",
        "kinsoku",
        "wordWrap",
        "overflowPunct",
        "topLinePunct",
        "autoSpaceDE",
    ),
    *("autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents"),
    *("suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle"),
)
_RUN_ORDER = (
    *("rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow"),
    *("emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "spacing", "w", "kern", "position"),
    *("sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang"),
)
_LOOKS = {"bold": ("b", "<w:b/>"), "italic": ("i", "<w:i/>"), "underline": ("u", '<w:u w:val="single"/>')}
_NUMBER = re.compile(r"(?:Rp)?[\d.,\u00a0 %()-]*\d[\d.,\u00a0 %()-]*")
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)

_CELL = '<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/>'
_GAP = '<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>'


class RichPrinter:
    """Prints the rich texts of one letter."""

    def __init__(self, slots: Sequence[Slot], styles: Styles, photos: Mapping[str, bytes], add_lists: AddLists) -> None:
        """Print in the looks of `slots`; `photos` (JPEG by file name) are those the letter shows, in order."""
        self._slots, self._styles, self._add_lists = slots, styles, add_lists
        self._pictures = {name: (f"foto{number}", data) for number, (name, data) in enumerate(photos.items(), start=1)}

    def print(self, slot: int, value: Any) -> Markup:
        """Return the paragraphs and tables of a text: a list of paragraphs (str) and blocks, or one str.

        Of an empty list the tag's own paragraph is left, empty.
        Raises jinja2's TemplateRuntimeError for anything else, as other tags do.
        """
        parts = [value] if isinstance(value, str) else value
        if not isinstance(parts, list):
            raise TemplateRuntimeError("{{p … }} mencetak isian rich_text, paragraphs, atau list")
        blocks = [_as_block(part) for part in parts or [""]]  # a cell without any paragraph would be no cell
        return Markup(_Text(self, self._slots[slot], blocks).xml())  # noqa: S704

    @property
    def styles(self) -> Styles:
        """Return the styles of the template."""
        return self._styles

    def number(self, lists: Sequence[WordList], indent: int) -> Sequence[str]:
        """Add lists to the letter, and return their numbers."""
        return self._add_lists(lists, indent)

    def picture(self, photo: Mapping[str, str]) -> str:
        """Return the run of a picture."""
        name, data = self._pictures[photo["file"]]
        wide, high = jpeg_size(photo["file"], data)
        box = min(_PICTURE[0], wide * _EMU_PER_PIXEL), min(_PICTURE[1], high * _EMU_PER_PIXEL)
        cx, cy = fit(wide, high, box)
        named = f"id={quoteattr(name.removeprefix('foto'))} name={quoteattr(name)} descr={quoteattr(photo['caption'])}"
        spaces = " ".join(f'xmlns:{prefix}="{NS[prefix]}"' for prefix in ("r", "wp", "a", "pic"))
        return (
            f'<w:r><w:drawing><wp:inline {spaces} distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{cx}" cy="{cy}"/><wp:docPr {named}/><a:graphic><a:graphicData uri="{NS["pic"]}">'
            f"<pic:pic><pic:nvPicPr><pic:cNvPr {named}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>"
            f'<a:blip r:embed="{name}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
            f'<a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )


class _Text:
    """One rich text in one place of a letter."""

    def __init__(self, printer: RichPrinter, slot: Slot, blocks: Sequence[Block]) -> None:
        self._printer, self._slot, self._blocks = printer, slot, blocks
        self._indent = printer.styles.indent(slot.paragraph)
        items = [item_of(block) for block in blocks]
        placed = lists_of(
            (level, numbering, number) for (level, numbering, _), number in zip(items, labels(items), strict=True)
        )
        distinct = list(dict.fromkeys(word_list for word_list in placed if word_list is not None))
        numbers = dict(zip(distinct, printer.number(distinct, self._indent), strict=True))
        self._numbers = ["" if word_list is None else numbers[word_list] for word_list in placed]

    def xml(self) -> str:
        following = [*self._blocks[1:], None]
        return "".join(
            self._block(block, after, number)
            for block, after, number in zip(self._blocks, following, self._numbers, strict=True)
        )

    def _block(self, block: Block, after: Block | None, number: str) -> str:
        if block["type"] == "table":
            return self._table(block) + self._paragraph("", **self._style("Garis", spacing=_GAP))
        if block["type"] == "image":
            caption = self._runs([{"text": block["photo"]["caption"]}], {})
            picture = self._printer.picture(block["photo"])
            return self._paragraph(
                picture, **self._style("Gambar", jc='<w:jc w:val="center"/>'), keepNext="<w:keepNext/>"
            ) + self._paragraph(caption, **self._style("Keterangan", jc='<w:jc w:val="center"/>'))
        looks = dict(self._slot.paragraph)
        if block.get("level") or number:
            looks = self._item(block.get("level", 1), number, looks)
        if after is not None and _leads(block, after):
            looks["keepNext"] = "<w:keepNext/>"
        return self._paragraph(self._runs(block["runs"], self._slot.run), **looks)

    def _item(self, level: int, number: str, looks: Mapping[str, str]) -> dict[str, str]:
        """Return the look of an item, or of a text (no `number`) that belongs to one."""
        left = self._indent + level * HANGING
        hanging = f' w:hanging="{HANGING}"' if number else ' w:firstLine="0"'
        changed = {**looks, "ind": f'<w:ind w:left="{left}"{hanging}/>'}
        changed.pop("numPr", None)
        if number:
            changed["numPr"] = f'<w:numPr><w:ilvl w:val="{level - 1}"/><w:numId w:val="{number}"/></w:numPr>'
        if style := self._printer.styles.first("Butir", "List Paragraph"):
            changed["pStyle"] = f'<w:pStyle w:val="{style}"/>'
            changed.pop("jc", None)
        if number and self._slot.run:
            changed["rPr"] = f"<w:rPr>{_sorted(self._slot.run, _RUN_ORDER)}</w:rPr>"  # of the number
        return changed

    def _table(self, block: Block) -> str:
        rows: Sequence[Sequence[Sequence[Mapping[str, Any]]]] = block["rows"]
        has_head = block.get("header", True) and len(rows) > 1
        body = rows[1:] if has_head else rows
        styles = [_cell_style(["".join(run["text"] for run in row[at]) for row in body]) for at in range(len(rows[0]))]
        width = 9_000 // len(rows[0])  # twips, until `fit_tables` fits it to the page
        lines = []
        for at, row in enumerate(rows):
            is_head = has_head and at == 0
            whole = sum(len(run["text"]) for cell in row for run in cell) < _LONG_ROW
            look = "<w:cantSplit/>" * (whole or is_head) + "<w:tblHeader/>" * is_head
            cells = "".join(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
                f"{self._cell(cell, style, head=is_head)}</w:tc>"
                for cell, style in zip(row, styles, strict=True)
            )
            lines.append(f"<w:tr>{f'<w:trPr>{look}</w:trPr>' if look else ''}{cells}</w:tr>")
        margins = '<w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>'
        grid = f'<w:gridCol w:w="{width}"/>' * len(rows[0])
        return (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="KisiIsi"/><w:tblW w:w="{width * len(rows[0])}" w:type="dxa"/>'
            f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
            f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
        )

    def _cell(self, runs: Sequence[Mapping[str, Any]], style: str, *, head: bool) -> str:
        align = {"SelTengah": "center", "SelKanan": "right"}.get(style, "center" if head else "left")
        looks = self._style("SelKepala" if head else style, jc=f'<w:jc w:val="{align}"/>', spacing=_CELL)
        if head:
            looks["keepNext"] = "<w:keepNext/>"
            if not self._printer.styles.first("SelKepala"):
                runs = [{**run, "bold": True} for run in runs]
        return self._paragraph(self._runs(runs, {}), **looks)

    def _style(self, name: str, **otherwise: str) -> dict[str, str]:
        """Return the look of a paragraph in a style of the template, or these properties where it has none."""
        style = self._printer.styles.first(name)
        return {"pStyle": f'<w:pStyle w:val="{style}"/>'} if style else otherwise

    def _paragraph(self, content: str, **looks: str) -> str:
        mark = looks.pop("rPr", "")
        look = _sorted(looks, _ORDER) + mark
        return f"<w:p>{f'<w:pPr>{look}</w:pPr>' if look else ''}{content}</w:p>"

    def _runs(self, runs: Sequence[Mapping[str, Any]], look: Mapping[str, str]) -> str:
        return "".join(_run(run, look) for run in runs)


def _as_block(part: Any) -> Block:
    if isinstance(part, str):
        return {"type": "paragraph", "runs": [{"text": part}]}
    if isinstance(part, Mapping) and "type" in part:
        return part
    raise TemplateRuntimeError("{{p … }} mencetak isian rich_text, paragraphs, atau list")


def _leads(block: Block, after: Block) -> bool:
    """Return whether a text must stay on the page of the block after it: it announces it, or is the item above it."""
    if block["type"] == "item" and after.get("level", 0) > block.get("level", 1):
        return True
    text = "".join(run["text"] for run in block["runs"])
    return text.endswith(":") and (after["type"] != "paragraph" or bool(after.get("level")))


def _cell_style(texts: Sequence[str]) -> str:
    """Return the style of a column's cells: numbers stand right, or in the middle where all are short."""
    numbers = [text for text in texts if text.strip(" -")]
    if not numbers or not all(_NUMBER.fullmatch(text) for text in numbers):
        return "Sel"
    return "SelTengah" if max(map(len, numbers)) <= 4 else "SelKanan"


def _run(run: Mapping[str, Any], look: Mapping[str, str]) -> str:
    own = dict([_LOOKS[name] for name in _LOOKS if run.get(name)])
    properties = _sorted({**look, **own}, _RUN_ORDER)
    return (
        f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}"
        f'<w:t xml:space="preserve">{run_text(run["text"])}</w:t></w:r>'
    )


def _sorted(properties: Mapping[str, str], order: Sequence[str]) -> str:
    """Return properties in the order that the schema demands; those it does not know come last."""
    place = {name: at for at, name in enumerate(order)}
    return "".join(properties[name] for name in sorted(properties, key=lambda name: place.get(name, len(place))))
