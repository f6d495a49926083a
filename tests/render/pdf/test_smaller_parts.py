"""What LibreOffice writes larger than need be gets smaller, and says and shows the same."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageCms
from pypdf import PdfReader

from docgen.libreoffice import Converter
from docgen.render.pdf.tags.accessible import make_accessible
from tests.support.office.letters import KINDS, images, letter


def _profile(pdf: bytes) -> bytes:
    """The colour profile that the colours of a file are meant by."""
    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    data: bytes = root["/OutputIntents"][0]["/DestOutputProfile"].get_data()
    return data


def _seen_through(profile: bytes) -> bytes:
    """A picture of many colours, taken for colours of this profile, in Lab."""
    colours = Image.frombytes("RGB", (256, 16), bytes(value * 41 % 256 for value in range(256 * 16 * 3)))
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    transform = ImageCms.buildTransform(source, ImageCms.createProfile("LAB"), "RGB", "LAB")
    return ImageCms.applyTransform(colours, transform).tobytes()


def test_profile_and_metadata_get_smaller_and_mean_the_same(converter: Converter) -> None:
    """A tenth less, the same pages; each colour is the same to a step of 256; XMP says the same without blanks."""
    before = converter.convert(letter(KINDS["nota_dinas"]))
    after = make_accessible(before)
    assert len(before) - len(after) > 8_000
    assert images(after) == images(before)
    assert len(_profile(after)) < 1_000
    colours = zip(_seen_through(_profile(before)), _seen_through(_profile(after)), strict=True)
    assert max(min(abs(old - new), 256 - abs(old - new)) for old, new in colours) <= 1
    xmp = after[after.index(b"<?xpacket begin") : after.index(b"<?xpacket end")]
    assert len(xmp) - len(xmp.rstrip()) == 1
    metadata = PdfReader(io.BytesIO(after)).xmp_metadata
    assert metadata is not None
    assert metadata.dc_title == PdfReader(io.BytesIO(before)).xmp_metadata.dc_title  # type: ignore[union-attr]
