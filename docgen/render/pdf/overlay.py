"""Draw small marks on the pages of a PDF and change nothing else, PDF/A and tagging included.

Read with `read_pdf`, mark with `Overlay`, write with `write_pdf`. Marks are artifacts (ISO 32000-1 §14.8.2.2): a screen
reader passes over them and the structure tree stays true. Their font is embedded, as PDF/A asks, and comes with docgen,
so the same input gives the same bytes on every machine.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    PdfObject,
    RectangleObject,
    StreamObject,
)

from docgen.errors import DocgenError, PdfError
from docgen.render.pdf.content_stream import as_form, content_data, content_parts, is_balanced
from docgen.render.pdf.mark_font import fonts_of, mark_font, resource

Edges = tuple[float, float, float, float]  # left, bottom, right, top in points

_NOT_PDF = "Berkas ini bukan PDF, atau terpotong saat dikirim. Ambil lagi berkas aslinya."
NO_PAGES = "PDF ini tidak mempunyai halaman. Simpan atau pindai lagi berkasnya, lalu pakai salinan itu."
LOCKED = "PDF ini terkunci dengan kata sandi. Simpan salinan tanpa kata sandi, lalu pakai salinan itu."
DAMAGED = "PDF ini rusak sehingga tidak dapat dibaca. Ambil lagi berkas aslinya."


def require_pdf(pdf: bytes) -> None:
    """Raise PdfError unless `pdf` begins and ends like a PDF.

    Readers mend a file that is cut short by leaving out what is missing; the office must hear of it instead.
    """
    if b"%PDF-" not in pdf[:1024] or b"%%EOF" not in pdf[-2048:]:  # some scanners add bytes before and after
        raise PdfError(_NOT_PDF)


@contextmanager
def pdf_errors() -> Iterator[None]:
    """Turn whatever a library raises on a broken file (its own errors, KeyError, RecursionError ...) into PdfError."""
    try:
        yield
    except DocgenError:
        raise
    except Exception as error:
        raise PdfError(DAMAGED) from error


def read_pdf(pdf: bytes, *, strict: bool = False) -> PdfReader:
    """Open a PDF that has pages and needs no password; `strict` repairs nothing. Raises PdfError.

    A file that only limits what may be done with it (an owner's password) opens for everybody, and so it does here.
    """
    require_pdf(pdf)
    with pdf_errors():
        reader = PdfReader(io.BytesIO(pdf), strict=strict)
        if reader.is_encrypted and not reader.decrypt(""):
            raise PdfError(LOCKED)
        if len(reader.pages) == 0:
            raise PdfError(NO_PAGES)
        return reader


def release(reader: PdfReader, writer: PdfWriter | None = None) -> None:
    """Free the memory of a file that was read and of what was made of it.

    Their objects refer to one another, so that large ones would stay in memory until the collector comes by.
    """
    reader.stream.close()
    reader.resolved_objects.clear()
    if writer is not None:
        writer._objects.clear()


def write_pdf(writer: PdfWriter, revision: bytes) -> bytes:
    """Return the bytes of the changed PDF. /ID keeps its first half; `revision` (16 bytes) becomes its second."""
    second = ByteStringObject(revision)
    writer._ID = ArrayObject([writer._ID[0] if writer._ID else second, second])  # pypdf's own way draws lots
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@dataclass(frozen=True)
class PageView:
    """A page as a person sees it: width and height in points, and the matrix from there into the page's own space."""

    width: float
    height: float
    matrix: str


def page_view(page: PageObject) -> PageView:
    """Return the visible part of a page: its crop box within its media box, turned by /Rotate, in 1/72 inch."""
    left, bottom, right, top = visible_box(page)
    unit = page.user_unit
    x, y, axes = {
        0: (left, bottom, (1, 0, 0, 1)),
        90: (right, bottom, (0, 1, -1, 0)),
        180: (right, top, (-1, 0, 0, -1)),
        270: (left, top, (0, -1, 1, 0)),
    }[page.rotation % 360]
    sides = ((right - left) * unit, (top - bottom) * unit)
    width, height = sides if axes[0] else sides[::-1]
    scaled = " ".join(f"{axis / unit:g}" for axis in axes)
    return PageView(width, height, f"{scaled} {x:.3f} {y:.3f}")


class Overlay:
    """Draws marks on the pages of `writer`; the font and each drawing are written once for all pages.

    `signs` are those that the marks will say beside printable ASCII, as `printable` gives them.
    """

    def __init__(self, writer: PdfWriter, signs: str = "") -> None:
        self._writer = writer
        self._save = _stream(writer, b"q\n")
        self._font = mark_font(signs)
        fonts = [font.get_object().clone(writer).indirect_reference for font in fonts_of(self._font)]
        self._fonts = _dictionary({resource("/F", index): font for index, font in enumerate(fonts)})

    def width(self, text: str, size: float) -> float:
        """Return the width in points of printable `text` at `size` points."""
        return self._font.width(text, size)

    def text(self, text: str, x: float, y: float, size: float) -> bytes:
        """Return operators that write printable `text` with its baseline starting at (x, y) points."""
        return self._font.text(text, "/F", x, y, size)

    def drawing(
        self,
        operators: bytes,
        seen: PageView,
        inner: IndirectObject | None = None,
        opacity: float | None = None,
        box: Edges | None = None,
    ) -> IndirectObject:
        """Add a drawing in the space of a page seen as `seen`, cut at its edges or at those of `box`; return its
        reference.

        It may use the font as /F, another drawing as /D, and `opacity` (0 to 1) as the graphics state /T.
        """
        form = _stream(self._writer, operators)
        resources: dict[str, PdfObject] = {"/Font": self._fonts}
        if inner is not None:
            resources["/XObject"] = _dictionary({"/D": inner})
        if opacity is not None:
            state = _dictionary({"/Type": NameObject("/ExtGState")})
            state |= _dictionary({"/ca": FloatObject(opacity), "/CA": FloatObject(opacity)})
            resources["/ExtGState"] = _dictionary({"/T": state})
        entries: dict[str, PdfObject] = {
            "/Type": NameObject("/XObject"),
            "/Subtype": NameObject("/Form"),
            "/BBox": ArrayObject(FloatObject(f"{edge:.2f}") for edge in box or (0, 0, seen.width, seen.height)),
            "/Resources": _dictionary(resources),
        }
        _entries(form).update(_dictionary(entries))
        return form

    def mark(self, page: PageObject, seen: PageView, drawing: IndirectObject, *, subtype: str) -> None:
        """Show a drawing over the content of a page, as an artifact of `subtype` (Header, Footer, Watermark)."""
        isolate(self._writer, page)
        resources = DictionaryObject(_resolved(page.get("/Resources"), DictionaryObject))
        drawings = DictionaryObject(_resolved(resources.get("/XObject"), DictionaryObject))
        name = "/DocgenMark"
        while name in drawings:  # a stamped page that gets a second mark in a bundle
            name += "x"
        drawings[NameObject(name)] = drawing
        resources[NameObject("/XObject")] = drawings
        page[NameObject("/Resources")] = resources  # its own copy: pages made by LibreOffice share one
        operators = f"Q\n/Artifact <</Type /Pagination /Subtype /{subtype}>> BDC q {seen.matrix} cm {name} Do Q EMC\n"
        contents = [self._save, *content_parts(page), _stream(self._writer, operators.encode("ascii"))]
        page[NameObject("/Contents")] = ArrayObject(contents)


def draw_on_pages(
    pdf: bytes,
    draw: Callable[[Overlay, PageView], bytes],
    *,
    subtype: str,
    texts: str,
    opacity: float | None = None,
) -> bytes:
    """Return the PDF with the same drawing on every page, made once for each page size.

    `draw` returns its operators; `texts` is all that they print, printable. PDF/A, tagging, XMP and Info stay; the same
    input gives the same bytes. Raises PdfError when `pdf` cannot be read.
    """
    reader = read_pdf(pdf)
    with pdf_errors():
        writer = PdfWriter(clone_from=reader, keep_initial_header=True)
        overlay = Overlay(writer, texts)
        drawings: dict[PageView, IndirectObject] = {}
        for page in writer.pages:
            seen = page_view(page)
            if seen not in drawings:
                drawings[seen] = overlay.drawing(draw(overlay, seen), seen, opacity=opacity)
            overlay.mark(page, seen, drawings[seen], subtype=subtype)
        return write_pdf(writer, hashlib.sha256(pdf + b"\0" + texts.encode()).digest()[:16])


def isolate(writer: PdfWriter, page: PageObject) -> None:
    """Protect what is drawn over a page from the graphics state that its content leaves: such content becomes a
    drawing.
    """
    if is_balanced(content_data(page)):
        return
    drawing = writer._add_object(as_form(page, visible_box(page)))
    page[NameObject("/Resources")] = _dictionary({"/XObject": _dictionary({"/DocgenHalaman": drawing})})
    page[NameObject("/Contents")] = ArrayObject([_stream(writer, b"/DocgenHalaman Do\n")])


def number_list(found: Any, count: int | None) -> list[float] | None:
    """Return the numbers of an array; None if it is no array of numbers, or has not `count` of them."""
    array = found.get_object() if found is not None else None
    if not isinstance(array, ArrayObject) or (count is not None and len(array) != count):
        return None
    numbers = [one.get_object() for one in array]
    return [float(one) for one in numbers] if all(isinstance(one, (int, float)) for one in numbers) else None


def visible_box(page: PageObject) -> tuple[float, float, float, float]:
    """Return left, bottom, right, top of the visible part; the media box if the crop box lies outside it."""
    media, crop = _ordered(page.mediabox), _ordered(page.cropbox)
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if left < right and bottom < top else media


def _ordered(box: RectangleObject) -> tuple[float, float, float, float]:
    x, y = sorted((float(box[0]), float(box[2]))), sorted((float(box[1]), float(box[3])))
    return x[0], y[0], x[1], y[1]


def _stream(writer: PdfWriter, data: bytes) -> IndirectObject:
    stream = StreamObject()
    stream.set_data(data)
    return writer._add_object(stream.flate_encode() if len(data) > 200 else stream)


def _entries(reference: IndirectObject) -> DictionaryObject:
    return _resolved(reference, DictionaryObject)


def _dictionary(entries: dict[str, PdfObject]) -> DictionaryObject:
    return DictionaryObject({NameObject(name): value for name, value in entries.items()})


def _resolved(thing: Any, kind: type[DictionaryObject]) -> DictionaryObject:
    """Return the dictionary behind a reference; an empty one if there is none."""
    found = thing.get_object() if thing is not None else None
    return found if isinstance(found, kind) else DictionaryObject()
