"""Write and read the outline of a PDF: its bookmarks, as a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

from docgen.render.pdf.objects.object_writer import ObjectFile


@dataclass(frozen=True)
class OutlineItem:
    """A bookmark: its title, the page (index) it leads to, and its depth (0 is the outermost)."""

    title: str
    page: int
    depth: int = 0


@dataclass
class _Node:
    entry: OutlineItem
    reference: IndirectObject
    children: list[_Node] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Return the number of bookmarks below it."""
        return sum(1 + child.count for child in self.children)


def write_outline(file: ObjectFile, entries: Sequence[OutlineItem], pages: Sequence[IndirectObject]) -> IndirectObject:
    """Write the tree and return its root; an item is a child of the nearest item above it that is less deep."""
    root = file.reserve()
    top: list[_Node] = []
    path: list[_Node] = []
    for entry in entries:
        node = _Node(entry, file.reserve())
        while path and path[-1].entry.depth >= entry.depth:
            path.pop()
        (path[-1].children if path else top).append(node)
        path.append(node)
    _write(file, root, top, pages)
    count = sum(1 + node.count for node in top)
    head = {"/Type": NameObject("/Outlines"), "/Count": NumberObject(count)}
    file.write(root, _dictionary(head | _ends(top)))
    return root


def read_outline(root: DictionaryObject, pages: Mapping[int, int]) -> list[OutlineItem]:
    """Return the items of an outline that `write_outline` wrote; `pages` gives the page (index) of an object's
    number.
    """
    entries: list[OutlineItem] = []
    waiting: list[tuple[Any, int]] = [(root.get("/First"), 0)]
    while waiting:
        node, depth = waiting.pop()
        if node is None:
            continue
        item: Any = node.get_object()
        page = pages.get(list.__getitem__(item["/Dest"], 0).idnum)
        if page is not None:
            entries.append(OutlineItem(str(item["/Title"]), page, depth))
        waiting.append((item.get("/Next"), depth))
        waiting.append((item.get("/First"), depth + 1))
    return entries


def _write(file: ObjectFile, parent: IndirectObject, nodes: Sequence[_Node], pages: Sequence[IndirectObject]) -> None:
    for index, node in enumerate(nodes):
        entries: dict[str, PdfObject] = {
            "/Title": TextStringObject(node.entry.title),
            "/Parent": parent,
            "/Dest": ArrayObject([pages[node.entry.page], NameObject("/Fit")]),
        }
        if index:
            entries["/Prev"] = nodes[index - 1].reference
        if index + 1 < len(nodes):
            entries["/Next"] = nodes[index + 1].reference
        if node.children:
            entries["/Count"] = NumberObject(node.count)
        file.write(node.reference, _dictionary(entries | _ends(node.children)))
        _write(file, node.reference, node.children, pages)


def _ends(nodes: Sequence[_Node]) -> dict[str, PdfObject]:
    return {"/First": nodes[0].reference, "/Last": nodes[-1].reference} if nodes else {}


def _dictionary(entries: dict[str, PdfObject]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): value for key, value in entries.items()})
