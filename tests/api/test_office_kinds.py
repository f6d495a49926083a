"""Kinds that the office makes itself, over the API: from a Word file to letters, and as one file to another office."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from werkzeug.test import TestResponse

from docgen.desk import Desk
from docgen.render.pdf.pdfium import page_text
from docgen.template_lint.finding import HOSTILE
from tests.support.callers.api import Caller
from tests.support.hostile.templates import FAULTS
from tests.support.office.own_kinds import SLUG, nota

pytestmark = pytest.mark.office


def send(api: Caller, path: str, data: bytes, name: str = "nota.docx", **form: str) -> TestResponse:
    """POST a file as multipart."""
    return api.post(path, data={"file": (io.BytesIO(data), name), **form})


def letter(desk: Desk, kind: str) -> dict[str, Any]:
    """A body of POST /documents of a kind that has the fields of the Nota Dinas."""
    return {"kind": kind, "procedure": "pemeliharaan", "step": 2, "data": desk.kinds[SLUG].example}


def test_a_word_file_becomes_a_kind_in_force(chief: Caller, desk: Desk) -> None:
    """Uploaded, its form edited, seen as PDF and PNG, published, used, compared with its file, and rolled back."""
    taken = send(chief, "/kinds", nota("NOTA SATU"), slug=SLUG)
    assert taken.status_code == 201, taken.json
    assert (taken.json["slug"], taken.json["version"], taken.json["state"]) == (SLUG, 1, "draft")
    assert taken.json["schema"]["properties"]["hal"]
    assert set(taken.json) >= {"slug", "version", "state", "schema", "findings"}
    again = send(chief, "/kinds", nota("NOTA SATU"), slug=SLUG)
    assert (again.status_code, again.json) == (201, taken.json)
    here = f"/kinds/{SLUG}/versions/1"
    edited = chief.put(f"{here}/fields", {"title": "Nota Dinas Kantor"})
    assert (edited.status_code, edited.json["title"]) == (200, "Nota Dinas Kantor")
    pdf = chief.post(f"{here}/preview")
    assert "NOTA SATU" in "\n".join(page_text(pdf.data))
    assert chief.post(f"{here}/preview?format=png", {"data": desk.kinds[SLUG].example}).data[:4] == b"\x89PNG"
    assert chief.post(f"{here}/preview", {"data": {}}).status_code == 422
    tried = chief.post(f"{here}/try")
    assert (tried.json["state"], [one["problem"] for one in tried.json["letters"]]) == ("tried", [""] * 4)
    published = chief.post(f"{here}/publish")
    assert (published.status_code, published.json["version"]) == (200, 1)
    assert chief.post(f"{here}/publish", {}).json == published.json
    issued = chief.post("/documents", letter(desk, SLUG))
    assert "NOTA SATU" in "\n".join(page_text(chief.get(issued.json["pdf"]["href"]).data))
    assert chief.get(f"/kinds/{SLUG}").json["title"] == "Nota Dinas Kantor"
    assert chief.get(f"{here}/docx").data == nota("NOTA SATU")
    assert chief.put(f"{here}/fields", {"title": "Lain"}).status_code == 409
    back = chief.post(f"/kinds/{SLUG}/rollback", {"version": 0})
    assert (back.status_code, back.json["version"]) == (200, 0)
    states = [(one["version"], one["state"], one["in_force"]) for one in chief.get(f"/kinds/{SLUG}/versions").json]
    assert states == [(0, "in_force", True), (1, "replaced", False)]


def test_a_version_planned_for_a_day_is_shown_and_cancelled(chief: Caller, desk: Desk) -> None:
    """`from` is a day; before it the version is planned, and its plan can be cancelled once."""
    send(chief, "/kinds", nota("NOTA SATU"), slug=SLUG)
    plan = chief.post(f"/kinds/{SLUG}/versions/1/publish", {"from": "2099-01-01"})
    assert plan.json["starts_at"] == "2098-12-31T16:00:00Z"
    assert chief.get(f"/kinds/{SLUG}/versions").json[-1]["state"] == "planned"
    for _ in range(2):
        assert chief.delete(f"/kinds/{SLUG}/publications/{plan.json['id']}").status_code == 204
    assert chief.get(f"/kinds/{SLUG}/versions").json[-1]["state"] == "tried"
    assert chief.post(f"/kinds/{SLUG}/versions/1/publish", {"from": "2001-01-01"}).status_code == 422
    assert chief.post(f"/kinds/{SLUG}/versions/1/withdraw").status_code == 409


def test_a_kind_goes_to_another_office_as_one_file(chief: Caller, desk: Desk) -> None:
    """Exported twice it is the same bytes; imported it is a draft that says the same; a changed one is refused."""
    file = chief.get(f"/kinds/{SLUG}/export")
    assert file.data == chief.get(f"/kinds/{SLUG}/export").data
    assert "nota_dinas.naskah" in file.headers["Content-Disposition"]
    taken = send(chief, "/kinds/import", file.data, "nota.naskah", slug="nota_lain")
    assert (taken.status_code, taken.json["slug"], taken.json["state"]) == (201, "nota_lain", "draft")
    there = chief.get("/kinds/nota_lain/versions/1").json
    assert there["fields"]["fields"][0]["name"] == desk.kinds[SLUG].fields[0].name
    assert chief.post("/kinds/nota_lain/versions/1/publish").status_code == 200
    assert chief.post("/documents", letter(desk, "nota_lain")).status_code == 201
    spoilt = file.data.replace(b"fields.yaml", b"field5.yaml")
    assert send(chief, "/kinds/import", spoilt, "nota.naskah").status_code == 422


def test_a_template_comes_back_with_its_faults_as_comments(chief: Caller) -> None:
    """A name that the form does not know is a finding with its place, and a Word comment in the file."""
    taken = send(chief, "/kinds", nota("NOTA {{ hall }}"), slug="nota_baru", title="Nota Baru")
    assert taken.status_code == 201
    sheet = chief.get(f"/kinds/{SLUG}/versions/0").json
    assert sheet["status"] == 404
    fields = [one for one in chief.get("/kinds/nota_baru/versions/1").json["fields"]["fields"] if one["name"] != "hall"]
    changed = chief.put("/kinds/nota_baru/versions/1/fields", {"fields": fields})
    [fault] = [one for one in changed.json["findings"] if one["severity"] == "error"]
    assert "hall" in fault["words"]
    assert (fault["place"]["part"], fault["message"] != "", fault["suggestion"] != "") == (
        "word/document.xml",
        True,
        True,
    )
    docx = chief.get("/kinds/nota_baru/versions/1/docx?comments=1").data
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        assert "hall" in archive.read("word/comments.xml").decode()


@pytest.mark.parametrize("rule", sorted(HOSTILE))
def test_a_hostile_template_is_not_taken(chief: Caller, rule: str) -> None:
    """What runs, fetches or reaches beyond a letter's data: 422 that says what it is, and nothing is stored."""
    hostile = next(fault for fault in FAULTS.values() if fault.rule == rule)
    refused = send(chief, "/kinds", hostile.make(), title="Surat Jahat")
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "file")
    assert chief.get("/kinds/surat_jahat/versions").status_code == 404


def test_what_is_not_there_and_what_one_may_not(chief: Caller, api: Caller, reader: Caller) -> None:
    """404 as if absent, 403 without the permission, 422 for what is no Word file, 415 for what is no form."""
    for path in (
        "/kinds/tidak_ada/versions",
        f"/kinds/{SLUG}/versions/7",
        f"/kinds/{SLUG}/versions/x",
        "/kinds/x/export",
    ):
        assert chief.get(path).status_code == 404
    for caller in (api, reader):
        assert send(caller, "/kinds", nota("NOTA")).status_code == 403
        assert caller.post(f"/kinds/{SLUG}/rollback", {"version": 0}).status_code == 403
        assert caller.get(f"/kinds/{SLUG}/versions").status_code == 200
    refused = send(chief, "/kinds", b"bukan Word")
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "file")
    assert chief.post("/kinds", {"file": "x"}).status_code == 415
    assert chief.post("/kinds", data={"title": "Tanpa berkas"}).status_code in (415, 422)
    assert send(chief, "/kinds", nota("NOTA"), slug="../x").status_code == 422
    assert send(chief, "/kinds", nota("NOTA"), title="Nota Dinas").status_code == 409
