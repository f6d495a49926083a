"""Prepare the emblem of an office for its letterhead."""

from __future__ import annotations

import io

from PIL import Image

from docgen.errors import DataFileError

SIDE = 600  # pixels: 2 cm on the letterhead at 760 dpi
MOST_PIXELS = 40_000_000  # of a picture that is sent, before it is made smaller


def prepare_emblem(data: bytes) -> bytes:
    """Return a PNG or JPEG picture as PNG of at most `SIDE` pixels a side. Raises DataFileError."""
    wrong = "Berkas ini bukan gambar PNG atau JPEG yang dapat dibaca. Pilih berkas lambang yang lain."
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                wrong = "Gambar ini terlalu besar. Perkecil menjadi paling banyak 4000 piksel tiap sisi."
                raise ValueError(wrong)
            emblem = picture.convert("RGBA")
            emblem.thumbnail((SIDE, SIDE))
            out = io.BytesIO()
            emblem.save(out, "PNG", optimize=True)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataFileError(wrong) from error
    return out.getvalue()
