"""A draft through hands in real Chromium: clerk, two superiors on phones and head, over one return to a number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from docgen.desk.access.accounts import create_user
from docgen.desk.drafts.planning import set_drafting
from tests.browser.axe import violations
from tests.support.callers.browser import PASSWORD, PHONE, Site, Visitor, archived, window

pytestmark = [pytest.mark.office, pytest.mark.browser]
PEOPLE = {
    "norhayati": ("operator", []),
    "rahma": ("pejabat", ["kepala-seksi"]),
    "fauzi": ("pejabat", ["kepala-bidang"]),
    "husain": ("pejabat", ["kepala-dinas"]),
}
MENDED = "Pemeliharaan access point kantor camat dan puskesmas"
WORDS = {
    "kegiatan": "Pemeliharaan access point kantor camat",
    "pelaksana[0].nama": "Siti Norhayati, S.Kom.",
    "tugas": "memeriksa access point;",
    "tempat": "Kantor Camat Simpang Empat",
}
NOTE = "Tambahkan nama pegawai kedua"


@pytest.fixture
def people(browser: Browser, site: Site, tmp_path: Path) -> Iterator[dict[str, Visitor]]:
    """A signed-in window for each, in an office that numbers a Surat Penugasan when it is signed."""
    set_drafting(site.desk, None, {"surat_penugasan": "signature"}, "siti")
    with ExitStack() as windows:
        entered = {}
        for name, (role, officials) in PEOPLE.items():
            create_user(site.desk, name, role, name.title(), PASSWORD, officials=officials)
            visitor = entered[name] = windows.enter_context(window(browser, site, tmp_path))
            if name in ("rahma", "fauzi"):
                visitor.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
            visitor.sign_in("/", name)
        yield entered
    assert [visitor.complaints for visitor in entered.values()] == [[]] * len(entered)


def fill(visitor: Visitor) -> None:
    """Write a Surat Penugasan that the Kepala Dinas signs."""
    page = visitor.page
    visitor.go("/buat/pemeliharaan/4/surat_penugasan")
    for name, text in {**WORDS, "tanggal_mulai": "2026-12-01", "tanggal_selesai": "2026-12-02"}.items():
        page.locator(f'[id="data.{name}"]').fill(text)
    page.get_by_role("combobox", name="Penanda tangan").fill("Husain")
    page.keyboard.press("Enter")


def initial(visitor: Visitor) -> None:
    """Open from Meja saya what waits, and initial it."""
    page = visitor.page
    visitor.go("/")
    page.get_by_role("region", name="Menunggu keputusan Anda").get_by_role("link").first.click()
    expect(page.get_by_role("button", name="Paraf", exact=True)).to_be_visible()
    page.wait_for_load_state()
    assert visitor.fits()
    page.get_by_role("button", name="Paraf", exact=True).click()
    expect(page.get_by_text("Paraf Anda tercatat.")).to_be_visible()


def test_a_surat_penugasan_goes_over_a_return_to_its_signature(people: dict[str, Visitor], site: Site) -> None:
    """Submitted on the office's way, sent back with a reason that the clerk's open page shows within five seconds,
    mended, initialled by both and signed: a letter with a number."""
    clerk, section, division, head = people.values()
    fill(clerk)
    clerk.wait_for_preview()
    clerk.shot("hands-form")
    clerk.page.get_by_role("button", name="Ajukan…").click()
    dialog = clerk.page.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox")).to_have_count(2)
    clerk.shot("hands-submit")
    assert violations(clerk.page) == []
    dialog.get_by_role("button", name="Ya, ajukan").click()
    expect(clerk.page.get_by_text("Menunggu paraf Siti Norhayati, S.Kom.")).to_be_visible()
    clerk.shot("hands-author")
    clerk.go("/")
    section.go("/")
    section.page.get_by_role("region", name="Menunggu keputusan Anda").get_by_role("link").first.click()
    section.shot("hands-phone", full=True)
    assert violations(section.page) == []
    section.page.get_by_label("Alasan").fill(NOTE)
    section.page.get_by_role("button", name="Kembalikan").click()
    back = clerk.page.get_by_role("region", name="Kembali kepada Anda")
    expect(back).to_contain_text(NOTE, timeout=5_000)
    back.get_by_role("link", name="Perbaiki").click()
    expect(clerk.page.locator(".notice-warning").filter(has_text=NOTE)).to_be_visible()
    clerk.page.locator('[id="data.kegiatan"]').fill(MENDED)
    clerk.page.get_by_role("button", name="Ajukan…").click()
    clerk.page.get_by_role("button", name="Ya, ajukan").click()
    initial(section)
    initial(division)
    head.go("/")
    head.page.get_by_role("region", name="Menunggu keputusan Anda").get_by_role("link").first.click()
    head.shot("hands-sign", full=True)
    head.page.get_by_role("button", name="Tanda tangani di kertas").click()
    expect(head.page.get_by_role("heading", level=1)).to_have_text(
        "Pemeliharaan access point kantor camat dan puskesmas"
    )
    (letter,) = archived(site)
    assert (letter.sequence, letter.signer, letter.created_by) == (1, "kepala-dinas", "norhayati")
