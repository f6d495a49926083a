"""Read pages of a PDF with pdfium: pictures, text, page counts. The only module that calls pdfium.

Pdfium is fast but knows no threads: every call holds one lock, and everything opened is closed under it.
"""

from __future__ import annotations

import ctypes
import io
import math
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

import pypdfium2
from PIL import Image, ImageChops

from docgen.errors import NotFound, PdfError
from docgen.render.pdf.flattening.flatten import flatten_pdf
from docgen.render.pdf.objects.pdf_file import DAMAGED, LOCKED, NO_PAGES, pdf_errors, require_pdf
from docgen.render.png import encode_png
from wording import say

MOST_PIXELS = 8_000_000  # of one picture: 32 MB in pdfium, whatever a page's size says
LONGEST_SIDE = 10_000  # pixels
INK_DPI = 100
WHITE = 200  # of 255: what is lighter is paper
_lock = threading.Lock()


class PageText(NamedTuple):
    """The text of a page as `page_text` returns it; and as far as it lies on the paper, in the order of drawing."""

    text: str
    printed: str


def page_count(pdf: bytes) -> int:
    """Return the number of pages. Raises PdfError."""
    with opened(pdf) as document:
        return len(document)


def page_text(pdf: bytes, *, most: int | None = None) -> list[str]:
    """Return the text of every page, or of the first `most`; lines end in a newline, the text of a scanned page is
    empty.

    Raises PdfError.
    """
    texts = []
    with opened(pdf) as document:
        for index in range(len(document))[:most]:
            with closing(document[index]) as page, closing(page.get_textpage()) as textpage:
                texts.append(_text(textpage))
    return texts


def printed_text(pdf: bytes) -> list[PageText]:
    """Return the text of every page. Raises PdfError."""
    texts = []
    with opened(pdf) as document:
        for index in range(len(document)):
            with closing(document[index]) as page, closing(page.get_textpage()) as textpage:
                texts.append(PageText(_text(textpage), textpage.get_text_bounded()))
    return texts


def _text(textpage: pypdfium2.PdfTextPage) -> str:
    text: str = textpage.get_text_range().replace("\r\n", "\n")
    return text


def typed_pages(pdf: bytes) -> set[int]:
    """Return the pages (from 1) that hold typed text and no picture, as no scanner makes them. Raises PdfError."""
    typed = set()
    with opened(pdf) as document:
        for index in range(len(document)):
            with closing(document[index]) as page, closing(page.get_textpage()) as text:
                pictures = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
                if text.count_chars() and next(iter(pictures), None) is None:
                    typed.add(index + 1)
    return typed


def text_within(pdf: bytes, page: int, box: tuple[float, float, float, float]) -> str:
    """Return the text of page `page` (from 1) within left, bottom, right, top in points. Raises NotFound, PdfError."""
    with opened(pdf) as document, closing(_page(document, page)) as pdf_page, closing(pdf_page.get_textpage()) as text:
        text_in_box: str = text.get_text_bounded(*box)
        return text_in_box


def text_pieces(pdf: bytes, page: int) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Return the pieces of text on page `page` (from 1), each with its left, bottom, right, top on the page as seen.

    Raises NotFound, PdfError.
    """
    pieces = []
    with opened(pdf) as document, closing(_page(document, page)) as pdf_page, closing(pdf_page.get_textpage()) as text:
        for index in range(text.count_rects()):
            box = text.get_rect(index)
            letters: str = text.get_text_bounded(*box).strip()
            if letters:
                pieces.append((letters, _seen(pdf_page, box)))
    return pieces


def _seen(pdf_page: pypdfium2.PdfPage, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return a box in the page's own space as a box on the page as it is seen: cropped and turned."""
    left, bottom, right, top = pdf_page.get_cropbox(fallback_ok=True)
    x, y = box[0] - left, box[1] - bottom
    to_x, to_y = box[2] - left, box[3] - bottom
    width, height = right - left, top - bottom
    return {
        0: (x, y, to_x, to_y),
        90: (y, width - to_x, to_y, width - x),
        180: (width - to_x, height - to_y, width - x, height - y),
        270: (height - to_y, x, height - y, to_x),
    }[pdf_page.get_rotation()]


def page_png(pdf: bytes, page: int, *, width: int = 900) -> bytes:
    """Return a picture of page `page` (from 1), `width` pixels wide; narrower where a long page would take too much
    memory.

    Raises NotFound when there is no such page, PdfError when the PDF cannot be read.
    """
    with _opened_page(pdf, page) as pdf_page:
        scale = _scale(pdf_page.get_width(), pdf_page.get_height(), width)
        with closing(pdf_page.render(scale=scale, rev_byteorder=True)) as bitmap:
            picture = bitmap.to_pil()  # a copy, in RGB: it outlives the bitmap
    return _png(picture)


def page_size(pdf: bytes, page: int) -> tuple[float, float]:
    """Return width and height in points of page `page` (from 1) as it is seen. Raises NotFound, PdfError."""
    with opened(pdf) as document, closing(_page(document, page)) as pdf_page:
        return pdf_page.get_width(), pdf_page.get_height()


def page_grey(pdf: bytes, page: int, *, dpi: float = 200) -> Image.Image:
    """Return page `page` (from 1) in grey, as it is seen, for a machine to read; coarser if it would take too much
    memory.

    The file is opened anew for each page, so that others get their turn at pdfium between two pages. Raises NotFound
    when there is no such page, PdfError when the PDF cannot be read.
    """
    with _opened_page(pdf, page) as pdf_page:
        scale = _scale(pdf_page.get_width(), pdf_page.get_height(), round(pdf_page.get_width() * dpi / 72))
        with closing(pdf_page.render(scale=scale, grayscale=True)) as bitmap:
            picture: Image.Image = bitmap.to_pil().convert("L")  # a copy: the bitmap goes when it is closed
            return picture


def grey_png(pdf: bytes, page: int, *, dpi: float = 200) -> bytes:
    """Return `page_grey` as PNG. Raises NotFound, PdfError."""
    out = io.BytesIO()
    page_grey(pdf, page, dpi=dpi).save(out, "PNG", compress_level=1)
    return out.getvalue()


def same_pages(first: bytes, second: bytes, *, dpi: float = 50) -> bool:
    """Return whether two PDFs look equal page by page, fields and annotations left out. Raises PdfError."""
    with opened(first) as one, closing(_document(second)) as other:
        pages = len(one)
        if pages != len(other):
            return False
        return all(_page_pixels(one, index, dpi) == _page_pixels(other, index, dpi) for index in range(pages))


def page_area(pdf: bytes, page: int) -> float:
    """Return square points of page `page` (from 1). Raises NotFound, PdfError."""
    width, height = page_size(pdf, page)
    return width * height


def ink_and_text_under(pdf: bytes, page: int, box: tuple[float, float, float, float]) -> tuple[bool, list[str]]:
    """Return whether anything but white paper lies under a box (left, bottom, right, top in points of the page's own
    space), and the lines of text under it.

    A box that reaches out of the page counts as covering. Raises NotFound, PdfError.
    """
    with opened(pdf) as document:
        document.init_forms()  # the pictures of earlier signatures are not to be covered either
        with closing(_page(document, page)) as pdf_page:
            scale = _scale(pdf_page.get_width(), pdf_page.get_height(), round(pdf_page.get_width() * INK_DPI / 72))
            with closing(pdf_page.render(scale=scale, grayscale=True)) as bitmap:
                picture = bitmap.to_pil().convert("L")
            corners = [_on_picture(pdf_page, picture.size, x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
            with closing(pdf_page.get_textpage()) as text:
                lines = text.get_text_bounded(*box).splitlines()
    across, down = [x for x, _ in corners], [y for _, y in corners]
    if min(across) < -1 or min(down) < -1 or max(across) > picture.width + 1 or max(down) > picture.height + 1:
        return True, lines
    part = picture.crop((max(min(across) - 1, 0), max(min(down) - 1, 0), max(across) + 1, max(down) + 1))
    darkest: int = part.getextrema()[0]
    return darkest < WHITE, [line for line in lines if line.strip()]


def _page_pixels(document: pypdfium2.PdfDocument, index: int, dpi: float) -> tuple[tuple[int, int], bytes]:
    """Return size and pixels of page `index` (from 0) without fields and annotations."""
    with closing(document[index]) as page:
        scale = _scale(page.get_width(), page.get_height(), round(page.get_width() * dpi / 72))
        with closing(page.render(scale=scale, may_draw_forms=False, draw_annots=False)) as bitmap:
            picture = bitmap.to_pil()
            return picture.size, picture.tobytes()


def _on_picture(page: pypdfium2.PdfPage, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    """Return the pixel at which a point of the page's own space is drawn, however the page is turned or cropped."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pypdfium2.raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return across.value, down.value


@contextmanager
def opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    require_pdf(pdf)
    with _lock, pdf_errors(), closing(_document(pdf)) as document:
        yield document


@contextmanager
def _opened_page(pdf: bytes, page: int) -> Iterator[pypdfium2.PdfPage]:
    """Open a page as it is seen and printed: with its fields and annotations, as in every copy that docgen makes."""
    with opened(pdf) as document, closing(_page(document, page)) as pdf_page:
        plain = not _has_annotations(pdf_page)
        if plain:
            yield pdf_page
    if not plain:
        with opened(flatten_pdf(pdf)) as document, closing(_page(document, page)) as pdf_page:
            yield pdf_page


def _has_annotations(pdf_page: pypdfium2.PdfPage) -> bool:
    """Return whether anything besides the content may be seen on the page."""
    for index in range(pypdfium2.raw.FPDFPage_GetAnnotCount(pdf_page)):
        annotation = pypdfium2.raw.FPDFPage_GetAnnot(pdf_page, index)
        subtype = pypdfium2.raw.FPDFAnnot_GetSubtype(annotation)
        pypdfium2.raw.FPDFPage_CloseAnnot(annotation)
        if subtype not in (pypdfium2.raw.FPDF_ANNOT_LINK, pypdfium2.raw.FPDF_ANNOT_POPUP):
            return True
    return False


def _document(pdf: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        known = {pypdfium2.raw.FPDF_ERR_PASSWORD: LOCKED, pypdfium2.raw.FPDF_ERR_SUCCESS: NO_PAGES}
        raise PdfError(known.get(error.err_code, DAMAGED)) from error


def _page(document: pypdfium2.PdfDocument, page: int) -> pypdfium2.PdfPage:
    if not 1 <= page <= len(document):
        raise NotFound(
            say("PDF ini mempunyai {count} halaman; halaman {page} tidak ada.", count=len(document), page=page)
        )
    return document[page - 1]


def _scale(width: float, height: float, wanted: int) -> float:
    """Return pixels per point for a picture `wanted` pixels wide, within the limits of pixels and of a side."""
    width, height = max(width, 1.0), max(height, 1.0)
    return min(wanted / width, LONGEST_SIDE / width, LONGEST_SIDE / height, math.sqrt(MOST_PIXELS / (width * height)))


def _png(picture: Image.Image) -> bytes:
    """Return a PNG of a picture in RGB; a page without colour is written in grey, in a third of the time."""
    red, green, blue = picture.split()
    if ImageChops.difference(red, green).getbbox() is None and ImageChops.difference(green, blue).getbbox() is None:
        picture = green
    return encode_png(picture)
