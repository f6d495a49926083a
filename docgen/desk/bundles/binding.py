"""Bind the pieces of a bundle: volumes with cover and contents, bookmarks, links, page labels."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from docgen.desk.bundles.front_matter import About, FrontPageEstimate, of_volumes, render_front
from docgen.desk.bundles.plan import Piece, Volume, activity, split
from docgen.desk.bundles.refused_documents import SHEET_HEADINGS
from docgen.desk.bundles.request import BundleRequest
from docgen.desk.desk import Desk
from docgen.errors import ConversionFailed
from docgen.render.bundles.binder import Binder, BundlePage, Layout, PageLink
from docgen.render.bundles.cover_code import cover_band
from docgen.render.bundles.cover_code import labels_with_codes as draw_codes
from docgen.render.pdf.destinations import Destination, letters, named_destinations
from docgen.render.pdf.outline import OutlineItem
from docgen.render.pdf.paper import MM
from docgen.render.pdf.pdfium import page_count
from wording import say

ATTEMPTS = 5  # to find how many pages the contents take; two do unless volumes push documents to and fro
LEFT = 30 * MM  # of the contents' table
RIGHT = 20 * MM
ABOVE = 2  # points that a row begins above its first line
BOTTOM = 25 * MM


@dataclass(frozen=True)
class Plan:
    """What stands where, and the covers and contents that say so; true while the pieces have this `shape`."""

    shape: list[tuple[int, str]]
    volumes: list[Volume]
    fronts: list[bytes]


@dataclass(frozen=True)
class Bound:
    """A bundle that is written: its numbered pages, those a viewer counts, and what stands in which volume."""

    pages: int
    sides: int
    volumes: list[Volume]


def bind(desk: Desk, binder: Binder, about: About, plan: Plan) -> Bound:
    """Write all pages in their order and close the file. Raises ConverterError, PdfError."""
    volumes, fronts = plan.volumes, plan.fronts
    leaves: list[BundlePage] = []
    outline: list[OutlineItem] = []
    links: list[PageLink] = []
    covers: dict[int, str] = {}
    contents: list[int] = []
    for volume, front in zip(volumes, fronts, strict=True):
        _pad(binder, leaves, volume.begins)
        covers[volume.begins] = f"Sampul {volume.number}" if len(volumes) > 1 else "Sampul"
        front_pages = binder.add(front, main=volume.number == 1)
        cover_band(binder, front_pages[0], desk.links.bundle(about.code), _band(about, desk))
        leaves += front_pages
        _pad(binder, leaves, volume.begins + volume.front)
        rows = _rows(named_destinations(front), front_pages, volume)
        links += rows
        contents += range(volume.begins + 1, volume.begins + len(front_pages))
        for piece, start in zip(volume.pieces, volume.starts, strict=True):
            _pad(binder, leaves, start)
            leaves += piece.leaves
        outline += _bookmarks(desk, about, volume, len(volumes))
    _pad(binder, leaves, _even(len(leaves), binder.layout))
    sides = binder.bind(
        leaves,
        title=about.title,
        digest=_digest(about, plan),
        outline=outline,
        links=links,
        code=about.code,
        unmarked=covers,
        contents=contents,
        created=about.moment,
    )
    return Bound(len(leaves), sides, volumes)


def shape_of(pieces: Sequence[Piece]) -> list[tuple[int, str]]:
    """Return what the contents depend on and reading the files may change: pages and reason of each piece."""
    return [(piece.pages, piece.reason) for piece in pieces]


def labels_with_codes(desk: Desk, about: About, labels: bytes) -> bytes:
    """Return labels with the bundle's QR in the boxes of their template. Raises PdfError."""
    places = [spot for name, spot in named_destinations(labels).items() if name.startswith(("kotak", "punggung"))]
    return draw_codes(labels, places, desk.links.bundle(about.code), title=about.title, created=about.moment)


def plan_volumes(desk: Desk, about: About, request: BundleRequest, pieces: Sequence[Piece], layout: Layout) -> Plan:
    """Return volumes with their covers and contents, laid out until these take as many pages as was assumed.

    Raises ConversionFailed where that does not come to rest, ConverterError.
    """
    front_counts: dict[int, int] = {}  # pages of cover and contents, by the volume's number
    shape = shape_of(pieces)
    estimate = FrontPageEstimate(desk, about)

    def front_pages(number: int, volume_pieces: Sequence[Piece]) -> int:
        return front_counts.get(number) or estimate.pages(volume_pieces)

    for attempt in range(ATTEMPTS):
        volumes = split(pieces, layout, request, front_pages)
        fronts = [render_front(desk, about, volume, volumes, layout) for volume in volumes]
        counts = [page_count(front) for front in fronts]
        # After two attempts room to spare will do: an empty page is better than going to and fro.
        if all(
            count == volume.front or (attempt >= 2 and count < volume.front)
            for count, volume in zip(counts, volumes, strict=True)
        ):
            return Plan(shape, volumes, fronts)
        for volume, count in zip(volumes, counts, strict=True):
            front_counts[volume.number] = max(count, front_counts.get(volume.number, 0)) if attempt >= 1 else count
    raise ConversionFailed("Daftar isi bundel tidak dapat disusun. Perbesar batas jilid, lalu coba lagi.")


def _pad(binder: Binder, leaves: list[BundlePage], count: int) -> None:
    while len(leaves) < count:
        leaves.append(binder.blank())


def _even(count: int, layout: Layout) -> int:
    return count if not layout.two_up else count + count % 2


def _band(about: About, desk: Desk) -> list[str]:
    address = desk.links.bundle(about.code).split("://", 1)[-1]
    return [about.office.name, f"Bundel {about.code}", say("Isi bundel (manifes): {address}", address=address)]


def _rows(places: dict[str, Destination], front: Sequence[BundlePage], volume: Volume) -> list[PageLink]:
    """Return links from the rows of the contents to the pages they name."""
    tops = [places.get(f"isi{letters(index)}") for index in range(len(volume.listed))]
    tops.append(places.get("isiakhir"))
    links = []
    for (_, target), top, next_top in zip(volume.listed, tops, tops[1:], strict=False):
        if top is None or top.page >= len(front):
            continue
        below = next_top.top if next_top is not None and next_top.page == top.page else BOTTOM
        leaf = front[top.page]
        box = leaf.matrix.bounding_box(LEFT, below + ABOVE, leaf.width - RIGHT, top.top + ABOVE)
        links.append(PageLink(volume.begins + top.page, box, target))
    return links


def _bookmarks(desk: Desk, about: About, volume: Volume, volumes: int) -> list[OutlineItem]:
    """Return bookmarks of procedure (or dossier, where there are several), step and document; under their volume where
    there are several.
    """
    base = 1 if volumes > 1 else 0
    entries = [OutlineItem(of_volumes(volume, volumes), volume.begins)] * base
    entries += [OutlineItem("Sampul", volume.begins, base), OutlineItem("Daftar Isi", volume.begins + 1, base)]
    last: tuple[str, int] | None = None
    group = ""
    for piece, start in zip(volume.pieces, volume.starts, strict=True):
        title = about.dossiers.get(piece.dossier) or desk.procedure_title(piece.place[0])
        if group != title:
            entries.append(OutlineItem(title, start, base))
            group, last = title, None
        if last != piece.place:
            title = say("Langkah {step}. {activity}", step=piece.place[1], activity=activity(desk, piece.place)).rstrip(
                ". "
            )
            entries.append(OutlineItem(title, start, base + 1))
        last = piece.place
        if piece.sort == "missing":
            word = SHEET_HEADINGS[piece.refused.decision].capitalize() if piece.refused else "Belum ada"
            entries.append(OutlineItem(f"{word}: {desk.kind_title(piece.kind)}", start, base + 2))
        elif piece.item is not None:
            document = piece.item.document
            entries.append(OutlineItem(f"{desk.kind_title(document.kind)} {document.number}", start, base + 2))
    return entries


def _digest(about: About, plan: Plan) -> bytes:
    """Return what tells the bundle from others; without the covers' bytes, because they hold the moment of making."""
    digest = hashlib.sha256(f"{about.code} {about.moment.isoformat()}".encode())
    for volume in plan.volumes:
        for piece, start in zip(volume.pieces, volume.starts, strict=True):
            parts = (
                [f"{part.file.sha256} {part.pages}" for part in piece.item.pages.parts] if piece.item else [piece.kind]
            )
            digest.update(f"{start} {parts}\n".encode())
    return digest.digest()[:16]
