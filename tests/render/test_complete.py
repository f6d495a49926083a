"""What a Word file says is in its PDF, to the last row; where LibreOffice leaves something out, it is noticed."""

from __future__ import annotations

from collections import Counter

import pytest
from lxml import etree

from docgen.errors import PdfError
from docgen.libreoffice import Converter
from docgen.render.complete import require_complete
from docgen.render.pages import page_text
from docgen.render.wordparts import BODY, NS, WordParts, packed, parse_xml
from tests.render.letters import KINDS, kind, letter

pytestmark = pytest.mark.office

LINE = b"<w:p><w:r><w:t>baris</w:t></w:r></w:p>"
HEADED = ("laporan_pengelolaan_aset", "rencana_aksi", "rencana_kebutuhan")
_texts = etree.XPath("//w:t/text()", namespaces=NS)


def lowered(docx: bytes, lines: int, *, loose: bool = False) -> bytes:
    """The same file with everything some lines further down; `loose` without what keeps headings with their rows."""
    parts = dict(WordParts(docx))
    body = parts[BODY].replace(b"<w:body>", b"<w:body>" + LINE * lines, 1)
    if loose:
        body = body.replace(b"<w:keepNext/>", b"")
    return packed({**parts, BODY: body})


def lost(docx: bytes, pdf: bytes) -> int:
    """How many signs of the Word file's body are not to be read on any page."""
    said = "".join(_texts(parse_xml(WordParts(docx)[BODY])))
    return (Counter("".join(said.split())) - Counter("".join("".join(page_text(pdf)).split()))).total()


@pytest.mark.parametrize("slug", KINDS)
def test_every_kind_is_complete(slug: str, converter: Converter) -> None:
    """Short and long letters of each kind show every paragraph they have, and none is called incomplete."""
    for index in (0, 1):
        docx = letter(kind(slug), index)
        pdf = converter.convert(docx)
        require_complete(docx, pdf)
        assert lost(docx, pdf) == 0


@pytest.mark.parametrize("slug", HEADED)
def test_no_row_is_lost_wherever_the_page_ends(slug: str, converter: Converter) -> None:
    """A table under a repeated heading keeps its rows at whichever line of the page it begins."""
    docx = letter(kind(slug), 0)
    for lines in range(0, 34, 2):
        lower = lowered(docx, lines)
        assert lost(lower, converter.convert(lower)) == 0, lines


def test_what_libreoffice_leaves_out_is_noticed(converter: Converter) -> None:
    """Without what keeps headings with their rows, rows are lost at some places of a page: just those are refused."""
    docx = letter(kind("laporan_pengelolaan_aset"), 0)
    for lines in (0, 1, 2, 20):
        lower = lowered(docx, lines, loose=True)
        pdf = converter.convert(lower)
        if lost(lower, pdf):
            with pytest.raises(PdfError, match="alinea hilang"):
                require_complete(lower, pdf)
        else:
            require_complete(lower, pdf)
