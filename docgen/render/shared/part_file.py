"""Read the Word file of a shared part, and refuse what cannot stand inside another document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from docgen.errors import TemplateError
from docgen.render.word.package import NS, NUMBERING, STYLES, Relation, W, read_relations
from docgen.render.word.strip_template import near, remove_markup
from docgen.render.word.tags.tagged_parts import BODY_LABEL, parse_part, tagged_parts, unpack
from wording import say

_SECTION = f"{W}sectPr"
_REFUSED = {
    "headerReference": "kepala halaman sendiri",
    "footerReference": "kaki halaman sendiri",
    "footnoteReference": "catatan kaki",
    "endnoteReference": "catatan akhir",
}
_RELATED = ("/image", "/hyperlink")  # kinds of relations that can be taken over
references = etree.XPath(".//@r:*", namespaces=NS)


@dataclass(frozen=True)
class PartFile:
    """A shared part: what stands in its body, and the parts of its package that this needs.

    The elements are shared by all who read the same file: copy before changing one.
    """

    name: str
    root: Any
    blocks: tuple[Any, ...]
    relations: Mapping[str, Relation]
    files: Mapping[str, bytes]
    styles: Any
    numbering: Any


@lru_cache(maxsize=128)
def read_part(data: bytes, name: str, where: str) -> PartFile:
    """Read the Word file of the shared part `name`; `where` names the file in messages.

    Raises TemplateError for a file that is no Word file, and for one that holds sections, headers, notes or objects.
    """
    files = unpack(data, where)
    body = next((part for part, label in tagged_parts(files, where).items() if label == BODY_LABEL), "")
    if not body:
        raise TemplateError(
            say("{name}: bukan dokumen Word (.docx). Simpan dari Word sebagai 'Dokumen Word (*.docx)'.", name=where)
        )
    root = parse_part(files[body], where, body)
    remove_markup(root, where)
    blocks = tuple(element for element in root.find(f"{W}body") if element.tag != _SECTION)
    relations = read_relations(files, body)
    _require_insertable(root, blocks, relations, where)
    return PartFile(
        name,
        root,
        blocks,
        relations,
        files,
        parse_part(files[STYLES], where, STYLES) if STYLES in files else None,
        parse_part(files[NUMBERING], where, NUMBERING) if NUMBERING in files else None,
    )


def _require_insertable(root: Any, blocks: tuple[Any, ...], relations: Mapping[str, Relation], where: str) -> None:
    for tag, what in _REFUSED.items():
        for element in root.iter(f"{W}{tag}"):
            raise _refusal(where, what, element)
    for block in blocks:
        for section in block.iter(_SECTION):
            raise _refusal(where, "pemisah bagian (section break)", section)
        for reference in references(block):
            relation = relations.get(reference)
            if relation is not None and not relation.kind.endswith(_RELATED):
                raise _refusal(where, "objek selain gambar", reference.getparent())


def _refusal(where: str, what: str, element: Any) -> TemplateError:
    return TemplateError(
        say(
            "{where}: memuat {what}{near}, yang tidak dapat ditaruh di dalam naskah lain. Hapus dari berkas ini.",
            where=where,
            what=what,
            near=near(element),
        )
    )
