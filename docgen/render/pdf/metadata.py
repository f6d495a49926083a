"""Read and set what PDFs declare: PDF/A, title, dates; and merge it for a file of many parts.

A bundle has the output intent and XMP of its front matter; it declares PDF/A, and PDF/UA, only if every part does (for
its tags see `docgen.render.bundles.tags`).
"""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from PIL import ImageCms
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from docgen.render.xml_text import xml_text

_ICC_HEADER = 128
_ICC_DATE = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
_PDFA = re.compile(rb"pdfaid:part(?:>\s*|\s*=\s*[\"'])[123]\b")
_XMP_DATE = re.compile(  # LibreOffice says it in dc:date, too, from some version before 25.2 on
    rb"(<xmp:(?:CreateDate|ModifyDate|MetadataDate)>|<dc:date>\s*<rdf:Seq>\s*<rdf:li>)[^<]*<"
)
_XMP_TITLE = re.compile(rb"(<dc:title>\s*<rdf:Alt>\s*<rdf:li[^>]*>)[^<]*(</rdf:li>\s*</rdf:Alt>)")


SRGB = "sRGB IEC61966-2.1"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True)
class PdfMetadata:
    """XMP and Info of a file, and the number of colours of its output intent if it declares PDF/A-1, 2 or 3, else 0."""

    colours: int
    xmp: bytes
    info: DictionaryObject


def read_metadata(reader: PdfReader, *, main: bool) -> PdfMetadata:
    """Return the metadata of a file; of a file that is not the `main` one, only its colours."""
    root = reader.root_object
    metadata = root.get("/Metadata")
    xmp = metadata.get_object().get_data() if metadata is not None else b""
    if not main:
        return PdfMetadata(_colours(reader, xmp), b"", DictionaryObject())
    entry = reader.trailer.get("/Info")
    info = entry.get_object() if entry is not None else DictionaryObject()
    plain = DictionaryObject()
    if isinstance(info, DictionaryObject):
        plain.update({NameObject(key): value.get_object() for key, value in info.items()})
    return PdfMetadata(_colours(reader, xmp), xmp, plain)


@lru_cache(maxsize=1)
def colour_profile() -> bytes:
    """Return the colour profile of sRGB, always the same bytes."""
    out = io.BytesIO(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    return profile_without_date(out.getvalue())


def archival_xmp(title: str) -> bytes:
    """Return XMP that declares PDF/A-2b and a title."""
    return _XMP.format(title=escape(xml_text(title), quote=False)).encode()


def declare_pdfa(writer: PdfWriter, title: str) -> None:
    """Declare PDF/A-2b for a file whose pages allow it: XMP, output intent sRGB, and the title as its only property."""
    metadata = StreamObject()  # not packed: XMP is looked for in the file as it stands
    metadata.set_data(archival_xmp(title))
    metadata.update(_dictionary(Type=NameObject("/Metadata"), Subtype=NameObject("/XML")))
    profile = StreamObject()
    profile.set_data(colour_profile())
    profile = profile.flate_encode()
    profile[NameObject("/N")] = NumberObject(3)
    intent = _dictionary(
        Type=NameObject("/OutputIntent"),
        S=NameObject("/GTS_PDFA1"),
        OutputConditionIdentifier=TextStringObject(SRGB),
        Info=TextStringObject(SRGB),
        DestOutputProfile=writer._add_object(profile),
    )
    root = writer.root_object
    root[NameObject("/Metadata")] = writer._add_object(metadata)
    root[NameObject("/OutputIntents")] = ArrayObject([writer._add_object(intent)])
    writer.pdf_header = "%PDF-1.7"
    writer.metadata = {"/Title": title}


def _dictionary(**entries: PdfObject) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})


def merged_xmp(
    xmp: bytes, title: str, *, archival: bool, created: dt.datetime | None = None, accessible: bool = False
) -> tuple[bytes, bool]:
    """Return the XMP of a merged file with its title and, if given, its date; and whether it has a title property.

    What claims PDF/A or PDF/UA stays if the file is `archival` or `accessible`.
    """
    if created is not None:
        xmp = _dated_xmp(xmp, created)
    xmp, changed = _XMP_TITLE.subn(lambda match: match[1] + escape(title).encode() + match[2], xmp)
    xmp = xmp if accessible else _without(xmp, b"pdfuaid")
    return (xmp if archival else _without(xmp, b"pdfaid")), changed > 0


def set_info_dates(info: DictionaryObject, created: dt.datetime) -> None:
    """Set the dates that an Info dictionary has, equal to those of its XMP, as PDF/A asks."""
    moment = TextStringObject(f"D:{created.astimezone(dt.UTC):%Y%m%d%H%M%S}+00'00'")
    for key in ("/CreationDate", "/ModDate"):
        if key in info:
            info[NameObject(key)] = moment


def profile_without_date(profile: bytes) -> bytes:
    """Return a colour profile without its creation date, and without the checksum over it.

    So the same pages are the same bytes (ICC.1:2010, 7.2: date at 24, identity at 84; zeros are none).
    """
    if len(profile) < _ICC_HEADER or profile[36:40] != b"acsp":
        return profile
    return profile[:24] + _ICC_DATE + profile[36:84] + bytes(16) + profile[100:]


def set_dates(writer: PdfWriter, created: dt.datetime) -> None:
    """Set the creation date of a PDF/A wherever it is declared."""
    root = writer.root_object
    if writer._info is not None:
        set_info_dates(writer._info, created)
    metadata = root.get("/Metadata")
    if metadata is not None:
        metadata.get_object().set_data(_dated_xmp(metadata.get_object().get_data(), created))
    intents = root.get("/OutputIntents")
    for intent in intents.get_object() if intents is not None else []:
        profile = intent.get_object().get("/DestOutputProfile")
        if profile is not None:
            stream: StreamObject = profile.get_object()
            stream.set_data(profile_without_date(stream.get_data()))


def _dated_xmp(xmp: bytes, created: dt.datetime) -> bytes:
    moment = created.astimezone(dt.UTC).isoformat(timespec="seconds").encode()
    return _XMP_DATE.sub(lambda match: match[1] + moment + b"<", xmp)


def _colours(reader: PdfReader, xmp: bytes) -> int:
    intents = reader.root_object.get("/OutputIntents")
    if not xmp or not intents or not _PDFA.search(xmp):
        return 0
    profile = intents.get_object()[0].get_object().get("/DestOutputProfile")
    return int(profile.get_object()["/N"]) if profile is not None else 0


def _without(xmp: bytes, prefix: bytes) -> bytes:
    """Return XMP without the properties of a namespace, written as elements or as attributes."""
    xmp = re.sub(rb"<%b:(\w+)>[^<]*</%b:\1>" % (prefix, prefix), b"", xmp)
    return re.sub(rb"\s%b:\w+\s*=\s*(\"[^\"]*\"|'[^']*')" % prefix, b"", xmp)
