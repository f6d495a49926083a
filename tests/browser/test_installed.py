"""docgen as an app: a phone may install it, it says when there is no connection, and keeps nothing of a letter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.callers.browser import PHONE, Site, window
from tests.support.office.decisions import relocation_plan

pytestmark = [pytest.mark.browser, pytest.mark.office]

KEPT = """caches.keys().then((names) => Promise.all(names.map(async (name) => (await (await caches.open(name)).keys())
  .map((request) => new URL(request.url).pathname)))).then((lists) => lists.flat())"""


def test_a_phone_installs_it_and_is_told_when_the_line_is_gone(browser: Browser, site: Site, tmp_path: Path) -> None:
    """Chromium may install it; offline a page says so, and what was asked for comes by itself with the line.

    What the worker keeps are the service's own files; signing out leaves none.
    """
    document = relocation_plan(site.desk)
    with window(browser, site, tmp_path, workers=True) as visitor:
        page = visitor.page
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        visitor.sign_in("/")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        session = page.context.new_cdp_session(page)
        manifest = json.loads(session.send("Page.getAppManifest")["data"])
        assert (manifest["display"], manifest["start_url"]) == ("standalone", "/")
        errors = [error["errorId"] for error in session.send("Page.getInstallabilityErrors")["installabilityErrors"]]
        assert [error for error in errors if error != "in-incognito"] == []
        visitor.go(f"/d/{document.id}")
        page.context.set_offline(True)
        visitor.go("/putuskan")
        expect(page.get_by_role("heading", name="Tidak ada sambungan")).to_be_visible()
        visitor.shot("luring")
        page.context.set_offline(False)
        expect(page.get_by_role("heading", name="Menunggu keputusan Anda")).to_be_visible()
        kept = page.evaluate(KEPT)
        assert "/luring" in kept
        assert [path for path in kept if not path.startswith(("/luring", "/static/", "/bootstrap/static/"))] == []
        page.get_by_label("Akun Siti Aminah").click()
        page.get_by_role("button", name="Keluar").click()
        expect(page.get_by_text("Anda sudah keluar.")).to_be_visible()
        page.wait_for_function("caches.keys().then((names) => names.length === 0)")
