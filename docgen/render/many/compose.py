"""Compose many letters of one template into one Word file, so that LibreOffice is called once for all of them.

Each letter begins a new page, counted from 1, with its own headers and footers. If all letters have one section and the
same page, the style of their first paragraph marks where a letter begins, alternating between the two `START_STYLES`: a
worker gives these the page styles of the first and of the second letter (`docgen.libreoffice.helper`), so that
LibreOffice reads headers and footers twice and not for each letter. There are two because a page has a first-page
header where the page before has another style; only some versions of LibreOffice draw it between pages of the same
style, too. Otherwise each letter is a section of its own, which takes LibreOffice nearly twice the time.

A bookmark marks each beginning; `split` cuts the PDF there. What Word or LibreOffice counts over a whole file (pages,
footnotes, cross-references ...) would be counted over all letters: such letters are refused (`NotComposable`) and must
be converted one by one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from lxml import etree

from docgen.render.many.file_wide_fields import has_page_numbers, not_composable, require_no_counting
from docgen.render.many.letter_starts import (
    MOST_SUFFIXES,
    SAME_HEADS,
    START_STYLES,
    bookmark_suffix,
    with_start_styles,
)
from docgen.render.many.shared_parts import MergedParts
from docgen.render.word.lists import Numbering
from docgen.render.word.package import (
    BODY,
    DECLARATION,
    NS,
    NUMBERING,
    STYLES,
    TYPES,
    W,
    WordParts,
    parse_xml,
    relations_part,
)

_HEADS = (f"{W}headerReference", f"{W}footerReference")
_sections = etree.XPath("//w:sectPr[not(ancestor::w:sectPrChange)]", namespaces=NS)
_numbers = etree.XPath("//w:numPr/w:numId", namespaces=NS)
_starts = etree.XPath("//w:bookmarkStart", namespaces=NS)
_ends = etree.XPath("//w:bookmarkEnd", namespaces=NS)
_anchors = etree.XPath("//w:hyperlink[@w:anchor]", namespaces=NS)
_drawings = etree.XPath("//wp:docPr", namespaces=NS)
# What follows w:pgNumType in a section's properties (ISO/IEC 29500-1 §17.6.17).
_AFTER_NUMBER = [
    f"{W}{name}"
    for name in (
        *("cols", "formProt", "vAlign", "noEndnote", "titlePg", "textDirection", "bidi", "rtlGutter", "docGrid"),
        *("printerSettings", "sectPrChange"),
    )
]


def compose_letters(docxs: Sequence[bytes]) -> bytes:
    """Return one .docx of many filled from the same template, in order, at most `MOST_SUFFIXES`; deterministic.

    Title and other properties are those of the first. Raises NotComposable when the letters cannot be told apart in one
    file or come from different templates, TemplateError when one is no Word file.
    """
    if not 0 < len(docxs) <= MOST_SUFFIXES:
        raise ValueError(f"{len(docxs)} letters")
    parts = [_unpacked(docx) for docx in docxs]
    try:
        return _merge(_MergedLettersOfOneSection(parts[0]), parts)
    except _PagesDiffer:
        return _merge(_MergedLetters(parts[0]), parts)


def _merge(merged: _MergedLetters, letters: Sequence[WordParts]) -> bytes:
    last = len(letters) - 1
    return merged.packed(b"".join([merged.add(at, parts, last=at == last) for at, parts in enumerate(letters)]))


class _PagesDiffer(Exception):
    """The letters do not all have one section and the same page."""


class _MergedLetters:
    """The letters merged so far, each a section of its own."""

    def __init__(self, first: WordParts) -> None:
        if re.search(rb"<w:numId\b", first.get(STYLES, b"")):
            raise not_composable("gaya bernomor otomatis")
        self._merged_parts = MergedParts(first)
        self._numbering = Numbering(first[NUMBERING]) if NUMBERING in first else None
        self._template_lists = first.checksum(NUMBERING) if NUMBERING in first else None
        self._inherited_headers: set[tuple[str, str]] = set()  # by the next section, if it has none of its own
        self._around_body: tuple[bytes, ...] = ()
        self._drawings = 0
        self._bookmarks = 0

    def add(self, index: int, parts: WordParts, *, last: bool) -> bytes:
        """Merge one letter; return the content of its body."""
        self._merged_parts.require_same_template(parts)
        tree = parse_xml(parts[BODY])
        require_no_counting(tree)
        self._merged_parts.merge_relations(tree, index, parts)
        self._require_numbers_from_one(tree, index)
        self._separate_sections(tree, index)
        if self._numbering and index:
            own = None if parts.checksum(NUMBERING) == self._template_lists else Numbering(parts[NUMBERING])
            self._numbering.restart(_numbers(tree), own)
        for drawing in _drawings(tree):
            self._drawings += 1
            drawing.set("id", str(self._drawings))
        self._name_bookmarks(tree, bookmark_suffix(index))
        self._place_section(tree[-1], index, last=last)  # the body; a background would come before it
        return self._body_content(tree)

    def _require_numbers_from_one(self, tree: Any, index: int) -> None:
        """Raise NotComposable if LibreOffice would not number the letter's pages from 1.

        LibreOffice 25.2 does not heed the number with which a table begins a page.
        """
        first = next(tree.iter(f"{W}p", f"{W}tbl"), None)
        numbered = self._merged_parts.has_page_numbers or has_page_numbers(tree)
        if index and numbered and first is not None and first.tag == f"{W}tbl":
            raise not_composable("nomor halaman dan berawal dengan tabel")

    def _place_section(self, body: Any, index: int, *, last: bool) -> None:
        """Move the last section's properties from the end of the body into a paragraph; only the last letter's stay
        there.

        The paragraph is a new one, because LibreOffice takes an empty one for the mere end of the section and leaves it
        out; the letter's own last paragraph must stay, even where it is empty.
        """
        if not last:
            paragraph = etree.Element(f"{W}p")
            section = body[-1]
            section.addprevious(paragraph)
            etree.SubElement(paragraph, f"{W}pPr").append(section)

    def packed(self, content: bytes) -> bytes:
        """Return the .docx with this as its body's content."""
        return self._merged_parts.packed(
            {BODY: self._around_body[0] + content + self._around_body[1], **self._changed()}
        )

    def _changed(self) -> dict[str, bytes]:
        """Return the parts that differ from the first letter's, by name."""
        return {NUMBERING: self._numbering.xml()} if self._numbering else {}

    def _separate_sections(self, tree: Any, index: int) -> None:
        """Let the first section begin a page and count from 1; none may inherit a header from the letter before."""
        sections = _sections(tree)
        if not sections or tree[-1][-1] is not sections[-1]:
            raise not_composable("halaman tanpa ukuran")
        first = sections[0]
        own = _headers_and_footers(first)
        if index and self._inherited_headers - own:
            raise not_composable("kepala atau kaki halaman yang tidak ada di semua bagian")
        self._inherited_headers = set().union(*map(_headers_and_footers, sections))
        for kind in first.findall(f"{W}type"):
            first.remove(kind)  # without it: on the next page
        number = first.find(f"{W}pgNumType")
        if number is None:
            number = etree.Element(f"{W}pgNumType")
            following = (element for element in first if element.tag in _AFTER_NUMBER)
            place = next(following, None)
            if place is None:
                first.append(number)
            else:
                place.addprevious(number)
        if number.get(f"{W}start") is None:
            number.set(f"{W}start", "1")

    def _name_bookmarks(self, tree: Any, suffix: str) -> None:
        """Give bookmarks names and ids of this letter alone, and add the bookmark where the letter begins."""
        numbers: dict[str, str] = {}
        names = {}
        for start in _starts(tree):
            name = start.get(f"{W}name", "")
            names[name] = name + suffix
            start.set(f"{W}name", names[name])
            start.set(f"{W}id", self._number(numbers, start.get(f"{W}id", "")))
        for end in _ends(tree):
            end.set(f"{W}id", self._number(numbers, end.get(f"{W}id", "")))
        for link in _anchors(tree):
            anchor = link.get(f"{W}anchor")
            link.set(f"{W}anchor", names.get(anchor, anchor))
        paragraph = next(tree.iter(f"{W}p"), None)
        if paragraph is None:
            raise not_composable("halaman tanpa isi")
        at = 1 if paragraph.find(f"{W}pPr") is not None else 0
        paragraph[at:at] = self._bookmark(suffix)

    def _bookmark(self, name: str) -> tuple[Any, Any]:
        """Return the elements of a bookmark of its own."""
        marks = etree.Element(f"{W}bookmarkStart"), etree.Element(f"{W}bookmarkEnd")
        id_ = self._number({}, "")
        for mark in marks:
            mark.set(f"{W}id", id_)
        marks[0].set(f"{W}name", name)
        return marks

    def _number(self, known: dict[str, str], old: str) -> str:
        if old not in known:
            self._bookmarks += 1
            known[old] = str(self._bookmarks)
        return known[old]

    def _body_content(self, tree: Any) -> bytes:
        """Return the content of the body; the XML around it must be the same in all letters."""
        xml: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=False)
        start, end = xml.find(b"<w:body>") + len(b"<w:body>"), xml.rfind(b"</w:body>")
        frame = (DECLARATION + xml[:start], xml[end:])
        if not self._around_body:
            self._around_body = frame
        if end < start or frame != self._around_body:
            raise not_composable("kerangka yang berbeda dari naskah lain")
        return xml[start:end]


class _MergedLettersOfOneSection(_MergedLetters):
    """Letters of one section each, and all the same: the style of the first paragraph marks where a letter begins."""

    def __init__(self, first: WordParts) -> None:
        super().__init__(first)
        if STYLES not in first:
            raise _PagesDiffer
        self._styles = first[STYLES]
        self._section_and_style: tuple[bytes, str] | None = None  # the section, the first paragraph's style
        self._styles_with_starts = b""

    def _place_section(self, body: Any, index: int, *, last: bool) -> None:
        """Keep the first letter's section, and the last one's for all others. Raises _PagesDiffer."""
        sections, style = _sections(body), body[0].find(f"{W}pPr/{W}pStyle") if body[0].tag == f"{W}p" else None
        if len(sections) > 1 or style is None:
            raise _PagesDiffer
        section_and_style = etree.tostring(sections[0]), style.get(f"{W}val", "")
        if self._section_and_style is None:
            self._section_and_style = section_and_style
            self._styles_with_starts = with_start_styles(self._styles, section_and_style[1])
            if not self._styles_with_starts:
                raise _PagesDiffer
        if section_and_style != self._section_and_style:
            raise _PagesDiffer
        number = sections[0].find(f"{W}pgNumType")
        if number.get(f"{W}start") != "1":  # the only number that a worker knows
            raise _PagesDiffer
        style.set(f"{W}val", START_STYLES[index % 2])
        if index == 0:
            body[0][1:1] = self._bookmark(SAME_HEADS)
            super()._place_section(body, index, last=last)
        elif last:
            del number.attrib[f"{W}start"]  # a page that is not in the PDF would come before it; its style says it
        else:
            body.remove(sections[0])

    def _changed(self) -> dict[str, bytes]:
        return super()._changed() | {STYLES: self._styles_with_starts}


def _headers_and_footers(section: Any) -> set[tuple[str, str]]:
    return {(element.tag, element.get(f"{W}type")) for element in section if element.tag in _HEADS}


def _unpacked(docx: bytes) -> WordParts:
    parts = WordParts(docx)
    if not {BODY, relations_part(BODY), TYPES} <= parts.keys():
        raise not_composable("susunan berkas yang lain")
    return parts
