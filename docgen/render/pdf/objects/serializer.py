"""Write the frame of a PDF: header, numbered objects, cross-reference table, trailer (ISO 32000-1, 7.5).

The only place that knows how a file is put together. What an object says is the business of whoever writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"  # the newest version that PDF/A-2 allows


@dataclass(frozen=True)
class Style:
    """What a file may have in different ways: the gap behind each object, the entry of a number without object, and
    the trailer. A file keeps the style of those who wrote its objects, and the same letters the same bytes.
    """

    gap: bytes
    free: bytes
    trailer: bytes


_COMPACT = b"<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>"
_SPACED = b"<<\n/Size %d\n/Root %d 0 R\n/Info %d 0 R\n/ID [ <%b> <%b> ]\n>>"
PLAIN = Style(b"\n", b"0000000000 00000 f \n", _COMPACT)
LIBREOFFICE = Style(b"\n\n", b"0000000000 00000 f \n", _COMPACT)
PYPDF = Style(b"\n", b"0000000000 00001 f \n", _SPACED)


class PdfSerializer:
    """Writes objects to `out`, which must be empty, and remembers where each begins."""

    def __init__(self, out: BinaryIO, style: Style = PLAIN, header: bytes = HEADER) -> None:
        self._out = out
        self._style, self._gap = style, style.gap
        self._offsets = [0]  # by number; 0: no such object
        self.size = out.write(header)

    @property
    def next_number(self) -> int:
        """Return the number that `reserve` gives next."""
        return len(self._offsets)

    def reserve(self, count: int = 1) -> int:
        """Return the number of the first of `count` objects that are written later."""
        first = len(self._offsets)
        self._offsets += [0] * count
        return first

    def write(self, number: int, text: bytes, data: bytes = b"") -> None:
        """Write a reserved object; `data` is what follows the dictionary of a stream."""
        self._offsets[number] = self.size
        self.size += self._out.write(b"%d 0 obj\n%b%b\nendobj%b" % (number, text, data, self._gap))

    def copy(self, number: int, framed_text: bytes) -> None:
        """Write a reserved object that has its `obj` and `endobj` already."""
        self._offsets[number] = self.size
        self.size += self._out.write(framed_text)

    def rewind(self, size: int, next_number: int) -> None:
        """Remove what was written and reserved since `size` and `next_number` had these values."""
        self._out.seek(size)
        self._out.truncate()
        self.size = size
        del self._offsets[next_number:]

    def finish(self, root: int, info: int, identity: tuple[bytes, bytes]) -> int:
        """Write cross-reference table and trailer; `identity` is /ID in hexadecimal. Return the size of the file."""
        count = len(self._offsets)
        lines = [b"xref\n0 %d\n0000000000 65535 f \n" % count]
        lines += [b"%010d 00000 n \n" % at if at else self._style.free for at in self._offsets[1:]]
        lines.append(b"trailer\n" + self._style.trailer % (count, root, info, *identity))
        lines.append(b"\nstartxref\n%d\n%%%%EOF\n" % self.size)
        self.size += self._out.write(b"".join(lines))
        return self.size
