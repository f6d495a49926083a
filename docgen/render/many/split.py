"""Split the PDF of many letters (see `docgen.render.many.compose`) into one PDF a letter, PDF/A and tags kept.

Hundreds of letters are hundreds of thousands of small objects, so only what must be is decoded: an object stays the
text that LibreOffice wrote. For each letter a few objects are written anew (catalogue, page tree, resources,
destinations, structure root, title); then all that its catalogue reaches is copied and renumbered.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docgen.errors import PdfError
from docgen.render.many.letter_starts import SAME_HEADS, START_BOOKMARK, START_STYLES, bookmark_suffix
from docgen.render.many.own_properties import Properties, read_properties, with_own_information, with_own_xmp
from docgen.render.pdf.objects.pdf_file import pdf_errors
from docgen.render.pdf.objects.raw_objects import (
    PAGE_OF_ELEMENT,
    ROLE_MAP,
    RawPdf,
    references,
    role_map,
    stream_text,
)

_DESTINATION = re.compile(rb"/([^\s/<>\[\]()]+)\s*\[\s*(\d+) 0 R([^\]]*)\]")
_BOOKMARK_OF_LETTER = re.compile(rb"([^\s]*)(%b[a-z]{4})" % START_BOOKMARK.encode())
_RESOURCE = re.compile(rb"/([^\s/<>\[\]()]+)\s+(\d+) 0 R")
_NAME = re.compile(rb"/([^\s/<>\[\]()]+)")
_KIDS = re.compile(rb"/K\s*\[([^\]]*)\]")
_KEYS = re.compile(rb"/StructParents? (\d+)")
_BEGINNING = re.compile(rb"/(?:%b)#20" % "|".join(START_STYLES).encode())  # a role of LibreOffice's is a style's name
_NUMBER_TREE = re.compile(rb"(\d+)\s*(\[[^\]]*\]|\d+ 0 R)")


def split_letters(pdf: bytes, docxs: Sequence[bytes]) -> list[bytes]:
    """Return one PDF/A-2b a letter, in order, of LibreOffice's PDF of `compose_letters(docxs)`.

    Each has its own pages, tags, destinations (by the names its template gives), title and other properties (of its
    Word file), and of fonts and pictures what its pages use. The same input gives the same bytes. Raises PdfError when
    the letters cannot be told apart or LibreOffice wrote its PDF in another way than is known here; one by one they can
    be made.
    """
    properties = [read_properties(docx) for docx in docxs]
    with pdf_errors():
        all_letters = _LettersPdf(RawPdf(pdf), len(docxs))
        return [all_letters.letter(index, own) for index, own in enumerate(properties)]


@dataclass(frozen=True)
class _Letter:
    pages: list[int]
    destinations: list[bytes]
    elements: list[int]  # children of the structure's document element


class _LettersPdf:
    """The PDF of all letters, and which of its objects belong to which letter."""

    def __init__(self, raw: RawPdf, letters: int) -> None:
        self._raw = raw
        self._catalog = raw.root
        catalog = raw.text_of(raw.root)
        self._tree = raw.tree
        self._metadata = raw.reference(catalog, b"Metadata")
        self._dests = raw.reference(catalog, b"Dests")
        self._structure = raw.reference(catalog, b"StructTreeRoot")
        root = raw.text_of(self._structure)
        self._parents = raw.reference(root, b"ParentTree")
        (self._document,) = references(_KIDS.search(root)[1])  # type: ignore[index]
        pages = raw.text_of(self._tree)
        self._resources = raw.reference(pages, b"Resources")
        self._pages = raw.pages
        self._all_pages = frozenset(self._pages)
        self._letters = self._split_objects(letters)
        nums = raw.text_of(self._parents)
        nums = nums[nums.index(b"[") + 1 :]
        self._keys = {int(key): value for key, value in _NUMBER_TREE.findall(nums)}
        self._uses: dict[int, set[bytes]] = {}
        named = self._with_inline_dictionaries(raw.text_of(self._resources))
        self._named = {name: int(number) for name, number in _RESOURCE.findall(named)}
        self._all_resources = named
        self._xmp = raw.stream(self._metadata)
        if SAME_HEADS.encode() in raw.text_of(self._dests):
            self._require_same_headers()

    def letter(self, index: int, properties: Properties) -> bytes:
        """Return the PDF of one letter."""
        letter = self._letters[index]
        first = b"%d 0 R" % letter.pages[0]
        catalog = re.sub(rb"(/OpenAction\s*\[)\d+ 0 R", rb"\g<1>" + first, self._raw.text_of(self._catalog))
        document = PAGE_OF_ELEMENT.sub(b"/Pg " + first, self._raw.text_of(self._document))
        document = _KIDS.sub(b"/K[" + _reference_list(letter.elements) + b"]", document)
        replaced = {
            self._catalog: catalog,
            self._tree: b"<</Type/Pages/Kids[%b]/Count %d>>" % (_reference_list(letter.pages), len(letter.pages)),
            self._dests: b"<<" + b"\n".join(letter.destinations) + b">>",
            self._document: document,
            self._structure: _with_template_roles(self._raw.text_of(self._structure)),
            self._parents: b"<</Nums[" + b"\n".join(self._parent_tree(letter.pages)) + b"]>>",
            self._resources: self._used_resources(letter.pages),
            self._metadata: stream_text(b"/Type/Metadata/Subtype/XML", with_own_xmp(self._xmp, properties)),
            self._raw.info: with_own_information(self._raw.text_of(self._raw.info), properties),
        }
        digest = hashlib.sha256(b"%b %d " % (self._raw.identity, index) + repr(properties).encode()).digest()[:16]
        for element in letter.elements:
            head, beginnings = _BEGINNING.subn(b"/", self._raw.text_of(element))
            if beginnings:
                replaced[element] = head
        data, copied = self._raw.with_replaced(replaced, digest)
        if self._all_pages & copied != set(letter.pages):
            raise PdfError("Naskah-naskah ini saling merujuk dalam PDF. Buat satu per satu.")
        return data

    def _split_objects(self, letters: int) -> list[_Letter]:
        """Return pages, destinations and structure elements by letter."""
        starts, destinations = self._starts_and_destinations(letters)
        ends = [*starts[1:], len(self._pages)]
        if letters < 1 or starts[0] != 0 or any(start >= end for start, end in zip(starts, ends, strict=True)):
            raise _borders_not_found()
        match = [
            _Letter(self._pages[start:end], destinations[index], [])
            for index, (start, end) in enumerate(zip(starts, ends, strict=True))
        ]
        owners = {page: letter for letter in match for page in letter.pages}
        for element in references(_KIDS.search(self._raw.text_of(self._document))[1]):  # type: ignore[index]
            owners[self._page_of(element)].elements.append(element)
        return match

    def _require_same_headers(self) -> None:
        """Raise PdfError unless all letters have the same header on their first page.

        LibreOffice sometimes leaves such a page with the header of a second page. Converted one by one they come right.
        """
        first, *others = [self._page_header(letter.pages[0]) for letter in self._letters]
        if any(other != first for other in others):
            raise PdfError("Kepala surat naskah-naskah ini tidak sama dalam PDF. Buat satu per satu.")

    def _page_header(self, page: int) -> bytes:
        """Return what is drawn on a page before the first tagged content."""
        content = b"".join(map(self._raw.stream, references(self._contents(page))))
        return content.partition(b"/MCID")[0].rpartition(b"EMC")[0]

    def _starts_and_destinations(self, letters: int) -> tuple[list[int], list[list[bytes]]]:
        """Return the index of each letter's first page (-1: not found), and each letter's named destinations."""
        index_by_page = {page: at for at, page in enumerate(self._pages)}
        letters_by_suffix = {bookmark_suffix(index).encode(): index for index in range(letters)}
        starts = [-1] * letters
        destinations: list[list[bytes]] = [[] for _ in range(letters)]
        for name, page, rest in _DESTINATION.findall(self._raw.text_of(self._dests)):
            bookmark = _BOOKMARK_OF_LETTER.fullmatch(name)
            if bookmark is None:
                continue
            if bookmark[2] not in letters_by_suffix:  # more letters than were asked for
                raise _borders_not_found()
            letter = letters_by_suffix[bookmark[2]]
            if bookmark[1]:
                destinations[letter].append(b"/%b[%b 0 R%b]" % (bookmark[1], page, rest))
            else:
                starts[letter] = index_by_page[int(page)]
        return starts, destinations

    def _page_of(self, element: int) -> int:
        """Return the page on which a structure element begins."""
        head = self._raw.text_of(element)
        page = PAGE_OF_ELEMENT.search(head)
        if page is not None:
            return int(page[1])
        return self._page_of(references(_KIDS.search(head)[1])[0])  # type: ignore[index]

    def _parent_tree(self, pages: Sequence[int]) -> Iterator[bytes]:
        """Yield the entries of the parent tree that pages and their links refer to."""
        keys = set()
        for page in pages:
            head = self._raw.text_of(page)
            keys.update(_KEYS.findall(head))
            links = re.search(rb"/Annots\s*\[([^\]]*)\]", head)
            for link in references(links[1]) if links else []:
                keys.update(_KEYS.findall(self._raw.text_of(link)))
        for key in sorted(map(int, keys)):
            yield b"%d %b" % (key, self._keys[key])

    def _with_inline_dictionaries(self, resources: bytes) -> bytes:
        """Return the resources with their referenced dictionaries (fonts, pictures ...) put inline."""
        return re.sub(
            rb"/(Font|XObject|ExtGState|Pattern|Shading|ColorSpace|Properties)\s+(\d+) 0 R",
            lambda match: b"/" + match[1] + self._raw.text_of(int(match[2])),
            resources,
        )

    def _used_resources(self, pages: Sequence[int]) -> bytes:
        """Return the resources that the pages use, directly or through drawings."""
        used: set[bytes] = set()
        waiting = [content for page in pages for content in references(self._contents(page))]
        while waiting:
            number = waiting.pop()
            names = self._names_in(number) - used
            used |= names
            waiting += [self._named[name] for name in names]
        return _RESOURCE.sub(lambda match: match[0] if match[1] in used else b"", self._all_resources)

    def _contents(self, page: int) -> bytes:
        match = re.search(rb"/Contents\s*(\[[^\]]*\]|\d+ 0 R)", self._raw.text_of(page))
        return match[1] if match else b""

    def _names_in(self, number: int) -> set[bytes]:
        """Return the names of resources that the content of a page or drawing uses."""
        if number not in self._uses:
            head = self._raw.text_of(number)
            content = b"" if b"/Subtype/Image" in head else self._raw.stream(number)
            self._uses[number] = self._named.keys() & set(_NAME.findall(content))
        return self._uses[number]


def _borders_not_found() -> PdfError:
    return PdfError("Batas antara naskah-naskah ini tidak ditemukan. Buat satu per satu.")


def _with_template_roles(root: bytes) -> bytes:
    """Return the structure root with roles named as in a letter alone, without the start styles."""
    if not _BEGINNING.search(root):
        return root
    roles = b"\n".join(b"/%b/%b" % role for role in role_map(_BEGINNING.sub(b"/", root)).items())
    return ROLE_MAP.sub(lambda _: b"/RoleMap<<" + roles + b">>", root)


def _reference_list(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)
