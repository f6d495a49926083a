"""Compute where a page of any size and orientation goes on the office's paper. Lengths in points.

A page that is larger than the sheet is made smaller, never larger; one that lies down is turned so that its head is at
the binding, as an annex in a binder is. What the office's own templates make keeps its place: their margins leave room
for the bundle's mark. A page that came from outside may be written on everywhere and is kept clear of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pypdf import PageObject
from pypdf.generic import RectangleObject

from docgen.render.pdf.paper import MM

MARK_TOP = 12 * MM  # the strip along the upper edge that holds the bundle's mark
EDGE = 5 * MM  # ordinary printers cannot print nearer to the edge
Edges = tuple[float, float, float, float]  # left, bottom, right, top in points
ALIKE = 2 * MM  # papers that differ less are the same: letter makers round differently


@dataclass(frozen=True)
class Matrix:
    """An affine map as PDF writes it: x' = a x + c y + e, y' = b x + d y + f."""

    a: float = 1
    b: float = 0
    c: float = 0
    d: float = 1
    e: float = 0
    f: float = 0

    def then(self, other: Matrix) -> Matrix:
        """Return this map followed by `other`."""
        return Matrix(
            self.a * other.a + self.b * other.c,
            self.a * other.b + self.b * other.d,
            self.c * other.a + self.d * other.c,
            self.c * other.b + self.d * other.d,
            self.e * other.a + self.f * other.c + other.e,
            self.e * other.b + self.f * other.d + other.f,
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return the image of a point."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def bounding_box(self, x: float, y: float, right: float, top: float) -> Edges:
        """Return the upright box around the image of a box."""
        corners = [self.point(*corner) for corner in ((x, y), (right, y), (x, top), (right, top))]
        xs, ys = [corner[0] for corner in corners], [corner[1] for corner in corners]
        return min(xs), min(ys), max(xs), max(ys)

    def inverse(self) -> Matrix:
        """Return the inverse; for maps that turn and scale only."""
        det = self.a * self.d - self.b * self.c
        a, b, c, d = self.d / det, -self.b / det, -self.c / det, self.a / det
        return Matrix(a, b, c, d, -self.e * a - self.f * c, -self.e * b - self.f * d)

    @property
    def is_identity(self) -> bool:
        """Return whether the map changes nothing that could be seen."""
        off = (self.a - 1, self.b, self.c, self.d - 1)
        return max(map(abs, off)) < 1e-6 and max(abs(self.e), abs(self.f)) < 0.01

    def operator(self) -> bytes:
        """Return the operator `cm` with this matrix."""
        numbers = (self.a, self.b, self.c, self.d, self.e, self.f)
        return (" ".join(f"{round(number, 5) + 0.0:g}" for number in numbers) + " cm\n").encode("ascii")


IDENTITY = Matrix()


@dataclass(frozen=True)
class PlacedPage:
    """A page on its paper: the map from its own space, the paper's size, and whether it was turned to landscape."""

    matrix: Matrix
    width: float
    height: float
    landscape: bool
    clip: Edges
    back: Matrix = IDENTITY  # of a page that stays as it is: from the page as it is seen to its own space


@dataclass(frozen=True)
class PageView:
    """A page as a person sees it: width and height in points, and the matrix from there into the page's own space."""

    width: float
    height: float
    matrix: str


@dataclass(frozen=True)
class PageShape:
    """What a PDF says of a page: its visible part in its own space, /Rotate, and the points in a unit of that space."""

    visible: Edges
    rotation: int = 0
    unit: float = 1

    @property
    def size(self) -> tuple[float, float]:
        """Return width and height of the page as it is seen."""
        left, bottom, right, top = self.visible
        sides = ((right - left) * self.unit, (top - bottom) * self.unit)
        return sides if self.rotation % 180 == 0 else sides[::-1]

    @property
    def upright(self) -> Matrix:
        """Return the map from the page's own space to the page as it is seen. Raises KeyError for a slanted /Rotate."""
        left, bottom, right, top = self.visible
        return {
            0: Matrix(1, 0, 0, 1, -left, -bottom),
            90: Matrix(0, -1, 1, 0, -bottom, right),
            180: Matrix(-1, 0, 0, -1, right, top),
            270: Matrix(0, 1, -1, 0, top, -left),
        }[self.rotation % 360].then(Matrix(self.unit, 0, 0, self.unit))

    @property
    def view(self) -> PageView:
        """Return the page as it is seen."""
        back = self.upright.inverse()
        axes = " ".join(f"{number + 0.0:g}" for number in (back.a, back.b, back.c, back.d))
        return PageView(*self.size, f"{axes} {back.e + 0.0:.3f} {back.f + 0.0:.3f}")


def visible_part(media: Edges, crop: Edges) -> Edges:
    """Return the visible part of a page; its media box if its crop box lies outside of that."""
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if left < right and bottom < top else media


def ordered(x: float, y: float, other_x: float, other_y: float) -> Edges:
    """Return the edges of a box from two opposite corners."""
    return min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)


def page_shape(page: PageObject) -> PageShape:
    """Return the shape of a page that pypdf has read."""
    return PageShape(visible_part(_edges(page.mediabox), _edges(page.cropbox)), page.rotation, page.user_unit)


def page_view(page: PageObject) -> PageView:
    """Return the visible part of a page that pypdf has read: its crop box within its media box, turned by /Rotate."""
    return page_shape(page).view


def _edges(box: RectangleObject) -> Edges:
    return ordered(*(float(box[index]) for index in range(4)))


def place_on_paper(
    page: PageObject, paper: tuple[float, float], *, shift: float = 0, foreign: bool = False
) -> PlacedPage:
    """Return a page on `paper` (width, height), moved right by `shift` for the binding (left when negative)."""
    shape = page_shape(page)
    matrix, (width, height) = shape.upright, shape.size
    landscape = width > height * 1.01
    if landscape:
        matrix = matrix.then(Matrix(0, 1, -1, 0, height, 0))
        width, height = height, width
    same = abs(width - paper[0]) <= ALIKE and abs(height - paper[1]) <= ALIKE
    if not foreign:  # its own margins are free: only its size counts
        scale = 1.0 if same else min(1, paper[0] / width, paper[1] / height)
        x, y = (paper[0] - width * scale) / 2 + shift, paper[1] - height * scale
    else:
        left, right = EDGE + max(shift, 0), EDGE + max(-shift, 0)
        room = paper[0] - left - right, paper[1] - MARK_TOP - EDGE
        scale = min(1, room[0] / width, room[1] / height)
        x, y = left + (room[0] - width * scale) / 2, paper[1] - MARK_TOP - height * scale
    matrix = matrix.then(Matrix(scale, 0, 0, scale, x, y))
    return PlacedPage(matrix, paper[0], paper[1], landscape, shape.visible)


def keep_size(page: PageObject) -> PlacedPage:
    """Return a page on paper of its own size."""
    shape = page_shape(page)
    return PlacedPage(IDENTITY, *shape.size, False, shape.visible, shape.upright.inverse())
