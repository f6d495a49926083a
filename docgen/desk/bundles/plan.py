"""What stands where in a bundle: pieces in order, volumes, and the page each piece begins at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from docgen.desk.bundles.refused_documents import Refused
from docgen.desk.bundles.request import SHEET_MM, BundleRequest
from docgen.desk.bundles.selection import Item
from docgen.desk.desk import Desk
from docgen.errors import NotFound
from docgen.render.bundles.binder import BundlePage, Layout
from docgen.sop.progress import StepProgress

Place = tuple[str, int]  # procedure and step


@dataclass
class Piece:
    """A document, a sheet for one that is missing, or a sheet before a step. `reason`: why it cannot be merged.

    `dossier` is its id in a bundle that names several, else "".
    """

    sort: Literal["document", "missing", "separator"]
    place: Place
    item: Item | None = None
    kind: str = ""  # of a missing document
    refused: Refused | None = None  # what was there of a missing document, and was refused
    count: int = 0  # of a step's documents
    reason: str = ""
    leaves: list[BundlePage] = field(default_factory=list)
    dossier: str = ""

    @property
    def pages(self) -> int:
        """Return the number of pages it takes; until its file was read, as many as the archive says."""
        if self.sheet:
            return 1
        return len(self.leaves) or (self.item.pages.count if self.item else 1)

    @property
    def sheet(self) -> bool:
        """Return whether a sheet stands for it."""
        return self.sort != "document" or bool(self.reason)


@dataclass
class Volume:
    """What one binder holds; `begins` is its first page (index), `front` the number of pages of cover and contents."""

    number: int
    pieces: list[Piece]
    front: int
    begins: int = 0
    pages: int = 0
    starts: list[int] = field(default_factory=list)  # the page (index) at which each piece begins

    @property
    def listed(self) -> list[tuple[Piece, int]]:
        """Return the pieces that its contents name, each with the page (index) it begins at."""
        return [(p, s) for p, s in zip(self.pieces, self.starts, strict=True) if p.sort != "separator"]


def pieces_of(
    request: BundleRequest, items: Sequence[Item], steps: Sequence[StepProgress], refusals: Mapping[str, Refused]
) -> list[Piece]:
    """Return documents, sheets for what the dossier's `steps` lack, and sheets before the steps, in order."""
    refused_at = {(it.document.step, it.document.kind): it for it in refusals.values() if not it.replaced}
    documents = [
        Piece(
            "document",
            (item.document.procedure, item.document.step),
            item,
            dossier=item.document.dossier if request.by_dossier else "",
        )
        for item in items
    ]
    pieces = documents
    if steps and request.missing and not request.new_only:
        procedure = items[0].document.procedure
        missing = [
            Piece(
                "missing",
                (procedure, step.step.number),
                kind=kind,
                refused=refused_at.get((step.step.number, kind)),
            )
            for step in steps
            for kind in step.lacks
            if not request.kinds or kind in request.kinds
        ]
        pieces = _insert_missing(documents, missing)
    return _insert_separators(pieces) if request.separators else pieces


def split(
    pieces: Sequence[Piece], layout: Layout, request: BundleRequest, front_pages: Callable[[int, Sequence[Piece]], int]
) -> list[Volume]:
    """Return volumes no larger than the request allows, laid out; a document is never split.

    `front_pages(number, pieces)` counts the pages of a volume's cover and contents.
    """
    if request.volume_pages is None and request.volume_mm is None:
        return [_lay(Volume(1, list(pieces), front_pages(1, pieces)), layout)]
    volumes: list[Volume] = []
    for block in _blocks(pieces):
        if volumes:
            grown = [*volumes[-1].pieces, *block]
            candidate = _lay(Volume(len(volumes), grown, front_pages(len(volumes), grown), volumes[-1].begins), layout)
            if _fits(candidate, layout, request):
                volumes[-1] = candidate
                continue
        begins = _rounded(volumes[-1].begins + volumes[-1].pages, layout.unit) if volumes else 0
        number = len(volumes) + 1
        volumes.append(_lay(Volume(number, block, front_pages(number, block), begins), layout))
    return volumes


def sheets(pages: int, layout: Layout) -> int:
    """Return the sheets of paper that so many pages take."""
    return -(-pages // layout.unit)


def activity(desk: Desk, place: Place) -> str:
    """Return what is done at a step; "" when the SOP no longer has it."""
    try:
        return desk.sop.procedure(place[0]).step(place[1]).activity
    except NotFound:
        return ""


def _insert_missing(documents: Sequence[Piece], missing: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with each missing one behind the last of its step, or else of an earlier step."""
    pieces = list(documents)
    for piece in missing:
        of_step = [index for index, other in enumerate(pieces) if other.place[1] == piece.place[1]]
        earlier = [index for index, other in enumerate(pieces) if other.place[1] < piece.place[1]]
        pieces.insert((of_step or earlier or [-1])[-1] + 1, piece)
    return pieces


def _insert_separators(pieces: Sequence[Piece]) -> list[Piece]:
    separated: list[Piece] = []
    for piece in pieces:
        if not separated or (separated[-1].dossier, separated[-1].place) != (piece.dossier, piece.place):
            separated.append(Piece("separator", piece.place, dossier=piece.dossier))
        separated.append(piece)
    counts: dict[int, int] = {}
    for piece in separated:
        if piece.sort == "separator":
            current = id(piece)
            counts[current] = 0
        elif piece.sort == "document":
            counts[current] += 1
    for piece in separated:
        piece.count = counts.get(id(piece), 0)
    return separated


def _blocks(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield each document with the sheets before it, the last one with those behind it too, so that no volume holds
    sheets alone.
    """
    block: list[Piece] = []
    for index, piece in enumerate(pieces):
        block.append(piece)
        if piece.sort == "document" and any(later.sort == "document" for later in pieces[index + 1 :]):
            yield block
            block = []
    if block:
        yield block


def _lay(volume: Volume, layout: Layout) -> Volume:
    page = volume.begins + volume.front
    volume.starts = []
    for piece in volume.pieces:
        page = _rounded(page, layout.unit) if layout.duplex else page
        volume.starts.append(page)
        page += piece.pages
    volume.pages = page - volume.begins
    return volume


def _fits(volume: Volume, layout: Layout, request: BundleRequest) -> bool:
    if request.volume_pages is not None and volume.pages > request.volume_pages:
        return False
    return request.volume_mm is None or sheets(volume.pages, layout) * SHEET_MM <= request.volume_mm + 1e-9


def _rounded(page: int, unit: int) -> int:
    return -(-page // unit) * unit
