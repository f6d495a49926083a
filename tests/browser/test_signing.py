"""An official signs on a phone with one passphrase, and is told what to do where he cannot sign."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from tests.browser.conftest import served
from tests.browser.look import look
from tests.servers.bsre import BsreServer
from tests.support.callers.browser import PASSWORD, PHONE, Site, Visitor, archived, window
from tests.support.callers.pictures import keep
from tests.support.office.drafts import HEAD, at_signature
from tests.support.office.electronic import PASSPHRASE, bsre, with_head

__all__ = ["bsre"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.office]

LONG = 120_000  # ms: twelve letters are made, sent and filed
FIELD = "Kata sandi (passphrase) BSrE Anda"
# A click would wait for the answer; this tells at once whether the page says that it waits.
SEND_TWICE = """() => {
  const form = document.querySelector("form[data-signing]");
  form.requestSubmit();
  form.requestSubmit();
  return document.querySelector("[data-waits]").checkVisibility();
}"""
SIGN = "Tanda tangani naskah ini"


@pytest.fixture
def office(desk: Desk, bsre: BsreServer, tmp_path: Path) -> Iterator[Site]:
    """The demo office, connected with BSrE, in which the Kepala Dinas has an account."""
    desk = with_head(desk, bsre, tmp_path)
    create_user(desk, HEAD.name, "pejabat", bsre.people[0].name, PASSWORD, officials=HEAD.officials)
    with served(desk, "127.0.0.1") as site:
        yield site


@pytest.fixture
def head(browser: Browser, office: Site, tmp_path: Path) -> Iterator[Visitor]:
    """The Kepala Dinas with a phone."""
    with window(browser, office, tmp_path) as visitor:
        visitor.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        visitor.page.emulate_media(reduced_motion="reduce")  # colours are those of the moment
        yield visitor


def test_twelve_letters_are_signed_with_one_passphrase(head: Visitor, office: Site, bsre: BsreServer) -> None:
    """On 360 pixels he reads, ticks, types the passphrase once, and sees what became of each."""
    for _ in range(12):
        at_signature(office.desk)
    page = head.page
    head.sign_in("/putuskan", HEAD.name)
    look(head, "tanda-tangan-daftar")
    page.get_by_role("link", name="Baca dan tanda tangani").click()
    expect(page.get_by_text("12 naskah", exact=True)).to_be_visible()
    boxes = page.get_by_role("checkbox", name="Sudah saya baca")
    expect(boxes).to_have_count(12)
    page.wait_for_function("() => document.querySelector('.deciding-pages img')?.naturalWidth > 0")
    look(head, "tanda-tangan-baca")
    for number in range(12):
        boxes.nth(number).check()
    keep(page, "signing-1-read", PHONE["width"])
    look(head, "tanda-tangan-dicentang")
    page.get_by_role("button", name="Tanda tangani 12 naskah").click()
    expect(page.get_by_label(FIELD)).to_be_focused()
    keep(page, "signing-2-passphrase", PHONE["width"])
    look(head, "tanda-tangan-kata-sandi")
    page.get_by_label(FIELD).fill(PASSPHRASE)
    page.get_by_role("button", name="Tanda tangani 12 naskah").click()
    expect(page.get_by_role("heading", name="12 naskah ditandatangani")).to_be_visible(timeout=LONG)
    keep(page, "signing-3-result", PHONE["width"])
    look(head, "tanda-tangan-hasil")
    assert bsre.count(PASSPHRASE) == 1
    assert [document.revision for document in archived(office)] == [2] * 12
    assert head.complaints == []


def test_a_wrong_passphrase_is_said_beside_its_field(head: Visitor, office: Site, bsre: BsreServer) -> None:
    """The field is empty again and focused; nothing is numbered; the right one signs, by keyboard alone."""
    draft = at_signature(office.desk)
    page = head.page
    head.sign_in(f"/putuskan/konsep/{draft.id}", HEAD.name)
    page.get_by_role("link", name="Tanda tangani").click()
    field = page.get_by_label(FIELD)
    expect(field).to_be_focused()
    page.keyboard.type("bukan ini")
    page.keyboard.press("Enter")
    expect(page.locator("#salah-passphrase")).to_contain_text("Passphrase anda salah")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    look(head, "tanda-tangan-salah")
    assert archived(office) == []
    head.complaints.clear()  # the browser notes that the answer was 422
    page.keyboard.type(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.get_by_text("ditandatangani secara elektronik.")).to_be_visible()
    look(head, "tanda-tangan-selesai")
    assert (bsre.count("bukan ini"), bsre.count(PASSPHRASE)) == (1, 1)
    assert head.complaints == []


def test_a_letter_whose_answer_is_lost_waits(head: Visitor, office: Site, bsre: BsreServer) -> None:
    """BSrE signed and its answer was lost: the page says that it is waited for, and then the letter waits."""
    draft = at_signature(office.desk)
    assert office.desk.bsre is not None
    office.desk.bsre.sign_timeout = 3.0  # seconds
    bsre.next_moods.append("late-signed")
    page = head.page
    head.sign_in(f"/putuskan/konsep/{draft.id}", HEAD.name)
    page.get_by_role("link", name="Tanda tangani").click()
    page.get_by_label(FIELD).fill(PASSPHRASE)
    assert page.evaluate(SEND_TWICE)
    expect(page.get_by_text("Menunggu tanda tangan elektronik").first).to_be_visible()
    assert bsre.count(PASSPHRASE) == 1
    look(head, "tanda-tangan-tertunda")
    page.get_by_role("link", name="Coba lagi").click()
    page.get_by_label(FIELD).fill(PASSPHRASE)
    page.get_by_role("button", name=SIGN).click()
    expect(page.get_by_text("ditandatangani secara elektronik.")).to_be_visible()
    assert head.complaints == []


def test_an_expired_certificate_is_said_before_the_passphrase(head: Visitor, office: Site, bsre: BsreServer) -> None:
    """There is no field, but what to do; and once BSrE lets him sign, there is."""
    draft = at_signature(office.desk)
    bsre.people[0].status = "EXPIRED"
    page = head.page
    head.sign_in(f"/putuskan/konsep/{draft.id}", HEAD.name)
    page.get_by_role("link", name="Tanda tangani").click()
    expect(page.get_by_text("sudah habis masa berlakunya")).to_be_visible()
    expect(page.get_by_label(FIELD)).to_have_count(0)
    keep(page, "signing-4-expired", PHONE["width"])
    look(head, "tanda-tangan-kedaluwarsa")
    bsre.people[0].status = "ISSUE"
    page.get_by_role("link", name="Periksa lagi").click()
    expect(page.get_by_label(FIELD)).to_be_focused()
    assert head.complaints == []


def test_without_scripts_letters_are_signed(browser: Browser, office: Site, bsre: BsreServer) -> None:
    """Ticks, one button, one passphrase: nothing of it needs JavaScript."""
    for _ in range(2):
        at_signature(office.desk)
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="id-ID")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{office.url}/masuk?next=/tanda-tangan")
    _sign_in(page)
    for number in range(2):
        page.get_by_role("checkbox", name="Sudah saya baca").nth(number).check()
    page.get_by_role("button", name="Tanda tangani yang dicentang").click()
    page.get_by_label(FIELD).fill(PASSPHRASE)
    page.get_by_role("button", name="Tanda tangani 2 naskah").click()
    page.wait_for_url("**/tanda-tangan/pekerjaan/*")
    finished = page.get_by_role("heading", name="2 naskah ditandatangani")
    while not finished.count():
        page.reload()
    assert bsre.count(PASSPHRASE) == 1
    context.close()


def _sign_in(page: Page) -> None:
    page.get_by_label("Nama pengguna").fill(HEAD.name)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
