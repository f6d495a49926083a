"""Words that a person marks become a tag, and everything else in the Word file stays as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from docgen.errors import TemplateError
from docgen.foreign import tagging as in_child
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.render.word.tags.tag_text import find_tags
from docgen.render.word.template import open_template
from docgen.tagging.mark import mark_words
from docgen.tagging.mark_lists import mark_paragraph, mark_rows
from docgen.tagging.word_text import read_word_text
from docgen.template_lint.finding import Place
from tests.support.files.office_letters import OFFICE_TEMPLATES, untagged_letter
from tests.support.files.word import letter, unpacked
from tests.support.files.word_by_hand import field, para, row, run, table, text_box, word

BODY = "word/document.xml"
LETTERS = {name: make() for name, make in OFFICE_TEMPLATES.items()} | {"untagged": untagged_letter()}


def texts(docx: bytes) -> dict[str, list[str]]:
    """The text of every paragraph, by part."""
    return {
        name: [part.text(at) for at in range(len(part.paragraphs))] for name, part in read_word_text(docx).parts.items()
    }


def body(docx: bytes) -> list[str]:
    """The text of every paragraph of the body."""
    return texts(docx)[BODY]


def at(docx: bytes, words: str, part_name: str = BODY) -> Place:
    """The first place of these words."""
    for index, text in enumerate(texts(docx)[part_name]):
        if words in text:
            return Place(part_name, index, text.index(words), text.index(words) + len(words))
    raise AssertionError(words)


def looks(docx: bytes, words: str) -> list[str]:
    """How each run looks that holds some of these words."""
    runs: Any = etree.fromstring(unpacked(docx)[BODY]).iter("{*}r")
    return [
        "".join(etree.QName(look).localname for look in item.iterfind("{*}rPr/{*}*"))
        for item in runs
        if any(words in (text.text or "") for text in item.iterfind("{*}t"))
    ]


@pytest.mark.parametrize("name", LETTERS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_marking_any_span_keeps_all_other_text(name: str, data: st.DataObject) -> None:
    """Wherever words are marked, the file has the tag there and the same text and files everywhere else, or the mark is
    refused: it touches a tag or a field, or marks nothing."""
    docx = LETTERS[name]
    before = texts(docx)
    part_name = data.draw(st.sampled_from(sorted(before)))
    index = data.draw(st.integers(0, len(before[part_name]) - 1))
    text = before[part_name][index]
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    refusal = ""
    try:
        marked = mark_words(docx, Place(part_name, index, start, end), "kata")
    except TemplateError as error:
        refusal = str(error)
    if refusal:
        touches = any(tag.start < end and start < tag.end for tag in find_tags(text))
        assert touches or not text[start:end].strip() or "diisi sendiri oleh Word (PAGE)" in refusal
        return
    copies = [at for at, other in enumerate(before[part_name]) if other == text]
    after = texts(marked)
    assert after[part_name][index] in {text[:start] + tag + text[end:] for tag in ("{{ kata }}", "{{ kata|upper }}")}
    changed = [at for at in range(len(before[part_name])) if after[part_name][at] != before[part_name][at]]
    assert index in changed
    assert set(changed) <= set(copies)
    assert {key: value for key, value in after.items() if key != part_name} == {
        key: value for key, value in before.items() if key != part_name
    }
    assert {key: value for key, value in unpacked(marked).items() if key != part_name} == {
        key: value for key, value in unpacked(docx).items() if key != part_name
    }
    open_template(marked, name)


@pytest.mark.office
def test_a_letter_with_marks_everywhere_opens_in_libreoffice(converter: Converter) -> None:
    """Words, rows and paragraphs of a letter are marked one after the other; LibreOffice prints the tags in place."""
    docx = untagged_letter()
    for words, name in (
        ("000.1.5/412/DISKOMINFO/XI/2026", "nomor"),
        ("Kepala Dinas Perpustakaan dan Kearsipan", "kepada"),
        ("Rp12.500.000,00", "biaya"),
        ("23 November 2026", "tanggal_rapat"),
        ("DINAS KOMUNIKASI DAN INFORMATIKA", "kantor.nama"),
    ):
        docx = mark_words(docx, at(docx, words), name)
    docx = mark_rows(docx, at(docx, "Siti Aminah"), "peserta", ["no", "nama", "jabatan"], count=2)
    docx = mark_paragraph(docx, at(docx, "Sehubungan"), "isi")
    docx = mark_paragraph(docx, at(docx, "Bupati Tanah Bumbu"), "tembusan", count=2)
    printed = " ".join(" ".join(page_text(converter.convert(docx))).split())
    for tag in ("{{ nomor }}", "Yth. {{ kepada }}", "sebesar {{ biaya }} (dua belas juta", "{{ kantor.nama|upper }}"):
        assert tag in printed
    assert "{%tr for baris in peserta %} {{ baris.no }} {{ baris.nama }} {{ baris.jabatan }} {%tr endfor %}" in printed
    open_template(docx)


def test_words_over_several_runs_take_the_look_of_the_first() -> None:
    """Word cuts words into runs of different looks; the tag has that of the first letter, the rest keeps its own."""
    docx = word(para("Nama ", run("Si", "<w:b/>"), run("ti Ami", "<w:i/>"), run("nah hadir", "<w:u w:val='single'/>")))
    marked = mark_words(docx, at(docx, "Siti Aminah"), "nama")
    assert body(marked) == ["Nama {{ nama }} hadir"]
    assert looks(marked, "{{ nama }}") == ["b"]
    assert looks(marked, "hadir") == ["u"]


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("DINAS KOMUNIKASI DAN INFORMATIKA", "{{ nama|upper }}"),
        ("RSUD dr. H. Andi Abdurrahman", "{{ nama }}"),
        ("000.1.5/412/DISKOMINFO/XI/2026", "{{ nama }}"),
        ("IV", "{{ nama }}"),
    ],
)
def test_words_in_capitals_stay_in_capitals(words: str, tag: str) -> None:
    """What was written in capitals is printed so, whatever is filled in; a number's letters are its own."""
    docx = word(para("a ", words))
    assert body(mark_words(docx, at(docx, words), "nama")) == [f"a {tag}"]


def test_tabs_and_breaks_between_marked_words_go_with_them() -> None:
    """Words on two lines are one mark; the break between them would stand behind the tag otherwise."""
    docx = word(para("Yth. ", run("Kepala"), "<w:r><w:br/><w:t>Dinas</w:t><w:tab/></w:r>", run("di tempat")))
    marked = mark_words(docx, Place(BODY, 0, 5, 16), "kepada")
    assert body(marked) == ["Yth. {{ kepada }}di tempat"]
    xml = unpacked(marked)[BODY]
    assert (b"<w:br/>" in xml, b"<w:tab/>" in xml) == (False, True)


def test_both_forms_of_a_text_box_are_marked() -> None:
    """A text box is written twice; neither form keeps the words, however often it stands in the letter."""
    box = text_box(para("Tamu"), para("Siti"))
    copy = f"<w:pict><w:txbxContent>{para('Tamu')}{para('Siti')}</w:txbxContent></w:pict>"
    docx = word(para("a", box.replace("<w:t>PENGGANTI</w:t>", copy)))
    marked = mark_words(docx, at(docx, "Siti"), "nama")
    assert body(marked) == ["a", "Tamu", "{{ nama }}", "Tamu", "{{ nama }}"]


def test_a_control_that_asks_for_text_holds_text_afterwards() -> None:
    """A content control no longer shows its text as a request, which Word would delete at the first click."""
    asking = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    content = run("Klik di sini", '<w:rStyle w:val="PlaceholderText"/><w:b/>')
    docx = word(para("Nama: ", asking.format(content)))
    marked = mark_words(docx, at(docx, "Klik di sini"), "nama")
    assert body(marked) == ["Nama: {{ nama }}"]
    assert b"showingPlcHdr" not in unpacked(marked)[BODY]
    assert looks(marked, "{{ nama }}") == ["b"]


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        (para("Yth. {{ kepada }} di"), (0, 3, 8), "sudah menjadi tanda"),
        (para("Yth. {{ kepada }} di"), (0, 7, 13), "sudah menjadi tanda"),
        (para("Halaman ", field("PAGE", "17")), (0, 8, 10), r"diisi sendiri oleh Word \(PAGE\)"),
        (para("Halaman ", f'<w:fldSimple w:instr="PAGE">{run("17")}</w:fldSimple>'), (0, 7, 9), "diisi sendiri"),
        (para("satu ", '<w:r><w:footnoteReference w:id="1"/></w:r>', "dua"), (0, 0, 8), "catatan kaki"),
        (para("a", text_box(para("b")), "c"), (0, 0, 2), "gambar"),
        (para("{nama}"), (0, 1, 5), "kurung"),
        (para("kata   akhir"), (0, 4, 7), "Tidak ada kata"),
        (para("kata"), (0, 2, 2), "Tidak ada kata"),
        (para("kata"), (0, 2, 9), "Muat ulang"),
        (para("kata"), (7, 0, 1), "Muat ulang"),
        (para("kata"), (-1, 0, 1), "Muat ulang"),
        (para("kata"), (0, 3, 1), "Muat ulang"),
    ],
)
def test_what_cannot_be_marked_is_refused_with_a_reason(
    content: str, place: tuple[int, int, int], message: str
) -> None:
    """A tag, a field's result, a picture or note between words, and places that are not there are refused."""
    with pytest.raises(TemplateError, match=message):
        mark_words(word(content), Place(BODY, *place), "nama")


def test_words_of_a_link_can_be_marked() -> None:
    """A link prints its own words, so these may become a tag."""
    docx = word(
        para(field('HYPERLINK "https://x.go.id"', "tautan"), f'<w:hyperlink w:anchor="a">{run("sini")}</w:hyperlink>')
    )
    marked = mark_words(mark_words(docx, at(docx, "tautan"), "a"), Place(BODY, 0, 7, 11), "b")
    assert body(marked) == ["{{ a }}{{ b }}"]


def test_headers_and_properties_can_be_marked() -> None:
    """Words of a header and the title in the file's properties become tags like any other."""
    docx = LETTERS["minutes"]
    marked = mark_words(docx, at(docx, "Notula", "word/header2.xml"), "jenis")
    assert texts(marked)["word/header2.xml"] == ["{{ jenis }} {{ acara }}"]
    docx = LETTERS["activity_report"]
    marked = mark_words(docx, at(docx, "Laporan", "docProps/core.xml"), "jenis")
    assert "{{ jenis }} {{ nama_kegiatan }}" in texts(marked)["docProps/core.xml"]


@pytest.mark.parametrize("name", ["Nama", "nama pegawai", "", "1a", "a.", "a b }}{% x %}", "{{ x }}"])
def test_only_names_that_a_template_may_use_are_written(name: str) -> None:
    """A name is small letters, figures, lines and dots: nothing else reaches the file, in rows and paragraphs too."""
    docx = word(table(row(para("x"))) + para("y"))
    for mark in (
        lambda: mark_words(docx, Place(BODY, 0, 0, 1), name),
        lambda: mark_rows(docx, Place(BODY, 0, 0, 1), name, ["a"]),
        lambda: mark_rows(docx, Place(BODY, 0, 0, 1), "a", [name or "?"]),
        lambda: mark_paragraph(docx, Place(BODY, 1, 0, 1), name),
    ):
        with pytest.raises(TemplateError, match="nama isian"):
            mark()


def test_rows_that_look_alike_become_one_in_a_loop() -> None:
    """The samples of a table become one row between two rows with the loop; looks and other rows stay."""
    cells = [para(run(f"{text}{n}", "<w:b/>")) + para("lagi") for n in (1, 2) for text in ("no", "nama", "tetap")]
    docx = word(table(row(para("No"), para("Nama"), para("x")), row(*cells[:3]), row(*cells[3:]), row(para("Jumlah"))))
    marked = mark_rows(docx, at(docx, "nama1"), "orang", ["no", "nama", ""], count=2)
    assert body(marked) == [
        *("No", "Nama", "x", "{%tr for baris in orang %}", "", "", "{{ baris.no }}", "{{ baris.nama }}"),
        *("tetap1", "lagi", "{%tr endfor %}", "", "", "Jumlah"),
    ]
    assert looks(marked, "{{ baris.nama }}") == ["b"]
    open_template(marked)


def test_paragraphs_that_follow_each_other_become_a_loop() -> None:
    """Several paragraphs become one that is repeated; it keeps its number, the lines with the loop have none."""
    look = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:jc w:val="both"/>'
    docx = word(para("a") + para("b", look=look) + para(run("c"), "d") + para("e"))
    marked = mark_paragraph(docx, Place(BODY, 1, 0, 1), "isi", count=2)
    assert body(marked) == ["a", "{%p for butir in isi %}", "{{ butir }}", "{%p endfor %}", "e"]
    xml = unpacked(marked)[BODY]
    assert (xml.count(b"<w:numPr>"), xml.count(b'<w:jc w:val="both"/>')) == (1, 3)
    open_template(marked)


@pytest.mark.parametrize(
    ("content", "index", "count", "message"),
    [
        (para("a") + table(row(para("b"))) + para("c"), 0, 2, "berurutan"),
        (para("a"), 0, 2, "berurutan"),
        (para("a {{ x }}"), 0, 1, "sudah ada tanda"),
        (para("a", text_box(para("b"))), 0, 1, "gambar"),
        (para("a {% lagi"), 0, 1, "kurung"),
    ],
)
def test_paragraphs_that_cannot_be_repeated_are_refused(content: str, index: int, count: int, message: str) -> None:
    """Paragraphs apart, with a tag, a picture or a lone brace are refused."""
    with pytest.raises(TemplateError, match=message):
        mark_paragraph(word(content), Place(BODY, index, 0, 1), "isi", count=count)


@pytest.mark.parametrize(
    ("content", "columns", "count", "message"),
    [
        (para("a"), ["a"], 1, "tidak ada tabel"),
        (table(row(para("a"))), ["a", "b"], 1, "1 sel"),
        (table(row(para("a"))), [""], 1, "1 sel"),
        (table(row(para("a"))), ["a"], 2, "1 sel"),
        (table(row(para("{{ a }}"))), ["a"], 1, "sudah ada tanda"),
        (table(row(para("a").replace("<w:p>", "<w:tcPr><w:vMerge/></w:tcPr><w:p>"))), ["a"], 1, "digabung"),
    ],
)
def test_rows_that_cannot_be_repeated_are_refused(content: str, columns: list[str], count: int, message: str) -> None:
    """No table, more columns than cells, no column, a tag or merged cells are refused."""
    with pytest.raises(TemplateError, match=message):
        mark_rows(word(content), Place(BODY, 0, 0, 1), "daftar", columns, count=count)


def test_the_service_marks_in_a_child() -> None:
    """The child does the same, and its refusals are the same sentences."""
    docx = letter("Yth. Siti", "isi")
    place = at(docx, "Siti")
    assert in_child.mark_words(docx, place, "kepada") == mark_words(docx, place, "kepada")
    lines = Place(BODY, 2, 0, 3)
    assert in_child.mark_paragraph(docx, lines, "isi") == mark_paragraph(docx, lines, "isi")
    with pytest.raises(TemplateError, match="tidak ada tabel"):
        in_child.mark_rows(docx, place, "daftar", ["a"])
