"""The clerk's and the filing officer's journeys, on a desktop and a phone; DOCGEN_JOURNEYS keeps their pictures."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import expect

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.decisions.void import void
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.registers.manual_numbers import insert_number, reserve_block
from docgen.desk.service.indexing import index_some
from storage.catalogue import dossiers
from storage.records import Document
from tests.support.callers.browser import DESKTOP, PASSWORD, PHONE, Visitor, archived
from tests.support.callers.pictures import keep

pytestmark = [pytest.mark.browser, pytest.mark.office]

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1366", "360"])
ROUTER, LAPTOP = "6310180000066", "6310240000236"


@SIZES
def test_the_clerk_writes_a_letter(visitor: Visitor, size: dict[str, int]) -> None:
    """From the home page through the form, typed in while the page shows the letter, to its number and its PDF."""
    page, desk = visitor.page, visitor.site.desk
    page.set_viewport_size(size)  # type: ignore[arg-type]
    letters(desk)
    create_user(desk, "rina", "operator", "Rina Wahyuni", PASSWORD)
    visitor.sign_in("/", "rina")
    page.get_by_role("button", name="Tutup pengenalan").click()
    keep(page, "clerk-1-home", 1366)
    page.get_by_role("link", name="Buat naskah Pilih langkah").click()
    page.get_by_role("link", name="Perbaikan dan Pemeliharaan").click()
    page.locator("#langkah-2").get_by_role("link", name="Nota Dinas").click()
    page.get_by_role("combobox", name="Cari aset").fill("access point aula")
    page.get_by_role("option", name="Access Point Aula").click()
    page.get_by_label("Hal", exact=True).fill("Perbaikan access point aula lantai 3")
    page.get_by_label("Isi", exact=True).fill(
        "Access point di aula lantai 3 tidak memancarkan sinyal sejak Senin sehingga rapat daring terganggu."
    )
    visitor.wait_for_preview()
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    assert visitor.fits()
    keep(page, "clerk-2-form", 1366, 360)
    page.get_by_role("button", name="Terbitkan…").click()
    expect(page.get_by_role("dialog")).to_contain_text("Nomor yang akan diberikan")
    visitor.wait_for_preview()
    page.get_by_role("button", name="Ya, terbitkan").click()
    page.wait_for_url("**/d/*")
    expect(page.locator(".notice-success")).to_contain_text("Naskah terbit dengan nomor")
    assert visitor.fits()
    keep(page, "clerk-3-issued", 1366, 360)
    assert archived(visitor.site)[0].title == "Perbaikan access point aula lantai 3"


@SIZES
def test_the_filing_officer_finds_closes_and_boxes(visitor: Visitor, size: dict[str, int]) -> None:
    """A word of a letter's body finds it; its dossier is closed and bundled; retention and register tell the rest."""
    page, desk = visitor.page, visitor.site.desk
    page.set_viewport_size(size)  # type: ignore[arg-type]
    made = letters(desk)
    create_user(desk, "arman", "admin", "Arman Maulana", PASSWORD)
    visitor.sign_in("/", "arman")
    page.get_by_role("combobox", name="Cari naskah").fill("kipas berdebu")
    page.get_by_role("button", name="Cari naskah").click()
    expect(page.locator(".doc-row")).to_have_count(1)
    assert visitor.fits()
    keep(page, "filing-1-search", 1366)
    page.get_by_role("link", name=made["nota"].title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(made["nota"].title)
    assert visitor.fits()
    page.locator(f"dd a[href='/berkas/{made['nota'].dossier}']").click()
    page.get_by_label("Alasan menutup").fill("Perangkat diganti baru; perbaikan dibatalkan.")
    page.get_by_role("button", name="Tutup berkas").click()
    expect(page.locator(".notice-success")).to_contain_text("ditutup")
    expect(page.get_by_role("status").filter(has_text="dengan alasan")).to_be_visible()
    assert visitor.fits()
    keep(page, "filing-2-closed", 1366)
    page.get_by_role("button", name="Bundel berkas").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bundel siap")
    assert visitor.fits()
    keep(page, "filing-3-bundle", 360)
    visitor.go("/retensi")
    expect(page.locator("#usul_musnah")).to_contain_text("Pemeliharaan")
    assert visitor.fits()
    keep(page, "filing-4-retention", 1366)
    visitor.go("/agenda")
    expect(page.locator("tbody tr")).to_have_count(len(made) + 3)
    for word in ("Batal", "Disisipkan", "Cadangan"):
        expect(page.locator("tbody")).to_contain_text(word)
    assert visitor.fits()
    keep(page, "filing-5-register", 1366, 360)


def letters(desk: Desk) -> dict[str, Document]:
    """An office that has worked: letters of two procedures, one void; numbers by hand; an old dossier that is due."""
    made = {
        "nota": _issue(
            desk,
            "nota_dinas",
            "pemeliharaan",
            2,
            [ROUTER],
            hal="Perbaikan router Puskesmas Batulicin",
            isi=["Kipas pendingin router berdebu tebal sehingga perangkat mati sendiri sejak 23 November 2026."],
        ),
        "salah": _issue(desk, "nota_dinas", "pemeliharaan", 2, ["6310210000141"], hal="Pembaruan firmware router"),
        "lama": _issue(desk, "nota_dinas", "pemeliharaan", 2, ["6310170000031"], hal="Perbaikan switch akses"),
        "serah": _issue(desk, "berita_acara_serah_terima", "penggunaan", 1, [LAPTOP]),
    }
    void(desk, made["salah"].id, "Salah memilih aset.", "rina")
    long_ago = desk.now() - dt.timedelta(days=8 * 366)
    with desk.catalogue.write() as tx:
        dossiers.close_dossier(tx, made["lama"].dossier, long_ago, "arman", "Selesai.")
    today = desk.today()
    reserve_block(desk, 2, "listrik padam", "arman")
    insert_number(
        desk,
        title="Undangan rapat koordinasi aset TIK",
        date=today,
        classification="000.1.5",
        reason="Surat ditulis tangan saat jaringan terputus.",
        by="arman",
    )
    while index_some(desk):
        pass
    return made


def _issue(desk: Desk, kind: str, procedure: str, step: int, assets: list[str], **data: Any) -> Document:
    asked = DocumentRequest(
        kind=kind, procedure=procedure, step=step, assets=assets, data=desk.kinds[kind].example | data
    )
    return issue(desk, asked, "rina")
