"""Add content to the structure tree of a tagged PDF (ISO 32000-1, 14.7), in its place in the order of reading."""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

Kids = list[Object]


class StructureTree:
    """The structure tree of a PDF that pikepdf has opened. It must be there: see `tree_of`."""

    def __init__(self, pdf: Pdf, document: Object, numbers: Array) -> None:
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
        element = self._pdf.make_indirect(
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

    def _content_of(self, page: Object) -> Array:
        """Return the elements of a page by MCID, as the tree of parents has them."""
        key = page.get("/StructParents")
        keys = [int(number) for number in self._numbers.as_list()[::2]]
        if key is not None and int(key) in keys:
            entry = self._numbers[2 * keys.index(int(key)) + 1]
            if isinstance(entry, Array):
                return entry
        key = max(keys, default=-1) + 1
        page.StructParents = key
        entry = self._pdf.make_indirect(Array())
        self._numbers.extend([key, entry])
        root = self._pdf.Root.StructTreeRoot
        if "/ParentTreeNextKey" in root:
            root.ParentTreeNextKey = key + 1
        return entry

    def _place_behind(self, content_of_page: Array, kids: Kids) -> int:
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
    root = pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, Dictionary):
        return None
    parents = root.get("/ParentTree")
    numbers = parents.get("/Nums") if isinstance(parents, Dictionary) else None
    tops = root.get("/K")
    tops = tops.as_list() if isinstance(tops, Array) else [tops]
    if not isinstance(numbers, Array) or len(tops) != 1 or not isinstance(tops[0], Dictionary):
        return None
    return StructureTree(pdf, tops[0], numbers)
