"""A letter that SRIKANDI numbers, in a real browser: handed over, and filed by itself when it comes back signed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import expect

from docgen.desk import Desk
from docgen.signer import load_seal
from tests.browser.conftest import served
from tests.support.callers.browser import DESKTOP, PHONE, Site, Visitor, archived
from tests.support.files.certificates import PASSWORD, Authority
from tests.support.files.srikandi import signed_by_srikandi
from tests.support.office.sealing import with_seal

pytestmark = [pytest.mark.office, pytest.mark.browser]

AUTHORITY = Authority("Balai Besar Sertifikasi Elektronik")
NUMBER = "000.2.3.2/117/SETDA/2026"


@pytest.fixture
def site(desk: Desk, tmp_path: Path) -> Iterator[Site]:
    """The demo office, which trusts who signs for SRIKANDI."""
    with served(with_seal(desk, AUTHORITY, tmp_path), "127.0.0.1") as site:
        yield site


def test_a_letter_numbered_by_srikandi_comes_back_signed_and_is_filed_by_itself(
    visitor: Visitor, tmp_path: Path
) -> None:
    """It takes no number of the office, waits on its author's desk, and is numbered when the stack is sorted."""
    page, desk = visitor.page, visitor.site.desk
    visitor.sign_in("/buat/pemeliharaan/2/nota_dinas")
    page.get_by_label("Cari aset").fill("router puskesmas")
    page.locator("#aset-ditemukan").get_by_role("option", name="Router Puskesmas Batulicin").click()
    page.get_by_label("Hal", exact=True).fill("Perbaikan router Puskesmas Batulicin")
    page.get_by_label("Isi", exact=True).fill("Router sering mati sejak Senin.\n\nMohon izin memperbaikinya.")
    page.get_by_label("Nomor dari").select_option("SRIKANDI")
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan")
    visitor.shot("formulir-srikandi", full=True)
    page.get_by_role("button", name="Terbitkan…").click()
    expect(page.get_by_role("dialog")).to_contain_text("(menunggu nomor SRIKANDI)")
    page.get_by_role("dialog").get_by_role("button", name="Ya, terbitkan").click()
    page.wait_for_url("**/d/*")
    (document,) = archived(visitor.site)
    assert (document.status, document.sequence) == ("awaiting_number", 0)
    expect(page.locator("#nomor")).to_contain_text("Menunggu nomor SRIKANDI")
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert visitor.fits()
        visitor.shot("menunggu-nomor", full=True)
    with page.expect_download() as download:
        page.get_by_role("link", name="Word untuk SRIKANDI", exact=True).click()
    docx = Path(download.value.path()).read_bytes()
    visitor.go("/")
    expect(page.locator("#meja")).to_contain_text("Menunggu nomor dari SRIKANDI.")
    visitor.shot("meja-menunggu-nomor")

    with ThreadPoolExecutor(1) as other:  # Playwright's thread runs no other event loop, which signing needs
        seal = load_seal(AUTHORITY.pkcs12(AUTHORITY.office), PASSWORD)
        sign = other.submit(signed_by_srikandi, desk.converter, docx, NUMBER, "2 November 2026", seal)
        (tmp_path / "dari-srikandi.pdf").write_bytes(sign.result())
    visitor.go("/pindaian")
    page.get_by_label("Hasil pindai").set_input_files(tmp_path / "dari-srikandi.pdf")
    page.get_by_role("button", name="Unggah dan pilah").click()
    expect(page.get_by_role("heading", name="Semua sudah dilampirkan")).to_be_visible()
    expect(page.locator("main")).to_contain_text(f"nomor {NUMBER} tanggal 2 November 2026")
    visitor.shot("pindaian-bertanda-tangan", full=True)
    page.get_by_role("link", name="dari-srikandi.pdf").click()
    expect(page.locator("#nomor")).to_contain_text("dibaca dari PDF bertanda tangan yang kembali")
    (document,) = archived(visitor.site)
    assert (document.status, document.number, document.date.isoformat()) == ("issued", NUMBER, "2026-11-02")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert visitor.fits()
    visitor.shot("bernomor-srikandi", full=True)
