"""Many letters of one template in one Word file, so that LibreOffice is called once for all of them.

Each letter begins a new page, counted from 1, with its own heads and feet. Where the letters' pages are alike this is
said by the style of their first paragraph, in turn one of the two `BEGINNINGS`: a worker gives these the page styles of
the first and of the second letter (`docgen.libreoffice.worker`), so that LibreOffice reads heads and feet twice and not
for each letter. Two, because a page has the head of a first page where the page before has another style; only some
versions of LibreOffice draw it also between pages of the same style. Otherwise each letter is a section of its own,
which takes LibreOffice nearly twice the time. A bookmark marks each beginning; `split` (beside) cuts the PDF there
again. What Word or LibreOffice reckons over a whole file (number of pages, footnotes,
cross-references …) would be reckoned over all letters: such letters are refused (`NotComposable`) and are to be
converted one by one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from lxml import etree

from docgen.render.many.file_wide_fields import has_page_numbers, not_composable, require_no_counting
from docgen.render.many.letter_starts import BEGINNINGS, MOST, suffix, with_beginnings
from docgen.render.many.shared_parts import Gathering
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


def compose(docxs: Sequence[bytes]) -> bytes:
    """Return one .docx of many filled from the same template, in order; at most `MOST`. The same input gives the same
    bytes.

    Title and other properties are those of the first. Raises NotComposable when the letters cannot be told apart in one
    file or come from different templates, TemplateError when one is no Word file.
    """
    if not 0 < len(docxs) <= MOST:
        raise ValueError(f"{len(docxs)} letters")
    parts = [_unpacked(docx) for docx in docxs]
    try:
        return _put_together(_AlikePages(parts[0]), parts)
    except _OtherPages:
        return _put_together(_Batch(parts[0]), parts)


def _put_together(batch: _Batch, letters: Sequence[WordParts]) -> bytes:
    last = len(letters) - 1
    return batch.packed(b"".join([batch.add(at, parts, last=at == last) for at, parts in enumerate(letters)]))


class _OtherPages(Exception):
    """The pages of these letters are not alike."""


class _Batch:
    """The letters put together so far, each a section of its own."""

    def __init__(self, first: WordParts) -> None:
        if re.search(rb"<w:numId\b", first.get(STYLES, b"")):
            raise not_composable("gaya bernomor otomatis")
        self._gathering = Gathering(first)
        self._numbering = Numbering(first[NUMBERING]) if NUMBERING in first else None
        self._inherited: set[tuple[str, str]] = set()  # heads and feet that the next section would take over
        self._frame: tuple[bytes, ...] = ()
        self._drawings = 0
        self._bookmarks = 0

    def add(self, index: int, parts: WordParts, *, last: bool) -> bytes:
        """Take in one letter; returns its body's content."""
        self._gathering.require_same_template(parts)
        tree = parse_xml(parts[BODY])
        require_no_counting(tree)
        self._gathering.relate(tree, index, parts)
        self._require_numbers_from_one(tree, index)
        self._separate_sections(tree, index)
        if self._numbering and index:
            self._numbering.restart(_numbers(tree))
        for drawing in _drawings(tree):
            self._drawings += 1
            drawing.set("id", str(self._drawings))
        self._name_bookmarks(tree, suffix(index))
        self._lay_on_pages(tree[-1], index, last=last)  # the body; a background would come before it
        return self._content(tree)

    def _require_numbers_from_one(self, tree: Any, index: int) -> None:
        """Raise NotComposable where the pages of a letter that is not the first would be numbered on.

        LibreOffice 25.2 does not heed the number with which a table begins a page.
        """
        first = next(tree.iter(f"{W}p", f"{W}tbl"), None)
        numbered = self._gathering.has_page_numbers or has_page_numbers(tree)
        if index and numbered and first is not None and first.tag == f"{W}tbl":
            raise not_composable("nomor halaman dan berawal dengan tabel")

    def _lay_on_pages(self, body: Any, index: int, *, last: bool) -> None:
        """Move the last section's properties from the body's end, where only the last letter's can stand.

        Into a paragraph of their own: LibreOffice takes an empty one for the mere end of the section and leaves it out,
        so the letter's own last paragraph has to be another, even where it is empty.
        """
        if not last:
            paragraph = etree.Element(f"{W}p")
            section = body[-1]
            section.addprevious(paragraph)
            etree.SubElement(paragraph, f"{W}pPr").append(section)

    def packed(self, content: bytes) -> bytes:
        """Return the .docx with this as its body's content."""
        return self._gathering.packed({BODY: self._frame[0] + content + self._frame[1], **self._changed()})

    def _changed(self) -> dict[str, bytes]:
        """Return what becomes of the template's parts."""
        return {NUMBERING: self._numbering.xml()} if self._numbering else {}

    def _separate_sections(self, tree: Any, index: int) -> None:
        """The first section begins a page and counts from 1; none inherits a head from the letter before."""
        sections = _sections(tree)
        if not sections or tree[-1][-1] is not sections[-1]:
            raise not_composable("halaman tanpa ukuran")
        first = sections[0]
        own = _heads_of(first)
        if index and self._inherited - own:
            raise not_composable("kepala atau kaki halaman yang tidak ada di semua bagian")
        self._inherited = set().union(*map(_heads_of, sections))
        for kind in first.findall(f"{W}type"):
            first.remove(kind)  # without it: on the next page
        number = first.find(f"{W}pgNumType")
        if number is None:
            number = etree.Element(f"{W}pgNumType")
            following = (one for one in first if one.tag in _AFTER_NUMBER)
            place = next(following, None)
            if place is None:
                first.append(number)
            else:
                place.addprevious(number)
        if number.get(f"{W}start") is None:
            number.set(f"{W}start", "1")

    def _name_bookmarks(self, tree: Any, ending: str) -> None:
        """Names and numbers that no other letter has, and one more bookmark where the letter begins."""
        numbers: dict[str, str] = {}
        names = {}
        for start in _starts(tree):
            name = start.get(f"{W}name", "")
            names[name] = name + ending
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
        begins = etree.Element(f"{W}bookmarkStart")
        ends = etree.Element(f"{W}bookmarkEnd")
        mark = self._number({}, "")
        for one in (begins, ends):
            one.set(f"{W}id", mark)
        begins.set(f"{W}name", ending)
        at = 1 if paragraph.find(f"{W}pPr") is not None else 0
        paragraph[at:at] = [begins, ends]

    def _number(self, known: dict[str, str], old: str) -> str:
        if old not in known:
            self._bookmarks += 1
            known[old] = str(self._bookmarks)
        return known[old]

    def _content(self, tree: Any) -> bytes:
        """Return what stands in the body; what stands around it has to be the same in all letters."""
        xml: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=False)
        start, end = xml.find(b"<w:body>") + len(b"<w:body>"), xml.rfind(b"</w:body>")
        frame = (DECLARATION + xml[:start], xml[end:])
        if not self._frame:
            self._frame = frame
        if end < start or frame != self._frame:
            raise not_composable("kerangka yang berbeda dari naskah lain")
        return xml[start:end]


class _AlikePages(_Batch):
    """Letters of which each has one section, and all the same: first paragraphs say where a letter begins."""

    def __init__(self, first: WordParts) -> None:
        super().__init__(first)
        if STYLES not in first:
            raise _OtherPages
        self._styles = first[STYLES]
        self._alike: tuple[bytes, str] | None = None  # what all letters have: the section, the first paragraph's style
        self._restyled = b""

    def _lay_on_pages(self, body: Any, index: int, *, last: bool) -> None:
        """Keep a section for the first letter and the last one's for all others. Raises _OtherPages."""
        sections, style = _sections(body), body[0].find(f"{W}pPr/{W}pStyle") if body[0].tag == f"{W}p" else None
        if len(sections) > 1 or style is None:
            raise _OtherPages
        alike = etree.tostring(sections[0]), style.get(f"{W}val", "")
        if self._alike is None:
            self._alike, self._restyled = alike, with_beginnings(self._styles, alike[1])
            if not self._restyled:
                raise _OtherPages
        if alike != self._alike:
            raise _OtherPages
        number = sections[0].find(f"{W}pgNumType")
        if number.get(f"{W}start") != "1":  # the only number that a worker knows
            raise _OtherPages
        style.set(f"{W}val", BEGINNINGS[index % 2])
        if index == 0:
            super()._lay_on_pages(body, index, last=last)
        elif last:
            del number.attrib[f"{W}start"]  # a page that is not in the PDF would come before it; its style says it
        else:
            body.remove(sections[0])

    def _changed(self) -> dict[str, bytes]:
        return super()._changed() | {STYLES: self._restyled}


def _heads_of(section: Any) -> set[tuple[str, str]]:
    return {(one.tag, one.get(f"{W}type")) for one in section if one.tag in _HEADS}


def _unpacked(docx: bytes) -> WordParts:
    parts = WordParts(docx)
    if not {BODY, relations_part(BODY), TYPES} <= parts.keys():
        raise not_composable("susunan berkas yang lain")
    return parts
