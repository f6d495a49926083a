"""Photos as telephones make them: large, lying on their side, with EXIF that tells where and with what."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageDraw
from pypdf import PdfReader
from pypdf.generic import IndirectObject

PLACE = b"POSISI-RAHASIA"  # what must never be found in anything that is made of such a photo
CAMERA = b"KAMERA-RAHASIA"
_ORIENTATION, _MAKE, _COMMENT, _GPS = 0x0112, 0x010F, 0x9286, 0x8825


def telephone_photo(
    width: int, height: int, *, orientation: int = 1, colour: str = "teal", form: str = "JPEG"
) -> bytes:
    """A picture with a red upper left corner as the sensor saw it, with EXIF, GPS position, XMP and a comment."""
    picture = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(picture).rectangle((0, 0, width // 4, height // 4), fill="red")
    exif = picture.getexif()
    exif[_ORIENTATION] = orientation
    exif[_MAKE] = CAMERA.decode()
    place = exif.get_ifd(_GPS)
    place[1], place[2] = "S", (3.0, 27.0, 15.0)
    place[27] = b"ASCII\0\0\0" + PLACE  # GPSProcessingMethod
    more: dict[str, Any] = {"exif": exif}
    if form == "JPEG":
        more |= {"comment": CAMERA, "xmp": b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + PLACE + b"</x:xmpmeta>"}
    target = io.BytesIO()
    picture.save(target, form, **more)
    return target.getvalue()


def corner(data: bytes) -> str:
    """Where the red corner is: "upper left" and so on."""
    with Image.open(io.BytesIO(data)) as picture:
        shown = picture.convert("RGB")
    width, height = shown.size
    for x, across in ((width // 8, "left"), (width - width // 8, "right")):
        for y, down in ((height // 8, "upper"), (height - height // 8, "lower")):
            red, green, _ = shown.getpixel((x, y))  # type: ignore[misc]
            if red > 200 and green < 60:
                return f"{down} {across}"
    return "nowhere"


def pictures(pdf: bytes) -> dict[int, tuple[int, int]]:
    """The photos that the pages of a PDF show, by number of their object, with their size in pixels."""
    found: dict[int, tuple[int, int]] = {}
    for page in PdfReader(io.BytesIO(pdf)).pages:
        resources: Any = page["/Resources"]
        objects: Mapping[str, IndirectObject] = resources.get("/XObject", {})
        for name in objects:
            reference: Any = objects.raw_get(name)  # type: ignore[attr-defined]
            shown: Any = reference.get_object()
            if shown["/Subtype"] == "/Image":
                found[reference.idnum] = (shown["/Width"], shown["/Height"])
    return found
