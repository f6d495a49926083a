"""Repair the body of a filled Word file: what loops and conditions of a template may have broken."""

from __future__ import annotations

import re
from collections import Counter
from itertools import count

_END = r"(?:<w:sectPr\b(?:(?!</w:sectPr>).)*</w:sectPr>|<w:sectPr [^>]*/>)?\s*</w:body>"
_TABLE_LAST = re.compile(rf"</w:tbl>(?=\s*{_END})", re.DOTALL)
_SECTION_ENDS = "</w:sectPr></w:pPr></w:p>"  # a paragraph that ends a section and holds nothing else
_DRAWING = re.compile(r'(<wp:docPr\b[^>]*?\b)id="(\d+)"')
_BOOKMARKS = re.compile(r"<w:bookmark(Start|End)\b[^>]*>")
_BOOKMARK = re.compile(r'<w:bookmarkStart\b[^>]*?w:id="(\d+)"')


def repair_body(xml: str) -> str:
    """Return a body that ends in a paragraph, because LibreOffice stops at any other, with unique drawing ids.

    Where nothing of the last section is left, the one before is the last: else an empty page would end the letter.
    """
    xml = _TABLE_LAST.sub("</w:tbl><w:p/>", _without_empty_section(xml))
    numbers = [number for _, number in _DRAWING.findall(xml)]
    if len(set(numbers)) < len(numbers):
        ids = count(1)
        xml = _DRAWING.sub(lambda match: f'{match[1]}id="{next(ids)}"', xml)
    return _with_unique_bookmarks(xml)


def _without_empty_section(xml: str) -> str:
    """Return the body without its last section if that holds no paragraph."""
    last = xml.rfind("<w:sectPr")
    before = xml[: max(last, 0)].rstrip()
    if not before.endswith(_SECTION_ENDS):
        return xml
    section = before.rfind("<w:sectPr")
    paragraph = max(before.rfind("<w:p>", 0, section), before.rfind("<w:p ", 0, section))
    body_end = xml.rfind("</w:body>")
    section_xml = before[section : -len("</w:pPr></w:p>")]
    return f"{before[:paragraph]}{section_xml}{xml[body_end:]}"


def _with_unique_bookmarks(xml: str) -> str:
    """Return the body with ids and names of their own for bookmarks that a loop repeated."""
    bookmark_ids = _BOOKMARK.findall(xml)
    if len(set(bookmark_ids)) == len(bookmark_ids):
        return xml
    ids, names = count(1), Counter[str]()
    open_marks: dict[str, list[str]] = {}

    def begin(match: re.Match[str]) -> str:
        mark, old = match[0], _attribute(match[0], "id")
        if match[1] == "End":
            number = (open_marks.get(old) or [old]).pop()
        else:
            number, name = str(next(ids)), _attribute(mark, "name")
            open_marks.setdefault(old, []).append(number)
            names[name] += 1
            if names[name] > 1:
                mark = mark.replace(f'w:name="{name}"', f'w:name="{name}_{names[name]}"')
        return mark.replace(f'w:id="{old}"', f'w:id="{number}"')

    return _BOOKMARKS.sub(begin, xml)


def _attribute(element: str, name: str) -> str:
    match = re.search(f'w:{name}="([^"]*)"', element)
    return match[1] if match else ""
