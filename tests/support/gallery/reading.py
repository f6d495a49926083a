"""Words, lines and paragraphs of a PDF with their positions, as the printed page has them.

Positions are points from the lower left corner. A paragraph is an element of the tagged structure that holds text
itself; its `style` is the structure type, which LibreOffice takes from the paragraph style of the Word file.
"""

from __future__ import annotations

import ctypes
import io
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

HEADER = "Sel Kepala"  # the paragraph style of header cells
HYPHEN = "\x02"  # pdfium's sign for a hyphen at the end of a line


@dataclass(frozen=True)
class Box:
    """A rectangle on a page."""

    left: float
    bottom: float
    right: float
    top: float

    def overlap(self, other: Box) -> tuple[float, float]:
        """Return how wide and how high two boxes cover each other; negative where they are apart."""
        return (
            min(self.right, other.right) - max(self.left, other.left),
            min(self.top, other.top) - max(self.bottom, other.bottom),
        )


@dataclass(frozen=True)
class Line:
    """A line of text on page `page` (from 1), its box without blanks at its ends, and its letters' size in points.

    `leading` are the columns in which parts of it begin that stand apart, such as a list's number and its text.
    """

    page: int
    text: str
    box: Box
    size: float
    starts: tuple[float, ...]

    @property
    def words(self) -> list[str]:
        """Return its words."""
        return self.text.split()


@dataclass(eq=False)
class Node:
    """An element of the tagged structure: its type, its lines (a paragraph's only), and the elements in it."""

    style: str
    role: str
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the text of a paragraph, its lines joined by blanks."""
        return " ".join(line.text for line in self.lines)

    def inside(self, *roles: str) -> Node | None:
        """Return the nearest element around this one that has one of the roles."""
        around = self.parent
        while around is not None and around.role not in roles:
            around = around.parent
        return around

    @property
    def layout(self) -> Node | None:
        """Return the outermost element around this one that only arranges what is in it; None where there is none."""
        found, around = None, self.parent
        while around is not None and around.role not in ("Document", "Root"):
            found = around if around.role == "Div" else found
            around = around.parent
        return found

    def walk(self) -> Iterator[Node]:
        """Yield this element and all in it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def cells(self) -> list[Node]:
        """Return the cells of a table's own rows."""
        rows = [node for node in self.walk() if node.role == "TR" and node.inside("Table") is self]
        return [cell for row in rows for cell in row.children]

    def all_lines(self) -> list[Line]:
        """Return the lines of this element and all in it, in reading order."""
        return [line for node in self.walk() for line in node.lines]


@dataclass(frozen=True)
class Page:
    """A page: its number (from 1), size in points, the lines that no paragraph holds (head, page number, band, stamps),
    and the boxes of what is drawn as one piece (stamps, watermarks)."""

    number: int
    width: float
    height: float
    marks: list[Line]
    drawings: list[Box]


@dataclass(frozen=True)
class Paper:
    """A PDF: its pages, its structure and its paragraphs in reading order."""

    pages: list[Page]
    root: Node
    paragraphs: list[Node]

    def lines(self, page: int) -> list[Line]:
        """Return the paragraphs' lines on a page, in reading order."""
        return [line for node in self.paragraphs for line in node.lines if line.page == page]

    def tables(self) -> list[Node]:
        """Return the tables of data, in reading order: those with a header. Others only arrange what is in them."""
        return [node for node in self.root.walk() if node.role == "Table" and any(map(is_header, node.cells()))]


def is_header(cell: Node) -> bool:
    """Return whether a cell is a table's header: by its role, or because it is written in the style of one."""
    return cell.role == "TH" or any(child.style == HEADER for child in cell.children)


@dataclass(frozen=True)
class _Letter:
    text: str
    box: Box
    size: float


def read_paper(pdf: bytes) -> Paper:
    """Return what is printed on a PDF, and where."""
    letters: list[dict[int, list[_Letter]]] = []
    pages = []
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        for number in range(1, len(document) + 1):
            with closing(document[number - 1]) as page:
                found = _letters(page)
                letters.append(found)
                marks = _lines(number, found.get(-1, []))
                pages.append(Page(number, page.get_width(), page.get_height(), marks, list(_drawings(page))))
    root = _structure(pdf, letters)
    return Paper(pages, root, [node for node in root.walk() if node.lines])


def _letters(page: pypdfium2.PdfPage) -> dict[int, list[_Letter]]:
    """Return the letters of a page by the id of the marked content they are in; -1 is of no paragraph."""
    found: dict[int, list[_Letter]] = defaultdict(list)
    ids: dict[int, tuple[int, float]] = {}
    rect = pdfium.FS_RECTF()
    with closing(page.get_textpage()) as text:
        for index in range(text.count_chars()):
            piece = pdfium.FPDFText_GetTextObject(text, index)
            if not piece:
                continue  # a blank that pdfium puts between two pieces
            address = ctypes.addressof(piece.contents)
            if address not in ids:
                ids[address] = pdfium.FPDFPageObj_GetMarkedContentID(piece), pdfium.FPDFText_GetFontSize(text, index)
            code = pdfium.FPDFText_GetUnicode(text, index)
            pdfium.FPDFText_GetLooseCharBox(text, index, rect)
            id, size = ids[address]
            sign = "-" if chr(code) == HYPHEN else chr(code)
            if pdfium.FPDFText_IsGenerated(text, index) and not sign.isspace():
                continue
            found[id].append(_Letter(sign, Box(rect.left, rect.bottom, rect.right, rect.top), size))
    return found


def _drawings(page: pypdfium2.PdfPage) -> Iterator[Box]:
    """Yield the boxes of the forms on a page: what was stamped onto it."""
    for piece in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_FORM], max_depth=1):
        yield Box(*piece.get_bounds())


def _lines(page: int, letters: list[_Letter]) -> list[Line]:
    """Return letters as lines, in the order in which they are drawn; a gap of two letters parts a line's columns."""
    lines: list[list[_Letter]] = []
    last: _Letter | None = None
    for letter in letters:
        blank = letter.text.isspace()
        if last is None or (not blank and not _same_line(last, letter)):
            lines.append([])
        lines[-1].append(letter)
        last = last if blank and last else letter
    return [line for row in lines if (line := _line(page, row))]


def _same_line(before: _Letter, after: _Letter) -> bool:
    height = min(before.box.top - before.box.bottom, after.box.top - after.box.bottom)
    part = 0.6 if height > 0.4 * before.size else 0.3  # a comma stands half below the line
    return before.box.overlap(after.box)[1] > part * height and after.box.left > before.box.left - 1


def _line(page: int, letters: list[_Letter]) -> Line | None:
    text, starts, right = "", [], 0.0
    inked: list[_Letter] = []
    for letter in letters:
        if letter.text.isspace() or (not letter.text.isprintable() and letter.text != "\xa0"):
            text += letter.text if letter.text == "\xa0" else " "
            continue
        gap = letter.box.left - right
        if not inked or gap > 2 * letter.size:
            starts.append(letter.box.left)
        if inked and gap > 0.15 * letter.size and not text.endswith((" ", "\xa0")):
            text += " "
        text += letter.text
        right = letter.box.right
        inked.append(letter)
    if not inked:
        return None
    box = Box(
        min(one.box.left for one in inked),
        min(one.box.bottom for one in inked),
        max(one.box.right for one in inked),
        max(one.box.top for one in inked),
    )
    return Line(page, text.strip(), box, max(one.size for one in inked), tuple(starts))


def _structure(pdf: bytes, letters: list[dict[int, list[_Letter]]]) -> Node:
    """Return the structure tree; elements that hold marked content hold its lines."""
    root = Node("Root", "Root")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        tree = document.Root.get("/StructTreeRoot")
        if tree is None:
            return root
        pages = {page.objgen: index for index, page in enumerate(document.pages)}
        roles = {str(name): str(role) for name, role in tree.get("/RoleMap", {}).items()}
        _walk(tree.get("/K"), root, None, _Tree(pages, roles, letters))
    return root


@dataclass(frozen=True)
class _Tree:
    pages: dict[Any, int]
    roles: dict[str, str]
    letters: list[dict[int, list[_Letter]]]

    def role(self, style: str) -> str:
        seen = style
        for _ in range(5):
            seen = self.roles.get(seen, seen)
        return seen[1:]


_INLINE = frozenset({"Span", "Link", "Lbl", "Quote", "Em", "Strong", "Annot", "Reference"})


def _walk(kids: Any, node: Node, page: Any, tree: _Tree) -> None:
    """Add what an element holds to `node`."""
    content: dict[int, list[_Letter]] = defaultdict(list)
    _collect(kids, node, page, tree, content)
    for at, letters in sorted(content.items()):
        node.lines += _lines(at + 1, letters)


def _collect(kids: Any, node: Node, page: Any, tree: _Tree, content: dict[int, list[_Letter]]) -> None:
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            at = tree.pages[page.objgen]
            content[at] += tree.letters[at].get(kid, [])
        elif isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            style = str(kid.S)
            role = tree.role(style)
            own = kid.get("/Pg", page)
            if role in _INLINE:
                _collect(kid.get("/K"), node, own, tree, content)
            else:
                child = Node(style[1:], role, node)
                node.children.append(child)
                _walk(kid.get("/K"), child, own, tree)
        elif isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/MCR":
            at = tree.pages[kid.get("/Pg", page).objgen]
            content[at] += tree.letters[at].get(int(kid.MCID), [])
