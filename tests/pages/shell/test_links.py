"""Tokens, webhooks, share links, link cards, the picker and the guide to the API, as people meet them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.share_links import create_share, revoke_share, share_token
from docgen.desk.access.tokens import find_token
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.registers.edit import change_office
from docgen.settings import read_settings
from storage.catalogue import registers, shares, webhooks
from storage.catalogue.access import accounts
from storage.records import Document
from tests.support.callers.pages import Person, person, words

pytestmark = pytest.mark.office

SECRET = "a test's secret"


def letter(desk: Desk) -> Document:
    """A Nota Dinas in the archive."""
    example = desk.kinds["nota_dinas"].example
    asked = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ["6310190000101"]}
    return issue(desk, DocumentRequest.model_validate({**asked, "data": example}), "uji")


def test_a_token_is_made_shown_once_and_revoked(admin: Person, desk: Desk) -> None:
    """The page shows the token after it is made and never again; what is wrong stands beside its field."""
    admin.get("/token")
    made = admin.post(
        "/token", {"name": "Daftar aset", "scope": "write", "assets": "6310190000101\n", "procedures": "pemeliharaan"}
    )
    found = re.search(r'id="token-baru">([^<]+)<', made.text)
    assert found is not None
    token = find_token(desk, found[1])
    assert token is not None
    assert (token.scope, token.assets, token.procedures) == ("write", ["6310190000101"], ["pemeliharaan"])
    again = admin.get("/token")
    assert found[1] not in again.text
    assert "Daftar aset" in words(again)
    wrong = admin.post("/token", {"name": "", "scope": "read", "assets": "tidak-ada", "expires_at": ""})
    assert wrong.status_code == 422
    late = admin.post("/token", {"name": "x", "scope": "read", "expires_at": "2020-01-01"})
    assert "sudah lewat" in words(late)
    ticked = admin.post("/token", {"name": "x", "scope": "read", "permissions": "issue"})  # neither is guessed
    assert ticked.status_code == 422
    assert "Centang hanya berlaku" in words(ticked)
    admin.post("/token/cabut", {"id": token.id})
    assert find_token(desk, found[1]) is None
    assert "Dicabut" in words(admin.get("/token"))


def test_webhooks_are_kept_on_a_page(admin: Person, desk: Desk) -> None:
    """Added with its secret shown once, refused for a private address, its log opened, removed."""
    admin.get("/webhook")
    made = admin.post("/webhook", {"url": "https://aset.example/x", "events": ["document.issued", "dossier.closed"]})
    assert "whsec_" in made.text
    assert "whsec_" not in admin.get("/webhook").text
    refused = admin.post("/webhook", {"url": "http://127.0.0.1/x", "events": ["document.issued"]})
    assert (refused.status_code, "DOCGEN_WEBHOOK_PRIVATE" in words(refused)) == (422, True)
    letter(desk)
    with desk.catalogue.read() as tx:
        [webhook] = webhooks.list_webhooks(tx)
        [delivery] = webhooks.list_deliveries(tx, webhook.id)
    log = admin.get(f"/webhook/{webhook.id}")
    assert "Naskah terbit" in words(log)
    assert admin.post("/webhook/kirim-lagi", {"id": delivery.id}).status_code == 303
    admin.post("/webhook/hapus", {"id": webhook.id})
    assert "Belum ada webhook" in words(admin.get("/webhook"))


@pytest.mark.parametrize("path", ["/token", "/webhook"])
def test_only_administrators_connect_systems(operator: Person, path: str) -> None:
    """A clerk is told whom to ask."""
    assert operator.get(path).status_code == 403


def test_a_share_link_shows_the_document_counts_and_ends(app: Flask, desk: Desk, operator: Person) -> None:
    """Anybody opens it, page and PDF, and is counted; forged ones are unknown; revoked and expired ones are gone."""
    document = letter(desk)
    operator.get(f"/d/{document.id}/bagikan")
    operator.post(f"/d/{document.id}/bagikan", {"days": "30", "note": "Inspektorat"})
    with desk.catalogue.read() as tx:
        [share] = shares.list_shares(tx, document.id)
    token = share_token(SECRET, share)
    stranger = app.test_client()
    page = stranger.get(f"/s/{token}")
    assert document.number in words(page)
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert stranger.get(f"/s/{token}/pdf").data[:5] == b"%PDF-"
    assert stranger.get(f"/s/{token}", headers={"Accept": "application/pdf"}).mimetype == "application/pdf"
    assert stranger.get(f"/s/{token}/halaman/1.png").mimetype == "image/png"
    assert stranger.get(f"/s/{token}/halaman/99.png").status_code == 404
    assert "Dibuka 3 kali" in words(operator.get(f"/d/{document.id}/bagikan"))
    assert stranger.get(f"/s/{share.id}.{'A' * 24}").status_code == 404
    assert stranger.get(f"/s/{share.id}").status_code == 404
    operator.post(f"/d/{document.id}/bagikan/cabut", {"share": share.id})
    gone = stranger.get(f"/s/{token}")
    assert (gone.status_code, "dicabut" in words(gone)) == (410, True)
    assert stranger.get(f"/s/{token}/pdf").status_code == 410
    brief = share_token(SECRET, create_share(desk, document.id, "admin", days=1))
    now = desk.now()
    app.extensions["desk"] = replace(desk, now=lambda: now + dt.timedelta(days=2))
    assert stranger.get(f"/s/{brief}").status_code == 410


def test_a_pasted_link_looks_like_the_document_and_tells_no_more_than_the_public_may_see(
    app: Flask, desk: Desk
) -> None:
    """Title, description and oEmbed; a picture only under a share link; of a letter that is not open, no title."""
    document = letter(desk)
    crawler = app.test_client()
    page = crawler.get(f"/d/{document.id}", follow_redirects=True).text
    assert f'<meta property="og:title" content="Nota Dinas: {document.title}">' in page
    assert document.number in page
    assert "og:image" not in page
    card = crawler.get("/oembed", query_string={"url": f"{desk.public_url}/d/{document.id}"}).get_json()
    assert (card["version"], card["type"], card["title"]) == ("1.0", "link", f"Nota Dinas: {document.title}")
    assert "thumbnail_url" not in card
    token = share_token(SECRET, create_share(desk, document.id, "admin"))
    shared = crawler.get("/oembed", query_string={"url": f"{desk.public_url}/s/{token}"}).get_json()
    picture = crawler.get(shared["thumbnail_url"].removeprefix(desk.public_url))
    assert (picture.mimetype, picture.data[:4]) == ("image/png", b"\x89PNG")
    for strange in ("https://lain.example/d/1", f"{desk.public_url}/d/tidak-ada", f"{desk.public_url}/masuk", "x"):
        assert crawler.get("/oembed", query_string={"url": strange}).status_code == 404
    with desk.catalogue.read() as tx:
        office = registers.get_office(tx)
    change_office(desk, office.model_copy(update={"security_code": "R"}), by="uji")
    secret = letter(desk)
    assert crawler.get("/oembed", query_string={"url": f"{desk.public_url}/d/{secret.id}"}).status_code == 404
    code = {"url": f"{desk.public_url}/verifikasi/{secret.code}"}
    told = crawler.get("/oembed", query_string=code).get_json()
    assert (told["title"], secret.number in told["description"]) == ("Naskah dinas", False)


def test_a_share_of_another_document_is_not_revoked(desk: Desk, operator: Person) -> None:
    """The id of a link must be of the document whose page it is."""
    first, second = letter(desk), letter(desk)
    share = create_share(desk, first.id, "admin")
    operator.get(f"/d/{second.id}/bagikan")
    assert operator.post(f"/d/{second.id}/bagikan/cabut", {"share": share.id}).status_code == 404
    assert revoke_share(desk, share.id, "uji").revoked_at is not None


def test_the_picker_is_framed_by_allowed_origins_alone(app: Flask, desk: Desk) -> None:
    """Without the setting it shows nothing; with it, its policy names the origin, and only there it lists letters."""
    document = letter(desk)
    clerk = person(desk, "operator", app)
    refused = clerk.get("/pilih?asal=https://aset.example")
    assert (refused.status_code, document.number in words(refused)) == (403, False)
    app.extensions["settings"] = read_settings({"DOCGEN_PICKER_ORIGINS": "https://aset.example"})
    shown = clerk.get("/pilih?asal=https://aset.example&q=pusat")
    assert document.number in words(shown)
    assert "frame-ancestors 'self' https://aset.example;" in shown.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in shown.headers
    assert clerk.get("/pilih?asal=https://lain.example").status_code == 403
    assert document.number not in words(app.test_client().get("/pilih"))
    assert clerk.get("/").headers["X-Frame-Options"] == "SAMEORIGIN"


def test_an_asset_gets_another_code_on_its_page(operator: Person, desk: Desk) -> None:
    """The old address still opens the asset; a code that is taken is refused beside its field."""
    document = letter(desk)
    operator.get("/aset/ubah?nibar=6310190000101")
    taken = operator.post("/aset/ganti-nibar", {"nibar": "6310190000101", "new": "6310240000235"})
    assert (taken.status_code, "sudah dipakai" in words(taken)) == (422, True)
    done = operator.post("/aset/ganti-nibar", {"nibar": "6310190000101", "new": "12 / 7.a"}, follow_redirects=True)
    assert "6310190000101" in words(done)
    for old in ("6310190000101", "12%20%2F%207.a"):
        assert document.number in words(operator.get(f"/arsip/{old}/pemeliharaan/2"))
        assert document.number in words(operator.get(f"/arsip/{old}"))


def test_the_guide_to_the_api_is_read_without_an_account_or_another_address(app: Flask, desk: Desk) -> None:
    """Every call of the document is there with a line to copy, and nothing on the page comes from elsewhere."""
    page = app.test_client().get("/api/docs")
    assert page.status_code == 200
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    for path in document["paths"]:
        assert path in page.text
    assert "curl" in page.text
    assert "`" not in page.text
    assert re.findall(r'href="#tag-1">([^<]*)', page.text) == ["Documents"]
    outside = re.findall(r'(?:src|href)="(https?://[^"]+)"', page.text)
    assert outside == []
    with desk.catalogue.read() as tx:
        assert accounts.list_tokens(tx) == []
