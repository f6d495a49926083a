"""Find the tags `{{p isi }}` of a Word template: rich text takes the place of the paragraph, and has its look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from docgen.render.word.package import NS, NUMBERING, TYPES, W, relations_part, with_types
from docgen.render.word.tags.tag_text import texts_of

PRINT = "_cetak_isi"  # tag of the function that prints rich text
RICH_TAG = re.compile(r"\{\{p\s+([a-z_][\w.]*)\s*\}\}", re.IGNORECASE)
_DECLARED = re.compile(r' xmlns:\w+="[^"]*"')
_NUMBERING_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"
_RELATION = f"{NS['r']}/numbering"


@dataclass(frozen=True)
class Slot:
    """The look of a tag's paragraph and of its text: properties as XML, by name without prefix."""

    paragraph: Mapping[str, str]
    run: Mapping[str, str]


def mark_slots(tree: Any, slots: list[Slot]) -> bool:
    """Let each tag of rich text in a part call the function that prints it; return whether there are any.

    Adds their looks to `slots`.
    """
    before = len(slots)
    for paragraph in tree.iter(f"{W}p"):
        texts = texts_of(paragraph)
        match = RICH_TAG.fullmatch("".join(text.text or "" for text in texts).strip())
        if match is None:
            continue
        holder = next(text for text in texts if (text.text or "").strip())
        look = holder.getparent().find(f"{W}rPr")
        holder.text = f"{{{{p {PRINT}({len(slots)}, {match[1]}) }}}}"
        slots.append(Slot(_properties(paragraph.find(f"{W}pPr")), _properties(look)))
    return len(slots) > before


def with_numbering_part(files: Mapping[str, bytes], body: str) -> dict[str, bytes]:
    """Return the files of a template with a part for numbered lists; most templates have one."""
    if NUMBERING in files:
        return dict(files)
    relations = relations_part(body)
    empty = f'<Relationships xmlns="{NS["rel"]}"></Relationships>'.encode()
    line = f'<Relationship Id="rNomor" Type="{_RELATION}" Target="/{NUMBERING}"/></Relationships>'.encode()
    known = files.get(relations, empty).replace(b'relationships"/>', b'relationships"></Relationships>')
    return {
        **files,
        TYPES: with_types(files[TYPES], {NUMBERING: _NUMBERING_TYPE}),
        relations: known.replace(b"</Relationships>", line),
        NUMBERING: f'<w:numbering xmlns:w="{NS["w"]}"/>'.encode(),
    }


def _properties(look: Any) -> dict[str, str]:
    """Return the properties of a paragraph or run; those of a paragraph's mark and of changes are left out."""
    if look is None:
        return {}
    return {
        etree.QName(child).localname: _DECLARED.sub("", etree.tostring(child, encoding="unicode", with_tail=False))
        for child in look
        if child.tag.startswith(W) and child.tag not in (f"{W}rPr", f"{W}sectPr", f"{W}pPrChange", f"{W}rPrChange")
    }
