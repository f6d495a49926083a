"""A running service, a window of Chromium that looks at it, and what is there after somebody worked."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, sync_playwright

from docgen.desk import Desk
from storage.catalogue.searching.search import Filter, search_documents
from storage.records import Document
from tests.servers import unavailable

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=id",
]
CLERK, PASSWORD = "siti", "kucing-oren-di-atap"
DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Site:
    """The service at `url`, with its desk."""

    url: str
    desk: Desk


def chromium() -> str:
    """Where Chromium is: DOCGEN_TEST_CHROMIUM, or the system's."""
    named = os.environ.get("DOCGEN_TEST_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        unavailable("Chromium is not installed: apt-get install chromium, or set DOCGEN_TEST_CHROMIUM.")
    return str(found)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file, with an empty profile of its own.

    No longer: while Playwright runs, no other code of the thread can run an event loop (signatures do).
    """
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=ARGS)
        yield running
        running.close()


class Visitor:
    """A browser window that remembers everything a quiet page must not do."""

    def __init__(self, page: Page, site: Site, shots: Path) -> None:
        self.page = page
        self.site = site
        self.shots = shots
        self.strangers: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._note_request)
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> None:
        """Open an address of the site."""
        self.page.goto(self.site.url + path)

    def sign_in(self, path: str = "/", name: str = CLERK) -> None:
        """Sign in as the clerk, or somebody else with the same password, and go to `path`."""
        self.go(f"/masuk?next={path}")
        self.page.get_by_label("Nama pengguna").fill(name)
        self.page.get_by_label("Kata sandi").fill(PASSWORD)
        self.page.get_by_role("button", name="Masuk", exact=True).click()
        self.page.wait_for_url(self.site.url + path)

    def shot(self, name: str, *, full: bool = False) -> None:
        """Keep a picture of the window in the test's folder.

        Chromium may refuse one while it still resizes the window; it is asked once more then.
        """
        size = self.page.viewport_size or DESKTOP
        path = self.shots / f"{name}-{size['width']}.png"
        try:
            self.page.screenshot(path=path, full_page=full)
        except Error:
            self.page.screenshot(path=path, full_page=full)

    def wait_for_preview(self) -> None:
        """Wait until the picture shows what is typed; the page before the form may still be in the window."""
        self.page.wait_for_function(
            "() => { const image = document.getElementById('gambar');"
            " return image?.hidden === false && image.naturalWidth > 0"
            " && document.getElementById('lembar').getAttribute('aria-busy') === 'false'; }"
        )

    def fits(self) -> bool:
        """Whether nothing sticks out to the right of the window."""
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")
        )

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self.site.url, "data:", "blob:")):
            self.strangers.append(request.url)

    def _note_console(self, message: ConsoleMessage) -> None:
        text, address = message.text, message.location["url"]
        # As the page does, when many preview.
        asks_again = " 429 " in text and address.endswith(("/buat/pratinjau", "/buat/letak"))
        is_blocked = text.startswith("Service Worker registration blocked by Playwright")
        if message.type in ("error", "warning") and not asks_again and not is_blocked:
            self.complaints.append(f"{text} {address}".strip())


@contextmanager
def window(
    browser: Browser, site: Site, tmp_path: Path, patience: int = 20_000, *, workers: bool = False
) -> Iterator[Visitor]:
    """A window of 1366 by 768 that waits `patience` ms for what is to come; no request left the site.

    Only with `workers` it has the service worker, whose requests a test does not see.
    """
    shots = Path(os.environ.get("DOCGEN_TEST_SHOTS") or tmp_path / "shots")
    shots.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(viewport=DESKTOP, locale="id-ID", service_workers="allow" if workers else "block")  # type: ignore[arg-type]
    context.set_default_timeout(patience)
    visitor = Visitor(context.new_page(), site, shots)
    yield visitor
    context.close()
    assert visitor.strangers == []


def archived(site: Site) -> list[Document]:
    """Return everything that was made, newest first."""
    with site.desk.catalogue.read() as tx:
        return search_documents(tx, Filter())
