"""A letter outside the SOP in a browser: from Buat naskah to its page, its classification looked for on the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.callers.browser import PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.office]


def test_a_clerk_invites_to_a_meeting(visitor: Visitor) -> None:
    """The card leads to the kinds, the form to the check with classification and dossier, and the letter is found."""
    page = visitor.page
    visitor.sign_in("/buat")
    visitor.shot("buat-naskah")
    page.get_by_role("link", name="Surat lain").click()
    visitor.shot("surat-lain")
    page.get_by_role("link", name="Surat Undangan").click()
    code = page.get_by_label("Kode klasifikasi arsip")
    expect(code).to_have_value("000.1.5")
    expect(page.locator("#daftar-klasifikasi option[value='800.1.11.1']")).to_have_count(1)
    page.locator("[name='data.diundang[0].nama']").fill("Camat Simpang Empat")
    page.get_by_label("Tanggal acara").fill("2026-12-07")
    page.get_by_label("Waktu", exact=True).fill("pukul 09.00 WITA sampai dengan selesai")
    page.get_by_label("Tempat", exact=True).fill("Ruang Rapat Dinas, Batulicin")
    page.get_by_label("Acara", exact=True).fill("Rapat koordinasi pusat data")
    expect(page.locator("#gambar")).to_be_visible(timeout=30_000)
    visitor.shot("undangan")
    page.locator(".act-bar").get_by_role("button", name="Terbitkan").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("000.1.5 Rapat: undangan, notula, risalah")
    expect(dialog).to_contain_text("Membuka berkas baru.")
    visitor.shot("periksa")
    dialog.get_by_role("button", name="Ya, terbitkan").click()
    page.wait_for_url("**/d/*")
    expect(page.locator("main")).to_contain_text("Klasifikasi 000.1.5")
    visitor.shot("terbit")
    page.get_by_role("link", name="000.1.5 Rapat: undangan").click()
    expect(page.get_by_role("heading", name="Naskah dalam berkas ini")).to_be_visible()
    visitor.shot("berkas")


@pytest.mark.parametrize("address", ["/buat/umum", "/buat/umum/0/surat_tugas", "/buat/umum/0/surat_dinas"])
def test_its_pages_fit_a_phone(visitor: Visitor, address: str) -> None:
    """Nothing of them is wider than the screen."""
    page = visitor.page
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visitor.sign_in(address)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    visitor.shot(address.rpartition("/")[2], full=True)


def test_a_draft_keeps_the_code_that_was_typed(visitor: Visitor) -> None:
    """What is saved while typing has it, so that the form opens with it again."""
    page = visitor.page
    visitor.sign_in("/buat/umum/0/nota_dinas")
    page.get_by_label("Kode klasifikasi arsip").fill("000.1.2.3")
    page.get_by_label("Hal", exact=True).fill("Perjalanan dinas bulan Desember")
    expect(page.locator("#keadaan-draf")).to_contain_text("tersimpan", timeout=30_000)
    visitor.go("/buat/draf")
    page.get_by_role("link", name="Perjalanan dinas bulan Desember").first.click()
    expect(page.get_by_label("Kode klasifikasi arsip")).to_have_value("000.1.2.3")
