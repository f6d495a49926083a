"""The picture of a signature: legible at print size, within its edges, the same each time."""

from __future__ import annotations

import io
from importlib import resources

import pytest
from PIL import Image

from docgen.render.pdf.paper import MM
from docgen.render.stamps.signature_picture import DPI, signature_picture

EMBLEM = (resources.files("docgen.demo") / "emblem.png").read_bytes()
POST = "Kepala Dinas Komunikasi, Informatika, Statistik dan Persandian"
LONG_POST = "Kepala Dinas Pemberdayaan Perempuan, Perlindungan Anak, Pengendalian Penduduk dan Keluarga Berencana"
SIZES = [(60, 18), (40, 12), (30, 8), (120, 60), (10, 8), (25, 60)]


def opened(png: bytes) -> Image.Image:
    """The picture."""
    return Image.open(io.BytesIO(png))


@pytest.mark.parametrize("own", [None, EMBLEM], ids=["alone", "with emblem"])
@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("name", ["Al Husain Mardani", "Raden Mas Suryadiningratprawirakusumah Hadikusumo", "\u0639"])
def test_it_fills_its_area_and_stays_within(name: str, width: int, height: int, own: bytes | None) -> None:
    """300 dpi of the area, opaque; nothing that is written or drawn reaches the frame, however long it is."""
    picture = opened(signature_picture(LONG_POST, name, own, width * MM, height * MM))
    assert picture.format == "PNG"
    assert picture.mode == "RGB"
    assert picture.size == (round(width * MM * DPI / 72), round(height * MM * DPI / 72))
    frame = 8  # pixels: less than the pad behind the frame
    inside = picture.crop((frame, frame, picture.width - frame, picture.height - frame)).convert("L")
    margins = picture.convert("L")
    margins.paste(255, (frame, frame, picture.width - frame, picture.height - frame))
    assert inside.point(lambda light: 255 if light < 100 else 0).getbbox() is not None
    assert margins.point(lambda light: 255 if light < 100 else 0).getbbox() is None


def lines_of_text(png: bytes) -> list[int]:
    """The heights in pixels of the rows of ink, without the frame."""
    picture = opened(png).convert("L")
    inked = [
        picture.crop((8, row, picture.width - 8, row + 1)).point(lambda light: 255 if light < 128 else 0).getbbox()
        is not None
        for row in range(8, picture.height - 8)
    ]
    rows, run = [], 0
    for ink in [*inked, False]:
        if ink:
            run += 1
        elif run:
            rows.append(run)
            run = 0
    return rows


def test_it_is_legible_at_print_size() -> None:
    """In the usual size, capitals are at least 1.5 mm high on paper: three or four lines of it."""
    rows = lines_of_text(signature_picture(POST, "Al Husain Mardani", None, 60 * MM, 18 * MM))
    assert 3 <= len(rows) <= 4
    assert min(rows) >= 1.5 / 25.4 * DPI


def test_the_office_s_picture_stands_beside_the_text() -> None:
    """With a picture the text begins further right; a small area leaves the picture out and keeps the words."""
    red = io.BytesIO()
    Image.new("RGB", (50, 50), (255, 0, 0)).save(red, "PNG")

    def reds(width: int) -> int:
        picture = opened(signature_picture(POST, "Al Husain Mardani", red.getvalue(), width * MM, 15 * MM))
        colours = picture.getcolors(picture.width * picture.height) or []
        return sum(count for count, colour in colours if colour == (255, 0, 0))

    assert reds(60) > 10_000
    assert reds(38) == 0


def test_the_same_arguments_give_the_same_bytes() -> None:
    """Rendering is pure."""
    assert signature_picture(POST, "A", EMBLEM, 170, 51) == signature_picture(POST, "A", EMBLEM, 170, 51)
