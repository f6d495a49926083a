"""Accept all tracked changes of a Word file: insertions stay, deletions go, and no markup is left."""

from __future__ import annotations

from typing import Any

from docgen.render.word.package import W

_KEPT_CONTENT = ("ins", "moveTo")
_LOST_CONTENT = ("del", "moveFrom")
_MARKS = ("rPr", "trPr", "numPr", "ctrlPr")  # where an element says what became of the thing around it
_OLD_LOOKS = (
    *("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "trPrChange", "tcPrChange"),
    *("tblPrExChange", "numberingChange"),
)
_RANGES = tuple(
    f"{name}Range{end}"
    for name in ("moveFrom", "moveTo", "customXmlIns", "customXmlDel", "customXmlMoveFrom", "customXmlMoveTo")
    for end in ("Start", "End")
)
SIGNS = (*_KEPT_CONTENT, *_LOST_CONTENT, *_OLD_LOOKS, *_RANGES, "cellIns", "cellDel", "cellMerge")
_MERGED = {"rest": "restart", "cont": "continue"}


def accept_changes(tree: Any) -> None:
    """Accept every tracked change in a part, as "Accept All Changes" does in Word. Changes the tree."""
    if not any(True for _ in tree.iter(*(f"{W}{name}" for name in SIGNS))):
        return
    for name in (*_OLD_LOOKS, *_RANGES):
        for element in list(tree.iter(f"{W}{name}")):
            _remove(element)
    _accept_rows(tree)
    _accept_cells(tree)
    ended = _paragraphs_to_join(tree)
    for name in _LOST_CONTENT:
        for element in list(tree.iter(f"{W}{name}")):
            _remove(element)
    for name in _KEPT_CONTENT:
        for element in list(tree.iter(f"{W}{name}")):
            _unwrap(element)
    for paragraph in ended:
        _join_next(paragraph)


def _accept_rows(tree: Any) -> None:
    for row in list(tree.iter(f"{W}tr")):
        if row.find(f"{W}trPr/{W}del") is not None:
            table = row.getparent()
            table.remove(row)
            if table.tag == f"{W}tbl" and table.find(f"{W}tr") is None:
                _remove(table)


def _accept_cells(tree: Any) -> None:
    for mark in list(tree.iter(f"{W}cellDel", f"{W}cellIns", f"{W}cellMerge")):
        look = mark.getparent()
        if mark.tag == f"{W}cellDel":
            _remove(look.getparent())
        elif mark.tag == f"{W}cellMerge" and look.find(f"{W}vMerge") is None:
            kind = _MERGED.get(mark.get(f"{W}vMerge", ""))
            if kind:
                merge = look.makeelement(f"{W}vMerge", {f"{W}val": kind})
                mark.addprevious(merge)
        _remove(mark)


def _paragraphs_to_join(tree: Any) -> list[Any]:
    """Return the paragraphs whose paragraph mark was deleted, so that they go on with the next; the marks are
    removed.
    """
    paragraphs = []
    for look in list(tree.iter(*(f"{W}{name}" for name in _MARKS))):
        for name in (*_KEPT_CONTENT, *_LOST_CONTENT):
            for mark in look.findall(f"{W}{name}"):
                look.remove(mark)
                holder = look.getparent()
                if name in _LOST_CONTENT and look.tag == f"{W}rPr" and holder.tag == f"{W}pPr":
                    paragraphs.append(holder.getparent())
    return paragraphs


def _join_next(paragraph: Any) -> None:
    """Put the rest of a paragraph in front of the next one, whose paragraph properties both then have."""
    content = [child for child in paragraph if child.tag != f"{W}pPr"]
    following = paragraph.getnext()
    if following is None or following.tag != f"{W}p":
        if not content and len(paragraph.getparent()) > 1 and following is not None:
            _remove(paragraph)
        return
    at = 1 if following.find(f"{W}pPr") is not None else 0
    following[at:at] = content
    _remove(paragraph)


def _unwrap(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        at = parent.index(element)
        parent[at : at + 1] = list(element)


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
