"""Word files for SRIKANDI, which fills number, date and signature of an uploaded letter by their placeholders.

SRIKANDI replaces text run by run, so a placeholder is filled only when it stands whole in one run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from lxml import etree

from docgen.errors import TemplateError
from docgen.render.word.package import WordParts, packed, parse_xml

NUMBER = "${nomor_naskah}"
DATE = "${tanggal_naskah}"
SIGNATURE = "${ttd_pengirim}"

_BODY = "word/document.xml"
_TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_PRINTED = re.compile("|".join(map(re.escape, (NUMBER, DATE))).encode(), re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What a paragraph's properties hold besides its look: the end of a section, and the history of changes.
_NOT_LOOK = (f"{_W}sectPr", f"{_W}pPrChange")
_ROOM_ABOVE = ("before", "beforeLines", "beforeAutospacing")


def exact_placeholders(docx: bytes) -> bytes:
    """Return the file with number's and date's placeholders in small letters, as SRIKANDI knows them.

    A template that prints a date in capitals makes `${TANGGAL_NASKAH}` of it. Raises TemplateError.
    """

    def lower(name: str, data: bytes) -> bytes:
        return _PRINTED.sub(lambda found: found.group().lower(), data) if _TEXT_PARTS.fullmatch(name) else data

    return _rewritten(docx, lower)


def with_signature_placeholder(docx: bytes, names: Sequence[str]) -> bytes:
    """Return the file with a paragraph `${ttd_pengirim}` directly above the signer's name, looking like it.

    The name is the last paragraph whose whole text is one of `names` before an annex, which is signed on its own; the
    room above the name goes above the placeholder. Raises TemplateError when there is no such paragraph.
    """

    def signed(name: str, data: bytes) -> bytes:
        if name != _BODY:
            return data
        tree = parse_xml(data)
        paragraph = _signer(tree, names)
        paragraph.addprevious(_placeholder(paragraph))
        written: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        return written

    return _rewritten(docx, signed)


def _signer(tree: Any, names: Sequence[str]) -> Any:
    """Return the paragraph of the main signature's name."""
    wanted = {_squeezed(name) for name in names}
    found = None
    for paragraph in tree.iter(f"{_W}p"):
        if found is not None and _opens_annex(paragraph):
            break
        if _squeezed(_text(paragraph)) in wanted and next(paragraph.iterancestors(_FALLBACK), None) is None:
            found = paragraph
    if found is None:
        raise TemplateError(
            f"Nama penanda tangan ({' atau '.join(names)}) tidak berdiri sendiri pada satu baris naskah, sehingga "
            f"tempat {SIGNATURE} tidak dapat ditentukan. Tulis tanda penandatangan.nama pada baris tersendiri dalam "
            "templat."
        )
    return found


def _opens_annex(paragraph: Any) -> bool:
    """Return whether "LAMPIRAN …" begins a page here."""
    if not _text(paragraph).lstrip().startswith("LAMPIRAN"):
        return False
    if _is_on(paragraph.find(f"{_W}pPr/{_W}pageBreakBefore")) or _breaks(paragraph):
        return True
    before = paragraph.getprevious()
    return before is not None and (_breaks(before) or before.find(f"{_W}pPr/{_W}sectPr") is not None)


def _breaks(paragraph: Any) -> bool:
    return any(mark.get(f"{_W}type") == "page" for mark in paragraph.iter(f"{_W}br"))


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(f"{_W}val", "1") not in ("0", "false", "off")


def _placeholder(name: Any) -> Any:
    """Return the new paragraph; the room above is taken from the paragraph of the name."""
    paragraph = etree.Element(f"{_W}p")
    look = name.find(f"{_W}pPr")
    if look is not None:
        copy = deepcopy(look)
        for tag in _NOT_LOOK:
            for one in copy.findall(tag):
                copy.remove(one)
        paragraph.append(copy)
        spacing = look.find(f"{_W}spacing")
        if spacing is not None and any(spacing.get(f"{_W}{one}") is not None for one in _ROOM_ABOVE):
            for one in _ROOM_ABOVE:
                spacing.attrib.pop(f"{_W}{one}", None)
            spacing.set(f"{_W}before", "0")  # not left out: the style may have room of its own
    text = etree.SubElement(etree.SubElement(paragraph, f"{_W}r"), f"{_W}t")
    text.text = SIGNATURE
    return paragraph


def _text(paragraph: Any) -> str:
    """Return its own text, without that of text boxes anchored in it."""
    texts = paragraph.iter(f"{_W}t")
    return "".join(one.text or "" for one in texts if next(one.iterancestors(f"{_W}p")) is paragraph)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _rewritten(docx: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return the package with each part as `change` gives it back; the same bytes for the same package."""
    return packed({name: change(name, data) for name, data in WordParts(docx).items()})
