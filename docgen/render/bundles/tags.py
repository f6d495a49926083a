"""Keep the tags of bound files: one document, a section for each file, links that say where they lead.

The structure tree of a file is copied as text, element by element, and only its references are renamed: a letter takes
a millisecond. What cannot be kept (a scan, a file with tags that no version of ours wrote) leaves the bundle without
the claim to be PDF/UA-1, with the tags of all the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import unescape

from pypdf.generic import DictionaryObject, IndirectObject, NameObject, NumberObject

from docgen.errors import PdfError
from docgen.render.pdf.layout import BundlePage, Section
from docgen.render.pdf.objects.object_writer import ObjectFile
from docgen.render.pdf.objects.raw_objects import (
    DICTIONARY,
    KIDS_LIST,
    PAGE_OF_ELEMENT,
    PARENTS_OF_PAGE,
    RawPdf,
    references,
    renumbered,
    role_map,
    unexpected_structure,
)

_ACCESSIBLE = re.compile(rb"pdfuaid:part>\s*1\b")
_TITLE = re.compile(rb"<dc:title>\s*<rdf:Alt>\s*<rdf:li[^>]*>([^<]*)<")
_ROLE = re.compile(rb"/S\s*/([^\s/<>\[\]()]+)")
_KIDS = re.compile(rb"/K\s*(?:" + KIDS_LIST + rb"|(\d+ 0 R)|(\d+)|(<<.*?>>))", re.DOTALL)
_STRING = re.compile(rb"\((?:\\.|[^\\()])*\)", re.DOTALL)
_ATTRIBUTES = re.compile(rb"/A\s*(?:(\d+ 0 R)|\[((?:\s*\d+ 0 R)*)\s*\])")
_PARENTS = re.compile(rb"(\d+)\s*(?:\[([^\]]*)\]|(\d+) 0 R)")
_BETWEEN = b"\n%\0\n"  # stands in no text of ours
# Whose attributes say more than how they were laid out: kinds of lists, spans and scope of cells, boxes of pictures.
_HEARD_ATTRIBUTES = frozenset((b"L", b"Table", b"TR", b"TH", b"TD", b"Figure", b"Formula", b"Form"))
_DEEPEST_ROLE = 5  # roles that lead to one another


class BundleTags:
    """The structure tree of the bundle that is written to `file`. `complete`: every page has its tags so far."""

    def __init__(self, file: ObjectFile) -> None:
        self._file = file
        self._root, self._document = file.reserve(), file.reserve()
        self._parents: list[bytes] = []
        self.complete = True

    def add(self, data: bytes, pages: Mapping[int, BundlePage], *, apart: bool) -> None:
        """Add the tags of a file, whose `pages` are by their number in it. `apart`: a section for each page.

        `data` are its bytes; without any, or without tags of PDF/UA-1, the bundle is not `complete`.
        """
        try:
            if not data or any(page.links for page in pages.values()):
                raise unexpected_structure()
            tagged = list(self._copy(_Source(data, pages), pages, apart=apart))
        except PdfError:
            self.complete = False
            return
        for number, key, section in tagged:
            pages[number].entries[NameObject("/StructParents")] = NumberObject(key)
            pages[number].section = section

    def _copy(
        self, source: _Source, pages: Mapping[int, BundlePage], *, apart: bool
    ) -> Iterator[tuple[int, int, Section]]:
        """Write the elements of a file; yield number, key and section of each page."""
        sections: dict[int, Section] = {}  # by page; 0: the whole file
        new = {number: self._file.reserve().idnum for number in source.elements}
        names = {b"%d" % old: b"%d" % number for old, number in new.items()}
        names.update({b"%d" % number: b"%d" % page.reference.idnum for number, page in pages.items()})

        def name(number: bytes) -> bytes:
            if number not in names:
                raise unexpected_structure()
            return names[number]

        groups: dict[int, list[int]] = {}
        page = 0
        for number in source.elements:
            if number in source.tops:
                page = source.page_of(number) if apart else 0
                section = sections.get(page)
                if section is None:
                    section = sections[page] = Section(self._file.reserve(), source.title)
                section.kids.append(new[number])
            groups.setdefault(page, []).append(number)
        if not sections:
            raise unexpected_structure()
        for page, numbers in groups.items():
            names[b"%d" % source.document] = b"%d" % sections[page].reference.idnum
            for number, text in zip(numbers, _renumbered(map(source.elements.__getitem__, numbers), name), strict=True):
                self._file.write(self._reference(new[number]), text)
        for page, elements in source.parents.items():
            section = sections.get(page if apart else 0)
            if section is None:
                raise unexpected_structure()
            key = len(self._parents)
            self._parents.append(b"[%b]" % renumbered(elements, lambda old: names.get(old, b"0")))
            yield page, key, section

    def link(self, link: DictionaryObject, section: Section, leaf: BundlePage) -> IndirectObject:
        """Write a link of a page, with its element in a section; return its reference."""
        annotation, element = self._file.reserve(), self._file.reserve()
        content = b"<</Type/OBJR/Obj %d 0 R/Pg %d 0 R>>" % (annotation.idnum, leaf.reference.idnum)
        text = b"<</Type/StructElem/S/Link/P %d 0 R/Pg %d 0 R/K %b>>"
        self._file.write(element, text % (section.reference.idnum, leaf.reference.idnum, content))
        link[NameObject("/StructParent")] = NumberObject(len(self._parents))
        self._file.write(annotation, link)
        section.kids.append(element.idnum)
        self._parents.append(b"%d 0 R" % element.idnum)
        return annotation

    def write(self, sections: Iterable[Section]) -> IndirectObject | None:
        """Write the tree with the sections in this order; return its root, or None if nothing has tags."""
        order = list(dict.fromkeys(sections))
        if not order:
            return None
        for section in order:
            text = b"<</Type/StructElem/S/Sect/P %d 0 R/T %b/K[%b]>>"
            kids = b" ".join(b"%d 0 R" % kid for kid in section.kids)
            self._file.write(section.reference, text % (self._document.idnum, _text_string(section.title), kids))
        kids = b" ".join(b"%d 0 R" % section.reference.idnum for section in order)
        self._file.write(self._document, b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>" % (self._root.idnum, kids))
        parents = b"\n".join(b"%d %b" % entry for entry in enumerate(self._parents))
        text = b"<</Type/StructTreeRoot/K %d 0 R/ParentTreeNextKey %d/ParentTree<</Nums[%b]>>>>"
        self._file.write(self._root, text % (self._document.idnum, len(self._parents), parents))
        return self._root

    def _reference(self, number: int) -> IndirectObject:
        return IndirectObject(number, 0, self._document.pdf)


class _Source:
    """The tags of one file: the text of each element by its number, in reading order, with the roles of the standard.

    `document` is the element above all, which the bundle's own takes the place of; `tops` are those right below it.
    `parents`: by page (its number), the elements of its marks as they stand in the tree of parents.
    """

    def __init__(self, data: bytes, pages: Iterable[int]) -> None:
        """Read them. Raises PdfError if the file does not say that it is PDF/UA-1, or is not as ours are."""
        raw = RawPdf(data)
        catalog = raw.text_of(raw.root)
        xmp = raw.stream(raw.reference(catalog, b"Metadata"))
        if not _ACCESSIBLE.search(xmp):
            raise unexpected_structure()
        title = _TITLE.search(xmp)
        self.title = unescape(title[1].decode()) if title else ""
        root = raw.text_of(raw.reference(catalog, b"StructTreeRoot"))
        roles = _standard_roles(role_map(root))
        top = _kids(root)
        if len(top) != 1:
            raise unexpected_structure()
        self.document = top[0]
        self.tops = dict.fromkeys(_kids(raw.text_of(self.document)))
        self.elements: dict[int, bytes] = {}
        waiting = list(reversed(self.tops))
        while waiting:
            number = waiting.pop()
            text = raw.text_of(number)
            if b"/OBJR" in text or b"/ID" in text or number in self.elements:
                raise unexpected_structure()
            waiting += reversed(_kids(text))
            match = _ROLE.search(text)
            if match is None:
                raise unexpected_structure()
            role = roles.get(match[1], match[1])
            text = text[: match.start()] + b"/S/" + role + text[match.end() :]
            self.elements[number] = self._with_attributes(raw, text, heard=role in _HEARD_ATTRIBUTES)
        self.parents = dict(self._parents_of(raw, root, pages))

    def _with_attributes(self, raw: RawPdf, text: bytes, *, heard: bool) -> bytes:
        """Return an element with its attributes in its own text, or without any that are not `heard`."""
        match = _ATTRIBUTES.search(text)
        if match is None:
            return text
        own = b"".join(raw.text_of(number) for number in references(match[1] or match[2])) if heard else b""
        return text[: match.start()] + (b"/A[" + own + b"]" if own else b"") + text[match.end() :]

    def _parents_of(self, raw: RawPdf, root: bytes, pages: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        numbers = raw.text_of(raw.reference(root, b"ParentTree")).partition(b"[")[2]
        entries = {int(key): (inline, number) for key, inline, number in _PARENTS.findall(numbers)}
        for page in pages:
            key = PARENTS_OF_PAGE.search(raw.text_of(page))
            inline, number = entries.get(int(key[1]), (b"", b"")) if key else (b"", b"")
            if number:
                inline = raw.text_of(int(number)).strip().strip(b"[]")
            yield page, inline

    def page_of(self, number: int) -> int:
        """Return the number of the page where an element begins. Raises PdfError for one without content."""
        while True:
            text = self.elements[number]
            match = PAGE_OF_ELEMENT.search(text)
            if match is not None:
                return int(match[1])
            number = next(iter(_kids(text)), 0)
            if number not in self.elements:
                raise unexpected_structure()


def _renumbered(texts: Iterable[bytes], name: Callable[[bytes], bytes]) -> list[bytes]:
    """Return the texts with their references renamed: those without strings at once, at half the cost."""
    listed = list(texts)
    plain = renumbered(_BETWEEN.join(text for text in listed if b"(" not in text), name).split(_BETWEEN)
    in_turn = iter(plain)
    return [renumbered(text, name) if b"(" in text else next(in_turn) for text in listed]


def _kids(text: bytes) -> list[int]:
    """Return the elements right below one, in order."""
    match = _KIDS.search(_STRING.sub(b"()", text) if b"(" in text else text)
    if match is None or not (match[1] or match[2]):  # most elements hold but marks
        return []
    return references(match[2] or DICTIONARY.sub(b"", match[1]))


def _standard_roles(roles: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """Return the role of the standard that each role leads to, directly or by others."""
    ends = dict(roles)
    for _ in range(_DEEPEST_ROLE - 1):
        ends = {name: roles.get(end, end) for name, end in ends.items()}
    return ends


def _text_string(text: str) -> bytes:
    return b"<FEFF%b>" % text.encode("utf-16-be").hex().upper().encode()
