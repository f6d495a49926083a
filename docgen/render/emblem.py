"""The emblem of an office as it stands on the letterhead."""

from __future__ import annotations

import io

from docgen.errors import DataFileError, PdfError
from docgen.render.picture import opened

SIDE = 600  # pixels: 2 cm on the letterhead at 760 dpi
_DAMAGED = "Berkas ini bukan gambar PNG atau JPEG yang dapat dibaca. Pilih berkas lambang yang lain."
_LARGE = "Gambar ini terlalu besar. Perkecil menjadi paling banyak 4000 piksel tiap sisi."


def prepare_emblem(data: bytes) -> bytes:
    """Return a PNG or JPEG picture of at most 40 megapixels as PNG of at most `SIDE` pixels a side.

    Raises DataFileError.
    """
    try:
        with opened(data, large=_LARGE, damaged=_DAMAGED) as picture:
            emblem = picture.convert("RGBA")
            emblem.thumbnail((SIDE, SIDE))
            out = io.BytesIO()
            emblem.save(out, "PNG", optimize=True)
    except PdfError as error:
        raise DataFileError(str(error)) from error
    return out.getvalue()
