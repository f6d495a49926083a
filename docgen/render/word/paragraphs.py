"""Change how a paragraph of a Word file stands on its page."""

from __future__ import annotations

from typing import Any

from lxml import etree

from docgen.render.word.package import W


def keep_with_next(paragraph: Any) -> None:
    """Keep a paragraph (`w:p`) on the page of the one below it."""
    look = paragraph.find(f"{W}pPr")
    if look is None:
        look = etree.Element(f"{W}pPr")
        paragraph.insert(0, look)
    if look.find(f"{W}keepNext") is None:
        look.insert(1 if look.find(f"{W}pStyle") is not None else 0, etree.Element(f"{W}keepNext"))
