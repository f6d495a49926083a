"""Find the catchwords (kata penyambung) of a letter: the first word of the next page, at the foot of each that goes on.

Permendagri 1/2023 Ps. 33 has them, in the form that ANRI describes: that word as it is written there and three dots, at
the lower right, never where another section begins. Decided here:

- A page goes on where the next one has its number at the head (`- 2 -`), one more than this one's, and begins with no
  title: neither an annex, whose numbers begin anew, nor the next part of a booklet is announced.
- The number or letter of an item is printed with its first word (`3. melaporkan...`); a mark behind the word is not.
- A table that goes on says so itself, by its head: no word is taken out of its cells.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from contextlib import closing

import pypdfium2
import pypdfium2.raw as pdfium

from docgen.render.pdf.geometry import PageView
from docgen.render.pdf.overlays.overlay import TextPen
from docgen.render.pdf.paper import MM
from docgen.render.pdf.pdfium import opened

RIGHT = 20 * MM  # the text's margin
BASELINE = 22 * MM  # between the verification band, which ends at 20 mm, and the text, which ends above 25 mm
SIZE = 12.0  # of the letter's text
DOTS = "..."
_HEADER = "Artifact"  # as which LibreOffice marks what repeats on every page
_TITLE = "H1"  # a title
_CELL = "Sel"  # how the paragraph styles of table cells begin; LibreOffice marks text by its style
_PAGE_NUMBER = re.compile(r"-\s*(\d+)\s*-")
_LABEL = re.compile(r"\(?(\d{1,3}|[IVX]{1,5}|[A-Za-z])[.)]")
_LONGEST = 40  # letters; more are no word


def catchwords(pdf: bytes) -> list[str]:
    """Return what stands at the foot of each page of a letter as LibreOffice made it, "" where nothing is to stand.

    Raises PdfError.
    """
    words, number = [], 1
    with opened(pdf) as document:
        for index in range(1, len(document)):
            following, first = _head(document, index)
            words.append(f"{first}{DOTS}" if first and following == number + 1 else "")
            number = following or 1  # the first page of a section has none printed
    return [*words, ""]


def catchword_operators(overlay: TextPen, view: PageView, word: str) -> bytes:
    """Return operators that print a catchword at the lower right of a page."""
    right = view.width - min(RIGHT, view.width / 4)
    return b"0 g\n" + overlay.text(word, right - overlay.width(word, SIZE), BASELINE, SIZE)


def _head(document: pypdfium2.PdfDocument, index: int) -> tuple[int, str]:
    """Return the number that is printed at the head of a page, 0 for none, and the first word below it or ""."""
    header, pieces = "", []
    with closing(document[index]) as page, closing(page.get_textpage()) as text:
        for piece in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,), max_depth=1):
            marks = list(_marks(piece))
            left, bottom, right, top = piece.get_bounds()
            if _HEADER in marks:
                header += text.get_text_bounded(left, bottom, right, top)
            elif right > left:
                pieces.append((bottom, top, marks))
        found = _PAGE_NUMBER.search(header)
        if not found or not pieces:
            return 0, ""
        top = max(piece[1] for piece in pieces)
        line = [piece for piece in pieces if piece[1] > top - SIZE / 2]
        if any(mark == _TITLE or mark.startswith(_CELL) for piece in line for mark in piece[2]):
            return int(found[1]), ""
        words = text.get_text_bounded(0, min(piece[0] for piece in line) - 1, page.get_width(), top).split()
    return int(found[1]), _first(words)


def _first(words: list[str]) -> str:
    """Return the first word, with the number of its item before it and without the mark of punctuation behind it."""
    label = f"{words[0]} " if len(words) > 1 and _LABEL.fullmatch(words[0]) else ""
    word = words[1 if label else 0] if words else ""
    word = word.rstrip(",;:.")
    return f"{label}{word}" if word and len(word) <= _LONGEST else ""


def _marks(piece: pypdfium2.PdfObject) -> Iterator[str]:
    """Yield the names of the marked contents that a piece of text belongs to."""
    buffer = ctypes.create_string_buffer(256)
    length = ctypes.c_ulong()
    for index in range(pdfium.FPDFPageObj_CountMarks(piece)):
        mark = pdfium.FPDFPageObj_GetMark(piece, index)
        room = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        if pdfium.FPDFPageObjMark_GetName(mark, room, len(buffer), length):
            yield buffer.raw[: max(0, length.value - 2)].decode("utf-16-le")
