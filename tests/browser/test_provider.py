"""A clerk's day with the region's account, in a real browser and on the pages of a real provider."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from waitress.server import create_server

from docgen.desk import Desk
from docgen.desk.access.accounts import get_user
from docgen.desk.access.sessions import end_sessions
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.job_functions import WORKERS
from docgen.settings import read_settings
from tests.browser.axe import violations
from tests.servers import ServerFailed, free_port, unavailable
from tests.servers.openid import OpenIdProvider, openid_provider
from tests.support.callers.browser import PHONE, Site, Visitor, window
from tests.support.callers.serving import stop
from web.app import create_app

pytestmark = [pytest.mark.browser, pytest.mark.office, pytest.mark.openid]

RULES = "accounts: create\nroles: {/naskah/operator: operator}\n"
FONTS = "https://fonts.googleapis.com/"


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[OpenIdProvider]:
    """A provider where the service of this test is registered, at an address that is still free."""
    try:
        with openid_provider(tmp_path, [f"http://127.0.0.1:{free_port()}"]) as provider:
            yield provider
    except ServerFailed as error:
        unavailable(str(error))


@pytest.fixture
def site(desk: Desk, provider: OpenIdProvider, tmp_path: Path) -> Iterator[Site]:
    """The demo office at that address, where people sign in by their account at the provider."""
    (tmp_path / "claims.yaml").write_text(RULES)
    settings = read_settings(provider.settings() | {"DOCGEN_OIDC_CLAIMS": str(tmp_path / "claims.yaml")})
    url = provider.services[0]
    here, jobs = replace(desk, public_url=url), Jobs(desk, WORKERS)
    app = create_app(here, "a test's secret", jobs, settings)
    port = int(url.rpartition(":")[2])
    server = create_server(app, host="127.0.0.1", port=port, threads=6, ident=None, clear_untrusted_proxy_headers=True)
    thread = threading.Thread(target=server.run, name="site", daemon=True)
    thread.start()
    yield Site(url, here)
    stop(server, thread)


@pytest.fixture
def visitor(browser: Browser, site: Site, provider: OpenIdProvider, tmp_path: Path) -> Iterator[Visitor]:
    """A window in which the provider's pages open, too."""
    with window(browser, site, tmp_path) as visitor:
        visitor.page.route(f"{FONTS}**", lambda route: route.fulfill(body="", content_type="text/css"))
        yield visitor
        elsewhere = (provider.issuer, FONTS)
        visitor.strangers = [address for address in visitor.strangers if not address.startswith(elsewhere)]
    assert visitor.complaints == []


def test_a_day_with_the_regions_account(visitor: Visitor, site: Site, provider: OpenIdProvider) -> None:
    """One button signs in, on a phone too; what was typed survives the end of a session; signing out ends both."""
    provider.put_person("f3a1", name="Rina Wahyuni", preferred_username="rina", groups=["/naskah/operator"])
    page = visitor.page
    visitor.go("/masuk?next=/pemberitahuan")
    assert violations(page) == []
    for size in (PHONE, page.viewport_size):
        page.set_viewport_size(size or PHONE)
        assert visitor.fits()
        visitor.shot("akun-kabupaten")
    page.get_by_role("link", name="Masuk dengan Akun Kabupaten").click()
    page.get_by_placeholder("Enter any login").fill("f3a1")
    page.get_by_placeholder("and password").fill("apa saja")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{site.url}/pemberitahuan")
    page.get_by_label("Alamat surel").fill("rina@dinas.example")
    end_sessions(site.desk, "rina", "rina")
    page.get_by_role("button", name="Simpan").click()
    page.get_by_text("Sesi Anda sudah berakhir.").wait_for()
    visitor.complaints.clear()  # the browser's own word for the answer 401
    page.get_by_role("link", name="Masuk dengan Akun Kabupaten").click()
    page.get_by_role("heading", name="Isian Anda masih ada").wait_for()
    assert page.evaluate("sessionStorage.length") == 0
    page.get_by_role("button", name="Lanjutkan").click()
    page.wait_for_url(f"{site.url}/pemberitahuan")
    assert get_user(site.desk, "rina").email == "rina@dinas.example"
    visitor.go("/keamanan")
    assert violations(page) == []
    visitor.shot("akun-terhubung", full=True)
    page.locator("details.who summary").click()
    page.get_by_role("button", name="Keluar", exact=True).click()
    page.get_by_role("link", name="Keluar juga dari Akun Kabupaten").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    page.wait_for_url(f"{site.url}/masuk**")
    page.get_by_role("link", name="Masuk dengan Akun Kabupaten").click()
    page.get_by_placeholder("Enter any login").wait_for()
