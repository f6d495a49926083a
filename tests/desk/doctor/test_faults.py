"""`docgen doctor` names each planted fault, and that one alone; a sound installation has none."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from docgen.desk.doctor.run import check_installation
from docgen.libreoffice import Converter
from storage.catalogue.database import newest_version
from templates_docx import FOLDER
from tests.servers import free_port
from tests.servers.front_proxy import FrontProxy, front_proxy
from tests.servers.smtp import Mailbox, smtp_server
from tests.support.machine.hidden import on_full_disk, without_folders
from tests.support.machine.installation import RunningInstallation, plain_environment, wrong
from tests.support.office.kinds import delivered_kinds

pytestmark = [pytest.mark.office, pytest.mark.slow]

NOWHERE = "127.0.0.1:9"  # the port of "discard", where nobody answers
PROGRAM = Path("/usr/lib/libreoffice")
FONTS = Path("/usr/share/fonts")


class Place:
    """A sound installation behind a proxy with TLS, and what a fault is planted in."""

    def __init__(self, running: RunningInstallation, proxy: FrontProxy, converter: Converter) -> None:
        self.running = running
        self.proxy = proxy
        self._converter = converter

    def check(self, **settings: str) -> list[dict[str, Any]]:
        """Return what the checks tell, with other settings where named; LibreOffice is one that is warm already."""
        environment = {**self.running.environment, **settings}
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SSL_CERT_FILE", environment["SSL_CERT_FILE"])
            return [result.to_json() for result in check_installation(environment, self._converter)]

    @property
    def data(self) -> Path:
        return self.running.data

    def sql(self, statement: str) -> None:
        """Change a row of the catalogue behind the service's back."""
        with closing(sqlite3.connect(self.data / "docgen.sqlite", timeout=15)) as database, database:
            database.execute(statement)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Iterator[Place]:
    """An installation with a letter, a backup, a key that is copied elsewhere, and a check of the archive."""
    folder = tmp_path_factory.mktemp("installation")
    with front_proxy(folder, free_port()) as proxy, smtp_server() as mails:
        proxy.target = free_port()
        running = RunningInstallation(_environment(folder, proxy, mails), folder / "log")
        running.start("--demo")
        try:
            (folder / "letter.json").write_text(json.dumps(_letter()), "utf-8")
            running.must("issue", str(folder / "letter.json"))
            running.must("archive", "backup", str(folder / "katalog.jsonl.gz"))
            running.must("archive", "verify")
            yield Place(running, proxy, converter)
        finally:
            running.stop()


def _environment(folder: Path, proxy: FrontProxy, mails: Mailbox) -> dict[str, str]:
    return plain_environment(
        folder / "data",
        proxy.target,
        DOCGEN_PUBLIC_URL=proxy.url,
        SSL_CERT_FILE=str(proxy.ca),
        DOCGEN_SMTP_URL=mails.url,
        DOCGEN_MAIL_FROM="Naskah Dinas <naskah@dinas.example>",
    )


def _letter() -> dict[str, object]:
    example = delivered_kinds()["nota_dinas"].example
    assets = ["045.2/INV-KOM/0012/2016"]
    return {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": assets, "data": example}


def test_a_sound_installation_has_nothing_wrong(place: Place) -> None:
    """Every check holds, each was carried out, and the text says so."""
    results = place.running.doctor()
    assert wrong(results) == {}
    assert all(set(result) == {"check", "ok", "message", "next", "checked"} for result in results)
    assert all(result["checked"] and result["message"] for result in results)
    assert "✗" not in place.running.must("doctor")


def test_nothing_is_changed_and_no_secret_is_shown(place: Place) -> None:
    """A checkup leaves every file of the installation as it was, and prints no key and no password."""
    before = _state(place.data)
    text = place.running.must("doctor")
    assert _state(place.data) == before
    secret = (place.data / "secret.key").read_text().strip()
    assert secret not in text
    failing = place.running.run("doctor", DOCGEN_DATABASE_URL="postgresql://who:hush-hush@127.0.0.1:9/x")
    assert failing.returncode == 1
    assert "hush-hush" not in failing.stdout + failing.stderr


def _state(data: Path) -> dict[str, tuple[int, int]]:
    files = (path for path in data.rglob("*") if path.is_file() and "docgen.sqlite" not in path.name)
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files if "libreoffice" not in str(path)
    }


# Each fault: the check that names it, words of its message, the next step's, and how it is planted; what is planted may
# be other settings, or a command that the checkup is run by.
Planting = Callable[[Place], AbstractContextManager[dict[str, str] | tuple[str, ...]]]


def settings(**values: str) -> Planting:
    """Other settings than the service's."""

    @contextmanager
    def plant(_place: Place) -> Iterator[dict[str, str]]:
        yield values

    return plant


def moved(name: str) -> Planting:
    """A file or folder of the installation is gone."""

    @contextmanager
    def plant(place: Place) -> Iterator[dict[str, str]]:
        away = place.data / f"{name}.away"
        (place.data / name).rename(away)
        try:
            yield {}
        finally:
            away.rename(place.data / name)

    return plant


def mode(name: str, bits: int) -> Planting:
    """A file of the installation has other rights."""

    @contextmanager
    def plant(place: Place) -> Iterator[dict[str, str]]:
        path = place.data / name
        before = path.stat().st_mode
        path.chmod(bits)
        try:
            yield {}
        finally:
            path.chmod(before)

    return plant


def rows(wrong_row: str, right_row: str) -> Planting:
    """A row of the catalogue says something else."""

    @contextmanager
    def plant(place: Place) -> Iterator[dict[str, str]]:
        place.sql(wrong_row)
        try:
            yield {}
        finally:
            place.sql(right_row)

    return plant


def mood(name: str) -> Planting:
    """The proxy does its work otherwise."""

    @contextmanager
    def plant(place: Place) -> Iterator[dict[str, str]]:
        place.proxy.mood = name
        try:
            yield {}
        finally:
            place.proxy.mood = "good"

    return plant


def hidden(*folders: Path) -> Planting:
    """The machine lacks what lies in these folders."""

    @contextmanager
    def plant(_place: Place) -> Iterator[tuple[str, ...]]:
        yield without_folders(*folders)

    return plant


@contextmanager
def full_disk(place: Place) -> Iterator[tuple[str, ...]]:
    """The disk of the data has 200 KB left."""
    yield on_full_disk(place.data, 60)


@contextmanager
def another_service(_place: Place) -> Iterator[dict[str, str]]:
    """Another service answers at the public address."""

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_parts: object) -> None:
            """Keep the terminal of the tests free."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield {"DOCGEN_PUBLIC_URL": f"http://127.0.0.1:{server.server_port}"}
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def old_certificate(place: Place) -> Iterator[dict[str, str]]:
    """The certificate of the proxy ends in five days."""
    place.proxy.renew(5)
    try:
        yield {}
    finally:
        place.proxy.renew(365)


@contextmanager
def damaged_archive(place: Place) -> Iterator[dict[str, str]]:
    """The check of the archive found an object that was changed."""
    pdf = next((place.data / "objects").glob("[!._]*/**/*.pdf"))
    content = pdf.read_bytes()
    pdf.chmod(0o600)
    pdf.write_bytes(content + b" ")
    assert place.running.run("archive", "verify").returncode == 1
    pdf.write_bytes(content)
    pdf.chmod(0o444)
    try:
        yield {}
    finally:
        place.running.must("archive", "verify")


@contextmanager
def wrong_template(place: Place) -> Iterator[dict[str, str]]:
    """The office's own template is no Word file."""
    own = place.data.parent / "templates"
    shutil.copytree(FOLDER / "nota_dinas", own / "nota_dinas")
    (own / "nota_dinas" / "template.docx").write_bytes(b"no Word file")
    try:
        yield {"DOCGEN_TEMPLATES": str(own)}
    finally:
        shutil.rmtree(own)


@contextmanager
def first_password(place: Place) -> Iterator[dict[str, str]]:
    """Nobody has changed the first password for three days."""
    file = place.data / "kata-sandi-awal.txt"
    moment = file.stat().st_mtime
    os.utime(file, (moment - 3 * 86400,) * 2)
    try:
        yield {}
    finally:
        os.utime(file, (moment, moment))


@contextmanager
def uncopied_key(place: Place) -> Iterator[dict[str, str]]:
    """An archive key was made, and nobody has said that there is a copy."""
    place.running.must("archive", "key", "--rotate")
    try:
        yield {}
    finally:
        _forget_key(place)


@contextmanager
def lost_key(place: Place) -> Iterator[dict[str, str]]:
    """The archive needs a key that is gone."""
    place.running.must("archive", "key", "--rotate")
    (place.data / "archive.key").unlink()
    try:
        yield {}
    finally:
        _forget_key(place)


def _forget_key(place: Place) -> None:
    (place.data / "archive.key").unlink(missing_ok=True)
    shutil.rmtree(place.data / "objects" / "_kunci")


FAULTS: dict[str, tuple[str, str, str, Planting]] = {
    "misspelled setting": ("settings", "DOCGEN_DATABSE_URL", "settings.md", settings(DOCGEN_DATABSE_URL="x")),
    "setting that names no file": ("settings", "/no/sop.yaml", "settings.md", settings(DOCGEN_SOP="/no/sop.yaml")),
    "unreadable setting": ("settings", "DOCGEN_CONVERTERS", "settings.md", settings(DOCGEN_CONVERTERS="many")),
    "no data": ("data", "/no/data", "docgen init", settings(DOCGEN_DATA="/no/data")),
    "secret key open to others": ("rights", "secret.key", "chmod", mode("secret.key", 0o644)),
    "archive open to others": ("rights", "objects", "chmod", mode("objects", 0o755)),
    "full disk": ("disk", "data", "#disk-full", full_disk),
    "database away": ("database", "Basis data", "#database-away", settings(DOCGEN_DATABASE_URL=f"postgresql://a@{NOWHERE}/x")),
    "newer database": (
        "database", "9999", "#going-back",
        rows("UPDATE alembic_version SET version_num = '9999'",
             f"UPDATE alembic_version SET version_num = '{newest_version()}'"),  # noqa: S608
    ),
    "archive away": ("store", "objects", "#archive-disk-lost", moved("objects")),
    "key not copied": ("archive_key", "salinan", "Beranda", uncopied_key),
    "archive key lost": ("archive_key", "archive.key", "#archive-key-lost", lost_key),
    "secret key lost": ("secret_key", "secret.key", "#secret-key-lost", moved("secret.key")),
    "no LibreOffice": ("libreoffice", "LibreOffice", "apt-get", hidden(PROGRAM, Path("/usr/lib64/libreoffice"))),
    "no fonts": ("fonts", "Arial", "fonts-liberation", hidden(*FONTS.glob("truetype/liberation*"))),
    "wrong template": ("templates", "nota_dinas", "templates lint", wrong_template),
    "clock went back": (
        "clock", "mundur", "#clock-wrong",
        rows("UPDATE documents SET created_at = datetime(created_at, '+3 days')",
             "UPDATE documents SET created_at = datetime(created_at, '-3 days')"),
    ),
    "unknown name": ("public_url", "tidak-ada.invalid", "DNS", settings(DOCGEN_PUBLIC_URL="https://tidak-ada.invalid")),
    "nobody answers": ("public_url", NOWHERE, "layanan", settings(DOCGEN_PUBLIC_URL=f"http://{NOWHERE}")),
    "another service answers": ("public_url", "bukan instalasi ini", "DOCGEN_PUBLIC_URL", another_service),
    "certificate ends": ("https", "5 hari", "#address-proxy-and-certificate", old_certificate),
    "certificate is not trusted": ("https", "localhost", "#address", settings(SSL_CERT_FILE="/dev/null")),
    "proxy is silent": ("proxy_headers", "X-Forwarded-For", "#address-proxy-and-certificate", mood("silent")),
    "proxy is gullible": ("proxy_headers", "X-Forwarded-For", "#address-proxy-and-certificate", mood("gullible")),
    "mail server away": ("smtp", NOWHERE, "#mail-refused", settings(DOCGEN_SMTP_URL=f"smtp://{NOWHERE}")),
    "Redis away": ("redis", "Redis", "#redis-away", settings(DOCGEN_REDIS_URL=f"redis://{NOWHERE}/0")),
    "timestamp server away": ("timestamp", "127.0.0.1", "DOCGEN_TIMESTAMP_URL", settings(DOCGEN_TIMESTAMP_URL=f"http://{NOWHERE}/tsr")),
    "backup is old": (
        "backup", "Cadangan", "archive backup",
        rows("UPDATE maintenance_runs SET ended_at = datetime(ended_at, '-5 days') WHERE kind = 'backup'",
             "UPDATE maintenance_runs SET ended_at = datetime(ended_at, '+5 days') WHERE kind = 'backup'"),
    ),
    "backup is gone": ("backup", "katalog.jsonl.gz", "Buat cadangan", moved("../katalog.jsonl.gz")),
    "archive not sound": ("verify", "kesalahan", "archive verify", damaged_archive),
    "first password": ("accounts", "kata sandi", "kata-sandi-awal.txt", first_password),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named_alone(place: Place, name: str) -> None:
    """Its check fails, says what is wrong and what to do; every other check holds, or says that it waits for it."""
    check, words, next_words, plant = FAULTS[name]
    with plant(place) as way:
        results = place.running.doctor(*way) if isinstance(way, tuple) else place.check(**way)
    assert list(wrong(results)) == [check]
    (fault,) = (result for result in results if not result["ok"])
    assert words in fault["message"]
    assert next_words in fault["next"]
    assert all(check in result["message"] for result in results if not result["checked"])


def test_it_says_what_is_wrong_first(place: Place) -> None:
    """In the text the fault stands first with its next step below, and the command fails."""
    result = subprocess.run(
        ["docgen", "doctor"],
        env={**place.running.environment, "DOCGEN_SMTP_URL": f"smtp://{NOWHERE}"},
        capture_output=True,
        text=True,
    )
    first, second, *_ = result.stdout.splitlines()
    assert first.startswith("✗ smtp: ")
    assert second.strip().startswith("→ ")
    assert result.returncode == 1
