"""Pictures that are larger than they look, and other files that an office takes: Word templates, certificates."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator

from asn1crypto.pkcs12 import Pfx
from PIL import Image

from tests.support.files.certificates import Authority
from tests.support.hostile.pdfs import Variant, bomb


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 0) -> bytes:
    """Return a PNG of these chunks between its head and its end."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + _chunk(b"IEND", b"")


def jpeg(side: int = 300) -> bytes:
    """Return an honest JPEG."""
    out = io.BytesIO()
    Image.effect_noise((side, side), 60).save(out, "JPEG")
    return out.getvalue()


def pictures(rng: random.Random) -> Iterator[Variant]:
    """Bombs, lies about size, endless parts, and what was cut off."""
    zeros = bomb(100, b"\0")
    yield "bomb", png(65_535, 65_535, _chunk(b"IDAT", zeros))
    yield "just small enough", png(6000, 6000, _chunk(b"IDAT", bomb(35, b"\0")))
    yield "deep colour", png(6000, 6000, _chunk(b"IDAT", zeros), depth=16, colour=6)
    yield "largest", png(2**31 - 1, 2**31 - 1, _chunk(b"IDAT", b""))
    yield "line", png(40_000_000, 1, _chunk(b"IDAT", bomb(39, b"\0")))
    yield "text", png(9, 9, *[_chunk(b"zTXt", b"a\0\0" + bomb(9))] * 40)
    yield "profile", png(9, 9, _chunk(b"iCCP", b"a\0\0" + bomb(300, b"\0")), _chunk(b"IDAT", zeros))
    yield "chunks", png(9, 9, *[_chunk(b"tEXt", b"a\0b")] * 200_000)
    frames = b"".join(_chunk(b"fcTL", struct.pack(">IIIIIHHBB", at, 9, 9, 0, 0, 1, 1, 0, 0)) for at in range(50_000))
    yield "frames", png(9, 9, _chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)), frames, _chunk(b"IDAT", zeros))
    honest = jpeg()
    yield "cut off", honest[: len(honest) // 2]
    size = honest.index(b"\xff\xc0") + 5
    yield "lying jpeg", honest[:size] + b"\xff\xff\xff\xff" + honest[size + 4 :]
    yield "large jpeg", honest[:size] + struct.pack(">HH", 6000, 6000) + honest[size + 4 :]
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", 65_535) + struct.pack(">HHII", 0x112, 3, 2**31, 8) * 5000
    segment = b"\xff\xe1" + struct.pack(">H", 65_535) + exif[:65_533].ljust(65_533, b"\0")
    yield "exif", b"\xff\xd8" + segment * 400 + honest[2:]
    looped = b"Exif\0\0II*\0\x08\0\0\0\1\0\x69\x87\4\0\1\0\0\0\x08\0\0\0\x08\0\0\0"
    yield "exif of itself", b"\xff\xd8\xff\xe1" + struct.pack(">H", len(looped) + 2) + looped + honest[2:]
    yield "progressive", _scans(honest)
    tags = struct.pack("<HHHII", 1, 0x111, 4, 2**30, 8) + struct.pack("<I", 8)
    yield "tiff of itself", b"II*\0\x08\0\0\0" + tags
    yield (
        "gif",
        b"GIF89a\xff\xff\xff\xff\xf7\0\0" + bytes(768) + b"!\xf9\4\0\0\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08\0" * 9999,
    )
    yield "svg", b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"
    damaged = bytearray(honest)
    for _ in range(60):
        damaged[rng.randrange(20, len(damaged))] = rng.randrange(256)
    yield "damaged", bytes(damaged)


def _scans(honest: bytes) -> bytes:
    """Return a progressive JPEG that goes over its picture again and again."""
    out = io.BytesIO()
    Image.new("RGB", (3000, 3000), "white").save(out, "JPEG", progressive=True)
    data = out.getvalue()
    scan = data.rindex(b"\xff\xda")
    return data[:scan] + data[scan:-2] * 3000 + data[-2:]


WORD = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BODY = "word/document.xml"
TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Override PartName="/word/document.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def word(body: bytes, **more: bytes) -> bytes:
    """Return a Word file with this body."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr(BODY, b"<w:document %b><w:body>%b</w:body></w:document>" % (WORD, body))
        for name, data in more.items():
            package.writestr(name, data)
    return out.getvalue()


def templates(rng: random.Random) -> Iterator[Variant]:
    """Word templates."""
    many = rng.randint(800_000, 1_000_000)
    line = b"<w:p><w:r><w:t>x</w:t></w:r></w:p>"
    yield "paragraphs", word(line * many)
    yield "tables", word(b"<w:tbl><w:tr><w:tc>" * 20_000 + line + b"</w:tc></w:tr></w:tbl>" * 20_000)
    yield "deep", word(b"<w:r>" * (many * 3))
    yield "bomb", word(b" " * 300_000_000)
    yield "tags", word(b"<w:p><w:r><w:t>%b</w:t></w:r></w:p>" % (b"{{ a }}" * 300_000))
    yield "open tags", word(b"<w:p><w:r><w:t>%b</w:t></w:r></w:p>" % (b"{{ {% " * 100_000))
    yield "split tags", word(b"<w:p>" + b"<w:r><w:t>{</w:t></w:r>" * 200_000 + b"</w:p>")
    yield "attributes", word(b"<w:p " + b"".join(b'a%d="1" ' % at for at in range(300_000)) + b"/>")
    yield "cut off", word(line)[:-22]
    yield "ways out", word(line, **{f"../../{at}": b"" for at in range(20_000)})
    yield "drawings", word(b'<w:bookmarkStart w:id="1" w:name="x"/>' * 500_000)


def certificates(rng: random.Random) -> Iterator[Variant]:
    """PKCS#12 files whose key takes years to derive, or that are no more than lengths."""
    slow = Pfx.load(Authority("CA").without_key())
    slow["mac_data"]["iterations"] = 2**31 - 1
    yield "iterations", slow.dump(force=True)
    yield "lengths", b"\x30\x84\x7f\xff\xff\xff" + rng.randbytes(5000)
    yield "deep", b"\x30\x80" * 500_000
    yield "octets", b"\x30\x82\xff\xff" + b"\x24\x80" * 200_000
