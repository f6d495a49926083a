"""Letters outside the SOP over HTTP: `procedure: "umum"` and no step, alone, as drafts and in batches."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from tests.support.callers.api import Caller

pytestmark = pytest.mark.office
KINDS = ("notula", "surat_dinas", "surat_pengantar", "surat_tugas", "surat_undangan")


@pytest.fixture
def caller(app: Flask, desk: Desk) -> Caller:
    """A system that may write."""
    return Caller(app, create_token(desk, "uji", "write", []))


def body(desk: Desk, kind: str = "nota_dinas", **more: Any) -> dict[str, Any]:
    """The kind's example outside the SOP."""
    return {"kind": kind, "procedure": "umum", "data": desk.kinds[kind].example} | more


@pytest.mark.parametrize("kind", KINDS)
def test_each_of_the_daily_kinds_is_issued_without_a_step(caller: Caller, desk: Desk, kind: str) -> None:
    """201; its number has the kind's classification, and so has its dossier."""
    code = caller.get(f"/kinds/{kind}").get_json()["classification"]
    answer = caller.post("/documents", body(desk, kind))
    assert answer.status_code == 201, answer.get_json()
    document = answer.get_json()
    assert code in document["number"]
    record = caller.get(f"/documents/{document['id']}").get_json()
    assert (record["procedure"], record["step"]) == ("umum", 0)
    dossier = caller.get(f"/dossiers/{record['dossier']}").get_json()
    assert (dossier["classification"], dossier["current"], dossier["overdue"]) == (code, None, False)
    listed = caller.get("/documents?procedure=umum&step=0").get_json()["items"]
    assert [one["id"] for one in listed] == [document["id"]]


def test_codes_to_choose_from_are_listed_in_order(caller: Caller) -> None:
    """GET /classifications has each code once, with what it stands for."""
    codes = caller.get("/classifications").get_json()
    keys = [tuple(int(part) for part in one["code"].split(".")) for one in codes]
    assert keys == sorted(set(keys))
    assert {"code": "800.1.11.1", "title": "Surat perintah dan surat tugas"} in codes


def test_the_sop_still_wants_a_step_and_a_letter_outside_it_none(caller: Caller, desk: Desk) -> None:
    """422 at the field."""
    for wrong in (body(desk, procedure="pemeliharaan"), body(desk, step=1)):
        answer = caller.post("/documents", wrong)
        assert answer.status_code == 422
        assert [error["field"] for error in answer.get_json()["errors"]] == ["step"]


def test_a_kind_of_the_sop_alone_is_refused_outside_it(caller: Caller, desk: Desk) -> None:
    """What is made at certain steps is not made outside of all; nor the other way round."""
    order = body(desk, "surat_tugas", procedure="pemeliharaan", step=4)
    assert caller.post("/documents", order).status_code == 422
    limited = next(kind.slug for kind in desk.kinds.values() if kind.sheet.steps and "umum" not in kind.sheet.steps)
    assert caller.post("/documents", body(desk, limited)).status_code == 422


def test_the_proposal_to_the_sekda_begins_with_what_the_law_wants(caller: Caller, desk: Desk) -> None:
    """At the step of penghapusan the Surat Dinas has recipient, subject and reasons of itself, and goes into its
    dossier."""
    assets = ["6310190000101", "6310180000066"]
    letter = {"kind": "surat_dinas", "procedure": "penghapusan", "step": 3, "assets": assets, "data": {}}
    answer = caller.post("/documents", letter)
    assert answer.status_code == 201, answer.get_json()
    record = caller.get(f"/documents/{answer.get_json()['id']}").get_json()
    assert record["title"] == "Usul penghapusan barang milik daerah"
    assert "000.2.4" in record["number"]
    dossier = caller.get(f"/dossiers/{record['dossier']}").get_json()
    assert (dossier["procedure"], dossier["classification"], dossier["assets"]) == ("penghapusan", "", assets)


def test_a_token_of_a_procedure_writes_no_letter_outside_the_sop(app: Flask, desk: Desk) -> None:
    """403 for one of the SOP's procedures; one of `umum` may, and no others."""
    inside = Caller(app, create_token(desk, "dalam", "write", [], procedures=["pemeliharaan"]))
    outside = Caller(app, create_token(desk, "luar", "write", [], procedures=["umum"]))
    assert inside.post("/documents", body(desk)).status_code == 403
    answer = outside.post("/documents", body(desk))
    assert answer.status_code == 201
    id = answer.get_json()["id"]
    assert inside.get(f"/documents/{id}").status_code == 404
    at_step = body(desk, procedure="pemeliharaan", step=2)
    assert outside.post("/documents", at_step).status_code == 403


def test_a_batch_opens_one_dossier_for_all_its_letters(caller: Caller, desk: Desk) -> None:
    """The check says so before, and a draft and a preview take the same body."""
    rows = [{"data": desk.kinds["surat_undangan"].example}] * 3
    batch = {"kind": "surat_undangan", "procedure": "umum", "classification": "000.1.5", "rows": rows}
    check = caller.post("/batches/check", batch)
    assert check.status_code == 200, check.get_json()
    assert (check.get_json()["valid"], check.get_json()["opened"]) == (3, 1)
    assert caller.post("/previews", body(desk, "notula")).status_code == 200
    assert caller.post("/drafts", body(desk, "notula", classification="000.1.5")).status_code == 201
