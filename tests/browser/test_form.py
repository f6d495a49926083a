"""The form in a browser: assets and officials are chosen by the keyboard, and the check stands before the number."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from storage.catalogue import documents
from tests.browser.axe import violations
from tests.support.callers.browser import PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.office]

NOTE, ORDER = "/buat/pemeliharaan/2/nota_dinas", "/buat/pemeliharaan/4/surat_penugasan"


def test_enter_takes_the_first_asset_that_is_found(visitor: Visitor) -> None:
    """Words and Enter choose the asset without an arrow, even before its list has come, and leave the box empty; words
    that name none stay, and the check points at the box."""
    page = visitor.page
    visitor.sign_in(NOTE)
    box = page.get_by_role("combobox", name="Cari aset")
    expect(box).to_be_focused()
    box.press_sequentially("router puskesmas")
    box.press("Enter")
    expect(page.locator("#aset-terpilih")).to_contain_text("Router Puskesmas Batulicin")
    expect(box).to_have_value("")
    page.get_by_label("Hal", exact=True).fill("Perbaikan router")
    page.get_by_label("Isi", exact=True).fill("Router mati.")
    box.fill("rack")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#ringkasan-kesalahan")).to_contain_text("“rack” belum memilih aset.")
    box.press("Enter")
    expect(page.locator("#aset-terpilih li")).to_have_count(2)
    expect(page.locator("#ringkasan-kesalahan")).to_be_hidden()
    visitor.complaints.clear()  # the answer 422


def test_an_official_chosen_by_name_fills_the_row(visitor: Visitor) -> None:
    """Some letters of a name and Enter fill NIP, rank and post; other names are typed as ever, and Enter goes down. On
    the desktop each person is a row whose cells show all of it, on a phone a card."""
    page = visitor.page
    visitor.sign_in(ORDER)
    visitor.wait_for_preview()
    table = page.locator('table[data-rows="data.pelaksana"]')
    row = table.locator("tbody tr").nth(table.locator("tbody tr").count() - 1)
    name, nip, rank, post = (row.locator(f'[name$=".{column}"]') for column in ("nama", "nip", "pangkat", "jabatan"))
    name.press_sequentially("norhayati")
    expect(page.get_by_role("option", name="Siti Norhayati, S.Kom.")).to_be_visible()
    assert violations(page) == []
    visitor.shot("pejabat-dalam-tabel")
    name.press("Enter")
    expect(name).to_have_value("Siti Norhayati, S.Kom.")
    expect(nip).to_have_value("19890705 201402 2 905")
    expect(rank).to_have_value("Penata Tingkat I (III/d)")
    expect(post).to_have_value("Kepala Seksi Jaringan dan Pusat Data")
    assert nip.evaluate("cell => cell.scrollWidth <= cell.clientWidth && cell.scrollHeight <= cell.clientHeight")
    name.press("Enter")
    below = table.locator("tbody tr").last.locator('[name$=".nama"]')
    expect(below).to_be_focused()
    below.press_sequentially("Budi dari dinas lain")
    below.press("Tab")
    expect(below).to_have_value("Budi dari dinas lain")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert visitor.fits()
    visitor.shot("pejabat-dalam-tabel")


def test_the_check_notes_what_is_odd_and_leads_to_it(visitor: Visitor) -> None:
    """The dialog lists facts and notes, a note leads to its field, and after issuing Back leads to the letter: nothing
    asks to send the form again."""
    page = visitor.page
    visitor.sign_in(NOTE)
    visitor.wait_for_preview()
    page.get_by_label("Hal", exact=True).fill("Pemeliharaan AC")
    page.get_by_label("Isi", exact=True).fill("AC bocor.")
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Membuka berkas baru.")
    visitor.shot("periksa-dulu")
    assert violations(page) == []
    dialog.get_by_role("link", name="Tanpa aset").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("combobox", name="Cari aset")).to_be_focused()
    page.keyboard.press("Control+Enter")
    dialog.get_by_role("button", name="Ya, terbitkan").click()
    page.wait_for_url("**/d/*")
    letter = page.url
    page.go_back()
    page.wait_for_load_state()
    assert page.url == letter
    with visitor.site.desk.catalogue.read() as tx:
        assert documents.get_document(tx, letter.rpartition("/")[2]).title == "Pemeliharaan AC"


def test_a_letter_to_copy_is_searched_among_all(visitor: Visitor) -> None:
    """The box beside *Isi seperti* finds an older letter by its words, and the form takes its text."""
    page = visitor.page
    visitor.sign_in(NOTE)
    for subject, text in (("Kipas pusat data", "Kipas berdebu."), ("Kabel kantor camat", "Kabel putus.")):
        visitor.go(NOTE)
        page.get_by_label("Hal", exact=True).fill(subject)
        page.get_by_label("Isi", exact=True).fill(text)
        page.get_by_role("button", name="Terbitkan…").click()
        page.get_by_role("button", name="Ya, terbitkan").click()
        page.wait_for_url("**/d/*")
    visitor.go(NOTE)
    box = page.get_by_role("combobox", name="Naskah yang ditiru")
    expect(box).to_have_value(re.compile(r"Kabel kantor camat, \d+ \w+ \d{4}"))
    box.fill("")
    page.get_by_role("option", name="Kipas pusat data").click()
    page.get_by_role("button", name="Isi seperti").click()
    expect(page.get_by_label("Isi", exact=True)).to_have_value("Kipas berdebu.")
    expect(page.get_by_label("Hal", exact=True)).to_have_value("Kipas pusat data")
