"""The registers: wrong lines are named, warnings do not hinder, and each role changes what it may."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from PIL import Image

from docgen.desk import Desk
from docgen.desk.registers.office_hours import read_holidays
from docgen.errors import FieldError
from docgen.indonesian import roman_month
from storage.catalogue import registers
from storage.records import Asset, FormalProfile, Office
from tests.support.callers.pages import Person, person, words
from tests.support.files.sheets import xlsx


def office(desk: Desk) -> Office:
    """The office as recorded."""
    with desk.catalogue.read() as tx:
        return registers.get_office(tx)


def test_the_formal_profile_is_kept(admin: Person, desk: Desk) -> None:
    """What the page says of paper, order letters and names is kept; what it does not send stays as it was."""
    profile = {
        "paper": "F4-210",
        "paper_by_kind.laporan_pemeliharaan": "A4",
        "order_letter": "Surat Perintah",
        "emphatic_names": "false",
        "catchword": "true",
    }
    admin.get("/kantor")
    plain = {key: value for key, value in office(desk).model_dump().items() if key not in FormalProfile.model_fields}
    calendar = {"work_hours": "08.00-16.00", "holidays": ""}
    assert admin.post("/kantor", plain | calendar | profile).status_code == 303
    assert admin.post("/kantor", plain | calendar | {"paper_by_kind.nota_dinas": ""}).status_code == 303
    kept = office(desk)
    assert (kept.paper, kept.paper_by_kind) == ("F4-210", {"laporan_pemeliharaan": "A4"})
    assert (kept.order_letter, kept.emphatic_names, kept.catchword) == ("Surat Perintah", False, True)
    wrong = admin.post("/kantor", plain | calendar | {"paper_by_kind.nota_dinas": "A5"})
    assert wrong.status_code == 422
    assert office(desk) == kept


def upload(name: str, data: bytes) -> tuple[io.BytesIO, str]:
    """A file as a form sends it."""
    return io.BytesIO(data), name


def test_office_settings_are_checked_and_kept_as_typed(admin: Person, desk: Desk) -> None:
    """A pattern without a sequence is refused, the rest stays typed; a good one is kept, the emblem too."""
    before = office(desk)
    calendar = {
        "work_hours": "07.30 - 12.00; 13:00-16.00",
        "holidays": "25-12-2026 Natal\n1 Januari 2027 Tahun Baru\n2027-05-01",
    }
    typed: dict[str, Any] = before.model_dump() | {"address": "Jalan Baru Nomor 5"} | calendar
    admin.get("/kantor")
    refused = admin.post("/kantor", typed | {"number_pattern": "{unit}/{tahum}"})
    assert refused.status_code == 422
    assert "Maksudnya {tahun}?" in words(refused)
    assert "Pola nomor harus memuat {urut}" in words(refused)
    assert "Jalan Baru Nomor 5" in refused.text
    assert office(desk) == before
    assert admin.post("/kantor", typed | {"number_pattern": "{urut:03}/{unit}/{tahun}"}).status_code == 303
    assert office(desk).address == "Jalan Baru Nomor 5"
    assert [(one.start, one.end) for one in office(desk).work_hours] == [("07:30", "12:00"), ("13:00", "16:00")]
    assert office(desk).holidays == [dt.date(2026, 12, 25), dt.date(2027, 1, 1), dt.date(2027, 5, 1)]
    for wrong in (
        {"work_hours": "pagi"},
        {"work_hours": "08.00-12.00, 11.00-13.00"},
        {"holidays": "Natal"},
        {"holidays": "31 Februari 2027"},
    ):
        assert admin.post("/kantor", typed | wrong).status_code == 422
    assert f"001/DiskominfoSP2/{desk.today().year}" in words(admin.get("/kantor"))


def test_the_number_example_answers_while_typing(admin: Person, desk: Desk) -> None:
    """The example of a pattern is shown before it is saved; a wrong one says why."""
    pattern = {"number_pattern": "{urut}/{unit}/{bulan}/{tahun}", "unit_code": "X", "security_code": "B"}
    today = desk.today()
    shown = admin.get("/kantor/contoh-nomor", query_string=pattern).text
    assert shown == f"1/X/{roman_month(today)}/{today.year}"
    wrong = admin.get("/kantor/contoh-nomor", query_string=pattern | {"number_pattern": "{"})
    assert wrong.status_code == 422
    assert "Pola nomor salah tulis" in wrong.text
    refused = admin.post("/kantor", office(desk).model_dump() | {"number_pattern": "{"})
    assert '<output id="contoh-nomor">–</output>' in refused.text


def test_national_holidays_are_shown_before_they_are_added(admin: Person, desk: Desk) -> None:
    """Those of one year go into the box with their names, nothing else typed is lost, and only *Simpan* keeps them;
    a day that has a name keeps it."""
    year = desk.today().year + 1
    assert "Hari Lahir Pancasila" in words(admin.get("/kantor"))
    typed = office(desk).model_dump() | {"work_hours": "08.00-16.00", "address": "Jalan Belum Disimpan 1"}
    shown = admin.post("/kantor", typed | {"holidays": f"01-01-{year} Libur kami", "libur": str(year)})
    assert "4 hari libur tahun" in words(shown)
    assert "Jalan Belum Disimpan 1" in shown.text
    assert f"01-01-{year} Libur kami\n01-05-{year} Hari Buruh Internasional\n" in shown.text
    assert office(desk).holidays == []
    box = shown.text.partition('name="holidays"')[2].partition(">")[2].partition("<")[0]
    assert admin.post("/kantor", typed | {"holidays": box}).status_code == 303
    assert office(desk).holiday_names[dt.date(year, 12, 25)] == "Hari Raya Natal"
    assert f"01-01-{year} Libur kami" in admin.get("/kantor").text


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("25-12-2026 Natal, dan cuti bersama", {"2026-12-25": "Natal, dan cuti bersama"}),
        ("25-12-2026, 26.12.2026: Cuti", {"2026-12-25": "", "2026-12-26": "Cuti"}),
        ("1 Januari 2027 – Tahun Baru", {"2027-01-01": "Tahun Baru"}),
        ("25-12-2026, 31-13-2026", {}),
        ("Natal", {}),
    ],
)
def test_holidays_are_read_as_people_write_them(text: str, days: dict[str, str]) -> None:
    """A date, its name behind it, several on a line; what begins with a figure and is no date is an error."""
    errors: list[FieldError] = []
    assert {day.isoformat(): name for day, name in read_holidays(text, errors).items()} == days
    assert bool(errors) is not bool(days)


def test_an_emblem_is_made_small_and_what_is_no_picture_is_refused(admin: Person, desk: Desk) -> None:
    """A large picture becomes a PNG of at most 600 pixels; other files change nothing."""
    big = io.BytesIO()
    Image.new("RGB", (1500, 900), "navy").save(big, "JPEG")
    admin.get("/kantor")
    assert admin.post("/kantor/lambang", {"emblem": upload("logo.jpg", big.getvalue())}).status_code == 303
    shown = admin.get("/kantor/lambang.png")
    assert Image.open(io.BytesIO(shown.data)).size == (600, 360)
    for junk in (b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", big.getvalue()[:500]):
        refused = admin.post("/kantor/lambang", {"emblem": upload("logo.png", junk)})
        assert refused.status_code == 422
        assert "bukan gambar" in words(refused)
    assert admin.get("/kantor/lambang.png").data == shown.data


def test_a_strange_nip_is_warned_of_and_accepted(admin: Person, desk: Desk) -> None:
    """An official with a NIP that looks wrong is kept, with a warning; the pangkat follows the golongan."""
    admin.get("/pejabat/baru")
    typed = {"name": "Uji Coba, S.T.", "nip": "123", "grade": "III/d", "post": "Penguji", "role": "kepala_seksi",
             "capacity": "plt"}  # fmt: skip
    answer = admin.post("/pejabat/baru", typed, follow_redirects=True)
    assert "Perlu diperiksa:" in words(answer)
    with desk.catalogue.read() as tx:
        (made,) = [one for one in registers.list_officials(tx) if one.name == "Uji Coba, S.T."]
    assert made.rank == "Penata Tingkat I"
    wrong = admin.post(f"/pejabat/ubah?id={made.id}", typed | {"name": "", "valid_from": "kapan-kapan"})
    assert wrong.status_code == 422
    assert "Nama wajib diisi." in words(wrong)
    assert 'value="kapan-kapan"' in wrong.text
    admin.get(f"/pejabat/ubah?id={made.id}")
    assert admin.post("/pejabat/hapus", {"id": made.id}).status_code == 303
    with desk.catalogue.read() as tx:
        assert made.id not in [one.id for one in registers.list_officials(tx)]


def test_assets_are_added_changed_and_removed(admin: Person, desk: Desk) -> None:
    """A taken NIBAR is refused with everything typed kept; the NIBAR of an asset cannot be changed by a form."""
    admin.get("/aset/baru")
    typed = {"nibar": "9/UJI 1", "name": "Proyektor", "value": "Rp12.500.000,00", "year": "2025", "condition": "B",
             "sort": "hardware"}  # fmt: skip
    assert admin.post("/aset/baru", typed).status_code == 303
    again = admin.post("/aset/baru", typed | {"name": "Lain"})
    assert again.status_code == 422
    assert "sudah ada" in words(again)
    assert 'value="Lain"' in again.text
    admin.get("/aset/ubah?nibar=9/UJI+1")
    admin.post("/aset/ubah?nibar=9/UJI+1", typed | {"nibar": "lain", "name": "Proyektor aula"})
    with desk.catalogue.read() as tx:
        asset = registers.get_asset(tx, "9/UJI 1")
    assert (asset.name, asset.value) == ("Proyektor aula", 12_500_000)
    assert "Rp12.500.000,00" in words(admin.get("/aset?q=proyektor"))
    admin.post("/aset/hapus", {"nibar": "9/UJI 1"})
    assert "Tidak ada aset yang cocok" in words(admin.get("/aset?q=proyektor"))


def test_an_import_takes_good_lines_and_names_bad_ones(admin: Person) -> None:
    """Each wrong line is listed with its number and reason; the others are in. The sample file imports whole."""
    sample = admin.get("/aset/contoh.csv")
    admin.get("/aset")
    whole = admin.post("/aset/impor", {"berkas": upload("contoh.csv", sample.data)})
    assert "2 ditambahkan, 0 diperbarui" in words(whole)
    lines = b"NIBAR;Nama barang;Tahun perolehan\nZ-1;Meja;2020\nZ-2;;2020\nZ-3;Kursi;dulu\n"
    mixed = admin.post("/aset/impor", {"berkas": upload("aset.csv", lines)})
    assert mixed.status_code == 422
    assert "1 ditambahkan" in words(mixed)
    assert "3 Nama barang Nama barang wajib diisi." in words(mixed)
    assert "4 Tahun perolehan" in words(mixed)
    junk = admin.post("/aset/impor", {"berkas": upload("foto.xlsx", b"PK\x03\x04junk")}, follow_redirects=True)
    assert "tidak dapat dibaca sebagai XLSX" in words(junk)


def test_an_import_asks_before_it_leaves_something_out(admin: Person, desk: Desk) -> None:
    """A column that is not known and a hidden row: nothing is in before it was seen; then as was chosen."""
    data = xlsx([["NIBAR", "Nama", "Bahan"], ["S/1", "Meja", "Kayu"], ["S/2", "Kursi", "Besi"]],
                lambda sheet: setattr(sheet.row_dimensions[3], "hidden", True))  # fmt: skip
    admin.get("/aset")
    asked = admin.post("/aset/impor", {"berkas": upload("aset.xlsx", data)})
    assert "Belum ada yang dimasukkan" in words(asked)
    assert "Kolom C “Bahan” tidak dikenal" in words(asked)
    with desk.catalogue.read() as tx:
        assert registers.find_assets(tx, ["S/1", "S/2"]) == {}
    kept = re.search(r'name="tersimpan" value="([^"]+)"', asked.text)
    assert kept is not None
    form = {"tersimpan": kept[1], "nama": "aset.xlsx", "yakin": "1", "tersembunyi": "1"}
    assert "2 ditambahkan" in words(admin.post("/aset/impor", form))


def test_the_list_of_assets_is_narrowed_and_sorted(admin: Person, desk: Desk) -> None:
    """By condition, place and words, in the order chosen, page by page; what is chosen stays chosen."""
    with desk.catalogue.write() as tx:
        for number in range(45):
            values = {"name": f"Kursi {number:02}", "location": "Gudang Uji", "value": number}
            registers.add_asset(tx, Asset(nibar=f"U/{99 - number}", condition="KB" if number < 42 else "RB", **values))
    first = words(admin.get("/aset?lokasi=Gudang+Uji&kondisi=KB&urut=dearest"))
    assert "42 aset cocok" in first
    assert first.index("Kursi 41") < first.index("Kursi 40")
    assert "Kursi 43" not in first
    second = admin.get("/aset?lokasi=Gudang+Uji&kondisi=KB&urut=dearest&halaman=2")
    assert "Kursi 01" in words(second)
    assert '<option value="KB" selected>' in second.text
    assert "Tidak ada aset yang cocok" in words(admin.get("/aset?lokasi=Tempat+lain&kondisi=x&halaman=-3"))


def test_the_sheet_for_assets_is_taken_back_as_it_was_filled_in(admin: Person, desk: Desk) -> None:
    """Its headings are those of the import, its conditions are chosen in words, and empty it brings nothing."""
    book = load_workbook(io.BytesIO(admin.get("/aset/contoh.xlsx").data))
    sheet = book.active
    lists = {rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert '"Baik,Kurang Baik,Rusak Berat"' in lists
    row = {"NIBAR": "L/1", "Nama barang": "Printer", "Kondisi": "Kurang Baik", "Jenis": "Perangkat keras"}
    for cell in list(sheet[1]):
        sheet.cell(2, cell.column).value = row.get(cell.value)
    filled = io.BytesIO()
    book.save(filled)
    admin.get("/aset")
    assert "1 ditambahkan" in words(admin.post("/aset/impor", {"berkas": upload("aset.xlsx", filled.getvalue())}))
    with desk.catalogue.read() as tx:
        assert registers.get_asset(tx, "L/1").condition == "KB"


def test_a_new_user_gets_a_password_shown_once(admin: Person) -> None:
    """The made-up password is on the page that created the account, and on no other; a taken name is refused."""
    admin.get("/pengguna")
    made = admin.post("/pengguna", {"name": "rina", "full_name": "Rina", "role": "operator"})
    password = made.text.partition('id="sandi-baru">')[2].partition("<")[0]
    assert len(password) >= 12
    assert password not in admin.get("/pengguna").text
    taken = admin.post("/pengguna", {"name": "rina", "full_name": "Lain", "role": "operator"})
    assert taken.status_code == 422
    assert "sudah ada" in words(taken)
    rina = Person(admin.app)
    rina.get("/masuk")
    assert rina.post("/masuk", {"name": "rina", "password": password}).status_code == 303


def test_an_account_has_a_page_where_name_and_role_are_changed(admin: Person) -> None:
    """The official is chosen with the account; another role signs its owner out; one's own role is another's to change.
    What is wrong stays in its field."""
    admin.get("/pengguna")
    made = admin.post("/pengguna", {"name": "rina", "role": "operator", "official": "kepala-bidang"})
    password = made.text.partition('id="sandi-baru">')[2].partition("<")[0]
    rina = Person(admin.app)
    rina.get("/masuk")
    rina.post("/masuk", {"name": "rina", "password": password})
    account = "/pengguna/ubah?name=rina"
    assert re.search(r'value="kepala-bidang" checked', admin.get(account).text)
    assert admin.post(account, {"full_name": "Rina Wahyuni", "role": "arsiparis"}).status_code == 303
    page = words(admin.get("/pengguna"))
    assert "Rina Wahyuni rina peran Arsiparis" in page
    assert rina.get("/").status_code == 302
    wrong = admin.post(account, {"full_name": "Rina W.", "role": "raja"})
    assert wrong.status_code == 422
    assert 'value="Rina W."' in wrong.text
    own = admin.get("/pengguna/ubah?name=kepala").text
    assert 'name="role"' not in own
    assert admin.post("/pengguna/ubah?name=kepala", {"full_name": "Kepala Baru", "role": "pejabat"}).status_code == 303
    assert "Kepala Baru kepala peran Administrator" in words(admin.get("/pengguna"))
    assert admin.get("/pengguna/ubah?name=tidak-ada").status_code == 404


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("operator", "/kantor"),
        ("operator", "/kantor/lambang"),
        ("operator", "/pengguna"),
        ("pejabat", "/pejabat/baru"),
        ("pejabat", "/aset/baru"),
        ("pejabat", "/aset/impor"),
    ],
)
def test_who_may_not_change_a_register_is_told_whom_to_ask(desk: Desk, app: Flask, role: str, path: str) -> None:
    """Everybody reads registers; clerks keep assets and officials, administrators the office and accounts."""
    somebody = person(desk, role, app)
    somebody.get("/aset")
    answer = somebody.post(path, {"name": "x"})
    assert answer.status_code == 403
    assert "administrator" in words(answer)


def test_a_clerk_keeps_the_asset_register(operator: Person) -> None:
    """An operator may add an asset without asking anybody."""
    operator.get("/aset/baru")
    made = operator.post("/aset/baru", {"nibar": "X/1", "name": "Switch", "condition": "B", "sort": "hardware"})
    assert made.status_code == 303
    assert "Switch" in words(operator.get("/aset?q=Switch"))


def test_an_amount_with_cents_is_refused_and_not_multiplied(operator: Person, desk: Desk) -> None:
    """1000.50 is told to be wrong; 12.500.000 is twelve and a half million."""
    operator.get("/aset/baru")
    typed = {"nibar": "X/1", "name": "Switch", "condition": "B", "sort": "hardware"}
    assert operator.post("/aset/baru", typed | {"value": "1000.50"}).status_code == 422
    assert operator.post("/aset/baru", typed | {"value": "Rp12.500.000,00"}).status_code == 303
    with desk.catalogue.read() as tx:
        assert registers.get_asset(tx, "X/1").value == 12_500_000


@pytest.mark.parametrize(("path", "code"), [("/tidak-ada", 404), ("/d/tidak-ada", 404), ("/agenda?tahun=99999", 404)])
def test_error_pages_say_what_to_do(operator: Person, path: str, code: int) -> None:
    """Errors are pages in Indonesian with a way on, never a bare technical text."""
    answer = operator.get(path)
    assert answer.status_code == code
    assert "Ke Beranda" in words(answer)


def test_a_file_too_large_is_refused_with_the_limit(admin: Person) -> None:
    """An upload beyond 32 MB says how large it may be."""
    admin.app.config["MAX_CONTENT_LENGTH"] = 10_000
    admin.get("/aset")
    answer = admin.post("/aset/impor", {"berkas": upload("besar.csv", b"x" * 20_000)})
    assert answer.status_code == 413
    assert "32 MB" in words(answer)
