"""`docgen serve` with several processes: one service to whoever calls, and none of them is missed when it is killed."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.access.tokens import create_token
from docgen.desk.setup import initialise
from docgen.processes.service_folder import CONVERTER
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import registers
from tests.servers import free_port
from tests.servers.bsre import BsreServer, bsre_server
from tests.servers.postgres import fresh_database
from tests.support.callers.pages import CSRF_TOKEN, PASSWORD
from tests.support.callers.scrape import Scrape
from tests.support.machine.libreoffices import send, wait_until
from tests.support.machine.promises import (
    batch_body,
    check_promises,
    ended_job,
    is_finished,
    issue_surely,
    letter_body,
    sequences,
    watching_desk,
)
from tests.support.machine.several_processes import ROLES, Service
from tests.support.office.demo_office import data_folder
from tests.support.office.electronic import NIKS, PASSPHRASE, register
from tests.support.office.own_kinds import SLUG, nota

pytestmark = [pytest.mark.office, pytest.mark.slow]

CLERK, FORM = "operator", "/buat/pemeliharaan/2/nota_dinas"
CLIENTS, ROWS = 8, 12


class Office:
    """A service, the desk of a test on the same data, and whoever signs."""

    def __init__(self, service: Service, desk: Desk, bsre: BsreServer) -> None:
        self.service = service
        self.desk = desk
        self.bsre = bsre
        self.letter = letter_body(desk)
        self.batch = batch_body(desk, ROWS)

    def issue(self, key: str) -> str:
        """Issue a letter, again with the same key until it is there; return its id."""
        return issue_surely(self.service.ask, self.letter, key)

    def job(self, id: str) -> dict[str, Any]:
        """Return a job when it has ended."""
        return ended_job(self.service.ask, id)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A running service with two processes that answer, on each database."""
    folder = tmp_path_factory.mktemp("processes")
    data = data_folder(folder)
    with bsre_server() as bsre:
        settings = {
            **bsre.settings(folder),
            "DOCGEN_DATA": str(data),
            "DOCGEN_PORT": str(free_port()),
            "DOCGEN_PROCESSES": "2",
            "DOCGEN_CONVERTERS": "1",
            "DOCGEN_API_RATE": "9000 per day",
        }
        if request.param == "sqlite":
            yield from _served(settings, folder, bsre)
            return
        with fresh_database(request.getfixturevalue("postgres_port")) as url:
            yield from _served({**settings, "DOCGEN_DATABASE_URL": url}, folder, bsre)


def _served(settings: dict[str, str], folder: Path, bsre: BsreServer) -> Iterator[Office]:
    with watching_desk(settings) as desk:
        initialise(desk, demo=True)
        create_user(desk, CLERK, "operator", "Siti Aminah", PASSWORD)
        with desk.catalogue.read() as tx:
            head = registers.get_official(tx, "kepala-dinas")
        register(desk, bsre, head, NIKS[0])
        plain = {name: value for name, value in os.environ.items() if not name.startswith("DOCGEN_")}
        service = Service({**plain, **settings}, folder / "log", create_token(desk, "uji", "write", ["*"]))
        service.start()
        try:
            yield Office(service, desk, bsre)
        finally:
            if service.supervisor.poll() is None:
                service.stop()
            send(list(service.processes().values()), signal.SIGKILL)


def test_nobody_else_reaches_the_processes(office: Office) -> None:
    """The socket to LibreOffice, and all else that the processes share, lies where no other account may enter."""
    (folder,) = (Path(office.service.environment["DOCGEN_DATA"]) / "processes").iterdir()
    assert (folder / CONVERTER).is_socket()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_any_process_tells_the_metrics_of_all(office: Office) -> None:
    """A letter that one process made is counted by another, with LibreOffice's part; one that is killed leaves what it
    counted, and nothing that it was at work on.
    """
    service = office.service

    def scrape(role: str) -> Scrape:
        with service.only(role):
            answer = requests.get(f"{service.url}/metrics", headers={"Connection": "close"}, timeout=60)
        assert answer.status_code == 200, answer.text
        return Scrape(answer.text)

    issued = {"kind": "nota_dinas", "result": "issued"}
    before = scrape("web-1").value("docgen_letters_total", **issued)
    with service.only("web-1"):
        office.issue("diukur-1")
    after = scrape("web-2")
    assert after.value("docgen_letters_total", **issued) == before + 1
    assert after.value("docgen_conversions_total") >= 1
    assert {sample.labels["process"] for sample in after.families["docgen_process_open_files"].samples} == ROLES
    service.kill("web-1")
    wait_until(lambda: service.processes().keys() == ROLES)
    killed = scrape("web-2")
    assert killed.value("docgen_letters_total", **issued) == before + 1
    with service.only("web-2"):
        office.issue("diukur-2")
    assert scrape("web-2").value("docgen_letters_total", **issued) == before + 2
    assert killed.value("docgen_conversion_queue") == 0


def test_a_session_holds_in_every_process(office: Office) -> None:
    """Signed in at one process, a clerk opens a form of it, keeps a draft at another, and reads it at the first."""
    service, browser = office.service, requests.Session()
    browser.headers["Connection"] = "close"
    with service.only("web-1"):
        token = CSRF_TOKEN.search(browser.get(f"{service.url}/masuk").text)
    assert token is not None
    with service.only("web-2"):
        form = {"csrf_token": token[1], "name": CLERK, "password": PASSWORD}
        answer = browser.post(f"{service.url}/masuk", form, headers={"Origin": service.url}, allow_redirects=False)
        assert answer.status_code == 303
        token = CSRF_TOKEN.search(browser.get(f"{service.url}{FORM}").text)
        assert token is not None
    with service.only("web-1"):
        form = {"csrf_token": token[1], "data.hal": "Ditulis di dua proses", "aksi": "draf"}
        saved = browser.post(f"{service.url}{FORM}", form, headers={"Origin": service.url}, allow_redirects=False)
        assert saved.status_code == 303
    with service.only("web-2"):
        assert 'value="Ditulis di dua proses"' in browser.get(f"{service.url}{saved.headers['Location']}").text
    browser.close()


def test_a_version_that_is_published_at_one_process_is_in_force_at_all(office: Office) -> None:
    """Published at the first, a version is what the second makes letters with within a second; rolled back at the
    second, the first goes back, too."""
    service, chief = office.service, {"Authorization": f"Bearer {create_token(office.desk, 'induk', 'admin', [])}"}

    def headed(heading: str) -> bool:
        answer = service.ask("POST", "/previews", json=office.letter)
        return heading in "\n".join(page_text(answer.content))

    with service.only("web-1"):
        form = {"files": {"file": ("nota.docx", nota("NOTA BARU"))}, "data": {"slug": SLUG}}
        version = service.ask("POST", "/kinds", headers=chief, **form).json()["version"]
        answer = service.ask("POST", f"/kinds/{SLUG}/versions/{version}/publish", headers=chief)
        assert answer.status_code == 200, answer.text
        assert headed("NOTA BARU")
    with service.only("web-2"):
        wait_until(lambda: headed("NOTA BARU"))
        assert service.ask("POST", f"/kinds/{SLUG}/rollback", json={"version": 0}, headers=chief).status_code == 200
        assert headed("NOTA DINAS")
    with service.only("web-1"):
        wait_until(lambda: headed("NOTA DINAS"))


def test_a_job_asked_of_one_process_is_read_at_another(office: Office) -> None:
    """A batch is made in the background, letters are signed where they were asked to be; either job can be followed
    anywhere.
    """
    service = office.service
    with service.only("web-1"):
        batch = service.ask("POST", "/batches", json=office.batch).json()["id"]
    with service.only("web-2"):
        job = office.job(batch)
        assert (job["status"], len(job["result"]["documents"])) == ("done", ROWS)
        letter = office.issue("to be signed")
        body = {"documents": [letter], "official": "kepala-dinas", "passphrase": PASSPHRASE}
        signatures = service.ask("POST", "/signatures", json=body).json()["id"]
        wait_until(lambda: office.bsre.count(PASSPHRASE) > 0)
        office.job(signatures)
    with service.only("web-1"):
        assert [line["status"] for line in office.job(signatures)["result"]["letters"]] == ["signed"]


def test_whoever_is_killed_is_not_missed(office: Office) -> None:
    """Eight clients issue letters beside a batch while a process of each sort is killed: every letter is there, once,
    with a number without a gap, and the killed one is back.
    """
    service = office.service
    before = len(sequences(office.desk))
    batch = service.ask("POST", "/batches", json=office.batch).json()["id"]
    killed = threading.Event()

    def issue_until_killed(client: int) -> list[str]:
        ids: list[str] = []
        while not killed.is_set():
            ids.append(office.issue(f"letter {len(ids)} of client {client}"))
        return ids

    with ThreadPoolExecutor(CLIENTS) as clients:
        issued = [clients.submit(issue_until_killed, client) for client in range(CLIENTS)]
        try:
            for role in sorted(ROLES):
                wait_until(lambda: not is_finished(office.desk))  # somebody has a letter in work
                service.kill(role)
        finally:
            killed.set()
        ids = [id for letters in issued for id in letters.result()]
    assert len(set(ids)) == len(ids) >= CLIENTS
    assert office.job(batch)["status"] == "done"
    check_promises(office.desk)
    assert len(sequences(office.desk)) == before + len(ids) + ROWS
    assert service.processes().keys() == ROLES


def test_calls_are_counted_by_all_processes_together(office: Office) -> None:
    """Whoever calls, or guesses passwords, has no more tries because several processes answer."""
    service, left = office.service, list[int]()
    for role in ("web-1", "web-2", "web-1"):
        with service.only(role):
            left.append(int(service.ask("GET", "/office").headers["RateLimit-Remaining"]))
    assert left == [left[0], left[0] - 1, left[0] - 2]


def test_a_new_service_takes_over_from_a_killed_supervisor(office: Office) -> None:
    """When the process that was started is killed, the others go on; a new service ends them, and begins."""
    service = office.service
    left = service.processes()
    service.supervisor.kill()
    service.supervisor.wait()
    office.issue("without a supervisor")
    assert service.processes() == left
    service.start()
    assert not set(left.values()) & set(service.processes().values())
    office.issue("with a new one")
    check_promises(office.desk)


def test_a_service_ends_in_good_order(office: Office) -> None:
    """SIGTERM ends every process; what was in work is answered, and nothing is left."""
    service = office.service
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = [clients.submit(service.ask, "POST", "/documents", json=office.letter) for _ in range(CLIENTS)]
        wait_until(lambda: not is_finished(office.desk))
        service.stop()
        codes = [answer.result().status_code for answer in answers]
    assert service.supervisor.returncode == 0
    assert set(codes) <= {201, 503}
    assert 201 in codes
    assert service.processes() == {}
    assert list((Path(service.environment["DOCGEN_DATA"]) / "processes").iterdir()) == []
    check_promises(office.desk)
