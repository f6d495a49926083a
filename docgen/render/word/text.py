"""Read the printed text of a Word file: body, text boxes and notes, paragraph by paragraph.

Hidden text, deleted text and the instructions of fields are not printed. What LibreOffice reckons (page numbers,
numbers of notes and paragraphs) or draws as a picture is not compared, so it only separates the text around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from lxml import etree

from docgen.render.word.package import BODY, NS, STYLES, W, WordParts, parse_xml

Container = Literal["row", "frame", "table", ""]

_NOTES = {"word/footnotes.xml": "footnote", "word/endnotes.xml": "endnote"}
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DRAWING_NAMESPACES = frozenset(("wps", "wpg", "wpc"))  # the shapes of Word 2010, which LibreOffice reads
SYMBOL_FONTS = ("wingdings", "webdings", "symbol", "zapfdingbats", "marlett")  # fonts of signs, not of letters
_OFF = ("0", "false", "off")
_LINKS = ("HYPERLINK", "FORMTEXT")  # fields whose text is printed as it stands
_BLOCK_CONTAINERS = frozenset(f"{W}{name}" for name in ("tbl", "tc", "sdt", "sdtContent", "customXml", "ins", "moveTo"))
_INLINE_CONTAINERS = _BLOCK_CONTAINERS | {f"{W}{name}" for name in ("hyperlink", "smartTag", "bdo", "dir")}
_SHAPES = frozenset((f"{W}drawing", f"{W}pict", f"{W}object", f"{_MC}AlternateContent"))
_IGNORED = frozenset(f"{W}{name}" for name in ("tab", "br", "cr", "ptab", "noBreakHyphen", "softHyphen", "rPr", "pPr"))
_P, _R, _T, _TR, _TBL, _FIELD, _FIELD_CHAR, _INSTRUCTION = (
    f"{W}{name}" for name in ("p", "r", "t", "tr", "tbl", "fldSimple", "fldChar", "instrText")
)
_called_note_ids = etree.XPath("//w:footnoteReference/@w:id | //w:endnoteReference/@w:id", namespaces=NS)


@dataclass
class Paragraph:
    """A paragraph with text: pieces that stand together, and the `container` that may cut them off.

    `row` is a table's row of a fixed height, `frame` a text box or frame, `table` any other cell.
    """

    container: Container
    pieces: list[str] = field(default_factory=lambda: [""])


def printed_paragraphs(parts: WordParts) -> list[Paragraph]:
    """Return the paragraphs of the printed file that hold text, in order; notes come last.

    Raises TemplateError when a part is broken.
    """
    reader = _ParagraphReader(hidden_styles(parts))
    tree = parse_xml(parts[BODY])
    reader.read_block(tree[-1], "")
    for name, kind in _NOTES.items():
        if name in parts:
            called = set(_called_note_ids(tree))
            for note in parse_xml(parts[name]).iterfind(f"{W}{kind}"):
                if note.get(f"{W}id") in called:
                    reader.read_block(note, "")
    return [paragraph for paragraph in reader.paragraphs if any(map(str.strip, paragraph.pieces))]


class _ParagraphReader:
    """Walks a part once; `fields` are the open ones: instruction, and whether their text is printed."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self.paragraphs: list[Paragraph] = []
        self._hidden = hidden
        self._fields: list[tuple[list[str], list[bool]]] = []

    def read_block(self, block: Any, container: Container) -> None:
        """Read the paragraphs of the body, a cell, a note or a text box."""
        for child in block:
            if child.tag == _P:
                self._read_paragraph(child, container)
            elif child.tag == _TR:
                if not is_on(child.find(f"{W}trPr/{W}hidden")):
                    self.read_block(child, "row" if container == "row" or _has_fixed_height(child) else "table")
            elif child.tag in _BLOCK_CONTAINERS:
                self.read_block(child, container)

    def _read_paragraph(self, paragraph: Any, container: Container) -> None:
        properties = paragraph.find(f"{W}pPr")
        style = properties.find(f"{W}pStyle") if properties is not None else None
        frame = properties.find(f"{W}framePr") if properties is not None else None
        if frame is not None and frame.get(f"{W}dropCap", "none") == "none":
            container = "frame"
        new_paragraph = Paragraph(container)
        self.paragraphs.append(new_paragraph)
        self._read_inline(paragraph, new_paragraph, shown=style is None or style.get(f"{W}val") not in self._hidden)

    def _read_inline(self, holder: Any, into: Paragraph, *, shown: bool) -> None:
        for child in holder:
            if child.tag == _R:
                self._read_run(child, into, shown=self._is_shown(child, shown=shown))
            elif child.tag in _INLINE_CONTAINERS or (child.tag == _FIELD and is_link(child.get(f"{W}instr", ""))):
                self._read_inline(child, into, shown=shown)
            elif child.tag not in _IGNORED and not _is_marker(child):
                into.pieces.append("")

    def _read_run(self, run: Any, into: Paragraph, *, shown: bool) -> None:
        for child in run:
            if child.tag == _T:
                if shown and all(printed[0] for _, printed in self._fields):
                    into.pieces[-1] += child.text or ""
            elif child.tag == _FIELD_CHAR:
                self._follow_field(child.get(f"{W}fldCharType"), into)
            elif child.tag == _INSTRUCTION:
                if self._fields:
                    self._fields[-1][0].append(child.text or "")
            elif child.tag in _SHAPES:
                for box in _text_boxes(child):
                    self.read_block(box, "frame")
            elif child.tag not in _IGNORED:
                into.pieces.append("")

    def _follow_field(self, mark: str | None, into: Paragraph) -> None:
        if mark == "begin":
            self._fields.append(([], [False]))
        elif self._fields:
            instruction, printed = self._fields[-1]
            printed[0] = is_link("".join(instruction))
            if not printed[0]:
                into.pieces.append("")
            if mark == "end":
                self._fields.pop()

    def _is_shown(self, run: Any, *, shown: bool) -> bool:
        """Return whether a run's text is printed, and in letters; `shown` is what its paragraph says."""
        properties = run.find(f"{W}rPr")
        if properties is None:
            return shown
        fonts, style, vanish = (
            properties.find(f"{W}rFonts"),
            properties.find(f"{W}rStyle"),
            properties.find(f"{W}vanish"),
        )
        if fonts is not None and fonts.get(f"{W}ascii", "").lower().startswith(SYMBOL_FONTS):
            return False
        if vanish is not None:
            return not is_on(vanish)
        return shown and (style is None or style.get(f"{W}val") not in self._hidden)


def is_link(instruction: str) -> bool:
    """Return whether a field with this instruction is a link or a form to fill in."""
    word = instruction.split(maxsplit=1)[:1]
    return bool(word) and word[0].upper() in _LINKS


def _is_marker(element: Any) -> bool:
    """Return whether an element only marks a point of the text: a bookmark, a comment's or a permission's begin or
    end.
    """
    return not isinstance(element.tag, str) or element.tag.endswith(("Start", "End", "proofErr"))


def _text_boxes(shape: Any) -> Iterator[Any]:
    """Yield the text boxes of a drawing; of two forms of the same drawing only the one that LibreOffice reads."""
    if shape.tag == f"{W}txbxContent":
        yield shape
    elif shape.tag == f"{_MC}AlternateContent":
        forms = [
            part for part in shape if part.tag == f"{_MC}Choice" and part.get("Requires", "") in _DRAWING_NAMESPACES
        ]
        for form in (forms or [part for part in shape if part.tag == f"{_MC}Fallback"])[:1]:
            for child in form:
                yield from _text_boxes(child)
    else:
        for child in shape:
            yield from _text_boxes(child)


def _has_fixed_height(row: Any) -> bool:
    height = row.find(f"{W}trPr/{W}trHeight")
    return height is not None and height.get(f"{W}hRule") == "exact"


def is_on(switch: Any) -> bool:
    """Return whether an element such as `w:vanish` is there and not switched off."""
    return switch is not None and switch.get(f"{W}val", "") not in _OFF


def hidden_styles(parts: WordParts) -> frozenset[str]:
    """Return the styles, by id, whose text is not printed."""
    xml = parts.get(STYLES, b"")
    if b"<w:vanish" not in xml:
        return frozenset()
    styles = {style.get(f"{W}styleId"): style for style in parse_xml(xml).iterfind(f"{W}style")}
    return frozenset(str(name) for name in styles if _hides(name, styles))


def _hides(name: Any, styles: dict[Any, Any]) -> bool:
    seen = set()
    while name in styles and name not in seen:
        seen.add(name)
        vanish = styles[name].find(f"{W}rPr/{W}vanish")
        if vanish is not None:
            return is_on(vanish)
        base = styles[name].find(f"{W}basedOn")
        name = base.get(f"{W}val") if base is not None else None
    return False
