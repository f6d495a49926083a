"""Open and compile a Word template: the only module that uses docxtpl, and that knows how a .docx is composed.

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
from jinja2 import Environment, StrictUndefined, Template, Undefined
from jinja2.exceptions import TemplateRuntimeError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from docgen.errors import TemplateError
from docgen.render.word.loops import FOLLOW, extract_notes, renumber_lists, with_note_texts
from docgen.render.word.package import NS, STYLES, W
from docgen.render.word.paragraphs import keep_with_next
from docgen.render.word.photo_slots import PHOTO_NAME, replace_by_tags
from docgen.render.word.rich.slots import Slot, mark_slots, with_numbering_part
from docgen.render.word.strip_template import remove_markup, without_authoring_parts
from docgen.render.word.tags.tag_text import append_after_marks, join_tags, restore_signs
from docgen.render.word.tags.tag_vocabulary import FILTERS, FUNCTIONS, OWN_FILTERS, explain
from docgen.render.word.tags.tagged_parts import BODY_LABEL, CORE, parse_part, tagged_parts, unpack
from docgen.render.xml_text import run_text, xml_text
from docgen.typesetting import unbroken_around_tags
from wording import say

EMBLEM_NAME = "lambang"  # alternative text of the picture that is replaced by the office's emblem
EMBLEM_TEXT = "_lambang_teks"  # tag of the text that a screen reader says instead
_NOTES = {"catatan kaki": "footnote", "catatan akhir": "endnote"}
# Paragraphs around what a shared part brought (docgen.render.shared), so that messages name its file.
PART_BEGINS, PART_ENDS = "{{#p bagian {} #}}", "{{#p akhir bagian {} #}}"
_PART = re.compile(r"\{# (akhir )?bagian (\w+) #\}")
_heading_lines = etree.XPath("//w:tbl/w:tr[w:trPr/w:tblHeader]//w:p", namespaces=NS)
_EMBED = f"{{{NS['r']}}}embed"


@dataclass(frozen=True)
class TemplatePart:
    """A part of a template that may hold tags: `source` is its XML as Jinja reads it, one paragraph a line."""

    name: str
    label: str
    source: str
    template: Template

    def near(self, line: int) -> str:
        """Return the text a person sees in Word at a line (from 1) of the source."""
        return _text_near(self.source, line)

    def place(self, line: int) -> str:
        """Return the label, and of a line (from 1) that a shared part brought the file of that part."""
        above = self.source.split("\n")[:line]
        if above:
            begin = _PART.match(above[-1])
            above[-1] = begin[0] if begin else ""
        open_parts: list[str] = []
        for end, name in _PART.findall("\n".join(above)):
            if not end:
                open_parts.append(name)
            elif open_parts:
                open_parts.pop()
        return f"{self.label}, _bagian/{open_parts[-1]}/template.docx" if open_parts else self.label


@dataclass(frozen=True)
class NotesPart:
    """A part with notes of one kind (footnote or endnote); a letter's notes are numbered from `first`."""

    part: str
    kind: str
    first: int


@dataclass(frozen=True)
class WordTemplate:
    """An opened template: its parts with tags, its other files, and where the emblem goes (boxes in EMU).

    `photo_parts` are the parts that hold photos, `photo_boxes` the boxes of these; `notes` the parts that get notes,
    `slots` the paragraphs of the body that rich text takes the place of.
    """

    name: str
    parts: tuple[TemplatePart, ...]
    files: tuple[tuple[str, bytes], ...]
    emblem_files: frozenset[str]
    emblem_boxes: tuple[tuple[int, int], ...]
    photo_parts: frozenset[str]
    photo_boxes: tuple[tuple[int, int], ...]
    notes: tuple[NotesPart, ...]
    slots: tuple[Slot, ...]


@lru_cache(maxsize=64)
def open_template(data: bytes, name: str = "templat") -> WordTemplate:
    """Open and compile a .docx; `name` is used in messages. Raises TemplateError. Kept in memory per version."""
    return compile_template(data, name)


def compile_template(data: bytes, name: str) -> WordTemplate:
    """Open and compile a .docx, as `open_template` does, and keep nothing of it."""
    files = without_authoring_parts(unpack(data, name))
    types = tagged_parts(files, name)
    trees = {part_name: parse_part(files[part_name], name, part_name) for part_name in types}
    emblem_files: set[str] = set()
    boxes: list[tuple[int, int]] = []
    photo_parts: set[str] = set()
    photo_boxes: list[tuple[int, int]] = []
    slots: list[Slot] = []
    for part_name, tree in trees.items():
        if part_name != CORE:
            where = f"{name}: {types[part_name]}"
            remove_markup(tree, where)
            join_tags(tree, where)
            renumber_lists(tree, files.get(STYLES, b""))
            if types[part_name] == BODY_LABEL and mark_slots(tree, slots):
                files = with_numbering_part(files, part_name)
            _keep_words_together(tree)
        _mark_emblems(tree, name, part_name, files, emblem_files, boxes)
        if _mark_photos(tree, name, photo_boxes):
            photo_parts.add(part_name)
        _keep_heading_rows_with_next(tree)
    notes, texts = _extract_notes(trees, types)
    parts = [_compile(tree, name, part_name, types[part_name], texts) for part_name, tree in trees.items()]
    if not any(part.label == BODY_LABEL for part in parts):
        raise TemplateError(
            say("{name}: bukan dokumen Word (.docx). Simpan dari Word sebagai 'Dokumen Word (*.docx)'.", name=name)
        )
    return WordTemplate(
        name,
        tuple(parts),
        tuple(files.items()),
        frozenset(emblem_files),
        tuple(boxes),
        frozenset(photo_parts),
        tuple(photo_boxes),
        notes,
        tuple(slots),
    )


def _extract_notes(
    trees: Mapping[str, Any], types: Mapping[str, str]
) -> tuple[tuple[NotesPart, ...], dict[str, tuple[list[str], int]]]:
    """Remove the notes that the body calls from their parts; return these parts, and the notes' sources by kind."""
    parts: list[NotesPart] = []
    texts: dict[str, tuple[list[str], int]] = {}
    body = next((trees[part] for part, label in types.items() if label == BODY_LABEL), None)
    for part, label in types.items():
        if body is not None and label in _NOTES:
            kind = _NOTES[label]
            notes_of_kind, first = extract_notes(body, trees[part], kind)
            parts.append(NotesPart(part, kind, first))
            texts[kind] = [_inner_xml(_jinja_source(note)) for note in notes_of_kind], first
    return tuple(parts), texts


def _inner_xml(xml: str) -> str:
    return xml[xml.index(">") + 1 : xml.rindex("</")]


def _mark_emblems(
    tree: Any, name: str, part: str, files: Mapping[str, bytes], emblem_files: set[str], boxes: list[tuple[int, int]]
) -> None:
    """Find the pictures named "lambang" and replace their sizes by tags, so that each emblem keeps its proportions.

    Their alternative text becomes a tag, too: whose emblem it is.
    """
    for properties in tree.iterfind(".//wp:docPr", NS):
        if EMBLEM_NAME not in {str(properties.get(key, "")).lower() for key in ("descr", "title", "name")}:
            continue
        drawing = properties.getparent()
        if properties.get("descr", EMBLEM_NAME).lower() in ("", EMBLEM_NAME):
            for named in (properties, *drawing.iterfind(".//pic:cNvPr", NS)):
                named.set("descr", f"{{{{ {EMBLEM_TEXT} }}}}")
        sizes = _sizes(drawing)
        index = len(boxes)
        try:
            boxes.append((int(sizes[0].get("cx")), int(sizes[0].get("cy"))))
        except (IndexError, TypeError, ValueError) as error:
            raise _no_size(name, EMBLEM_NAME) from error
        for size in sizes:
            size.set("cx", f"{{{{ _lambang[{index}][0] }}}}")
            size.set("cy", f"{{{{ _lambang[{index}][1] }}}}")
        for blip in drawing.iterfind(".//a:blip", NS):
            target = _related_part(files, name, part, blip.get(_EMBED))
            if target in files:
                emblem_files.add(target)


def _mark_photos(tree: Any, name: str, boxes: list[tuple[int, int]]) -> bool:
    """Replace the pictures that stand for photos by tags; return whether there are any."""
    before = len(boxes)
    for properties in tree.iterfind(".//wp:docPr", NS):
        try:
            replace_by_tags(properties, _sizes(properties.getparent()), boxes)
        except (IndexError, TypeError, ValueError) as error:
            raise _no_size(name, PHOTO_NAME) from error
    return len(boxes) > before


def _keep_words_together(tree: Any) -> None:
    """Keep what belongs together on one line also where a word of the template leads to a tag: "tanggal {{ x }}"."""
    for text in tree.iter(f"{W}t"):
        if text.text:
            text.text = unbroken_around_tags(text.text)


def _keep_heading_rows_with_next(tree: Any) -> None:
    """Keep repeated heading rows on the page of the row below.

    Alone at the foot of a page it looks bad; and where it may not be broken, LibreOffice leaves out all rows below it.
    """
    for line in _heading_lines(tree):
        keep_with_next(line)


def _sizes(drawing: Any) -> list[Any]:
    return [*drawing.iterfind("wp:extent", NS), *drawing.iterfind(".//a:xfrm/a:ext", NS)]


def _no_size(name: str, picture: str) -> TemplateError:
    return TemplateError(
        say("{name}: gambar {picture} tidak memiliki ukuran. Sisipkan lagi di Word.", name=name, picture=repr(picture))
    )


def _related_part(files: Mapping[str, bytes], name: str, part: str, relation: str | None) -> str:
    folder, base = posixpath.split(part)
    relations = files.get(f"{folder}/_rels/{base}.rels")
    if relations is None or relation is None:
        return ""
    for element in parse_part(relations, name, f"{part}.rels").iterfind("rel:Relationship", NS):
        if element.get("Id") == relation:
            target = str(element.get("Target"))
            return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return ""


def _jinja_source(tree: Any) -> str:
    """Return the XML of a part or a note as Jinja reads it."""
    xml = _DOCXTPL.patch_xml(etree.tostring(tree, encoding="unicode", with_tail=False))
    return append_after_marks(restore_signs(xml), FOLLOW)


def _compile(tree: Any, name: str, part: str, label: str, notes: Mapping[str, tuple[list[str], int]]) -> TemplatePart:
    source = with_note_texts(_jinja_source(tree), notes) if label == BODY_LABEL else _jinja_source(tree)
    source = re.sub(r"(?=<w:p[ >]|\{# bagian )", "\n", source)
    environment = _PROPERTY_TEXT if part == CORE else _RUNS
    try:
        template = environment.from_string(source)
    except TemplateSyntaxError as error:
        raise TemplateError(
            say(
                "{name}: {part}: tanda salah tulis dekat {near}: {problem}",
                name=name,
                part=label,
                near=repr(_text_near(source, error.lineno)),
                problem=explain(error),
            )
        ) from error
    return TemplatePart(part, label, source, template)


def _text_near(source: str, line: int) -> str:
    lines = source.split("\n")
    text = re.sub(r"<[^>]+>|\{#.*?#\}", " ", lines[line - 1] if 0 < line <= len(lines) else "")
    return " ".join(text.split())[-120:]


class _PlainDataEnvironment(ImmutableSandboxedEnvironment):
    """A Jinja sandbox for plain data: on a dict only its keys are seen, never its methods."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


def _environment(finalize: Any) -> _PlainDataEnvironment:
    environment = _PlainDataEnvironment(autoescape=True, undefined=StrictUndefined, finalize=finalize, cache_size=0)
    environment.globals = {name: environment.globals[name] for name in FUNCTIONS}
    environment.filters = {name: environment.filters[name] for name in FILTERS} | OWN_FILTERS
    return environment


def _text(value: Any) -> str | Markup:
    """Return the text that a tag prints: "Ya" and "Tidak" for booleans; never a Python list or None."""
    if isinstance(value, Undefined):
        str(value)  # raises: undefined names are errors
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(value, (str, int)):
        return value if isinstance(value, Markup) else xml_text(str(value))
    raise TemplateRuntimeError("tanda ini berisi daftar atau rincian; cetak satu per satu isinya")


def tag_environment() -> Environment:
    """Return the Jinja environment in which the tags of a letter's text run."""
    return _RUNS


def _run_text(value: Any) -> Markup:
    """Return what a tag prints inside a run."""
    text = _text(value)
    return text if isinstance(text, Markup) else Markup(run_text(text))  # noqa: S704


_RUNS = _environment(_run_text)
_PROPERTY_TEXT = _environment(_text)
_DOCXTPL = DocxTemplate(io.BytesIO())  # only for patch_xml, which uses nothing of a document
