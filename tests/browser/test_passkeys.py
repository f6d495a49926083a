"""Passkeys in a real browser, with an authenticator of its own: registering, signing in, confirming, a copied key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, expect

from storage.catalogue.access import factors, sessions
from storage.catalogue.audit import events_of
from tests.browser.axe import violations
from tests.support.callers.browser import CLERK, DESKTOP, PASSWORD, PHONE, Site, Visitor, window

pytestmark = pytest.mark.browser


class Authenticator:
    """The security chip of the browser's device, which knows its owner's finger."""

    def __init__(self, visitor: Visitor) -> None:
        self.cdp: CDPSession = visitor.page.context.new_cdp_session(visitor.page)
        self.cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.id = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def credentials(self) -> list[dict[str, Any]]:
        """The passkeys that it holds."""
        credentials: list[dict[str, Any]] = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})[
            "credentials"
        ]
        return credentials

    def set_back(self, count: int) -> None:
        """Make its only passkey a copy that was used so many times."""
        [credential] = self.credentials()
        self.cdp.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})
        copy = credential | {"signCount": count}
        self.cdp.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": copy})

    def verifies(self, verified: bool) -> None:
        """Know the finger, or not."""
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": verified})


@pytest.fixture
def visitor(browser: Browser, named_site: Site, tmp_path: Path) -> Iterator[Visitor]:
    with window(browser, named_site, tmp_path) as visitor:
        yield visitor


def test_a_passkey_signs_in_alone_confirms_and_is_refused_when_copied(visitor: Visitor) -> None:
    """Registered on Keamanan akun it opens the account without a password, proves who decides, needs the finger each
    time, and a copy whose counter lags behind is refused and recorded."""
    page, desk = visitor.page, visitor.site.desk
    authenticator = Authenticator(visitor)
    visitor.sign_in("/keamanan")
    page.get_by_label("Nama kunci").fill("Laptop kantor")
    page.get_by_role("button", name="Daftarkan kunci sandi").click()
    expect(page.get_by_role("heading", name="Kode pemulihan")).to_be_visible()
    codes = page.locator("[data-codes] code").all_inner_texts()
    assert len(codes) == 10
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        visitor.shot("codes")
        assert violations(page) == []
    page.get_by_role("link", name="Sudah saya simpan").click()
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        expect(page.get_by_text("Laptop kantor")).to_be_visible()
        visitor.shot("security", full=True)
        assert violations(page) == []
        assert visitor.fits()

    page.locator(".who summary").click()
    page.get_by_role("button", name="Keluar").click()
    visitor.shot("sign-in")
    assert violations(page) == []
    page.get_by_role("button", name="Masuk dengan kunci sandi").click()
    page.wait_for_url(f"{visitor.site.url}/")
    with desk.catalogue.read() as tx:
        [session] = sessions.list_sessions(tx, CLERK)
        [passkey] = factors.list_passkeys(tx, CLERK)
    assert (session.method, passkey.sign_count, passkey.last_used_at is not None) == ("passkey", 2, True)

    with desk.catalogue.write() as tx:
        sessions.note_confirmed(tx, session.id, session.created_at.replace(year=2020))
    visitor.go("/keamanan")
    page.get_by_role("button", name="Buat kode baru").click()
    expect(page.get_by_role("heading", name="Benarkah ini Anda?")).to_be_visible()
    visitor.shot("confirm")
    assert violations(page) == []
    authenticator.verifies(False)
    page.get_by_role("button", name="Pakai kunci sandi").click()
    expect(page.get_by_text("Kunci sandi tidak jadi dipakai")).to_be_visible()
    authenticator.verifies(True)
    page.get_by_role("button", name="Pakai kunci sandi").click()
    expect(page.get_by_role("heading", name="Kode pemulihan")).to_be_visible()
    assert not set(codes) & set(page.locator("[data-codes] code").all_inner_texts())

    visitor.page.context.clear_cookies()
    visitor.go("/masuk")
    page.get_by_label("Nama pengguna").fill(CLERK)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.get_by_role("heading", name="Langkah kedua")).to_be_visible()
    visitor.shot("second-step")
    assert violations(page) == []
    authenticator.set_back(1)
    page.get_by_role("button", name="Pakai kunci sandi").click()
    expect(page.get_by_text("Kode tidak cocok")).to_be_visible()
    with desk.catalogue.read() as tx:
        refused = events_of(tx, ["user.passkey_refused"])
    assert [event.subject for event in refused] == [CLERK]
