"""A template prints what its author sees with all changes accepted and no marks shown, or is refused with the place."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from docgen.errors import TemplateError
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.render.word.completeness import require_complete
from docgen.render.word.fill import render_docx
from docgen.render.word.template import open_template
from tests.support.files.word_by_hand import field, para, part, row, run, table, text_box, word

BODY = "word/document.xml"
BY = 'w:id="9" w:author="Penyunting" w:date="2026-01-01T00:00:00Z"'


def ins(inside: str) -> str:
    return f"<w:ins {BY}>{inside}</w:ins>"


def gone(text: str) -> str:
    return f"<w:del {BY}><w:r><w:delText>{text}</w:delText></w:r></w:del>"


def filled(template: bytes, **values: object) -> bytes:
    return render_docx(template, values)


def xml(docx: bytes, name: str = BODY) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return package.read(name).decode()


def texts(docx: bytes, name: str = BODY) -> list[str]:
    """The text of each paragraph."""
    return ["".join(re.findall(r"<w:t[ >][^<]*?>?([^<>]*)</w:t>", one)) for one in xml(docx, name).split("</w:p>")[:-1]]


def refusal(body: str) -> str:
    with pytest.raises(TemplateError) as caught:
        open_template(word(body), "templat.docx")
    return str(caught.value)


MARK_GONE = f"<w:rPr><w:del {BY}/></w:rPr>"
CHANGES = {
    "within a paragraph": (para("Hal ", gone("lama"), ins(run("baru"))), ["Hal baru"]),
    "moved": (
        para(f"<w:moveFrom {BY}>{run('pindah')}</w:moveFrom>", "asal")
        + para(f'<w:moveToRangeStart w:name="m" {BY}/><w:moveTo {BY}>{run("pindah")}</w:moveTo>'),
        ["asal", "pindah"],
    ),
    "a paragraph's end": (para("satu ", look=MARK_GONE) + para("dua"), ["satu dua"]),
    "a whole paragraph": (para("satu") + para(gone("hilang"), look=MARK_GONE) + para("dua"), ["satu", "dua"]),
    "rows": (
        table(
            row(para("lama"), look=f"<w:del {BY}/>"),
            row(para("baru"), look=f"<w:ins {BY}/>"),
        ),
        ["baru"],
    ),
    "the only row": (para("x") + table(row(para("lama"), look=f"<w:del {BY}/>")), ["x"]),
    "cells": (
        table(row(para("a"), para("b")).replace("</w:tcPr>", f"<w:cellDel {BY}/></w:tcPr>", 1)),
        ["b"],
    ),
    "a deletion within an insertion": (para(ins(run("a") + gone("b") + run("c"))), ["ac"]),
    "looks": (
        para(
            run("a", f"<w:b/><w:rPrChange {BY}><w:rPr/></w:rPrChange>"),
            look=f"<w:pPrChange {BY}><w:pPr/></w:pPrChange>",
        ),
        ["a"],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_tracked_changes_are_accepted(name: str) -> None:
    """Inserted text stays, deleted text and marks go: in text, paragraphs, rows and cells."""
    body, expected = CHANGES[name]
    made = filled(word(body + para("akhir")))
    assert texts(made) == [*expected, "akhir"]
    assert not re.search(r"<w:(ins|del|move\w+|\w+Change|cell\w+|delText)\b", xml(made))


def test_changes_in_headers_notes_and_text_boxes_are_accepted(converter: Converter) -> None:
    """Whatever part holds them, what was deleted is on no page, and the rest is."""
    changed = para(gone("LAMA"), ins(run("baru {{ a }}")))
    body = para(text_box(changed.replace("baru", "kotak"), height=900_000)) + para(
        "isi", '<w:r><w:footnoteReference w:id="1"/></w:r>'
    )
    header = part("hdr", changed.replace("baru", "kepala"))
    note = part("footnotes", f'<w:footnote w:id="1">{changed.replace("baru", "catatan")}</w:footnote>')
    made = filled(word(body, {"word/header1.xml": header, "word/footnotes.xml": note}), a="x")
    pdf = converter.convert(made)
    shown = page_text(pdf)[0]
    assert all(one in shown for one in ("kotak x", "kepala x", "catatan x", "isi"))
    assert "LAMA" not in shown
    require_complete(made, pdf)


def test_a_template_with_comments_makes_its_letter_without_them(converter: Converter) -> None:
    """LibreOffice without windows stops at a comment; the letter has its text, and no comment in it."""
    commented = para(
        '<w:commentRangeStart w:id="0"/>',
        "dikomentari {{ a }}",
        '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>',
    )
    comments = part("comments", f'<w:comment w:id="0" w:author="x">{para("RAHASIA")}</w:comment>')
    made = filled(word(commented, {"word/comments.xml": comments}), a="x")
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert "word/comments.xml" not in package.namelist()
        assert not any(b"omment" in package.read(name) for name in package.namelist())
    assert page_text(converter.convert(made)) == ["dikomentari x"]


def test_what_protects_or_runs_a_template_is_not_in_its_letters() -> None:
    """Protection, mail merge and change tracking leave the settings; the rest of them stays."""
    gone = (
        '<w:trackRevisions/><w:documentProtection w:edit="forms" w:enforcement="1"/><w:mailMerge><w:mainDocumentType '
    )
    settings = part("settings", f'{gone}w:val="formLetters"/></w:mailMerge><w:evenAndOddHeaders/>')
    made = xml(filled(word(para("x"), {"word/settings.xml": settings})), "word/settings.xml")
    assert re.findall(r"<w:(\w+)", made) == ["settings", "evenAndOddHeaders"]


PLAIN = {
    r"FILENAME \p": "nama.docx",
    "SAVEDATE": "1 Januari 2020",
    "CREATEDATE": "2 Januari 2020",
    "PRINTDATE": "3 Januari 2020",
    "IF 1 = 1 &quot;YA&quot; &quot;TIDAK&quot;": "YA",
    "TEMPLATE": "Normal.dotm",
    "USERNAME": "Budi",
    "AUTHOR": "Ani",
    "INCLUDETEXT &quot;C:\\\\x.docx&quot;": "sisipan",
    "LINK Excel.Sheet.12 &quot;C:\\\\b.xlsx&quot;": "tautan",
    "STYLEREF &quot;Heading 1&quot;": "Bab {{ a }}",
    "DOCPROPERTY Judul": "{{ a }}",
    "= 2 + 3": "5",
}


def test_fields_keep_what_they_showed_and_page_numbers_count(converter: Converter) -> None:
    """What Word would work out anew is printed as the author saw it, tags filled; page numbers, references count."""
    lines = [para(f"{at}[", field(*one), "]") for at, one in enumerate(PLAIN.items())]
    simple = '<w:fldSimple w:instr=" SAVEDATE ">' + run("lama") + "</w:fldSimple>"
    nested = field(f"IF </w:instrText></w:r>{field('DOCPROPERTY x', 'y')}<w:r><w:instrText> = 1", "luar")
    live = [field("PAGE", "7"), field("NUMPAGES", "7"), field("PAGEREF di_sini", "7"), field("REF di_sini", "lama")]
    mark = '<w:bookmarkStart w:id="1" w:name="di_sini"/>' + run("sini {{ a }}") + '<w:bookmarkEnd w:id="1"/>'
    body = "".join(lines) + para("S[", simple, "]") + para("N[", nested, "]") + para(mark)
    body += "".join(para(f"L{at}[", one, "]") for at, one in enumerate(live))
    made = filled(word(body, {"word/header1.xml": part("hdr", para("K[", field("TEMPLATE", "kop"), "]"))}), a="x")
    pdf = converter.convert(made)
    shown = page_text(pdf)[0]
    for at, said in enumerate(PLAIN.values()):
        assert f"{at}[{said.replace('{{ a }}', 'x')}]" in shown
    for said in ("K[kop]", "S[lama]", "N[luar]", "L0[1]", "L1[1]", "L2[1]", "L3[sini x]"):
        assert said in shown
    require_complete(made, pdf)


@pytest.mark.parametrize("name", ["DATE", "TIME", "MERGEFIELD", "SECTIONPAGES", "AUTONUM", "SYMBOL"])
def test_a_field_whose_text_means_nothing_is_refused_with_the_place(name: str) -> None:
    """The refusal names the field and the text before it, wherever the instruction is cut into runs."""
    cut = field(f"{name[:2]}</w:instrText></w:r><w:r><w:instrText>{name[2:]} x", "lama")
    for inside in (cut, f'<w:fldSimple w:instr="{name} x">{run("lama")}</w:fldSimple>'):
        message = refusal(para("awal") + para("Batulicin, ", inside))
        assert "templat.docx: isi" in message
        assert name in message
        assert "dekat 'Batulicin, lama'" in message
    assert "{{ tanggal }}" in refusal(para(field("DATE", "lama")))


@pytest.mark.parametrize("element", ['<w:altChunk r:id="rId7"/>', para('<w:subDoc r:id="rId7"/>')])
def test_what_lies_in_another_file_is_refused(element: str) -> None:
    """A part of another format or document would be left out: it is refused, with the text before it."""
    assert "dekat 'sebelumnya'" in refusal(para("sebelumnya") + element)


def test_a_table_of_contents_is_written_anew(converter: Converter) -> None:
    """The letter's contents name its own headings and pages, not those of the template."""
    heading = '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl '
    styles = part("styles", heading + 'w:val="0"/></w:pPr></w:style>')
    new_page = '<w:pStyle w:val="Heading1"/><w:pageBreakBefore/>'
    body = para(field(r"TOC \o &quot;1-3&quot; \h \z \u", "BASI")) + para("Bab {{ a }}", look=new_page)
    made = filled(word(body, {"word/styles.xml": styles}), a="Satu")
    pdf = converter.convert(made)
    contents = page_text(pdf)[0]
    assert re.fullmatch(r"Bab Satu\W*2", contents.strip())
    require_complete(made, pdf)
