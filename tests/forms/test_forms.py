"""Forms: anything may come in; what comes out is clean, or a sentence for each mistake. And what templates see."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.errors import InvalidSubmission
from docgen.forms import build_context, defaults, example, official_context, to_json, validate
from docgen.forms.field_sheet import MAX_TEXT, FieldSheet
from docgen.forms.photos import photo_context
from docgen.kinds.kind import Kind
from docgen.render.word.fill import render_docx
from storage.records import Asset, Office, Official
from templates_docx import FOLDER
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import DATE, KABID, KASI, OFFICE, OFFICIALS, USER, assets, context

# One field of each type, required and not.
SHEET: dict[str, Any] = {
    "title": "Segala",
    "title_field": "hal",
    "fields": [
        {"name": "hal", "label": "Hal", "help": "Tulis pokok surat dalam satu kalimat.", "example": "Perbaikan",
         "required": True, "max_length": 30},
        {"name": "kepada", "label": "Yth.", "required": True, "default": "Kepala Bidang",
         "default_role": "kepala_bidang"},
        {"name": "lampiran", "label": "Lampiran", "default": "-", "when_empty": "-"},
        {"name": "isi", "label": "Isi", "type": "paragraphs"},
        {"name": "mulai", "label": "Mulai", "type": "date", "required": True},
        {"name": "selesai", "label": "Selesai", "type": "date"},
        {"name": "rangkap", "label": "Rangkap", "type": "integer", "default": 2},
        {"name": "biaya", "label": "Biaya", "type": "money"},
        {"name": "sifat", "label": "Sifat", "type": "choice", "choices": ["Biasa", "Segera"], "default": "Biasa"},
        {"name": "selesaikah", "label": "Selesai?", "type": "boolean"},
        {"name": "dasar", "label": "Dasar", "type": "list", "required": True},
        {"name": "saksi", "label": "Saksi", "type": "official"},
        {"name": "barang", "label": "Barang", "type": "table", "columns": [
            {"name": "nama", "label": "Nama barang", "required": True, "max_length": 20},
            {"name": "jumlah", "label": "Jumlah", "type": "integer"},
            {"name": "harga", "label": "Harga", "type": "money"},
            {"name": "tanggal", "label": "Tanggal", "type": "date"},
        ]},
        {"name": "foto", "label": "Foto", "type": "photos", "most": 3, "example": "Rak 3"},
    ],
}  # fmt: skip
TEMPLATE = (FOLDER / "nota_dinas" / "template.docx").read_bytes()
KIND = Kind("segala", Path(), FieldSheet.model_validate(SHEET), {}, TEMPLATE)
PHOTO = f"{7:064x}.jpg"
LEAST: dict[str, Any] = {"hal": "Perbaikan", "mulai": "2026-11-23", "dasar": ["Surat"]}


def accept(**data: Any) -> dict[str, Any]:
    return validate(KIND.sheet, {**LEAST, **data}, officials=OFFICIALS)


def refuse(**data: Any) -> dict[str, str]:
    with pytest.raises(InvalidSubmission) as caught:
        accept(**data)
    return {error.field: error.message for error in caught.value.errors}


def test_clean_values_are_typed() -> None:
    """Every field is there; dates are dates, numbers numbers; what was left out is its default, "" , [] or None."""
    values = accept(isi=" satu\r\n\r\n\r\ndua ", biaya=12_500_000, barang=[{"nama": "Kabel", "jumlah": 3}])
    assert values == {
        "hal": "Perbaikan",
        "kepada": "Kepala Bidang",
        "lampiran": "-",
        "isi": "satu\n\ndua",
        "mulai": dt.date(2026, 11, 23),
        "selesai": None,
        "rangkap": 2,
        "biaya": 12_500_000,
        "sifat": "Biasa",
        "selesaikah": None,
        "dasar": ["Surat"],
        "saksi": None,
        "barang": [{"nama": "Kabel", "jumlah": 3, "harga": None, "tanggal": None}],
        "foto": [],
    }


def test_all_mistakes_are_found_at_once() -> None:
    """One answer names every wrong field, so that a form is mended in one go."""
    errors = refuse(
        hal="", mulai="besok", rangkap="dua", sifat="Kilat", saksi="siapa", barang=[{}, {"nama": "a", "jumlah": "x"}]
    )
    assert set(errors) == {
        "data.hal", "data.mulai", "data.rangkap", "data.sifat", "data.saksi", "data.barang[1].jumlah",
    }  # fmt: skip


def test_a_missing_value_says_what_to_write() -> None:
    """The message carries the sheet's help and example."""
    message = refuse(hal="  ")["data.hal"]
    assert message == "Hal wajib diisi. Tulis pokok surat dalam satu kalimat. Misalnya: Perbaikan"


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    """A misspelled field of another system is seen, in the data and in a table's row."""
    assert refuse(lampirn="1")["data.lampirn"] == "Isian “lampirn” tidak dikenal. Maksudnya 'lampiran'?"
    assert "Maksudnya 'jumlah'?" in refuse(barang=[{"nama": "a", "jumla": 1}])["data.barang[0].jumla"]


def test_text_is_normalised() -> None:
    """NFC, LF, no space around; an accent typed in two ways is one text."""
    assert accept(hal=" e\u0301\r\nb\rc ")["hal"] == "é\nb\nc"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x0b", "\x9b", "\ud800", "\uffff"])
def test_control_characters_are_refused_with_their_place(character: str) -> None:
    """What cannot be printed is not silently dropped."""
    assert "posisi 3 " in refuse(hal=f"ab{character}c")["data.hal"]


def test_too_long_says_how_long_and_how_long_it_may_be() -> None:
    """Any text has an end: 20,000 characters unless the sheet says less."""
    assert "31 karakter, paling banyak 30" in refuse(hal="x" * 31)["data.hal"]
    assert "20.001 karakter, paling banyak 20.000" in refuse(isi="x" * (MAX_TEXT + 1))["data.isi"]
    assert len(accept(isi="x" * MAX_TEXT)["isi"]) == MAX_TEXT


def test_a_table_has_at_most_2000_rows_and_forgets_empty_ones() -> None:
    """Rows of a form in which nothing was typed are left out; a mistake names its row as the form counts it."""
    rows = [{"nama": "", "jumlah": ""}, {}, {"nama": "a", "jumlah": "1"}, {"nama": "", "jumlah": "1"}]
    assert [row["nama"] for row in accept(barang=rows[:3])["barang"]] == ["a"]
    assert refuse(barang=rows)["data.barang[3].nama"].startswith("Baris 4: Nama barang wajib diisi.")
    assert len(accept(barang=[{"nama": "a"}] * 2000)["barang"]) == 2000
    assert "paling banyak 2000" in refuse(barang=[{"nama": "a"}] * 2001)["data.barang"]


def test_photos_are_names_with_captions_in_their_order() -> None:
    """A caption is one line without space around it; the same photo may be shown twice; JSON keeps them as they are."""
    names = [f"{number:064x}.jpg" for number in (7, 3, 7)]
    photos = accept(foto=[{"file": name, "caption": " Rak\n 3 "} for name in names])["foto"]
    assert photos == [{"file": name, "caption": "Rak 3"} for name in names]
    assert to_json({"foto": photos}) == {"foto": photos}


@pytest.mark.parametrize(
    ("photo", "path", "message"),
    [
        ({"file": PHOTO}, ".caption", "Foto 2: Keterangan wajib diisi"),
        ({"file": PHOTO, "caption": " "}, ".caption", "Foto 2: Keterangan wajib diisi"),
        ({"file": PHOTO, "caption": "x" * 201}, ".caption", "paling banyak 200"),
        ({"file": PHOTO, "caption": "a\0"}, ".caption", "posisi 2"),
        ({"file": PHOTO, "caption": 3}, ".caption", "harus berupa teks"),
        ({"file": PHOTO, "caption": "a", "captoin": "a"}, ".captoin", "Maksudnya 'caption'?"),
        ({"caption": "a"}, ".file", "Foto 2: tulis nama berkas"),
        ({"file": PHOTO.upper(), "caption": "a"}, ".file", "Foto 2: tulis nama berkas"),
        ({"file": PHOTO + "\n", "caption": "a"}, ".file", "Foto 2: tulis nama berkas"),
        ({"file": "../secret.key", "caption": "a"}, ".file", "Foto 2: tulis nama berkas"),
        ({"file": [PHOTO], "caption": "a"}, ".file", "Foto 2: tulis nama berkas"),
        (PHOTO, "", "Foto 2 harus berupa file dan caption"),
    ],
)
def test_a_mistake_in_a_photo_stands_beside_it(photo: object, path: str, message: str) -> None:
    """Each of a photo's two parts has its own message, with the photo's number as it is printed."""
    errors = refuse(foto=[{"file": PHOTO, "caption": "a"}, photo])
    assert list(errors) == [f"data.foto[1]{path}"]
    assert message in errors[f"data.foto[1]{path}"]


def test_photos_have_an_end_and_may_be_none() -> None:
    """As many as the sheet says; nothing at all in each way a form or system may say it."""
    photo = {"file": PHOTO, "caption": "a"}
    assert len(accept(foto=[photo] * 3)["foto"]) == 3
    assert "memuat 4 foto, paling banyak 3" in refuse(foto=[photo] * 4)["data.foto"]
    assert "harus berupa daftar" in refuse(foto={"file": PHOTO})["data.foto"]
    assert [accept(foto=nothing)["foto"] for nothing in (None, "", " ", [])] == [[]] * 4


def test_the_schema_of_photos_tells_names_and_captions() -> None:
    """Another system learns what to send: at most so many, a name as an upload answers it, a caption."""
    schema = KIND.json_schema()["properties"]["foto"]
    assert schema["maxItems"] == 3
    check = jsonschema.Draft202012Validator(schema)
    assert check.is_valid([{"file": PHOTO, "caption": "Rak 3"}])
    for wrong in (
        {"file": PHOTO},
        {"file": "a.jpg", "caption": "a"},
        {"file": PHOTO, "caption": " "},
        {"caption": "a"},
    ):
        assert not check.is_valid([wrong])
    assert schema["items"]["properties"]["caption"]["examples"] == ["Rak 3"]


def test_templates_see_photos_one_by_one_and_two_a_row() -> None:
    """The last of an odd number stands alone in its row."""
    shown = photo_context(KIND.fields[-1], [{"file": f"{number}.jpg", "caption": f"k{number}"} for number in (1, 2, 3)])
    one, two, three = ({"no": str(n), "berkas": f"{n}.jpg", "keterangan": f"k{n}"} for n in (1, 2, 3))
    assert shown == {
        "foto": [one, two, three],
        "foto_baris": [{"kiri": one, "kanan": two}, {"kiri": three, "kanan": False}],
    }
    assert photo_context(KIND.fields[-1], []) == {"foto": [], "foto_baris": []}


@pytest.mark.parametrize(
    "written", [12_500_000, 12_500_000.0, "12500000", "12.500.000", "Rp12.500.000,00", "Rp 12.500.000,-"]
)
def test_money_is_read_as_people_write_it(written: object) -> None:
    """Figures, dots for thousands, Rp before and sen of nought behind: the same whole rupiah."""
    assert accept(biaya=written)["biaya"] == 12_500_000


@pytest.mark.parametrize(
    "written", ["12,500", "12.5", "1.2500", "12.500,50", "-1", -1, 1.5, True, "1e3", 10**15 + 1, "٣"]
)
def test_money_that_could_mean_two_things_is_refused(written: object) -> None:
    """No guess about commas, halves, signs or foreign digits."""
    assert "Biaya" in refuse(biaya=written)["data.biaya"]


@pytest.mark.parametrize("written", ["2026-11-23", "23-11-2026", "23/11/2026", " 2026-11-23 "])
def test_dates_are_read_as_written_here(written: str) -> None:
    """ISO from a date field, or day-month-year as people type it."""
    assert accept(mulai=written)["mulai"] == dt.date(2026, 11, 23)


@pytest.mark.parametrize("written", ["2026-02-30", "31-02-2026", "20261123", "2026-W01-1", "26-11-23", "0001-01-01", 5])
def test_dates_that_are_none_are_refused(written: object) -> None:
    """Days that do not exist and other notations are named."""
    assert "2026-11-23" in refuse(mulai=written)["data.mulai"]


@pytest.mark.parametrize(
    ("written", "read"), [("true", True), ("ya", True), ("on", True), ("false", False), (0, False)]
)
def test_forms_send_booleans_as_words(written: object, read: bool) -> None:
    """A checkbox and a JSON boolean mean the same."""
    assert accept(selesaikah=written)["selesaikah"] is read


def test_a_list_may_come_as_lines() -> None:
    """A text area with a line each is a list; empty lines are nothing."""
    assert accept(dasar="satu\r\n\r\n dua \n")["dasar"] == ["satu", "dua"]
    assert "wajib diisi" in refuse(dasar=" \n ")["data.dasar"]


def test_a_cleared_text_stays_empty_and_a_cleared_choice_does_not() -> None:
    """Emptying a text means no text; emptying a choice or number means its default."""
    values = accept(lampiran="", sifat="", rangkap="")
    assert (values["lampiran"], values["sifat"], values["rangkap"]) == ("", "Biasa", 2)


def test_an_official_is_named_by_id() -> None:
    """An id in the register is accepted; a name leads to its id."""
    assert accept(saksi=USER.id)["saksi"] == USER.id
    assert repr(USER.id) in refuse(saksi=USER.name)["data.saksi"]
    assert "masih kosong" in str(_errors({"saksi": "x"}))


def _errors(data: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidSubmission) as caught:
        validate(KIND.sheet, {**LEAST, **data}, officials={})
    return [error.message for error in caught.value.errors]


def test_a_default_post_is_its_holders_on_the_date() -> None:
    """An acting head comes first while he acts; without a date or anybody in the role the sheet's words stand."""
    former = KABID.model_copy(update={"id": "lama", "post": "Kepala Lama", "valid_to": dt.date(2025, 12, 31)})
    register: dict[str, Official] = {
        "lama": former,
        KABID.id: KABID.model_copy(update={"valid_from": dt.date(2026, 1, 1)}),
    }
    assert defaults(KIND.sheet, officials=register, date=dt.date(2025, 6, 1))["kepada"] == "Plt. Kepala Lama"
    assert defaults(KIND.sheet, officials=register, date=DATE)["kepada"] == "Plt. Kepala Bidang Infrastruktur"
    assert defaults(KIND.sheet, officials=register)["kepada"] == "Kepala Bidang"
    assert defaults(KIND.sheet, officials={}) == {
        "kepada": "Kepala Bidang",
        "lampiran": "-",
        "rangkap": 2,
        "sifat": "Biasa",
    }


SCHEMA = KIND.json_schema(OFFICIALS)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = [field.name for field in KIND.fields]


def holds(data: object) -> None:
    """Either refused, or clean values that the schema accepts and that read back the same."""
    try:
        values = validate(KIND.sheet, data, officials=OFFICIALS)
    except InvalidSubmission:
        return
    kept = json.loads(json.dumps(to_json(values)))
    VALIDATOR.validate(kept)
    assert validate(KIND.sheet, kept, officials=OFFICIALS) == values


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_any_json_is_accepted_clean_or_refused(data: object) -> None:
    """No JSON crashes the check."""
    holds(data)


@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES), JSON | st.lists(st.dictionaries(st.sampled_from(["nama", "jumlah"]), JSON)))
)
def test_any_json_under_the_right_names_is_accepted_clean_or_refused(data: dict[str, object]) -> None:
    """Wrong types under right names neither crash nor slip through."""
    holds({**LEAST, **data})


LINES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=10)
FILLED = LINES.filter(lambda text: text.strip() != "")
DATES = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)).map(dt.date.isoformat)
AMOUNTS = st.integers(0, 10**15)
ROWS = st.fixed_dictionaries({"nama": FILLED}, optional={"jumlah": AMOUNTS, "harga": AMOUNTS, "tanggal": DATES})
SUBMISSIONS = st.fixed_dictionaries(
    {"hal": FILLED, "mulai": DATES, "dasar": st.lists(FILLED, min_size=1, max_size=3)},
    optional={
        "kepada": FILLED,
        "lampiran": LINES,
        "isi": st.lists(LINES, max_size=4).map("\n".join),
        "selesai": DATES,
        "rangkap": AMOUNTS,
        "biaya": AMOUNTS,
        "sifat": st.sampled_from(["Biasa", "Segera"]),
        "selesaikah": st.booleans(),
        "saksi": st.sampled_from(sorted(OFFICIALS)),
        "barang": st.lists(ROWS, max_size=3),
    },
)


@settings(max_examples=300, deadline=None)
@given(SUBMISSIONS)
def test_what_the_schema_accepts_is_accepted(data: dict[str, object]) -> None:
    """Another system that follows the JSON Schema is never refused, and its letter can be filled."""
    if VALIDATOR.is_valid(data):
        values = validate(KIND.sheet, data, officials=OFFICIALS)
        assert build_context(
            KIND.sheet,
            values,
            office=OFFICE,
            signer=KASI,
            assets=[],
            number="1",
            date=DATE,
            officials=OFFICIALS,
            emblem=None,
        )


def test_context_prints_each_type_as_letters_do() -> None:
    """Dates long, money as Rupiah with its words, paragraphs apart, an official with rank and NIP, rows numbered."""
    values = accept(
        isi="satu\n\ndua\ntiga", biaya=5_000_000, selesaikah=True, saksi=USER.id,
        barang=[{"nama": "Kabel", "jumlah": 3, "harga": 1500}], lampiran="",
    )  # fmt: skip
    seen = build_context(
        KIND.sheet,
        values,
        office=OFFICE,
        signer=KASI,
        assets=assets(2),
        number="83",
        date=DATE,
        officials=OFFICIALS,
        emblem=b"x",
    )
    assert seen["mulai"] == "23 November 2026"
    assert seen["selesai"] == ""
    assert seen["lampiran"] == "-"
    assert (seen["biaya"], seen["biaya_terbilang"]) == ("Rp5.000.000,00", "lima juta rupiah")
    assert (seen["rangkap"], seen["rangkap_terbilang"]) == ("2", "dua")
    assert seen["isi"] == ["satu", "dua\ntiga"]
    assert seen["selesaikah"] is True
    assert seen["saksi"]["pangkat"] == "Golongan IX"
    assert seen["barang"] == [{"no": "1", "nama": "Kabel", "jumlah": "3", "harga": "Rp1.500,00", "tanggal": "-"}]
    assert (seen["hari"], seen["tanggal"], seen["tanggal_angka"]) == ("Senin", "23 November 2026", "23-11-2026")
    assert seen["tanggal_terbilang"] == "dua puluh tiga bulan November tahun dua ribu dua puluh enam"
    assert (seen["nomor"], seen["lambang"], seen["jumlah_aset"]) == ("83", True, "2 (dua) unit")
    assert (seen["total_nilai"], seen["total_nilai_terbilang"]) == (
        "Rp3.750.000,00",
        "tiga juta tujuh ratus lima puluh ribu rupiah",
    )


def test_an_asset_is_printed_with_words_for_its_codes() -> None:
    """Conditions in words, a dash for what is unknown, no total while one value is unknown."""
    kind = delivered_kinds()["nota_dinas"]
    one = assets(1)[0]
    bare = Asset(nibar="N-2", name="Server", condition="RB")
    seen = context(kind, assets=[one, bare])
    assert seen["aset"][0]["kondisi"] == "Kurang Baik"
    assert seen["aset"][0]["nilai"] == "Rp1.250.000,00"
    assert seen["aset"][1] == {
        "no": "2", "nibar": "N-2", "kode_barang": "-", "register": "-", "nama": "Server", "merk": "-", "seri": "-",
        "tahun": "-", "jumlah": "1 (satu) unit", "nilai": "-", "kondisi": "Rusak Berat", "kondisi_kode": "RB",
        "lokasi": "-", "jenis": "Perangkat keras",
    }  # fmt: skip
    assert seen["total_nilai"] == ""


def test_an_official_is_printed_with_capacity_and_rank() -> None:
    """Plt. stands before the post; pangkat with golongan; a.n. names the superior."""
    assert official_context(KABID)["jabatan"] == "Plt. Kepala Bidang Infrastruktur"
    seen = official_context(KASI, KABID)
    assert seen["pangkat"] == "Penata (III/c)"
    assert seen["nip"] == "19870612 201101 1 003"
    assert seen["atas_nama"] == "a.n. Plt. Kepala Bidang Infrastruktur"
    assert official_context(KASI)["atas_nama"] == ""


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (OFFICE.name, ["Dinas Komunikasi, Informatika,", "Statistik dan Persandian"]),
        ("Dinas Kesehatan", ["Dinas Kesehatan"]),
        ("Dinas " + "x" * 60, ["Dinas", "x" * 60]),
    ],
)
def test_the_letterhead_breaks_a_long_name_evenly(name: str, lines: list[str]) -> None:
    """As few lines as fit, of about the same length."""
    office = Office(government="P", name=name, unit_code="U", place="Batulicin")
    kind = delivered_kinds()["nota_dinas"]
    assert context(kind, office=office)["kantor"]["nama_baris"] == lines


NEEDS: dict[str, Any] = {
    "name": "kebutuhan", "label": "Kebutuhan", "type": "table", "required": True,
    "columns": [
        {"name": "nama", "label": "Nama", "required": True},
        {"name": "jumlah", "label": "Jumlah", "type": "integer", "required": True},
        {"name": "harga", "label": "Harga", "type": "money", "required": True},
        {"name": "sisa", "label": "Sisa", "type": "integer"},
    ],
    "products": [{"name": "total", "label": "Total", "of": ["jumlah", "harga"]}],
    "totals": ["total", "sisa"],
}  # fmt: skip


def reckoned(rows: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    sheet = FieldSheet.model_validate(SHEET | {"fields": [SHEET["fields"][0], NEEDS | changes]})
    kind = Kind("rencana", Path(), sheet, {}, TEMPLATE)
    values = validate(kind.sheet, {"hal": "Rencana", "kebutuhan": rows}, officials={})
    return build_context(
        kind.sheet, values, office=OFFICE, signer=KASI, assets=[], number="1", date=DATE, officials={}, emblem=None
    )


def test_row_totals_and_the_grand_total_are_reckoned() -> None:
    """Quantity times unit price in each row, and the sum in figures and words; what was not written adds nothing."""
    seen = reckoned([{"nama": "A", "jumlah": 2, "harga": 1_500}, {"nama": "B", "jumlah": 3, "harga": 1_000, "sisa": 4}])
    assert [row["total"] for row in seen["kebutuhan"]] == ["Rp3.000,00", "Rp3.000,00"]
    assert [row["sisa"] for row in seen["kebutuhan"]] == ["-", "4"]
    assert (seen["kebutuhan_total"], seen["kebutuhan_total_terbilang"]) == ("Rp6.000,00", "enam ribu rupiah")
    assert (seen["kebutuhan_sisa"], seen["kebutuhan_sisa_terbilang"]) == ("4", "empat")


def test_a_total_of_nothing_is_empty_and_one_beyond_words_is_in_figures() -> None:
    """No number written gives no total; a sum that cannot be spelled is still printed."""
    seen = reckoned([{"nama": "A", "jumlah": 10**10, "harga": 10**10}])
    assert (seen["kebutuhan_sisa"], seen["kebutuhan_sisa_terbilang"]) == ("", "")
    assert seen["kebutuhan_total"] == "Rp100.000.000.000.000.000.000,00"
    assert seen["kebutuhan_total_terbilang"] == ""


def test_a_reckoned_cell_cannot_be_sent() -> None:
    """Neither a clerk nor another system types a total."""
    with pytest.raises(InvalidSubmission) as caught:
        reckoned([{"nama": "A", "jumlah": 1, "harga": 1, "total": 9}])
    assert [error.field for error in caught.value.errors] == ["data.kebutuhan[0].total"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"products": [{"name": "total", "label": "T", "of": ["jumlah", "sisa"]}]}, "required: true"),
        ({"products": [{"name": "total", "label": "T", "of": ["nama", "harga"]}]}, "'nama' harus kolom"),
        ({"products": [{"name": "total", "label": "T", "of": ["harga", "harga"]}]}, "dikalikan dengan rupiah"),
        ({"products": [{"name": "sisa", "label": "T", "of": ["jumlah", "harga"]}]}, "'sisa' ada dua kali"),
        ({"totals": ["nama"]}, "bukan kolom angka"),
        ({"totals": ["totl"]}, "Maksudnya 'total'?"),
    ],
)
def test_a_table_that_cannot_be_reckoned_is_refused(changes: dict[str, Any], expected: str) -> None:
    """Factors are required numbers, totals are of numbers, names are used once."""
    with pytest.raises(ValueError, match=expected.replace("?", r"\?")):
        reckoned([], **changes)


def test_a_default_official_is_the_holder_on_the_date() -> None:
    """The form begins with who holds the role, and a submission that leaves the field out gets the same."""
    saksi = {"name": "saksi", "label": "Saksi", "type": "official", "required": True, "default_role": "kepala_bidang"}
    sheet = FieldSheet.model_validate(SHEET | {"fields": [SHEET["fields"][0], saksi]})
    kind = Kind("rencana", Path(), sheet, {}, TEMPLATE)
    assert defaults(kind.sheet, officials=OFFICIALS, date=DATE) == {"saksi": KABID.id}
    assert validate(kind.sheet, {"hal": "x"}, officials=OFFICIALS, date=DATE)["saksi"] == KABID.id
    with pytest.raises(InvalidSubmission) as caught:
        validate(kind.sheet, {"hal": "x"}, officials={}, date=DATE)
    assert [error.field for error in caught.value.errors] == ["data.saksi"]


def test_the_example_names_officials_of_this_office() -> None:
    """An official of the example who is not in the register gives way to one who is; nobody is invented."""
    kind = Kind("segala", Path(), FieldSheet.model_validate(SHEET), {**LEAST, "saksi": "orang-lain"}, TEMPLATE)
    assert example(kind.sheet, kind.example, officials=OFFICIALS)["saksi"] in OFFICIALS
    validate(kind.sheet, example(kind.sheet, kind.example, officials=OFFICIALS), officials=OFFICIALS)
    assert "saksi" not in example(kind.sheet, kind.example, officials={})
    assert kind.example["saksi"] == "orang-lain"


@pytest.mark.parametrize(
    ("slug", "field", "label", "foreign"),
    [
        ("berita_acara_serah_terima", "alamat_penerima", "Alamat", OFFICE.address),
        ("persetujuan", "pengusul", "Diajukan oleh", KASI.post),
    ],
)
def test_nobody_is_given_an_address_or_post_that_was_not_told(slug: str, field: str, label: str, foreign: str) -> None:
    """Left out, its line is not printed: neither the office's own nor another person's stands there."""
    kind = delivered_kinds()[slug]
    counts = []
    for value in ("Jalan Lain 7", ""):
        docx = render_docx(kind.template, context(kind, {field: value}))
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            text = re.sub(r"<[^>]+>", "|", package.read("word/document.xml").decode())
        assert ("Jalan Lain 7" in text) is bool(value)
        counts.append((text.count(f"|{label}|"), text.count(foreign)))
    assert counts[1] == (counts[0][0] - 1, counts[0][1])


def test_no_default_names_a_place_of_one_office() -> None:
    """What stands in for a field left out fits any office: none of the delivered kinds' defaults names a regency."""
    for kind in delivered_kinds().values():
        for one in kind.fields:
            assert "Tanah Bumbu" not in str(one.default), (kind.slug, one.name)
