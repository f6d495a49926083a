"""One PDF of many archived ones: front matter, then every document, with bookmarks and a page count of the whole.

The front matter's PDF/A marks (output intent, XMP) become the whole's; the claim is taken back when a member makes
none. Tags are left out: each member has a structure tree of its own numbering, and level B asks for none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import IndirectObject

from docgen.errors import PdfError
from docgen.render.overlay import MM, Overlay, pdf_errors, read_pdf, view, write_pdf
from docgen.render.pages import flatten_forms

RIGHT = 20 * MM  # the text margin of an official letter
TOP = 9 * MM  # baseline of the page count below the upper edge; ordinary printers cannot print the outer 5 mm
SIZE = 6.5
GREY = b"0.25 g\n"

_NOT_THE_WHOLE = ("/StructTreeRoot", "/MarkInfo", "/Outlines")  # of the front's file: true of its own pages only
_NOT_THE_PAGE = ["/StructParents", "/AA", "/B"]  # of a member's page: what counts or acts only in its own file
_SHARINGS = 3  # a font's outlines, then what describes them, then the font: each can be shared once its parts are
_PDFA = re.compile(rb"pdfaid:part(?:>\s*|\s*=\s*[\"'])[123]\b")
_XMP_TITLE = re.compile(rb"(<dc:title>\s*<rdf:Alt>\s*<rdf:li[^>]*>)[^<]*(</rdf:li>\s*</rdf:Alt>)")


@dataclass(frozen=True)
class Member:
    """A document of a bundle: its title and group (procedure and step) as bookmarks show them, and its PDF."""

    title: str
    pdf: bytes
    group: str | None = None


@dataclass(frozen=True)
class BundlePdf:
    """A bundle, its number of pages, and the page (from 1) at which each member starts."""

    data: bytes
    pages: int
    starts: list[int]


def first_pages(front: int, counts: Sequence[int], *, duplex: bool = False) -> list[int]:
    """The page (from 1) at which each member starts, after `front` pages; `counts` are the members' own pages.

    With `duplex` each starts on the front of a sheet: an odd page.
    """
    starts = []
    page = front + 1
    for count in counts:
        page += duplex and page % 2 == 0
        starts.append(page)
        page += count
    return starts


def merge(front: bytes, members: Sequence[Member], *, title: str, duplex: bool = False) -> BundlePdf:
    """Merge `front` (a cover page, then the contents) and every member, in order.

    With `duplex` a blank page goes before a member that would start on the back of a sheet (see `first_pages`).
    Every page but the cover says "hal. n/N" at its upper right. Bookmarks: Sampul, Daftar Isi, then group by group the
    members. `title` becomes the title of the whole. PDF/A-2b is kept when front and members all have it. The same
    input gives the same bytes. Raises PdfError naming the member that is locked or damaged.
    """
    reader = read_pdf(front)
    with pdf_errors():
        for key in _NOT_THE_WHOLE:
            reader.root_object.pop(key, None)
        writer = PdfWriter(clone_from=reader)
        writer.pdf_header = "%PDF-1.7"  # the newest that PDF/A-2 allows, whatever the members use
        for page in writer.pages:
            page.pop("/StructParents", None)
        colours = {_pdfa_colours(reader)}
        starts = []
        for member in members:
            if duplex and len(writer.pages) % 2:
                writer.add_blank_page()  # as large as the page before it
            starts.append(len(writer.pages) + 1)
            colours.add(_append(writer, member))
        pages = list(writer.pages)
        _number(writer, pages)
        _bookmark(writer, pages, len(reader.pages), members, starts)
        _set_metadata(writer, title, pdfa=len(colours) == 1 and 0 not in colours)
        for _ in range(_SHARINGS):
            writer.compress_identical_objects()
        digest = hashlib.sha256(title.encode())
        for part in (front, *(member.pdf for member in members)):
            digest.update(hashlib.sha256(part).digest())
        return BundlePdf(write_pdf(writer, digest.digest()[:16]), len(pages), starts)


def _append(writer: PdfWriter, member: Member) -> int:
    """Add a member's pages; returns its `_pdfa_colours`. Raises PdfError with the member's title."""
    try:
        reader = read_pdf(member.pdf)
        with pdf_errors():
            colours = _pdfa_colours(reader)
            if "/AcroForm" in reader.root_object:  # a signature field would show as broken in a merged copy
                reader = read_pdf(flatten_forms(member.pdf))
                reader.root_object.pop("/AcroForm", None)
            writer.append(reader, import_outline=False, excluded_fields=_NOT_THE_PAGE)
            writer.reset_translation(reader)  # or the writer keeps every reader until the end
    except PdfError as error:
        raise PdfError(f"{member.title}: {error}") from error
    return colours


def _pdfa_colours(reader: PdfReader) -> int:
    """The number of colours of the output intent of a file that says it is PDF/A-1, 2 or 3; else 0."""
    root = reader.root_object
    metadata, intents = root.get("/Metadata"), root.get("/OutputIntents")
    if metadata is None or not intents or not _PDFA.search(metadata.get_object().get_data()):
        return 0
    profile = intents.get_object()[0].get_object().get("/DestOutputProfile")
    return int(profile.get_object()["/N"]) if profile is not None else 0


def _number(writer: PdfWriter, pages: list[PageObject]) -> None:
    """Print "hal. n/N" on every page but the cover. It also keeps equal pages of two members apart (see `merge`)."""
    overlay = Overlay(writer)
    for index, page in enumerate(pages[1:], start=2):
        seen = view(page)
        text = f"hal. {index}/{len(pages)}"
        x = seen.width - min(RIGHT, seen.width / 10) - overlay.width(text, SIZE)
        label = overlay.drawing(GREY + overlay.text(text, x, seen.height - TOP, SIZE), seen)
        overlay.mark(page, seen, label, subtype="Header")


def _bookmark(
    writer: PdfWriter, pages: list[PageObject], front: int, members: Sequence[Member], starts: list[int]
) -> None:
    writer.add_outline_item(title="Sampul", page_number=pages[0])
    if front > 1:
        writer.add_outline_item(title="Daftar Isi", page_number=pages[1])
    group: str | None = None
    parent: IndirectObject | None = None
    for member, start in zip(members, starts, strict=True):
        page = pages[start - 1]
        if member.group != group:
            group = member.group
            parent = writer.add_outline_item(title=group, page_number=page) if group is not None else None
        writer.add_outline_item(title=member.title, page_number=page, parent=parent)
    writer.page_mode = "/UseOutlines"


def _set_metadata(writer: PdfWriter, title: str, *, pdfa: bool) -> None:
    """Put the title into XMP and Info alike, and take back the claims that the whole does not keep."""
    metadata = writer.root_object.get("/Metadata")
    if metadata is None:
        writer.add_metadata({"/Title": title})
        return
    stream = metadata.get_object()
    xmp, changed = _XMP_TITLE.subn(lambda found: found[1] + escape(title).encode() + found[2], stream.get_data())
    if changed:
        writer.add_metadata({"/Title": title})
    xmp = _without(xmp, b"pdfuaid")  # PDF/UA needs the tags
    stream.set_data(xmp if pdfa else _without(xmp, b"pdfaid"))


def _without(xmp: bytes, prefix: bytes) -> bytes:
    """XMP without the properties of a namespace, written as elements or as attributes."""
    xmp = re.sub(rb"<%b:(\w+)>[^<]*</%b:\1>" % (prefix, prefix), b"", xmp)
    return re.sub(rb"\s%b:\w+\s*=\s*(\"[^\"]*\"|'[^']*')" % prefix, b"", xmp)
