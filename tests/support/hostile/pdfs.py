"""PDFs that try every way known to keep a reader at work, or to make it take more memory than there is."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Iterator

from tests.support.hostile.small_pdfs import page, pdf, stream

Variant = tuple[str, bytes]
Maker = Callable[[random.Random], Iterator[Variant]]

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
BOX = b"/MediaBox[0 0 595 842]"
FILL = b"/Pattern cs /P scn 0 0 595 842 re f\n"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 600 850]"


def whole(entries: bytes, *more: bytes, catalog: bytes = b"") -> bytes:
    """Return a PDF of one page with these entries; further objects begin with number 4."""
    first = b"<</Type/Catalog/Pages 2 0 R%b>>" % catalog
    return pdf(first, PAGES, b"<</Type/Page/Parent 2 0 R%b%b>>" % (BOX, entries), *more)


def bomb(megabytes: int, block: bytes = b" ", rounds: int = 1) -> bytes:
    """Return packed bytes that unfold to this much, packed `rounds` times."""
    packer = zlib.compressobj(9)
    piece = block * (1024 * 1024 // len(block))
    first = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)  # the same bytes however often
    packed = first + again * (megabytes - 1) + packer.flush()
    for _ in range(rounds - 1):
        packed = zlib.compress(packed, 9)
    return packed


def filtered(data: bytes, filters: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object of bytes that are packed already."""
    return b"<</Length %d/Filter%b%b>>\nstream\n%b\nendstream" % (len(data), filters, entries, data)


def tilings(rng: random.Random) -> Iterator[Variant]:
    """Patterns with steps far below a pixel: across, down, both, nested, in a note's appearance, in a soft mask."""
    small = rng.choice([0.001, 0.0001, 1e-7])

    def tile(x: float, y: float, contents: bytes = b"0 0 1 1 re f\n", resources: bytes = b"") -> bytes:
        entries = b"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep %f/YStep %f/Resources<<%b>>"
        return stream(contents, entries % (x, y, resources))

    one = b"/Pattern<</P 5 0 R>>"
    for x, y in ((small, small), (small, 900), (900, small), (-small, -small), (1, small)):
        yield f"tiling {x} {y}", page(one, FILL, tile(x, y))
    yield "tiling nested", page(one, FILL, tile(3, 3, FILL, b"/Pattern<</P 6 0 R>>"), tile(0.5, small))
    yield "tiling of itself", page(one, FILL, tile(1, 1, FILL, one))
    shown = stream(FILL, FORM + b"/Resources<</Pattern<</P 6 0 R>>>>")
    note = b"/Annots[<</Type/Annot/Subtype/Stamp/Rect[0 0 595 842]/F 4/AP<</N 5 0 R>>>>]/Contents 4 0 R"
    yield "tiling in a note", whole(note, stream(b""), shown, tile(small, small))
    mask = b"/ExtGState<</G<</SMask<</S/Luminosity/G 5 0 R>>>>>>"
    group = stream(FILL, FORM + b"/Group<</S/Transparency/CS/DeviceGray>>/Resources<</Pattern<</P 6 0 R>>>>")
    yield "tiling in a mask", page(mask, b"/G gs 0 0 595 842 re f\n", group, tile(small, small))


def circles(rng: random.Random) -> Iterator[Variant]:
    """Whatever may refer to something refers to itself."""
    drawn = stream(b"/F Do\n" * rng.randint(2, 60), FORM + b"/Resources<</XObject<</F 5 0 R>>>>")
    yield "form", page(b"/XObject<</F 5 0 R>>", b"/F Do\n" * 9, drawn)
    yield "tree", pdf(CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>")
    yield (
        "tree below",
        pdf(CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 9>>", b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9>>"),
    )
    yield "parent", pdf(CATALOG, PAGES, b"<</Type/Page/Parent 4 0 R>>", b"<</Type/Pages/Parent 4 0 R>>")
    outline = b"/Outlines 4 0 R"
    entry = b"<</Title(x)/Parent 4 0 R/Next 5 0 R/Prev 5 0 R/First 5 0 R/Last 5 0 R/Count 1>>"
    yield "outline", whole(b"", b"<</First 5 0 R/Last 5 0 R/Count 1>>", entry, catalog=outline)
    yield "contents", whole(b"/Contents 4 0 R", b"[4 0 R 4 0 R 4 0 R]")
    yield "length", whole(b"/Contents 4 0 R", b"<</Length 4 0 R>>\nstream\nq\nendstream")
    yield (
        "resources",
        whole(b"/Resources 4 0 R/Contents 5 0 R", b"<</XObject 4 0 R/Font 4 0 R/F 4 0 R>>", stream(b"/F Do\n")),
    )
    field = b"<</T(a)/FT/Tx/Parent 5 0 R/Kids[5 0 R 5 0 R]/V(x)/DA(/F 1 Tf)>>"
    yield (
        "field",
        whole(b"/Annots[5 0 R]", b"<</Fields[5 0 R]/NeedAppearances true>>", field, catalog=b"/AcroForm 4 0 R"),
    )
    yield (
        "notes",
        whole(b"/Annots 4 0 R", b"[4 0 R 5 0 R]", b"<</Type/Annot/Subtype/Text/Popup 5 0 R/IRT 5 0 R/Rect[0 0 9 9]>>"),
    )
    yield (
        "names",
        whole(b"", b"<</Kids[4 0 R 4 0 R]>>", catalog=b"/Names<</EmbeddedFiles 4 0 R/Dests 4 0 R>>/Dests 4 0 R"),
    )
    yield "labels", whole(b"", b"<</Kids[4 0 R]/Limits[0 9]>>", catalog=b"/PageLabels 4 0 R/StructTreeRoot 4 0 R")
    space = b"/ColorSpace<</C 5 0 R>>"
    yield "colour", page(space, b"/C cs 0 sc 0 0 9 9 re f\n", b"[/Indexed 5 0 R 255 5 0 R]")
    yield "base", page(space, b"/C cs 0 sc 0 0 9 9 re f\n", b"[/ICCBased 6 0 R]", stream(b"x", b"/N 3/Alternate 5 0 R"))
    states, masked = b"/ExtGState<</G 5 0 R>>", b"/G gs 0 0 9 9 re f\n"
    group = stream(masked, FORM + b"/Group<</S/Transparency>>/Resources<<%b>>" % states)
    yield "mask", page(states, masked, b"<</SMask<</S/Alpha/G 6 0 R>>>>", group)
    glyph = b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/FirstChar 65/LastChar 65/Widths[9]" \
            b"/Encoding<</Differences[65/A]>>/CharProcs<</A 6 0 R>>/Resources<</Font<</F 5 0 R>>>>>>"  # fmt: skip
    drawn = stream(b"9 0 d0 BT /F 9 Tf (%b) Tj ET\n" % (b"A" * 200))
    yield "glyph", page(b"/Font<</F 5 0 R>>", b"BT /F 9 Tf (AAAA) Tj ET\n", glyph, drawn)
    shading = b"/Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 9 9]/Function 5 0 R>>>>"
    stitched = b"<</FunctionType 3/Domain[0 1]/Functions[5 0 R 5 0 R]/Bounds[0.5]/Encode[0 1 0 1]>>"
    yield "function", page(shading, b"/S sh\n", stitched)
    body = whole(b"/Contents 4 0 R", stream(b"q Q\n"))
    at = body.rindex(b"xref\n0")
    yield "xref", body.replace(b"/Root 1 0 R>>", b"/Root 1 0 R/Prev %d/XRefStm %d>>" % (at, at))
    yield "object stream", _object_stream(b"1 0 2 20 9 40 ", b"<</Type/Catalog/Pages 2 0 R>> <</Kids[9 0 R]/Count 1>> ")
    yield "extends", _object_stream(b"1 0 ", b"<</Type/Catalog/Pages 2 0 R>>", b"/Extends 3 0 R")


def _object_stream(head: bytes, objects: bytes, entries: bytes = b"") -> bytes:
    """Return a PDF whose cross-reference stream says that an object stream lies in itself."""
    out = bytearray(b"%PDF-1.7\n")
    at = len(out)
    counts = (head.count(b" ") // 2, len(head))
    out += b"3 0 obj\n%b\nendobj\n" % stream(head + objects, b"/Type/ObjStm/N %d/First %d%b" % (*counts, entries))
    xref = len(out)
    rows = b"".join(struct.pack(">BIH", *row) for row in ((0, 0, 0), (2, 3, 0), (2, 3, 1), (1, at, 0), (1, xref, 0)))
    out += b"4 0 obj\n%b\nendobj\n" % stream(rows, b"/Type/XRef/Size 5/W[1 4 2]/Root 1 0 R/Prev %d" % xref)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % xref)


def drawings(rng: random.Random) -> Iterator[Variant]:
    """Content that says much in little: dashes, curves, clips, meshes, states, functions."""
    count = rng.randint(200_000, 400_000)
    yield "dashes", page(b"", b"[1e-9 1e-9] 0 d 1 w 0 0 m 500 800 l S\n" * 20)
    yield "curves", page(b"", b"5 w 0 0 m\n" + b"1 900 500 -90 300 400 c\n" * count + b"S\n")
    yield "clips", page(b"", b"0 0 595 842 re W n 1 1 590 800 re W* n\n" * (count // 4) + b"0 0 9 9 re f\n")
    yield "states", page(b"", b"q " * (count * 4) + b"0 0 9 9 re f\n")
    yield "stars", page(b"", b"0 0 m 595 842 l 3 842 l 590 9 l f* " * count)
    yield "wide", page(b"", b"1e30 w 0 0 m 1e38 -1e38 l S 1e-38 0 0 1e38 0 0 cm 0 0 m 9 9 l S\n" * 999)
    yield "text", page(b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>",
                       b"BT /F 300 Tf 3 Tr 9 9 Td " + b"(" + b"WMgQ" * count + b") Tj ET\n")  # fmt: skip
    mesh = random.Random(rng.random()).randbytes(24 * 40_000)
    for kind in (4, 5, 6, 7):
        entries = b"/ShadingType %d/ColorSpace/DeviceRGB/BitsPerCoordinate 8/BitsPerComponent 8/BitsPerFlag 8" % kind
        entries += b"/VerticesPerRow 2/Decode[0 595 0 842 0 1 0 1 0 1]"
        yield f"mesh {kind}", page(b"/Shading<</S 5 0 R>>", b"/S sh\n" * 9, stream(mesh, entries))
    radial = (
        b"/Shading<</S<</ShadingType 3/ColorSpace/DeviceGray/Coords[0 0 0 1 1 1e9]/Extend[true true]/Function 5 0 R>>>>"
    )
    nested = b"<</FunctionType 3/Domain[0 1]/Functions[%b]/Bounds[%b]/Encode[%b]>>"
    parts = nested % (b"6 0 R " * 5000, b"0.5 " * 4999, b"0 1 " * 5000)
    yield "stitched", page(radial, b"/S sh\n" * 50, parts, b"<</FunctionType 2/Domain[0 1]/N 1e9/C0[0]/C1[1]>>")
    sampled = b"/FunctionType 0/Domain[0 1 0 1]/Range[0 1 0 1 0 1]/Size[60000 60000]/BitsPerSample 32"
    twice = b"/Shading<</S<</ShadingType 1/ColorSpace/DeviceRGB/Matrix[595 0 0 842 0 0]/Function 5 0 R>>>>"
    yield "sampled", page(twice, b"/S sh\n", stream(bytes(9_000_000), sampled))
    loop = b"{" + b"{ " * 5000 + b"} if " * 5000 + b"}"
    yield "calculator", page(twice, b"/S sh\n", stream(loop, b"/FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]"))
    fans = [stream(b"/F Do " * 40, FORM + b"/Resources<</XObject<</F %d 0 R>>>>" % (at + 6)) for at in range(9)]
    yield "fan-out", page(b"/XObject<</F 5 0 R>>", b"/F Do\n", *fans, stream(b"0 0 1 1 re f\n", FORM))


def pictures(rng: random.Random) -> Iterator[Variant]:
    """Pictures that say they are far larger than any scan, in every way a PDF may pack one."""
    side = rng.choice([65_535, 46_000, 30_000])
    shown = b"595 0 0 842 0 0 cm /I Do\n"

    def picture(
        data: bytes, filters: bytes, entries: bytes = b"", bits: int = 8, space: bytes = b"/DeviceGray"
    ) -> bytes:
        head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d/ColorSpace%b"
        return page(b"/XObject<</I 5 0 R>>", shown, filtered(data, filters, head % (side, side, bits, space) + entries))

    yield "flat", picture(bomb(200, b"\0"), b"/FlateDecode", bits=1)
    yield "coloured", picture(bomb(100, b"\xaa"), b"/FlateDecode", space=b"/DeviceRGB")
    yield (
        "predicted",
        picture(bomb(60, b"\2"), b"/FlateDecode", b"/DecodeParms<</Predictor 15/Colors 32/Columns 99999999>>"),
    )
    fax = b"/DecodeParms<</K -1/Columns %d/Rows %d>>" % (side, side)
    yield "fax", picture(b"\xff" * 100_000, b"/CCITTFaxDecode", fax, 1)
    yield "fax lines", picture(rng.randbytes(200_000), b"/CCITTFaxDecode", fax.replace(b"-1", b"0"), 1)
    jpeg = b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\3\1\x22\0\2\x11\0\3\x11\0\xff\xda\0\x0c\3\1\0\2\0\3\0\0\x3f\0"
    yield "jpeg", picture(jpeg + bytes(100_000), b"/DCTDecode", space=b"/DeviceRGB")
    size = struct.pack(">HIIIIIIIIH", 0, side, side, 0, 0, 1, 1, 0, 0, 3) + b"\7\1\1" * 3
    yield (
        "jpeg 2000",
        picture(b"\xff\x4f\xff\x51" + struct.pack(">H", len(size) + 2) + size + bytes(99_999), b"/JPXDecode"),
    )
    info = struct.pack(">IIIIBH", side, side, 0, 0, 0, 0)
    segment = struct.pack(">IBBI", 0, 48, 1, len(info)) + info
    region = struct.pack(">IIIIBBB", side, side, 0, 0, 0, 0, 0) + b"\3\xff\xfd\xff\2\xfe\xfe\xfe" + bytes(5000)
    yield "jbig2", picture(segment + struct.pack(">IBBI", 1, 38, 1, len(region)) + region, b"/JBIG2Decode", b"", 1)
    yield "indexed", picture(bomb(50, b"\7"), b"/FlateDecode", space=b"[/Indexed/DeviceRGB 255<00>]")
    inline = b"q 595 0 0 842 0 0 cm BI /W %d /H %d /BPC 1 /CS /G /F /Fl ID %b EI Q\n" % (side, side, bomb(20, b"\0"))
    yield "inline", page(b"", inline)
    many = b"q 595 0 0 842 0 0 cm /I Do Q\n" * 3000
    large = filtered(bomb(12, b"\x55"), b"/FlateDecode", b"/Subtype/Image/Width 2000/Height 2000/BitsPerComponent 8"
                     b"/ColorSpace/DeviceRGB/SMask 6 0 R/Interpolate true")  # fmt: skip
    mask = filtered(bomb(4, b"\x80"), b"/FlateDecode", b"/Subtype/Image/Width 2000/Height 2000/BitsPerComponent 8"
                    b"/ColorSpace/DeviceGray")  # fmt: skip
    yield "many", page(b"/XObject<</I 5 0 R>>", many, large, mask)
