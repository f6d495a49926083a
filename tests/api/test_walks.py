"""Whole procedures over the API, each of five officials with a token of their own, ending in stamped PDFs."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.desk.bundles.build import BundleRequest, make_bundle
from docgen.render.pdf.pdfium import page_text
from tests.support.callers.api import Caller

pytestmark = pytest.mark.office

ASSETS = ["6310160000007"]
# Who holds the role of the SOP in the demo office.
PEOPLE = {
    "kepala_dinas": "kepala-dinas",
    "kepala_bidang": "kepala-bidang",
    "kepala_seksi": "kepala-seksi",
    "pengelola_aset": "pengelola-aset",
    "pengguna_aset": "pengguna-puskesmas",
}
# What each procedure ends in: its steps, the numbers of documents, and of decisions on them.
WALKS = {
    "perencanaan": (6, 4, 3),
    "pemindahtempatan": (6, 4, 4),
    "penggunaan": (3, 2, 1),
    "pemeliharaan": (6, 5, 2),
    "penghapusan": (6, 6, 3),
    "evaluasi": (6, 4, 3),
}
# What nobody needs to type, because the dossier knows it.
KNOWN = ("dasar", "surat_penugasan", "berita_acara", "persetujuan", "nomor_naskah", "tanggal_naskah", "naskah", "jenis")


@pytest.fixture
def people(app: Flask, desk: Desk) -> dict[str, Caller]:
    """A caller for each role, whose token decides as its official only."""
    return {role: Caller(app, create_token(desk, role, "write", [id])) for role, id in PEOPLE.items()}


def body(desk: Desk, kind: str, dossier: dict[str, Any], step: int) -> dict[str, Any]:
    """The kind's example as a document of the dossier; what the dossier knows is left out."""
    known = KNOWN if step > 1 else ()
    data = {name: value for name, value in desk.kinds[kind].example.items() if name not in known}
    collective = desk.sop.procedure(dossier["procedure"]).collective
    return {
        **{"kind": kind, "procedure": dossier["procedure"], "step": step, "data": data},
        **{"assets": [] if collective else ASSETS, "dossier": dossier.get("id")},
    }


def decide(people: dict[str, Caller], id: str, decision: str) -> dict[str, Any]:
    """The decision that is due, after everybody else was turned away."""
    awaited = people["kepala_seksi"].get(f"/documents/{id}").get_json()["awaited"]
    for role, caller in people.items():
        if PEOPLE[role] not in awaited["officials"]:
            wrong = caller.post(f"/documents/{id}/endorsements", {"official": PEOPLE[role], "decision": decision})
            assert wrong.status_code == 403
            assert wrong.content_type == "application/problem+json"
    asked = {"official": awaited["officials"][0], "decision": decision, "note": "Sudah diperiksa."}
    answer = people[awaited["role"]].post(f"/documents/{id}/endorsements", asked)
    assert answer.status_code == 201
    made: dict[str, Any] = answer.get_json()
    return made


def text(caller: Caller, document: dict[str, Any]) -> str:
    """The words of the current PDF."""
    return " ".join(" ".join(page_text(caller.get(f"/documents/{document['id']}/pdf").data)).split())


@pytest.mark.parametrize("procedure", WALKS)
def test_a_procedure_is_walked_from_its_first_step_to_its_close(
    people: dict[str, Caller], desk: Desk, tmp_path: Path, procedure: str
) -> None:
    """Each step by whose turn it is; every decision stamped; nothing late, nothing missing; closed without a reason."""
    clerk = people["kepala_seksi"]
    steps, papers, decisions = WALKS[procedure]
    first = desk.sop.procedure(procedure).steps[0]
    made = clerk.post("/documents", body(desk, first.outputs[0], {"procedure": procedure}, 1)).get_json()
    address = f"/dossiers/{made['dossier']}"
    decided = []
    for _ in range(30):
        dossier = clerk.get(address).get_json()
        if dossier["complete"]:
            break
        step = next(one for one in dossier["steps"] if one["number"] == dossier["current"])
        assert step["state"] == "current"
        assert not step["overdue"]
        for id in step["awaits"]:
            decided.append(decide(people, id, step["endorsement"]))
        for kind in step["missing"]:
            answer = people[step["actor"]].post("/documents", body(desk, kind, dossier, step["number"]))
            assert answer.status_code == 201, answer.get_json()
    assert dossier["complete"]
    assert [one["state"] for one in dossier["steps"]] == ["done"] * steps
    found = [document for one in dossier["steps"] for document in one["documents"]]
    assert len(found) == papers
    assert len({document["dossier"] for document in found}) == 1
    assert len(decided) == decisions
    for document in decided:
        words = text(clerk, document)
        assert words.count("DISETUJUI") + words.count("DITERIMA") >= len(document["endorsements"]) > 0
        for one in document["endorsements"]:
            assert one["name"] in words
            assert one["nip"] in words
    closed = clerk.post(f"{address}/close", {})
    assert (closed.status_code, closed.get_json()["closed_at"] is not None) == (200, True)
    check_bundle_of(desk, made["dossier"], papers, tmp_path)


def check_bundle_of(desk: Desk, dossier: str, papers: int, folder: Path) -> None:
    """The bundle of a full dossier lacks nothing, is sound, and its contents tell the pages its documents stand on."""
    bundle = make_bundle(desk, BundleRequest(dossier=dossier, duplex=True, separators=True))
    assert (len(bundle.manifest.documents), bundle.manifest.missing) == (papers, [])
    texts = [" ".join(page.split()) for page in page_text(bundle.pdf)]
    assert len(PdfReader(io.BytesIO(bundle.pdf), strict=True).pages) == len(texts) == bundle.pages
    contents = " ".join(one for one in texts if "Nomor Naskah" in one)
    for one in bundle.manifest.documents:
        assert one.starts_at % 2 == 1
        assert one.number in texts[one.starts_at - 1]
        assert re.search(rf"\b{one.starts_at}\b", contents)
        assert f"hal. {one.starts_at}/{len(texts)}" in texts[one.starts_at - 1]
    path = folder / "bundel.pdf"
    path.write_bytes(bundle.pdf)
    assert subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False).returncode == 0


def test_later_documents_cite_the_earlier_ones(people: dict[str, Caller], desk: Desk) -> None:
    """The order of B4 names plan and approvals as its basis; the report of B5 names the order."""
    clerk = people["kepala_seksi"]
    plan = clerk.post("/documents", body(desk, "rencana_pemindahtempatan", {"procedure": "pemindahtempatan"}, 1))
    dossier = {"id": plan.get_json()["dossier"], "procedure": "pemindahtempatan"}
    for _ in range(2):
        decide(people, plan.get_json()["id"], "setuju")
    asked = body(desk, "surat_penugasan", dossier, 4)
    for name in ("tanggal_selesai", "tembusan", "pelaksana"):
        asked["data"].pop(name)
    order = people["kepala_bidang"].post("/documents", asked | {"date": "2026-11-23"}).get_json()
    words = text(clerk, order)
    assert plan.get_json()["number"] in words
    assert "Persetujuan Kepala Bidang" in words
    assert "24 November 2026 sampai dengan 26 November 2026" in words
    assert "Siti Norhayati" in words  # the Kasi is sent, as the step says
    report = clerk.post("/documents", body(desk, "laporan_pemindahtempatan", dossier, 5)).get_json()
    assert order["number"] in text(clerk, report)


def test_a_refused_plan_is_made_again(people: dict[str, Caller], desk: Desk) -> None:
    """A no leads back to step 1; the plan that replaces it takes its place, and the old PDF and record say so."""
    clerk = people["kepala_seksi"]
    old = clerk.post("/documents", body(desk, "rencana_pemindahtempatan", {"procedure": "pemindahtempatan"}, 1))
    refused = decide(people, old.get_json()["id"], "perbaiki")
    assert "PERLU DIPERBAIKI" in text(clerk, refused)
    dossier = clerk.get(f"/dossiers/{refused['dossier']}").get_json()
    assert [one["state"] for one in dossier["steps"]][:2] == ["returned", "pending"]
    asked = body(desk, "rencana_pemindahtempatan", {"procedure": "pemindahtempatan"}, 1)
    unrelated = clerk.post("/documents", asked).get_json()
    assert unrelated["dossier"] != refused["dossier"]
    assert clerk.get(f"/documents/{refused['id']}").get_json()["status"] == "issued"
    new = clerk.post("/documents", asked | {"replaces": refused["id"]})
    assert new.get_json()["dossier"] == refused["dossier"]
    record = clerk.get(f"/documents/{refused['id']}").get_json()
    assert (record["status"], record["replaced_by"]) == ("superseded", new.get_json()["id"])
    again = {"official": "kepala-bidang", "decision": "setuju"}
    assert people["kepala_bidang"].post(f"/documents/{refused['id']}/endorsements", again).status_code == 409


def test_a_closed_dossier_needs_a_reason_or_everything(people: dict[str, Caller], desk: Desk) -> None:
    """Closing early is refused with the steps that lack, and done with a reason; then nothing joins, until reopened."""
    clerk = people["kepala_seksi"]
    plan = clerk.post("/documents", body(desk, "rencana_pemindahtempatan", {"procedure": "pemindahtempatan"}, 1))
    address = f"/dossiers/{plan.get_json()['dossier']}"
    refused = clerk.post(f"{address}/close", {})
    assert refused.status_code == 422
    assert "2, 3, 4, 5, 6" in refused.get_json()["errors"][0]["message"]
    assert clerk.post(f"{address}/close", {"reason": "Dibatalkan."}).status_code == 200
    asked = {"official": "kepala-bidang", "decision": "setuju"}
    late = people["kepala_bidang"].post(f"/documents/{plan.get_json()['id']}/endorsements", asked)
    assert late.status_code == 409
    assert clerk.post(f"{address}/close", {}).status_code == 409
    assert clerk.post(f"{address}/reopen").status_code == 200
    again = people["kepala_bidang"].post(f"/documents/{plan.get_json()['id']}/endorsements", asked)
    assert again.status_code == 201


def test_what_is_late_is_told(people: dict[str, Caller], desk: Desk) -> None:
    """B2 has ten minutes of working time: an hour of it later its step is overdue."""
    clerk = people["kepala_seksi"]
    plan = clerk.post("/documents", body(desk, "rencana_pemindahtempatan", {"procedure": "pemindahtempatan"}, 1))
    step = clerk.get(f"/dossiers/{plan.get_json()['dossier']}").get_json()["steps"][1]
    started, due = (dt.datetime.fromisoformat(step[name]) for name in ("started_at", "due"))
    assert due - started >= dt.timedelta(minutes=10)
    assert step["overdue"] is False
