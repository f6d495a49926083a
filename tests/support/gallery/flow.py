"""Checks of how a text runs over pages: lone lines, headings, tables, closing, signature and copies.

Each check takes a paper and yields what is wrong, a sentence each, beginning with the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from tests.support.gallery.placement import starts_annex
from tests.support.gallery.reading import Line, Node, Paper, is_header

HEADINGS = frozenset({"Bab", "Subbab", "Judul", "Judul Lanjutan", "H1", "H2", "H3", "H4", "H5", "H6", "Title"})
_SIGNATURE = "Tanda Tangan"
_ANNEX_HEAD = re.compile(r"(lampiran|nomor|tanggal)\b", re.IGNORECASE)
_PREFIX = re.compile(r"(a\.n\.|u\.b\.|Plt\.|Plh\.|Pj\.)\s")


def lone_lines(paper: Paper) -> Iterator[str]:
    """Yield paragraphs of which one line alone stands at the foot (orphan) or at the head (widow) of a page."""
    for node in paper.paragraphs:
        count = Counter(line.page for line in node.lines)
        if len(count) < 2:
            continue
        first, *_, last = sorted(count)
        if _rows(node, first) == 1:
            yield f"p. {first}: an orphan line: {_short(node.lines[0])}"
        if _rows(node, last) == 1:
            yield f"p. {last}: a widow line: {_short(node.lines[-1])}"


def headings_last(paper: Paper) -> Iterator[str]:
    """Yield headings, heads of annexes, and sentences that announce what follows, with nothing of it on their page."""
    for node, after in pairwise(paper.paragraphs):
        announces = node.text.endswith(":") and not node.inside("TR", "Div")
        heads = node.style in HEADINGS or node.role in HEADINGS or node.style.startswith(_SIGNATURE)
        if (heads or announces) and not _signature(node):
            page = node.lines[-1].page
            following = _first_row(after)
            if following > page:
                yield f"p. {page}: last on its page: {_short(node.lines[-1])}"


def header_rows(paper: Paper) -> Iterator[str]:
    """Yield the pages on which a table goes on without its header row."""
    for table in paper.tables():
        heads = [cell for cell in table.cells() if is_header(cell)]
        words = {word for node in heads for line in node.all_lines() for word in line.words}
        pages = sorted({line.page for line in table.all_lines()})
        for number in pages[1:]:
            shown = {word for line in paper.pages[number - 1].marks for word in line.words}
            shown |= {word for node in heads for line in node.all_lines() if line.page == number for word in line.words}
            if words - shown:
                yield f"p. {number}: a table goes on without its header row ({' '.join(sorted(words))[:60]})"


def split_rows(paper: Paper) -> Iterator[str]:
    """Yield rows of tables of data that are parted by a page."""
    for table in paper.tables():
        for row in table.walk():
            if row.role != "TR" or row.inside("Table") is not table:
                continue
            lines = row.all_lines()
            if len({line.page for line in lines}) > 1:
                yield f"p. {lines[0].page}: a row is parted: {_short(lines[0])}"


def signature_pages(paper: Paper) -> Iterator[str]:
    """Yield signatures that are parted by a page, or stand alone on one: two lines of text at least are with them.

    In an annex it is the sentence that says how much it lists.
    """
    copies = {one for found in all_copies(paper) for one in found}
    for block in signatures(paper):
        pages = {line.page for node in block for line in node.lines}
        first = block[0].lines[0]
        if len(pages) > 1:
            yield f"p. {first.page}: a signature is parted: {_short(first)}"
        above = [
            line
            for node in paper.paragraphs
            if not _signature(node) and node not in copies
            for line in node.lines
            if line.page == first.page and line.box.bottom > first.box.bottom
        ]
        in_annex = any(starts_annex(paper, page) for page in paper.pages[1 : first.page])
        if len(above) < (1 if in_annex else 2):
            yield f"p. {first.page}: a signature without text above it: {_short(first)}"


def copies_page(paper: Paper) -> Iterator[str]:
    """Yield copies (tembusan) that are not with the signature, or parted by a page."""
    blocks = signatures(paper)
    order = {node: at for at, node in enumerate(paper.paragraphs)}
    for copies in all_copies(paper):
        page = copies[0].lines[0].page
        before = [block for block in blocks if order[block[-1]] < order[copies[0]]]
        if before and before[-1][-1].lines[-1].page != page:
            yield f"p. {page}: copies without the signature"
        if any(line.page != page for node in copies for line in node.lines):
            yield f"p. {page}: copies are parted"


def all_copies(paper: Paper) -> list[list[Node]]:
    """Return the copies (tembusan): the word and the paragraphs of its style behind it."""
    found: list[list[Node]] = []
    for node in paper.paragraphs:
        if node.text.casefold() == "tembusan:":
            found.append([node])
        elif found and node.style == found[-1][-1].style and not _signature(node):
            found[-1].append(node)
    return found


def hanging(paper: Paper) -> Iterator[str]:
    """Yield posts with a.n., u.b., Plt. or Plh. whose next lines do not hang behind the prefix."""
    for node in paper.paragraphs:
        if not _signature(node):
            continue
        prefixes = [at for at, line in enumerate(node.lines) if _PREFIX.match(line.text)]
        for at in prefixes:
            begin = node.lines[at]
            for line in node.lines[at + 1 :]:
                if _PREFIX.match(line.text):
                    break
                if line.box.left < begin.box.left + 8:
                    yield f"p. {line.page}: does not hang: {_short(line)}"
                    break


def signatures(paper: Paper) -> list[list[Node]]:
    """Return the signature blocks: paragraphs of the style of signatures that follow each other."""
    found: list[list[Node]] = []
    before: Node | None = None
    for node in paper.paragraphs:
        if _signature(node):
            if before is None or not _signature(before):
                found.append([])
            found[-1].append(node)
        before = node
    return found


def _signature(node: Node) -> bool:
    return node.style.startswith(_SIGNATURE) and not _in_annex_head(node)


def _in_annex_head(node: Node) -> bool:
    """Return whether a paragraph belongs to an annex's head, which is written in the style of signatures."""
    layout = node.layout
    first = next((one for one in layout.walk() if one.lines), node) if layout else node
    return bool(_ANNEX_HEAD.match(first.text))


def _first_row(node: Node) -> int:
    """Return the page on which what begins with a paragraph begins: of a table, its first row after the header."""
    row = node.inside("TR")
    table = node.inside("Table")
    if row is None or table is None or not any(map(is_header, row.children)):
        return node.lines[0].page
    rows = [line.page for cell in table.cells() if not is_header(cell) for line in cell.all_lines()]
    return rows[0] if rows else node.lines[0].page


def _rows(node: Node, page: int) -> int:
    """Return how many lines of a paragraph are on a page; what stands beside each other is one."""
    tops: list[float] = []
    for line in node.lines:
        if line.page == page and not any(abs(line.box.bottom - top) < 4 for top in tops):
            tops.append(line.box.bottom)
    return len(tops)


def _short(line: Line) -> str:
    text = line.text if len(line.text) <= 60 else f"{line.text[:57]}..."
    return f'"{text}"'
