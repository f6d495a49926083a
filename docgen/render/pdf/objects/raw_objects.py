"""Read the objects of a PDF as text and write new files of some of them, without decoding their contents.

For what LibreOffice has just written: no password, no later changes, a plain cross-reference table.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter

from docgen.errors import PdfError
from docgen.render.pdf.objects.serializer import LIBREOFFICE, PdfSerializer

_REFERENCE = re.compile(rb"(\d+) 0 R\b")
# LibreOffice writes no parentheses in a string without a backslash; what looks like a reference in it is text.
_STRING_OR_NUMBER = re.compile(rb"\((?:\\.|[^\\()])*\)|\d+(?= 0 R\b)", re.DOTALL)
_STREAM = re.compile(rb">>\s*stream\r?\n")
_END_OF_STREAM = b"endstream"
_LENGTH = re.compile(rb"/Length\s+(\d+)\b(?!\s+\d+\s+R)")
_XREF = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_SECTION = re.compile(rb"(\d+) (\d+)\s*\n")
_BEGIN = b" 0 obj"
_PAGES = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_BOX = re.compile(rb"/MediaBox\s*\[\s*([^\]]*)\]")
_LINE = 20  # bytes of an entry in the cross-reference table
# Of a structure tree (ISO 32000-1, 14.7) in the text of its objects.
DICTIONARY = re.compile(rb"<<.*?>>", re.DOTALL)
ROLE_MAP = re.compile(rb"/RoleMap\s*<<([^>]*)>>")
# The array of an element's children. It gives nothing back once read: with a plain "*", a text that never ends takes
# twice as long for each dictionary in it.
KIDS_LIST = rb"\[([^\[\]<>]*+(?:<<(?:[^<>]|<[^<>]*>|<<[^<>]*>>)*+>>[^\[\]<>]*+)*+)\]"
PAGE_OF_ELEMENT = re.compile(rb"/Pg (\d+) 0 R")
PARENTS_OF_PAGE = re.compile(rb"/StructParents (\d+)")
_ROLE_PAIR = re.compile(rb"/([^\s/]+)\s*/([^\s/]+)")

Text = tuple[bytes, bytes]  # an object as it stands in the file, without a stream's data; and those


class _NewNumbers(dict[bytes, bytes]):
    """The new number of each object by its old one, given on first access; `queue` lists the old ones in that order."""

    def __init__(self, first: int = 1) -> None:
        self.queue: list[bytes] = []
        self._first = first

    def __missing__(self, old: bytes) -> bytes:
        self.queue.append(old)
        new = self[old] = b"%d" % (self._first + len(self.queue) - 1)
        return new


def renumbered(text: bytes, number_of: Callable[[bytes], bytes]) -> bytes:
    """Return an object's text with each reference to `number` changed to `number_of(number)`."""
    if b"(" in text:
        return _STRING_OR_NUMBER.sub(
            lambda match: match[0] if match[0][:1] == b"(" else number_of(match[0]),
            text,
        )
    *befores, last = text.split(b" 0 R")  # at half the cost of a pattern, and nearly every object comes here
    pieces = []
    for before in befores:
        rest = before.rstrip(b"0123456789")
        pieces.append(rest + number_of(before[len(rest) :]))
    return b" 0 R".join([*pieces, last])


def references(text: bytes) -> list[int]:
    """Return the numbers of the objects that a text without strings refers to."""
    return [int(number) for number in _REFERENCE.findall(text)]


def role_map(root: bytes) -> dict[bytes, bytes]:
    """Return the roles that the root of a structure tree maps to others; empty if it maps none."""
    match = ROLE_MAP.search(root)
    return dict(_ROLE_PAIR.findall(match[1])) if match else {}


class RawPdf:
    """The objects of a PDF by number."""

    def __init__(self, data: bytes) -> None:
        """Read the cross-reference table. Raises PdfError if it is not as expected."""
        self._data = data
        self._texts: dict[bytes, Text] = {}
        end = _XREF.search(data, max(0, len(data) - 64))
        if end is None or not data.startswith(b"xref", int(end[1])):
            raise unexpected_structure()
        table = int(end[1])
        self._starts, trailer = self._read_table(table)
        order = sorted(self._starts.values())
        self._ends = dict(zip(order, [*order[1:], table], strict=True))  # of what starts where
        self.root = self.reference(trailer, b"Root")
        self.info = self.reference(trailer, b"Info")
        identity = re.search(rb"/ID\s*\[\s*<([0-9A-Fa-f]+)>", trailer)
        if identity is None or b"/Prev" in trailer or b"/Encrypt" in trailer:
            raise unexpected_structure()
        self.identity = identity[1]
        self.size = max(map(int, self._starts), default=0) + 1
        self._header = data[: data.index(b"\n", data.index(b"\n") + 1) + 1]

    @property
    def numbers(self) -> list[int]:
        """Return the numbers of all objects."""
        return [int(number) for number in self._starts]

    @property
    def tree(self) -> int:
        """Return the number of the page tree: one flat list, as LibreOffice writes it."""
        return self.reference(self.text_of(self.root), b"Pages")

    @property
    def pages(self) -> list[int]:
        """Return the numbers of the pages in order. Raises PdfError if there is none."""
        kids = _PAGES.search(self.text_of(self.tree))
        match = references(kids[1]) if kids else []
        if not match:
            raise unexpected_structure()
        return match

    def media_box(self, page: int) -> bytes:
        """Return the edges of a page as text: its own, or those of all pages. Raises PdfError if it is no page."""
        head = self.text_of(page)
        match = _BOX.search(head) or _BOX.search(self.text_of(self.tree))
        if b"/Type/Page/" not in head or match is None:
            raise unexpected_structure()
        return match[1]

    def reference(self, head: bytes, key: bytes) -> int:
        """Return the object number in an entry of a dictionary. Raises PdfError if the entry is no reference."""
        match = re.search(rb"/%b\s+(\d+) 0 R" % key, head)
        if match is None:
            raise unexpected_structure()
        return int(match[1])

    def text_of(self, number: int) -> bytes:
        """Return an object's text; of a stream, its dictionary."""
        return self._read(b"%d" % number)[0]

    def stream(self, number: int) -> bytes:
        """Return a stream's data, unpacked; empty for an object that is no stream."""
        text, rest = self._read(b"%d" % number)
        start = rest.find(b"\n", rest.find(b"stream")) + 1
        content = rest[start : rest.rfind(_END_OF_STREAM)]
        if b"/FlateDecode" in text:
            return zlib.decompressobj().decompress(content)
        return content.rstrip(b"\r\n")

    def with_replaced(self, replaced: Mapping[int, bytes], identity: bytes) -> tuple[bytes, set[int]]:
        """Return a file of all that the catalogue and Info reach, with `replaced` objects (number: text) instead of
        this file's, and the numbers that these objects have in this file. Raises PdfError.
        """
        replacements = {b"%d" % number: _split_stream(text) for number, text in replaced.items()}
        numbers = _NewNumbers()
        root, info = numbers[b"%d" % self.root], numbers[b"%d" % self.info]
        out = io.BytesIO()
        file = PdfSerializer(out, LIBREOFFICE, self._header)
        for old in numbers.queue:  # grows while it is gone through
            text, rest = replacements.get(old) or self._read(old)
            file.write(file.reserve(), renumbered(text, numbers.__getitem__), rest)
        digits = _digits(identity)
        file.finish(int(root), int(info), (digits, digits))
        return out.getvalue(), set(map(int, numbers.queue))

    def text_and_data(self, number: int) -> tuple[bytes, bytes]:
        """Return an object's text (of a stream, its dictionary), and a stream's data as they are in the file. Raises
        PdfError.
        """
        return self._read(b"%d" % number)

    def closure(self, number: int, first: int) -> list[bytes]:
        """Return an object and all that it refers to as texts of objects, numbered from `first` on. Raises PdfError."""
        numbers = _NewNumbers(first)
        first_old = b"%d" % number
        assert numbers[first_old] == b"%d" % first
        return [
            renumbered(text, numbers.__getitem__) + rest for text, rest in (self._read(old) for old in numbers.queue)
        ]

    def with_changes(self, changed: Mapping[int, bytes], added: Sequence[bytes], revision: bytes) -> bytes:
        """Return this file with some objects changed and others added, numbered from `size` on; the rest is copied
        as it is. `revision` (16 bytes) becomes the second half of /ID.
        """
        out = io.BytesIO()
        file = PdfSerializer(out, LIBREOFFICE, self._header)
        file.reserve(self.size - 1 + len(added))
        for name, start in sorted(self._starts.items(), key=itemgetter(1)):
            number = int(name)
            if number in changed:
                file.write(number, changed[number])
            else:
                file.copy(number, self._data[start : self._ends[start]])
        for number, text in enumerate(added, start=self.size):
            file.write(number, text)
        file.finish(self.root, self.info, (self.identity, _digits(revision)))
        return out.getvalue()

    def _read_table(self, at: int) -> tuple[dict[bytes, int], bytes]:
        """Return the offset of each object, and the trailer."""
        data, starts = self._data, {}
        at = data.index(b"\n", at) + 1
        while section := _SECTION.match(data, at):
            first, count = int(section[1]), int(section[2])
            at = section.end()
            end = at + count * _LINE
            for number, line in enumerate(data[at:end].splitlines(), start=first):
                if line[17:18] == b"n":
                    starts[b"%d" % number] = int(line[:10])
            at = end
        if not data.startswith(b"trailer", at):
            raise unexpected_structure()
        return starts, data[at:]

    def _read(self, number: bytes) -> Text:
        match = self._texts.get(number)
        if match is None:
            start = self._starts.get(number, -1)
            begin = start + len(number) + len(_BEGIN)
            if self._data[start:begin] != number + _BEGIN:
                raise unexpected_structure()
            end = self._data.rfind(b"endobj", begin, self._ends[start])
            if end < 0:
                raise unexpected_structure()
            match = self._texts[number] = _split_stream(self._data[begin:end].strip())
        return match


def _split_stream(text: bytes) -> Text:
    """Split the text of a stream object before `stream`; the end gets the newline that PDF/A wants before
    `endstream`.
    """
    if text.endswith(_END_OF_STREAM) and (stream := _STREAM.search(text)):
        end = stream.start() + 2
        head, rest = text[:end], text[end:]
        length = _LENGTH.search(head)
        bare = len(rest) - len(_END_OF_STREAM)
        if (length and bare == stream.end() - end + int(length[1])) or rest[bare - 1 : bare] not in b"\r\n":
            rest = rest[:bare] + b"\n" + _END_OF_STREAM
        return head, rest
    return text, b""


def stream_text(entries: bytes, data: bytes) -> bytes:
    """Return the text of a stream with these entries in its dictionary; the data are not changed."""
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(data), data)


def _digits(half: bytes) -> bytes:
    """Return one half of an /ID as it stands in a trailer."""
    return half.hex().upper().encode()


def unexpected_structure() -> PdfError:
    """Return the error for a file that is not as LibreOffice writes it."""
    return PdfError("PDF ini tidak tersusun seperti yang biasa dibuat LibreOffice. Buat naskahnya satu per satu.")
