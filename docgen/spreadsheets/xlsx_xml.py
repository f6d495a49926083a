"""Read the parts of an XLSX as elements one after the other: relations, the list of sheets, styles, shared texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar
from xml.parsers import expat

from docgen.errors import DataFileError
from docgen.spreadsheets.grid import too_wide
from wording import say

MOST_ELEMENTS = 6_000_000  # of a part: a cell is two or three
_PIECE = 1 << 16
_LONGEST_TAG = 1 << 18
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class PartReader:
    """Receives the elements of a part by their local names."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text within the elements that are open."""


R = TypeVar("R", bound=PartReader)


def parse(data: bytes, name: str, reader: R) -> R:
    """Hand a part's elements to the reader. Raises DataFileError.

    A tag that does not end is looked at again with each piece that is fed, and one with a million attributes keeps all
    threads waiting, so no tag may be longer than a few pieces.
    """

    def refuse(*_: Any) -> None:
        raise DataFileError(
            say("{name} memuat DTD, yang tidak ada dalam XLSX dari Excel. Simpan ulang dari Excel.", name=name)
        )

    left = MOST_ELEMENTS

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise too_wide(name)
        reader.start(tag.rpartition(":")[2], attributes)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: reader.end(tag.rpartition(":")[2])
    parser.CharacterDataHandler = reader.text
    for at in range(0, len(data), _PIECE):
        parser.Parse(data[at : at + _PIECE], False)
        if at + _PIECE - parser.CurrentByteIndex > _LONGEST_TAG:
            raise ValueError("a tag without end")
    parser.Parse(b"", True)
    return reader


class RelationReader(PartReader):
    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found.append((attributes.get("Id", ""), kind, attributes.get("Target", "")))


class BookReader(PartReader):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.from_1904 = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet":
            id = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), id, attributes.get("state", "visible") != "visible"))
        elif tag == "workbookPr":
            self.from_1904 = is_true(attributes.get("date1904"))


class StyleReader(PartReader):
    def __init__(self) -> None:
        self._codes: dict[int, str] = {}
        self._used: list[int] = []
        self._within = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "numFmt":
            self._codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._within = True
        elif tag == "xf" and self._within:
            self._used.append(int(attributes.get("numFmtId", "0")))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._within = False

    def codes(self) -> list[int | str]:
        """Return the number format of each style: its code, or the number of a built-in one."""
        return [self._codes.get(one, one) for one in self._used]


class TextReader(PartReader):
    """Collects `t` elements of rich text, without the reading aids of phonetic scripts."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._open = False
        self._aid = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "rPh":
            self._aid += 1
        self._open = tag == "t" and not self._aid

    def end(self, tag: str) -> None:
        if tag == "rPh":
            self._aid -= 1
        self._open = False

    def text(self, text: str) -> None:
        if self._open:
            self._pieces.append(text)

    def take(self) -> str:
        """Return the text collected since the last call."""
        text, self._pieces = "".join(self._pieces), []
        return _plain(text)


class StringReader(TextReader):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def end(self, tag: str) -> None:
        super().end(tag)
        if tag == "si":
            self.texts.append(self.take())


def _plain(text: str) -> str:
    """Return a text with its line ends as `\n`, and without the escapes Excel writes for control characters."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_true(value: str | None) -> bool:
    return value in ("1", "true", "on")
