"""Add content to the structure tree of a tagged PDF (ISO 32000-1, 14.7), in its place in the order of reading."""

from __future__ import annotations

from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

Kids = list[Any]


class StructureTree:
    """The structure tree of a PDF that pikepdf has opened. It must be there: see `tree_of`."""

    def __init__(self, pdf: Pdf, document: Any, numbers: Any) -> None:
        self._pdf = pdf
        self._document = document
        self._numbers = numbers

    def add(self, page: Object, role: str, text: str = "", *, first: bool = False) -> int:
        """Add an element behind all that stands on `page` (or before everything); return the MCID of its content there.

        `text` is what a screen reader says instead of the content (/ActualText); "": the content itself.
        """
        content_of_page = self._content_of(page)
        kids = self._kids()
        index = 0 if first else self._place_behind(content_of_page, kids)
        mcid = len(content_of_page)
        element: Any = self._pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name(f"/{role}"), P=self._document, Pg=page, K=mcid)
        )
        if text:
            element.ActualText = String(text)
        content_of_page.append(element)
        kids.insert(index, element)
        self._document.K = Array(kids)
        return mcid

    def _kids(self) -> Kids:
        kids = self._document.get("/K")
        if kids is None:
            return []
        return list(kids.as_list()) if isinstance(kids, Array) else [kids]

    def _content_of(self, page: Object) -> Any:
        """Return the elements of a page by MCID, as the tree of parents has them."""
        own: Any = page.get("/StructParents")
        keys = [int(number) for number in self._numbers.as_list()[::2]]
        if own is not None and int(own) in keys:
            known: Any = self._numbers[2 * keys.index(int(own)) + 1]
            if isinstance(known, Array):
                return known
        key = max(keys, default=-1) + 1
        page.StructParents = key
        entry: Any = self._pdf.make_indirect(Array())
        self._numbers.extend([key, entry])
        root: Any = self._pdf.Root.StructTreeRoot
        if "/ParentTreeNextKey" in root:
            root.ParentTreeNextKey = key + 1
        return entry

    def _place_behind(self, content_of_page: Any, kids: Kids) -> int:
        """Return the index in the document's kids behind the last that has content on the page."""
        places = {kid.objgen: index for index, kid in enumerate(kids) if isinstance(kid, Dictionary)}
        for element in reversed(content_of_page.as_list()):
            while isinstance(element, Dictionary):
                if element.objgen in places:
                    return places[element.objgen] + 1
                element = element.get("/P")
        return len(kids)


def tree_of(pdf: Pdf) -> StructureTree | None:
    """Return the structure tree of a file; None for one without tags, or with a tree that no tool of ours wrote."""
    root: Any = pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, Dictionary):
        return None
    parents: Any = root.get("/ParentTree")
    numbers: Any = parents.get("/Nums") if isinstance(parents, Dictionary) else None
    top: Any = root.get("/K")
    tops: Kids = list(top.as_list()) if isinstance(top, Array) else [top]
    if not isinstance(numbers, Array) or len(tops) != 1 or not isinstance(tops[0], Dictionary):
        return None
    return StructureTree(pdf, tops[0], numbers)
