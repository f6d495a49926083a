"""Texts for XML: in a Word file and in the description of a PDF."""

from __future__ import annotations

import re

from markupsafe import escape

from docgen.typesetting import NO_BREAK_HYPHEN

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# Characters for which Word has elements of its own.
_ELEMENTS = (
    *(("\r\n", "<w:br/>"), ("\n", "<w:br/>"), ("\r", "<w:br/>"), ("\t", "<w:tab/>")),
    (NO_BREAK_HYPHEN, "<w:noBreakHyphen/>"),
)
_OWN_ELEMENT = re.compile(f"[\r\n\t{NO_BREAK_HYPHEN}]")


def xml_text(text: str) -> str:
    """Return a text with a question mark (U+FFFD) for each sign that XML 1.0 cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def run_text(text: str) -> str:
    """Return a text as it stands in `w:t`: escaped, with breaks, tabs and hyphens as Word writes them."""
    escaped = str(escape(xml_text(text)))
    if _OWN_ELEMENT.search(escaped):
        for character, element in _ELEMENTS:
            escaped = escaped.replace(character, f'</w:t>{element}<w:t xml:space="preserve">')
    return escaped
