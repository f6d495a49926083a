"""Cut the PDF of many letters (see `docgen.render.many.compose`) into one PDF a letter, PDF/A and tags kept.

Hundreds of letters are hundreds of thousands of small objects, so nothing is decoded that need not be: an object stays
the text LibreOffice wrote. For each letter a few objects are written anew (catalogue, page tree, resources,
destinations, the root of the structure, title); then whatever can be reached from its catalogue is copied and numbered.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from docgen.errors import PdfError
from docgen.render.many.letter_starts import BEGINNINGS, MARK, suffix
from docgen.render.pdf.overlay import pdf_errors
from docgen.render.pdf.raw_objects import RawPdf, references, stream_text
from docgen.render.word.template import NOT_XML

_NAMED = re.compile(rb"/([^\s/<>\[\]()]+)\s*\[\s*(\d+) 0 R([^\]]*)\]")
_MARKED = re.compile(rb"([^\s]*)(%b[a-z]{4})" % MARK.encode())
_RESOURCE = re.compile(rb"/([^\s/<>\[\]()]+)\s+(\d+) 0 R")
_USED = re.compile(rb"/([^\s/<>\[\]()]+)")
_PAGE = re.compile(rb"/Pg (\d+) 0 R")
_KIDS = re.compile(rb"/K\s*\[([^\]]*)\]")
_KEYS = re.compile(rb"/StructParents? (\d+)")
_BEGINNING = re.compile(rb"/(?:%b)#20" % "|".join(BEGINNINGS).encode())  # a role of LibreOffice's is a style's name
_ROLES = re.compile(rb"/RoleMap\s*<<([^>]*)>>")
_ROLE = re.compile(rb"/([^\s/]+)\s*/([^\s/]+)")
_NUMBER_TREE = re.compile(rb"(\d+)\s*(\[[^\]]*\]|\d+ 0 R)")
_XMP_TEXTS = {"/Title": b"title", "/Subject": b"description"}


def split(
    pdf: bytes, letters: int, *, titles: Sequence[str] | None = None, subjects: Sequence[str] | None = None
) -> list[bytes]:
    """Return one PDF/A-2b a letter, in order, of what LibreOffice made of `compose(...)` of this many letters.

    Each has its own pages, tags, destinations (by the names its template gives), and of fonts and pictures what its
    pages use; `titles` and `subjects` become those of Info and XMP. The same input gives the same bytes. Raises
    PdfError when the letters cannot be told apart or LibreOffice wrote its PDF in another way than is known here; one
    by one they can be made.
    """
    own: list[dict[str, str]] = [{} for _ in range(letters)]
    for key, given in (("/Title", titles), ("/Subject", subjects)):
        for texts, text in zip(own, given, strict=True) if given is not None else ():
            texts[key] = NOT_XML.sub("\ufffd", text)
    with pdf_errors():
        whole = _Whole(RawPdf(pdf), letters)
        return [whole.letter(index, texts) for index, texts in enumerate(own)]


@dataclass(frozen=True)
class _Letter:
    pages: list[int]
    destinations: list[bytes]
    elements: list[int]  # children of the structure's document element


class _Whole:
    """The PDF of all letters, and which of its objects belong to which."""

    def __init__(self, raw: RawPdf, letters: int) -> None:
        self._raw = raw
        self._catalog = raw.root
        catalog = raw.head(raw.root)
        self._tree = raw.tree
        self._metadata = raw.reference(catalog, b"Metadata")
        self._dests = raw.reference(catalog, b"Dests")
        self._structure = raw.reference(catalog, b"StructTreeRoot")
        root = raw.head(self._structure)
        self._parents = raw.reference(root, b"ParentTree")
        (self._document,) = references(_KIDS.search(root)[1])  # type: ignore[index]
        pages = raw.head(self._tree)
        self._resources = raw.reference(pages, b"Resources")
        self._pages = raw.pages
        self._all_pages = frozenset(self._pages)
        self._letters = self._cut(letters)
        nums = raw.head(self._parents)
        nums = nums[nums.index(b"[") + 1 :]
        self._keys = {int(key): value for key, value in _NUMBER_TREE.findall(nums)}
        self._uses: dict[int, set[bytes]] = {}
        named = self._expanded(raw.head(self._resources))
        self._named = {name: int(number) for name, number in _RESOURCE.findall(named)}
        self._all_resources = named
        self._xmp = raw.stream(self._metadata)
        if _BEGINNING.search(root):
            self._require_same_heads()

    def letter(self, index: int, texts: dict[str, str]) -> bytes:
        """Return the file of one letter."""
        letter = self._letters[index]
        first = b"%d 0 R" % letter.pages[0]
        catalog = re.sub(rb"(/OpenAction\s*\[)\d+ 0 R", rb"\g<1>" + first, self._raw.head(self._catalog))
        document = _PAGE.sub(b"/Pg " + first, self._raw.head(self._document))
        document = _KIDS.sub(b"/K[" + _list(letter.elements) + b"]", document)
        replaced = {
            self._catalog: catalog,
            self._tree: b"<</Type/Pages/Kids[%b]/Count %d>>" % (_list(letter.pages), len(letter.pages)),
            self._dests: b"<<" + b"\n".join(letter.destinations) + b">>",
            self._document: document,
            self._structure: _without_beginning(self._raw.head(self._structure)),
            self._parents: b"<</Nums[" + b"\n".join(self._parent_tree(letter.pages)) + b"]>>",
            self._resources: self._used(letter.pages),
            self._metadata: stream_text(b"/Type/Metadata/Subtype/XML", _with_texts(self._xmp, texts)),
            self._raw.info: _information(self._raw.head(self._raw.info), texts),
        }
        digest = hashlib.sha256(b"%b %d " % (self._raw.identity, index) + repr(texts).encode()).digest()[:16]
        for element in letter.elements:
            head, beginnings = _BEGINNING.subn(b"/", self._raw.head(element))
            if beginnings:
                replaced[element] = head
        data, held = self._raw.written(replaced, digest)
        if self._all_pages & held != set(letter.pages):
            raise PdfError("Naskah-naskah ini saling merujuk dalam PDF. Buat satu per satu.")
        return data

    def _cut(self, letters: int) -> list[_Letter]:
        """Return pages, destinations and elements by letter."""
        begins, destinations = self._marks(letters)
        ends = [*begins[1:], len(self._pages)]
        if letters < 1 or begins[0] != 0 or any(start >= end for start, end in zip(begins, ends, strict=True)):
            raise _no_borders()
        found = [
            _Letter(self._pages[start:end], destinations[index], [])
            for index, (start, end) in enumerate(zip(begins, ends, strict=True))
        ]
        owners = {page: letter for letter in found for page in letter.pages}
        for element in references(_KIDS.search(self._raw.head(self._document))[1]):  # type: ignore[index]
            owners[self._page_of(element)].elements.append(element)
        return found

    def _require_same_heads(self) -> None:
        """Letters that share a page style have the same head on their first page.

        LibreOffice has been seen to leave such a page with the head of a second one. Raises PdfError: one by one they
        come right.
        """
        first, *others = [self._head(letter.pages[0]) for letter in self._letters]
        if any(other != first for other in others):
            raise PdfError("Kepala surat naskah-naskah ini tidak sama dalam PDF. Buat satu per satu.")

    def _head(self, page: int) -> bytes:
        """Return what is drawn on a page before the first of what a reader is told of."""
        content = b"".join(map(self._raw.stream, references(self._contents(page))))
        return content.partition(b"/MCID")[0].rpartition(b"EMC")[0]

    def _marks(self, letters: int) -> tuple[list[int], list[list[bytes]]]:
        """Of each letter on which of all pages it begins (-1: not found), and its entries of the destinations."""
        places = {page: at for at, page in enumerate(self._pages)}
        endings = {suffix(index).encode(): index for index in range(letters)}
        begins = [-1] * letters
        destinations: list[list[bytes]] = [[] for _ in range(letters)]
        for name, page, rest in _NAMED.findall(self._raw.head(self._dests)):
            marked = _MARKED.fullmatch(name)
            if marked is None:
                continue
            if marked[2] not in endings:  # more letters than were asked for
                raise _no_borders()
            letter = endings[marked[2]]
            if marked[1]:
                destinations[letter].append(b"/%b[%b 0 R%b]" % (marked[1], page, rest))
            else:
                begins[letter] = places[int(page)]
        return begins, destinations

    def _page_of(self, element: int) -> int:
        """Return the page on which an element of the structure begins."""
        head = self._raw.head(element)
        page = _PAGE.search(head)
        if page is not None:
            return int(page[1])
        return self._page_of(references(_KIDS.search(head)[1])[0])  # type: ignore[index]

    def _parent_tree(self, pages: Sequence[int]) -> Iterator[bytes]:
        """Yield the lines of the parent tree that pages and their links refer to."""
        keys = set()
        for page in pages:
            head = self._raw.head(page)
            keys.update(_KEYS.findall(head))
            links = re.search(rb"/Annots\s*\[([^\]]*)\]", head)
            for link in references(links[1]) if links else []:
                keys.update(_KEYS.findall(self._raw.head(link)))
        for key in sorted(map(int, keys)):
            yield b"%d %b" % (key, self._keys[key])

    def _expanded(self, resources: bytes) -> bytes:
        """Return the dictionary of resources with those of its kinds (fonts, pictures …) that are objects put into
        it.
        """
        return re.sub(
            rb"/(Font|XObject|ExtGState|Pattern|Shading|ColorSpace|Properties)\s+(\d+) 0 R",
            lambda found: b"/" + found[1] + self._raw.head(int(found[2])),
            resources,
        )

    def _used(self, pages: Sequence[int]) -> bytes:
        """Return the resources that the pages use, by themselves or through the drawings they show."""
        used: set[bytes] = set()
        waiting = [content for page in pages for content in references(self._contents(page))]
        while waiting:
            number = waiting.pop()
            names = self._names_in(number) - used
            used |= names
            waiting += [self._named[name] for name in names]
        return _RESOURCE.sub(lambda found: found[0] if found[1] in used else b"", self._all_resources)

    def _contents(self, page: int) -> bytes:
        found = re.search(rb"/Contents\s*(\[[^\]]*\]|\d+ 0 R)", self._raw.head(page))
        return found[1] if found else b""

    def _names_in(self, number: int) -> set[bytes]:
        """Return the resources that the content of a page or drawing names."""
        if number not in self._uses:
            head = self._raw.head(number)
            content = b"" if b"/Subtype/Image" in head else self._raw.stream(number)
            self._uses[number] = self._named.keys() & set(_USED.findall(content))
        return self._uses[number]


def _no_borders() -> PdfError:
    return PdfError("Batas antara naskah-naskah ini tidak ditemukan. Buat satu per satu.")


def _without_beginning(root: bytes) -> bytes:
    """Return the root of the structure with the roles under the names they have in a letter alone."""

    def roles(found: re.Match[bytes]) -> bytes:
        named = dict(_ROLE.findall(_BEGINNING.sub(b"/", found[1])))
        return b"/RoleMap<<" + b"\n".join(b"/%b/%b" % one for one in named.items()) + b">>"

    return _ROLES.sub(roles, root) if _BEGINNING.search(root) else root


def _list(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _with_texts(xmp: bytes, texts: dict[str, str]) -> bytes:
    """Return XMP with title and subject, as dc:title and dc:description."""
    for key, text in texts.items():
        name = _XMP_TEXTS[key]
        written = b'<rdf:Alt><rdf:li xml:lang="x-default">%b</rdf:li></rdf:Alt>' % escape(text, quote=False).encode()
        element = b"<dc:%b>%b</dc:%b>" % (name, written, name)
        xmp, changed = re.subn(rb"(?s)<dc:%b>.*?</dc:%b>" % (name, name), lambda _: element, xmp)  # noqa: B023
        if not changed:
            described = (
                b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">%b</rdf:Description>'
            )
            xmp = xmp.replace(b"</rdf:RDF>", described % element + b"</rdf:RDF>")
    return xmp


def _information(info: bytes, texts: dict[str, str]) -> bytes:
    for key, text in texts.items():
        entry = f"{key}<FEFF{text.encode('utf-16-be').hex().upper()}>".encode()
        info = re.sub(rb"%b\s*(<[^>]*>|\((?:\\.|[^\\)])*\))" % key.encode(), b"", info)
        info = info.replace(b"<<", b"<<" + entry, 1)
    return info
