"""Remove from a Word file what makes LibreOffice read anything outside of it, and refuse zip bombs.

A .docx can make whoever opens it fetch a linked picture, an attached template, a linked object or the result of a field
such as INCLUDEPICTURE, from the network or from the local disk (CVE-2020-12802 and its kin). It can also be a zip bomb
or carry XML entities (CVE-2016-5851). Hyperlinks a reader may click stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from zipfile import ZipInfo

from lxml import etree

from docgen.errors import ConversionFailed
from docgen.render.word.package import NS, TYPES, BrokenPackage, WordParts, packed, read_xml

MEGABYTE = 1024**2
MAX_TOTAL = 256 * MEGABYTE  # unpacked; a batch of 2,000 letters is some 40 MB of XML
MAX_PARTS = 5000
MAX_RATIO = 400  # a batch of like letters in one file reaches 100; a bomb comes near 1,000
RATIO_COUNTS_FROM = 32 * MEGABYTE

NOT_WORD = (
    "Berkas ini bukan dokumen Word (.docx) yang utuh. Simpan lagi sebagai .docx tanpa kata sandi, lalu coba lagi."
)
TOO_BIG = "Berkas Word ini terlalu besar setelah dibuka. Kecilkan gambar atau bagi berkasnya, lalu coba lagi."
ODD_XML = (
    "Berkas Word ini berisi XML yang tidak lazim. Buka dengan Word atau LibreOffice, lalu simpan lagi sebagai .docx."
)

HYPERLINK = "/hyperlink"
IMPORTED_PARTS = ("/aFChunk", "/subDocument")  # other file formats inside, with links of their own
CLICKED = {"hyperlink", "hlinkClick", "hlinkHover", "hlinkMouseOver"}
FETCHING_FIELDS = {
    "INCLUDEPICTURE",
    "INCLUDETEXT",
    "INCLUDE",
    "IMPORT",
    "LINK",
    "DDE",
    "DDEAUTO",
    "RD",
    "DATABASE",
}

_ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']""")
_READ_ENCODINGS = {b"utf-8", b"us-ascii", b"ascii"}
_RELATIONSHIP = f"{{{NS['r']}}}"


def strip_external(docx: bytes) -> bytes:
    """Return the Word file without anything that makes its reader fetch another file; unchanged if there is none.

    Raises ConversionFailed if it is not a sound zip of a Word document, unpacks to more than `MAX_TOTAL`
    bytes or `MAX_RATIO` times its size, or carries a document type declaration or an encoding other than
    UTF-8.
    """
    try:
        package = WordParts(docx)
        _refuse_bombs(package.entries, len(docx))
        parts = dict(package)
    except BrokenPackage as error:
        raise ConversionFailed(NOT_WORD) from error
    if TYPES not in parts:
        raise ConversionFailed(NOT_WORD)
    changed = _changed_parts(parts)
    return packed(parts | changed, quick=True) if changed else docx


def _refuse_bombs(entries: Sequence[ZipInfo], size: int) -> None:
    total = sum(entry.file_size for entry in entries)
    swollen = total > RATIO_COUNTS_FROM and total > MAX_RATIO * size
    if len(entries) > MAX_PARTS or total > MAX_TOTAL or swollen:
        raise ConversionFailed(TOO_BIG)
    names = [entry.filename.casefold() for entry in entries]
    if len(set(names)) != len(names):  # readers disagree on which of the two counts
        raise ConversionFailed(NOT_WORD)


def _changed_parts(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Return the parts that had to be changed, by name."""
    changed = {}
    for name, data in parts.items():
        if not _is_xml(data):
            continue
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise ConversionFailed(ODD_XML)
        if name.casefold().endswith(".rels"):
            cleaned = _clean_relationships(name, data, parts)
        elif b"instrText" in data or b"fldSimple" in data:
            cleaned = _clean_fields(data)
        else:
            continue
        if cleaned is not None:
            changed[name] = cleaned
    return changed


def _is_xml(data: bytes) -> bool:
    """Return whether a part is XML by its content (its name can lie). Raises ConversionFailed if its encoding hides
    things.
    """
    start = data[:200]
    if start.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
        raise ConversionFailed(ODD_XML)
    if not start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return False
    declared = _ENCODING.match(start)
    if declared and declared[1].lower() not in _READ_ENCODINGS:
        raise ConversionFailed(ODD_XML)
    return True


def _clean_relationships(name: str, data: bytes, parts: dict[str, bytes]) -> bytes | None:
    """Remove relationships that lead outside, except hyperlinks that are only clicked; None if nothing was removed."""
    root = _parse(data)
    removed = False
    used: dict[str, set[str]] | None = None
    for relation in list(root):
        kind = str(relation.get("Type", ""))
        is_external = str(relation.get("TargetMode", "")).casefold() == "external"
        if is_external and kind.endswith(HYPERLINK):
            used = _uses(name, parts) if used is None else used
            drop = not used.get(str(relation.get("Id")), set()) <= CLICKED
        else:
            drop = is_external or kind.endswith(IMPORTED_PARTS) or _leads_out(str(relation.get("Target", "")))
        if drop:
            root.remove(relation)
            removed = True
    return _written(root) if removed else None


def _leads_out(target: str) -> bool:
    """Return whether a target that claims to lie inside the file is an address all the same."""
    return bool(re.match(r"\s*([a-z][a-z0-9+.-]*:|//|\\\\)", target, re.IGNORECASE))


def _uses(rels: str, parts: dict[str, bytes]) -> dict[str, set[str]]:
    """Return which elements of the part a .rels file belongs to refer to each relationship: id -> local names."""
    path = PurePosixPath(rels)
    source = parts.get(str(path.parent.parent / path.stem).removeprefix("./"), b"")
    uses: dict[str, set[str]] = {}
    if not source:
        return uses
    for element in _parse(source).iter("*"):
        for attribute, value in element.attrib.items():
            if str(attribute).startswith(_RELATIONSHIP) or str(attribute).endswith("}relid"):
                uses.setdefault(str(value), set()).add(etree.QName(element).localname)
    return uses


def _clean_fields(data: bytes) -> bytes | None:
    """Empty the instructions of fields that fetch a file; the text they last showed stays. None if there is none.

    Word may spread one instruction over several runs, so the pieces between a field's begin and its separator
    are read together; fields nest.
    """
    root = _parse(data)
    changed = False
    open_fields: list[list[etree._Element]] = []
    for element in root.iter("*"):
        local = etree.QName(element).localname
        if local == "fldSimple":
            for attribute, value in element.attrib.items():
                if str(attribute).endswith("instr") and _fetches(str(value)):
                    element.set(attribute, "")
                    changed = True
        elif local == "instrText":
            if not open_fields:
                open_fields.append([])
            open_fields[-1].append(element)
        elif local == "fldChar":
            kind = next((str(value) for key, value in element.attrib.items() if str(key).endswith("fldCharType")), "")
            if kind == "begin":
                open_fields.append([])
            elif kind == "end" and open_fields:
                changed |= _empty_if_fetching(open_fields.pop())
    for unfinished in open_fields:
        changed |= _empty_if_fetching(unfinished)
    return _written(root) if changed else None


def _empty_if_fetching(pieces: list[etree._Element]) -> bool:
    if not _fetches("".join(piece.text or "" for piece in pieces)):
        return False
    for piece in pieces:
        piece.text = ""
    return True


def _fetches(instruction: str) -> bool:
    words = instruction.split(maxsplit=1)
    return bool(words) and words[0].strip('"\\').upper() in FETCHING_FIELDS


def _parse(data: bytes) -> etree._Element:
    try:
        return read_xml(data, huge=True)
    except etree.XMLSyntaxError as error:
        raise ConversionFailed(NOT_WORD) from error


def _written(root: etree._Element) -> bytes:
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data
