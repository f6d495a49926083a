"""Read JPG and PNG files of scanned pages: as a grey picture for a machine, and as a page of a PDF.

Everything here raises PdfError, in a sentence for the clerk, on a file that is damaged, too large or no picture.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageOps
from pypdf import PageObject, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

from docgen.errors import DocgenError, PdfError
from docgen.render.pdf.paper import MM, PAPERS

QUALITY = 88  # of a JPEG made here
MOST_PIXELS = 40_000_000  # an F4 sheet at 600 dpi
READ_PIXELS = 8_000_000  # of the grey picture: an A4 sheet at almost 300 dpi
LIKELY = (100 * MM, 500 * MM)  # the longer side of a sheet; cameras write a resolution that means nothing

_ORIENTATION = 0x0112  # Exif tag
_JPEG_SPACES = {"L": "/DeviceGray", "RGB": "/DeviceRGB"}
_DAMAGED = "Gambar ini rusak atau terpotong sehingga tidak dapat dibaca. Pindai ulang halamannya."
_LARGE = "Gambar ini terlalu besar (paling banyak 40 juta piksel). Pindai ulang dengan 200 sampai 300 dpi."
# How the unit square of a picture lies on the page for each Exif orientation (CIPA DC-008 4.6.4 A).
_LAID = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}


def is_picture(data: bytes) -> bool:
    """Return whether the file begins like a JPG or PNG."""
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def picture_grey(data: bytes) -> Image.Image:
    """Return the picture in grey as a viewer shows it (Exif orientation counted), at most 8 million pixels; or
    PdfError.
    """
    with _opened(data) as picture:
        shrunk = min(1.0, (READ_PIXELS / (picture.width * picture.height)) ** 0.5)
        size = (max(1, int(picture.width * shrunk)), max(1, int(picture.height * shrunk)))
        picture.draft("L", size)
        turn = picture.getexif().get(_ORIENTATION, 1)
        grey = _grey(picture)
        if grey.size != size:
            grey = grey.resize(size, Image.Resampling.BOX if shrunk < 0.5 else Image.Resampling.BILINEAR)
        grey.getexif()[_ORIENTATION] = turn
        return ImageOps.exif_transpose(grey)


def add_picture(writer: PdfWriter, data: bytes) -> PageObject:
    """Return a page at the end of `writer` that is the picture: a JPG in grey or RGB byte for byte, a PNG without loss.

    The page has the size that the picture's resolution tells; where it tells none, or none that a sheet can have, the
    picture is fitted into A4 or F4, whichever is nearer its shape. Raises PdfError.
    """
    with _opened(data) as picture:
        turn = picture.getexif().get(_ORIENTATION, 1)
        turn = turn if turn in _LAID else 1
        dpi = picture.info.get("dpi")
        drawn = _drawn(picture, data)
        width, height = picture.size
    if turn >= 5:
        width, height, dpi = height, width, dpi and dpi[::-1]
    paper, size = _paper(width, height, dpi)
    page = writer.add_blank_page(*paper)
    left, bottom = (paper[0] - size[0]) / 2, (paper[1] - size[1]) / 2
    laid = " ".join(str(axis) for axis in _LAID[turn])
    shown = f"q {size[0]:.3f} 0 0 {size[1]:.3f} {left:.3f} {bottom:.3f} cm {laid} cm /Scan Do Q"
    _show(writer, page, drawn, shown)
    return page


def add_image(writer: PdfWriter, picture: Image.Image, size: tuple[float, float]) -> PageObject:
    """Add a page of this size (points) that is a grey or RGB picture from edge to edge, packed as JPEG."""
    image = _image(picture, _JPEG_SPACES[picture.mode], 8, "/DCTDecode")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    image.set_data(out.getvalue())
    page = writer.add_blank_page(*size)
    _show(writer, page, image, f"q {size[0]:.3f} 0 0 {size[1]:.3f} 0 0 cm /Scan Do Q")
    return page


def _show(writer: PdfWriter, page: PageObject, image: StreamObject, operators: str) -> None:
    """Draw an image on an empty page, where the operators name it /Scan."""
    contents = StreamObject()
    contents.set_data(operators.encode("ascii"))
    names = DictionaryObject({NameObject("/Scan"): writer._add_object(image)})
    page[NameObject("/Contents")] = writer._add_object(contents)
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): names})


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """Open a picture. Pillow raises errors of many classes on a broken file (OSError, SyntaxError, struct.error
    ...).
    """
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PdfError(_LARGE)
            yield picture
    except DocgenError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PdfError(_LARGE) from error
    except Exception as error:
        raise PdfError(_DAMAGED) from error


def _grey(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits; Pillow would cut them off at 255
        return picture.convert("I").point(lambda level: level / 256).convert("L")
    return _on_paper(picture).convert("L")


def _on_paper(picture: Image.Image) -> Image.Image:
    """Return the picture on white paper, which shows where it is transparent."""
    if not picture.has_transparency_data:
        return picture
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture.convert("RGBA"))
    return paper.convert("RGB")


def _jpeg(picture: Image.Image, data: bytes) -> StreamObject:
    picture.copy()  # decoded once: a file cut short is found now, not by who opens the PDF
    image = _image(picture, _JPEG_SPACES[picture.mode], 8, "/DCTDecode")
    image.set_data(data)
    return image


def _drawn(picture: Image.Image, data: bytes) -> StreamObject:
    if not data.startswith(b"\xff\xd8"):
        return _lossless(picture)
    if picture.mode in _JPEG_SPACES:
        return _jpeg(picture, data)
    out = io.BytesIO()  # the colours of a press, for which the file would have to name one
    picture.convert("RGB").save(out, "JPEG", quality=QUALITY)
    with Image.open(io.BytesIO(out.getvalue())) as shown:
        return _jpeg(shown, out.getvalue())


def _lossless(picture: Image.Image) -> StreamObject:
    if picture.mode not in ("1", "L"):
        picture = _grey(picture) if picture.mode.startswith("I") else _on_paper(picture).convert("RGB")
    space = "/DeviceRGB" if picture.mode == "RGB" else "/DeviceGray"
    image = _image(picture, space, 1 if picture.mode == "1" else 8)
    image.set_data(picture.tobytes())
    return image.flate_encode()


def _image(picture: Image.Image, space: str, bits: int, coding: str = "") -> StreamObject:
    image = StreamObject()
    image[NameObject("/Type")] = NameObject("/XObject")
    image[NameObject("/Subtype")] = NameObject("/Image")
    image[NameObject("/Width")] = NumberObject(picture.width)
    image[NameObject("/Height")] = NumberObject(picture.height)
    image[NameObject("/ColorSpace")] = NameObject(space)
    image[NameObject("/BitsPerComponent")] = NumberObject(bits)
    if coding:
        image[NameObject("/Filter")] = NameObject(coding)
    return image


def _paper(width: int, height: int, dpi: tuple[float, float] | None) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return size of the page and of the picture on it, in points."""
    if dpi and min(dpi) > 0:
        size = (float(width / dpi[0] * 72), float(height / dpi[1] * 72))
        if LIKELY[0] <= max(size) <= LIKELY[1]:
            return size, size
    wide = width > height
    shape = max(width, height) / min(width, height)
    paper = min((PAPERS["A4"], PAPERS["F4"]), key=lambda sides: abs(sides[1] / sides[0] - shape))
    paper = paper[::-1] if wide else paper
    scale = min(paper[0] / width, paper[1] / height)
    return paper, (width * scale, height * scale)
