"""PDFs that are hostile by how they are built: packing, nesting, numbers of things, fonts, fields, keys."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.support.hostile.pdfs import BOX, CATALOG, FORM, PAGES, Variant, bomb, filtered, whole
from tests.support.hostile.small_pdfs import page, pdf, same_page, stream


def packings(rng: random.Random) -> Iterator[Variant]:
    """Streams that unfold to more than there is memory."""
    size = rng.randint(300, 700)
    contents = b"/Contents 4 0 R"
    yield "once", whole(contents, filtered(bomb(size), b"/FlateDecode"))
    yield "thrice", whole(contents, filtered(bomb(size, rounds=3), b"[/FlateDecode/FlateDecode/FlateDecode]"))
    yield "chain", whole(contents, filtered(b"00" * 99_999, b"[%b]" % (b"/ASCIIHexDecode" * 5000)))
    yield "runs", whole(contents, filtered(b"\x81 " * 3_000_000 + b"\x80", b"/RunLengthDecode"))
    yield "mixed", whole(contents, filtered(bomb(90, b"\x81 "), b"[/FlateDecode/RunLengthDecode]"))
    yield "lzw", whole(contents, filtered(rng.randbytes(4_000_000), b"/LZWDecode"))
    yield "85", whole(contents, filtered(b"z" * 20_000_000 + b"~>", b"/ASCII85Decode"))
    parts = b"".join(b"4 0 R " for _ in range(100_000))
    yield "again", whole(b"/Contents[%b]" % parts, filtered(bomb(9), b"/FlateDecode"))
    yield "operators", whole(contents, filtered(bomb(120, b"0 0 1 1 re f q Q "), b"/FlateDecode"))
    yield "profile", whole(b"/Resources<</ColorSpace<</C[/ICCBased 5 0 R]>>>>" + contents, stream(b"/C cs 0 sc\n"),
                           filtered(bomb(300, b"x"), b"/FlateDecode", b"/N 3"))  # fmt: skip
    metadata = filtered(bomb(200, b"<dc:title><rdf:Alt><rdf:li"), b"/FlateDecode", b"/Type/Metadata/Subtype/XML")
    yield "metadata", whole(b"", metadata, catalog=b"/Metadata 4 0 R")
    entities = b"".join(b'<!ENTITY %c "%b">' % (98 + at, b"&%c;" % (97 + at) * 99) for at in range(9))
    form = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "%b">%b]><a>&j;</a>' % (b"x" * 9999, entities)
    yield "forms of XML", whole(b"", b"<</Fields[]/XFA 5 0 R>>", stream(form), catalog=b"/AcroForm 4 0 R")
    yield "xref stream", _wide_xref(rng)
    names = b"<</Names[(a)<</Type/Filespec/F(a)/EF<</F 5 0 R>>>>]>>"
    files = b"/Names<</EmbeddedFiles 4 0 R>>"
    yield "file within", whole(b"", names, filtered(bomb(900), b"/FlateDecode"), catalog=files)


def _wide_xref(rng: random.Random) -> bytes:
    index = b"[0 %d]" % rng.choice([2**31 - 1, 99_999_999, 8_388_607])
    table = filtered(bomb(60, b"\1"), b"/FlateDecode", b"/Type/XRef/Size 2147483647/W[1 1 1]/Root 1 0 R/Index" + index)
    return b"%%PDF-1.7\n9 0 obj\n%b\nendobj\nstartxref\n9\n%%%%EOF\n" % table


def nestings(rng: random.Random) -> Iterator[Variant]:
    """Depth without end, and things by the million."""
    depth = rng.randint(100_000, 400_000)
    yield "arrays", whole(b"/A " + b"[" * depth + b"]" * depth)
    yield "dictionaries", whole(b"/A" + b"<</A" * depth + b" 1" + b">>" * depth)
    yield "open", whole(b"/A " + b"[" * depth)
    yield "strings", whole(b"/A(" + b"(" * depth + b")" * depth + b")")
    yield "in contents", page(b"", b"/A " + b"<</A" * depth + b">>" * depth + b" BDC\n")
    yield "arrays in contents", page(b"", b"[" * depth + b"] 0 d\n")
    yield "marked", page(b"", b"/A BMC " * depth + b"0 0 9 9 re f\n")
    kids = [b"<</Type/Pages/Parent %d 0 R/Kids[%d 0 R]/Count 1>>" % (at + 1, at + 3) for at in range(1, 4000)]
    yield "deep tree", pdf(CATALOG, *kids, b"<</Type/Page/Parent 4000 0 R%b>>" % BOX)
    chain = [b"%d 0 R" % (at + 5) for at in range(20_000)]
    yield "chain", whole(b"/Contents 4 0 R", *chain, stream(b"q Q\n"))
    layers = [stream(b"/F Do\n", FORM + b"/Resources<</XObject<</F %d 0 R>>>>" % (at + 6)) for at in range(3000)]
    yield "deep forms", page(b"/XObject<</F 5 0 R>>", b"/F Do\n", *layers, stream(b"", FORM))
    listed = b"".join(b"%d 0 R " % at for at in range(3, 100_003))
    empty = b"<</Type/Page/Parent 2 0 R%b>>" % BOX
    yield "pages", pdf(CATALOG, b"<</Type/Pages/Kids[%b]/Count 100000>>" % listed, *[empty] * 100_000)
    yield "same page", same_page()
    yield "count", pdf(CATALOG, PAGES.replace(b"Count 1", b"Count 2147483647"), b"<</Type/Page/Parent 2 0 R%b>>" % BOX)
    yield (
        "negative",
        pdf(CATALOG, PAGES.replace(b"Count 1", b"Count -99999999"), b"<</Type/Page/Parent 2 0 R%b>>" % BOX),
    )
    sizes = (b"[0 0 1e30 1e30]", b"[0 0 1e-30 1]", b"[0 0 200000 200000]", b"[9 9 9 9]", b"[0 0 1 1e9]", b"[0 0]")
    for size in sizes:
        box = b"<</Type/Page/Parent 2 0 R/MediaBox%b/UserUnit 1e9/Rotate 91/Contents 4 0 R>>" % size
        yield f"box {size.decode()}", pdf(CATALOG, PAGES, box, stream(b"0 0 m 9 9 l S\n"))
    notes = b"<</Type/Annot/Subtype/Square/Rect[0 0 9 9]/F 4/C[1 0 0]>>" * 30_000
    yield "notes", whole(b"/Annots[%b]" % notes)
    yield "digits", whole(b"/A " + b"1" * 3_000_000 + b"/Contents 4 0 R", stream(b"1" * 2_000_000 + b" w\n"))
    yield "spaces", whole(b"/A" + b" " * 9_000_000 + b"1" + b"%x\n" * 1_000_000)
    yield "names", whole(b"".join(b"/N%d 1" % at for at in range(200_000)))
    yield "ends", b"%PDF-1.7\n" + b"startxref\n0\n%%EOF\n" * 300_000
    yield "no objects", b"%PDF-1.7\n" + b"1 0 obj\n" * 500_000 + b"\n%%EOF\n"
    yield "trailers", b"%PDF-1.7\n" + b"trailer<</Root 1 0 R/Size 9>>\n" * 200_000 + b"%%EOF\n"
    yield "ranges", whole(b"") + b"/ByteRange%" * 1_000_000 + b"\n%%EOF\n"


def fonts(rng: random.Random) -> Iterator[Variant]:
    """Fonts that are no fonts, and tables of signs without end."""
    shown = b"BT /F 30 Tf 50 500 Td (AAAA) Tj ET\n"
    sorts = [(b"FontFile", b"Type1", b""), (b"FontFile2", b"TrueType", b"")]
    sorts += [(b"FontFile3", b"Type1", b"/Subtype/Type1C"), (b"FontFile3", b"Type1", b"/Subtype/OpenType")]
    for key, sort, kind in sorts:
        font = b"<</Type/Font/Subtype/%b/BaseFont/X/FirstChar 65/LastChar 65/Widths[9]/FontDescriptor 6 0 R>>" % sort
        descriptor = b"<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 0 9 9]/%b 7 0 R>>" % key
        head = {b"FontFile": b"%!PS-AdobeFont-1.0: X\n", b"FontFile2": b"\0\1\0\0\xff\xff\0\0\0\0\0\0"}.get(
            key, b"\1\0\4\4"
        )
        data = head + rng.randbytes(60_000)
        yield (
            f"broken {key.decode()}{kind.decode()}",
            page(b"/Font<</F 5 0 R>>", shown, font, descriptor, stream(data, kind)),
        )
    ranges = b"begincmap 100 beginbfrange\n" + b"<0000> <FFFFFFFF> <0000>\n" * 20_000 + b"endbfrange endcmap"
    composite = (
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding 7 0 R/ToUnicode 7 0 R/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>"
        b"/W[0 4294967295 9 0[%b]]/DW 9>>" % (b"9 " * 500_000),
        stream(ranges, b"/Type/CMap/CMapName/X/UseCMap 7 0 R"),
    )
    yield "map", page(b"/Font<</F 5 0 R>>", shown, *composite)
    differences = b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding<</Differences[%b]>>>>" % (
        b"1/A " * 500_000
    )
    yield "differences", page(b"/Font<</F 5 0 R>>", shown, differences)
    many = b"/Font<<%b>>" % b"".join(b"/F%d 5 0 R" % at for at in range(50_000))
    yield "many", page(many, b"BT /F1 9 Tf (A) Tj ET\n" * 50_000, b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>")


def fields(rng: random.Random) -> Iterator[Variant]:
    """Fields, scripts and keys."""
    count = rng.randint(3000, 9000)
    field = b"<</T(a)/FT/Tx/Subtype/Widget/Rect[0 0 500 800]/V(%b)/DA(/Helv 0 Tf)/F 4>>" % (b"x y " * 500)
    yield "fields", whole(b"/Annots[%b]" % (b"5 0 R " * count), b"<</Fields[5 0 R]/NeedAppearances true>>", field,
                          catalog=b"/AcroForm 4 0 R")  # fmt: skip
    rich = b"<</T(a)/FT/Tx/Subtype/Widget/Rect[0 0 500 800]/RV(%b)/Ff 33554432/DA(/Helv 9 Tf)/F 4>>" % (b"<" * 300_000)
    yield "rich text", whole(b"/Annots[5 0 R]", b"<</Fields[5 0 R]>>", rich, catalog=b"/AcroForm 4 0 R")
    free = b"<</Type/Annot/Subtype/FreeText/Rect[0 0 500 800]/DA(/F 1 Tf)/F 4/Contents(%b)/RC(%b)>>"
    yield "free text", whole(b"/Annots[4 0 R]", free % (b"kata " * 100_000, b"<p>" * 100_000))
    ink = b"<</Type/Annot/Subtype/Ink/Rect[0 0 500 800]/F 4/C[1 0 0]/BS<</W 9/D[1e-9]>>/InkList[[%b]]>>"
    yield "ink", whole(b"/Annots[4 0 R]", ink % (b"1 2 500 800 " * 100_000))
    yield "script", whole(b"", catalog=b"/OpenAction<</S/JavaScript/JS(while(1\\){})>>/AA<</WC 4 0 R>>")
    locked = b"/Encrypt<</Filter/Standard/V 5/R 6/Length 256/P -1/O<%b>/U<%b>/OE<%b>/UE<%b>/Perms<%b>>>" % (
        *(rng.randbytes(size).hex().encode() for size in (48, 48, 32, 32, 16)),
    )
    for entries in (locked, b"/Encrypt<</Filter/Standard/V 4/R 4/Length 128/P -1/O(x)/U(x)>>", b"/Encrypt 1 0 R"):
        body = whole(b"/Contents 4 0 R", stream(b"q Q\n"))
        yield f"locked {len(entries)}", body.replace(b"/Root 1 0 R>>", b"/Root 1 0 R%b/ID[(a)(b)]>>" % entries)
    signature = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 %d 99 2147483647]" % count
    signed = b"<</T(a)/FT/Sig/V 6 0 R/Subtype/Widget/Rect[0 0 0 0]/Lock<</Action/All>>>>"
    form, notes = b"<</Fields[5 0 R]/SigFlags 3>>", b"/Annots[5 0 R]"
    for contents in (b"30" * 400_000, b"3080" * 200_000, b"a080" * 100_000, b"308400ffffff" + b"00" * 9000):
        body = b"%b/Contents<%b>>>" % (signature, contents)
        yield f"signed {contents[:8].decode()}", whole(notes, form, signed, body, catalog=b"/AcroForm 4 0 R")
