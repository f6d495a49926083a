"""An official's passphrase is sent to BSrE and is nowhere else: a real service signs, is refused, crashes, is ended."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, quote_plus

import pytest
import requests

from docgen.desk import open_desk
from docgen.desk.signing.identities import set_identity
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import documents, registers
from templates_docx import FOLDER
from tests.servers import free_port
from tests.servers.bsre import BsreServer, Person, bsre_server
from tests.support.machine.memory import count_in_memory, family
from tests.support.machine.service_day import API, SERVICE, Day, Visitor, docgen, wait_for

pytestmark = [pytest.mark.office, pytest.mark.skipif(os.geteuid() != 0, reason="only root reads another's memory")]

PASSPHRASE, NIK = "tanam+Kunci/BSrE 7q9z&é", "6408015001800001"
WRONG = "tanam+Keliru/BSrE 8r0y&é"
HEADERS = {"Content-Type": "application/json"}


def written_forms(text: str) -> set[bytes]:
    """A text as it may be written somewhere: plain, in JSON, addresses, base64 at any place, hex, and as a digest."""
    raw = text.encode()
    inner = {base64.b64encode(b"." * pad + raw)[4:-4] for pad in range(3)}
    forms = {raw, json.dumps(text)[1:-1].encode(), quote(text).encode(), quote_plus(text).encode(), raw.hex().encode()}
    digests = {hashlib.new(name, raw) for name in ("md5", "sha1", "sha256", "sha512")}
    return forms | inner | {digest.hexdigest().encode() for digest in digests} | {digest.digest() for digest in digests}


SOUGHT = written_forms(PASSPHRASE) | written_forms(WRONG)


@dataclass
class Signed:
    """What the service left, and how often the passphrase stood in memory: while BSrE was asked, and afterwards."""

    day: Day
    folder: Path
    calls: int = 0
    sent: int = 0
    statuses: list[int] = field(default_factory=list)
    drafts: list[int] = field(default_factory=list)  # of a draft's calls
    many: list[str] = field(default_factory=list)  # what jobs that sign many said of a draft
    during: int = 0
    page: str = ""  # that asks again, after a wrong one
    after: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """A letter is signed in moods of BSrE, by callers who do it wrongly too; then the service crashes on the way."""
    folder = tmp_path_factory.mktemp("sandi")
    (folder / "tmp").mkdir()
    result, port = Signed(Day(folder / "data", folder / "log"), folder), free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DOCGEN_")}
    own = {
        "DOCGEN_DATA": str(folder / "data"),
        "DOCGEN_PORT": str(port),
        "DOCGEN_LOG": "json",
        "TMPDIR": str(folder / "tmp"),
    }
    with bsre_server() as bsre:
        environment = {**clean, **own, **bsre.settings(folder), "DOCGEN_CONVERTERS": "1", "DOCGEN_PROCESSES": "1"}
        with result.day.log.open("wb") as log:
            command = [sys.executable, str(SERVICE), "serve", "--demo"]
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            service = subprocess.Popen(
                command,
                env=environment,
                stdout=log,
                stderr=log,
                cwd=folder,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, unlimited),
            )
            try:
                sign_in_all_ways(result, bsre, f"http://127.0.0.1:{port}", environment, service)
            finally:
                bsre.release()
                service.kill()
                service.wait(60)
    return result


def sign_in_all_ways(
    result: Signed, bsre: BsreServer, url: str, environment: dict[str, str], service: subprocess.Popen[bytes]
) -> None:
    """Sign rightly and wrongly, look into memory, and end the service in the middle of a signature."""
    wait_for(lambda: service.poll() is None and _is_ready(url), 120)
    token = docgen(environment, "token", "create", "--name", "sistem", "--scope", "admin", "--official", "all").split()[
        -1
    ]
    system, browser = Visitor(url, result.day), Visitor(url, result.day)
    bearer = {"Authorization": f"Bearer {token}"}
    data = json.loads((FOLDER / "nota_dinas/example.json").read_text())
    letter = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ["6310190000101"], "data": data}
    id = system.ask("POST", f"{API}/documents", json=letter, headers=bearer).json()["id"]
    official = register(environment, bsre, id)
    path, body = f"{API}/documents/{id}/sign", {"official": official, "method": "bsre", "passphrase": PASSPHRASE}

    def sign(mood: str, **more: Any) -> None:
        bsre.next_moods[:] = [mood]
        answer = system.ask("POST", path, json=body | more, headers=bearer | {"Idempotency-Key": mood})
        result.statuses.append(answer.status_code)

    for mood in ("wrong-passphrase", "unknown-user", "busy", "ill", "html", "echo", "other-person", "cut"):
        sign(mood)
    bsre.next_moods.clear()
    system.ask("POST", path, json=body | {"passphrase": WRONG}, headers=bearer)
    system.ask("POST", path, json=body | {"bukan": PASSPHRASE[:3]}, headers=bearer)
    system.ask("POST", path, json=body | {"official": "tidak-ada"}, headers=bearer)
    system.ask("POST", path, json=body)
    system.ask("POST", path, data=json.dumps(body)[:-1].encode(), headers=bearer | HEADERS)
    system.ask("POST", f"{API}/documents/{id}/void", json={"reason": "x", "passphrase": PASSPHRASE}, headers=bearer)
    browser.ask("GET", "/masuk")
    browser.send("/masuk", name="admin", password="salah", passphrase=PASSPHRASE)
    form = {"passphrase": PASSPHRASE, "alasan": "formulir yang tertahan"}  # of somebody whose session ended
    browser.ask("POST", f"/d/{id}/segel", data=form, headers={"Origin": url})
    admin = Visitor(url, result.day)
    admin.ask("GET", "/masuk")
    admin.send("/masuk", name="admin", password=(result.day.data / "kata-sandi-awal.txt").read_text().split()[-1])
    page = admin.ask("GET", f"/tanda-tangan?official={official}").text
    choice = re.search(r'name="pilih"[^>]* value="([^"]+)"', page)
    result.page = admin.send(
        "/tanda-tangan/kata-sandi", official=official, pilih=choice[1] if choice else "", passphrase=WRONG
    ).text
    sign_drafts(result, bsre, system, {"json": letter | {"signer": official, "route": []}, "headers": bearer})
    sign("good")
    result.calls, result.sent = bsre.count(PASSPHRASE[:5]), sum(text == 201 for text in result.statuses)
    for pid in family(service.pid):
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        result.after[f"{name} {pid}"] = count_in_memory(pid, SOUGHT)
    system.ask("POST", path, json=body, headers=bearer | {"X-Request-Id": "cacat"})
    docgen(environment, "archive", "backup", str(result.folder / "cadangan.jsonl.gz"))
    result.day.shown_once += [*browser.cookies(), *system.cookies(), *admin.cookies()]
    crash_while_signing(result, bsre, lambda: sign_again(url, environment, bearer, letter, bsre), service)


def sign_drafts(result: Signed, bsre: BsreServer, system: Visitor, draft: dict[str, Any]) -> None:
    """Sign a draft, refused and without an answer, and another by jobs that sign many, rightly at last."""
    official, headers, ids = draft["json"]["signer"], draft["headers"], list[str]()
    for _ in range(2):
        ids.append(system.ask("POST", f"{API}/drafts", **draft).json()["id"])
        system.ask("POST", f"{API}/drafts/{ids[-1]}/submit", json={}, headers=headers)
    body = {"official": official, "method": "bsre", "passphrase": PASSPHRASE}
    for mood in ("wrong-passphrase", "ill"):
        bsre.next_moods[:] = [mood]
        answer = system.ask("POST", f"{API}/drafts/{ids[0]}/sign", json=body, headers=headers)
        result.drafts.append(answer.status_code)
    many = {"documents": [ids[1]], "official": official, "passphrase": PASSPHRASE}
    system.ask("POST", f"{API}/signatures", json=many | {"documents": ["tidak-ada"]}, headers=headers)
    for mood in ("echo", "ill", "good"):
        bsre.next_moods[:] = [mood]
        id = system.ask("POST", f"{API}/signatures", json=many, headers=headers).json()["id"]
        answer = ended_job(system, id, headers)
        result.many += [letter["status"] for letter in answer["result"]["letters"]]
    bsre.next_moods.clear()


def ended_job(system: Visitor, id: str, headers: dict[str, str]) -> dict[str, Any]:
    """Return a job when it is over."""
    answers: list[dict[str, Any]] = []

    def is_over() -> bool:
        answers.append(system.ask("GET", f"{API}/jobs/{id}", headers=headers).json())
        return answers[-1]["status"] not in ("queued", "running")

    wait_for(is_over)
    return answers[-1]


def register(environment: dict[str, str], bsre: BsreServer, id: str) -> str:
    """Make the signer of a letter known to BSrE and to the office; return the official's id."""
    desk = open_desk(read_settings(environment), cast(Converter, object()))
    with desk.catalogue.read() as tx:
        official = registers.get_official(tx, documents.get_contents(tx, id)[1]["signer"]["id"])
    if not bsre.people:
        bsre.people.append(Person(official.name, NIK, PASSPHRASE))
        set_identity(desk, official.id, NIK, by="admin")
    desk.catalogue.close()
    return official.id


def sign_again(
    url: str, environment: dict[str, str], bearer: dict[str, str], letter: dict[str, Any], bsre: BsreServer
) -> None:
    """Issue another letter and sign it, whatever becomes of it."""
    id = requests.post(f"{url}{API}/documents", json=letter, headers=bearer, timeout=60).json()["id"]
    body = {"official": register(environment, bsre, id), "method": "bsre", "passphrase": PASSPHRASE}
    with suppress(requests.RequestException):
        requests.post(f"{url}{API}/documents/{id}/sign", json=body, headers=bearer, timeout=60)


def crash_while_signing(result: Signed, bsre: BsreServer, sign: Any, service: subprocess.Popen[bytes]) -> None:
    """End the service by a fault of memory while BSrE has the passphrase and has not answered."""
    before, bsre.mood = len(bsre.calls), "late"
    thread = threading.Thread(target=sign)
    thread.start()
    wait_for(lambda: any(call.path.endswith("/sign/pdf") for call in bsre.calls[before:]), 60)
    result.during = count_in_memory(service.pid, SOUGHT)
    service.send_signal(signal.SIGSEGV)
    service.wait(60)
    thread.join()


def _is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=10).status_code < 600
    except requests.RequestException:
        return False


def test_it_went_to_bsre_once_for_each_call(signed: Signed) -> None:
    """Nine calls for a letter, two for a draft and three jobs were let through, and each took it there once."""
    assert signed.statuses == [422, 422, 503, 503, 503, 422, 502, 503, 201]
    assert signed.drafts == [422, 503]
    assert signed.many == ["refused", "awaiting", "signed"]
    assert signed.calls == 16  # those, and a wrong one by the API and by the page


def test_no_file_holds_it(signed: Signed) -> None:
    """Neither database and its log, objects, backup, service log, temporary files, nor a core of the crash."""
    files = [path for path in signed.folder.rglob("*") if path.is_file()]
    texts = {str(path.relative_to(signed.folder)): path.read_bytes() for path in files}
    texts["cadangan"] = gzip.decompress(texts["cadangan.jsonl.gz"])
    assert any(name.endswith("docgen.sqlite") for name in texts)
    assert any(name.startswith("data/objects") for name in texts)
    assert [name for name, data in texts.items() for form in SOUGHT if form in data] == []
    assert [name for name in texts if Path(name).name.startswith("core")] == []


def test_no_answer_and_no_cookie_holds_it(signed: Signed) -> None:
    """Problems, pages that ask to sign in and keep the form, the answer of a defect, session cookies."""
    answers = {str(place): text.encode() for place, text in enumerate([*signed.day.answers, *signed.day.shown_once])}
    assert [place for place, text in answers.items() for form in SOUGHT if form in text] == []
    assert [text for text in signed.day.answers if "formulir yang tertahan" in text]
    assert "Passphrase anda salah" in signed.page


def test_a_defect_is_logged_without_it(signed: Signed) -> None:
    """The log has the traceback of the view that crashed with the passphrase in a variable, and not that."""
    (crashed,) = (line for line in signed.day.lines if line["event"].endswith("/sign failed"))
    assert any("sign_or_crash" in text for text in crashed["exception"])


def test_no_process_holds_it_afterwards(signed: Signed) -> None:
    """While BSrE is asked it stands in the service's memory; after the answer in none, freed memory included."""
    assert signed.during >= 1
    assert len(signed.after) >= 2
    assert {name: count for name, count in signed.after.items() if count} == {}
