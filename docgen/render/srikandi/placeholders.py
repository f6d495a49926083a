"""Prepare Word files for SRIKANDI, which fills number, date and signature of an uploaded letter at placeholders.

SRIKANDI replaces text run by run, so a placeholder is filled only when it stands whole in one run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from lxml import etree

from docgen.errors import TemplateError
from docgen.render.word.package import BODY, W, WordParts, packed, parse_xml
from docgen.typesetting import plain_text
from wording import say

NUMBER = "${nomor_naskah}"
DATE = "${tanggal_naskah}"
SIGNATURE = "${ttd_pengirim}"

_TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_PLACEHOLDERS = re.compile("|".join(map(re.escape, (NUMBER, DATE))).encode(), re.IGNORECASE)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What a paragraph's properties hold besides its look: the end of a section, and the history of changes.
_NOT_COPIED = (f"{W}sectPr", f"{W}pPrChange")
_ROOM_ABOVE = ("before", "beforeLines", "beforeAutospacing")


def lowercase_placeholders(docx: bytes) -> bytes:
    """Return the file with the placeholders of number and date in lower case, as SRIKANDI knows them.

    A template that prints a date in capitals makes `${TANGGAL_NASKAH}` of it. Raises TemplateError.
    """

    def lower(name: str, data: bytes) -> bytes:
        return _PLACEHOLDERS.sub(lambda match: match.group().lower(), data) if _TEXT_PARTS.fullmatch(name) else data

    return _with_changed_parts(docx, lower)


def with_signature_placeholder(docx: bytes, names: Sequence[str]) -> bytes:
    """Return the file with a paragraph `${ttd_pengirim}` directly above the signer's name, looking like it.

    The name is the last paragraph whose whole text is one of `names` before an annex, which is signed on its own; the
    room above the name goes above the placeholder. Raises TemplateError when there is no such paragraph.
    """

    def signed(name: str, data: bytes) -> bytes:
        if name != BODY:
            return data
        tree = parse_xml(data)
        paragraph = _signer_paragraph(tree, names)
        paragraph.addprevious(_placeholder(paragraph))
        written: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        return written

    return _with_changed_parts(docx, signed)


def _signer_paragraph(tree: Any, names: Sequence[str]) -> Any:
    """Return the paragraph of the main signature's name."""
    wanted = {_without_spaces(name) for name in names}
    signer, at_top = None, False
    for paragraph in tree.iter(f"{W}p"):
        text = _text(paragraph)
        at_top = at_top or _is_on(paragraph.find(f"{W}pPr/{W}pageBreakBefore")) or _has_page_break(paragraph)
        if signer is not None and at_top and text.lstrip().casefold().startswith("lampiran"):
            break  # an annex, which is signed on its own
        if _without_spaces(text) in wanted and next(paragraph.iterancestors(_FALLBACK), None) is None:
            signer = paragraph
        ends_page = paragraph.find(f"{W}pPr/{W}sectPr") is not None or _has_page_break(paragraph)
        at_top = ends_page or (at_top and not text.strip())
    if signer is None:
        raise TemplateError(
            say(
                "Nama penanda tangan ({names}) tidak berdiri sendiri pada satu baris naskah, sehingga tempat "
                "{signature} tidak dapat ditentukan. Tulis tanda penandatangan.nama pada baris tersendiri "
                "dalam templat.",
                names=" atau ".join(names),
                signature=SIGNATURE,
            )
        )
    return signer


def _has_page_break(paragraph: Any) -> bool:
    return any(mark.get(f"{W}type") == "page" for mark in paragraph.iter(f"{W}br"))


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(f"{W}val", "1") not in ("0", "false", "off")


def _placeholder(name: Any) -> Any:
    """Return the new paragraph; the space above the name moves above it."""
    paragraph = etree.Element(f"{W}p")
    look = name.find(f"{W}pPr")
    if look is not None:
        copy = deepcopy(look)
        for tag in _NOT_COPIED:
            for element in copy.findall(tag):
                copy.remove(element)
        paragraph.append(copy)
        spacing = look.find(f"{W}spacing")
        if spacing is not None and any(spacing.get(f"{W}{key}") is not None for key in _ROOM_ABOVE):
            for key in _ROOM_ABOVE:
                spacing.attrib.pop(f"{W}{key}", None)
            spacing.set(f"{W}before", "0")  # not left out: the style may have room of its own
    text = etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t")
    text.text = SIGNATURE
    return paragraph


def _text(paragraph: Any) -> str:
    """Return its own text, without that of text boxes anchored in it."""
    texts = paragraph.iter(f"{W}t")
    return "".join(text.text or "" for text in texts if next(text.iterancestors(f"{W}p")) is paragraph)


def _without_spaces(text: str) -> str:
    return "".join(plain_text(text).split())


def _with_changed_parts(docx: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return the package with each part as `change` returns it; deterministic."""
    return packed({name: change(name, data) for name, data in WordParts(docx).items()})
