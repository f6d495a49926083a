"""The paper of an office, and the measures of Word and PDF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Paper = Literal["A4", "F4", "F4-210"]

MM = 72 / 25.4  # points in a millimetre
TWIPS = 20  # in a point: Word counts in them
# Millimetres; F4 (folio) is sold here in two widths.
SIZES: Mapping[Paper, tuple[int, int]] = {"A4": (210, 297), "F4": (215, 330), "F4-210": (210, 330)}
PAPERS: Mapping[Paper, tuple[float, float]] = {
    name: (round(width * MM, 3), round(height * MM, 3)) for name, (width, height) in SIZES.items()
}  # points
