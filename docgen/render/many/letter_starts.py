"""Mark the beginning of each of many letters in one Word file by a bookmark and a paragraph style."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from docgen.render.word.package import W, parse_xml

START_BOOKMARK = "naskah"  # and four letters: ends the name of every bookmark; on its own, the beginning of a letter
START_STYLES = ("NaskahBaru", "NaskahLagi")  # styles of first paragraphs, in turn; docgen.libreoffice.helper knows them
SAME_HEADS = "kepalabersama"  # a bookmark in a file whose letters all have the head of the first
MOST_SUFFIXES = 26**4  # of four letters: the most letters in one file


def bookmark_suffix(index: int) -> str:
    """Return the suffix of the bookmarks of letter `index` (from 0): letters alone, because LibreOffice writes other
    characters as hex.
    """
    letters = ""
    for _ in range(4):
        index, letter = divmod(index, 26)
        letters = chr(ord("a") + letter) + letters
    return START_BOOKMARK + letters


def with_start_styles(styles: bytes, base: str) -> bytes:
    """Return the part styles.xml with `START_STYLES`, each based on `base` and with its name behind its own.

    Return b"" unless `base` is a style of the office's own: of Word's own styles LibreOffice tells a screen reader by
    their names what they are, such as a heading.
    """
    for style in parse_xml(styles).iterfind(f"{W}style"):
        if style.get(f"{W}styleId") == base and style.get(f"{W}customStyle") in ("1", "true", "on"):
            name = style.find(f"{W}name").get(f"{W}val")
            new_styles = "".join(
                f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style_id}">'
                f"<w:name w:val={quoteattr(f'{style_id} {name}')}/><w:basedOn w:val={quoteattr(base)}/></w:style>"
                for style_id in START_STYLES
            )
            return styles.replace(b"</w:styles>", f"{new_styles}</w:styles>".encode())
    return b""
