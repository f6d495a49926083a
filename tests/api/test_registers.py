"""Registers over HTTP: assets, officials, office, import, kinds and procedures."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator
from openpyxl import Workbook

from tests.support.callers.api import Caller
from tests.support.files.sheets import xlsx

pytestmark = pytest.mark.office

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODD = ["045.2/INV-KOM/0012/2026", "12.01 / 0007 / 2026", "/depan", "belakang/", "a//b", "50%25", "a?b#c", "Ünï-1",
       "import", ".", "a/pdf", "x+y&z=1"]  # fmt: skip


def asset(nibar: str, **values: Any) -> dict[str, Any]:
    """An asset with this NIBAR."""
    return {"nibar": nibar, "name": "Router", "year": 2024, "value": 1_500_000, **values}


@pytest.mark.parametrize("nibar", ODD)
def test_odd_nibars_make_the_round_trip(api: Caller, nibar: str) -> None:
    """An asset is added, read, changed and removed under its percent-encoded NIBAR, whatever signs it holds."""
    added = api.post("/assets", asset(nibar))
    path = f"/assets/{quote(nibar, safe='')}"
    assert added.status_code == 201
    assert added.headers["Location"].endswith(f"/api/v1{path}")
    got = api.get(path)
    assert (got.status_code, got.get_json()["nibar"]) == (200, nibar)
    assert api.put(path, {**got.get_json(), "name": "Switch"}).get_json()["name"] == "Switch"
    assert api("DELETE", path).status_code == 204
    assert api.get(path).status_code == 404


def test_an_odd_nibar_carries_documents(api: Caller, letter: dict[str, Any]) -> None:
    """A document on an asset with slashes and spaces is issued, found, and keeps the asset from being removed."""
    nibar = "12.01 / 0007 / 2014"
    issued = api.post("/documents", {**letter, "assets": [nibar]})
    assert issued.status_code == 201
    found = api.get("/documents", query_string={"asset": nibar, "step": 2}).get_json()["items"]
    assert [one["id"] for one in found] == [issued.get_json()["id"]]
    refused = api("DELETE", f"/assets/{quote(nibar, safe='')}")
    assert refused.status_code == 409
    assert nibar in refused.get_json()["detail"]


def test_an_asset_is_added_once_and_keeps_its_nibar(api: Caller) -> None:
    """Adding again is 409, changing an unknown one 404, changing its NIBAR 422."""
    assert api.post("/assets", asset("A-1")).status_code == 201
    assert api.post("/assets", asset("A-1")).status_code == 409
    assert api.put("/assets/A-2", {"name": "x"}).status_code == 404
    assert api.put("/assets/A-1", asset("A-2")).get_json()["errors"][0]["field"] == "nibar"


def test_assets_are_searched_page_by_page(api: Caller) -> None:
    """`q` finds by name and brand; `next` leads through all pages."""
    assert {one["name"] for one in api.get("/assets?q=laptop").get_json()["items"]} == {
        "Laptop Tim Tanggap Insiden Siber",
        "Laptop Pengelola Pusat Data",
    }
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get("/assets", query_string={"limit": 7, "cursor": cursor}).get_json()
        seen += [one["nibar"] for one in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 30


@pytest.mark.parametrize("how", ["multipart", "raw", "xlsx"])
def test_an_import_keeps_good_lines_and_lists_the_others(api: Caller, how: str) -> None:
    """Good lines are added or changed; wrong ones are told by line and field, as multipart, raw CSV or XLSX."""
    rows = [
        ["NIBAR", "Nama barang", "Tahun perolehan", "Kondisi"],
        ["6310190000101", "Server baru", "2019", "Baik"],
        ["BARU/1", "Kamera", "2026", "KB"],
        ["BARU/2", "", "dua ribu", "B"],
    ]
    text = "\n".join(";".join(row) for row in rows).encode()
    if how == "multipart":
        answer = api.post("/assets/import", data={"file": (io.BytesIO(text), "aset.csv")})
    else:
        answer = api.post("/assets/import", data=text if how == "raw" else _xlsx(rows), content_type="text/csv")
    report = answer.get_json()
    assert (answer.status_code, report["added"], report["changed"]) == (200, 1, 1)
    assert {(error["line"], error["field"]) for error in report["errors"]} == {(4, "name"), (4, "year")}
    assert api.get("/assets/6310190000101").get_json()["name"] == "Server baru"


def test_an_import_tells_how_the_file_was_read(api: Caller) -> None:
    """`dry_run` changes nothing; hidden rows are told, and taken when asked; all of it as sentences, too."""
    data = xlsx([["No", "NIBAR", "Nama", "Bahan"], [1, "H/1", "Meja", "Kayu"], [2, "H/2", "Kursi", "Besi"]],
                lambda sheet: setattr(sheet.row_dimensions[3], "hidden", True))  # fmt: skip
    seen = api.post("/assets/import?dry_run=1", data=data, content_type=XLSX).get_json()
    assert (seen["added"], seen["dry_run"], seen["reading"]["hidden_rows"]) == (1, True, [3])
    assert api.get("/assets/H%2F1").status_code == 404
    assert [(one["column"], one["filled"]) for one in seen["reading"]["ignored"]] == [("A", 2), ("D", 2)]
    assert "Baris tersembunyi yang tidak dibaca: 3." in seen["notes"]
    assert api.post("/assets/import", data=data, content_type=XLSX).get_json()["added"] == 1
    taken = api.post("/assets/import?hidden_rows=take", data=data, content_type=XLSX).get_json()
    assert (taken["added"], taken["unchanged"], taken["reading"]["hidden_taken"]) == (1, 1, True)


def test_a_file_that_is_no_table_is_refused(api: Caller) -> None:
    """422 that says what to do, at `file`; also when the part is missing."""
    for options in ({"data": b"\x00\x01", "content_type": "text/csv"}, {"data": {"berkas": "x"}}):
        answer = api.post("/assets/import", content_type=options.pop("content_type", "multipart/form-data"), **options)
        assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "file")


def test_a_damaged_spreadsheet_is_refused(api: Caller) -> None:
    """However an XLSX is damaged or cut, it is read or refused with 422, never a fault of the service."""
    good = _xlsx([["NIBAR", "Nama barang"], ["RUSAK-1", "Kamera"]])
    flipped = [good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1 :] for at in range(4, len(good), len(good) // 40)]
    cut = [good[:at] for at in range(2, len(good), len(good) // 12)]
    statuses = {api.post("/assets/import", data=data, content_type=XLSX).status_code for data in flipped + cut}
    assert statuses <= {200, 422}
    assert 422 in statuses


def test_a_sheet_of_empty_rows_is_refused(api: Caller) -> None:
    """A small XLSX that unpacks to more rows than Excel has is refused before they fill the memory."""
    good = zipfile.ZipFile(io.BytesIO(_xlsx([["NIBAR"]])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in good.namelist():
            rows = b"<row/>" * 1_100_000 if name.endswith("sheet1.xml") else b""
            part = good.read(name).replace(b"<sheetData>", b"<sheetData>" + rows)
            bomb.writestr(name, part.replace(b'<dimension ref="A1:A1"/>', b"").replace(b'<dimension ref="A1"/>', b""))
    answer = api.post("/assets/import", data=out.getvalue(), content_type=XLSX)
    assert answer.status_code == 422
    assert "1048576 baris" in answer.json["detail"]


@pytest.mark.parametrize("nibar", ["a\nb", "a\tb", "\r\na\x1fb"])
def test_a_nibar_is_one_line(api: Caller, nibar: str) -> None:
    """A NIBAR with a line break or tab inside is refused: it could not be asked for by its address."""
    answer = api.post("/assets", json={"nibar": nibar, "name": "Kamera"})
    assert [error["field"] for error in answer.json["errors"]] == ["nibar"]


def test_an_official_is_completed_and_warned_about(chief: Caller) -> None:
    """The rank follows from the grade, a doubtful NIP is a warning and no error, and what was read can be sent back."""
    sent = {
        "id": "kasi/2",
        "name": "Budi",
        "nip": "123",
        "grade": "III/d",
        "post": "Kepala Seksi",
        "role": "kepala_seksi",
    }
    added = chief.post("/officials", sent)
    official = added.get_json()
    assert (added.status_code, official["rank"]) == (201, "Penata Tingkat I")
    assert official["warnings"]
    path = f"/officials/{quote('kasi/2', safe='')}"
    assert chief.get(path).get_json() == official
    assert chief.put(path, {**official, "name": "Budi Santoso"}).get_json()["name"] == "Budi Santoso"
    assert [one["id"] for one in chief.get("/officials?q=budi").get_json()["items"]] == ["kasi/2"]
    assert chief("DELETE", path).status_code == 204
    assert chief.put(path, official).status_code == 404


def test_officials_are_imported(chief: Caller) -> None:
    """A CSV of officials is added or changed by id, with the other office one may sign for."""
    text = (
        b"Kode,Nama,Jabatan,Peran dalam SOP,Kantor lain,Alamat kantor lain\n"
        b"baru,Ani,Camat,pengguna_aset,Kecamatan Simpang Empat,Jalan Raya 1\nrusak,Adi,Staf,tukang,,\n"
    )
    report = chief.post("/officials/import", data=text, content_type="text/csv").get_json()
    assert (report["added"], [error["field"] for error in report["errors"]]) == (1, ["role"])
    official = chief.get("/officials/baru").get_json()
    assert (official["unit"], official["unit_address"], official["unit_place"]) == (
        "Kecamatan Simpang Empat",
        "Jalan Raya 1",
        "",
    )


def test_the_office_refuses_what_would_stop_numbering(api: Caller, chief: Caller, letter: dict[str, Any]) -> None:
    """A pattern without {urut}, a far too long number or an unknown time zone is refused; the old data stays."""
    office = api.get("/office").get_json()
    for change, field in (
        ({"number_pattern": "{tahun}"}, "number_pattern"),
        ({"unit_code": "X" * 250}, "number_pattern"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"place": "a\u0000b"}, "place"),
        ({"paper_by_kind": {"nota_dina": "A4"}}, "paper_by_kind.nota_dina"),
    ):
        answer = chief.put("/office", {**office, **change})
        assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, field)
    assert chief.put("/office", {**office, "number_pattern": "{urut:03}/{tahun}"}).status_code == 200
    assert api.post("/documents", letter).get_json()["number"].startswith("001/")


def test_kinds_and_procedures_tell_what_can_be_issued(api: Caller) -> None:
    """Each kind's example fits its JSON Schema; six procedures with 33 steps are listed."""
    for kind in api.get("/kinds").get_json():
        Draft202012Validator.check_schema(kind["schema"])
        Draft202012Validator(kind["schema"]).validate(kind["example"])
        assert api.get(f"/kinds/{kind['slug']}").get_json() == kind
    assert api.get("/kinds/nota_dina").status_code == 404
    procedures = api.get("/procedures").get_json()
    assert (len(procedures), sum(len(one["steps"]) for one in procedures)) == (6, 33)
    assert set(procedures[0]["steps"][0]) >= {
        "number", "activity", "actors", "requires", "time_norm_minutes", "outputs", "endorsement", "decision",
    }  # fmt: skip


def _xlsx(rows: list[list[str]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
