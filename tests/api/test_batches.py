"""Batches over HTTP: the spreadsheet to fill in, and the check before anything is issued."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.desk.background.jobs import Jobs
from docgen.spreadsheets.read import read_grid
from storage.catalogue.jobs import update_job
from tests.support.callers.api import Caller, make_app
from tests.support.files.sheets import unmarked, xlsx

pytestmark = pytest.mark.office

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOTA = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": "2"}


def send(api: Caller, data: bytes, name: str = "isian.xlsx", **form: str) -> Any:
    """The answer to a file in a form."""
    return api.post("/batches/check", data={**form, "file": (io.BytesIO(data), name)})


def test_the_sheet_of_a_kind_is_downloaded_filled_in_and_checked(api: Caller, reader: Caller) -> None:
    """A reader may fetch it; sent back with the example as a letter it has one valid row and its number."""
    answer = reader.get("/kinds/nota_dinas/sheet")
    assert (answer.status_code, answer.mimetype) == (200, XLSX)
    assert "Nota Dinas.xlsx" in answer.headers["Content-Disposition"]
    assert read_grid("x", answer.data, sheet="Isian").rows[0][1][0] == "Catatan"
    again = reader.get("/kinds/nota_dinas/sheet", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    checked = send(api, unmarked(answer.data), **NOTA).get_json()
    assert checked["first_number"] == checked["last_number"] is not None
    assert {key: checked[key] for key in ("rows", "valid", "errors", "more_errors", "ignored")} == {
        **{"rows": 1, "valid": 1, "errors": []},
        **{"more_errors": 0, "ignored": []},
    }
    assert api.get("/register").get_json()["items"] == []


def test_csv_errors_are_told_by_cell(api: Caller, desk: Desk) -> None:
    """Row, cell, path and a sentence; a heading that names nothing is told, too."""
    data = "Aset;Isi;Hal;Kepada;Warna\n999;x;Perbaikan;a;merah\n"
    answer = send(api, data.encode(), "surat.csv", **NOTA)
    body = answer.get_json()
    assert answer.status_code == 200
    told = {(error["row"], error["cell"], error["field"]) for error in body["errors"]}
    assert (2, "A2", "assets[0]") in told
    assert "999" in next(error["message"] for error in body["errors"] if error["cell"] == "A2")
    assert (body["valid"], body["first_number"], body["ignored"]) == (0, None, ["Warna"])


def test_json_rows_are_checked_as_documents_are(api: Caller, letter: dict[str, Any]) -> None:
    """A row takes what a document takes, but for what all rows share; errors name row and path."""
    place = {key: letter[key] for key in ("kind", "procedure", "step")}
    good = {"assets": letter["assets"], "data": letter["data"]}
    body = api.post("/batches/check", {**place, "rows": [good, {**good, "signer": "siapa"}]}).get_json()
    assert (body["rows"], body["valid"]) == (2, 1)
    assert [(error["row"], error["cell"]) for error in body["errors"]] == [(2, "baris 2: signer")]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"kind": "x"}, ["kind"]),
        ({"rows": []}, ["rows"]),
        ({"rows": [{"assets": "x"}]}, ["rows[0].assets"]),
        ({"rows": [{"kind": "nota_dinas"}]}, ["rows[0].kind"]),
        ({"step": 0}, ["step"]),
    ],
)
def test_what_is_no_batch_is_refused(api: Caller, change: dict[str, Any], fields: list[str]) -> None:
    """422 with the key that is wrong."""
    answer = api.post("/batches/check", {**NOTA, "step": 2, "rows": [{}], **change})
    assert (answer.status_code, [error["field"] for error in answer.get_json()["errors"]]) == (422, fields)


def test_files_that_cannot_be_read_are_refused(api: Caller, reader: Caller) -> None:
    """No file, no spreadsheet, no heading, a sheet of another kind; other media types; and who may only read."""
    other = reader.get("/kinds/telaahan/sheet").data
    for data in (b"PK\x03\x04", b"apa saja", other):
        answer = send(api, data, **NOTA)
        assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "file")
    assert api.post("/batches/check", data={**NOTA, "x": (io.BytesIO(b""), "x")}).status_code == 422
    assert send(api, other, kind="telaahan").status_code == 422
    assert api.post("/batches/check", data=other, content_type=XLSX).status_code == 415
    assert send(reader, other, **NOTA).status_code == 403
    assert reader.get("/kinds/surat/sheet").status_code == 404


def test_a_batch_is_issued_in_the_background(api: Caller, reader: Caller, jobs: Jobs, desk: Desk, letter: Any) -> None:
    """202 with a job; done, it names each row's document, and zip, print file and sheet can be fetched."""
    api = Caller(make_app(desk, jobs), api.token)
    place = {key: letter[key] for key in ("kind", "procedure", "step")}
    body = {**place, "rows": [{"assets": letter["assets"], "data": letter["data"]}] * 3}
    answer = api.post("/batches", body, headers={"Idempotency-Key": "batch-1"})
    assert answer.status_code == 202
    job = answer.get_json()
    assert answer.headers["Location"].endswith(f"/jobs/{job['id']}")
    assert api.post("/batches", body, headers={"Idempotency-Key": "batch-1"}).get_json()["id"] == job["id"]
    for _ in range(600):
        job = api.get(f"/jobs/{job['id']}").get_json()
        if job["status"] not in ("queued", "running"):
            break
        time.sleep(0.1)
    assert (job["status"], job["progress"]["done"], job["progress"]["total"]) == ("done", 3, 3)
    result = job["result"]
    assert [one["row"] for one in result["documents"]] == [1, 2, 3]
    assert len({one["number"] for one in result["documents"]}) == 3
    assert api.get(result["documents"][0]["href"].partition("/api/v1")[2]).get_json()["status"] == "issued"
    for name, start in (("zip", b"PK"), ("print", b"%PDF"), ("sheet", b"PK")):
        file = api.get(result[name]["href"].partition("/api/v1")[2])
        assert (file.status_code, file.data[:2]) == (200, start[:2])
    assert api.get(f"/jobs/{job['id']}/pdf").status_code == 404


def test_a_batch_is_cancelled_and_resumed_by_who_asked_for_it(api: Caller, desk: Desk, letter: Any) -> None:
    """Another token may neither, an administrator's may; cancelled it says by whom, also to who asks for its files;
    queued again nothing.
    """
    place = {key: letter[key] for key in ("kind", "procedure", "step")}
    rows = [{"assets": letter["assets"], "data": letter["data"]}]
    path = f"/jobs/{api.post('/batches', {**place, 'rows': rows}).get_json()['id']}"
    other = Caller(make_app(desk), create_token(desk, "sistem lain", "write", []))
    admin = Caller(make_app(desk), create_token(desk, "kepala", "admin", []))
    with desk.catalogue.write() as tx:
        update_job(tx, path.rpartition("/")[2], created_by="lain lagi")
    assert [other.post(f"{path}/{what}").status_code for what in ("cancel", "resume")] == [403, 403]
    cancelled = admin.post(f"{path}/cancel").get_json()
    assert (cancelled["status"], cancelled["error"]) == ("cancelled", "Dibatalkan oleh kepala.")
    assert "tidak selesai: Dibatalkan oleh kepala." in api.get(f"{path}/zip").get_json()["detail"]
    resumed = admin.post(f"{path}/resume")
    assert (resumed.status_code, resumed.get_json()["status"], resumed.get_json()["error"]) == (202, "queued", None)


def test_a_wrong_row_stops_the_whole_batch(api: Caller, letter: dict[str, Any]) -> None:
    """422 naming row and field; no number is taken, no job begun."""
    place = {key: letter[key] for key in ("kind", "procedure", "step")}
    good = {"assets": letter["assets"], "data": letter["data"]}
    answer = api.post("/batches", {**place, "rows": [good, {**good, "signer": "siapa"}]})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == ["baris 2: signer"]
    assert api.get("/register").get_json()["items"] == []


def test_a_part_without_a_name_is_refused(api: Caller) -> None:
    """A multipart field with an empty name is no field of the form: 422, never a fault of the service."""
    part = b'--x\r\nContent-Disposition: form-data; name=""\r\n\r\n{}\r\n--x--\r\n'
    assert api.post("/batches", data=part, content_type="multipart/form-data; boundary=x").status_code == 422


def test_hidden_rows_are_letters_only_when_asked(api: Caller) -> None:
    """A filter hides a row: the check tells it and counts it not, until `hidden_rows` takes it."""

    def change(sheet: Any) -> None:
        sheet.auto_filter.ref = "A1:B4"
        sheet.row_dimensions[3].hidden = True

    rows = [["hal", "isi", "kepada"], *([f"Hal {number}", "Ada.", "Kepala Bidang"] for number in range(3))]
    form = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": "2"}
    answer = api.post("/batches/check", data={**form, "file": (io.BytesIO(xlsx(rows, change)), "a.xlsx")}).get_json()
    assert (answer["rows"], answer["reading"]["hidden_rows"]) == (2, [3])
    assert "Baris tersembunyi yang tidak dibaca: 3." in answer["notes"]
    form["hidden_rows"] = "take"
    taken = api.post("/batches/check", data={**form, "file": (io.BytesIO(xlsx(rows, change)), "a.xlsx")}).get_json()
    assert (taken["rows"], taken["reading"]["hidden_taken"]) == (3, True)
