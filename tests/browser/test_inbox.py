"""Meja saya in real Chromium: what comes back is seen on the open page, and leads to the form that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from docgen.desk.access.accounts import create_user
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from storage.catalogue.documents import get_document
from tests.browser.axe import violations
from tests.support.callers.browser import DESKTOP, PASSWORD, PHONE, Site, Visitor, window
from tests.support.office.decisions import ASSET, decide

pytestmark = [pytest.mark.office, pytest.mark.browser]
NOTE = "Biaya belum ada"


@pytest.fixture
def clerk(browser: Browser, site: Site, tmp_path: Path) -> Iterator[Visitor]:
    """A clerk's window on the home page, who has put the tour away."""
    create_user(site.desk, "norhayati", "operator", "Norhayati", PASSWORD)
    with window(browser, site, tmp_path) as visitor:
        visitor.sign_in("/", "norhayati")
        visitor.page.get_by_role("button", name="Tutup pengenalan").click()
        yield visitor
    assert visitor.complaints == []


def note_of(site: Site, by: str, subject: str) -> str:
    """Issue a Nota Dinas with this subject and return its id."""
    data = {**site.desk.kinds["nota_dinas"].example, "hal": subject}
    request = DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, assets=[ASSET], data=data)
    return issue(site.desk, request, by).id


def test_a_returned_letter_comes_to_the_open_page_and_one_press_mends_it(clerk: Visitor, site: Site) -> None:
    """Nothing waits, and the page says so; returned meanwhile, it appears with the reason, is counted, and leads on."""
    page = clerk.page
    expect(page.get_by_role("status").filter(has_text="Tidak ada yang menunggu Anda")).to_be_visible()
    id = note_of(site, "norhayati", "Perbaikan router kantor camat")
    with site.desk.catalogue.read() as tx:
        document = get_document(tx, id)
    decide(site.desk, document, "kepala-bidang", "perbaiki", NOTE)
    back = page.get_by_role("region", name="Kembali kepada Anda")
    expect(back).to_contain_text(NOTE, timeout=20_000)
    expect(page.get_by_role("link", name="Beranda 1 menunggu Anda")).to_be_visible()
    clerk.shot("inbox")
    assert violations(page) == []
    back.get_by_role("link", name="Perbaiki").click()
    expect(page.get_by_label("Hal", exact=True)).to_have_value("Perbaikan router kantor camat")


def test_a_head_on_a_phone_has_what_waits_first_and_the_menu_of_a_reader(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    """No form is offered to who may not issue; the letter is one press away; "/" leads to the search."""
    create_user(site.desk, "fauzi", "pejabat", "Fauzi Rahman", PASSWORD, officials=["kepala-bidang"])
    for subject in ("Perbaikan router", "Penggantian baterai UPS"):
        note_of(site, "siti", subject)
    with window(browser, site, tmp_path) as head:
        page = head.page
        page.set_viewport_size(PHONE)
        head.sign_in("/", "fauzi")
        page.get_by_role("button", name="Tutup pengenalan").click()
        waiting = page.get_by_role("region", name="Menunggu keputusan Anda")
        expect(waiting.get_by_role("link", name="Putuskan")).to_have_count(2)
        assert page.get_by_role("link", name="Buat naskah").count() == 0
        assert violations(page) == []
        head.shot("inbox-phone")
        page.set_viewport_size(DESKTOP)
        page.keyboard.press("/")
        expect(page.get_by_role("combobox", name="Cari naskah")).to_be_focused()
        page.keyboard.type("UPS")
        page.keyboard.press("Enter")
        page.wait_for_url("**/arsip?q=UPS")
        head.go("/")
        waiting.get_by_role("link", name="Putuskan").first.click()
        page.wait_for_url("**/putuskan/naskah/*")
        expect(page.get_by_role("button", name="Setujui", exact=True)).to_be_in_viewport()
    assert head.complaints == []
