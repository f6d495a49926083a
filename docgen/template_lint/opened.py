"""Open a Word file for the lint: refuse at once what is none or would cost too much, and parse what may hold tags."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from docgen.errors import ConversionFailed
from docgen.render.word.package import BODY, TYPES, BrokenPackage, Relation, W, WordParts, read_relations, read_xml
from docgen.render.word.sanitize import strip_external
from docgen.render.word.tags.tag_text import find_tags, texts_of
from docgen.render.word.tags.tagged_parts import CORE, tagged_parts
from docgen.template_lint.finding import WHOLE_FILE, Place, finding
from wording import say

MEGABYTE = 1024**2
MAX_UNPACKED = 64 * MEGABYTE  # of all parts, pictures too
MAX_XML = 4 * MEGABYTE  # of the parts that are XML; the largest delivered template has a third of one
MAX_SIGNS = {b"<": 80_000, b'="': 60_000}  # in them: two for each element, and attributes; Word's own have half
MAX_TEXT = 200_000  # characters of a paragraph
MAX_TAGS, MAX_TAG = 5_000, 5_000  # tags, and characters in one
MAX_PARTS = 2_000
MAX_LOOKS = 20_000_000  # braces of a paragraph times its characters; a long letter has a thousandth
MAX_DIRECTORY = MEGABYTE  # of the zip's own list of its parts, which is read before any part

_END_OF_ZIP = b"PK\x05\x06"
_OLD_WORD, _PDF, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"PK"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


class Refused(Exception):
    """A file that is not opened: `finding` says why."""

    def __init__(self, rule: str, message: str, suggestion: str) -> None:
        super().__init__(message)
        self.finding = finding(rule, WHOLE_FILE, "", message, suggestion)


@dataclass(frozen=True)
class TextParagraph:
    """A paragraph of a part that may hold tags; of the properties, an element. See `Place` for its index and text."""

    part: str
    index: int
    element: Any
    text: str

    def place(self, start: int = 0, end: int | None = None) -> Place:
        """Return the place of these characters; of the whole text by default."""
        return Place(self.part, self.index, start, len(self.text) if end is None else end)


@dataclass(frozen=True)
class OpenedTemplate:
    """A Word file: its parts as bytes, and those that may hold tags as trees, which no rule may change.

    `labels` names each of these as a person of the office knows it; `body` is the name of the main part.
    """

    docx: bytes
    parts: WordParts
    labels: Mapping[str, str]
    trees: Mapping[str, Any]
    body: str

    @cached_property
    def paragraphs(self) -> tuple[TextParagraph, ...]:
        """Return the paragraphs of all parts that may hold tags, without the copies that old programs would read."""
        return tuple(paragraph for part, tree in self.trees.items() for paragraph in _paragraphs_of(part, tree))

    def tree(self, part: str) -> Any | None:
        """Return the root of any part; None if it does not exist."""
        if part in self.trees:
            return self.trees[part]
        return _parsed(self.parts, part) if part in self.parts else None

    def relations(self, part: str) -> dict[str, Relation]:
        """Return where a part points to, by id."""
        return read_relations(self.parts, part)


def open_docx(docx: bytes) -> OpenedTemplate:
    """Return the opened file. Raises Refused for what is no Word file, is damaged, or would unfold to too much."""
    _refuse_other_files(docx)
    try:
        _refuse_large_directory(docx)
        parts = WordParts(docx)
        _refuse_bombs(parts)
        has_types = TYPES in parts and _parsed(parts, TYPES) is not None
        labels = tagged_parts(parts, "") if has_types else {}
        body = next((part for part in labels if part.endswith("document.xml")), BODY)
        if not has_types or body not in parts:
            raise Refused(
                "not_word",
                say("Berkas ini bukan dokumen Word (.docx)."),
                say("Buka berkas ini dengan programnya, lalu simpan sebagai 'Dokumen Word (*.docx)'."),
            )
        trees = {part: _parsed(parts, part) for part in labels}
        opened = OpenedTemplate(docx, parts, labels, {body: _parsed(parts, body)} | trees, body)
        _refuse_long_texts(opened)
        strip_external(docx)
        return opened
    except ConversionFailed as error:  # by the rules of those who print it
        raise _entities() from error
    except BrokenPackage as error:
        raise Refused(
            "truncated",
            say("Berkas ini terpotong atau rusak."),
            say("Salin atau unduh lagi berkasnya; bila tetap rusak, simpan lagi dari Word."),
        ) from error


def _paragraphs_of(part: str, tree: Any) -> Iterator[TextParagraph]:
    if part == CORE:
        for index, element in enumerate(tree):
            yield TextParagraph(part, index, element, element.text or "")
        return
    for index, paragraph in enumerate(tree.iter(f"{W}p")):
        if next(paragraph.iterancestors(_FALLBACK), None) is None:
            yield TextParagraph(part, index, paragraph, "".join(text.text or "" for text in texts_of(paragraph)))


def _refuse_other_files(docx: bytes) -> None:
    if not docx:
        raise Refused("empty_file", say("Berkas ini kosong."), say("Pilih lagi berkasnya, lalu unggah."))
    if docx.startswith(_OLD_WORD):
        if _ENCRYPTED in docx:
            raise Refused(
                "password",
                say("Berkas ini dikunci dengan kata sandi."),
                say("Buka di Word, hapus kata sandinya (File > Info > Protect Document), lalu simpan lagi."),
            )
        raise Refused(
            "old_word",
            say("Berkas ini dokumen Word lama (.doc), walau namanya mungkin .docx."),
            say("Buka di Word, pilih Save As, lalu jenis 'Word Document (*.docx)'."),
        )
    if docx.startswith(_PDF):
        raise Refused(
            "pdf_file",
            say("Berkas ini PDF, bukan dokumen Word."),
            say("Unggah berkas Word-nya, yaitu naskah asal PDF ini."),
        )
    if not docx.startswith(_ZIP):
        raise Refused(
            "not_word",
            say("Berkas ini bukan dokumen Word (.docx)."),
            say("Buka berkas ini dengan programnya, lalu simpan sebagai 'Dokumen Word (*.docx)'."),
        )


def _refuse_large_directory(docx: bytes) -> None:
    """Refuse a zip that says it has too many parts, before its list of them is read."""
    end = docx.rfind(_END_OF_ZIP, max(0, len(docx) - 70_000))
    if end < 0 or len(docx) < end + 22:
        raise BrokenPackage
    count, size = struct.unpack_from("<HI", docx, end + 10)
    if count > MAX_PARTS or size > MAX_DIRECTORY:
        raise _too_many_parts()


def _refuse_bombs(parts: WordParts) -> None:
    names = {entry.filename for entry in parts.entries}
    if "mimetype" in names and "content.xml" in names:
        raise Refused(
            "odt_file",
            say("Berkas ini dokumen LibreOffice (.odt), walau namanya mungkin .docx."),
            say("Buka di LibreOffice, pilih Save As, lalu jenis 'Word 2010-365 Document (.docx)'."),
        )
    if len(parts.entries) > MAX_PARTS:
        raise _too_many_parts()
    if len({entry.filename.casefold() for entry in parts.entries}) < len(parts.entries):
        raise BrokenPackage  # readers disagree on which of two parts of one name counts
    named = [entry for entry in parts.entries if entry.filename.endswith((".xml", ".rels"))]
    xml = sum(entry.file_size for entry in named)
    if sum(entry.file_size for entry in parts.entries) > MAX_UNPACKED or xml > MAX_XML:
        raise _too_big()
    for sign, most in MAX_SIGNS.items():
        if sum(parts[entry.filename].count(sign) for entry in named) > most:
            raise _too_big()


def _too_many_parts() -> Refused:
    return Refused(
        "many_parts",
        say("Berkas ini memuat terlalu banyak bagian untuk sebuah surat."),
        say("Salin isinya ke dokumen Word baru, lalu simpan."),
    )


def _entities() -> Refused:
    return Refused(
        "xml_entities",
        say("Berkas ini memuat XML yang tidak ada dalam dokumen Word."),
        say("Jangan pakai berkas ini: salin isinya ke dokumen Word baru, lalu simpan."),
    )


def _too_big() -> Refused:
    return Refused(
        "too_big",
        say("Berkas ini terlalu besar setelah dibuka."),
        say("Kecilkan gambarnya, atau salin isinya ke dokumen Word baru."),
    )


def _refuse_long_texts(opened: OpenedTemplate) -> None:
    """Refuse texts of which each brace would be looked for to the end, and more text and tags than any letter has."""
    if max((len(paragraph.text) for paragraph in opened.paragraphs), default=0) > MAX_TEXT:
        raise _too_big()
    texts = [paragraph.text for paragraph in opened.paragraphs if "{" in paragraph.text]
    if sum(text.count("{") * len(text) for text in texts) > MAX_LOOKS:
        raise _too_big()
    lengths = [len(tag.text) for text in texts for tag in find_tags(text)]
    if len(lengths) > MAX_TAGS or max(lengths, default=0) > MAX_TAG:
        raise _too_big()


def _parsed(parts: WordParts, part: str) -> Any:
    """Return the root of a part. Raises Refused for XML that is broken or hides things."""
    try:
        tree = read_xml(parts[part])
    except etree.XMLSyntaxError as error:
        raise Refused(
            "broken_xml",
            say("Bagian {part} dari berkas ini rusak.", part=part),
            say("Buka berkasnya di Word, lalu simpan lagi."),
        ) from error
    if tree.getroottree().docinfo.doctype:
        raise _entities()
    return tree
