"""Issuing, finding and fetching documents over HTTP."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any
from urllib.parse import quote

import pytest

from docgen.desk import Desk
from docgen.render.pdf.pdfium import page_count, page_text
from storage.catalogue import documents
from tests.support.callers.api import Caller, path_of, register

pytestmark = pytest.mark.office

FIELDS = {"id", "number", "status", "kind", "procedure", "step", "assets", "dossier", "date", "revision", "pdf", "docx",
          "links", "key", "endorsements", "replaced_by", "dossier_joined", "replaces", "standing",
          "security", "division", "numbering", "series", "foreign_numbers", "signatures"}  # fmt: skip


@pytest.mark.parametrize("kind", ["letter", "handover"])
def test_an_example_is_issued_and_its_files_can_be_fetched(
    api: Caller, desk: Desk, kind: str, request: pytest.FixtureRequest
) -> None:
    """201 with Location, the agreed fields, a PDF that holds the number, and files with the promised SHA-256."""
    body = request.getfixturevalue(kind)
    answer = api.post("/documents", body)
    document = answer.get_json()
    assert answer.status_code == 201
    assert set(document) == FIELDS
    assert answer.headers["Location"] == document["links"]["self"]
    assert document["status"] == "issued"
    assert document["assets"] == body["assets"]
    assert document["links"]["page"].endswith(f"/d/{document['id']}")
    with desk.catalogue.read() as tx:
        code = documents.get_document(tx, document["id"]).code
    assert document["links"]["verify"].endswith(f"/verifikasi/{code}")
    pdf = api.get(path_of(document["pdf"]["href"]))
    assert hashlib.sha256(pdf.data).hexdigest() == document["pdf"]["sha256"]
    assert (len(pdf.data), page_count(pdf.data)) == (document["pdf"]["size"], document["pdf"]["pages"])
    assert document["number"] in " ".join(page_text(pdf.data))
    assert desk.store.get(document["key"]) == pdf.data
    docx = api.get(path_of(document["docx"]["href"]))
    assert hashlib.sha256(docx.data).hexdigest() == document["docx"]["sha256"]


def test_a_document_is_found_by_any_of_its_assets_and_its_step(api: Caller, handover: dict[str, Any]) -> None:
    """Another system that knows only asset and step finds the document; empty filters do not narrow."""
    id = api.post("/documents", handover).get_json()["id"]
    for asset in handover["assets"]:
        found = api.get(f"/documents?asset={asset}&procedure=penggunaan&step=1&kind=&status=&q=&cursor=").get_json()
        assert [item["id"] for item in found["items"]] == [id]
        assert found["next"] is None
    assert api.get(f"/documents?asset={asset}&step=2").get_json()["items"] == []
    assert [item["id"] for item in api.get("/documents?q=Laptop").get_json()["items"]] == [id]


def test_pages_of_a_search_show_every_document_once(api: Caller, letter: dict[str, Any]) -> None:
    """Newest first, from page to page by `next`, until it is null."""
    ids = [api.post("/documents", letter).get_json()["id"] for _ in range(3)]
    first = api.get("/documents?limit=2").get_json()
    second = api.get(f"/documents?limit=2&cursor={first['next']}").get_json()
    assert [item["id"] for item in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None


def test_the_same_idempotency_key_answers_the_same_document(api: Caller, letter: dict[str, Any]) -> None:
    """A repeated call takes no further number; the same key with another body is refused with 409."""
    key = {"Idempotency-Key": "pengiriman-1"}
    first = api.post("/documents", letter, headers=key)
    again = api.post("/documents", dict(reversed(letter.items())), headers=key)
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    other = api.post("/documents", {**letter, "assets": []}, headers=key)
    assert other.status_code == 409
    assert "pengiriman-1" in other.get_json()["detail"]
    assert register(api) == [(1, "issued")]


def test_wrong_values_are_named_and_use_no_number(api: Caller, letter: dict[str, Any]) -> None:
    """422 names each wrong field, in the body's own words; the next document gets number 1."""
    data = {**letter["data"], "hl": "x"}
    del data["hal"]
    answer = api.post("/documents", {**letter, "assets": ["6310190000101", "TIDAK-ADA"], "data": data})
    problem = answer.get_json()
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert {error["field"] for error in problem["errors"]} == {"assets[1]", "data.hl", "data.hal"}
    assert any("TIDAK-ADA" in error["message"] for error in problem["errors"])
    assert register(api) == []
    api.post("/documents", letter)
    assert register(api) == [(1, "issued")]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [("kind", "nota_dina", "nota_dinas"), ("procedure", "pemeliharan", "pemeliharaan"), ("step", 77, "77")],
)
def test_what_does_not_exist_is_named(
    api: Caller, letter: dict[str, Any], field: str, value: object, told: str
) -> None:
    """An unknown kind, procedure or step is a 422 at that field, naming it or the nearest there is."""
    answer = api.post("/documents", {**letter, field: value})
    assert answer.status_code == 422
    [message] = [error["message"] for error in answer.get_json()["errors"] if error["field"] == field]
    assert told in message


def test_a_pdf_has_its_sha256_as_etag_and_is_sent_in_parts(api: Caller, letter: dict[str, Any]) -> None:
    """If-None-Match answers 304, Range 206 or 416, a malformed Range the whole; the file name can be read."""
    document = api.post("/documents", letter).get_json()
    path = path_of(document["pdf"]["href"])
    whole = api.get(path)
    etag = f'"{document["pdf"]["sha256"]}"'
    assert whole.headers["ETag"] == etag
    assert whole.headers["Content-Disposition"].startswith("inline; filename=")
    assert "Nota Dinas B-000.1.9.1-1-DiskominfoSP2-XI" in whole.headers["Content-Disposition"]
    assert api.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert api.get(path, headers={"If-None-Match": f'"x", W/{etag}'}).status_code == 304
    part = api.get(path, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.data) == (206, whole.data[5:10])
    assert part.headers["Content-Range"] == f"bytes 5-9/{len(whole.data)}"
    beyond = api.get(path, headers={"Range": "bytes=99999999-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole.data)}")
    assert api.get(path, headers={"Range": "pages=1"}).status_code == 200
    assert api.get(path_of(document["docx"]["href"])).headers["Content-Disposition"].startswith("attachment")


def test_a_voided_document_keeps_its_files_and_says_why(api: Caller, letter: dict[str, Any]) -> None:
    """Void tells the reason, keeps the PDF of every revision, adds one that says so, and cannot be done twice."""
    document = api.post("/documents", letter).get_json()
    path = f"/documents/{document['id']}"
    voided = api.post(f"{path}/void", {"reason": "Salah aset."}).get_json()
    assert voided["status"] == "void"
    assert voided["pdf"]["sha256"] != document["pdf"]["sha256"]
    record = api.get(path).get_json()
    assert record["status_reason"] == "Salah aset."
    assert [revision["number"] for revision in record["revisions"]] == [1, 2]
    for revision in record["revisions"]:
        assert api.get(path_of(revision["pdf"]["href"])).headers["ETag"] == f'"{revision["pdf"]["sha256"]}"'
    assert api.get(f"{path}/pdf?revision=3").status_code == 404
    assert api.post(f"{path}/void", {"reason": "Lagi."}).status_code == 409
    assert register(api) == [(1, "void")]


def test_a_preview_keeps_nothing(api: Caller, desk: Desk, letter: dict[str, Any]) -> None:
    """A preview is a PDF, or a PNG of a page; no number is used and no object kept."""
    pdf = api.post("/previews", letter)
    assert (pdf.content_type, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    png = api.post("/previews?format=png&page=1", letter)
    assert (png.content_type, png.data[:4]) == ("image/png", b"\x89PNG")
    assert api.post("/previews?format=png&page=99", letter).status_code == 404
    assert api.post("/previews", {**letter, "step": 99}).status_code == 422
    assert register(api) == []
    assert list(desk.store.keys()) == []


def test_a_dossier_tells_what_is_there_and_what_is_missing(api: Caller, letter: dict[str, Any]) -> None:
    """The step of the letter holds it; kinds nobody made yet are missing; a void letter is missing again."""
    document = api.post("/documents", letter).get_json()
    listed = api.get(f"/dossiers?asset={quote(letter['assets'][0])}&procedure=pemeliharaan").get_json()["items"]
    assert [one["id"] for one in listed] == [document["dossier"]]
    steps = {step["number"]: step for step in api.get(f"/dossiers/{document['dossier']}").get_json()["steps"]}
    assert [one["number"] for one in steps[2]["documents"]] == [document["number"]]
    assert "nota_dinas" not in steps[2]["missing"]
    assert steps[1]["missing"] == steps[1]["outputs"] != []
    api.post(f"/documents/{document['id']}/void", {"reason": "Keliru."})
    steps = {step["number"]: step for step in api.get(f"/dossiers/{document['dossier']}").get_json()["steps"]}
    assert "nota_dinas" in steps[2]["missing"]


def test_the_word_file_for_srikandi_has_its_placeholders(api: Caller, letter: dict[str, Any]) -> None:
    """A Word file under a name of its own, another than the archived one; 409 once the document is void."""
    document = api.post("/documents", letter).get_json()
    address = f"/documents/{document['id']}/docx?srikandi=true"
    answer = api.get(address)
    assert answer.status_code == 200
    assert answer.content_type == api.get(path_of(document["docx"]["href"])).content_type
    assert "(SRIKANDI).docx" in answer.headers["Content-Disposition"]
    assert hashlib.sha256(answer.data).hexdigest() == answer.get_etag()[0] != document["docx"]["sha256"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        text = package.read("word/document.xml").decode()
    for placeholder in ("${nomor_naskah}", "${tanggal_naskah}", "${ttd_pengirim}"):
        assert text.count(placeholder) == 1
    api.post(f"/documents/{document['id']}/void", {"reason": "Salah"})
    assert api.get(address).status_code == 409
