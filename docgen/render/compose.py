"""Many letters of one template in one Word file, so that LibreOffice is called once for all of them.

Each letter begins a section of its own: a new page, counted from 1, with its own heads and feet. A bookmark marks its
beginning; `docgen.render.split` cuts the PDF there again. What Word or LibreOffice reckons over a whole file (number of
pages, footnotes, cross-references …) would be reckoned over all letters: such letters are refused (`NotComposable`) and
are to be converted one by one.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from docgen.errors import NotComposable, TemplateError

MARK = "naskah"  # and four letters: ends the name of every bookmark; on its own, the beginning of a letter
MOST = 26**4

_BODY = "word/document.xml"
_RELATIONS = "word/_rels/document.xml.rels"
_TYPES = "[Content_Types].xml"
_NUMBERING = "word/numbering.xml"
_STYLES = "word/styles.xml"
# Parts that letters have for themselves; the others are the template's.
_OWN = re.compile(
    r"word/document\.xml|word/_rels/document\.xml\.rels|\[Content_Types\]\.xml|docProps/core\.xml|word/media/.*|"
    r"word/(_rels/)?(header|footer)\d*\.xml(\.rels)?"
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ABSTRACT, _NUMBER = f"{_W}abstractNumId", f"{_W}numId"
_HEADS = (f"{_W}headerReference", f"{_W}footerReference")
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATION = f"{{{_PACKAGE}}}Relationship"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NS = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
}
_references = etree.XPath("//@r:*", namespaces=_NS)
_instructions = etree.XPath("//w:instrText | //w:fldSimple | //w:fldChar", namespaces=_NS)
_sections = etree.XPath("//w:sectPr[not(ancestor::w:sectPrChange)]", namespaces=_NS)
_numbers = etree.XPath("//w:numPr/w:numId", namespaces=_NS)
_starts = etree.XPath("//w:bookmarkStart", namespaces=_NS)
_ends = etree.XPath("//w:bookmarkEnd", namespaces=_NS)
_anchors = etree.XPath("//w:hyperlink[@w:anchor]", namespaces=_NS)
_drawings = etree.XPath("//wp:docPr", namespaces=_NS)
_counted = etree.XPath(
    "//w:footnoteReference | //w:endnoteReference | //w:altChunk | //w:commentReference", namespaces=_NS
)
_FIELD = re.compile(r"\s*(PAGE|HYPERLINK)\b", re.IGNORECASE)  # these say the same in a file of many letters
# What follows w:pgNumType in a section's properties (ISO/IEC 29500-1 §17.6.17).
_AFTER_NUMBER = [
    f"{_W}{name}"
    for name in (
        *("cols", "formProt", "vAlign", "noEndnote", "titlePg", "textDirection", "bidi", "rtlGutter", "docGrid"),
        *("printerSettings", "sectPrChange"),
    )
]
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the same for every file: rendering has no clock


def compose(docxs: Sequence[bytes]) -> bytes:
    """One .docx of many filled from the same template, in order; at most `MOST`. The same input gives the same bytes.

    Title and other properties are those of the first. Raises NotComposable when the letters cannot be told apart in
    one file or come from different templates, TemplateError when one is no Word file.
    """
    if not 0 < len(docxs) <= MOST:
        raise ValueError(f"{len(docxs)} letters")
    batch = _Batch(_unpacked(docxs[0]))
    bodies = [batch.add(index, _unpacked(docx), last=index == len(docxs) - 1) for index, docx in enumerate(docxs)]
    return batch.packed(b"".join(bodies))


def suffix(index: int) -> str:
    """What ends the bookmarks of letter `index` (from 0): letters alone, as LibreOffice writes other signs as hex."""
    signs = ""
    for _ in range(4):
        index, sign = divmod(index, 26)
        signs = chr(ord("a") + sign) + signs
    return MARK + signs


@dataclass(frozen=True)
class _Relation:
    kind: str
    target: str  # a part's name, or the address of something outside
    outside: bool


Parts = Mapping[str, bytes]
Relations = dict[str, _Relation]


@dataclass
class _Batch:
    """The package that grows: the first letter's parts, and of each other letter what is not there yet."""

    first: dict[str, bytes]
    new: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)  # of the new parts
    relations: dict[_Relation, str] = field(default_factory=dict)
    media: dict[bytes, str] = field(default_factory=dict)
    heads: dict[tuple[Any, ...], str] = field(default_factory=dict)
    active: set[tuple[str, str]] = field(default_factory=set)  # heads and feet that the next section would inherit
    frame: tuple[bytes, ...] = ()
    drawing: int = 0
    bookmark: int = 0
    numbering: _Numbering | None = None

    def __post_init__(self) -> None:
        if re.search(rb"<w:numId\b", self.first.get(_STYLES, b"")):
            raise NotComposable(_refusal("gaya bernomor otomatis"))
        if _NUMBERING in self.first:
            self.numbering = _Numbering(self.first[_NUMBERING])

    def add(self, index: int, parts: Parts, *, last: bool) -> bytes:
        """Take in one letter; returns its body's content."""
        self._require_same_template(parts)
        tree = _parse(parts[_BODY])
        _require_no_counting(tree)
        self._relate(tree, index, parts)
        self._separate_sections(tree, index)
        if self.numbering and index:
            self.numbering.restart(_numbers(tree))
        for drawing in _drawings(tree):
            self.drawing += 1
            drawing.set("id", str(self.drawing))
        self._name_bookmarks(tree, suffix(index))
        if not last:
            _end_section(tree[-1])  # the body; a background would come before it
        return self._content(tree)

    def packed(self, content: bytes) -> bytes:
        new = dict(self.new)
        if self.numbering:
            new[_NUMBERING] = self.numbering.xml()
        new[_BODY] = self.frame[0] + content + self.frame[1]
        new[_RELATIONS] = _written_relations({name: relation for relation, name in self.relations.items()})
        overrides = "".join(
            f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in sorted(self.types.items())
        )
        new[_TYPES] = self.first[_TYPES].replace(b"</Types>", overrides.encode() + b"</Types>")
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
            for name, data in (self.first | new).items():
                info = zipfile.ZipInfo(name, _ZIP_DATE)
                info.compress_type = zipfile.ZIP_STORED if "/media/" in name else zipfile.ZIP_DEFLATED
                info.external_attr = 0o600 << 16
                package.writestr(info, data)
        return target.getvalue()

    def _require_same_template(self, parts: Parts) -> None:
        shared = _shared(parts)
        if shared.keys() != _shared(self.first).keys() or any(self.first[name] != shared[name] for name in shared):
            raise NotComposable(_refusal("bagian yang berbeda dari naskah lain"))

    def _relate(self, tree: Any, index: int, parts: Parts) -> None:
        """Bring the letter's relations into those of the whole, equal ones together."""
        names = {}
        for name, relation in _read_relations(parts, _BODY).items():
            if relation.kind.endswith(("/header", "/footer")):
                relation = self._head(relation, index, parts)
            else:
                relation = self._placed(relation, index, parts)
            names[name] = self.relations.setdefault(relation, f"rId{len(self.relations) + 1}")
        for value in _references(tree):
            if value in names:
                value.getparent().set(value.attrname, names[value])

    def _placed(self, relation: _Relation, index: int, parts: Parts) -> _Relation:
        """The same relation to where a picture stands in the whole; anything else is shared and stays."""
        if relation.outside or "/media/" not in relation.target:
            return relation
        data = parts[relation.target]
        if data not in self.media:
            self.media[data] = self._store(relation.target, index, parts)
        return _Relation(relation.kind, self.media[data], outside=False)

    def _head(self, relation: _Relation, index: int, parts: Parts) -> _Relation:
        """The same relation to a head or foot, which letters share where it says and shows the same."""
        own = {
            name: self._placed(inner, index, parts) for name, inner in _read_relations(parts, relation.target).items()
        }
        key = (relation.kind, parts[relation.target], *own.items())
        if key not in self.heads:
            _require_no_counting(_parse(parts[relation.target]))
            self.heads[key] = self._store(relation.target, index, parts)
            if own:
                self.new[_relations_of(self.heads[key])] = _written_relations(own)
        return _Relation(relation.kind, self.heads[key], outside=False)

    def _store(self, name: str, index: int, parts: Parts) -> str:
        """Put a part of letter `index` into the whole; returns its name there."""
        if index == 0:
            return name
        folder, base = posixpath.split(name)
        new = f"{folder}/n{index}{base}"
        self.new[new] = parts[name]
        self.types[new] = _content_type(parts[_TYPES], name)
        return new

    def _separate_sections(self, tree: Any, index: int) -> None:
        """The first section begins a page and counts from 1; none inherits a head from the letter before."""
        sections = _sections(tree)
        if not sections or tree[-1][-1] is not sections[-1]:
            raise NotComposable(_refusal("halaman tanpa ukuran"))
        first = sections[0]
        own = _heads_of(first)
        if index and self.active - own:
            raise NotComposable(_refusal("kepala atau kaki halaman yang tidak ada di semua bagian"))
        self.active = set().union(*map(_heads_of, sections))
        for kind in first.findall(f"{_W}type"):
            first.remove(kind)  # without it: on the next page
        number = first.find(f"{_W}pgNumType")
        if number is None:
            number = etree.Element(f"{_W}pgNumType")
            following = (one for one in first if one.tag in _AFTER_NUMBER)
            place = next(following, None)
            if place is None:
                first.append(number)
            else:
                place.addprevious(number)
        if number.get(f"{_W}start") is None:
            number.set(f"{_W}start", "1")

    def _name_bookmarks(self, tree: Any, ending: str) -> None:
        """Names and numbers that no other letter has, and one more bookmark where the letter begins."""
        numbers: dict[str, str] = {}
        names = {}
        for start in _starts(tree):
            name = start.get(f"{_W}name", "")
            names[name] = name + ending
            start.set(f"{_W}name", names[name])
            start.set(f"{_W}id", self._number(numbers, start.get(f"{_W}id", "")))
        for end in _ends(tree):
            end.set(f"{_W}id", self._number(numbers, end.get(f"{_W}id", "")))
        for link in _anchors(tree):
            anchor = link.get(f"{_W}anchor")
            link.set(f"{_W}anchor", names.get(anchor, anchor))
        paragraph = next(tree.iter(f"{_W}p"), None)
        if paragraph is None:
            raise NotComposable(_refusal("halaman tanpa isi"))
        begins = etree.Element(f"{_W}bookmarkStart")
        ends = etree.Element(f"{_W}bookmarkEnd")
        mark = self._number({}, "")
        for one in (begins, ends):
            one.set(f"{_W}id", mark)
        begins.set(f"{_W}name", ending)
        at = 1 if paragraph.find(f"{_W}pPr") is not None else 0
        paragraph[at:at] = [begins, ends]

    def _number(self, known: dict[str, str], old: str) -> str:
        if old not in known:
            self.bookmark += 1
            known[old] = str(self.bookmark)
        return known[old]

    def _content(self, tree: Any) -> bytes:
        """What stands in the body; what stands around it has to be the same in all letters."""
        xml: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=False)
        start, end = xml.find(b"<w:body>") + len(b"<w:body>"), xml.rfind(b"</w:body>")
        frame = (_DECLARATION + xml[:start], xml[end:])
        if not self.frame:
            self.frame = frame
        if end < start or frame != self.frame:
            raise NotComposable(_refusal("kerangka yang berbeda dari naskah lain"))
        return xml[start:end]


class _Numbering:
    """The numbered lists of all letters: each letter's begin anew, so each has lists of its own."""

    def __init__(self, xml: bytes) -> None:
        self._tree = _parse(xml)
        self._lists = {one.get(_ABSTRACT): one for one in self._tree.iterfind(f"{_W}abstractNum")}
        self._uses = {one.get(_NUMBER): one for one in self._tree.iterfind(f"{_W}num")}
        self._next = max((int(number) for number in (*self._lists, *self._uses)), default=0) + 1

    def restart(self, references: Sequence[Any]) -> None:
        """Give the lists that a letter refers to numbers of their own."""
        new: dict[str, str] = {}
        for reference in references:
            old = reference.get(f"{_W}val")
            if old not in self._uses:  # 0: no number here
                continue
            if old not in new:
                new[old] = self._copy(self._uses[old])
            reference.set(f"{_W}val", new[old])

    def xml(self) -> bytes:
        return _DECLARATION + bytes(etree.tostring(self._tree, encoding="UTF-8", xml_declaration=False))

    def _copy(self, use: Any) -> str:
        number = str(self._next)
        self._next += 1
        use = deepcopy(use)
        use.set(_NUMBER, number)
        shown = use.find(f"{_W}abstractNumId")
        original = self._lists[shown.get(f"{_W}val")]
        shown.set(f"{_W}val", number)
        definition = deepcopy(original)
        definition.set(_ABSTRACT, number)
        for tag in ("nsid", "styleLink"):  # lists with one nsid are one list; a style names one list
            for one in definition.findall(f"{_W}{tag}"):
                definition.remove(one)
        original.addnext(definition)  # all definitions come before all uses
        self._tree.append(use)
        return number


def _end_section(body: Any) -> None:
    """Move the last section's properties from the body's end, where only the last letter's can stand.

    Into a paragraph of their own: LibreOffice takes an empty one for the mere end of the section and leaves it out, so
    the letter's own last paragraph has to be another, even where it is empty.
    """
    paragraph = etree.Element(f"{_W}p")
    section = body[-1]
    section.addprevious(paragraph)
    etree.SubElement(paragraph, f"{_W}pPr").append(section)


def _heads_of(section: Any) -> set[tuple[str, str]]:
    return {(one.tag, one.get(f"{_W}type")) for one in section if one.tag in _HEADS}


def _require_no_counting(tree: Any) -> None:
    """Raise NotComposable where something is reckoned over the whole file."""
    if _counted(tree):
        raise NotComposable(_refusal("catatan kaki, catatan akhir, komentar atau bagian sisipan"))
    for said in _fields(tree):
        if not _FIELD.match(said):
            raise NotComposable(_refusal(f"isian otomatis {said.strip()!r}"))


def _fields(tree: Any) -> Iterator[str]:
    """What each field asks for; Word may have cut it into several runs."""
    said = ""
    for one in _instructions(tree):
        if one.tag == f"{_W}fldSimple":
            yield one.get(f"{_W}instr", "")
        elif one.tag == f"{_W}instrText":
            said += one.text or ""
        elif said.strip():
            yield said
            said = ""


def _shared(parts: Parts) -> dict[str, bytes]:
    return {name: data for name, data in parts.items() if not _OWN.fullmatch(name)}


def _read_relations(parts: Parts, part: str) -> Relations:
    data = parts.get(_relations_of(part))
    return _parsed_relations(data, posixpath.dirname(part)) if data is not None else {}


@lru_cache(maxsize=256)
def _parsed_relations(data: bytes, folder: str) -> Relations:
    found = {}
    for one in _parse(data).iterfind(_RELATION):
        outside = one.get("TargetMode") == "External"
        target = one.get("Target", "")
        if not outside:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found[one.get("Id", "")] = _Relation(one.get("Type", ""), target, outside)
    return found


def _written_relations(relations: Mapping[str, _Relation]) -> bytes:
    lines = []
    for name, relation in relations.items():
        target = relation.target if relation.outside else f"/{relation.target}"
        mode = ' TargetMode="External"' if relation.outside else ""
        lines.append(
            f"<Relationship Id={quoteattr(name)} Type={quoteattr(relation.kind)} Target={quoteattr(target)}{mode}/>"
        )
    return _DECLARATION + f'<Relationships xmlns="{_PACKAGE}">{"".join(lines)}</Relationships>'.encode()


def _relations_of(part: str) -> str:
    folder, base = posixpath.split(part)
    return f"{folder}/_rels/{base}.rels"


def _content_type(types: bytes, name: str) -> str:
    overrides, defaults = _parsed_types(types)
    return overrides.get(f"/{name}") or defaults.get(name.rpartition(".")[2].lower(), "application/octet-stream")


@lru_cache(maxsize=256)
def _parsed_types(types: bytes) -> tuple[dict[str, str], dict[str, str]]:
    tree = _parse(types)
    return (
        {one.get("PartName", ""): one.get("ContentType", "") for one in tree if one.tag.endswith("}Override")},
        {one.get("Extension", "").lower(): one.get("ContentType", "") for one in tree if one.tag.endswith("}Default")},
    )


def _unpacked(docx: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise TemplateError("Berkas ini bukan dokumen Word (.docx) yang utuh. Buat lagi naskahnya.") from error
    if _BODY not in parts or _RELATIONS not in parts or _TYPES not in parts:
        raise NotComposable(_refusal("susunan berkas yang lain"))
    return parts


def _parse(xml: bytes) -> Any:
    try:
        return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise TemplateError(f"Isi dokumen Word rusak ({error}). Simpan lagi templatnya dari Word.") from error


def _refusal(what: str) -> str:
    return f"Naskah ini memuat {what}, sehingga tidak dapat dibuat sekaligus dengan yang lain. Buat satu per satu."
