"""Change how a paragraph of a Word file stands on its page."""

from __future__ import annotations

from typing import Any

from lxml import etree

from docgen.render.word.package import W

# The properties of a paragraph that are set here, and those that come before them: Word reads them in this order.
_ORDER = (
    *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers"),
    *("pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct"),
    *("autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing", "ind"),
)


def keep_with_next(paragraph: Any) -> None:
    """Keep a paragraph (`w:p`) on the page of the one below it."""
    paragraph_property(paragraph, "keepNext")


def paragraph_property(paragraph: Any, name: str) -> Any:
    """Return the property `name` of a paragraph, e.g. `ind`; added where Word looks for it if it is not there."""
    look = paragraph.find(f"{W}pPr")
    if look is None:
        look = etree.Element(f"{W}pPr")
        paragraph.insert(0, look)
    element = look.find(f"{W}{name}")
    if element is None:
        element = etree.Element(f"{W}{name}")
        before = {f"{W}{other}" for other in _ORDER[: _ORDER.index(name)]}
        look.insert(sum(child.tag in before for child in look), element)
    return element
