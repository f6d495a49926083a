"""Open the package of a Word template: the parts whose text may hold tags, by the name a person of the office knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from docgen.errors import TemplateError
from docgen.render.word.package import NS, TYPES, BrokenPackage, WordParts, read_xml
from wording import say

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
_MAX_UNPACKED = 64 * 1024 * 1024  # bytes; a letter's template is far smaller, a zip bomb is not


def unpack(data: bytes, name: str) -> dict[str, bytes]:
    """Return the files of a .docx; `name` is used in messages. Raises TemplateError."""
    try:
        package = WordParts(data)
        if sum(entry.file_size for entry in package.entries) > _MAX_UNPACKED:
            raise TemplateError(say("{name}: terlalu besar (lebih dari 64 MB setelah dibuka).", name=name))
        return {part: content for part, content in package.items() if not part.endswith("/")}
    except BrokenPackage as error:
        raise TemplateError(
            say(
                "{name}: bukan dokumen Word (.docx) yang utuh. Simpan lagi dari Word sebagai 'Dokumen Word (*.docx)'.",
                name=name,
            )
        ) from error


def tagged_parts(files: Mapping[str, bytes], name: str) -> dict[str, str]:
    """Return the parts that may hold tags, each with its name in messages. Raises TemplateError."""
    tree = parse_part(files.get(TYPES, b""), name, TYPES)
    labels_by_part = {}
    for override in tree.iterfind("ct:Override", NS):
        part = str(override.get("PartName", "")).lstrip("/")
        for ending, label in _TAGGED.items():
            if str(override.get("ContentType", "")).endswith(ending) and part in files:
                labels_by_part[part] = label
    return labels_by_part


def parse_part(data: bytes, name: str, part: str) -> Any:
    """Return the root element of the part `part` of the template `name`. Raises TemplateError."""
    try:
        tree = read_xml(data)
    except etree.XMLSyntaxError as error:
        raise TemplateError(
            say("{name}: bagian {part} rusak ({error}). Simpan lagi dari Word.", name=name, part=part, error=error)
        ) from error
    if tree.getroottree().docinfo.doctype:
        raise TemplateError(
            say("{name}: bagian {part} memuat DOCTYPE, yang tidak ada dalam dokumen Word.", name=name, part=part)
        )
    return tree
