"""Prepare an uploaded photo for printing and archiving: upright, small, sRGB, and without metadata such as its place.

The one file of the pipeline that reads pictures from strangers. The same bytes in give the same bytes out.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, ImageCms

from docgen.errors import DataFileError
from wording import say

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 25 * 1024 * 1024
MOST_PIXELS = 80_000_000  # 50 megapixels of a telephone fit; Pillow itself warns from 89 million on
SIDE = 1600  # pixels of the longer side: 7.6 cm on paper at 530 dpi
QUALITY = 85
WHITE = (255, 255, 255)
_ORIENTATION = 0x0112  # the EXIF tag
_TURNS: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises over damaged files; warnings are among them where they are turned into errors.
_DAMAGED = (OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, EOFError, struct.error, Warning)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Photo:
    """A prepared photo: a baseline JPEG without metadata, and its size in pixels."""

    data: bytes
    width: int
    height: int


def prepare_photo(data: bytes, name: str = "Foto") -> Photo:
    """Turn a JPEG, PNG or WebP of at most 25 MB and 80 megapixels upright and make it at most 1600 pixels long.

    `name` is the file's, for messages. EXIF (GPS among it), XMP and comments are gone; colours are converted from the
    picture's own profile to sRGB; what is transparent becomes white. Raises DataFileError.
    """
    name = " ".join(name.split())[:100] or "Foto"
    if len(data) > MOST_BYTES:
        raise DataFileError(say("{name}: lebih besar dari 25 MB. Perkecil foto itu, lalu unggah lagi.", name=name))
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_large(name)
            turn = _TURNS.get(_orientation(picture))
            clean = _reduced(picture)
            if turn is not None:
                clean = clean.transpose(turn)
            out = io.BytesIO()
            clean.save(out, "JPEG", quality=QUALITY)
    except _BOMB as error:
        raise _too_large(name) from error
    except _DAMAGED as error:
        raise DataFileError(
            say(
                "{name}: bukan foto yang dapat dibaca, atau berkasnya rusak. Pilih foto JPEG, PNG, atau WebP; "
                "foto HEIC dari iPhone disimpan dulu sebagai JPEG.",
                name=name,
            )
        ) from error
    return Photo(out.getvalue(), clean.width, clean.height)


def _too_large(name: str) -> DataFileError:
    return DataFileError(say("{name}: lebih dari 80 megapiksel. Perkecil foto itu, lalu unggah lagi.", name=name))


def _orientation(picture: Image.Image) -> int:
    """Return how the camera was held; a picture with damaged EXIF is taken as it lies."""
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except _DAMAGED:
        return 1


def _reduced(picture: Image.Image) -> Image.Image:
    """Return a fresh sRGB picture of at most `SIDE` pixels a side; nothing that Pillow knows of the old one comes
    along.
    """
    scale = min(1.0, SIDE / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    picture.draft(None, (2 * size[0], 2 * size[1]))  # a JPEG is decoded at a half or quarter: less memory
    profile = picture.info.get("icc_profile")
    if picture.mode == "P" or (picture.mode not in ("RGB", "CMYK", "L") and "A" not in picture.mode):
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    alpha = picture.convert("RGBA").getchannel("A") if "A" in picture.mode else None
    if alpha is not None:
        picture = picture.convert("RGB")
    colours = _srgb(picture, profile).resize(size, Image.Resampling.LANCZOS)
    fresh = Image.new("RGB", size, WHITE)
    fresh.paste(colours, mask=alpha.resize(size, Image.Resampling.LANCZOS) if alpha is not None else None)
    return fresh


def _srgb(picture: Image.Image, profile: object) -> Image.Image:
    """Return the picture in sRGB; a profile that is damaged or meant for other colours is left aside."""
    if isinstance(profile, bytes) and profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, *_DAMAGED):
            converted = None
        if converted is not None:
            return converted
    return picture.convert("RGB")
