"""Describe a bundle before it is bound: its pages, the links between them, and how the pages lie on the paper."""

from __future__ import annotations

from dataclasses import dataclass, field

from pypdf.generic import DictionaryObject, IndirectObject, PdfObject

from docgen.render.pdf.geometry import IDENTITY, Edges, Matrix


@dataclass(eq=False)
class Section:
    """The element of a bound file, or of one of its pages, in the structure tree: its object, its title, and the
    numbers of the elements within it.
    """

    reference: IndirectObject
    title: str
    kids: list[int] = field(default_factory=list)


@dataclass
class BundlePage:
    """A page of a bundle before binding. `matrix` maps the space of its own file to that of the bundle's page."""

    reference: IndirectObject
    width: float
    height: float
    matrix: Matrix = IDENTITY
    contents: list[PdfObject] = field(default_factory=list)
    resources: DictionaryObject = field(default_factory=DictionaryObject)
    opening_operators: bytes = b""
    entries: DictionaryObject = field(default_factory=DictionaryObject)
    links: list[DictionaryObject] = field(default_factory=list)
    seen: Matrix = IDENTITY  # from the sheet as it is seen to the page's own space
    overlay_operators: bytes = b""  # drawn over it, in the space of the sheet
    blank: bool = False
    section: Section | None = None  # of the structure tree, where its file has tags


@dataclass(frozen=True)
class PageLink:
    """A rectangle on a page (index) that links to another page (index)."""

    page: int
    box: Edges
    target: int


@dataclass(frozen=True)
class Layout:
    """How pages lie: paper size (None: each as it came), binding shift in points, both sides used, two pages a side."""

    paper: tuple[float, float] | None = None
    shift: float = 0
    duplex: bool = False
    two_up: bool = False

    def moved(self, index: int) -> float:
        """Return how far right of its place the content of page `index` stands: away from the edge that is bound.

        Negative on the back of a leaf; 0 where pages keep their own paper or two share one.
        """
        if self.paper is None or self.two_up:
            return 0.0
        return -self.shift if self.duplex and index % 2 else self.shift

    @property
    def unit(self) -> int:
        """Return the number of pages on one leaf of paper."""
        return (2 if self.duplex else 1) * (2 if self.two_up else 1)


AS_IT_CAME = Layout()
