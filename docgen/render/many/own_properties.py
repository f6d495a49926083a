"""The properties of a Word file that its PDF shows: title, subject, author and keywords.

LibreOffice gives the PDF of many letters those of the first. Each letter gets its own, as LibreOffice would have given
them to it alone; what else Info and XMP say (program, dates) is the same for all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from docgen.render.word.package import WordParts, parse_xml
from docgen.render.word.tags.tagged_parts import CORE
from docgen.render.xml_text import xml_text

Properties = Mapping[str, str]  # the texts by the names of `_INFO`

_DC = "{http://purl.org/dc/elements/1.1/}"
_CORE_NAMES = {
    "title": f"{_DC}title",
    "subject": f"{_DC}subject",
    "author": f"{_DC}creator",
    "keywords": "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}keywords",
}
_BETWEEN = " ,;:\t"  # keywords, as LibreOffice reads them
_INFO = {"title": b"/Title", "author": b"/Author", "subject": b"/Subject", "keywords": b"/Keywords"}
_ALTERNATIVE = b'<rdf:Alt><rdf:li xml:lang="x-default">%b</rdf:li></rdf:Alt>'
_XMP = {  # the element, and how it holds a text
    "title": (b"dc:title", _ALTERNATIVE),
    "author": (b"dc:creator", b"<rdf:Seq><rdf:li>%b</rdf:li></rdf:Seq>"),
    "subject": (b"dc:description", _ALTERNATIVE),
    "keywords": (b"pdf:Keywords", b"%b"),
}
_DESCRIPTION = (
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    b'xmlns:pdf="http://ns.adobe.com/pdf/1.3/">%b</rdf:Description>'
)


def read_properties(docx: bytes) -> Properties:
    """Return the properties of a Word file that are not empty. Raises TemplateError when it is none."""
    parts = WordParts(docx)
    if CORE not in parts:
        return {}
    tree = parse_xml(parts[CORE])
    texts = {name: xml_text(tree.findtext(tag) or "") for name, tag in _CORE_NAMES.items()}
    texts["keywords"] = ", ".join(re.split(f"[{_BETWEEN}]+", texts["keywords"].lstrip(_BETWEEN)))
    return {name: text for name, text in texts.items() if text}


def with_own_information(info: bytes, properties: Properties) -> bytes:
    """Return the text of an Info dictionary with these properties, and without those of them that are not given."""
    for name, key in _INFO.items():
        info = re.sub(rb"%b\s*(<[^>]*>|\((?:\\.|[^\\)])*\))\s*" % key, b"", info)
        if name in properties:
            entry = b"%b<FEFF%b>\n" % (key, properties[name].encode("utf-16-be").hex().upper().encode())
            info = info.replace(b"<<", b"<<" + entry, 1)
    return info


def with_plain_xmp(pdf: bytes, docx: bytes) -> bytes:
    """Return LibreOffice's PDF of a Word file, in whose XMP LibreOffice 7.4 writes "&amp;" where the Word file says
    "&", with the properties as they are there. Nothing else in the file changes its place.
    """
    start = pdf.rfind(b"<?xpacket begin")
    end = pdf.find(b"<?xpacket end", start)
    if start < 0 or pdf.find(b"&amp;", start, end) < 0:
        return pdf
    xmp = with_own_xmp(pdf[start:end].rstrip(), read_properties(docx))
    return pdf[:start] + xmp.ljust(end - start) + pdf[end:] if len(xmp) <= end - start else pdf


def with_own_xmp(xmp: bytes, properties: Properties) -> bytes:
    """Return XMP with these properties, and without those of them that are not given."""
    elements = b""
    for name, (element, content) in _XMP.items():
        xmp = re.sub(rb"(?s)<%b>.*?</%b>" % (element, element), b"", xmp)
        if name in properties:
            text = content % escape(properties[name], quote=False).encode()
            elements += b"<%b>%b</%b>" % (element, text, element)
    if not elements:
        return xmp
    head, end, tail = xmp.rpartition(b"</rdf:RDF>")
    return head + _DESCRIPTION % elements + end + tail
