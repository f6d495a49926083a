"""Fill a Word template with plain data: the one file that speaks to docxtpl and to the parts of a .docx package.

A template is opened and compiled once per version, then filled as often as wanted; a filled document is the same
byte for byte for the same arguments. Tags are docxtpl's (`{{ x }}`, `{%p ... %}`, `{%tr ... %}`); they run in a
Jinja sandbox that knows plain data only, and what a value holds is never read as a tag or as XML.
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NoReturn

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, Undefined
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.exceptions import TemplateRuntimeError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape
from PIL import Image, UnidentifiedImageError

from docgen.errors import TemplateError

EMBLEM_NAME = "lambang"  # alternative text of the picture that is replaced by the office's emblem
FILTERS = ("length", "upper", "first", "last", "join")
CORE = "docProps/core.xml"

# Parts whose text may hold tags, by the end of their content type, with the word a person of the office knows.
_TAGGED = {
    "document.main+xml": "isi",
    "template.main+xml": "isi",
    "header+xml": "kepala halaman",
    "footer+xml": "kaki halaman",
    "footnotes+xml": "catatan kaki",
    "endnotes+xml": "catatan akhir",
    "core-properties+xml": "properti berkas",
}
_NS = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "ct": "http://schemas.openxmlformats.org/package/2006/content-types",
    "rel": "http://schemas.openxmlformats.org/package/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the same for every file: rendering has no clock
_MAX_UNPACKED = 64 * 1024 * 1024  # bytes; a letter's template is far smaller, a zip bomb is not
# Width and height in twips; F4 (folio) as sold here is 215 x 330 mm.
_PAPERS = {"A4": (11906, 16838), "F4": (12189, 18709)}
# What XML 1.0 cannot hold.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PROPERTIES = {"title": "dc:title", "subject": "dc:subject", "author": "dc:creator", "language": "dc:language"}


@dataclass(frozen=True)
class Part:
    """One part of a template that may hold tags: `source` is its XML as Jinja reads it, a line a paragraph."""

    name: str
    label: str
    source: str
    template: Template

    def near(self, line: int) -> str:
        """The text a person sees in Word at a line (from 1) of the source."""
        return _near(self.source, line)


@dataclass(frozen=True)
class WordTemplate:
    """An opened template: its tagged parts, its other files, where the emblem goes, and the emblem's boxes in EMU."""

    name: str
    parts: tuple[Part, ...]
    files: tuple[tuple[str, bytes], ...]
    emblem_files: frozenset[str]
    emblem_boxes: tuple[tuple[int, int], ...]


def open_template(data: bytes, name: str = "templat") -> WordTemplate:
    """Open and compile a .docx; `name` is used in messages. Raises TemplateError. Kept in memory per version."""
    return _open(data, name)


def render_docx(
    template: bytes | Path | WordTemplate,
    context: Mapping[str, Any],
    *,
    emblem: bytes | None = None,
    properties: Mapping[str, str | dt.datetime] | None = None,
    paper: Literal["A4", "F4"] | None = None,
) -> bytes:
    """Fill a template and return the .docx.

    `context` is plain data (dict, list, str, int, bool, None). `emblem` (PNG or JPEG) takes the place of the picture
    with the alternative text "lambang", within its box; the tag `lambang` says whether there is one. `properties` may
    hold title, subject, author, language and created (an aware datetime). `paper` replaces the template's own size,
    upright or not as it is there. Raises TemplateError.
    """
    if isinstance(template, Path):
        template = open_template(_read(template), template.name)
    elif isinstance(template, bytes):
        template = open_template(template)
    values = {key: _plain(value, key) for key, value in context.items()}
    values["lambang"] = emblem is not None
    image_type = ""
    if emblem is not None:
        width, height, image_type = _measure(emblem)
        values["_lambang"] = [list(_fit(width, height, box)) for box in template.emblem_boxes]
    else:
        values["_lambang"] = [list(box) for box in template.emblem_boxes]
    rendered = {part.name: _render(template, part, values) for part in template.parts}
    if paper is not None:
        rendered = {name: _on_paper(xml, _PAPERS[paper]) for name, xml in rendered.items()}
    if CORE in rendered:
        rendered[CORE] = _with_properties(rendered[CORE], properties or {})
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in template.files:
            content = rendered.get(name, data)
            if emblem is not None and name in template.emblem_files:
                content = emblem
            elif name == "[Content_Types].xml" and image_type == "image/jpeg":
                content = _declare(content, template.emblem_files, image_type)
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_STORED if "/media/" in name else zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            package.writestr(info, content)
    return target.getvalue()


class _Environment(ImmutableSandboxedEnvironment):
    """A Jinja sandbox for plain data: on a dict only its keys are seen, never its methods."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


def _environment(finalize: Any) -> _Environment:
    environment = _Environment(autoescape=True, undefined=StrictUndefined, finalize=finalize, cache_size=0)
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment


def _text(value: Any) -> str | Markup:
    """What a tag prints, as text: yes and no for booleans; never a Python list or None."""
    if isinstance(value, Undefined):
        str(value)  # raises: undefined names are errors
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(value, (str, int)):
        return value if isinstance(value, Markup) else _NOT_XML.sub("\ufffd", str(value))
    raise TemplateRuntimeError("tanda ini berisi daftar atau rincian; cetak satu per satu isinya")


def _run_text(value: Any) -> Markup:
    """What a tag prints inside a run: escaped, with line breaks and tabs as Word writes them."""
    text = escape(_text(value)) if not isinstance(value, Markup) else value
    if isinstance(value, Markup) or ("\n" not in text and "\t" not in text and "\r" not in text):
        return text
    for character, element in (("\r\n", "<w:br/>"), ("\n", "<w:br/>"), ("\r", "<w:br/>"), ("\t", "<w:tab/>")):
        text = Markup(str(text).replace(character, f'</w:t>{element}<w:t xml:space="preserve">'))  # noqa: S704
    return text


_RUNS = _environment(_run_text)
_PROPERTY_TEXT = _environment(_text)
_DOCXTPL = DocxTemplate(io.BytesIO())  # only for patch_xml, which uses nothing of a document


def _plain(value: Any, place: str) -> Any:
    """A copy that holds plain data only, so that a tag reaches nothing else. Raises TypeError for other types."""
    if value is None or type(value) in (str, int, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{place}[]") for item in value]
    raise TypeError(f"{place}: {type(value).__name__} is not plain data")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TemplateError(f"{path}: templat Word tidak dapat dibaca ({error.strerror}).") from error


@lru_cache(maxsize=64)
def _open(data: bytes, name: str) -> WordTemplate:
    files = _unpack(data, name)
    types = _content_types(files, name)
    parts: list[Part] = []
    emblem_files: set[str] = set()
    boxes: list[tuple[int, int]] = []
    for part_name, label in types.items():
        tree = _parse(files[part_name], name, part_name)
        _mark_emblems(tree, part_name, files, emblem_files, boxes)
        parts.append(_compile(tree, name, part_name, label))
    if not any(part.label == "isi" for part in parts):
        raise TemplateError(f"{name}: bukan dokumen Word (.docx). Simpan dari Word sebagai 'Dokumen Word (*.docx)'.")
    return WordTemplate(name, tuple(parts), tuple(files.items()), frozenset(emblem_files), tuple(boxes))


def _unpack(data: bytes, name: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(info.file_size for info in package.infolist()) > _MAX_UNPACKED:
                raise TemplateError(f"{name}: terlalu besar (lebih dari 64 MB setelah dibuka).")
            return {info.filename: package.read(info) for info in package.infolist() if not info.is_dir()}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise TemplateError(
            f"{name}: bukan dokumen Word (.docx) yang utuh. Simpan lagi dari Word sebagai 'Dokumen Word (*.docx)'."
        ) from error


def _content_types(files: Mapping[str, bytes], name: str) -> dict[str, str]:
    """The parts that may hold tags, with the word a person knows them by."""
    tree = _parse(files.get("[Content_Types].xml", b""), name, "[Content_Types].xml")
    found = {}
    for override in tree.iterfind("ct:Override", _NS):
        part = str(override.get("PartName", "")).lstrip("/")
        for ending, label in _TAGGED.items():
            if str(override.get("ContentType", "")).endswith(ending) and part in files:
                found[part] = label
    return found


def _parse(data: bytes, name: str, part: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise TemplateError(f"{name}: bagian {part} rusak ({error}). Simpan lagi dari Word.") from error
    if tree.getroottree().docinfo.doctype:
        raise TemplateError(f"{name}: bagian {part} memuat DOCTYPE, yang tidak ada dalam dokumen Word.")
    return tree


def _mark_emblems(
    tree: Any, part: str, files: Mapping[str, bytes], found: set[str], boxes: list[tuple[int, int]]
) -> None:
    """Find the pictures named "lambang"; their sizes become tags, so that each emblem keeps its proportions."""
    for properties in tree.iterfind(".//wp:docPr", _NS):
        if EMBLEM_NAME not in {str(properties.get(key, "")).lower() for key in ("descr", "title", "name")}:
            continue
        drawing = properties.getparent()
        extent = drawing.find("wp:extent", _NS)
        sizes = [extent, *drawing.iterfind(".//a:xfrm/a:ext", _NS)]
        index = len(boxes)
        boxes.append((int(extent.get("cx")), int(extent.get("cy"))))
        for size in sizes:
            size.set("cx", f"{{{{ _lambang[{index}][0] }}}}")
            size.set("cy", f"{{{{ _lambang[{index}][1] }}}}")
        for blip in drawing.iterfind(".//a:blip", _NS):
            target = _target(files, part, blip.get(_EMBED))
            if target in files:
                found.add(target)


def _target(files: Mapping[str, bytes], part: str, relation: str | None) -> str:
    folder, base = posixpath.split(part)
    relations = files.get(f"{folder}/_rels/{base}.rels")
    if relations is None or relation is None:
        return ""
    for one in etree.fromstring(relations).iterfind("rel:Relationship", _NS):
        if one.get("Id") == relation:
            target = str(one.get("Target"))
            return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return ""


def _compile(tree: Any, name: str, part: str, label: str) -> Part:
    patched = _DOCXTPL.patch_xml(etree.tostring(tree, encoding="unicode"))
    source = re.sub(r"<w:p([ >])", r"\n<w:p\1", patched)
    environment = _PROPERTY_TEXT if part == CORE else _RUNS
    try:
        template = environment.from_string(source)
    except TemplateSyntaxError as error:
        raise TemplateError(
            f"{name}: {label}: tanda salah tulis dekat {_near(source, error.lineno)!r} (Jinja: {error.message}). "
            "Periksa kurung dan pasangan 'for ... endfor', 'if ... endif'."
        ) from error
    return Part(part, label, source, template)


def _near(source: str, line: int) -> str:
    lines = source.split("\n")
    text = re.sub(r"<[^>]+>", " ", lines[line - 1] if 0 < line <= len(lines) else "")
    return " ".join(text.split())[-120:]


def _render(template: WordTemplate, part: Part, values: Mapping[str, Any]) -> bytes:
    try:
        text = part.template.render(values)
    except (JinjaError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        _complain(template, part, error)
    return _DECLARATION + text.encode()


def _complain(template: WordTemplate, part: Part, error: Exception) -> NoReturn:
    """Say which tag failed: the last line of the template on the way to the error."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    raise TemplateError(
        f"{template.name}: {part.label}: tanda dekat {part.near(line)!r} tidak dapat diisi ({error})."
    ) from error


def _on_paper(xml: bytes, size: tuple[int, int]) -> bytes:
    """Give every section the paper size; a section that lies down stays so."""

    def page(found: re.Match[bytes]) -> bytes:
        lying = b'w:orient="landscape"' in found.group()
        width, height = reversed(size) if lying else size
        return b'<w:pgSz w:w="%d" w:h="%d"%s/>' % (width, height, b' w:orient="landscape"' * lying)

    return re.sub(rb"<w:pgSz [^>]*/>", page, xml)


def _with_properties(core: bytes, properties: Mapping[str, str | dt.datetime]) -> bytes:
    """Set the core properties; those of the template that are not given stay."""
    tree = etree.fromstring(core)
    for key, value in properties.items():
        if isinstance(value, dt.datetime):
            moment = value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            for name in ("dcterms:created", "dcterms:modified"):
                element = _property(tree, name)
                element.text = moment
                element.set(f"{{{_NS['xsi']}}}type", "dcterms:W3CDTF")
        else:
            _property(tree, _PROPERTIES[key]).text = _NOT_XML.sub("\ufffd", value)
    return _DECLARATION + bytes(etree.tostring(tree))


def _property(tree: Any, name: str) -> Any:
    prefix, local = name.split(":")
    tag = f"{{{_NS[prefix]}}}{local}"
    element = tree.find(tag)
    return element if element is not None else etree.SubElement(tree, tag)


@lru_cache(maxsize=8)
def _measure(emblem: bytes) -> tuple[int, int, str]:
    """Width, height in pixels and content type of the emblem."""
    try:
        with Image.open(io.BytesIO(emblem), formats=("PNG", "JPEG")) as image:
            return image.width, image.height, f"image/{str(image.format).lower()}"
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise TemplateError("Lambang kantor harus gambar PNG atau JPEG. Unggah lagi di Pengaturan.") from error


def _fit(width: int, height: int, box: tuple[int, int]) -> tuple[int, int]:
    """The largest size of the same proportions within the box."""
    scale = min(box[0] / width, box[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _declare(types: bytes, names: frozenset[str], content_type: str) -> bytes:
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{content_type}"/>' for name in sorted(names))
    return types.replace(b"</Types>", overrides.encode() + b"</Types>")
