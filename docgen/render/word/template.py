"""Open a Word template: the one file that speaks to docxtpl, and that knows how a .docx is put together.

A template is opened and compiled once per version. Its tags are docxtpl's (`{{ x }}`, `{%p ... %}`, `{%tr ... %}`);
they run in a Jinja sandbox that knows plain data only, and what a value holds is never read as a tag or as XML.
"""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, Undefined
from jinja2.exceptions import TemplateRuntimeError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from docgen.errors import TemplateError
from docgen.render.word.loops import FOLLOW, renumber_lists, take_notes, with_note_texts
from docgen.render.word.package import STYLES, TYPES, BrokenPackage, WordParts, read_xml
from docgen.render.word.photo_slots import PHOTO_NAME, mark_photo
from docgen.render.word.strip_template import settle, without_desk_parts
from docgen.render.word.tag_text import marked, plain, tidy_tags
from docgen.render.word.tag_vocabulary import FILTERS, FUNCTIONS, OWN_FILTERS, explain
from docgen.render.xml_text import xml_text

EMBLEM_NAME = "lambang"  # alternative text of the picture that is replaced by the office's emblem
CORE = "docProps/core.xml"

BODY_LABEL = "isi"
# Parts whose text may hold tags, by the end of their content type, with the word a person of the office knows.
_TAGGED = {
    "document.main+xml": BODY_LABEL,
    "template.main+xml": BODY_LABEL,
    "header+xml": "kepala halaman",
    "footer+xml": "kaki halaman",
    "footnotes+xml": "catatan kaki",
    "endnotes+xml": "catatan akhir",
    "core-properties+xml": "properti berkas",
}
_NOTES = {"catatan kaki": "footnote", "catatan akhir": "endnote"}
_NS = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "ct": "http://schemas.openxmlformats.org/package/2006/content-types",
    "rel": "http://schemas.openxmlformats.org/package/2006/relationships",
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
}
_heading_lines = etree.XPath("//w:tbl/w:tr[w:trPr/w:tblHeader]//w:p", namespaces=_NS)
_W = f"{{{_NS['w']}}}"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_MAX_UNPACKED = 64 * 1024 * 1024  # bytes; a letter's template is far smaller, a zip bomb is not


@dataclass(frozen=True)
class Part:
    """One part of a template that may hold tags: `source` is its XML as Jinja reads it, a line a paragraph."""

    name: str
    label: str
    source: str
    template: Template

    def near(self, line: int) -> str:
        """Return the text a person sees in Word at a line (from 1) of the source."""
        return _near(self.source, line)


@dataclass(frozen=True)
class Notes:
    """A part that holds notes of one kind (footnote or endnote); those of a letter are numbered from `first`."""

    part: str
    kind: str
    first: int


@dataclass(frozen=True)
class WordTemplate:
    """An opened template: its tagged parts, its other files, where the emblem goes, and the emblem's boxes in EMU.

    `photo_parts` are the parts that hold photos, `photo_boxes` the boxes of these; `notes` the parts that get notes.
    """

    name: str
    parts: tuple[Part, ...]
    files: tuple[tuple[str, bytes], ...]
    emblem_files: frozenset[str]
    emblem_boxes: tuple[tuple[int, int], ...]
    photo_parts: frozenset[str]
    photo_boxes: tuple[tuple[int, int], ...]
    notes: tuple[Notes, ...]


@lru_cache(maxsize=64)
def open_template(data: bytes, name: str = "templat") -> WordTemplate:
    """Open and compile a .docx; `name` is used in messages. Raises TemplateError. Kept in memory per version."""
    files = without_desk_parts(_unpack(data, name))
    types = _content_types(files, name)
    trees = {part_name: _parse(files[part_name], name, part_name) for part_name in types}
    emblem_files: set[str] = set()
    boxes: list[tuple[int, int]] = []
    photo_parts: set[str] = set()
    photo_boxes: list[tuple[int, int]] = []
    for part_name, tree in trees.items():
        if part_name != CORE:
            where = f"{name}: {types[part_name]}"
            settle(tree, where)
            tidy_tags(tree, where)
            renumber_lists(tree, files.get(STYLES, b""))
        _mark_emblems(tree, name, part_name, files, emblem_files, boxes)
        if _mark_photos(tree, name, photo_boxes):
            photo_parts.add(part_name)
        _keep_headings(tree)
    notes, texts = _take_notes(trees, types)
    parts = [_compile(tree, name, part_name, types[part_name], texts) for part_name, tree in trees.items()]
    if not any(part.label == BODY_LABEL for part in parts):
        raise TemplateError(f"{name}: bukan dokumen Word (.docx). Simpan dari Word sebagai 'Dokumen Word (*.docx)'.")
    return WordTemplate(
        name,
        tuple(parts),
        tuple(files.items()),
        frozenset(emblem_files),
        tuple(boxes),
        frozenset(photo_parts),
        tuple(photo_boxes),
        notes,
    )


def _take_notes(
    trees: Mapping[str, Any], types: Mapping[str, str]
) -> tuple[tuple[Notes, ...], dict[str, tuple[list[str], int]]]:
    """Take the notes that the body calls out of their parts; returns these parts, and by kind what the notes say."""
    parts: list[Notes] = []
    texts: dict[str, tuple[list[str], int]] = {}
    body = next((trees[part] for part, label in types.items() if label == BODY_LABEL), None)
    for part, label in types.items():
        if body is not None and label in _NOTES:
            kind = _NOTES[label]
            taken, first = take_notes(body, trees[part], kind)
            parts.append(Notes(part, kind, first))
            texts[kind] = [_inner(_patched(note)) for note in taken], first
    return tuple(parts), texts


def _inner(xml: str) -> str:
    return xml[xml.index(">") + 1 : xml.rindex("</")]


def _unpack(data: bytes, name: str) -> dict[str, bytes]:
    try:
        package = WordParts(data)
        if sum(entry.file_size for entry in package.entries) > _MAX_UNPACKED:
            raise TemplateError(f"{name}: terlalu besar (lebih dari 64 MB setelah dibuka).")
        return {part: content for part, content in package.items() if not part.endswith("/")}
    except BrokenPackage as error:
        raise TemplateError(
            f"{name}: bukan dokumen Word (.docx) yang utuh. Simpan lagi dari Word sebagai 'Dokumen Word (*.docx)'."
        ) from error


def _content_types(files: Mapping[str, bytes], name: str) -> dict[str, str]:
    """Return the parts that may hold tags, with the word a person knows them by."""
    tree = _parse(files.get(TYPES, b""), name, TYPES)
    found = {}
    for override in tree.iterfind("ct:Override", _NS):
        part = str(override.get("PartName", "")).lstrip("/")
        for ending, label in _TAGGED.items():
            if str(override.get("ContentType", "")).endswith(ending) and part in files:
                found[part] = label
    return found


def _parse(data: bytes, name: str, part: str) -> Any:
    try:
        tree = read_xml(data)
    except etree.XMLSyntaxError as error:
        raise TemplateError(f"{name}: bagian {part} rusak ({error}). Simpan lagi dari Word.") from error
    if tree.getroottree().docinfo.doctype:
        raise TemplateError(f"{name}: bagian {part} memuat DOCTYPE, yang tidak ada dalam dokumen Word.")
    return tree


def _mark_emblems(
    tree: Any, name: str, part: str, files: Mapping[str, bytes], found: set[str], boxes: list[tuple[int, int]]
) -> None:
    """Find the pictures named "lambang"; their sizes become tags, so that each emblem keeps its proportions."""
    for properties in tree.iterfind(".//wp:docPr", _NS):
        if EMBLEM_NAME not in {str(properties.get(key, "")).lower() for key in ("descr", "title", "name")}:
            continue
        drawing = properties.getparent()
        sizes = _sizes(drawing)
        index = len(boxes)
        try:
            boxes.append((int(sizes[0].get("cx")), int(sizes[0].get("cy"))))
        except (IndexError, TypeError, ValueError) as error:
            raise _no_size(name, EMBLEM_NAME) from error
        for size in sizes:
            size.set("cx", f"{{{{ _lambang[{index}][0] }}}}")
            size.set("cy", f"{{{{ _lambang[{index}][1] }}}}")
        for blip in drawing.iterfind(".//a:blip", _NS):
            target = _target(files, name, part, blip.get(_EMBED))
            if target in files:
                found.add(target)


def _mark_photos(tree: Any, name: str, boxes: list[tuple[int, int]]) -> bool:
    """Find the pictures that stand for photos; returns whether there are any."""
    before = len(boxes)
    for properties in tree.iterfind(".//wp:docPr", _NS):
        try:
            mark_photo(properties, _sizes(properties.getparent()), boxes)
        except (IndexError, TypeError, ValueError) as error:
            raise _no_size(name, PHOTO_NAME) from error
    return len(boxes) > before


def _keep_headings(tree: Any) -> None:
    """A heading that repeats on every page stays with the row below it.

    Alone at the foot of a page it looks bad; and where it may not be broken, LibreOffice leaves out all rows below it.
    """
    for line in _heading_lines(tree):
        look = line.find(f"{_W}pPr")
        if look is None:
            look = etree.Element(f"{_W}pPr")
            line.insert(0, look)
        if look.find(f"{_W}keepNext") is None:
            look.insert(1 if look.find(f"{_W}pStyle") is not None else 0, etree.Element(f"{_W}keepNext"))


def _sizes(drawing: Any) -> list[Any]:
    return [*drawing.iterfind("wp:extent", _NS), *drawing.iterfind(".//a:xfrm/a:ext", _NS)]


def _no_size(name: str, picture: str) -> TemplateError:
    return TemplateError(f"{name}: gambar {picture!r} tidak memiliki ukuran. Sisipkan lagi di Word.")


def _target(files: Mapping[str, bytes], name: str, part: str, relation: str | None) -> str:
    folder, base = posixpath.split(part)
    relations = files.get(f"{folder}/_rels/{base}.rels")
    if relations is None or relation is None:
        return ""
    for one in _parse(relations, name, f"{part}.rels").iterfind("rel:Relationship", _NS):
        if one.get("Id") == relation:
            target = str(one.get("Target"))
            return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return ""


def _patched(tree: Any) -> str:
    """Return the XML of a part or a note as Jinja reads it."""
    return marked(plain(_DOCXTPL.patch_xml(etree.tostring(tree, encoding="unicode", with_tail=False))), FOLLOW)


def _compile(tree: Any, name: str, part: str, label: str, notes: Mapping[str, tuple[list[str], int]]) -> Part:
    source = with_note_texts(_patched(tree), notes) if label == BODY_LABEL else _patched(tree)
    source = re.sub(r"<w:p([ >])", r"\n<w:p\1", source)
    environment = _PROPERTY_TEXT if part == CORE else _RUNS
    try:
        template = environment.from_string(source)
    except TemplateSyntaxError as error:
        raise TemplateError(
            f"{name}: {label}: tanda salah tulis dekat {_near(source, error.lineno)!r}: {explain(error)}"
        ) from error
    return Part(part, label, source, template)


def _near(source: str, line: int) -> str:
    lines = source.split("\n")
    text = re.sub(r"<[^>]+>", " ", lines[line - 1] if 0 < line <= len(lines) else "")
    return " ".join(text.split())[-120:]


class _Environment(ImmutableSandboxedEnvironment):
    """A Jinja sandbox for plain data: on a dict only its keys are seen, never its methods."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


def _environment(finalize: Any) -> _Environment:
    environment = _Environment(autoescape=True, undefined=StrictUndefined, finalize=finalize, cache_size=0)
    environment.globals = {name: environment.globals[name] for name in FUNCTIONS}
    environment.filters = {name: environment.filters[name] for name in FILTERS} | OWN_FILTERS
    return environment


def _text(value: Any) -> str | Markup:
    """Return what a tag prints, as text: yes and no for booleans; never a Python list or None."""
    if isinstance(value, Undefined):
        str(value)  # raises: undefined names are errors
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(value, (str, int)):
        return value if isinstance(value, Markup) else xml_text(str(value))
    raise TemplateRuntimeError("tanda ini berisi daftar atau rincian; cetak satu per satu isinya")


def _run_text(value: Any) -> Markup:
    """Return what a tag prints inside a run: escaped, with line breaks and tabs as Word writes them."""
    text = escape(_text(value)) if not isinstance(value, Markup) else value
    if isinstance(value, Markup) or ("\n" not in text and "\t" not in text and "\r" not in text):
        return text
    for character, element in (("\r\n", "<w:br/>"), ("\n", "<w:br/>"), ("\r", "<w:br/>"), ("\t", "<w:tab/>")):
        text = Markup(str(text).replace(character, f'</w:t>{element}<w:t xml:space="preserve">'))  # noqa: S704
    return text


_RUNS = _environment(_run_text)
_PROPERTY_TEXT = _environment(_text)
_DOCXTPL = DocxTemplate(io.BytesIO())  # only for patch_xml, which uses nothing of a document
