"""Preparing a photo: upright, small, sRGB, without metadata; what cannot be a photo is refused by name."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from docgen.errors import DataFileError
from docgen.render.word.prepare_photo import MOST_BYTES, SIDE, prepare_photo
from tests.support.files.photos import CAMERA, PLACE, corner, telephone_photo

SMALL = telephone_photo(64, 48)


def opened(data: bytes) -> Image.Image:
    """The picture, as Pillow reads it."""
    return Image.open(io.BytesIO(data))


def saved(picture: Image.Image, form: str, **more: object) -> bytes:
    """A picture as a file."""
    target = io.BytesIO()
    picture.save(target, form, **more)  # type: ignore[arg-type]
    return target.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it has this size, and has next to nothing."""
    chunks = b""
    for kind, data in ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(b""))):
        chunks += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_small_baseline_jpeg(form: str) -> None:
    """Whatever it was: RGB JPEG, 1600 pixels long, not progressive, its size as told."""
    photo = prepare_photo(telephone_photo(4000, 3000, form=form))
    with opened(photo.data) as picture:
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (SIDE, 1200))
        assert "progression" not in picture.info
    assert (photo.width, photo.height) == (SIDE, 1200)


def test_a_small_photo_is_not_made_larger() -> None:
    """What is below 1600 pixels keeps its size; a strip keeps at least one pixel."""
    assert (prepare_photo(SMALL).width, prepare_photo(SMALL).height) == (64, 48)
    strip = prepare_photo(saved(Image.new("RGB", (5000, 1)), "PNG"))
    assert (strip.width, strip.height) == (SIDE, 1)


@pytest.mark.parametrize(
    ("orientation", "size", "where"),
    [
        (1, (1600, 1200), "upper left"),
        (2, (1600, 1200), "upper right"),
        (3, (1600, 1200), "lower right"),
        (4, (1600, 1200), "lower left"),
        (5, (1200, 1600), "upper left"),
        (6, (1200, 1600), "upper right"),
        (7, (1200, 1600), "lower right"),
        (8, (1200, 1600), "lower left"),
        (99, (1600, 1200), "upper left"),
    ],
)
def test_a_photo_is_turned_as_the_camera_was_held(orientation: int, size: tuple[int, int], where: str) -> None:
    """Each of EXIF's eight orientations comes out upright; a number that means nothing turns nothing."""
    photo = prepare_photo(telephone_photo(2000, 1500, orientation=orientation))
    assert (photo.width, photo.height) == size
    assert corner(photo.data) == where


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_tells_where_or_with_what_it_was_taken(form: str) -> None:
    """EXIF with its GPS position, XMP and comments are gone: the file holds none of their bytes."""
    sent = telephone_photo(800, 600, form=form)
    assert PLACE in sent
    assert CAMERA in sent
    made = prepare_photo(sent).data
    for trace in (PLACE, CAMERA, b"Exif", b"GPS", b"http", b"xmp", b"ICC_PROFILE"):
        assert trace not in made
    with opened(made) as picture:
        assert dict(picture.getexif()) == {}
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_the_same_photo_gives_the_same_bytes() -> None:
    """Preparing has no clock and no chance in it."""
    sent = telephone_photo(2000, 1500)
    assert prepare_photo(sent).data == prepare_photo(sent).data


def test_colours_of_another_profile_are_converted() -> None:
    """A picture's own profile counts: one whose red is sRGB's green makes red pixels green. A broken one is ignored."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"....").replace(b"gXYZ", b"rXYZ").replace(b"....", b"gXYZ")
    assert swapped != srgb
    red = Image.new("RGB", (40, 40), "red")
    made = [
        opened(prepare_photo(saved(red, "PNG", icc_profile=profile)).data).getpixel((20, 20))
        for profile in (srgb, swapped, b"no profile")
    ]
    assert [max(range(3), key=colour.__getitem__) for colour in made] == [0, 1, 0]  # type: ignore[union-attr]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_picture_comes_out_in_colour(mode: str) -> None:
    """Black and white, palettes, transparency, 16 bits and print colours all become RGB, white staying white."""
    picture = (
        Image.new("I;16", (30, 20), 65535) if mode == "I;16" else Image.new("RGB", (30, 20), "white").convert(mode)
    )
    made = prepare_photo(saved(picture, "JPEG" if mode == "CMYK" else "PNG")).data
    with opened(made) as shown:
        assert shown.mode == "RGB"
        assert shown.getpixel((15, 10)) == (255, 255, 255)


def test_what_is_transparent_is_white() -> None:
    """A screenshot with a transparent ground is printed on white, with alpha or a transparent colour of a palette."""
    clear = saved(Image.new("RGBA", (30, 20), (0, 0, 0, 0)), "PNG")
    palette = saved(Image.new("P", (30, 20), 0), "PNG", transparency=0)
    for sent in (clear, palette):
        assert opened(prepare_photo(sent).data).getpixel((15, 10)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"%PDF-1.7", SMALL[: len(SMALL) // 2], SMALL[:30], png_header(10, 10), b"<svg/>"],
    ids=["empty", "a GIF", "a PDF", "half a photo", "a beginning", "a PNG without pixels", "a drawing"],
)
def test_what_is_no_photo_is_refused_by_name(data: bytes) -> None:
    """The sentence names the file and says what can be sent."""
    with pytest.raises(DataFileError, match=r"^IMG_01\.jpg: .*JPEG, PNG, atau WebP"):
        prepare_photo(data, "IMG_01.jpg")


@pytest.mark.parametrize("side", [9_100, 12_000, 60_000])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    """A few bytes that claim thousands of megapixels cost nothing: the size in the header is enough."""
    with pytest.raises(DataFileError, match=r"^bom\.png: .*80 megapiksel"):
        prepare_photo(png_header(side, side), "bom.png")


def test_a_file_of_more_than_25_mb_is_refused() -> None:
    """The limit is said in the message."""
    with pytest.raises(DataFileError, match="25 MB"):
        prepare_photo(SMALL + bytes(MOST_BYTES), "besar.jpg")


def test_a_photo_with_damaged_exif_is_taken_as_it_lies() -> None:
    """A wrong byte in what nobody sees is no reason to refuse the picture."""
    damaged = SMALL.replace(b"MM\0*", b"MM\xff\xff").replace(b"II*\0", b"II\xff\xff")
    assert damaged != SMALL
    assert prepare_photo(damaged).width == 64


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damage_anywhere_is_a_sentence_or_a_photo(data: st.DataObject) -> None:
    """Bytes overwritten at any place give a prepared photo or a DataFileError, and never another error."""
    sent = bytearray(data.draw(st.sampled_from([SMALL, telephone_photo(64, 48, form="PNG")])))
    for _ in range(data.draw(st.integers(1, 5))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))
    try:
        outcome = prepare_photo(bytes(sent), "x.jpg").data[:2]
    except DataFileError as error:
        outcome = str(error).encode()
    assert outcome == b"\xff\xd8" or outcome.startswith(b"x.jpg: ")
