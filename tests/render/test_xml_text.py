"""A text that is written into XML can be read again."""

from __future__ import annotations

from docgen.render.xml_text import xml_text


def test_what_xml_cannot_hold_is_a_question_mark() -> None:
    """Exactly the characters of XML 1.0 (2.2 Char) stay as they are, of all that Unicode has."""
    allowed = {0x9, 0xA, 0xD, *range(0x20, 0xD800), *range(0xE000, 0xFFFE), *range(0x10000, 0x110000)}
    assert {code for code in range(0x110000) if xml_text(chr(code)) == chr(code)} == allowed | {0xFFFD}
    assert xml_text("a\x00b\ud800") == "a\ufffdb\ufffd"
