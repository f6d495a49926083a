"""Texts for XML: in a Word file and in the description of a PDF."""

from __future__ import annotations

import re

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    """Return a text with a question mark (U+FFFD) for each sign that XML 1.0 cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
