"""The paper of an office, and the measures of Word and PDF."""

from __future__ import annotations

MM = 72 / 25.4  # points in a millimetre
TWIPS = 20  # in a point: Word counts in them
SIZES = {"A4": (210, 297), "F4": (215, 330)}  # millimetres; F4 (folio) as it is sold here
PAPERS = {name: (round(width * MM, 3), round(height * MM, 3)) for name, (width, height) in SIZES.items()}  # points
