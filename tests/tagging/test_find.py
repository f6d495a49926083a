"""Tags are found wherever a Word file may hold them, with the path of what they print and their place."""

from __future__ import annotations

import pytest

from docgen.errors import TemplateError
from docgen.foreign.tagging import find_template_tags as find_in_child
from docgen.tagging.find import find_template_tags
from docgen.tagging.model import TemplateTag
from docgen.template_lint.finding import Place
from tests.support.files.office_letters import OFFICE_TEMPLATES, untagged_letter
from tests.support.files.word import letter
from tests.support.files.word_by_hand import para, part, row, run, table, text_box, word

BODY = "word/document.xml"


def control(name: str, content: str) -> str:
    """A content control with this name."""
    return f"<w:sdt><w:sdtPr>{name}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def values(docx: bytes) -> dict[str, TemplateTag]:
    """The tags that print something, by path; the last of each."""
    return {tag.path: tag for tag in find_template_tags(docx) if tag.kind == "value"}


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("invitation", {"agenda_rapat": BODY, "tautan_bahan": BODY, "penandatangan.nip": BODY}),
        ("statement", {"nama_pegawai": BODY, "tanggal_mulai": BODY, "keperluan": BODY}),
        ("assignment", {"dasar[]": BODY, "petugas.no": BODY, "petugas.nip": BODY}),
        ("guest_card", {"nama_tamu": BODY, "nomor_meja": BODY, "isi[]": BODY}),
        ("minutes", {"acara": "word/header3.xml", "notulis.nama": "word/footer1.xml"}),
        ("minutes", {"dasar_penunjukan": "word/footnotes.xml"}),
        ("activity_report", {"nama_kegiatan": "docProps/core.xml", "rincian.harga_satuan": BODY}),
        ("receipt", {"pembayar": BODY, "jumlah_terbilang": BODY}),
        ("asset_loan", {"aset.kode_barang": BODY, "jangka_waktu": BODY}),
    ],
)
def test_tags_are_found_wherever_an_office_puts_them(name: str, paths: dict[str, str]) -> None:
    """In cut runs, links, controls, loops, nested tables, text boxes, headers, footers, notes and properties."""
    tags = values(OFFICE_TEMPLATES[name]())
    assert {path: tags[path].place.part for path in paths if path in tags} == paths


@pytest.mark.parametrize("name", OFFICE_TEMPLATES)
def test_no_tag_of_an_office_is_broken(name: str) -> None:
    """Each tag of the eight letters can be read, in the service's child too, and stands once in the list."""
    docx = OFFICE_TEMPLATES[name]()
    tags = find_template_tags(docx)
    assert [tag for tag in tags if tag.kind == "broken"] == []
    assert [tag.text for tag in find_in_child(docx)] == [tag.text for tag in tags]
    places = [tag.place for tag in tags]
    assert len(places) == len(set(places))


def test_a_place_counts_letters_of_the_paragraph() -> None:
    """The words at a place are the tag itself, also in the second paragraph of a cell, behind other words."""
    docx = word(table(row(para("a") + para("b ", run("{{ ka"), run("ta }}", "<w:b/>"), " c"))))
    (tag,) = find_template_tags(docx)
    assert tag.place == Place(BODY, 1, 2, 12)


def test_loops_and_tests_say_where_a_tag_stands() -> None:
    """Names of a loop go on from its list, also in a loop within it; tests around a tag name what they ask for."""
    docx = letter(
        "{%p for r in rincian if r.uraian %}",
        "{{ loop.index }} {{ r.uraian|upper }}",
        "{%p if r.catatan and ada_catatan %}",
        "{%p for s in r.sub %}{{ s }}",
        "{%p endfor %}",
        "{%p endif %}",
        "{%p endfor %}",
        "{% set x = jumlah %}{{ x }} {{ r }}",
    )
    tags = [(tag.kind, tag.path, tuple(tag.conditions)) for tag in find_template_tags(docx) if tag.kind != "end"]
    assert tags == [
        ("loop", "rincian", ()),
        ("value", "", ()),
        ("value", "rincian.uraian", ()),
        ("test", "rincian.catatan", ()),
        ("loop", "rincian.sub", ("rincian.catatan", "ada_catatan")),
        ("value", "rincian.sub[]", ("rincian.catatan", "ada_catatan")),
        ("set", "jumlah", ()),
        ("value", "", ()),
        ("value", "r", ()),
    ]
    assert [tag.filters for tag in find_template_tags(docx) if tag.path == "rincian.uraian"] == [("upper",)]


def test_curved_quotes_do_not_hide_what_a_tag_compares() -> None:
    """Word curves quotes; the texts that a name is compared with are read all the same."""
    tags = find_template_tags(letter("{% if cara == “Tunai” or cara in (‘Kredit’, 'Cek') %}x{% endif %}"))
    assert tuple(tags[0].choices) == ("Tunai", "Kredit", "Cek")


def test_a_shared_part_names_what_it_is_given() -> None:
    """The tag of a shared part is no broken one; the names behind it are used, an official's as an official."""
    tags = find_template_tags(letter("{%p bagian kop %}", "{%p bagian nama_pejabat pejabat=mengetahui, judul='x' %}"))
    assert [(tag.kind, tuple(tag.names)) for tag in tags] == [("part", ()), ("part", ("mengetahui.nama",))]


def test_a_tag_that_jinja_does_not_read_is_broken() -> None:
    """What cannot be read has its place too; a tower of brackets ends nothing."""
    docx = letter("{{ nama pegawai }}", "{{ " + "(" * 200 + "a" + ")" * 200 + " }}", "{{ baik }}")
    assert [tag.kind for tag in find_template_tags(docx)] == ["broken", "broken", "value"]


def test_a_text_box_that_is_written_twice_is_read_once() -> None:
    """Word writes a text box for old programs again; its tags count once, in the form that LibreOffice reads."""
    box = text_box(para("{{ tamu }}"))
    box = box.replace("<w:t>PENGGANTI</w:t>", f"<w:pict><w:txbxContent>{para('{{ tamu }}')}</w:txbxContent></w:pict>")
    tags = find_template_tags(word(para("{{ luar }} ", box)))
    assert [(tag.path, tag.place.paragraph) for tag in tags] == [("luar", 0), ("tamu", 1)]


def test_tags_in_texts_that_nobody_sees_are_found() -> None:
    """The alternative text of a picture is filled like any text."""
    box = text_box(para("x")).replace('name="Kotak"', 'name="Kotak" descr="Foto {{ lokasi }}"')
    assert values(word(para("a", box))).keys() == {"lokasi"}


def test_a_control_with_a_name_is_told_where_its_words_stand() -> None:
    """A content control that bears a name and holds no tag is found by its tag, else by its title."""
    inline = control('<w:tag w:val="nama_pegawai"/>', run("Siti"))
    block = control('<w:alias w:val="Alamat"/>', para("Jalan 1"))
    with_tag = control('<w:tag w:val="x"/>', run("{{ y }}"))
    controls = find_template_tags(word(para("Nama: ", inline, ".") + block + para(with_tag)))
    assert [(tag.kind, tag.path, tag.place) for tag in controls] == [
        ("value", "y", Place(BODY, 2, 0, 7)),
        ("control", "nama_pegawai", Place(BODY, 0, 6, 10)),
        ("control", "Alamat", Place(BODY, 1, 0, 7)),
    ]


def test_a_letter_without_tags_has_none() -> None:
    """An ordinary letter has no tag, and a file that is no Word file is refused in a sentence."""
    assert find_template_tags(untagged_letter()) == []
    with pytest.raises(TemplateError, match="Word"):
        find_in_child(b"bukan surat")


def test_headers_are_read_with_their_own_paragraphs() -> None:
    """A place in a header counts the header's paragraphs."""
    docx = word(para("x"), {"word/header1.xml": part("hdr", para("a") + para("{{ kantor.nama }}"))})
    assert values(docx)["kantor.nama"].place == Place("word/header1.xml", 1, 0, 17)
