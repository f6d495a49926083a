"""The clerk against the world: no script, no service, no network to spare."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Browser, Route, expect

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from tests.support.callers.browser import DESKTOP, PASSWORD, Site, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.office]

FIRST_PAGE = 100_000  # bytes over the wire, once what never changes is in the browser's cache


def test_without_javascript_a_whole_day(browser: Browser, site: Site, desk: Desk) -> None:
    """Scripts off: a Nota Dinas is issued, approved, found again, and its dossier bundled."""
    user = replace_officials(desk)
    context = browser.new_context(java_script_enabled=False, viewport=DESKTOP, locale="id-ID")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.url}/masuk?next=/buat/pemeliharaan/2/nota_dinas")
    page.get_by_label("Nama pengguna").fill(user)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_label("Hal", exact=True).fill("Perbaikan router tanpa skrip")
    page.get_by_label("Isi", exact=True).fill("Router sering mati.")
    page.get_by_label("Cari aset").fill("router puskesmas")
    page.get_by_role("main").get_by_role("button", name="Cari").click()
    page.get_by_label("Router Puskesmas Batulicin").check()
    page.get_by_role("button", name="Terbitkan…").click()
    page.get_by_role("button", name="Ya, terbitkan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Perbaikan router tanpa skrip")
    page.locator("#putusan").get_by_role("button", name="Setujui", exact=True).click()
    expect(page.locator(".notice-success")).to_contain_text("tercatat dan dicap")
    page.goto(site.url)
    page.get_by_role("searchbox").fill("tanpa skrip")
    page.get_by_role("button", name="Cari").click()
    page.locator(".doc-main").first.click()
    page.get_by_label("Tindakan lain").click()
    page.get_by_role("button", name="Bundel berkas ini").click()
    for _ in range(60):
        if page.get_by_role("heading", level=1).inner_text() == "Bundel siap":
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bundel siap")
    context.close()


def replace_officials(desk: Desk) -> str:
    """An account that decides for every official; returns its name."""
    create_user(desk, "semua", "admin", "Kepala", PASSWORD, officials=["*"])
    return "semua"


def test_words_typed_before_the_script_came_are_kept(visitor: Visitor) -> None:
    """On a slow line the form is there before its script: what was typed by then becomes a draft, too."""
    page = visitor.page
    visitor.sign_in("/")
    held: list[Route] = []
    page.route("**/compose.js*", lambda route: held.append(route))
    with page.expect_request("**/compose.js*"):
        page.goto(f"{visitor.site.url}/buat/pemeliharaan/2/nota_dinas", wait_until="commit")
        page.get_by_label("Hal", exact=True).fill("Lebih cepat dari skrip")
    held[0].continue_()
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    visitor.go("/")
    expect(page.get_by_text("Lebih cepat dari skrip").first).to_be_visible()


def test_the_first_page_is_light(visitor: Visitor) -> None:
    """Once style and scripts are in the cache, opening home or the form fetches less than 100 KB before pictures."""
    visitor.sign_in("/")
    sizes: dict[str, int] = {}
    for path in ("/", "/buat/pemeliharaan/2/nota_dinas", "/arsip", "/agenda"):
        body = visitor.page.request.get(visitor.site.url + path).body()
        sizes[path] = len(body)
        assert len(gzip.compress(body)) < len(body)
    assert max(sizes.values()) < FIRST_PAGE, sizes
    fetched: list[int] = []
    visitor.page.on("requestfinished", lambda one: fetched.append(one.sizes()["responseBodySize"]))
    visitor.go("/")
    visitor.page.wait_for_load_state("networkidle")
    assert sum(fetched) < FIRST_PAGE
