"""Spreadsheets that try to keep a reader at work, or to make it take more memory than there is."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator, Mapping

from tests.support.hostile.pdfs import Variant

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKS = b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%b</Relationships>'
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"


def packed(parts: Mapping[str, bytes], sheets: int = 1) -> bytes:
    """Return a book of these parts."""
    links = [(b"styles", b"styles.xml"), (b"sharedStrings", b"sharedStrings.xml")]
    links += [(b"worksheet", b"worksheets/sheet%d.xml" % number) for number in range(1, sheets + 1)]
    told = b"".join(
        b'<Relationship Id="r%d" Type="%b%b" Target="%b"/>' % (at, OFFICE, kind, target)
        for at, (kind, target) in enumerate(links)
    )
    names = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="r%d"/>' % (at, at, at + 1) for at in range(1, sheets + 1))
    first = b'<Relationship Id="r" Type="%bofficeDocument" Target="xl/workbook.xml"/>' % OFFICE
    whole = {
        "_rels/.rels": PACKAGE % first,
        "xl/_rels/workbook.xml.rels": PACKAGE % told,
        "xl/workbook.xml": b"<workbook %b %b><sheets>%b</sheets></workbook>" % (MAIN, LINKS, names),
        SHEET: sheet(b""),
        **parts,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in whole.items():
            book.writestr(name, data)
    return out.getvalue()


def sheet(rows: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """Return a sheet's part."""
    return HEAD + b"<worksheet %b>%b<sheetData>%b</sheetData>%b</worksheet>" % (MAIN, before, rows, after)


def strings(texts: bytes) -> bytes:
    """Return the part of the texts that cells share."""
    return HEAD + b"<sst %b>%b</sst>" % (MAIN, texts)


def books(rng: random.Random) -> Iterator[Variant]:
    """Each way by which a small book is a large one."""
    many = rng.randint(700_000, 1_000_000)
    yield "zip bomb", packed({SHEET: sheet(b" " * 200_000_000)})
    yield "tag without end", packed({SHEET: sheet(b'<row r="1"><c r="A1"' + b' a="' + b"x" * 30_000_000)})
    yield "cells without end", packed({SHEET: sheet(b'<row r="1">' + b'<c r="A1"' * (many * 3))})
    attributes = b"".join(b' a%d="1"' % at for at in range(20_000))
    yield "attributes", packed({SHEET: sheet(b"<row%b/>" % attributes * 99)})
    entities = b"<!DOCTYPE x [<!ENTITY a0 'aaaaaaaaaa'>" + b"".join(
        b"<!ENTITY a%d '%b'>" % (at, b"&a%d;" % (at - 1) * 10) for at in range(1, 12)) + b"]>"  # fmt: skip
    yield "entities", packed({SHEET: entities + b"<worksheet>&a11;</worksheet>"})
    yield "entity of a file", packed({SHEET: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'})
    huge = b'<dimension ref="A1:XFD1048576"/>'
    yield "dimension", packed({SHEET: sheet(b'<row r="1"><c r="A1"><v>1</v></c></row>', huge)})
    yield "empty rows", packed({SHEET: sheet(b"<row/>" * (many + 100_000))})
    yield "empty cells", packed({SHEET: sheet(b"<row>" + b"<c/>" * (many * 3) + b"</row>")})
    yield "far cell", packed({SHEET: sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' * 1000)})
    wide = b"".join(b'<row r="%d"><c r="OJ%d"><v>1</v></c></row>' % (at, at) for at in range(1, 50_000))
    yield "wide", packed({SHEET: sheet(wide)})
    text = b"<si><t>%b</t></si>" % (b"x" * 90_000)
    cells = b"".join(b'<row r="%d"><c t="s"><v>0</v></c></row>' % at for at in range(1, 40_000))
    yield "shared text", packed({STRINGS: strings(text), SHEET: sheet(cells)})
    yield "shared texts", packed({STRINGS: strings(b"<si><t/></si>" * (many * 3)), SHEET: sheet(cells)})
    yield "rich text", packed({STRINGS: strings(b"<si>%b</si>" % (b"<r><t>x</t></r>" * many))})
    yield "escapes", packed({STRINGS: strings(b"<si><t>%b</t></si>" % (b"_x000" * 9_000_000))})
    yield "deep", packed({SHEET: sheet(b"<a>" * (many * 3))})
    yield (
        "merged",
        packed(
            {SHEET: sheet(b"", after=b"<mergeCells>%b</mergeCells>" % (b'<mergeCell ref="A1:XFD1048576"/>' * 9999))}
        ),
    )
    column = b'<col min="1" max="2147483647" hidden="1"/>'
    yield "hidden columns", packed({SHEET: sheet(b"", b"<cols>%b</cols>" % (column * (many // 2)))})
    formats = b'<numFmts><numFmt numFmtId="200" formatCode="%b"/></numFmts><cellXfs>%b</cellXfs>'
    styles = HEAD + b"<styleSheet %b>%b</styleSheet>" % (
        MAIN,
        formats % (b"[" * 9_000_000, b'<xf numFmtId="200"/>' * many),
    )
    styled = b'<row r="1">' + b"".join(b'<c s="%d"><v>4e4</v></c>' % at for at in range(400)) + b"</row>"
    yield "formats", packed({STYLES: styles, SHEET: sheet(styled)})
    yield "numbers", packed({SHEET: sheet(b"<row>" + b"<c><v>1e%b</v></c>" % (b"9" * 900_000) * 30 + b"</row>")})
    yield "references", packed({SHEET: sheet(b'<row><c r="%b1"/></row>' % (b"A" * 5_000_000))})
    yield "sheets", packed({f"xl/worksheets/sheet{at}.xml": sheet(b"<row/>" * 50_000) for at in range(1, 99)}, 98)
    yield "one part for all", packed({SHEET: sheet(b"<row/>" * 400_000)}).replace(b"sheet2", b"sheet1")
    damaged = bytearray(packed({SHEET: sheet(b"<row><c><v>1</v></c></row>" * 9999)}))
    for _ in range(50):
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    yield "damaged", bytes(damaged)
    yield "members", _members()


def _members() -> bytes:
    """Return a package of very many empty members with paths that lead out of it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for at in range(50_000):
            book.writestr(f"../../etc/{at}", b"")
    return out.getvalue()


def tables(rng: random.Random) -> Iterator[Variant]:
    """Texts that are hostile as a CSV."""
    many = rng.randint(2_000_000, 4_000_000)
    yield "quotes", b'"' * many
    yield "quoted", b'a;b\n"' + b'x""' * many
    yield "delimiters", b";" * (many * 4)
    yield "all delimiters", b";,\t|" * many
    yield "lines", b"\n" * (many * 4)
    yield "formulas", b'="' + b'""' * (many // 8) + b"\n"
    yield "returns", b"\r" * many
    yield "sep", b"sep=;" + b";" * many
    yield "wide letters", "é".encode() * (many // 2) + b"\xff"
    yield "zeros", bytes(many)
    yield "utf-16", b"\xff\xfe" + b"\0\xd8" * many
    yield "records", b'"a\nb";1\n' * (many // 8)
