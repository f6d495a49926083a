"""What a letter's pages look like: their lines of text, and each page as a small grey picture."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

import pypdfium2
from PIL import Image

from tests.support.gallery.reading import read_paper

SCALE = 1 / 6  # pixels for a point: a line of text is two pixels high
CELL = 160  # pixels of the square that holds a page of any paper, upright or not
GREYS = 16
_FINER = 4  # times as fine is a page drawn before it is made small
_STEP = 255 // (GREYS - 1)
_TO_GREYS = [round(value / _STEP) * _STEP for value in range(256)]


@dataclass(frozen=True)
class PrintedPage:
    """A page: its lines in reading order, those of the paragraphs before the marks at its edges, and its picture.

    The picture is grey, `CELL` pixels wide and high, the page in its upper left corner on white.
    """

    lines: tuple[str, ...]
    picture: Image.Image


def printed_pages(pdf: bytes) -> list[PrintedPage]:
    """Return the pages of a letter."""
    paper = read_paper(pdf)
    texts = [tuple(line.text for line in (*paper.lines(page.number), *page.marks)) for page in paper.pages]
    return [PrintedPage(lines, picture) for lines, picture in zip(texts, _pictures(pdf), strict=True)]


def _pictures(pdf: bytes) -> list[Image.Image]:
    """Return every page as a small picture with few greys, the same for the same PDF."""
    pictures = []
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        for index in range(len(document)):
            with (
                closing(document[index]) as page,
                closing(page.render(scale=SCALE * _FINER, grayscale=True)) as bitmap,
            ):
                fine = bitmap.to_pil().convert("L")
            size = round(fine.width / _FINER), round(fine.height / _FINER)
            picture = Image.new("L", (CELL, CELL), 255)
            picture.paste(fine.resize(size, Image.Resampling.BOX).point(_TO_GREYS))
            pictures.append(picture)
    return pictures
