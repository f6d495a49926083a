"""Pictures, text and page counts of PDF pages; the one file that speaks to pdfium.

Pdfium is fast but knows no threads: every call holds one lock, and everything opened is closed under it.
"""

from __future__ import annotations

import ctypes
import io
import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

import pypdfium2
from PIL import Image, ImageChops

from docgen.errors import NotFound, PdfError
from docgen.render.pdf.flatten import flattened
from docgen.render.pdf.overlay import DAMAGED, LOCKED, NO_PAGES, pdf_errors, require_pdf

MOST_PIXELS = 8_000_000  # of one picture: 32 MB in pdfium, whatever a page's size says
LONGEST_SIDE = 10_000  # pixels
SHORTEST_FOUND = 3  # letters of a text that is looked for: shorter ones stand everywhere
INK_DPI = 100
WHITE = 200  # of 255: what is lighter is paper
LEAST_FOUND = 40  # letters that are enough to know a text by its beginning

_lock = threading.Lock()


def page_count(pdf: bytes) -> int:
    """The number of pages. Raises PdfError."""
    with _opened(pdf) as document:
        return len(document)


def page_text(pdf: bytes, *, most: int | None = None) -> list[str]:
    """The text of every page, or of the first `most`; lines end in a newline, a scanned page has none.

    Raises PdfError.
    """
    texts = []
    with _opened(pdf) as document:
        for index in range(len(document))[:most]:
            with closing(document[index]) as page, closing(page.get_textpage()) as textpage:
                texts.append(textpage.get_text_range().replace("\r\n", "\n"))
    return texts


def typed_pages(pdf: bytes) -> set[int]:
    """The pages (from 1) that hold typed text and no picture: what no scanner makes. Raises PdfError."""
    typed = set()
    with _opened(pdf) as document:
        for index in range(len(document)):
            with closing(document[index]) as page, closing(page.get_textpage()) as text:
                pictures = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
                if text.count_chars() and next(iter(pictures), None) is None:
                    typed.add(index + 1)
    return typed


def text_within(pdf: bytes, page: int, box: tuple[float, float, float, float]) -> str:
    """Return the text of page `page` (from 1) within left, bottom, right, top in points. Raises NotFound, PdfError."""
    with _opened(pdf) as document, closing(_sheet(document, page)) as sheet, closing(sheet.get_textpage()) as text:
        found: str = text.get_text_bounded(*box)
        return found


def text_pieces(pdf: bytes, page: int) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Return the pieces of text on page `page` (from 1), each with its left, bottom, right, top on the page as seen.

    Raises NotFound, PdfError.
    """
    pieces = []
    with _opened(pdf) as document, closing(_sheet(document, page)) as sheet, closing(sheet.get_textpage()) as text:
        for index in range(text.count_rects()):
            box = text.get_rect(index)
            said: str = text.get_text_bounded(*box).strip()
            if said:
                pieces.append((said, _seen(sheet, box)))
    return pieces


def _seen(sheet: pypdfium2.PdfPage, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return a box of a page's own space on the page as it is seen: cropped and turned."""
    left, bottom, right, top = sheet.get_cropbox(fallback_ok=True)
    x, y = box[0] - left, box[1] - bottom
    to_x, to_y = box[2] - left, box[3] - bottom
    width, height = right - left, top - bottom
    return {
        0: (x, y, to_x, to_y),
        90: (y, width - to_x, to_y, width - x),
        180: (width - to_x, height - to_y, width - x, height - y),
        270: (height - to_y, x, height - y, to_x),
    }[sheet.get_rotation()]


def printed_text(pdf: bytes) -> list[str]:
    """The text of every page as far as it lies on the paper, in the order in which it is drawn. Raises PdfError."""
    texts = []
    with _opened(pdf) as document:
        for index in range(len(document)):
            with closing(document[index]) as page, closing(page.get_textpage()) as textpage:
                texts.append(textpage.get_text_bounded())
    return texts


@dataclass(frozen=True)
class Box:
    """A line of text on page `page` (from 1); left, top, width and height as parts of the page's (0 to 1)."""

    page: int
    left: float
    top: float
    width: float
    height: float


def find_boxes(pdf: bytes, wanted: Mapping[str, Sequence[str]]) -> dict[str, list[Box]]:
    """Where texts stand on the pages: for each name the boxes of its texts, line by line; names not found are left out.

    Letters' case and the breaks of lines do not matter. A text that is not there as a whole is looked for by its
    beginning. Raises PdfError.
    """
    found: dict[str, list[Box]] = {}
    with _opened(pdf) as document:
        for index in range(len(document)):
            with closing(document[index]) as page, closing(page.get_textpage()) as text:
                said, places = _folded(text.get_text_range())
                size = (page.get_width(), page.get_height())
                for name, texts in wanted.items():
                    for one in texts:
                        span = _span(said, one)
                        if span:
                            start, end = places[span[0]], places[span[1] - 1] + 1
                            boxes = _boxes(text, start, end - start, index + 1, size)
                            found.setdefault(name, []).extend(boxes)
    return found


def find_all(pdf: bytes, wanted: str, most: int = 500) -> list[Box]:
    """Every place where a text stands, page by page, at most `most`; of scanned pages none. Raises PdfError."""
    found: list[Box] = []
    folded = _folded(wanted)[0]
    if not folded:
        return found
    with _opened(pdf) as document:
        for index in range(len(document)):
            with closing(document[index]) as page, closing(page.get_textpage()) as text:
                said, places = _folded(text.get_text_range())
                size = (page.get_width(), page.get_height())
                at = said.find(folded)
                while at >= 0 and len(found) < most:
                    start, end = places[at], places[at + len(folded) - 1] + 1
                    found += _boxes(text, start, end - start, index + 1, size)
                    at = said.find(folded, at + len(folded))
    return found


def page_png(pdf: bytes, page: int, *, width: int = 900) -> bytes:
    """A picture of page `page` (from 1), `width` pixels wide; narrower where a long page would take too much memory.

    Raises NotFound when there is no such page, PdfError when the PDF cannot be read.
    """
    with _opened_sheet(pdf, page) as sheet:
        scale = _scale(sheet.get_width(), sheet.get_height(), width)
        with closing(sheet.render(scale=scale, rev_byteorder=True)) as bitmap:
            picture = bitmap.to_pil().convert("RGB")
    return _png(picture)


def page_size(pdf: bytes, page: int) -> tuple[float, float]:
    """Width and height in points of page `page` (from 1) as it is seen. Raises NotFound, PdfError."""
    with _opened(pdf) as document, closing(_sheet(document, page)) as sheet:
        return sheet.get_width(), sheet.get_height()


def page_grey(pdf: bytes, page: int, *, dpi: float = 200) -> Image.Image:
    """Page `page` (from 1) in grey, as it is seen, for a machine to read; coarser where it would take too much memory.

    The file is opened anew for each page, so that others get their turn at pdfium between two pages. Raises NotFound
    when there is no such page, PdfError when the PDF cannot be read.
    """
    with _opened_sheet(pdf, page) as sheet:
        scale = _scale(sheet.get_width(), sheet.get_height(), round(sheet.get_width() * dpi / 72))
        with closing(sheet.render(scale=scale, grayscale=True)) as bitmap:
            picture: Image.Image = bitmap.to_pil().convert("L")  # a copy: the bitmap goes when it is closed
            return picture


def grey_png(pdf: bytes, page: int, *, dpi: float = 200) -> bytes:
    """As `page_grey`, the picture as PNG. Raises NotFound, PdfError."""
    out = io.BytesIO()
    page_grey(pdf, page, dpi=dpi).save(out, "PNG", compress_level=1)
    return out.getvalue()


def same_pages(first: bytes, second: bytes, *, dpi: float = 50) -> bool:
    """Whether two PDFs show the same pages where fields and notes are left away. Raises PdfError."""
    with _opened(first) as one, closing(_document(second)) as other:
        if len(one) != len(other):
            return False
        return all(_plain_picture(one, index, dpi) == _plain_picture(other, index, dpi) for index in range(len(one)))


def page_area(pdf: bytes, page: int) -> float:
    """Square points of page `page` (from 1). Raises NotFound, PdfError."""
    width, height = page_size(pdf, page)
    return width * height


def covered(pdf: bytes, page: int, box: tuple[float, float, float, float]) -> tuple[bool, list[str]]:
    """Whether a box (left, bottom, right, top in points of the page's own space) lies on anything but white paper, and
    the lines of text under it.

    What reaches out of the page counts as well. Raises NotFound, PdfError.
    """
    with _opened(pdf) as document:
        document.init_forms()  # the pictures of earlier signatures are not to be covered either
        with closing(_sheet(document, page)) as sheet:
            scale = _scale(sheet.get_width(), sheet.get_height(), round(sheet.get_width() * INK_DPI / 72))
            with closing(sheet.render(scale=scale, grayscale=True)) as bitmap:
                picture = bitmap.to_pil().convert("L")
            corners = [_on_picture(sheet, picture.size, x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
            with closing(sheet.get_textpage()) as text:
                lines = text.get_text_bounded(*box).splitlines()
    across, down = [x for x, _ in corners], [y for _, y in corners]
    if min(across) < -1 or min(down) < -1 or max(across) > picture.width + 1 or max(down) > picture.height + 1:
        return True, lines
    part = picture.crop((max(min(across) - 1, 0), max(min(down) - 1, 0), max(across) + 1, max(down) + 1))
    darkest: int = part.getextrema()[0]
    return darkest < WHITE, [line for line in lines if line.strip()]


def _folded(text: str) -> tuple[str, list[int]]:
    """Text without case and without white space, and where each of its letters stood."""
    letters = [(one, index) for index, char in enumerate(text) if not char.isspace() for one in char.casefold()]
    return "".join(one for one, _ in letters), [index for _, index in letters]


def _span(said: str, wanted: str) -> tuple[int, int] | None:
    folded = _folded(wanted)[0]
    if len(folded) < SHORTEST_FOUND:
        return None
    for part in (folded, folded[:LEAST_FOUND]):
        start = said.find(part)
        if start >= 0:
            return start, start + len(part)
    return None


def _boxes(text: pypdfium2.PdfTextPage, start: int, count: int, page: int, size: tuple[float, float]) -> Iterator[Box]:
    width, height = size
    for one in range(text.count_rects(start, count)):
        left, bottom, right, top = text.get_rect(one)
        yield Box(page, left / width, 1 - top / height, (right - left) / width, (top - bottom) / height)


def _plain_picture(document: pypdfium2.PdfDocument, index: int, dpi: float) -> tuple[tuple[int, int], bytes]:
    """Size and pixels of page `index` (from 0) without fields and notes."""
    with closing(document[index]) as page:
        scale = _scale(page.get_width(), page.get_height(), round(page.get_width() * dpi / 72))
        with closing(page.render(scale=scale, may_draw_forms=False, draw_annots=False)) as bitmap:
            picture = bitmap.to_pil()
            return picture.size, picture.tobytes()


def _on_picture(page: pypdfium2.PdfPage, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    """Where a point of the page's own space lies on its picture, however the page is turned or cut."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pypdfium2.raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return across.value, down.value


@contextmanager
def _opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    require_pdf(pdf)
    with _lock, pdf_errors(), closing(_document(pdf)) as document:
        yield document


@contextmanager
def _opened_sheet(pdf: bytes, page: int) -> Iterator[pypdfium2.PdfPage]:
    """A page as it is seen and printed: fields and notes are part of it, as in every copy that docgen makes."""
    with _opened(pdf) as document, closing(_sheet(document, page)) as sheet:
        plain = not _has_notes(sheet)
        if plain:
            yield sheet
    if not plain:
        with _opened(flattened(pdf)) as document, closing(_sheet(document, page)) as sheet:
            yield sheet


def _has_notes(sheet: pypdfium2.PdfPage) -> bool:
    """Whether there is anything on the page besides its content that may be seen."""
    for index in range(pypdfium2.raw.FPDFPage_GetAnnotCount(sheet)):
        annotation = pypdfium2.raw.FPDFPage_GetAnnot(sheet, index)
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


def _sheet(document: pypdfium2.PdfDocument, page: int) -> pypdfium2.PdfPage:
    if not 1 <= page <= len(document):
        raise NotFound(f"PDF ini mempunyai {len(document)} halaman; halaman {page} tidak ada.")
    return document[page - 1]


def _scale(width: float, height: float, wanted: int) -> float:
    """Pixels a point for a picture `wanted` pixels wide, within the limits of pixels and of a side."""
    width, height = max(width, 1.0), max(height, 1.0)
    return min(wanted / width, LONGEST_SIDE / width, LONGEST_SIDE / height, math.sqrt(MOST_PIXELS / (width * height)))


def _png(picture: Image.Image) -> bytes:
    """PNG, quick rather than small; a page without colour is written in grey, at a third of the time."""
    red, green, blue = picture.split()
    if ImageChops.difference(red, green).getbbox() is None and ImageChops.difference(green, blue).getbbox() is None:
        picture = green
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()
