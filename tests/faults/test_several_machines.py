"""Two web nodes and two workers, set up as docs/machines.md says: what they share, and that none of them is missed."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests

from docgen.desk.access.accounts import create_user
from docgen.desk.access.tokens import create_token
from docgen.desk.webhooks.outbox import add_webhook, remove_webhook
from docgen.processes.names import pid_of
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import jobs
from tests.servers import ServerFailed, Switch, unavailable
from tests.servers.receiver import Receiver, serving
from tests.servers.smtp import Mailbox, smtp_server
from tests.support.callers.pages import CSRF_TOKEN, PASSWORD
from tests.support.files.photos import telephone_photo
from tests.support.machine.libreoffices import offices_themselves, send, wait_until
from tests.support.machine.load import Load, load
from tests.support.machine.long_run import LONG
from tests.support.machine.promises import batch_body, check_promises, ended_job, issue_surely, letter_body, sequences
from tests.support.machine.topology import Machine, Topology, topology
from tests.support.office.decisions import ASSET
from tests.support.office.notices import add_person, tell_something
from tests.support.office.own_kinds import SLUG, nota
from web.pages.shell.rate_limits import SIGN_IN

pytestmark = [pytest.mark.office, pytest.mark.postgres, pytest.mark.s3, pytest.mark.slow]

ROWS = 60 if LONG else 12
LETTERS = 40 if LONG else 4  # that are issued after each kill
OWN = {
    "DOCGEN_WEBHOOK_PRIVATE": "1",
    "DOCGEN_API_RATE": "9000 per day",
    "DOCGEN_MAIL_FROM": "Naskah Dinas <naskah@dinas.example>",
}
FORM = "/buat/pemeliharaan/2/nota_dinas"
MESSAGES = 5  # that webhooks and mails bring
PARTS = ["web node", "worker", "LibreOffice", "PostgreSQL", "MinIO", "Redis", "proxy"]


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    """The office's mail server."""
    with smtp_server() as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def site(mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Topology]:
    """The machines, which were all started at once."""
    try:
        with topology(tmp_path_factory.mktemp("machines"), {**OWN, "DOCGEN_SMTP_URL": mailbox.url}) as site:
            yield site
    except ServerFailed as error:
        unavailable(str(error))


@dataclass
class Orders:
    """What was asked for through all of it: ids of letters, keys of those that were delayed, jobs, rows of batches."""

    letters: list[str] = field(default_factory=list)
    missing_keys: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    rows: int = 0

    def begin_batch(self, site: Topology) -> str:
        """Ask for a batch, and wait until it is in work; return its job."""
        job = site.ask("POST", "/batches", json=batch_body(site.desk, ROWS)).json()["id"]
        self.jobs.append(job)
        self.rows += ROWS
        wait_until(lambda: site.ask("GET", f"/jobs/{job}").json()["status"] != "queued")
        return str(job)

    def note(self, calls: Load) -> None:
        """Note what callers asked for."""
        self.letters += calls.letters
        self.missing_keys += calls.missing_keys


@pytest.fixture(scope="module")
def orders() -> Orders:
    """What all tests of this module ask for together."""
    return Orders()


def test_machines_that_start_at_once_are_one_service(site: Topology) -> None:
    """From nothing, by the settings and commands of the page alone: one machine made the first account and tells its
    password, and what one issues the other has."""
    passwords = [machine.data / "kata-sandi-awal.txt" for machine in site.machines]
    assert sum(path.exists() for path in passwords) == 1


def test_a_session_a_form_and_a_draft_are_of_no_machine(site: Topology) -> None:
    """Signed in at one web node, a clerk opens a form at the other, sends it to the first, and reads the draft and the
    preview at either; signed out at one, both ask who it is.
    """
    first, second = (f"http://127.0.0.1:{machine.port}" for machine in site.web)
    create_user(site.desk, "operator", "operator", "Siti Aminah", PASSWORD)
    with requests.Session() as browser:

        def token(address: str) -> str:
            match = CSRF_TOKEN.search(browser.get(address).text)
            assert match is not None, address
            return match[1]

        def send(page: str, at: str, **form: str) -> requests.Response:
            other = second if at == first else first
            fields = {"csrf_token": token(other + page), **form}
            return browser.post(at + page, fields, headers={"Origin": at}, allow_redirects=False)

        assert send("/masuk", first, name="operator", password=PASSWORD).status_code == 303
        saved = send(FORM, first, **{"data.hal": "Ditulis di dua mesin", "aksi": "draf"})
        assert saved.status_code == 303
        for machine in (first, second):
            assert 'value="Ditulis di dua mesin"' in browser.get(machine + saved.headers["Location"]).text
        assert send("/keluar", second).status_code == 303
        assert "/masuk" in browser.get(f"{first}{FORM}", allow_redirects=False).headers["Location"]


def test_calls_and_tries_are_counted_by_all_machines_together(site: Topology) -> None:
    """A token has no more calls, and who guesses passwords no more tries, because two machines answer."""
    left = [int(site.ask("GET", "/office", at=at).headers["RateLimit-Remaining"]) for at in (*site.web, site.web[0])]
    assert left == [left[0], left[0] - 1, left[0] - 2]
    statuses = []
    with requests.Session() as guesser:
        guesser.headers["X-Forwarded-For"] = "198.51.100.7"
        for number in range(SIGN_IN[0].amount + 1):
            address = f"http://127.0.0.1:{site.web[number % 2].port}"
            token = CSRF_TOKEN.search(guesser.get(f"{address}/masuk").text)
            assert token is not None
            form = {"csrf_token": token[1], "name": f"tidak-ada-{number}", "password": "tebakan"}
            statuses.append(guesser.post(f"{address}/masuk", form, headers={"Origin": address}).status_code)
    assert 429 not in statuses[:-1]
    assert statuses[-1] == 429


def test_what_is_uploaded_and_shared_at_one_machine_is_at_the_other(site: Topology, orders: Orders) -> None:
    """A photo that was sent to one web node is in a letter that the other issues; its share link, made at the second,
    opens at the first, and both know how its dossier stands.
    """
    first, second = site.web
    photo = {"files": {"file": ("foto.jpg", telephone_photo(400, 300))}}
    file = site.ask("POST", "/uploads", at=first, **photo).json()["file"]
    kind = site.desk.kinds["laporan_pemeliharaan"]
    data = {**kind.example, "foto": [{"file": file, "caption": "Rak"}]}
    place = {"kind": kind.slug, "procedure": "pemeliharaan", "step": 5, "assets": [ASSET]}
    letter = site.ask("POST", "/documents", at=second, json={**place, "data": data})
    assert letter.status_code == 201, letter.text
    orders.letters.append(letter.json()["id"])
    share = site.ask("POST", f"/documents/{orders.letters[-1]}/shares", at=second, json={"days": 7}).json()["href"]
    assert share.startswith(site.url)
    opened = requests.get(share.replace(site.url, f"http://127.0.0.1:{first.port}"), timeout=60)
    assert letter.json()["number"] in opened.text
    lists = [site.ask("GET", "/dossiers", at=machine).json()["items"] for machine in site.web]
    assert lists[0] == lists[1]
    assert letter.json()["dossier"] in [dossier["id"] for dossier in lists[0]]


def test_a_version_that_is_published_at_one_machine_is_in_force_at_all(site: Topology, orders: Orders) -> None:
    """Published at one web node, a version is what the other makes letters with within a second, and workers batches;
    rolled back at the other, all go back."""
    chief = {"Authorization": f"Bearer {create_token(site.desk, 'induk', 'admin', [])}"}
    first, second = site.web
    body = letter_body(site.desk)

    def headed(heading: str, at: Machine) -> bool:
        return heading in "\n".join(page_text(site.ask("POST", "/previews", at=at, json=body).content))

    form = {"files": {"file": ("nota.docx", nota("NOTA BARU"))}, "data": {"slug": SLUG}}
    version = site.ask("POST", "/kinds", at=first, headers=chief, **form).json()["version"]
    assert site.ask("POST", f"/kinds/{SLUG}/versions/{version}/publish", at=first, headers=chief).ok
    wait_until(lambda: headed("NOTA BARU", second))
    batch = orders.begin_batch(site)
    letter = ended_job(site.ask, batch)["result"]["documents"][0]["id"]
    assert "NOTA BARU" in "\n".join(page_text(site.ask("GET", f"/documents/{letter}/pdf").content))
    assert site.ask("POST", f"/kinds/{SLUG}/rollback", at=second, json={"version": 0}, headers=chief).ok
    wait_until(lambda: headed("NOTA DINAS", first))


def test_webhooks_and_notices_arrive_once(site: Topology, orders: Orders, mailbox: Mailbox) -> None:
    """Two workers look into the same outbox: each message of five letters, and each of five notices, arrives once."""
    receiver = Receiver()

    def notice_keys() -> list[str]:
        """What the mails tell of."""
        bodies = [mail.get_body(("plain",)) for mail in mailbox.mails]
        return re.findall(r"/d/(hal-\d)", "".join(body.get_content() for body in bodies if body is not None))

    with serving(receiver, 200):
        webhook = add_webhook(site.desk, receiver.url, ["document.issued"], "admin", private=True)
        for number in range(MESSAGES):
            add_person(site.desk, f"kabid-{number}", "pejabat")
            tell_something(site.desk, f"kabid-{number}", f"hal-{number}")
            orders.letters.append(issue_surely(site.ask, letter_body(site.desk), f"webhook-{number}"))
        wait_until(lambda: len(receiver.got) >= MESSAGES and len(notice_keys()) >= MESSAGES, seconds=180)
        remove_webhook(site.desk, webhook.id, "admin")
        arrived = [json.loads(body)["data"]["id"] for _, body in receiver.got]
    assert sorted(arrived) == sorted(orders.letters[-MESSAGES:])
    assert sorted(notice_keys()) == [f"hal-{number}" for number in range(MESSAGES)]


def busy_worker(site: Topology) -> Machine:
    """The worker that has a job in work."""
    with site.desk.catalogue.read() as tx:
        owners = {pid_of(job.owner) for job in jobs.unfinished_jobs(tx) if job.status == "running"}
    return next(machine for machine in site.workers if machine.process.pid in owners)


def switch_of(site: Topology, part: str) -> Switch:
    """What stops and starts a server."""
    return {"PostgreSQL": site.postgres, "MinIO": site.minio, "Redis": site.redis, "proxy": site.proxy}[part]


def take_away(site: Topology, part: str) -> None:
    """Kill a part."""
    if part == "web node":
        site.web[0].kill()
    elif part == "worker":
        busy_worker(site).kill()
    elif part == "LibreOffice":
        for machine in site.machines:
            send(offices_themselves(machine.data), signal.SIGKILL)
    else:
        switch_of(site, part).stop()


def bring_back(site: Topology, part: str) -> None:
    """Start it again."""
    if part in ("web node", "worker"):
        for machine in site.machines:
            if machine.process.poll() is not None:
                machine.start()
    elif part != "LibreOffice":
        switch_of(site, part).start()


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_killed_under_load_is_missed_for_seconds(part: str, site: Topology, orders: Orders) -> None:
    """Callers issue and read while a part is killed and comes back, beside a batch and a bundle: calls fail in those
    seconds only, and none without Redis. What becomes of all that was asked for is told below.
    """
    with load(site, part) as calls:
        orders.jobs.append(site.ask("POST", "/bundles", json={"documents": calls.letters[:3]}).json()["id"])
        orders.begin_batch(site)
        killed = time.monotonic()
        take_away(site, part)
        if part in ("PostgreSQL", "MinIO", "proxy"):
            wait_until(lambda: bool(calls.failures))
        elif part == "Redis":
            calls.more(LETTERS)
        bring_back(site, part)
        wait_until(lambda: site.is_ready() and site.ask("GET", "/office").ok, seconds=120)
        back = time.monotonic()
        calls.more(LETTERS)
    orders.note(calls)
    assert [failure for failure in calls.failures if failure.ended < killed or failure.begun > back] == []
    assert part != "Redis" or calls.failures == []


def test_machines_are_exchanged_under_load_and_no_call_fails(site: Topology, orders: Orders) -> None:
    """A web node and a worker at a time are stopped and started anew, as for a new version: each call succeeds at its
    first try, and the batch goes on.
    """
    with load(site, "exchanged") as calls:
        orders.begin_batch(site)
        for pair in zip(site.web, site.workers, strict=True):
            for machine in pair:
                machine.process.terminate()
            for machine in pair:
                machine.wait_for_end()
                machine.start()
            wait_until(lambda pair=pair: all(machine.is_ready() for machine in pair), seconds=120)  # type: ignore[misc]
            calls.more(LETTERS)
    orders.note(calls)
    assert calls.failures == []


def test_after_all_of_it_nothing_is_lost_and_nothing_is_there_twice(site: Topology, orders: Orders) -> None:
    """Each letter that was asked for is there once, also those that were in work when something died; batches and
    bundles ended well; the numbers have no gap, and the archive is sound.
    """
    for key in orders.missing_keys:
        orders.letters.append(issue_surely(site.ask, letter_body(site.desk), key))
    assert {ended_job(site.ask, job)["status"] for job in orders.jobs} == {"done"}
    check_promises(site.desk)
    assert len(set(orders.letters)) == len(orders.letters)
    assert len(sequences(site.desk)) == len(orders.letters) + orders.rows
