"""Find the content of pictures that LibreOffice 7.4 draws as artifacts beside an empty element of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping

from docgen.render.pdf.objects.raw_objects import RawPdf

Box = tuple[float, float, float, float]  # left, bottom, right, top in points

_TOLERANCE = 1.5  # points between the frame of a picture, as its element has it, and what is drawn
_BOX = re.compile(rb"/BBox\s*\[\s*([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+)\s*\]")
_ATTRIBUTES = re.compile(rb"/A (\d+) 0 R")
_PICTURE = re.compile(rb"\n/Artifact BMC(\n[^/]*?([\d.]+) 0 0 ([\d.]+) (-?[\d.]+) (-?[\d.]+) cm\s+/\w+ Do\b)")


def frame_of(raw: RawPdf, element: bytes) -> Box | None:
    """Return where a picture's element says that it stands."""
    attributes = _ATTRIBUTES.search(element)
    match = _BOX.search(raw.text_of(int(attributes[1])) if attributes else element)
    return (float(match[1]), float(match[2]), float(match[3]), float(match[4])) if match else None


def with_content(content: bytes, frames: Mapping[int, Box], first: int) -> tuple[bytes, dict[int, int]]:
    """Return a page's content in which the pictures with these frames are marked as theirs, and their marks.

    `frames` are by the number of the element; marks are numbered from `first` on.
    """
    marks: dict[int, int] = {}

    def mark(match: re.Match[bytes]) -> bytes:
        width, height, left, bottom = (float(match[group]) for group in (2, 3, 4, 5))
        drawn = (left, bottom, left + width, bottom + height)
        for figure, frame in frames.items():
            if figure not in marks and all(abs(a - b) <= _TOLERANCE for a, b in zip(frame, drawn, strict=True)):
                marks[figure] = first + len(marks)
                return b"\n/Figure<</MCID %d>>BDC" % marks[figure] + match[1]
        return match[0]

    return _PICTURE.sub(mark, content), marks
