"""Checks of the text itself: where its lines end, and how numbers, lists and titles are written.

Each check takes a paper and yields what is wrong, a sentence each, beginning with the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from tests.support.gallery.reading import Line, Node, Paper

_MONTHS = "Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember"
_UNITS = (
    "unit|buah|lembar|hari|jam|menit|volt|ampere|watt|kVA|VA|GB|TB|MB|port|meter|km|set|paket|berkas|orang|tahun|bulan"
)
_PARTED = (
    (re.compile(r"(?:^|\W)\d{1,2}$"), re.compile(rf"(?:{_MONTHS})\b"), "a date"),
    (re.compile(rf"(?:{_MONTHS})$"), re.compile(r"\d{4}\b"), "a date"),
    (re.compile(r"\b(?:Nomor|No\.|NOMOR)$"), re.compile(r"\S"), "Nomor and what it numbers"),
    (re.compile(r"\b(?:Tahun|TAHUN|Anggaran|ANGGARAN)$"), re.compile(r"\d{4}\b"), "a year"),
    (re.compile(r"(?:^|\s)[\d.,]*\d$"), re.compile(rf"(?:{_UNITS})\b"), "a number and its unit"),
    (
        re.compile(r"(?:^|\s)\d+$"),
        re.compile(r"\((?:nol|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|se)"),
        "a number and its words",
    ),
    (re.compile(r"\bNIP$"), re.compile(r"\d"), "NIP and its digits"),
    (re.compile(r"\bLampiran$"), re.compile(r"[IVX]+\b"), "Lampiran and its number"),
)
_NIP = re.compile(
    r"(?<![\d.])(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:19|20)\d{2}(?:0[1-9]|1[0-2]|21)[12]\d{3}(?!\d)"
)
_LABEL = re.compile(r"(\d{1,2}|[a-z])[.)]\s")
_HEADINGS = frozenset({"Bab", "Subbab", "H1", "H2", "H3"})
LETTER = 0.5  # the width of a letter, as a part of its height
LONG_NUMBER = 30  # signs
LONGEST = 40  # letters of a word that a line of the page holds surely


def broken_words(paper: Paper, words: frozenset[str]) -> Iterator[str]:
    """Yield words and numbers that are broken between two lines, except behind a hyphen.

    `words` are those of the letter's Word file. A word of more than 40 letters may be broken: no column holds it.
    """
    tables = paper.tables()
    for node in paper.paragraphs:
        rows = [line.words for line in node.lines]
        for at, (line, after) in enumerate(pairwise(node.lines)):
            if not rows[at] or not rows[at + 1] or (after.box.top > line.box.top and after.page == line.page):
                continue
            tail, head = rows[at][-1], rows[at + 1][0]
            whole = _whole(tail, head, words)
            in_table = node.inside("Table") in tables
            wide = len(whole) * line.size * LETTER > max(one.box.right - one.box.left for one in node.lines)
            if whole and len(whole) <= LONGEST and not _breakable(tail, whole, in_table, wide):
                yield f'p. {line.page}: "{tail}/{head}" is broken in {_place(node)}'


def _whole(tail: str, head: str, words: frozenset[str]) -> str:
    """Return the shortest word in which `tail` and `head` are joined; "" where both are words of their own."""
    if (tail in words and head in words) or not tail or not head:
        return ""
    joined = tail + head
    return min((word for word in words if joined in word), key=len, default="")


def _breakable(tail: str, whole: str, in_table: bool, wide: bool) -> bool:
    """Return whether a word may be broken behind `tail`: at a hyphen, but not in a letter's number. A number that is
    wider than its lines, or so long that it would tear holes into justified ones, may at a slash, as words in a table;
    and one of more than 20 signs in a table at a dot.
    """
    if tail.endswith("-"):
        return "/" not in whole
    if tail.endswith("/"):
        return wide or in_table or len(whole) > LONG_NUMBER
    return tail.endswith(".") and in_table and len(whole) > 20


def parted(paper: Paper) -> Iterator[str]:
    """Yield what belongs together and is parted by the end of a line: dates, Nomor X, a number and its unit.

    Columns of a table are too narrow to ask it of them.
    """
    tables = paper.tables()
    for node in paper.paragraphs:
        if node.inside("Table") in tables:
            continue
        for line, after in pairwise(node.lines):
            for end, begin, what in _PARTED:
                if end.search(line.text) and begin.match(after.text):
                    yield f'p. {line.page}: {what} is parted: "{" ".join(line.words[-2:])} / {after.words[0]}"'


def ungrouped_nips(paper: Paper) -> Iterator[str]:
    """Yield NIPs that are not printed in groups (8, 6, 1 and 3 digits)."""
    for node in paper.paragraphs:
        for found in _NIP.findall("".join(line.text for line in node.lines)):
            yield f"p. {node.lines[0].page}: NIP {found} without groups"


def nothing_in_rupiah(paper: Paper) -> Iterator[str]:
    """Yield cells with amounts of nothing."""
    for node in paper.paragraphs:
        for line in node.lines:
            if node.inside("TD") and re.search(r"Rp\s?0,00", line.text):
                yield f"p. {line.page}: {_place(node)} says Rp0,00"


def list_ends(paper: Paper) -> Iterator[str]:
    """Yield lists whose last item does not end in a full stop, or where one before it does while others do not."""
    for items in _lists(paper):
        *before, last = [node.text.rstrip() for node in items]
        page = items[-1].lines[-1].page
        if last.endswith((";", ",")) and not _consideration(items[-1]):
            yield f'p. {page}: the last item ends in "{last[-1]}": "{last[-40:]}"'
        ends = {text[-1] for text in before if text}
        if ";" in ends and "." in ends:
            yield f'p. {page}: items end in ";" and in ".": "{before[0][-40:]}"'


def _consideration(node: Node) -> bool:
    """Return whether an item is a ground (Menimbang), all of which end in a semicolon (UU 12/2011, annex II no. 24)."""
    return bool(re.match(r"(?:[a-z][.)]\s)?bahwa ", node.text))


def lone_numbers(paper: Paper) -> Iterator[str]:
    """Yield lists of one item that carries a number."""
    for items in _lists(paper):
        if len(items) == 1:
            yield f'p. {items[0].lines[0].page}: one item alone is numbered: "{items[0].text[:40]}"'


def lone_title_words(paper: Paper) -> Iterator[str]:
    """Yield titles whose last line is a single word."""
    for node in paper.paragraphs:
        if (
            node.style in ("Judul", "Judul Lanjutan", "Title", "H1")
            and len(node.lines) > 1
            and len(node.lines[-1].words) == 1
        ):
            yield f'p. {node.lines[-1].page}: the title ends in one word: "{node.lines[-1].text}"'


def _lists(paper: Paper) -> Iterator[list[Node]]:
    """Yield the lists: numbered paragraphs of one sort and indent in one place, the next number behind the last.

    Text between two items, and lists within them, do not end a list.
    """
    lists: list[list[Node]] = []
    for node in paper.paragraphs:
        found = _LABEL.match(node.text)
        if found is None or node.style in _HEADINGS or "……" in node.text:  # a place to sign at
            continue
        if node.style == "Rincian" and node.layout:  # the parties of a Berita Acara
            continue
        label = found[1]
        for items in reversed(lists):
            before = items[-1]
            if _container(node) is _container(before) and node.style == before.style and _follows(before, node, label):
                items.append(node)
                break
        else:
            if label in ("1", "a"):
                lists.append([node])
    yield from lists


def _container(node: Node) -> Node | None:
    """Return what a paragraph stands in: the elements of its list and the cells of a table left out."""
    around = node.parent
    while around is not None and around.role in ("L", "LI", "LBody", "TR", "TD", "Div"):
        around = around.parent
    return around


def _follows(before: Node, node: Node, label: str) -> bool:
    found = _LABEL.match(before.text)
    last = found[1] if found else ""
    near = abs(before.lines[0].box.left - node.lines[0].box.left) < 8  # "9." and "10." begin a digit apart
    if label.isdigit() != last.isdigit():
        return False
    return near and (int(label) == int(last) + 1 if label.isdigit() else ord(label) == ord(last) + 1)


def _place(node: Node) -> str:
    return "a cell" if node.inside("TD", "TH", "Div") else "the text"


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text as they stand between blanks."""
    return frozenset(text.replace("\xa0", " ").split())


def short(line: Line) -> str:
    """Return the beginning of a line, in quotation marks."""
    return f'"{line.text[:57]}"'
