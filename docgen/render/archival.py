"""What a PDF says of itself (PDF/A, title, identity), and what a whole of many files may say.

The front matter's marks (output intent, XMP) become the whole's; the claim to be PDF/A is taken back when a part makes
none. Tags are left out: each part has a structure tree of its own numbering, and level B asks for none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, NameObject

_PDFA = re.compile(rb"pdfaid:part(?:>\s*|\s*=\s*[\"'])[123]\b")
_XMP_TITLE = re.compile(rb"(<dc:title>\s*<rdf:Alt>\s*<rdf:li[^>]*>)[^<]*(</rdf:li>\s*</rdf:Alt>)")


@dataclass(frozen=True)
class Claims:
    """Of a file: the number of colours of its output intent when it says that it is PDF/A-1, 2 or 3, else 0; its XMP,
    Info, and the first half of its /ID.
    """

    colours: int
    xmp: bytes
    info: DictionaryObject
    identity: bytes


def claims(reader: PdfReader, *, main: bool) -> Claims:
    """What a file says of itself; only of the `main` one all is asked."""
    root = reader.root_object
    metadata = root.get("/Metadata")
    xmp = metadata.get_object().get_data() if metadata is not None else b""
    if not main:
        return Claims(_colours(reader, xmp), b"", DictionaryObject(), b"")
    found = reader.trailer.get("/Info")
    info = found.get_object() if found is not None else DictionaryObject()
    plain = DictionaryObject()
    if isinstance(info, DictionaryObject):
        plain.update({NameObject(key): value.get_object() for key, value in info.items()})
    id = reader.trailer.get("/ID")
    half = id.get_object()[0] if id is not None else b""
    return Claims(_colours(reader, xmp), xmp, plain, half if isinstance(half, bytes) else half.original_bytes)


def merged_xmp(xmp: bytes, title: str, *, archival: bool) -> tuple[bytes, bool]:
    """XMP of the whole, with its title; also whether there was a place for the title."""
    xmp, changed = _XMP_TITLE.subn(lambda found: found[1] + escape(title).encode() + found[2], xmp)
    xmp = _without(xmp, b"pdfuaid")  # PDF/UA needs the tags
    return (xmp if archival else _without(xmp, b"pdfaid")), changed > 0


def _colours(reader: PdfReader, xmp: bytes) -> int:
    intents = reader.root_object.get("/OutputIntents")
    if not xmp or not intents or not _PDFA.search(xmp):
        return 0
    profile = intents.get_object()[0].get_object().get("/DestOutputProfile")
    return int(profile.get_object()["/N"]) if profile is not None else 0


def _without(xmp: bytes, prefix: bytes) -> bytes:
    """XMP without the properties of a namespace, written as elements or as attributes."""
    xmp = re.sub(rb"<%b:(\w+)>[^<]*</%b:\1>" % (prefix, prefix), b"", xmp)
    return re.sub(rb"\s%b:\w+\s*=\s*(\"[^\"]*\"|'[^']*')" % prefix, b"", xmp)
