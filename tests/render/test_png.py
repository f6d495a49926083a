"""Pictures of pages as PNG."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw

from docgen.render.png import encode_png


def printed(mode: str) -> Image.Image:
    picture = Image.new(mode, (301, 203), "white")
    ImageDraw.Draw(picture).multiline_text((9, 9), "Nota Dinas\nNomor: B/1", fill="black" if mode == "L" else "red")
    return picture


def photo(mode: str) -> Image.Image:
    return Image.effect_noise((301, 203), 60).convert(mode)


@pytest.mark.parametrize("make", [printed, photo])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_each_pixel_is_read_back(make: Callable[[str], Image.Image], mode: str) -> None:
    """Whoever reads the PNG has the same pixels in the same mode, be it print or a photo."""
    picture = make(mode)
    with Image.open(io.BytesIO(encode_png(picture)), formats=("PNG",)) as opened:
        opened.verify()
    with Image.open(io.BytesIO(encode_png(picture))) as opened:
        assert (opened.mode, opened.size, opened.tobytes()) == (mode, picture.size, picture.tobytes())


def test_a_photo_is_no_larger_than_pillow_makes_it() -> None:
    """Soft changes of light are packed with filters, as they need."""
    slope = Image.linear_gradient("L").resize((900, 1273))
    soft = Image.merge("RGB", [slope, Image.effect_noise(slope.size, 3), slope.transpose(Image.Transpose.ROTATE_180)])
    out = io.BytesIO()
    soft.save(out, "PNG", compress_level=1)
    assert len(encode_png(soft)) <= len(out.getvalue())


def test_another_mode_is_refused() -> None:
    """A picture with transparency is not written as if it had none."""
    with pytest.raises(KeyError):
        encode_png(Image.new("RGBA", (2, 2)))
