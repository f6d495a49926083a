"""Shared parts stand in a template as if they had been written there, and what cannot stand there is refused."""

from __future__ import annotations

import io

import pytest
from docx import Document

from docgen.errors import TemplateError
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.render.shared.definitions import SharedParts
from docgen.render.shared.insert import open_whole, require_insertable, with_shared_parts
from docgen.render.word.fill import render_docx
from docgen.render.word.package import W, read_xml
from docgen.render.word.tag_check import check_tags
from tests.support.files.word import unpacked
from tests.support.files.word_by_hand import para, part, row, table, word
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import context, picture

BODY, HEADER, STYLES, NUMBERING = "word/document.xml", "word/header1.xml", "word/styles.xml", "word/numbering.xml"
NAMED = para("{%p bagian salam %}")
LIST = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
LISTS = part(
    "numbering",
    '<w:abstractNum w:abstractNumId="1"><w:nsid w:val="00000001"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
)


def shared(body: str = "", parts: dict[str, str] | None = None, **sentences: str) -> SharedParts:
    """The shared part `salam` with this body, and these sentences."""
    return SharedParts({"salam": word(body, parts)}, sentences)


def filled(body: str, parts: SharedParts, values: dict[str, object] | None = None) -> list[str]:
    """The texts of a letter's paragraphs, those in tables too."""
    docx = render_docx(open_whole(word(body), parts, "templat.docx"), values or {})
    return ["".join(paragraph.itertext(f"{W}t")) for paragraph in read_xml(unpacked(docx)[BODY]).iter(f"{W}p")]


def styles(font: str, **looks: str) -> str:
    """A part with the styles of a document whose text is set in `font`; `looks` are styles by name."""
    own = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f"<w:rPr>{look}</w:rPr></w:style>"
        for name, look in looks.items()
    )
    return part(
        "styles",
        f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{font}"/></w:rPr></w:rPrDefault></w:docDefaults>'
        f'<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>{own}',
    )


def test_a_part_stands_where_it_is_named() -> None:
    """Its paragraphs and tables take the place of the paragraph, also within a cell, and its tags are filled."""
    parts = shared(para("Yth. {{ kepada }}") + table(row(para("di {{ tempat }}"))) + para(""))
    body = para("atas") + NAMED + table(row(NAMED)) + para("bawah")
    expected = ["atas", "Yth. Budi", "di Kota", "", "Yth. Budi", "di Kota", "", "bawah"]
    assert filled(body, parts, {"kepada": "Budi", "tempat": "Kota"}) == expected


def test_a_tag_may_be_cut_by_word_into_runs() -> None:
    """Word cuts words where their spelling was corrected."""
    assert filled(para("{%p bag", "ian sa", "lam %}"), shared(para("Salam"))) == ["Salam"]


def test_a_template_that_names_no_part_stays_as_it_is() -> None:
    """To the byte, so that its digest stays."""
    docx = word(para("{{ hal }} sebagian kalimat. ", "{# bagian salam #}"))
    assert with_shared_parts(docx, shared(para("Salam")), "templat.docx") is docx


def test_values_are_handed_to_a_part() -> None:
    """A name of the part stands for one of the template, or for a text; what is in quotes or behind a point stays."""
    parts = shared(para("{{ siapa.nama }}, 'siapa' {{ 'siapa' }} {{ orang.siapa }} {{ sebagai }}"))
    body = para("{%p bagian salam siapa=pengesah, sebagai='Ketua, Sekretaris' %}")
    values = {"pengesah": {"nama": "Sri"}, "orang": {"siapa": "x"}}
    assert filled(body, parts, values) == ["Sri, 'siapa' siapa x Ketua, Sekretaris"]


def test_a_sentence_stands_within_a_line() -> None:
    """Its own tags are filled, and what is written around it stays."""
    parts = shared(penutup="Demikian {{ hal }} ini.")
    assert filled(para("Maka: {{ kalimat.", "penutup }} Terima kasih."), parts, {"hal": "hal"}) == [
        "Maka: Demikian hal ini. Terima kasih."
    ]


def test_a_part_stands_as_its_tag_does() -> None:
    """The indent of the tag is added to that of its paragraphs and their tab stops, its space before goes to the first
    line, of alternatives to each first one.
    """
    hanging = '<w:tabs><w:tab w:val="left" w:pos="500"/></w:tabs><w:ind w:left="500" w:hanging="500"/>'
    lines = [para("{%p if besar %}"), para("A"), para("{%p else %}"), para("B", look=hanging), para("{%p endif %}")]
    tag = para("{%p bagian salam %}", look='<w:spacing w:before="900"/><w:ind w:left="4000"/>')
    whole = with_shared_parts(word(tag), shared("".join([*lines, para("C")])), "t")
    xml = unpacked(whole)[BODY].decode()
    first = '<w:pPr><w:spacing w:before="900"/><w:ind w:left="4000"/></w:pPr>'
    assert f'{first}<w:r><w:t xml:space="preserve">A<' in xml
    assert '<w:tab w:val="left" w:pos="4500"/></w:tabs><w:spacing w:before="900"/><w:ind w:left="4500"' in xml
    assert '<w:pPr><w:ind w:left="4000"/></w:pPr><w:r><w:t xml:space="preserve">C<' in xml


def test_a_part_looks_the_same_in_every_template() -> None:
    """A style that looks otherwise in the template is added under another name, down to the font of the document; one
    that is just so serves both.
    """
    body = para("Kop", look='<w:pStyle w:val="Kop"/>') + para("biasa")
    parts = shared(body, {STYLES: styles("Arial", Kop="<w:b/>")})
    for font, kop, ids in (("Arial", "<w:b/>", ["Kop"]), ("Calibri", "<w:i/>", ["Kop2", "Normal2"])):
        own = {STYLES: styles(font, Kop=kop)}
        files = unpacked(with_shared_parts(word(NAMED, own), parts, "t"))
        document = Document(io.BytesIO(with_shared_parts(word(NAMED, own), parts, "t")))
        lines = [line for line in document.paragraphs if line.text in ("Kop", "biasa")]
        assert [line.style.style_id for line in lines if line.style.style_id != "Normal"] == ids
        assert files[STYLES].count(b'w:styleId="Kop') == len({"Kop", ids[0]})
    assert lines[1].style.base_style.font.name == "Arial"
    assert lines[1].style.base_style.paragraph_format.space_after == 0


def test_lists_of_a_part_are_lists_of_its_own() -> None:
    """They are not counted with those of the template; the part used twice counts on."""
    parts = shared(para("{{ hal }}", look=LIST), {NUMBERING: LISTS})
    for own in ({NUMBERING: LISTS}, {}):
        body = para("satu", look=LIST) * bool(own) + NAMED * 2
        files = unpacked(with_shared_parts(word(body, own), parts, "t"))
        used = [piece.split('"')[1] for piece in files[BODY].decode().split("<w:numId w:val=")[1:]]
        assert used == ["1"] * bool(own) + ["2" if own else "1"] * 2
        assert files[NUMBERING].count(b"<w:nsid") == bool(own)
        assert b"/word/numbering.xml" in files["[Content_Types].xml"]


def test_the_delivered_letterhead_serves_a_template_made_elsewhere(converter: Converter) -> None:
    """Emblem, styles and lines of the letterhead, a footer and the signature come into a document that python-docx
    made, and the letter becomes a PDF.
    """
    document = Document()
    document.sections[0].header.paragraphs[0].text = "{%p bagian kop %}"
    document.sections[0].footer.paragraphs[0].text = "{%p bagian nomor_halaman %}"
    document.add_paragraph("{{ hal }}")
    document.add_paragraph("{%p bagian tanda_tangan %}")
    target = io.BytesIO()
    document.save(target)
    nota = delivered_kinds()["nota_dinas"]
    template = open_whole(target.getvalue(), nota.shared, "surat.docx")
    docx = render_docx(template, context(nota), emblem=picture(30, 36))
    assert picture(30, 36) in unpacked(docx).values()
    [page] = page_text(converter.convert(docx))
    assert [text in page for text in ("DINAS", "- 1 -", "NIP")] == [True] * 3


def test_a_message_about_a_tag_names_the_file_of_its_part() -> None:
    """Before and while a letter is filled, also in a part within a part; behind it the template's own name."""
    parts = SharedParts({"luar": word(para("{%p bagian dalam %}")), "dalam": word(para("{{ salah }}"))})
    template = open_whole(word(para("{%p bagian luar %}") + para("{{ juga_salah }}")), parts, "templat.docx")
    first, second = check_tags(template, {"benar": "x"}).problems
    assert first.startswith("isi, _bagian/dalam/template.docx: tanda 'salah' tidak dikenal.")
    assert second.startswith("isi: tanda 'juga_salah' tidak dikenal.")
    with pytest.raises(TemplateError, match=r"templat\.docx: isi, _bagian/dalam/template\.docx: .*salah"):
        render_docx(template, {})


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{%p bagian salm %}", r"templat\.docx: isi: bagian bersama 'salm' tidak ada\. Maksudnya 'salam'\?"),
        ("{{ kalimat.penutp }}", r"kalimat 'penutp' tidak ada dalam _bagian/kalimat\.yaml\. Maksudnya 'penutup'\?"),
        ("{{ kalimat.penutup|upper }}", "tidak dapat dibaca"),
        ("{{ kalimat.dua }}", "tidak dapat memuat kalimat lain"),
        ("Isi {%p bagian salam %}", "ada isi lain: 'Isi'"),
        ("{% bagian salam %}", "tidak dapat dibaca"),
        ("{%p bagian %}", "tidak dapat dibaca"),
    ],
)
def test_a_tag_that_names_nothing_is_refused(body: str, reason: str) -> None:
    """With the nearest name, or how the tag is written."""
    parts = shared(para("Salam"), penutup="Demikian.", dua="{{ kalimat.penutup }}")
    with pytest.raises(TemplateError, match=reason):
        open_whole(word(para(body)), parts, "templat.docx")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (para("{%p bagian salam %}"), "memuat dirinya sendiri"),
        (para("Satu", look="<w:sectPr/>"), r"pemisah bagian \(section break\) dekat 'Satu'"),
        (para("Satu", '<w:r><w:footnoteReference w:id="1"/></w:r>'), "catatan kaki"),
        ('<w:altChunk r:id="rId1"/>', "isi dari berkas lain"),
    ],
)
def test_what_cannot_stand_in_a_letter_is_refused(body: str, reason: str) -> None:
    """Wherever the part is named, and when it is checked by itself; the message names its file."""
    parts = shared(body)
    with pytest.raises(TemplateError, match=reason) as caught:
        require_insertable("salam", parts)
    assert "_bagian/salam/template.docx" in str(caught.value)
    with pytest.raises(TemplateError, match=reason):
        open_whole(word(NAMED), parts, "templat.docx")


def test_parts_in_a_circle_are_refused() -> None:
    """However many there are."""
    parts = SharedParts({name: word(para(f"{{%p bagian {other} %}}")) for name, other in ("ab", "bc", "ca")})
    with pytest.raises(TemplateError, match="a > b > c > a"):
        open_whole(word(para("{%p bagian a %}")), parts, "templat.docx")


def test_a_part_has_no_header_of_its_own() -> None:
    """It would be lost without a word."""
    parts = SharedParts({"salam": word(para("Salam"), {HEADER: part("hdr", para("Kepala"))})})
    with pytest.raises(TemplateError, match="memuat kepala halaman sendiri"):
        open_whole(word(NAMED), parts, "templat.docx")
