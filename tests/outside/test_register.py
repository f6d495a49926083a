"""Another system links to what is archived, hears of what happens, and its links last."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from docgen.client import CallFailed, Client
from docgen.desk import Desk
from docgen.desk.registers.edit import rename_asset
from docgen.desk.webhooks.outbox import EVENTS, add_webhook
from storage.catalogue import registers
from storage.records import Asset
from tests.outside.conftest import Outside, until
from tests.support.callers.browser import CLERK, DESKTOP, PASSWORD

pytestmark = pytest.mark.office

NIBAR = "045.2/INV KOM/0012.a/2016"


@pytest.fixture
def body(desk: Desk) -> dict[str, Any]:
    """A Nota Dinas about an asset whose code holds slashes, dots and spaces."""
    with desk.catalogue.write() as tx:
        registers.put_assets(tx, [Asset(nibar=NIBAR, name="Router Kantor Camat")])
    example = desk.kinds["nota_dinas"].example
    return {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": [NIBAR], "data": example}


@pytest.fixture
def client(outside: Outside) -> Client:
    """The client the register's makers use."""
    return Client(outside.site.url, outside.token)


def test_events_reach_the_register_signed(outside: Outside, client: Client, body: dict[str, Any]) -> None:
    """Issued, endorsed and voided are told in order with addresses that open, each once, each genuine."""
    webhook = add_webhook(outside.site.desk, f"{outside.url}/docgen", list(EVENTS), "uji", private=True)
    outside.give_secret(webhook.secret)
    made = client.issue(body)
    awaited = client.get(made["id"])["awaited"]
    if awaited is not None:
        client.endorse(made["id"], awaited["officials"][0], awaited["decisions"][0], "Segera.")
    client.void(made["id"], "Salah aset.")
    wanted = ["document.issued", *(["document.endorsed"] if awaited else []), "document.voided"]
    assert until(lambda: len(outside.told()["events"]) == len(wanted))
    state = outside.told()
    assert sorted(one["type"] for one in state["events"]) == sorted(wanted)
    assert state["refused"] == 0
    issued = next(one for one in state["events"] if one["type"] == "document.issued")
    assert (issued["specversion"], issued["source"], issued["subject"]) == ("1.0", outside.site.url, made["id"])
    assert issued["data"]["number"] == made["number"]
    status, type_, data = outside.ask(issued["data"]["links"]["pdf"], "application/pdf")
    assert (status, type_, data[:5]) == (200, "application/pdf", b"%PDF-")


def test_links_outlive_a_new_code_and_a_new_revision(outside: Outside, client: Client, body: dict[str, Any]) -> None:
    """Each address the register ever got answers the same document after the asset was renamed and it was voided."""
    made = client.issue(body)
    key = made["key"]
    pdf = client.pdf(made["id"])
    assert hashlib.sha256(pdf).hexdigest() == made["pdf"]["sha256"]
    rename_asset(outside.site.desk, NIBAR, "12.01 / 0007", by="uji")
    rename_asset(outside.site.desk, "12.01 / 0007", "12.01.0007", by="uji")
    client.void(made["id"], "Diganti.")

    old = "/arsip/045.2/INV%20KOM/0012.a/2016/pemeliharaan/2"
    for address in (old, "/arsip/12.01%20%2F%200007/pemeliharaan/2", "/arsip/12.01.0007/pemeliharaan/2"):
        status, type_, data = outside.ask(address)
        assert (status, type_) == (200, "application/json"), address
        assert [one["id"] for one in json.loads(data)["items"]] == [made["id"]]
    for code in (NIBAR, "12.01 / 0007", "12.01.0007"):
        [found] = client.find(asset=code, procedure="pemeliharaan", step=2)
        assert found["status"] == "void"
        assert found["key"].startswith(key.rpartition("/")[0].rpartition("/")[0])  # where it was, a revision further
    status, _, record = outside.ask(made["links"]["page"])
    assert (status, json.loads(record)["number"]) == (200, made["number"])
    status, type_, data = outside.ask(made["links"]["page"], "application/pdf")
    assert (type_, data == pdf) == ("application/pdf", False)  # the revision that bears BATAL
    assert client.pdf(made["id"], revision=1) == pdf
    again = client.issue(body)  # the register still sends the old code
    assert again["assets"] == ["12.01.0007"]
    assert again["dossier"] == made["dossier"]


def test_the_client_says_what_was_wrong_and_sends_nothing_twice(client: Client, body: dict[str, Any]) -> None:
    """A refused call tells each field; the same key is the same letter; what is not there is 404; a bundle is a PDF."""
    with pytest.raises(CallFailed, match=r"assets\[0\]: Aset 'x'") as refused:
        client.issue({**body, "assets": ["x"]})
    assert refused.value.status == 422
    made = client.issue(body, key="surat-1")
    assert client.issue(body, key="surat-1")["id"] == made["id"]
    with pytest.raises(CallFailed, match="tidak ada") as missing:
        client.get("tidak-ada")
    assert missing.value.status == 404
    assert client.bundle(documents=[made["id"]])[:5] == b"%PDF-"


@pytest.mark.browser
def test_a_document_is_picked_in_a_frame_and_in_a_pop_up(
    outside: Outside, client: Client, body: dict[str, Any], browser: Browser, tmp_path: Path
) -> None:
    """In real Chromium the register's page opens the picker; the choice comes back and its link opens the document."""
    made = client.issue(body)
    context = browser.new_context(viewport=DESKTOP, locale="id-ID")
    page = context.new_page()
    page.goto(f"{outside.site.url}/masuk")
    page.get_by_label("Nama pengguna").fill(CLERK)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url(f"{outside.site.url}/")

    page.goto(f"{outside.url}/aset/{NIBAR.replace(' ', '%20')}")
    assert made["number"] in page.locator("#naskah").inner_text()
    frame = page.frame_locator("#bingkai")
    frame.get_by_role("button", name="Pilih naskah").click()
    picked = page.locator(f'#terpilih[data-id="{made["id"]}"]')
    picked.filter(has_text=made["number"]).wait_for()
    assert picked.get_attribute("href") == made["links"]["page"]
    page.screenshot(path=tmp_path / "frame.png")

    page.evaluate("document.getElementById('terpilih').textContent = ''")
    with page.expect_popup() as popup:
        page.locator("#pilih").click()
    popup.value.screenshot(path=tmp_path / "picker.png")
    popup.value.get_by_role("button", name="Pilih naskah").first.click()
    picked.filter(has_text=made["number"]).wait_for()
    picked.click()
    page.wait_for_url(made["links"]["page"])
    assert made["number"] in page.inner_text("main").replace("\u200b", "")
    context.close()
