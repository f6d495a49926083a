"""The objects of a PDF as they stand in the file, and new files of some of them, without decoding what they hold.

For what LibreOffice has just written: no password, no later changes, a plain cross-reference table.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping, Sequence

from docgen.errors import PdfError

# Cuts a text at references and at strings, in which what looks like a reference is text.
_TOKEN = re.compile(rb"(\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f]+>|\d+(?= 0 R\b))", re.DOTALL)
_REFERENCE = re.compile(rb"(\d+) 0 R\b")
_STREAM = re.compile(rb">>\s*stream\r?\n")
_XREF = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_SECTION = re.compile(rb"(\d+) (\d+)\s*\n")
_LINE = 20  # bytes of an entry in the cross-reference table

Pieces = tuple[list[bytes], bytes]  # text cut at its references, which are the odd ones; then a stream's data


def references(text: bytes) -> list[int]:
    """The numbers of the objects that a text without strings refers to."""
    return [int(number) for number in _REFERENCE.findall(text)]


class RawPdf:
    """A PDF by its objects, each named by its number."""

    def __init__(self, data: bytes) -> None:
        """Read the table of objects. Raises PdfError when it is not there as expected."""
        self._data = data
        self._pieces: dict[bytes, Pieces] = {}
        end = _XREF.search(data, max(0, len(data) - 64))
        if end is None or not data.startswith(b"xref", int(end[1])):
            raise _unknown()
        table = int(end[1])
        starts, trailer = self._read_table(table)
        ends = dict(zip(sorted(starts.values()), [*sorted(starts.values())[1:], table], strict=True))
        self._places = {number: (start, ends[start]) for number, start in starts.items()}
        self.root = self.reference(trailer, b"Root")
        self.info = self.reference(trailer, b"Info")
        identity = re.search(rb"/ID\s*\[\s*<([0-9A-Fa-f]+)>", trailer)
        if identity is None or b"/Prev" in trailer or b"/Encrypt" in trailer:
            raise _unknown()
        self.identity = identity[1]
        self.size = max(map(int, starts), default=0) + 1
        self._header = data[: data.index(b"\n", data.index(b"\n") + 1) + 1]

    @property
    def numbers(self) -> list[int]:
        """The numbers of all objects."""
        return [int(number) for number in self._places]

    def reference(self, head: bytes, key: bytes) -> int:
        """The object that an entry of a dictionary refers to. Raises PdfError when it does not."""
        found = re.search(rb"/%b\s+(\d+) 0 R" % key, head)
        if found is None:
            raise _unknown()
        return int(found[1])

    def head(self, number: int) -> bytes:
        """An object's text; of a stream, its dictionary."""
        return b"".join(self._read(b"%d" % number)[0])

    def stream(self, number: int) -> bytes:
        """A stream's data, unpacked; nothing for an object that is none."""
        pieces, rest = self._read(b"%d" % number)
        start = rest.find(b"\n", rest.find(b"stream")) + 1
        content = rest[start : rest.rfind(b"endstream")]
        if any(b"/FlateDecode" in piece for piece in pieces):
            return zlib.decompressobj().decompress(content)
        return content.rstrip(b"\r\n")

    def written(self, replaced: Mapping[int, bytes], identity: bytes) -> tuple[bytes, set[int]]:
        """A file of all that can be reached from the catalogue and Info, `replaced` objects (number: text) taken
        instead of this file's; and the numbers here of what it holds. Raises PdfError.
        """
        instead = {b"%d" % number: _cut(text) for number, text in replaced.items()}
        new: dict[bytes, bytes] = {}
        taken = []
        waiting = [b"%d" % self.info, b"%d" % self.root]
        while waiting:
            number = waiting.pop()
            if number in new:
                continue
            new[number] = b"%d" % (len(new) + 1)
            pieces, rest = instead.get(number) or self._read(number)
            taken.append((pieces, rest))
            waiting += [piece for piece in reversed(pieces[1::2]) if piece not in new and piece[0] not in b"(<"]
        out = [self._header]
        at = len(self._header)
        lines = [b"xref\n0 %d\n0000000000 65535 f \n" % (len(new) + 1)]
        for number, (pieces, rest) in enumerate(taken, start=1):
            pieces = pieces.copy()
            pieces[1::2] = [new.get(piece, piece) for piece in pieces[1::2]]
            text = b"%d 0 obj\n%b%b\nendobj\n\n" % (number, b"".join(pieces), rest)
            out.append(text)
            lines.append(b"%010d 00000 n \n" % at)
            at += len(text)
        root, info = new[b"%d" % self.root], new[b"%d" % self.info]
        half = identity.hex().upper().encode()
        out += lines
        out.append(
            b"trailer\n<</Size %d/Root %b 0 R/Info %b 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n"
            % (len(new) + 1, root, info, half, half, at)
        )
        return b"".join(out), {int(number) for number in new}

    def text(self, number: int) -> bytes:
        """An object's whole text, a stream's data with it. Raises PdfError when there is none."""
        pieces, rest = self._read(b"%d" % number)
        return b"".join(pieces) + rest

    def with_references(self, text: bytes, place: Callable[[int], int]) -> bytes:
        """An object's text with every reference to the object that `place` names instead."""
        pieces, rest = _cut(text)
        pieces[1::2] = [b"%d" % place(int(one)) if one[0] not in b"(<" else one for one in pieces[1::2]]
        return b"".join(pieces) + rest

    def lifted(self, number: int, first: int) -> list[bytes]:
        """An object and all it refers to, as the text of objects numbered from `first` on. Raises PdfError."""
        new: dict[bytes, bytes] = {}
        waiting = [b"%d" % number]
        taken = []
        while waiting:
            one = waiting.pop()
            if one in new:
                continue
            new[one] = b"%d" % (first + len(new))
            pieces, rest = self._read(one)
            taken.append((pieces, rest))
            waiting += [piece for piece in reversed(pieces[1::2]) if piece[0] not in b"(<"]
        return [b"".join(new.get(piece, piece) if odd % 2 else piece for odd, piece in enumerate(pieces)) + rest
                for pieces, rest in taken]  # fmt: skip

    def rewritten(self, changed: Mapping[int, bytes], added: Sequence[bytes], revision: bytes) -> bytes:
        """This file with the text of some objects changed and others added, numbered from `size` on; the rest is
        copied as it stands. `revision` (16 bytes) becomes the second half of /ID.
        """
        out, at = [self._header], len(self._header)
        places: dict[int, int] = {}
        for name, (start, end) in sorted(self._places.items(), key=lambda one: one[1]):
            number = int(name)
            text = (
                b"%d 0 obj\n%b\nendobj\n\n" % (number, changed[number]) if number in changed else self._data[start:end]
            )
            places[number] = at
            out.append(text)
            at += len(text)
        for number, text in enumerate(added, start=self.size):
            text = b"%d 0 obj\n%b\nendobj\n\n" % (number, text)
            places[number] = at
            out.append(text)
            at += len(text)
        size = self.size + len(added)
        out.append(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        out += [
            b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 00000 f \n"
            for number in range(1, size)
        ]
        out.append(
            b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n"
            % (size, self.root, self.info, self.identity, revision.hex().upper().encode(), at)
        )
        return b"".join(out)

    def _read_table(self, at: int) -> tuple[dict[bytes, int], bytes]:
        """Where each object starts, and the trailer."""
        data, starts = self._data, {}
        at = data.index(b"\n", at) + 1
        while section := _SECTION.match(data, at):
            first, count = int(section[1]), int(section[2])
            at = section.end()
            for index in range(count):
                line = data[at + index * _LINE : at + (index + 1) * _LINE]
                if line[17:18] == b"n":
                    starts[b"%d" % (first + index)] = int(line[:10])
            at += count * _LINE
        if not data.startswith(b"trailer", at):
            raise _unknown()
        return starts, data[at:]

    def _read(self, number: bytes) -> Pieces:
        if number not in self._pieces:
            if number not in self._places:
                raise _unknown()
            start, end = self._places[number]
            start = self._data.index(b"obj", start) + 3
            self._pieces[number] = _cut(self._data[start : self._data.rindex(b"endobj", start, end)].strip())
        return self._pieces[number]


def _cut(text: bytes) -> Pieces:
    """An object's text in pieces, and from a stream on its rest."""
    found = _STREAM.search(text)
    end = found.start() + 2 if found else len(text)
    return _TOKEN.split(text[:end]), text[end:]


def _unknown() -> PdfError:
    return PdfError("PDF ini tidak tersusun seperti yang biasa dibuat LibreOffice. Buat naskahnya satu per satu.")
