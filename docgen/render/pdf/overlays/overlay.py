"""What draws small marks on the pages of a PDF and changes nothing else, PDF/A and tagging included.

Marks are artifacts (ISO 32000-1, 14.8.2.2): a screen reader passes over them and the structure tree stays true. What
it must say, a decision for one, is content and enters the structure tree: `PikepdfOverlay.add_content`. The
font is embedded, as PDF/A asks, and comes with docgen, so the same input gives the same bytes on every machine. Three
classes draw, each on what it is handed; the times are of the same band on the same letter of one page (of four), in
milliseconds of one processor:

| class | draws on | for | time |
|---|---|---|---|
| `raw_overlay.RawOverlay` | what LibreOffice has just written | the band of every letter | 1 (3) |
| `pikepdf_overlay.PikepdfOverlay` | any PDF | decisions, watermarks, lines at the foot | 5 (22) |
| `pypdf_overlay.PypdfOverlay` | what pypdf is writing anyway | flattened and rebuilt files, seals, labels | 18 (86) |
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from docgen.render.pdf.geometry import PageView

NAME = "/DocgenMark"  # of a mark among the drawings of its page
Page = TypeVar("Page")
Drawing = TypeVar("Drawing")


class TextMeasure(Protocol):
    """Measures text: a `MarkFont` or an `Overlay`."""

    def width(self, text: str, size: float) -> float:
        """Return the width in points of printable `text` at `size` points."""


class TextPen(TextMeasure, Protocol):
    """Measures and draws text: an `Overlay`."""

    def text(self, text: str, x: float, y: float, size: float) -> bytes:
        """Return operators that write printable `text` with its baseline starting at (x, y) points."""


class Overlay(TextPen, Protocol[Page, Drawing]):
    """Draws marks on the pages of one PDF; the font and each drawing are written once for all pages."""

    @property
    def pages(self) -> Sequence[Page]:
        """Return the pages in order."""

    def page_view(self, page: Page) -> PageView:
        """Return the visible part of a page. Raises PdfError."""

    def drawing(
        self, operators: bytes, view: PageView, inner: Drawing | None = None, opacity: float | None = None
    ) -> Drawing:
        """Add a drawing in the space of a page as it is seen.

        It may use the font as /F, `inner` as /D, and `opacity` (0 to 1) as the graphics state /T.
        """

    def mark(self, page: Page, view: PageView, drawing: Drawing, *, subtype: str) -> None:
        """Show a drawing over the content of a page, as an artifact of `subtype` (Header, Footer). Raises PdfError."""


def content_operators(view: PageView, name: str, role: str, mcid: int) -> bytes:
    """Return operators that show the drawing `name`, as `mark_operators` does, as content of the structure tree."""
    return f"Q\n/{role} <</MCID {mcid}>> BDC q {view.matrix} cm {name} Do Q EMC\n".encode("ascii")


def mark_operators(view: PageView, name: str, subtype: str) -> bytes:
    """Return operators that show the drawing `name` behind a content that begins with q, as an artifact."""
    artifact = f"/Artifact <</Type /Pagination /Subtype /{subtype}>> BDC"
    return f"Q\n{artifact} q {view.matrix} cm {name} Do Q EMC\n".encode("ascii")
