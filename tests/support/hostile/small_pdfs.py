"""PDF files of a few kilobytes that keep a renderer at work for hours, or unfold to more than there is memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping


def pdf(*objects: bytes) -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, xref)
    return bytes(out)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a packed stream object."""
    packed = zlib.compress(data, 9)
    return b"<</Length %d/Filter/FlateDecode%b>>\nstream\n%b\nendstream" % (len(packed), entries, packed)


def page(resources: bytes, contents: bytes, *more: bytes) -> bytes:
    """Return a PDF of one page whose further objects begin with number 5."""
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<%b>>/Contents 4 0 R>>" % resources,
        stream(contents),
        *more,
    )


def plain() -> bytes:
    """Return a harmless page with a line on it."""
    return page(b"", b"1 w 100 100 m 400 700 l S\n")


def tiling() -> bytes:
    """Return a page painted with a tiling pattern of steps far smaller than a pixel."""
    pattern = stream(b"0 0 1 1 re f\n", b"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.001/YStep 0.001"
                     b"/Resources<<>>")  # fmt: skip
    return page(b"/Pattern<</P 5 0 R>>", b"/Pattern cs /P scn 0 0 595 842 re f\n", pattern)


def fan_out() -> bytes:
    """Return a page that draws a form that draws ten that draw ten each, twelve levels deep."""
    forms = []
    for level in range(12):
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 600 850]/Resources<</XObject<</F %d 0 R>>>>" % (level + 6)
        forms.append(stream(b"/F Do\n" * 10, entries))
    leaf = stream(b"0 0 1 1 re f\n", b"/Type/XObject/Subtype/Form/BBox[0 0 600 850]")
    return page(b"/XObject<</F 5 0 R>>", b"/F Do\n", *forms, leaf)


def self_reference() -> bytes:
    """Return a page with a form that draws itself, many times."""
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 600 850]/Resources<</XObject<</F 5 0 R/G 6 0 R>>>>"
    twin = b"/Type/XObject/Subtype/Form/BBox[0 0 600 850]/Resources<</XObject<</F 6 0 R/G 5 0 R>>>>"
    return page(b"/XObject<</F 5 0 R>>", b"/F Do\n" * 1000, stream(b"/F Do /G Do\n" * 50, entries),
                stream(b"/G Do /F Do\n" * 50, twin))  # fmt: skip


def function() -> bytes:
    """Return a page shaded by a calculator function of a hundred thousand operators."""
    body = b"{" + b"2 mul 2 div " * 60_000 + b"exch pop dup dup}"
    calculator = stream(body, b"/FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]")
    shading = (
        b"/Shading<</S<</ShadingType 1/ColorSpace/DeviceRGB/Domain[0 1 0 1]/Matrix[595 0 0 842 0 0]/Function 5 0 R>>>>"
    )
    return page(shading, b"/S sh\n" * 20, calculator)


def segments() -> bytes:
    """Return a page with a dashed path of a million and a half segments."""
    points = b"".join(b"%d %d l\n" % (number * 37 % 595, number * 91 % 842) for number in range(3000))
    return page(b"", b"[0.01 0.01] 0 d 0.1 w 0 0 m\n" + points * 500 + b"S\n")


def spaces() -> bytes:
    """Return a page whose contents unfold to 3 GB of white space."""
    packer = zlib.compressobj(9)
    block = b" " * (16 * 1024 * 1024)
    begin = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)  # the same bytes however often
    packed = begin + again * 190 + packer.flush()
    contents = b"<</Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream" % (len(packed), packed)
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        contents,
    )


def huge_picture() -> bytes:
    """Return a page with a picture of ten gigapixels."""
    entries = b"/Type/XObject/Subtype/Image/Width 100000/Height 100000/ColorSpace/DeviceRGB/BitsPerComponent 8"
    return page(b"/XObject<</I 5 0 R>>", b"595 0 0 842 0 0 cm /I Do\n", stream(bytes(10_000_000), entries))


def same_page(count: int = 100_000) -> bytes:
    """Return a file that lists one page this many times."""
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%b]/Count %d>>" % (b"3 0 R " * count, count),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        stream(b"1 w 100 100 m 400 700 l S\n"),
    )


HEAVY: Mapping[str, Callable[[], bytes]] = {
    made.__name__: made for made in (tiling, fan_out, self_reference, function, segments, spaces, huge_picture)
}
