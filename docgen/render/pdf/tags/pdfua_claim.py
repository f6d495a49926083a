"""Declare PDF/UA-1 in the metadata of a letter (ISO 14289-1, 5)."""

from __future__ import annotations

import re
from html import escape

_TITLE = re.compile(rb"/Title\s*<FEFF([0-9A-Fa-f]*)>")
_XMP_TITLE = re.compile(rb"(<dc:title>\s*<rdf:Alt>\s*<rdf:li[^>]*>)[^<]*(?=</rdf:li>)")

# The property as XMP must explain it, because PDF/A knows it not (ISO 19005-2, 6.6.2.3).
_PDFUA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema
</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def with_claim(xmp: bytes, info: bytes) -> bytes:
    """Return XMP that says PDF/UA-1 and has the title of Info; empty for a file that has none, or says so already.

    LibreOffice 7.4 escapes the title in XMP twice.
    """
    title = _TITLE.search(info)
    if title is None or not title[1] or b"pdfuaid" in xmp or not _XMP_TITLE.search(xmp):
        return b""
    text = escape(bytes.fromhex(title[1].decode()).decode("utf-16-be"), quote=False).encode()
    xmp = _XMP_TITLE.sub(lambda match: match[1] + text, xmp)
    return xmp.replace(b"</rdf:RDF>", _PDFUA + b"</rdf:RDF>", 1)
