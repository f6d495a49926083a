"""A form is proposed for the tags of a Word file: it fits them at once, and says what the letter calls its fields."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.errors import InvalidSubmission, TemplateError
from docgen.foreign import tagging as in_child
from docgen.forms import validate
from docgen.forms.field_sheet import FieldSheet
from docgen.kinds.check import check_kind
from docgen.kinds.kind import Kind
from docgen.kinds.samples import OFFICIAL, full_context
from docgen.render.word.fill import render_docx
from docgen.render.word.package import WordParts, read_xml
from docgen.tagging.propose import propose_sheet
from tests.support.files.office_letters import OFFICE_TEMPLATES, untagged_letter
from tests.support.files.word import letter
from tests.support.office.kinds import delivered_kinds

LETTERS = {name: make() for name, make in OFFICE_TEMPLATES.items()}


def proposed(docx: bytes, words: dict[str, str] | None = None) -> Kind:
    """The kind that a Word file becomes."""
    sheet, example = propose_sheet(docx, "Surat", words)
    return Kind(slug="surat", origin="surat", sheet=sheet, example=example, source=docx)


def types(sheet: FieldSheet) -> dict[str, str]:
    """The type of each field, "?" after it if it may stay empty."""
    return {field.name: field.type + "?" * (not field.required) for field in sheet.fields}


@pytest.mark.parametrize(
    ("name", "expected", "labels"),
    [
        (
            "invitation",
            {
                **{"sifat": "choice", "lampiran": "text?", "hal": "text", "kepada": "text", "agenda_rapat": "text"},
                **{"hari_rapat": "text", "tanggal_rapat": "date", "waktu": "text", "tempat": "text"},
                "tautan_bahan": "text",
            },
            {
                "tautan_bahan": "Bahan rapat",
                "waktu": "Pukul",
                "agenda_rapat": "Agenda rapat",
                "tanggal_rapat": "Tanggal",
            },
        ),
        (
            "statement",
            {
                **{"nama_pegawai": "text", "nip_pegawai": "text", "jabatan_pegawai": "text", "tanggal_mulai": "date"},
                "keperluan": "text",
            },
            {"nip_pegawai": "NIP", "tanggal_mulai": "Tanggal mulai"},
        ),
        (
            "assignment",
            {
                **{"dasar": "list", "petugas": "table", "maksud": "text", "lama_hari": "integer"},
                **{"tanggal_berangkat": "date", "tanggal_kembali": "date"},
            },
            {"maksud": "Untuk", "petugas": "Petugas"},
        ),
        (
            "guest_card",
            {"hal": "text", "nama_tamu": "text", "nomor_meja": "text", "isi": "paragraphs"},
            {"nama_tamu": "Tamu"},
        ),
        (
            "minutes",
            {
                **{"acara": "text", "pimpinan_rapat": "text", "tanggal_rapat": "date", "jumlah_peserta": "integer"},
                **{"pembahasan": "paragraphs", "catatan": "text?", "notulis": "official", "dasar_penunjukan": "text"},
            },
            {"jumlah_peserta": "Jumlah peserta"},
        ),
        (
            "activity_report",
            {"nama_kegiatan": "text", "tahun_anggaran": "integer", "rincian": "table"},
            {"tahun_anggaran": "Tahun anggaran"},
        ),
        (
            "receipt",
            {
                **{"pembayar": "text", "jumlah": "money", "untuk_pembayaran": "text", "cara_bayar": "choice"},
                "penerima": "official",
            },
            {"pembayar": "Telah terima dari"},
        ),
        (
            "asset_loan",
            {"peminjam": "text", "jangka_waktu": "text", "tgl_kembali": "date"},
            {"tgl_kembali": "Tanggal kembali"},
        ),
    ],
)
def test_the_letters_of_an_office_become_forms(name: str, expected: dict[str, str], labels: dict[str, str]) -> None:
    """Types come from names and the text around, labels from the letter's words, fields in the letter's order."""
    kind = proposed(LETTERS[name])
    check_kind(kind)
    assert list(types(kind.sheet).items()) == list(expected.items())
    assert {field.name: field.label for field in kind.fields if field.name in labels} == labels


@pytest.mark.parametrize("slug", sorted(delivered_kinds()))
def test_a_form_for_each_delivered_template_fits_it(slug: str) -> None:
    """The templates that come with docgen, whose tags are the hardest there are, get a form that fills them."""
    check_kind(proposed(delivered_kinds()[slug].whole))


NAMES = st.sampled_from(
    [
        *(
            "hal",
            "tanggal_surat",
            "tgl_mulai",
            "jumlah",
            "jumlah_harga",
            "nilai_kontrak",
            "nip",
            "nama_pejabat",
            "sifat",
        ),
        *(
            "tahun_anggaran",
            "lampiran",
            "tembusan",
            "isi",
            "daftar_hadir",
            "tempat_tanggal_lahir",
            "a",
            "kepada",
            "foto",
        ),
        *("periode_awal", "catatan", "harga_satuan", "no", "x1", "banyak", "penerima", "total", "foto", "sifat"),
    ]
)
BLOCKS = st.sampled_from(
    [
        ("Nama : {{ n }}",),
        ("tanggal {{ n }} sampai", "{{ n }}"),
        ("{% if n %}{{ n }}{% endif %}",),
        ("{%p if n %}", "ada", "{%p endif %}"),
        ("{{ n }} ({{ n_terbilang }})",),
        ("{{ n_terbilang }} rupiah",),
        ("{%p for p in n %}", "{{ p }}", "{%p endfor %}"),
        ("{%p for p in n %}", "{{ loop.index }}. {{ p }}", "{%p endfor %}", "{% if n %}ada{% endif %}"),
        ("{{ n|join(', ') }}",),
        (
            "{%p for p in n %}",
            "{{ p.no }} {{ p.nama }} {{ p.jumlah }} {{ p.tanggal }}",
            "{%p endfor %}",
            "{{ n_jumlah }}",
        ),
        ("{{ n.nama }} {{ n.nip }}",),
        ("{% if n %}{{ n.nama }}{% endif %}",),
        ('{% if n == "Ya" %}a{% elif n == “Tidak” %}b{% endif %}',),
        ("{% set y = n %}{{ y|upper }}",),
        ("{{ n|default('x') }}",),
        ("{{p n }}",),
        ("{{ n_hari }}, {{ n }}",),
    ]
)


@settings(max_examples=40, deadline=None)
@given(parts=st.lists(st.tuples(NAMES, BLOCKS), max_size=8, unique_by=lambda part: part[0]), given_too=st.booleans())
def test_a_proposal_always_fits_its_template(parts: list[tuple[str, tuple[str, ...]]], given_too: bool) -> None:
    """Whatever tags a template has, if it prints one text at all, the form proposed for it fills it at once."""
    lines = [_named(line, name) for name, block in parts for line in block]
    tail = ["{{ nomor }} {{ penandatangan.nama }} {{ kantor.tempat }} {{ hari }}"] * given_too
    check_kind(proposed(letter("Judul: {{ judul_surat }}", *lines, *tail)))


def _named(line: str, name: str) -> str:
    """A line of a block with the name in place of the n in its tags."""
    return re.sub(r"(\{\{p? |in |if |= )n\b|(\{\{ )n(?=_)", lambda match: f"{match[1] or match[2]}{name}", line)


@pytest.mark.parametrize("name", LETTERS)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_any_text_in_any_field_keeps_the_file_whole(name: str, data: st.DataObject) -> None:
    """Whatever is written into the fields of a proposed form, every part of the letter stays well-formed XML and holds
    the text; tags, braces and signs of XML in it are text."""
    kind = proposed(LETTERS[name])
    texts = st.text(max_size=60) | st.sampled_from(
        ["{{ nomor }}", "{% for %}", "</w:t>&<", "a\n\tb", "]]>", "{%p endif %}"]
    )
    values: dict[str, Any] = dict(kind.example)
    for field in kind.fields:
        if field.type == "text":
            values[field.name] = data.draw(texts)
        elif field.type == "list":
            values[field.name] = data.draw(st.lists(texts, max_size=3))
        elif field.type == "table":
            values[field.name] = [
                row | {column.name: data.draw(texts) for column in field.columns if column.type == "text"}
                for row in values[field.name]
            ]
    sheet = kind.sheet
    try:
        clean = validate(sheet, values, officials={"x": OFFICIAL})
    except InvalidSubmission:  # a sign that no paper shows, or nothing where something must be
        return
    docx = render_docx(kind.template, full_context(sheet, clean))
    parts = WordParts(docx)
    for part in kind.template.parts:
        read_xml(parts[part.name])


def test_words_that_stood_at_a_tag_are_its_example_and_tell_its_type() -> None:
    """What a clerk marked as an amount is money, as a date a date; other words stay text, and are the example."""
    words = {"pihak": "Siti", "mulai": "1 Mei 2026", "besar": "Rp1.500.000,00", "banyak": "dua", "kursi": "12"}
    kind = proposed(letter(*(f"{{{{ {name} }}}}" for name in words)), words)
    assert types(kind.sheet) == {
        **{"pihak": "text", "mulai": "date", "besar": "money", "banyak": "text", "kursi": "text"},
    }
    assert kind.example["pihak"] == "Siti"
    assert kind.example["besar"] == "Rp1.500.000,00"
    check_kind(kind)


def test_a_tag_in_place_of_a_paragraph_is_rich_text() -> None:
    """`{{p isi }}` prints lists, tables and pictures, too: its field is the one in which these are written."""
    kind = proposed(letter("{{ hal }}", "{{p isi }}"))
    assert types(kind.sheet) == {"hal": "text", "isi": "rich_text"}
    check_kind(kind)


def test_the_day_of_a_date_is_no_field_of_its_own() -> None:
    """`{{ tanggal_rapat_hari }}` is the weekday of that date; how many days something takes is a number as ever."""
    kind = proposed(letter("{{ acara }}: {{ tanggal_rapat_hari }}, selama {{ lama_hari }} hari"))
    assert types(kind.sheet) == {"acara": "text", "tanggal_rapat": "date", "lama_hari": "integer"}
    check_kind(kind)


def test_an_amount_behind_its_own_rp_is_text() -> None:
    """Money is printed with Rp; where the letter has Rp already, the field is text, lest it stand there twice."""
    sheet, _ = propose_sheet(letter("Biaya Rp {{ biaya }}", "{{ harga }}"), "Surat")
    assert types(sheet) == {"biaya": "text", "harga": "money"}


def test_what_docgen_prints_itself_is_no_field() -> None:
    """Number, date, signer, office and assets come from the registers; assets decide whether a letter needs some."""
    tags = ("nomor", "tanggal", "tanggal_terbilang", "penandatangan.nip", "kantor.nama", "jumlah_aset", "hal")
    docx = letter(*(f"{{{{ {tag} }}}}" for tag in tags))
    sheet, _ = propose_sheet(docx, "Surat")
    assert (types(sheet), sheet.needs_assets) == ({"hal": "text"}, "required")
    sheet, _ = propose_sheet(letter("{%p if aset %}", "{{ jumlah_aset }}", "{%p endif %}", "{{ hal }}"), "Surat")
    assert sheet.needs_assets == "optional"
    sheet, _ = propose_sheet(letter("{{ hal }}"), "Surat")
    assert sheet.needs_assets == "none"


def test_the_title_of_a_letter_is_its_subject() -> None:
    """The field that names a letter in the register is its subject where it has one, never a number or an address."""
    sheet, _ = propose_sheet(letter("{{ alamat }} {{ nip }} {{ peserta }} {{ perihal }} {{ kepada }}"), "Surat")
    assert (sheet.title_field, sheet.addressee) == ("perihal", "kepada")
    sheet, _ = propose_sheet(letter("{{ alamat }} {{ peserta }}"), "Surat")
    assert sheet.title_field == "peserta"
    sheet, _ = propose_sheet(letter("{{ tanggal_x }}"), "Surat")
    assert types(sheet) == {"tanggal_x": "text"}


def test_the_signer_is_who_the_letter_says() -> None:
    """A post written above the signer's name tells the role; a post from the register leaves it to the step."""
    sheet, _ = propose_sheet(letter("Kepala Bidang,", "", "{{ penandatangan.nama }}", "{{ hal }}"), "Surat")
    assert sheet.signer == "kepala_bidang"
    sheet, _ = propose_sheet(LETTERS["receipt"], "Surat")
    assert sheet.signer == "step"


def test_two_fields_never_have_one_label() -> None:
    """Where the letter calls two things the same, the second bears its own name."""
    sheet, _ = propose_sheet(letter("Nama: {{ nama_ayah }}", "Nama: {{ nama_ibu }}"), "Surat")
    assert [field.label for field in sheet.fields] == ["Nama", "Nama ibu"]


def test_a_letter_without_tags_gets_a_field_to_begin_with() -> None:
    """The form of an untagged letter has one field, which its template does not print yet, and the check says so."""
    kind = proposed(untagged_letter())
    assert types(kind.sheet) == {"hal": "text"}
    with pytest.raises(TemplateError, match="wajib diisi tetapi tidak dipakai"):
        check_kind(kind)


def test_names_that_no_field_can_have_do_not_stop_a_proposal() -> None:
    """Tags with capitals, calls and nonsense are left to the lint; the rest gets its form."""
    odd = ("{{ Nama }}", "{{ range(3) }}", "{{ _x }}", "{{ a b }}", "{{ loop.index }}", "{% for r in t %}{{ r.Besar }}")
    sheet, _ = propose_sheet(letter(*odd, "{{ hal }}", "{{ aset_terlampir }}"), "  ")
    assert "hal" in types(sheet)
    assert sheet.title == "Surat"


def test_the_service_proposes_in_a_child() -> None:
    """The child proposes the same."""
    assert in_child.propose_sheet(LETTERS["receipt"], "Kuitansi") == propose_sheet(LETTERS["receipt"], "Kuitansi")
