"""Bind pages of many files into one PDF that is written as it comes: placed, marked, linked, with bookmarks.

`Binder.add` takes the pages of a file in; `Binder.bind` puts the pages in their order and ends the file. Between the
two a page is little more than its name: its content lies in the output already.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from pypdf import PageObject, PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
)

from docgen.errors import PdfError
from docgen.render.bundles.document_catalog import LONG_EDGE, SHORT_EDGE, DocumentProperties, page_labels, write_catalog
from docgen.render.bundles.tags import BundleTags
from docgen.render.pdf.geometry import Edges, Matrix, keep_size, place_on_paper
from docgen.render.pdf.import_page import (
    as_drawing,
    contents_of,
    intents_of,
    link_to,
    links_of,
    moved_by,
    own_resources,
    readable,
)
from docgen.render.pdf.layout import AS_IT_CAME, BundlePage, Layout, PageLink, Section
from docgen.render.pdf.mark_font import LATIN, fonts_of, mark_font
from docgen.render.pdf.metadata import PdfMetadata, read_metadata
from docgen.render.pdf.objects.object_writer import Copier, ObjectFile, dictionary, rectangle, stream
from docgen.render.pdf.objects.pdf_file import pdf_errors, release
from docgen.render.pdf.outline import OutlineItem
from docgen.render.pdf.paper import MM, PAPERS

__all__ = ["BLANK", "Binder", "BundlePage", "Layout", "PageLink"]

RIGHT = 20 * MM  # the text margin of an official letter
TOP = 11.2 * MM  # baseline of the mark below the upper edge: under the reason why a letter is void, above its head
SIZE = 7.0
BLANK = "Halaman ini sengaja dikosongkan"
_FONT = "/DocgenBundel"
_DRAWING = "/DocgenLembar"
_PAGE = "DocgenHalaman"


class Binder:
    """Binds pages into `out`, an empty seekable file."""

    def __init__(self, out: BinaryIO, layout: Layout = AS_IT_CAME) -> None:
        self.layout = layout
        self._file = ObjectFile(out)
        self._tags = BundleTags(self._file)
        self._font = mark_font(LATIN)
        self._font_reference = self._add_font()
        self._metadata_of_parts: list[PdfMetadata] = []
        self._main: PdfMetadata | None = None
        self._intents: PdfObject | None = None

    def add(
        self,
        pdf: bytes,
        *,
        foreign: bool = False,
        main: bool = False,
        apart: bool = False,
        only: Mapping[int, int] | None = None,
    ) -> list[BundlePage]:
        """Add the pages of a file; if that fails, none of them is left in `out`. Raises PdfError.

        `foreign`: it came from outside, so its margins may be written on. `main`: the whole has its XMP and output
        intent. For both sides of the paper it begins on a front; `apart`: and so does each of its pages. `only`: these
        of its pages (index), in this order, with the place (index) that each has in its document.
        """
        position = self._file.position()
        for strict in (True, False):  # most files are sound; mending a file costs as much as reading it
            try:
                with pdf_errors():
                    reader, pages, data = readable(pdf, strict)
                    try:
                        places = dict(enumerate(range(len(pages)))) if only is None else only
                        taken = [(pages[index], back % 2 == 1 and not apart) for index, back in places.items()]
                        whole = not foreign and only is None and not self.layout.two_up
                        return self._add_pages(reader, taken, data, foreign, main, tags=whole, apart=apart)
                    finally:
                        release(reader)
            except BaseException as error:
                self._file.rewind(position)
                if not (strict and isinstance(error, PdfError)):
                    raise
        raise AssertionError("unreachable")

    def text(self, line: str, x: float, y: float, size: float) -> bytes:
        """Return operators that write a line in the mark font, for `BundlePage.overlay_operators`."""
        return self._font.text(line, _FONT, x, y, size)

    def blank(self, like: BundlePage | None = None) -> BundlePage:
        """Return an empty page with the words that it is meant to be empty."""
        paper = self.layout.paper or ((like.width, like.height) if like else PAPERS["A4"])
        leaf = BundlePage(self._file.reserve(), *paper, blank=True)
        leaf.entries[NameObject("/MediaBox")] = rectangle(0, 0, *paper)
        x = (paper[0] - self._font.width(BLANK, 9)) / 2
        leaf.overlay_operators = b"0.25 g\n" + self._font.text(BLANK, _FONT, x, paper[1] / 2, 9)
        return leaf

    def bind(
        self,
        leaves: Sequence[BundlePage],
        *,
        title: str,
        digest: bytes,
        outline: Sequence[OutlineItem] = (),
        links: Sequence[PageLink] = (),
        code: str = "",
        unmarked: Mapping[int, str] | None = None,
        contents: Sequence[int] = (),
        created: dt.datetime | None = None,
    ) -> int:
        """Finish the file; return its number of pages (of printed sides when two pages share one).

        Every page says "Bundel {code} - hal. n/N" at its upper right but those in `unmarked`, which have page labels of
        their own. `contents` are the pages (index) the marks lead back to: the nearest one before. `digest` (16 bytes)
        tells this bundle from others; `created` is when it was made, else when its `main` part was.
        """
        unmarked = unmarked or {0: "Sampul"}
        back = _last_contents_page(contents, len(leaves))
        ends: list[PageLink] = list(links)
        for index, leaf in enumerate(leaves):
            if index in unmarked:
                continue
            text = f"Bundel {code} – hal. {index + 1}/{len(leaves)}" if code else f"hal. {index + 1}/{len(leaves)}"
            box = self._mark(leaf, text, self.layout.moved(index))
            if back[index] is not None and back[index] != index:
                ends.append(PageLink(index, box, back[index] or 0))
        tree = self._file.reserve()
        targets, kids = self._write_pages(leaves, tree, ends)
        self._file.write(tree, dictionary(Type="/Pages", Count=NumberObject(len(kids)), Kids=ArrayObject(kids)))
        archival = len({one.colours for one in self._metadata_of_parts}) == 1 and self._metadata_of_parts[0].colours > 0
        labels = page_labels(len(targets), len(kids), unmarked)
        turned = (SHORT_EDGE if self.layout.two_up else LONG_EDGE) if self.layout.duplex else ""
        tags = self._tags.write(leaf.section for leaf in leaves if leaf.section is not None)
        accessible = self._tags.complete and archival and not self.layout.two_up
        properties = DocumentProperties(title, digest, labels, outline, created, turned, tags, accessible)
        write_catalog(self._file, tree, targets, properties, self._main, self._intents, archival=archival)
        return len(kids)

    def _add_pages(
        self,
        reader: PdfReader,
        taken: Sequence[tuple[PageObject, bool]],
        data: bytes,
        foreign: bool,
        main: bool,
        *,
        tags: bool,
        apart: bool,
    ) -> list[BundlePage]:
        """Add pages, each with whether it is printed on a back; `tags`: with their tags."""
        declared = read_metadata(reader, main=main)
        references = [self._file.reserve() for _ in taken]
        known = {}
        for (page, _), reference in zip(taken, references, strict=True):
            own = page.indirect_reference
            if own is not None:
                known[(own.idnum, own.generation)] = reference
        copier = Copier(self._file, known, reader, data)
        leaves = []
        for (page, back), reference in zip(taken, references, strict=True):
            leaves.append(self._bundle_page(page, reference, copier, foreign, back=back))
        numbers = [page.indirect_reference.idnum for page, _ in taken if page.indirect_reference is not None]
        self._tags.add(data if tags else b"", dict(zip(numbers, leaves, strict=False)), apart=apart)
        if main:
            self._main = declared
            self._intents = intents_of(reader, copier, self._file)
        self._metadata_of_parts.append(declared)
        return leaves

    def _bundle_page(
        self, page: PageObject, reference: IndirectObject, copier: Copier, foreign: bool, *, back: bool
    ) -> BundlePage:
        layout = self.layout
        if layout.paper is None:
            placed = keep_size(page)
        else:
            side = -1 if layout.duplex and back else 1
            shift = 0.0 if layout.two_up else layout.shift * side
            placed = place_on_paper(page, layout.paper, shift=shift, foreign=foreign)
        leaf = BundlePage(reference, placed.width, placed.height, placed.matrix)
        leaf.resources = own_resources(page.get("/Resources"), copier)
        if "/Group" in page:
            leaf.entries[NameObject("/Group")] = copier.copy(page.raw_get("/Group"))
        if layout.paper is None:
            _keep_boxes(leaf, page)
        else:
            leaf.entries[NameObject("/MediaBox")] = rectangle(0, 0, placed.width, placed.height)
            if placed.landscape and not layout.two_up:
                leaf.entries[NameObject("/Rotate")] = NumberObject(90)  # read on a screen as the table stands
            leaf.opening_operators = moved_by(placed)
        if layout.two_up:
            leaf.contents = [self._file.add(as_drawing(page, leaf.resources, placed, copier))]
        elif foreign:  # as a drawing: whatever state its content leaves behind ends with it
            drawing = self._file.add(as_drawing(page, leaf.resources, placed, copier))
            leaf.resources = dictionary(XObject=dictionary(**{_PAGE: drawing}))
            leaf.contents = [self._file.add(stream(b"/%b Do\n" % _PAGE.encode()))]
            leaf.links = links_of(page, copier, placed.matrix)
        else:
            leaf.contents = contents_of(page, copier)
            leaf.links = links_of(page, copier, placed.matrix)
        return leaf

    def _mark(self, leaf: BundlePage, text: str, moved: float) -> Edges:
        """Add the bundle's mark to a page, moved right as its content is; return its rectangle."""
        width = self._font.width(text, SIZE)
        x = leaf.width - min(RIGHT, leaf.width / 10) - width + moved
        y = leaf.height - TOP
        leaf.overlay_operators += b"0.25 g\n" + self._font.text(text, _FONT, x, y, SIZE)
        return x - 2, y - 3, x + width + 2, y + SIZE + 1

    def _write_pages(
        self, leaves: Sequence[BundlePage], tree: IndirectObject, links: Sequence[PageLink]
    ) -> tuple[list[IndirectObject], list[IndirectObject]]:
        """Write the pages; return the target of each page's links, and all page objects in order."""
        if self.layout.two_up:
            return self._write_pairs(leaves, tree)
        by_page: dict[int, list[PageLink]] = {}
        for link in links:
            by_page.setdefault(link.page, []).append(link)
        section: Section | None = None
        for index, leaf in enumerate(leaves):
            annotations = ArrayObject([*leaf.links])
            section = leaf.section or section
            for link in by_page.get(index, []):
                box = leaf.seen.bounding_box(*link.box)
                target = link_to(box, leaves[link.target].reference, f"Buka halaman {link.target + 1}")
                annotations.append(self._tags.link(target, section, leaf) if section else target)
            page = self._page(leaf, tree)
            if annotations:
                page[NameObject("/Annots")] = annotations
                page[NameObject("/Tabs")] = NameObject("/S")
            self._file.write(leaf.reference, page)
        order = [leaf.reference for leaf in leaves]
        return order, order

    def _page(self, leaf: BundlePage, tree: IndirectObject) -> DictionaryObject:
        resources = DictionaryObject(leaf.resources)
        contents = list(leaf.contents)
        if leaf.opening_operators or leaf.overlay_operators:
            opening = stream(b"q\n" + leaf.opening_operators)
            seen = b"" if leaf.seen.is_identity else leaf.seen.operator()
            kind = b"/Artifact <</Type /Pagination /Subtype /Header>> BDC q "
            closing = stream(
                b"\nQ\n" + (kind + seen + leaf.overlay_operators + b"Q EMC\n" if leaf.overlay_operators else b"")
            )
            contents = [self._file.add(opening), *contents, self._file.add(closing)]
        if leaf.overlay_operators:
            self._lend_font(resources)
        page = dictionary(Type="/Page", Parent=tree, Resources=resources, Contents=ArrayObject(contents))
        page.update(leaf.entries)
        return page

    def _write_pairs(
        self, leaves: Sequence[BundlePage], tree: IndirectObject
    ) -> tuple[list[IndirectObject], list[IndirectObject]]:
        """Write two pages side by side on landscape paper of the same size; return as `_write_pages`."""
        width, height = (self.layout.paper or PAPERS["A4"])[::-1]
        shift = self.layout.shift
        half = (width - shift) / 2
        sheets: list[IndirectObject] = []
        targets: list[IndirectObject] = []
        for start in range(0, len(leaves), 2):
            drawn, drawings = b"", DictionaryObject()
            left = 0.0 if self.layout.duplex and len(sheets) % 2 else shift
            sheet = leaves[start].reference
            for place_, leaf in enumerate(leaves[start : start + 2]):
                scale = min(half / leaf.width, height / leaf.height)
                x = left + place_ * half + (half - leaf.width * scale) / 2
                matrix = Matrix(scale, 0, 0, scale, x, (height - leaf.height * scale) / 2)
                drawn += b"q " + matrix.operator()
                if leaf.contents:
                    name = f"{_DRAWING}{place_}"
                    drawings[NameObject(name)] = leaf.contents[0]
                    drawn += b"q " + leaf.opening_operators + name.encode() + b" Do Q\n"
                drawn += leaf.overlay_operators + b"Q\n"
                targets.append(sheet)
            resources = dictionary(XObject=drawings)
            self._lend_font(resources)
            page = dictionary(
                Type="/Page",
                Parent=tree,
                Resources=resources,
                Contents=self._file.add(stream(drawn)),
                MediaBox=rectangle(0, 0, width, height),
            )
            self._file.write(sheet, page)
            sheets.append(sheet)
        return targets, sheets

    def _lend_font(self, resources: DictionaryObject) -> None:
        fonts = DictionaryObject(resources.get("/Font") or {})
        fonts[NameObject(_FONT)] = self._font_reference
        resources[NameObject("/Font")] = fonts

    def _add_font(self) -> PdfObject:
        (font,) = fonts_of(self._font)
        return Copier(self._file, {}, font.pdf, self._font.page).copy(font)


def require_bindable(pdf: bytes, *, only: Mapping[int, int] | None = None) -> None:
    """Raise PdfError unless `Binder.add` can add the pages of a foreign file."""
    Binder(io.BytesIO()).add(pdf, foreign=True, only=only)


def _keep_boxes(leaf: BundlePage, page: PageObject) -> None:
    """Keep the page's own size and rotation; the mark is drawn on the page as it is seen."""
    leaf.entries[NameObject("/MediaBox")] = rectangle(*(float(edge) for edge in page.mediabox))
    leaf.entries[NameObject("/CropBox")] = rectangle(*(float(edge) for edge in page.cropbox))
    if page.rotation % 360:
        leaf.entries[NameObject("/Rotate")] = NumberObject(page.rotation % 360)
    if page.user_unit != 1:
        leaf.entries[NameObject("/UserUnit")] = FloatObject(page.user_unit)
    leaf.seen = keep_size(page).back


def _last_contents_page(contents: Sequence[int], count: int) -> list[int | None]:
    """Return for each page the last of `contents` at or before it."""
    contents_pages: list[int | None] = []
    marks = set(contents)
    last: int | None = None
    for index in range(count):
        last = index if index in marks else last
        contents_pages.append(last)
    return contents_pages
