"""Words of an untagged letter that look like data are suggested, with the name and type of a field for each."""

from __future__ import annotations

import pytest

from docgen.foreign import tagging as in_child
from docgen.kinds.check import check_kind
from docgen.kinds.kind import Kind
from docgen.tagging.mark import mark_words
from docgen.tagging.mark_lists import mark_paragraph, mark_rows
from docgen.tagging.model import Suggestion
from docgen.tagging.propose import propose_sheet
from docgen.tagging.suggest import MOST, suggest_places
from docgen.tagging.word_text import read_word_text
from tests.support.files.office_letters import OFFICE_TEMPLATES, untagged_letter
from tests.support.files.word import letter
from tests.support.files.word_by_hand import para, part, row, run, table, word


def named(docx: bytes) -> dict[str, str]:
    """The words that are suggested, by the name of their field."""
    return {suggestion.name: suggestion.words for suggestion in suggest_places(docx)}


def kinds(docx: bytes) -> dict[str, str]:
    """The type of each field that is suggested, "-" for what docgen prints by itself."""
    return {it.name: it.type if it.is_field else "-" for it in suggest_places(docx)}


def taken(docx: bytes, suggestion: Suggestion) -> bytes:
    """The Word file with one suggestion taken."""
    if suggestion.marking == "rows":
        return mark_rows(docx, suggestion.place, suggestion.name, suggestion.columns, count=suggestion.count)
    if suggestion.marking == "paragraphs":
        return mark_paragraph(docx, suggestion.place, suggestion.name, count=suggestion.count)
    return mark_words(docx, suggestion.place, suggestion.name)


def test_a_letter_as_it_was_sent_is_read_through() -> None:
    """Letterhead, place and date, number, receiver, body, amount, table, signature and copies are all found."""
    assert kinds(untagged_letter()) == {
        **{"kantor.pemerintah": "-", "kantor.nama": "-", "kantor.alamat": "-", "kantor.tempat": "-", "tanggal": "-"},
        **{"nomor": "-", "sifat": "text", "lampiran": "text", "hal": "text", "kepada": "text", "isi": "paragraphs"},
        **{"biaya": "money", "biaya_terbilang": "-", "hari_kegiatan": "text", "tanggal_kegiatan": "date"},
        **{"tempat": "text", "daftar_nama": "table", "penandatangan.jabatan": "-", "penandatangan.nama": "-"},
        **{"penandatangan.pangkat": "-", "penandatangan.nip": "-", "tembusan": "list"},
    }


def test_every_suggestion_can_be_taken_and_makes_a_kind() -> None:
    """Taken from the end to the beginning, all that does not overlap becomes tags, and the form for them fits."""
    docx = untagged_letter()
    suggestions = [it for it in suggest_places(docx) if it.name != "isi"]
    for suggestion in reversed(suggestions):
        docx = taken(docx, suggestion)
    words = {it.name: it.words for it in suggestions if it.is_field and it.marking == "words"}
    sheet, example = propose_sheet(docx, "Undangan", words)
    check_kind(Kind(slug="undangan", origin="undangan", sheet=sheet, example=example, source=docx))
    fields = {field.name for field in sheet.fields}
    assert fields == {it.name for it in suggestions if it.is_field}
    assert (sheet.title_field, sheet.addressee, example["hal"]) == (
        *("hal", "kepada"),
        "Undangan rapat persiapan arsip digital",
    )
    assert named(docx).keys() <= {"isi"}


def test_the_body_of_a_letter_is_taken_as_paragraphs() -> None:
    """The body is suggested whole; once it is taken, nothing in it is suggested any more."""
    docx = untagged_letter()
    body = next(it for it in suggest_places(docx) if it.name == "isi")
    assert (body.marking, body.count) == ("paragraphs", 2)
    rest = named(taken(docx, body))
    assert not {"isi", "biaya", "biaya_terbilang"} & rest.keys()
    assert "hal" in rest


@pytest.mark.parametrize("name", OFFICE_TEMPLATES)
def test_nothing_is_suggested_where_tags_stand_already(name: str) -> None:
    """The letters of an office that have their tags get no suggestion."""
    assert suggest_places(OFFICE_TEMPLATES[name]()) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Nama\t: Siti Aminah, S.Kom.", {"nama": "Siti Aminah, S.Kom."}),
        ("1. Pangkat/Golongan : Penata, III/c", {"pangkat_golongan": "Penata, III/c"}),
        ("NIP : 19830511 200701 1 005", {"nip": "19830511 200701 1 005"}),
        ("Perihal : Permohonan data", {"hal": "Permohonan data"}),
        ("Kepada : Yth. Camat Simpang Empat", {"kepada": "Camat Simpang Empat"}),
        ("Yth. Kepala Bidang,", {"kepada": "Kepala Bidang"}),
        ("Yth. Bapak/Ibu", {}),
        ("mulai tanggal 3 Mei 2026 sampai 7 Mei 2026", {"tanggal_mulai": "3 Mei 2026", "tanggal_sampai": "7 Mei 2026"}),
        ("pada hari Senin tanggal 3 Mei 2026", {"tanggal_kegiatan": "3 Mei 2026"}),
        (
            "dengan nilai Rp 1.250.000 (satu juta dua ratus lima puluh ribu rupiah)",
            {"nilai": "Rp 1.250.000", "nilai_terbilang": "satu juta dua ratus lima puluh ribu rupiah"},
        ),
        ("bahwa [nama pegawai] tinggal di ..........", {"nama_pegawai": "[nama pegawai]", "tinggal_di": ".........."}),
        ("Peraturan Menteri Nomor 5 Tahun 2020 tanggal 3 Mei 2020", {}),
        ("Rapat dimulai pukul 09.00: semua hadir tepat waktu", {}),
        ("Demikian surat ini dibuat.", {}),
        ("", {}),
    ],
)
def test_lines_say_what_their_data_is_called(line: str, expected: dict[str, str]) -> None:
    """Labels, words before a date or an amount, and gaps name the field; laws and sentences are left alone."""
    assert named(word(para(run(line).replace("\t", "</w:t><w:tab/><w:t>")))) == expected


def test_words_that_stand_twice_have_one_name_and_others_their_own() -> None:
    """Equal words are one field; other words under the same label get a number."""
    docx = letter("Nama : Siti", "Nama : Budi", "Nama : Siti")
    assert [(it.name, it.label) for it in suggest_places(docx)] == [
        ("nama", "Nama"),
        ("nama_2", "Nama 2"),
        ("nama", "Nama"),
    ]


def test_names_that_docgen_fills_itself_are_not_taken_for_others() -> None:
    """A date and a day far down are of the event; the number above is the letter's own."""
    docx = letter("Nomor : 1/2026", *["Kalimat pendek."] * 30, "Hari : Senin", "Nomor : 2/2025", "Kantor : Pusat")
    assert kinds(docx) == {"nomor": "-", "hari_kegiatan": "text", "nomor_surat": "text", "isian_kantor": "text"}


def test_tables_of_labels_give_their_values() -> None:
    """A colon in a cell of its own, or before the value, makes a row of label and value."""
    docx = word(
        table(row(para("Nama"), para(":"), para("Siti")), row(para("Unit"), para(":"), para("Sekretariat.")))
        + table(row(para("Alamat"), para(": Jalan 1")))
    )
    assert named(docx) == {"nama": "Siti", "unit": "Sekretariat", "alamat": "Jalan 1"}


def test_a_table_with_a_heading_gives_its_rows() -> None:
    """Rows below a heading are one suggestion, up to the row that sums them; nothing within is suggested besides."""
    rows = (
        ("No.", "Uraian", "Nilai"),
        ("1", "Kertas", "Rp5.000"),
        ("2", "Tinta", "Rp7.000"),
        ("", "Jumlah", "Rp12.000"),
    )
    (suggestion,) = suggest_places(word(table(*(row(*map(para, cells)) for cells in rows))))
    assert (suggestion.name, suggestion.marking, list(suggestion.columns), suggestion.count) == (
        *("rincian", "rows"),
        *(["no", "uraian", "nilai"], 2),
    )


def test_controls_with_names_are_suggested_by_these() -> None:
    """A content control that bears a name is data of that name."""
    content = f"<w:sdtContent>{run('3 Mei 1990')}</w:sdtContent>"
    control = f'<w:sdt><w:sdtPr><w:alias w:val="Tanggal Lahir"/></w:sdtPr>{content}</w:sdt>'
    docx = word(para("lahir ", control))
    assert kinds(docx) == {"tanggal_lahir": "date"}


def test_headers_are_read_too_and_places_hold_the_words() -> None:
    """Each suggestion stands where its place says, in a header as in the body, behind tabs and breaks."""
    docx = word(
        para("Lama", "<w:r><w:tab/></w:r>", ": 3 hari", "<w:r><w:br/></w:r>", run("Tempat : Aula")),
        {"word/header1.xml": part("hdr", para("PEMERINTAH KABUPATEN TANAH BUMBU"))},
    )
    parts = read_word_text(docx).parts
    suggestions = suggest_places(docx)
    assert {it.name for it in suggestions} == {"lama", "tempat", "kantor.pemerintah"}
    for it in suggestions:
        assert parts[it.place.part].text(it.place.paragraph)[it.place.start : it.place.end] == it.words


def test_the_service_suggests_in_a_child() -> None:
    """The child suggests the same, and takes no long time for a line without an end."""
    docx = untagged_letter()
    assert [(it.name, it.place) for it in in_child.suggest_places(docx)] == [
        (it.name, it.place) for it in suggest_places(docx)
    ]
    for sign in (".", "A", "Rp1.000 ", "a ", "tanggal 1 Mei 2026 ", "Yth. ", "A : "):
        assert len(in_child.suggest_places(letter(sign * 3_000))) <= MOST
