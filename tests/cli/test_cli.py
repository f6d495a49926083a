"""The `docgen` command as a person or a script calls it: what it prints, and its exit codes."""

from __future__ import annotations

import json
import os
import pty
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import pypdf
import pytest
from argon2 import PasswordHasher

from docgen.private_files import make_private

pytestmark = pytest.mark.slow

DOCGEN = Path(sys.executable).with_name("docgen")
LINE = "Perangkat diperiksa, dicatat dan dirawat menurut ketentuan yang berlaku. " * 3


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment whose data is in a folder of the test's own."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("DOCGEN_")}
    return clean | {"DOCGEN_DATA": str(tmp_path / "data"), "DOCGEN_CONVERTERS": "1"}


def docgen(env: dict[str, str], *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command and return what it did."""
    return subprocess.run(
        [DOCGEN, *args], env=env, input=stdin, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_first_password_is_in_no_log(env: dict[str, str]) -> None:
    """The first init makes the account and names the file with its password, which is the service's alone.

    The second changes nothing and tells nothing; another password of that account removes the file.
    """
    first = docgen(env, "init")
    assert (first.returncode, first.stderr) == (0, "")
    file = Path(env["DOCGEN_DATA"]) / "kata-sandi-awal.txt"
    assert str(file) in first.stdout
    password = file.read_text().strip()
    assert len(password) >= 12
    assert password not in first.stdout
    assert file.stat().st_mode & 0o077 == 0
    second = docgen(env, "init")
    assert (second.returncode, second.stdout) == (0, "")
    assert file.read_text().strip() == password
    assert docgen(env, "user", "password", "admin").returncode == 0
    assert not file.exists()


def test_the_archives_key_is_told_and_rotated(env: dict[str, str]) -> None:
    """Fingerprints and file, never the key; with the file gone the key that the archive needs is named, and exit 1."""
    docgen(env, "init")
    assert "Belum ada kunci" in docgen(env, "archive", "key").stdout
    rotated = docgen(env, "archive", "key", "--rotate", "--json")
    state = json.loads(rotated.stdout)
    file = Path(env["DOCGEN_DATA"]) / "archive.key"
    assert (state["file"], len(state["keys"]), state["missing"]) == (str(file), 1, [])
    assert file.read_text().splitlines()[-1] not in rotated.stdout + rotated.stderr
    file.unlink()
    missing = docgen(env, "archive", "key")
    assert missing.returncode == 1
    assert f"Kunci {state['keys'][0]} tidak ada" in missing.stdout


def test_a_first_password_that_cannot_be_kept_leaves_no_account(env: dict[str, str]) -> None:
    """Else nobody could ever enter the office: the next start makes the account, and its password signs in."""
    file = Path(env["DOCGEN_DATA"]) / "kata-sandi-awal.txt"
    file.mkdir(parents=True)
    failed = docgen(env, "init")
    assert failed.returncode == 1
    assert "kata-sandi-awal.txt" in failed.stderr
    file.rmdir()
    assert docgen(env, "init").returncode == 0
    with closing(sqlite3.connect(Path(env["DOCGEN_DATA"]) / "docgen.sqlite")) as catalogue:
        [(hashed,)] = catalogue.execute("SELECT password FROM users WHERE name = 'admin'")
    assert PasswordHasher().verify(hashed, file.read_text().strip())


def test_the_demo_office_tells_its_first_password(env: dict[str, str]) -> None:
    """Who tries docgen signs in with what was printed, and changes it when he likes."""
    shown = docgen(env, "init", "--demo").stdout
    assert f"Kata sandi: {(Path(env['DOCGEN_DATA']) / 'kata-sandi-awal.txt').read_text().strip()}   " in shown


def test_a_terminal_shows_the_first_password(env: dict[str, str]) -> None:
    """Whoever starts the service by hand reads the password where they typed the command."""
    reader, writer = pty.openpty()
    with subprocess.Popen([DOCGEN, "init"], env=env, stdout=writer, stderr=writer) as process:
        os.close(writer)
        shown = b""
        with suppress(OSError):  # its end, when the other side is closed
            while piece := os.read(reader, 4096):
                shown += piece
    os.close(reader)
    assert process.returncode == 0
    file = Path(env["DOCGEN_DATA"]) / "kata-sandi-awal.txt"
    assert file.read_text().strip() in shown.decode()


def test_tokens_and_users_are_shown_once_as_text_or_json(env: dict[str, str]) -> None:
    """A token and a password are printed when made; --json is for programs."""
    docgen(env, "init", "--demo")
    token = docgen(env, "token", "create", "--name", "desk", "--scope", "write").stdout.strip()
    assert token.startswith("dg_")
    made = json.loads(
        docgen(env, "token", "create", "--name", "x", "--scope", "read", "--official", "all", "--json").stdout
    )
    assert (made["scope"], made["officials"]) == ("read", ["*"])
    user = json.loads(docgen(env, "user", "create", "sari", "--json").stdout)
    assert len(user["password"]) >= 12
    assert docgen(env, "user", "reset-factors", "sari").stdout == "sari: tidak punya langkah kedua\n"
    again = docgen(env, "user", "create", "sari")
    assert (again.returncode, again.stderr) == (1, "docgen: Pengguna 'sari' sudah ada.\n")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--help"], 0),
        (["nonsens"], 2),
        (["token", "create"], 2),
        (["bundle", "-o", "x.pdf"], 2),
        (["issue", "no.json"], 2),
    ],
)
def test_wrong_use_exits_2(env: dict[str, str], args: list[str], code: int) -> None:
    """Wrong use is told apart from failure, without a traceback."""
    ended = docgen(env, *args)
    assert ended.returncode == code
    assert "Traceback" not in ended.stderr


def test_a_wrong_setting_or_template_is_one_clear_line(env: dict[str, str], tmp_path: Path) -> None:
    """A failure is a single line on stderr that names the thing."""
    ended = docgen(env | {"DOCGEN_PORT": "many"}, "init")
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "DOCGEN_PORT" in ended.stderr
    (tmp_path / "kinds" / "surat").mkdir(parents=True)
    ended = docgen(env, "templates", "lint", str(tmp_path / "kinds"))
    assert ended.returncode == 1
    assert "surat" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_failure_is_no_traceback(env: dict[str, str], tmp_path: Path) -> None:
    """Names that cannot be kept, an unknown official, a wrong database URL or file: told in Indonesian, exit 1."""
    (tmp_path / "rusak.sqlite").write_text("bukan basis data" * 100)
    for args, more, told in (
        (["user", "create", ""], {}, "name"),
        (["token", "create", "--name", "", "--scope", "read"], {}, "name"),
        (["token", "create", "--name", "x", "--scope", "write", "--official", "siapa"], {}, "'siapa'"),
        (["init"], {"DOCGEN_DATABASE_URL": "rahasia"}, "DOCGEN_DATABASE_URL"),
        (["init"], {"DOCGEN_DATABASE_URL": "mysql://x:rahasia@y/z"}, "DOCGEN_DATABASE_URL"),
        (["init"], {"DOCGEN_DATABASE_URL": f"sqlite:///{tmp_path}/rusak.sqlite"}, "Basis data rusak"),
    ):
        ended = docgen(env | more, *args)
        assert ended.returncode == 1
        assert told in ended.stderr
        assert "Traceback" not in ended.stderr
        assert "rahasia" not in ended.stderr


def test_the_delivered_templates_are_clean(env: dict[str, str]) -> None:
    """`templates lint` names every delivered kind as ok."""
    ended = docgen(env, "templates", "lint")
    assert ended.returncode == 0
    assert "nota_dinas" in ended.stdout
    assert "berita_acara_serah_terima" in ended.stdout


@pytest.mark.office
def test_issue_and_bundle_from_the_command_line(env: dict[str, str], tmp_path: Path) -> None:
    """A JSON file becomes an archived document; its asset becomes a bundle on disk; a wrong one says which fields."""
    docgen(env, "init", "--demo")
    root = Path(__file__).parents[2]
    example = json.loads((root / "templates_docx" / "nota_dinas" / "example.json").read_text())
    nibar = (root / "docgen" / "demo" / "assets.csv").read_text().splitlines()[1].split(",")[0].strip('"')
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": [nibar], "data": example}
    made = docgen(env, "issue", "-", "--json", stdin=json.dumps(body))
    assert made.returncode == 0, made.stderr
    document = json.loads(made.stdout)
    assert document["status"] == "issued"
    assert (document["dossier_joined"]["how"], document["replaces"]) == ("opened", None)
    wrong = docgen(env, "issue", "-", stdin=json.dumps(body | {"data": {}}))
    assert wrong.returncode == 1
    assert "data.hal" in wrong.stderr
    output = tmp_path / "bundle.pdf"
    bundled = docgen(env, "bundle", "--asset", nibar, "-o", str(output), "--json")
    assert bundled.returncode == 0, bundled.stderr
    manifest = json.loads(bundled.stdout)
    assert [one["id"] for one in manifest["documents"]] == [document["id"]]
    assert len(pypdf.PdfReader(output).pages) == manifest["pages"]
    long = body | {"dossier": document["dossier"], "data": example | {"isi": [LINE] * 60}}
    for _ in range(2):
        assert docgen(env, "issue", "-", stdin=json.dumps(long)).returncode == 0
    divided = docgen(env, "bundle", "--year", str(document["year"]), "--volume-pages", "10", "-o", str(output))
    assert divided.returncode == 0, divided.stderr
    parts = sorted(tmp_path.glob("bundle-jilid-*.pdf"))
    assert len(parts) > 1
    assert all(part.name in divided.stdout for part in parts)
    assert "Membundel" in divided.stderr
    listed = docgen(env, "file-list", str(document["year"]), "-o", str(tmp_path / "daftar.xlsx"))
    assert "1 berkas" in listed.stdout
    assert (tmp_path / "daftar.xlsx").read_bytes()[:2] == b"PK"
    assert docgen(env, "file-list", "2026", "-o", str(tmp_path / "daftar.txt")).returncode == 2


def test_the_archive_is_verified(env: dict[str, str], tmp_path: Path) -> None:
    """An empty archive is sound; a strange file is a warning, a lost line of the register exit 1; --json tells all.

    Each check is noted with how it ended.
    """
    docgen(env, "init", "--demo")
    sound = docgen(env, "archive", "verify")
    assert sound.returncode == 0
    assert "0 berkas" in sound.stdout
    strange = tmp_path / "data" / "objects" / "titipan.txt"
    strange.write_text("x")
    warned = docgen(env, "archive", "verify")
    assert warned.returncode == 0
    assert "tidak dikenal titipan.txt" in warned.stdout
    assert "1 berkas tidak dikenal" in warned.stderr
    with sqlite3.connect(tmp_path / "data" / "docgen.sqlite") as database:
        database.execute("INSERT INTO registers (unit, year, last) VALUES ('X', 2026, 1)")
    database.close()
    broken = docgen(env, "archive", "verify", "--json")
    assert broken.returncode == 1
    assert "Arsip tidak utuh" in broken.stderr
    report = json.loads(broken.stdout)
    assert (report["objects"], report["missing"], report["unknown"]) == (0, [], ["titipan.txt"])
    assert report["register"]["gaps"] == [{"unit": "X", "year": 2026, "series": "utama", "sequence": 1}]
    assert report["audit"]["problems"] == []
    assert [(kind, bool(ok)) for kind, ok, _ in _runs(env)] == [("verify", True), ("verify", True), ("verify", False)]
    assert json.loads(_runs(env)[-1][2])["gaps"] == 1


def test_the_archive_is_backed_up_copied_rebuilt_and_restored(env: dict[str, str], tmp_path: Path) -> None:
    """The catalogue is deleted: nothing starts anew over the archive; rebuilt from a copy, and restored from a file."""
    docgen(env, "init", "--demo")
    docgen(env, "user", "create", "sari")
    backup = docgen(env, "archive", "backup", str(tmp_path / "katalog.jsonl.gz"), "--json")
    assert json.loads(backup.stdout)["rows"] > 10
    assert docgen(env, "archive", "backup", str(tmp_path / "katalog.jsonl.gz")).returncode == 1  # it is there already
    assert [(kind, bool(ok)) for kind, ok, _ in _runs(env)] == [("backup", True), ("backup", False)]
    copied = docgen(env, "archive", "export", "--to", str(tmp_path / "salinan"), "--json")
    assert (copied.returncode, json.loads(copied.stdout)["copied"]) == (0, 2), copied.stderr
    (tmp_path / "data" / "docgen.sqlite").unlink()
    for rest in (tmp_path / "data").glob("docgen.sqlite-*"):
        rest.unlink()
    refused = docgen(env, "init")
    assert refused.returncode == 1
    assert "docgen archive rebuild" in refused.stderr
    rebuilt = docgen(env, "archive", "rebuild")
    assert (rebuilt.returncode, rebuilt.stdout) == (0, "Katalog dibangun kembali: 0 revisi naskah dari arsip.\n")
    again = docgen(env, "archive", "rebuild")
    assert again.returncode == 1
    assert "--replace" in again.stderr
    restored = docgen(env, "archive", "restore", str(tmp_path / "katalog.jsonl.gz"), "--replace", "--json")
    assert restored.returncode == 0, restored.stderr
    assert Path(json.loads(restored.stdout)["saved"]).exists()
    assert "'sari' sudah ada" in docgen(env, "user", "create", "sari").stderr
    assert docgen(env, "archive", "verify", "--mib-per-second", "100", "--resume").returncode == 0
    assert docgen(env, "archive", "retention").stdout == "Tidak ada berkas yang jatuh tempo.\n"
    other = env | {"DOCGEN_DATA": str(tmp_path / "lain")}
    assert docgen(other, "archive", "import", "--from", str(tmp_path / "salinan")).returncode == 0
    assert docgen(other, "archive", "rebuild").returncode == 0
    assert docgen(env, "archive", "export").returncode == 2


def test_serve_answers_and_stops_when_told(env: dict[str, str]) -> None:
    """`serve` prints the address and how to sign in, answers, ends with 0 on SIGTERM; a taken port is one line."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = env | {"DOCGEN_PORT": str(port)}
    service = subprocess.Popen([DOCGEN, "serve", "--demo"], env=env, stderr=subprocess.PIPE, text=True)
    try:
        _wait_for(port)
        taken = docgen(env, "serve")
        assert taken.returncode == 1
        assert f"DOCGEN_PORT={port + 1}" in taken.stderr
        assert "Traceback" not in taken.stderr
    finally:
        service.terminate()
        _, told = service.communicate(timeout=30)
    assert service.returncode == 0
    assert f"http://127.0.0.1:{port}" in told
    assert "Kata sandi" in told


def test_what_the_service_keeps_is_its_own(env: dict[str, str]) -> None:
    """Database, archive and key are closed to other accounts, also those that an earlier version left open."""
    data = Path(env["DOCGEN_DATA"])
    assert docgen(env, "init", "--demo").returncode == 0
    opened = [data / "docgen.sqlite", data / "objects"]
    assert [path.stat().st_mode & 0o077 for path in opened] == [0, 0]
    for path in opened:
        path.chmod(0o755)
    make_private(data)
    assert [path.stat().st_mode & 0o077 for path in opened] == [0, 0]


def _runs(env: dict[str, str]) -> list[tuple[str, int, str]]:
    """Return the kinds of the runs that are noted, whether each ended well, and its summary as JSON."""
    with closing(sqlite3.connect(Path(env["DOCGEN_DATA"]) / "docgen.sqlite")) as catalogue:
        return catalogue.execute("SELECT kind, is_ok, summary FROM maintenance_runs ORDER BY id").fetchall()


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the service did not answer")


def test_accounts_are_kept_from_the_command_line(env: dict[str, str], tmp_path: Path) -> None:
    """A file makes accounts all or none, a link is printed once, and the last administrator stays."""
    assert docgen(env, "init").returncode == 0
    sheet = tmp_path / "orang.csv"
    sheet.write_text("Nama pengguna;Peran\nsari;operator\nadmin;operator\n", "utf-8")
    refused = docgen(env, "user", "import", str(sheet))
    assert (refused.returncode, "satu-satunya" in refused.stderr) == (1, True)
    sheet.write_text("Nama pengguna;Peran\nsari;operator\n", "utf-8")
    done = json.loads(docgen(env, "user", "import", str(sheet), "--json").stdout)
    assert "/sandi-baru/" in done["links"]["sari"]["link"]
    assert docgen(env, "user", "role", "sari", "archivist").stdout == "sari: arsiparis\n"
    closed = docgen(env, "user", "disable", "admin")
    assert (closed.returncode, "satu-satunya" in closed.stderr) == (1, True)
    people = {one["name"]: one["role"] for one in json.loads(docgen(env, "user", "list", "--json").stdout)}
    assert people == {"admin": "admin", "sari": "arsiparis"}
