"""What a bundle is bound of: pages on their sheets, links between them, and how the pages lie on the paper."""

from __future__ import annotations

from dataclasses import dataclass, field

from pypdf.generic import DictionaryObject, IndirectObject, PdfObject

from docgen.render.pdf.geometry import UNMOVED, Matrix

Box = tuple[float, float, float, float]
PAPERS = {"A4": (595.276, 841.89), "F4": (609.449, 935.433)}  # 210 x 297 and 215 x 330 mm


@dataclass
class Leaf:
    """A page of the bundle before it is bound. `matrix` maps the space of its own file to that of its sheet."""

    reference: IndirectObject
    width: float
    height: float
    matrix: Matrix = UNMOVED
    contents: list[PdfObject] = field(default_factory=list)
    resources: DictionaryObject = field(default_factory=DictionaryObject)
    before: bytes = b""
    entries: DictionaryObject = field(default_factory=DictionaryObject)
    links: list[DictionaryObject] = field(default_factory=list)
    seen: Matrix = UNMOVED  # from the sheet as it is seen to the page's own space
    extra: bytes = b""  # drawn over it, in the space of the sheet
    blank: bool = False


@dataclass(frozen=True)
class Link:
    """A place of a page (index, box on its sheet) that leads to another page (index)."""

    page: int
    box: Box
    target: int


@dataclass(frozen=True)
class Layout:
    """How pages lie: paper (None: each as it came), points moved for the binding, both sides used, two on a sheet."""

    paper: tuple[float, float] | None = None
    shift: float = 0
    duplex: bool = False
    two_up: bool = False

    @property
    def unit(self) -> int:
        """The number of pages after which a new leaf of paper begins."""
        return (2 if self.duplex else 1) * (2 if self.two_up else 1)


AS_IT_CAME = Layout()
