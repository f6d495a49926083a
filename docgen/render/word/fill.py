"""Fill a Word template with plain data. A filled document is the same byte for byte for the same arguments."""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from jinja2.exceptions import TemplateError as JinjaError
from lxml import etree
from PIL import Image, UnidentifiedImageError

from docgen.errors import TemplateError
from docgen.render.pdf.paper import MM, SIZES, TWIPS, Paper
from docgen.render.word import photo_slots
from docgen.render.word.fit_tables import fit_tables
from docgen.render.word.loops import FillState
from docgen.render.word.package import (
    BODY,
    DECLARATION,
    NUMBERING,
    STYLES,
    TYPES,
    packed,
    parse_xml,
    relations_part,
    with_types,
)
from docgen.render.word.repair_body import repair_body
from docgen.render.word.rich.printing import RichPrinter
from docgen.render.word.rich.slots import PRINT
from docgen.render.word.rich.styles import named_styles
from docgen.render.word.tags.tagged_parts import BODY_LABEL, CORE
from docgen.render.word.template import EMBLEM_TEXT, TemplatePart, WordTemplate, open_template
from docgen.render.xml_text import xml_text
from wording import say

_NS = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_PROPERTIES = {"title": "dc:title", "subject": "dc:subject", "author": "dc:creator", "language": "dc:language"}
DPI = 300  # of the emblem, as of every picture in the PDF
EMU = 914_400  # an inch


def render_docx(
    template: bytes | Path | WordTemplate,
    context: Mapping[str, Any],
    *,
    emblem: bytes | None = None,
    photos: Mapping[str, bytes] | None = None,
    properties: Mapping[str, Any] | None = None,
    paper: Paper | None = None,
) -> bytes:
    """Fill a template and return the .docx.

    `context` is plain data (dict, list, str, int, bool, None). `emblem` (PNG or JPEG) takes the place of the picture
    with the alternative text "lambang", within its box; the tag `lambang` says whether there is one. `photos`
    (JPEG by file name) are what pictures with the alternative text "foto x" show, x being the tag of a photo in the
    context, {no, berkas, keterangan}; `berkas` is the file name. Rich text shows others of them. `properties` may hold
    title, subject, author, language and created (an aware datetime). `paper` replaces the template's own size, upright
    or not as it is there.
    Raises TemplateError.
    """
    if isinstance(template, Path):
        template = open_template(_read(template), template.name)
    elif isinstance(template, bytes):
        template = open_template(template)
    values = {key: _plain(value, key) for key, value in context.items()}
    values["lambang"] = emblem is not None
    image_type = ""
    if emblem is not None:
        emblem, width, height, image_type = _fit_emblem(emblem, template.emblem_boxes)
        values["_lambang"] = [list(photo_slots.fit(width, height, box)) for box in template.emblem_boxes]
    else:
        values["_lambang"] = [list(box) for box in template.emblem_boxes]
    values[EMBLEM_TEXT] = _emblem_text(values)
    shown_photos = dict(photos or {}) if template.photo_parts else {}
    values[photo_slots.TAG] = photo_slots.photo_tags(shown_photos, template.photo_boxes)
    files = dict(template.files)
    fill_state = FillState(files.get(NUMBERING, b""))
    values |= fill_state.tags()
    letter_photos = dict(photos or {}) if template.slots else shown_photos
    styles = named_styles(files.get(STYLES, b""))
    values[PRINT] = RichPrinter(template.slots, styles, letter_photos, fill_state.add_lists).print
    rendered = {part.name: _render(template, part, values) for part in template.parts}
    for notes in template.notes:
        rendered[notes.part] = fill_state.with_notes(rendered[notes.part], notes.kind, notes.first)
    rendered |= {NUMBERING: fill_state.numbering()} if fill_state.numbering() else {}
    if paper is not None:
        rendered = {name: _with_paper(xml, SIZES[paper]) for name, xml in rendered.items()}
    rendered = fit_tables(rendered, files.get(STYLES, b""))
    if CORE in rendered:
        rendered[CORE] = _with_properties(rendered[CORE], properties or {})
    new: dict[str, bytes] = {}
    relation_parts: set[str] = set()
    photo_parts = template.photo_parts | ({BODY} if template.slots and letter_photos else set())
    for part_name in photo_parts:
        folder = posixpath.dirname(part_name)
        new |= photo_slots.photo_parts(letter_photos, folder)
        relation_parts.add(relations_part(part_name))
    parts: dict[str, bytes] = {}
    for name, data in [*files.items(), *new.items()]:
        content = rendered.get(name, data)
        if emblem is not None and name in template.emblem_files:
            content = emblem
        elif name == TYPES:
            if image_type == "image/jpeg":
                content = with_types(content, dict.fromkeys(template.emblem_files, image_type))
            if photo_parts:
                content = photo_slots.with_photo_type(content)
            content = with_types(content, dict.fromkeys(new, photo_slots.CONTENT_TYPE))
        elif name in relation_parts:
            content = photo_slots.with_photo_relations(content, len(letter_photos))
        parts[name] = content
    return packed(parts)


def _plain(value: Any, place: str) -> Any:
    """Return a copy that holds plain data only, so that a tag reaches nothing else. Raises TypeError for other
    types.
    """
    if value is None or type(value) in (str, int, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{place}[]") for item in value]
    raise TypeError(f"{place}: {type(value).__name__} is not plain data")


def _emblem_text(values: Mapping[str, Any]) -> str:
    """Return whose emblem it is: "Lambang Kabupaten Tanah Bumbu"."""
    office = values.get("kantor")
    government = str(office.get("pemerintah") or "") if isinstance(office, Mapping) else ""
    return f"Lambang {government.removeprefix('Pemerintah ')}".strip()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TemplateError(
            say("{path}: templat Word tidak dapat dibaca ({error}).", path=path, error=error.strerror)
        ) from error


def _render(template: WordTemplate, part: TemplatePart, values: Mapping[str, Any]) -> bytes:
    try:
        text = part.template.render(values)
    except (JinjaError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        _raise_template_error(template, part, error)
    return DECLARATION + (repair_body(text) if part.label == BODY_LABEL else text).encode()


def _raise_template_error(template: WordTemplate, part: TemplatePart, error: Exception) -> NoReturn:
    """Raise TemplateError, naming the tag that failed: the last line of the template in the traceback."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    raise TemplateError(
        say(
            "{name}: {part}: tanda dekat {near} tidak dapat diisi ({error}).",
            name=template.name,
            part=part.place(line),
            near=repr(part.near(line)),
            error=error,
        )
    ) from error


def _with_paper(xml: bytes, size: tuple[int, int]) -> bytes:
    """Return the XML with every section on a paper size in millimetres; a landscape section stays landscape."""
    twips = [round(side * MM * TWIPS) for side in size]

    def page(match: re.Match[bytes]) -> bytes:
        lying = b'w:orient="landscape"' in match.group()
        width, height = reversed(twips) if lying else twips
        return b'<w:pgSz w:w="%d" w:h="%d"%s/>' % (width, height, b' w:orient="landscape"' * lying)

    return re.sub(rb"<w:pgSz [^>]*/>", page, xml)


def _with_properties(core: bytes, properties: Mapping[str, Any]) -> bytes:
    """Return the core properties with these values; properties that are not given stay."""
    tree = parse_xml(core)
    for key, value in properties.items():
        if isinstance(value, dt.datetime):
            moment = value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            for name in ("dcterms:created", "dcterms:modified"):
                element = _property(tree, name)
                element.text = moment
                element.set(f"{{{_NS['xsi']}}}type", "dcterms:W3CDTF")
        else:
            _property(tree, _PROPERTIES[key]).text = xml_text(value)
    return DECLARATION + bytes(etree.tostring(tree))


def _property(tree: Any, name: str) -> Any:
    prefix, local = name.split(":")
    tag = f"{{{_NS[prefix]}}}{local}"
    element = tree.find(tag)
    return element if element is not None else etree.SubElement(tree, tag)


@lru_cache(maxsize=32)
def _fit_emblem(emblem: bytes, boxes: tuple[tuple[int, int], ...]) -> tuple[bytes, int, int, str]:
    """Return the emblem for the file, its width and height in pixels, and its content type.

    One with more pixels than print at DPI in the largest box is made smaller: LibreOffice would do so on each page
    anew, which takes as long as all else of a letter.
    """
    try:
        with Image.open(io.BytesIO(emblem), formats=("PNG", "JPEG")) as image:
            wide, high = max((width for width, _ in boxes), default=0), max((height for _, height in boxes), default=0)
            most = (max(1, wide * DPI // EMU), max(1, high * DPI // EMU))
            content_type = f"image/{str(image.format).lower()}"
            if not boxes or (image.width <= most[0] and image.height <= most[1]):
                return emblem, image.width, image.height, content_type
            form = image.format
            small = image.convert({"1": "L", "P": "RGBA"}.get(image.mode, image.mode))
            small.thumbnail(most, Image.Resampling.LANCZOS)
            target = io.BytesIO()
            small.save(target, form, quality=95)
            return target.getvalue(), small.width, small.height, content_type
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise TemplateError("Lambang kantor harus gambar PNG atau JPEG. Unggah lagi di Pengaturan.") from error
