"""A letter outside the SOP on the pages: chosen, classified, issued, and found on all of them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from storage.catalogue.searching.search import Filter, search_documents
from storage.records import Document
from tests.support.callers.pages import Person, words

pytestmark = pytest.mark.office
ASSET = "6310190000101"
FORM = "/buat/umum/0/nota_dinas"
# Pages of one thing, by the endpoint; all others without arguments are opened as they are.
_OF = {
    "archive.asset": {"rest": f"{ASSET}/umum/0"},
    "compose.form": {"procedure": "umum", "step": 0, "kind": "nota_dinas"},
    "compose.steps": {"procedure": "umum"},
}


def issued(desk: Desk) -> list[Document]:
    """Everything numbered so far, newest first."""
    with desk.catalogue.read() as tx:
        return search_documents(tx, Filter())


def test_a_clerk_finds_it_under_buat_naskah_and_sees_where_it_goes(
    operator: Person, desk: Desk, form: dict[str, Any]
) -> None:
    """The form proposes a classification, the check names it and the dossier, and the letter lies there."""
    assert "/buat/umum" in operator.get("/buat").text
    assert FORM in operator.get("/buat/umum").text
    page = operator.get(FORM)
    assert 'value="000.1"' in page.text
    assert "Rapat: undangan, notula, risalah" in page.text
    assert "Langkah 0" not in words(page)
    typed = form | {"assets": ASSET, "classification": "000.1.5"}
    checked = words(operator.post(FORM, typed | {"aksi": "periksa"}))
    assert "000.1.5 Rapat: undangan, notula, risalah" in checked
    assert "Membuka berkas baru." in checked
    answer = operator.post(FORM, typed | {"aksi": "terbitkan"})
    assert answer.status_code == 303
    [document] = issued(desk)
    assert (document.procedure, document.step) == ("umum", 0)
    second = operator.post(FORM, typed | {"kunci": "kunci-2", "aksi": "periksa"})
    assert f"Masuk ke berkas 000.1.5 Rapat: undangan, notula, risalah {document.date.year}" in words(second)


def test_a_wrong_classification_is_named_beside_its_field(operator: Person, form: dict[str, Any]) -> None:
    """What is no code comes back with the form, as it was typed."""
    operator.get(FORM)
    answer = operator.post(FORM, form | {"classification": "rapat dinas", "aksi": "periksa"})
    assert answer.status_code == 422
    assert 'id="salah-classification"' in answer.text
    assert 'value="rapat dinas"' in answer.text


def test_a_draft_of_it_is_gone_on_with_in_its_form(operator: Person, form: dict[str, Any]) -> None:
    """The list of drafts leads back to the form, which holds the code that was typed."""
    operator.get(FORM)
    saved = operator.post(FORM, form | {"classification": "000.1.2.3", "aksi": "draf"})
    assert saved.status_code == 303
    assert "/buat/umum/0/nota_dinas?draf=" in operator.get("/buat/draf").text
    assert 'value="000.1.2.3"' in operator.get(saved.location).text


def test_a_letter_in_its_place_keeps_its_classification(operator: Person, desk: Desk, form: dict[str, Any]) -> None:
    """Perbaiki fills a form that goes into the same dossier and cannot leave it."""
    document = issue(desk, _letter(desk, classification="000.1.5"), "operator")
    page = operator.get(f"{FORM}?mengganti={document.id}")
    assert 'value="000.1.5"' in page.text
    del form["assets"]
    typed = form | {"replaces": document.id, "dossier": document.dossier, "classification": "000.1.5"}
    assert operator.post(FORM, typed | {"aksi": "terbitkan"}).status_code == 303
    assert [(one.status, one.dossier) for one in issued(desk)] == [
        ("issued", document.dossier),
        ("superseded", document.dossier),
    ]


def test_every_page_bears_letters_outside_the_sop(admin: Person, app: Flask, desk: Desk) -> None:
    """Each page that can be opened without an id, and each of the letter, its dossier and its asset, shows itself."""
    document = issue(desk, _letter(desk, assets=[ASSET]), "kepala")
    ids = {"document": document.id, "viewer": document.id, "shares": document.id, "dossiers": document.dossier}
    opened, failed = [], []
    addresses = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint.startswith("api.") or rule.endpoint.endswith("static"):
            continue
        blueprint = rule.endpoint.partition(".")[0]
        values = _OF.get(rule.endpoint) or ({"id": ids[blueprint]} if blueprint in ids else {})
        if not rule.arguments:
            opened.append(rule.rule)
        elif rule.arguments <= set(values):
            opened.append(addresses.build(rule.endpoint, values))
    opened += ["/arsip?prosedur=umum", "/berkas?prosedur=umum&keadaan=semua", f"/verifikasi/{document.code}"]
    assert len(opened) > 60
    for address in opened:
        answer = admin.get(address)
        is_page = answer.mimetype == "text/html"
        if answer.status_code >= 500 or (is_page and "Langkah 0" in words(answer)):
            failed.append((address, answer.status_code))
    assert failed == []
    for address in ("/arsip?prosedur=umum", f"/arsip/{ASSET}/umum/0", f"/berkas/{document.dossier}"):
        assert f"/d/{document.id}" in admin.get(address).text


def _letter(desk: Desk, **more: Any) -> DocumentRequest:
    body = {"kind": "nota_dinas", "procedure": "umum", "data": desk.kinds["nota_dinas"].example}
    return DocumentRequest.model_validate(body | more)
