"""Bundles over HTTP: queued, followed, fetched."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import pytest

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.desk.background.jobs import Jobs
from docgen.render.pdf.pdfium import page_count, page_text
from tests.support.callers.api import Caller, make_app, path_of

pytestmark = pytest.mark.office


def test_a_bundle_is_made_in_the_background(desk: Desk, jobs: Jobs, letter: dict[str, Any]) -> None:
    """202 with the job's address; when done, a PDF that holds the document, and a manifest that names it."""
    api = Caller(make_app(desk, jobs), create_token(desk, "arsip", "write", []))
    document = api.post("/documents", letter).get_json()
    queued = api.post("/bundles", {"dossier": document["dossier"]})
    assert queued.status_code == 202
    job = _finished(api, path_of(queued.headers["Location"]))
    assert (job["status"], job["error"]) == ("done", None)
    assert (job["progress"]["done"], job["progress"]["total"]) == (1, 1)
    pdf = api.get(path_of(job["result"]["pdf"]["href"])).data
    assert hashlib.sha256(pdf).hexdigest() == job["result"]["pdf"]["sha256"]
    assert page_count(pdf) == job["result"]["pdf"]["pages"]
    manifest = api.get(path_of(job["result"]["manifest"]["href"])).get_json()
    assert document["number"] in page_text(pdf)[manifest["documents"][0]["starts_at"] - 1]
    assert "BELUM ADA" in page_text(pdf)[manifest["missing"][0]["starts_at"] - 1]
    assert [one["id"] for one in manifest["documents"]] == [document["id"]]


def test_what_cannot_be_bundled_is_refused_at_once(api: Caller, letter: dict[str, Any]) -> None:
    """Nothing chosen, two choices, unknown things: 422 or 404, and no job."""
    assert api.post("/bundles", {}).status_code == 422
    assert api.post("/bundles", {"asset": "6310190000101", "dossier": "x"}).status_code == 422
    assert api.post("/bundles", {"dossier": "tidak-ada"}).status_code == 404
    refused = api.post("/bundles", {"documents": ["tidak-ada"]})
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == "documents[0]"


def test_an_unfinished_bundle_has_no_file_yet(api: Caller, letter: dict[str, Any]) -> None:
    """While the job waits its PDF answers 409 and says so; an unknown job is 404."""
    document = api.post("/documents", letter).get_json()
    job = api.post("/bundles", {"documents": [document["id"]]}).get_json()
    waiting = api.get(f"/jobs/{job['id']}/pdf")
    assert waiting.status_code == 409
    assert "masih dibuat" in waiting.get_json()["detail"]
    assert api.get("/jobs/tidak-ada").status_code == 404


def _finished(api: Caller, path: str) -> dict[str, Any]:
    for _ in range(600):
        job: dict[str, Any] = api.get(path).get_json()
        if job["status"] in ("done", "failed"):
            return job
        time.sleep(0.05)
    raise AssertionError("the job did not end in 30 s")


def test_a_job_is_cancelled_and_run_again(api: Caller, letter: dict[str, Any]) -> None:
    """A queued job can be cancelled once, says so, has no file, and can be queued again."""
    document = api.post("/documents", letter).get_json()
    job = api.post("/bundles", {"dossier": document["dossier"]}).get_json()
    assert api.post(f"/jobs/{job['id']}/cancel").get_json()["status"] == "cancelled"
    assert api.post(f"/jobs/{job['id']}/cancel").status_code == 409
    assert "Dibatalkan" in api.get(f"/jobs/{job['id']}/pdf").get_json()["detail"]
    assert api.post(f"/jobs/{job['id']}/archive").status_code == 409
    assert api.post(f"/jobs/{job['id']}/resume").get_json()["status"] == "queued"
    assert api.post(f"/jobs/{job['id']}/resume").status_code == 409


def test_a_bundle_is_archived_and_made_by_recipe(desk: Desk, jobs: Jobs, letter: dict[str, Any]) -> None:
    """A recipe's bundle is archived under its code with PDF and manifest; then nothing new is left to file."""
    api = Caller(make_app(desk, jobs), create_token(desk, "arsip", "write", []))
    document = api.post("/documents", letter).get_json()
    asked = {"name": "Berkas ini", "request": {"dossier": document["dossier"], "labels": True}}
    recipe = api.post("/recipes", asked).get_json()
    assert [one["id"] for one in api.get("/recipes").get_json()] == [recipe["id"]]
    job = _finished(api, path_of(api.post(f"/recipes/{recipe['id']}/run", {}).headers["Location"]))
    assert api.get(f"/jobs/{job['id']}/labels").data.startswith(b"%PDF")
    printed = str(job["id"]).upper()  # as on the cover
    for file in ("labels", "pdf", "manifest"):
        assert api.get(f"/jobs/{printed}/{file}").data == api.get(f"/jobs/{job['id']}/{file}").data
    filed = api.post(f"/jobs/{job['id']}/archive")
    assert filed.status_code == 201
    code = filed.get_json()["code"]
    assert [one["code"] for one in api.get("/bundles").get_json()["items"]] == [code]
    kept = api.get(f"/bundles/{code}/pdf").data
    assert hashlib.sha256(kept).hexdigest() == filed.get_json()["pdf"]["sha256"]
    manifest = api.get(f"/bundles/{code}/manifest").get_json()
    assert manifest["documents"][0]["sha256"] == document["pdf"]["sha256"]
    refused = api.post(f"/recipes/{recipe['id']}/run", {"new_only": True})
    assert refused.status_code == 422
    assert api.get("/file-list?year=2026").data.startswith(b"PK")
    assert api("DELETE", f"/recipes/{recipe['id']}").status_code == 204


def test_each_volume_is_fetched_by_itself(desk: Desk, jobs: Jobs, letter: dict[str, Any]) -> None:
    """The result names every volume with its file; the archived bundle has the same ones; another number is 404."""
    api = Caller(make_app(desk, jobs), create_token(desk, "arsip", "write", []))
    first = api.post("/documents", letter).get_json()
    for _ in range(7):
        api.post("/documents", letter | {"dossier": first["dossier"]})
    asked = {"dossier": first["dossier"], "volume_pages": 10, "labels": True}
    job = _finished(api, path_of(api.post("/bundles", asked).headers["Location"]))
    volumes = job["result"]["volumes"]
    assert [one["number"] for one in volumes] == list(range(1, volumes[0]["of"] + 1))
    assert len(volumes) > 1
    assert api.get(path_of(job["result"]["labels"]["href"])).data.startswith(b"%PDF")
    code = api.post(f"/jobs/{job['id']}/archive").get_json()["code"]
    for one in volumes:
        pdf = api.get(path_of(one["pdf"]["href"])).data
        assert (hashlib.sha256(pdf).hexdigest(), len(pdf)) == (one["pdf"]["sha256"], one["pdf"]["size"])
        assert page_count(pdf) == one["pdf"]["pages"]
        assert f"Jilid {one['number']} dari {one['of']}" in page_text(pdf)[0]
        assert api.get(f"/bundles/{code}/volumes/{one['number']}/pdf").data == pdf
    for path in (f"/jobs/{job['id']}", f"/bundles/{code}"):
        assert api.get(f"{path}/volumes/99/pdf").status_code == 404
        assert api.get(f"{path}/volumes/dua/pdf").status_code == 404
