"""A head decides on a phone: reads, is asked for a reason, sends back, goes on to the next, and takes it back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from docgen.desk.access.accounts import create_user
from docgen.desk.decisions import held
from docgen.desk.inbox.inbox import list_to_decide
from tests.browser.look import look
from tests.support.callers.browser import PASSWORD, PHONE, Site, window
from tests.support.callers.roles import caller
from tests.support.office.decisions import relocation_plan
from tests.support.office.drafts import DIVISION, SECTION, say_on, submitted

pytestmark = [pytest.mark.browser, pytest.mark.office]

SWIPE = """(across) => {
  const target = document.querySelector(".deciding-pages img");
  const finger = (clientX) => new Touch({ identifier: 1, target, clientX, clientY: 300 });
  target.dispatchEvent(new TouchEvent("touchstart", { bubbles: true, touches: [finger(180)] }));
  target.dispatchEvent(new TouchEvent("touchend", { bubbles: true, changedTouches: [finger(180 + across)] }));
}"""


def test_a_head_reads_and_decides_on_a_phone(
    browser: Browser, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 360 pixels all is a tap away: a reason by a chip, the next letter at once, the way back for ten seconds."""
    monkeypatch.setattr(held, "UNDO", dt.timedelta(minutes=10))  # however slow this machine is
    desk = site.desk
    create_user(desk, DIVISION.name, "pejabat", "Ahmad Fauzi", PASSWORD, officials=DIVISION.officials)
    first, second = relocation_plan(desk), relocation_plan(desk)
    draft = submitted(desk)
    say_on(desk, draft, SECTION, "kepala-seksi")
    with window(browser, site, tmp_path) as head:
        page = head.page
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.emulate_media(reduced_motion="reduce")  # colours are those of the moment
        head.sign_in(f"/putuskan/naskah/{first.id}", DIVISION.name)
        expect(page.get_by_text("1 dari 3")).to_be_visible()
        expect(page.get_by_role("button", name="Setujui", exact=True)).to_be_in_viewport()
        expect(page.get_by_alt_text("Halaman 1 dari")).to_be_visible()
        page.wait_for_function("document.querySelector('.deciding-pages img')?.naturalWidth > 0")
        look(head, "putuskan-naskah")
        page.evaluate(SWIPE, -120)
        page.wait_for_url(f"**/{second.id}")
        page.keyboard.press("ArrowLeft")
        page.wait_for_url(f"**/{first.id}")
        page.locator("summary", has_text="Kembalikan").click()
        page.get_by_role("button", name="Kembalikan kepada pembuatnya").click()
        expect(page.locator("#salah-note-perbaiki")).to_contain_text("Tulis alasannya")
        head.complaints.clear()  # the browser notes that the answer was 422
        page.get_by_text("Lampiran kurang").click()
        page.get_by_text("Perbaiki redaksi").click()
        reason = page.get_by_label("Alasan", exact=True).and_(page.locator("#note-perbaiki"))
        expect(reason).to_have_value("Lampiran kurang; Perbaiki redaksi")
        reason.press("End")
        reason.press_sequentially(" butir 2")
        look(head, "putuskan-alasan")
        page.get_by_role("button", name="Kembalikan kepada pembuatnya").click()
        page.wait_for_url(f"**/{second.id}*")
        toast = page.get_by_role("status").filter(has_text="Perlu diperbaiki:")
        expect(toast).to_be_visible()
        look(head, "putuskan-berikutnya")
        toast.get_by_role("button", name="Urungkan").click()
        page.wait_for_url(f"**/{first.id}")
        expect(page.get_by_text("Keputusan diurungkan.")).to_be_visible()
        head.go(f"/putuskan/konsep/{draft.id}")
        page.wait_for_function("document.querySelector('.deciding-pages img')?.naturalWidth > 0")
        look(head, "putuskan-konsep")
        head.go("/putuskan")
        page.get_by_label("Pilih semua").check()
        look(head, "putuskan-daftar")
        page.get_by_role("button", name="Setujui yang dipilih (2)").click()
        look(head, "putuskan-beberapa")
        page.get_by_role("button", name="Setujui (2)").click()
        expect(page.get_by_text("2 keputusan tercatat")).to_be_visible()
        expect(page.get_by_role("link", name="Baca satu per satu")).to_be_visible()
        assert head.complaints == []
    left = list_to_decide(desk, caller(DIVISION.name, *DIVISION.officials))
    assert [item.draft.id for item in left if item.draft] == [draft.id]
    assert len(left) == 1


def test_without_scripts_reasons_are_ticked(browser: Browser, site: Site) -> None:
    """The sheet opens, what is ticked is the reason, and the next letter follows."""
    desk = site.desk
    create_user(desk, DIVISION.name, "pejabat", "Ahmad Fauzi", PASSWORD, officials=DIVISION.officials)
    first, second = relocation_plan(desk), relocation_plan(desk)
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="id-ID")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.url}/masuk?next=/putuskan/naskah/{first.id}")
    _sign_in(page)
    page.locator("summary", has_text="Tolak").click()
    page.get_by_text("Belum mendesak").click()
    page.get_by_role("button", name="Tolak naskah ini").click()
    page.wait_for_url(f"**/{second.id}*")
    expect(page.get_by_text("Ditolak:")).to_be_visible()
    context.close()


def _sign_in(page: Page) -> None:
    page.get_by_label("Nama pengguna").fill(DIVISION.name)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
