"""A real `docgen serve` is killed with SIGKILL while somebody writes a letter: nothing is lost, no number doubled."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from storage.catalogue import documents, journal, registers
from storage.catalogue.numbering import numbers
from storage.catalogue.searching.search import Filter, search_documents
from storage.records import Document
from tests.servers import free_port
from tests.support.callers.browser import CLERK, PASSWORD, Site, Visitor, window

pytestmark = [pytest.mark.browser, pytest.mark.office]

DOCGEN = Path(sys.executable).with_name("docgen")
FORM = "/buat/pemeliharaan/2/nota_dinas"


class Service:
    """`docgen serve` over the test's demo office, always on the same port."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        create_user(desk, CLERK, "operator", "Siti Aminah", PASSWORD)
        self.desk = desk
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        env = os.environ | {
            "DOCGEN_DATA": str(self.folder / "data"),
            "DOCGEN_PORT": str(self.port),
            "DOCGEN_CONVERTERS": "1",
            "DOCGEN_PROCESSES": "1",
        }
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([DOCGEN, "serve"], env=env, stdout=log, stderr=log)
        for _ in range(1200):
            assert self.process.poll() is None, (self.folder / "log").read_text()
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the service did not answer")

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()

    def kill_when_numbered(self) -> threading.Thread:
        """Kill it as soon as a document has its number and not yet its PDF."""

        def watch() -> None:
            while self.process.poll() is None:
                with self.desk.catalogue.read() as tx:
                    if journal.list_pending(tx):
                        self.kill()
                time.sleep(0.005)

        thread = threading.Thread(target=watch, name="killer", daemon=True)
        thread.start()
        return thread

    def archived(self) -> list[Document]:
        """Every document."""
        with self.desk.catalogue.read() as tx:
            return search_documents(tx, Filter())

    def sequences(self) -> list[int]:
        """The numbers given out this year."""
        with self.desk.catalogue.read() as tx:
            unit = registers.get_office(tx).unit_code
            return [one.sequence for one in numbers.list_entries(tx, unit, self.desk.today().year)]


@pytest.fixture
def service(desk: Desk, tmp_path: Path) -> Iterator[Service]:
    """The service; stopped afterwards."""
    service = Service(desk, tmp_path)
    yield service
    service.process.terminate()
    service.process.wait(timeout=30)


@pytest.fixture
def clerk(browser: Browser, service: Service, tmp_path: Path) -> Iterator[Visitor]:
    """The clerk's browser. What it complains of while the service is away is not looked at."""
    with window(browser, Site(service.url, service.desk), tmp_path, patience=30_000) as visitor:
        yield visitor


def test_a_killed_service_takes_nothing_of_what_is_typed(clerk: Visitor, service: Service) -> None:
    """Killed before the last words were saved: the page says so, the clerk types on, and issues when it is back."""
    page = clerk.page
    clerk.sign_in(FORM)
    clerk.wait_for_preview()
    page.get_by_label("Hal", exact=True).fill("Perbaikan router saat listrik padam")
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    page.get_by_label("Isi", exact=True).fill("Alinea yang belum tersimpan.")
    service.kill()
    expect(page.locator("#keadaan-draf")).to_contain_text("belum tersimpan")
    page.get_by_label("Isi", exact=True).press_sequentially(" Ditulis selagi layanan mati.")
    expect(page.locator("#catatan-pratinjau")).to_contain_text("isian Anda tetap ada")
    clerk.shot("layanan-mati")
    service.start()
    page.get_by_label("Tembusan").fill("Sekretaris Dinas")
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    expect(page.locator("#catatan-pratinjau")).to_be_hidden()
    issue(page)
    page.wait_for_url("**/d/*")
    (document,) = service.archived()
    with service.desk.catalogue.read() as tx:
        submission, _ = documents.get_contents(tx, document.id)
    assert submission.data["hal"] == "Perbaikan router saat listrik padam"
    assert submission.data["isi"] == "Alinea yang belum tersimpan. Ditulis selagi layanan mati."
    assert submission.data["tembusan"] == ["Sekretaris Dinas"]
    assert service.sequences() == [1]


def test_a_tab_closed_while_the_service_is_dead_is_offered_again(clerk: Visitor, service: Service) -> None:
    """What could be saved nowhere but in the browser comes back when the form is opened anew."""
    page = clerk.page
    clerk.sign_in(FORM)
    clerk.wait_for_preview()
    page.get_by_label("Hal", exact=True).fill("Tersimpan")
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    service.kill()
    page.get_by_label("Hal", exact=True).fill("Diketik saat layanan mati")
    expect(page.locator("#keadaan-draf")).to_contain_text("belum tersimpan")
    address = page.url
    other = page.context.new_page()
    page.close()
    service.start()
    other.goto(address)
    expect(other.get_by_label("Hal", exact=True)).to_have_value("Tersimpan")
    other.get_by_role("button", name="Pulihkan").click()
    expect(other.get_by_label("Hal", exact=True)).to_have_value("Diketik saat layanan mati")
    expect(other.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")


def test_killed_while_issuing_the_letter_has_one_number(clerk: Visitor, service: Service) -> None:
    """Killed between the number and the PDF: sent again from the browser's error page, it is the same document."""
    page = clerk.page
    clerk.sign_in(FORM)
    page.get_by_label("Hal", exact=True).fill("Terbit tepat saat layanan mati")
    page.get_by_label("Isi", exact=True).fill("Router sering mati.")
    clerk.wait_for_preview()
    killer = service.kill_when_numbered()
    issue(page)
    killer.join(timeout=60)
    service.start()
    page.reload()  # as the browser's own error page offers
    page.wait_for_url("**/d/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Terbit tepat saat layanan mati")
    (document,) = service.archived()
    assert document.sequence == 1
    issue_another(clerk)
    assert service.sequences() == [1, 2]
    assert sorted(one.sequence for one in service.archived()) == [1, 2]


def issue(page: Page) -> None:
    """Say twice that it shall be issued."""
    page.get_by_role("button", name="Terbitkan…").click()
    page.get_by_role("button", name="Ya, terbitkan").click(no_wait_after=True)


def issue_another(clerk: Visitor) -> None:
    """Write the next letter."""
    clerk.go(FORM)
    clerk.page.get_by_label("Hal", exact=True).fill("Surat berikutnya")
    clerk.page.get_by_label("Isi", exact=True).fill("Router diganti.")
    issue(clerk.page)
    clerk.page.wait_for_url("**/d/*")
