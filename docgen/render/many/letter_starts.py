"""How the beginning of each of many letters in one Word file is known again: a bookmark, and the style it has."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from docgen.render.word.package import W, parse_xml

MARK = "naskah"  # and four letters: ends the name of every bookmark; on its own, the beginning of a letter
BEGINNINGS = ("NaskahBaru", "NaskahLagi")  # styles of first paragraphs, in turn; docgen.libreoffice.worker knows them
MOST = 26**4


def suffix(index: int) -> str:
    """Return what ends the bookmarks of letter `index` (from 0): letters alone, as LibreOffice writes other signs as
    hex.
    """
    signs = ""
    for _ in range(4):
        index, sign = divmod(index, 26)
        signs = chr(ord("a") + sign) + signs
    return MARK + signs


def with_beginnings(styles: bytes, base: str) -> bytes:
    """Return the part styles.xml with `BEGINNINGS`, in all like `base`, whose name they have behind their own.

    Only for a style that an office made for itself: what LibreOffice tells a screen reader of Word's own, as that it is
    a heading, goes by their names. Empty for another one.
    """
    for style in parse_xml(styles).iterfind(f"{W}style"):
        if style.get(f"{W}styleId") == base and style.get(f"{W}customStyle") in ("1", "true", "on"):
            name = style.find(f"{W}name").get(f"{W}val")
            made = "".join(
                f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{beginning}">'
                f"<w:name w:val={quoteattr(f'{beginning} {name}')}/><w:basedOn w:val={quoteattr(base)}/></w:style>"
                for beginning in BEGINNINGS
            )
            return styles.replace(b"</w:styles>", f"{made}</w:styles>".encode())
    return b""
