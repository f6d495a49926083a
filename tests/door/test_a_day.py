"""A day of a real service with planted secrets: they and people's words are in no log, page, process or backup, and
nobody else on the machine reads a file of it.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from templates_docx import FOLDER
from tests.servers import free_port
from tests.support.machine import planted
from tests.support.machine.service_day import API, SERVICE, Day, Visitor, docgen, wait_for

pytestmark = pytest.mark.office

NOT_HERE = ("DOCGEN_DATABASE_URL",)  # the service's own database is SQLite; see test_secrets


def look(day: Day, service: int) -> None:
    """Keep what other accounts of the machine see of the processes, and what those hold, as they are now."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    for id in parents:
        above = [id]
        while above[-1] in parents:
            above.append(parents[above[-1]])
        if service not in above:
            continue
        with suppress(OSError):
            entry = Path(f"/proc/{id}")
            name = f"{id} {(entry / 'comm').read_text().strip()}"
            day.commands[name] = (entry / "cmdline").read_text(errors="replace")
            if id != service:
                day.environments[name] = (entry / "environ").read_text(errors="replace")


def look_at_files(day: Day) -> None:
    """Keep the mode of every file there is now: some are gone at the end."""
    for path in [day.data, *day.data.rglob("*")]:
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:
            continue
        if not stat.S_ISLNK(mode):
            day.seen_modes[str(path.relative_to(day.data.parent))] = stat.S_IMODE(mode)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """A letter is issued and shared, somebody signs in wrongly, jobs fail, a view crashes, mail and seal are away."""
    folder = tmp_path_factory.mktemp("day")
    day, port = Day(folder / "data", folder / "log"), free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DOCGEN_")}
    own = {"DOCGEN_DATA": str(day.data), "DOCGEN_PORT": str(port), "DOCGEN_LOG": "json"}
    own |= {"DOCGEN_CONVERTERS": "1", "DOCGEN_PROCESSES": "1"}
    secret = {name: value for name, value in planted.SETTINGS.items() if name not in NOT_HERE}
    environment = {**clean, **own, **secret, **planted.BESIDE}
    url = f"http://127.0.0.1:{port}"
    with day.log.open("wb") as log:
        command = [sys.executable, str(SERVICE), "serve", "--demo"]
        service = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder, umask=0o022)
        try:
            wait_for(lambda: service.poll() is None and _answers(f"{url}/readyz"), 120)
            day.limits = Path(f"/proc/{service.pid}/limits").read_text()
            live(day, url, environment, lambda: look(day, service.pid))
            look_at_files(day)
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(60)
    return day


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=10).status_code < 600
    except requests.RequestException:
        return False


def live(day: Day, url: str, environment: dict[str, str], look_now: Callable[[], None]) -> None:
    """Do what people and systems do in a day."""
    admin, stranger, system = Visitor(url, day), Visitor(url, day), Visitor(url, day)
    first = (day.data / "kata-sandi-awal.txt").read_text().split()[-1]
    stranger.ask("GET", "/masuk")
    stranger.send("/masuk", name=planted.NAME, password=planted.PASSWORD_TRIED)
    admin.ask("GET", "/masuk")
    assert admin.send("/masuk", name="admin", password=first).status_code == 303
    admin.ask("GET", "/")
    token = docgen(environment, "token", "create", "--name", planted.NAME, "--scope", "admin").split()[-1]
    bearer = {"Authorization": f"Bearer {token}", "X-Request-Id": "hari-1"}
    made = docgen(environment, "user", "create", planted.NAME, "--full-name", planted.FULL_NAME, "--official", "all")
    day.shown_once += [first, token, made.split()[-1]]
    admin.ask("GET", f"/pengguna/{planted.NAME}")
    admin.send("/pengguna/surel", name=planted.NAME, email=planted.MAIL, mail="each")
    official = {"name": planted.FULL_NAME, "nip": planted.NIP, "position": "Kepala Gudang", "role": "kepala_bidang"}
    system.ask("PUT", f"{API}/officials/kepala-gudang", json=official, headers=bearer)
    hook = {"url": f"http://127.0.0.1:1/{planted.NAME}?kunci=tanam-kunci-webhook", "events": ["document.issued"]}
    day.shown_once += [
        "tanam-kunci-webhook",
        str(system.ask("POST", f"{API}/webhooks", json=hook, headers=bearer).json()),
    ]
    data = json.loads((FOLDER / "nota_dinas/example.json").read_text()) | {"hal": planted.TITLE}
    letter = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ["6310190000101"], "data": data}
    issued = system.ask("POST", f"{API}/documents", json=letter, headers=bearer)
    assert issued.status_code == 201, issued.text
    look_now()
    id, number = issued.json()["id"], issued.json()["number"]
    code = issued.json()["links"]["verify"].rpartition("/")[2]
    admin.ask("GET", f"/d/{id}/bagikan")
    admin.send(f"/d/{id}/bagikan", days="30", note=planted.NAME)
    links = re.findall(r"/s/([\w.~-]+)", admin.ask("GET", f"/d/{id}/bagikan").text)
    assert links
    day.shown_once += [links[0], code]
    for path in (f"/s/{links[0]}", f"/s/{links[0]}x", f"/verifikasi/{code}", f"/verifikasi?nomor={number}", "/readyz"):
        stranger.ask("GET", path)
    stranger.ask("POST", "/verifikasi", files={"file": ("tanam.pdf", b"%PDF-1.7 tanam", "application/pdf")})
    admin.send(f"/d/{id}/segel")
    admin.ask("GET", "/pindaian")
    admin.ask("POST", "/pindaian", files={"files": (f"{planted.NAME}.pdf", b"%PDF-1.4 tanam", "application/pdf")})
    system.ask(
        "POST", f"{API}/documents", data=b'{"hal": "tanam', headers={**bearer, "Content-Type": "application/json"}
    )
    system.ask("POST", f"{API}/batches", json={**letter, "rows": [{"hal": planted.TITLE}]}, headers=bearer)
    wanted = {"documents": [id], "title": planted.TITLE}
    system.ask("POST", f"{API}/bundles", json=wanted, headers=bearer)
    assert admin.ask("GET", f"/agenda?q={planted.TITLE}&sandi={planted.PASSWORD_TRIED}").status_code == 500
    system.ask("POST", f"{API}/documents/{id}/void", json={"reason": planted.TITLE}, headers=bearer)
    wait_for(lambda: "crash_job" in day.log.read_text() and "Webhook" in day.log.read_text())
    look_now()
    look_at_files(day)
    docgen(environment, "archive", "backup", str(day.data.parent / "cadangan.jsonl.gz"))
    day.shown_once += [*admin.cookies(), *stranger.cookies()]


def found_in(words: set[str], texts: dict[str, str]) -> list[str]:
    """Where one of the words stands."""
    return [f"{place}: {word}" for place, text in texts.items() for word in sorted(words) if word and word in text]


def test_the_log_tells_what_happened_by_ids_alone(day: Day) -> None:
    """Crash, failing jobs, mail, webhook, seal and letter are in the log under their ids; no secret, and no word of
    anybody."""
    text = day.log.read_text().partition('{"')[2]
    words = planted.secrets() | set(planted.PEOPLES_WORDS) | {word for word in day.shown_once if len(word) > 7}
    assert found_in(words, {"log": text}) == []
    events = " ".join(line["event"] for line in day.lines)
    assert "GET /agenda failed" in events
    assert re.search(r"Job [0-9a-z]{26} failed", events)
    assert all({"time", "level", "logger", "event"} <= line.keys() for line in day.lines)
    (crashed,) = (line for line in day.lines if line["event"] == "GET /agenda failed")
    assert re.fullmatch("[0-9a-z]{26}", crashed["request"])
    assert any("in crash" in line for line in crashed["exception"])
    assert all("job" in line for line in day.lines if line["logger"] == "docgen.jobs")


def test_no_answer_holds_a_secret(day: Day) -> None:
    """Pages, problems, error pages and probes of the whole day; only its maker is shown a token."""
    answers = dict(enumerate(day.answers))
    assert found_in(planted.secrets(), {str(place): text for place, text in answers.items()}) == []
    assert not [text[:300] for text in day.answers if "Traceback (most recent call last)" in text]


def test_no_process_shows_or_is_given_a_secret(day: Day) -> None:
    """`ps` shows none of the service's secrets; LibreOffice and the readers of foreign files are given none."""
    words = planted.secrets() | {word for word in day.shown_once if len(word) > 7}
    assert found_in(words, day.commands) == []
    assert len(day.environments) >= 2
    assert any("soffice" in name for name in day.environments)
    assert found_in(words | {"DOCGEN_"}, day.environments) == []


def test_a_crash_leaves_no_memory_on_the_disk(day: Day) -> None:
    """The service writes no core dump, nor do its children."""
    assert re.search(r"Max core file size\s+0\s+0\s", day.limits)


def test_a_backup_holds_no_secret_of_the_settings_and_no_password(day: Day) -> None:
    """Hashes of passwords and tokens are in it, and what it would take to make others is not; it is its owner's."""
    file = day.data.parent / "cadangan.jsonl.gz"
    text = gzip.decompress(file.read_bytes()).decode()
    assert found_in(planted.secrets() | set(day.shown_once[:3]), {"backup": text}) == []
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_files_are_the_services_alone(day: Day) -> None:
    """Whatever umask the service was started under: database, objects, uploads, LibreOffice's profile and sockets, and
    lists of checked kinds, while it works and after."""
    open_to_others = {path: oct(mode) for path, mode in day.seen_modes.items() if mode & 0o077}
    assert open_to_others == {}
    assert len(day.seen_modes) > 30
    look_at_files(day)
    assert {path: oct(mode) for path, mode in day.seen_modes.items() if mode & 0o077} == {}
