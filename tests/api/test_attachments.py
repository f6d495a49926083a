"""Signed copies over the API: filed, told, fetched again byte for byte; refusals are problem details."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.desk.decisions.attach import attach_scan, store_original
from docgen.desk.revisions.attachment_report import ScanReport
from docgen.signer import load_seal
from tests.support.callers.api import Caller, path_of
from tests.support.files.annotated import with_ink
from tests.support.files.certificates import PASSWORD, Authority
from tests.support.files.pdfs import locked, pdf
from tests.support.files.sealed import sealed_once

pytestmark = pytest.mark.office


def send(api: Caller, id: str, data: bytes, name: str = "naskah.pdf") -> Any:
    """The answer to a file."""
    return api.post(f"/documents/{id}/attachments", data={"file": (io.BytesIO(data), name)})


def test_a_signed_copy_is_filed_and_fetched_byte_for_byte(api: Caller, letter: dict[str, Any]) -> None:
    """201 with a new revision whose PDF is the file that was sent; the record tells what its signature is worth."""
    document = api.post("/documents", letter).get_json()
    authority = Authority("Balai Besar Sertifikasi Elektronik")
    pdf = api.get(f"/documents/{document['id']}/pdf").data
    signed = sealed_once(pdf, load_seal(authority.pkcs12(authority.office), PASSWORD))
    answer = send(api, document["id"], signed, "bertanda tangan.pdf")
    assert (answer.status_code, answer.get_json()["revision"]) == (201, 2)
    assert api.get(f"/documents/{document['id']}/pdf").data == signed
    revision = api.get(f"/documents/{document['id']}").get_json()["revisions"][-1]
    assert (revision["change"], revision["attachments"][0]["sort"]) == ("attached", "signed")
    [signature] = revision["attachments"][0]["report"]["signatures"]
    assert (signature["intact"], signature["trusted"]) == (True, False)
    assert api.get(path_of(revision["attachments"][0]["href"])).data == signed
    assert send(api, document["id"], signed).status_code == 409


def test_what_is_no_copy_of_it_is_refused(api: Caller, reader: Caller, letter: dict[str, Any]) -> None:
    """422 for a locked or strange file, 415 without multipart, 403 without write scope, 404 for what is not there."""
    id = api.post("/documents", letter).get_json()["id"]
    for data in (b"", b"bukan pdf", locked()):
        refused = send(api, id, data)
        assert (refused.status_code, refused.content_type) == (422, "application/problem+json")
        assert refused.get_json()["errors"][0]["field"] == "file"
    assert api.post(f"/documents/{id}/attachments", {"file": "x"}).status_code == 415
    assert send(reader, id, b"x").status_code == 403
    assert send(api, "01kasv5d8b6n3h9w2q7x4y1zte", locked()).status_code == 404
    assert api.get(f"/documents/{id}/attachments/{'0' * 64}").status_code == 404
    assert api.get(f"/documents/{id}").get_json()["revision"] == 1


def test_an_office_without_a_seal_cannot_seal(api: Caller, desk: Desk, letter: dict[str, Any]) -> None:
    """409 that names the setting; the document stays as it was."""
    id = api.post("/documents", letter).get_json()["id"]
    refused = api.post(f"/documents/{id}/seal")
    assert refused.status_code == 409
    assert "DOCGEN_SEAL_FILE" in refused.get_json()["detail"]
    assert api.get(f"/documents/{id}").get_json()["revision"] == 1


def test_what_cannot_be_renewed_is_refused(api: Caller, reader: Caller, letter: dict[str, Any]) -> None:
    """409 that names the settings an office lacks, 403 for who may only read; the document stays as it was."""
    id = api.post("/documents", letter).get_json()["id"]
    refused = api.post(f"/documents/{id}/renewals")
    assert refused.status_code == 409
    assert "DOCGEN_TIMESTAMP_URL" in refused.get_json()["detail"]
    assert reader.post(f"/documents/{id}/renewals").status_code == 403
    assert api.get(f"/documents/{id}").get_json()["revision"] == 1


def test_a_copy_says_that_it_is_one(api: Caller, letter: dict[str, Any]) -> None:
    """`?copy=true` is another file than the archived one, with its own ETag; the archive keeps none of it."""
    id = api.post("/documents", letter).get_json()["id"]
    archived, copied = api.get(f"/documents/{id}/pdf"), api.get(f"/documents/{id}/pdf?copy=true")
    assert copied.status_code == 200
    assert copied.data != archived.data
    assert copied.headers["ETag"] != archived.headers["ETag"]
    assert api.get(f"/documents/{id}/pdf").data == archived.data


def test_what_was_sent_is_fetched_as_it_came(app: Flask, api: Caller, desk: Desk, letter: dict[str, Any]) -> None:
    """The answer warns of pages it does not know; the original comes back by its SHA-256, byte for byte."""
    id = api.post("/documents", letter).get_json()["id"]
    sent = with_ink()
    answer = send(api, id, sent, "tablet.pdf")
    assert answer.status_code == 201
    assert "1 halaman pindaian tidak dikenal" in answer.get_json()["warnings"][0]
    [attachment] = api.get(f"/documents/{id}").get_json()["revisions"][-1]["attachments"]
    [original] = attachment["originals"]
    assert (original["name"], original["content_type"], original["shared"]) == ("tablet.pdf", "application/pdf", False)
    assert original["sha256"] == hashlib.sha256(sent).hexdigest()
    fetched = api.get(path_of(original["href"]))
    assert fetched.data == sent
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert api.get(path_of(attachment["href"])).data != sent


def test_a_stack_of_several_documents_is_not_for_a_token_with_limits(
    app: Flask, api: Caller, desk: Desk, letter: dict[str, Any]
) -> None:
    """It sees its own pages of the stack, and not the stack, which holds others' pages as well."""
    document = api.post("/documents", letter).get_json()
    stack = store_original(desk, "tumpukan.pdf", pdf("punya sendiri", "punya orang"), [1], shared=True)
    attach_scan(desk, document["id"], pdf("punya sendiri"), "pindaian.pdf", "sari", ScanReport(), [stack])
    path = f"/documents/{document['id']}/attachments"
    limited = Caller(app, create_token(desk, "terbatas", "write", [], assets=letter["assets"]))
    assert api.get(f"{path}/{stack.file.sha256}").status_code == 200
    assert limited.get(f"{path}/{stack.file.sha256}").status_code == 404
    assert limited.get(f"{path}/{hashlib.sha256(pdf('punya sendiri')).hexdigest()}").status_code == 200
