"""What a Word file says is in its PDF, to the last row; where LibreOffice leaves something out, it is noticed."""

from __future__ import annotations

from collections import Counter

import pytest
from lxml import etree

from docgen.errors import PdfError
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.render.word.completeness import require_complete
from docgen.render.word.package import BODY, NS, WordParts, packed, parse_xml
from tests.support.files.word_by_hand import para, part, row, run, table, text_box, word
from tests.support.office.letters import KINDS, kind, letter

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
            with pytest.raises(PdfError, match="hilang dalam PDF"):
                require_complete(lower, pdf)
        else:
            require_complete(lower, pdf)


WORDS = " ".join(f"kata{number}" for number in range(60))
FIXED = '<w:trHeight w:val="600" w:hRule="exact"/>'
FRAME = '<w:framePr w:w="2000" w:h="600" w:hRule="exact" w:wrap="around" w:vAnchor="text" w:hAnchor="margin" w:x="1"/>'
CLIPPED = {
    "row": (table(row(para(WORDS) + para("Router sering mati"), look=FIXED)), "Tinggi baris"),
    "box": (para(text_box(para(WORDS), para("Router sering mati"))), "bingkai"),
    "frame": (para(f"{WORDS} Router sering mati", look=FRAME), "bingkai"),
    "page": (
        para(f"{WORDS} Router sering mati", look='<w:ind w:left="11000" w:right="-6000"/>'),
        "keluar dari halaman",
    ),
}


@pytest.mark.parametrize("name", CLIPPED)
def test_what_is_cut_off_is_named_with_advice_that_fits(name: str, converter: Converter) -> None:
    """Text that a fixed row, a full box or frame, or the page's edge cuts off is named by its words."""
    body, advice = CLIPPED[name]
    docx = word(para("utuh") + body + para("akhir"))
    with pytest.raises(PdfError, match="hilang dalam PDF: 'kata") as caught:
        require_complete(docx, converter.convert(docx))
    assert advice in str(caught.value)
    assert "utuh" not in str(caught.value)


def test_a_lost_row_is_named_by_its_words(converter: Converter) -> None:
    """Also where a row says the same as another one, and a row more or less is what the PDF lacks."""
    rows = [row(para(text), para("ya")) for text in ("Router sering mati", "Router sering mati", "Sakelar baik")]
    pdf = converter.convert(word(table(rows[0], rows[2]) + para("akhir")))
    with pytest.raises(PdfError, match="hilang dalam PDF: 'Router sering mati'"):
        require_complete(word(table(*rows) + para("akhir")), pdf)


TEXTS = [
    *("e\u0301 a\u030a \u01df", "\ufb01 \ufb03 office", "a\u200bb\u2060c\ufeffd\u00ade", "a\u00a0b\u202fc"),
    *("x\u00b2 \u00bd \u2167 \u2460", "Ti\u1ebfng Vi\u1ec7t", "\u041f\u0440\u0438\u0432\u0435\u0442", "Stra\u00dfe"),
    *("\u0627\u0644\u0633\u0644\u0627\u0645 \u0639\u0644\u064a\u0643\u0645", "\u05e9\u05dc\u05d5\u05dd", "a.....b"),
    *(
        "\u0938\u094d\u0924\u0947 \u0915\u094d\u0937",
        "abc \u202e\u062d\u0631\u0648\u0641\u202c def",
        "\u201ca\u201d \u2018b\u2019",
    ),
    *("https://contoh.go.id/" + "abc/" * 60, "x" * 300, "\U0001f468\u200d\U0001f469 \u2713"),
]
LOOKS = [
    *("<w:caps/>", "<w:smallCaps/>", '<w:vertAlign w:val="superscript"/>', '<w:spacing w:val="100"/>', "<w:vanish/>"),
    *('<w:w w:val="200"/>', '<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>', '<w:vanish w:val="0"/>', "<w:strike/>"),
    *('<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>', '<w:rStyle w:val="Petunjuk"/>', "<w:specVanish/>"),
]
DROP = '<w:keepNext/><w:framePr w:dropCap="drop" w:lines="3" w:wrap="around" w:vAnchor="text" w:hAnchor="text"/>'


def test_what_is_whole_is_never_called_incomplete(converter: Converter) -> None:
    """Scripts, signs without width, hidden text, drop caps, boxes, notes, rows and paragraphs over pages: all there."""
    body = "".join(para(text) for text in TEXTS)
    body += "".join(para(run(f"tampilan {at} isi", look)) for at, look in enumerate(LOOKS))
    body += para("\u200b") + para("\u2060") + para("D", look=DROP) + para("engan hormat " + WORDS)
    body += para("sebelum", '<w:r><w:footnoteReference w:id="1"/></w:r>', "sesudah", text_box(para("kotak")))
    body += para("soft", "<w:r><w:softHyphen/><w:tab/><w:br/><w:noBreakHyphen/></w:r>", "hyphen")
    body += "<w:sdt><w:sdtPr/><w:sdtContent>" + para("kendali isi") + "</w:sdtContent></w:sdt>"
    body += '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r></w:p>'
    body += table(*(row(para(f"{at} {WORDS}"), para(f"kanan {at} {WORDS}")) for at in range(9)))
    body += "".join(para(f"alinea {at} {WORDS} {WORDS}") for at in range(30))
    parts = {
        "word/header1.xml": part("hdr", para("Pemerintah Kabupaten") + para("alinea kop")),
        "word/footnotes.xml": part("footnotes", f'<w:footnote w:id="1">{para("catatan kaki ini")}</w:footnote>'),
        "word/styles.xml": part(
            "styles",
            '<w:style w:type="character" w:styleId="Petunjuk"><w:name w:val="P"/><w:rPr><w:vanish/></w:rPr></w:style>',
        ),
    }
    docx = word(body, parts)
    require_complete(docx, converter.convert(docx))
