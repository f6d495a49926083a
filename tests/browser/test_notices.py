"""A person chooses how to be told, a browser shows it, and a link leads after signing in to that very decision."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from docgen.desk.access.accounts import create_user
from docgen.desk.notices.outbox import tell
from docgen.desk.notices.preferences import choose
from docgen.web_push import PushKeys
from storage.catalogue import notices
from tests.browser.axe import violations
from tests.support.callers.browser import CLERK, DESKTOP, PASSWORD, PHONE, Site, Visitor, window
from tests.support.office.decisions import relocation_plan

pytestmark = [pytest.mark.browser, pytest.mark.office]

BROWSER_KEY = PushKeys.of("kunci peramban").public
# No push service of the world outside is reached from here: the browser is given an address as one would give it.
PUSH_SERVICE = f"""
PushManager.prototype.subscribe = async function (options) {{
  window.asked = options;
  return {{
    endpoint: "https://push.example/kirim/1",
    toJSON: () => ({{
      endpoint: "https://push.example/kirim/1", keys: {{ p256dh: "{BROWSER_KEY}", auth: "AAAAAAAAAAAAAAAAAAAAAA" }}
    }}),
  }};
}};
"""


def test_a_person_chooses_how_to_be_told(visitor: Visitor) -> None:
    """Address and time are kept, a wrong address is told beside its box; at both widths the page is sound."""
    page = visitor.page
    visitor.sign_in("/")
    page.get_by_label("Akun Siti Aminah").click()
    page.get_by_role("link", name="Pemberitahuan").click()
    page.get_by_label("Alamat surel").fill("siti@")
    page.get_by_role("button", name="Simpan").click()
    expect(page.locator("#salah-email")).to_contain_text("Tulis alamat surel lengkap")
    visitor.complaints.clear()  # the browser notes that the answer was 422
    page.get_by_label("Alamat surel").fill("siti@dinas.example")
    page.get_by_label("Satu ringkasan").check()
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Pilihan Anda disimpan.")).to_be_visible()
    expect(page.get_by_label("Satu ringkasan")).to_be_checked()
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        visitor.go("/pemberitahuan")
        assert violations(page) == []
        assert visitor.fits()
        visitor.shot("pemberitahuan", full=True)


@pytest.fixture
def told(browser: Browser, site: Site, tmp_path: Path) -> Iterator[Visitor]:
    """A window with a service worker; afterwards, nothing was complained of."""
    with window(browser, site, tmp_path, workers=True) as visitor:
        yield visitor
    assert visitor.complaints == []


def test_a_browser_subscribes_and_stops(told: Visitor) -> None:
    """One press and the browser's permission; the page names the browser and ends it as easily."""
    visitor = told
    page, desk = visitor.page, visitor.site.desk
    page.context.grant_permissions(["notifications"], origin=visitor.site.url)
    page.add_init_script(PUSH_SERVICE)
    visitor.sign_in("/")
    visitor.go("/pemberitahuan")
    page.get_by_role("button", name="Tampilkan di peramban ini").click()
    expect(page.get_by_text("Peramban ini sekarang menampilkan pemberitahuan.")).to_be_visible()
    with desk.catalogue.write() as tx:
        [subscription] = notices.list_subscriptions(tx, CLERK)
        tell(desk, tx, CLERK, "returned", "x", key="x", path="/d/x", kind="nota_dinas")
    assert (subscription.endpoint, subscription.p256dh) == ("https://push.example/kirim/1", BROWSER_KEY)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        visitor.go("/pemberitahuan")
        expect(page.get_by_text("Perlu diperbaiki: Nota Dinas")).to_be_visible()
        assert violations(page) == []
        assert visitor.fits()
        visitor.shot("pemberitahuan-peramban", full=True)
    page.get_by_role("button", name="Hentikan").click()
    expect(page.get_by_text("Peramban itu tidak lagi menampilkan")).to_be_visible()
    with desk.catalogue.read() as tx:
        assert notices.list_subscriptions(tx, CLERK) == []


def test_the_service_worker_shows_what_it_is_sent(told: Visitor) -> None:
    """A message that reaches Chromium's service worker is shown with title and text; sent twice it is shown once."""
    visitor, page = told, told.page
    page.context.grant_permissions(["notifications"], origin=visitor.site.url)
    visitor.sign_in("/")
    page.evaluate("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)")
    session = page.context.new_cdp_session(page)
    registrations: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    for _ in range(100):
        if registrations:
            break
        page.wait_for_timeout(50)
    message = {"title": "Ditolak: Nota Dinas", "body": "Berkas: Router", "url": f"{visitor.site.url}/d/x", "tag": "01j"}
    for _ in range(2):
        session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": visitor.site.url, "registrationId": registrations[-1], "data": json.dumps(message)},
        )
    shown: list[list[str]] = []
    for _ in range(200):
        shown = page.evaluate(
            "async () => (await (await navigator.serviceWorker.ready).getNotifications())"
            ".map((one) => [one.title, one.body, one.data.url])"
        )
        if shown:
            break
        page.wait_for_timeout(50)
    assert shown == [["Ditolak: Nota Dinas", "Berkas: Router", f"{visitor.site.url}/d/x"]]


def test_signing_out_ends_what_the_browser_shows(told: Visitor) -> None:
    """The next person at this computer sees no notice of the one before: the browser has no service worker any more."""
    visitor, page = told, told.page
    visitor.sign_in("/")
    page.evaluate("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)")
    page.get_by_label("Akun Siti Aminah").click()
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_text("Anda sudah keluar.")).to_be_visible()
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((found) => found.length)") == 0


def test_a_link_leads_after_signing_in_to_that_very_decision(visitor: Visitor) -> None:
    """Opened from a mail by who is signed out, it asks to sign in and then shows the place where he decides."""
    page, desk = visitor.page, visitor.site.desk
    create_user(desk, "kabid", "pejabat", "Ahmad Fauzi", PASSWORD, officials=["kepala-bidang"])
    choose(desk, "kabid", "kabid@dinas.example", "now", "admin")
    document = relocation_plan(desk)
    visitor.go(f"/putuskan/naskah/{document.id}")
    page.get_by_label("Nama pengguna").fill("kabid")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url(f"**/putuskan/naskah/{document.id}")
    expect(page.get_by_role("button", name="Setujui", exact=True)).to_be_in_viewport()
