"""`docgen setup` makes docgen a service of a system, once, over nothing that a person changed, and takes it away."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docgen.machine.delivered import SERVICE, TIMERS, debian_packages

DOCGEN = Path(sys.executable).with_name("docgen")
PREFIX = "/usr"  # a folder that every account may read, in place of the checkout's virtual environment
SERVICE_FILE, SETTINGS_FILE = f"etc/systemd/system/{SERVICE}", "etc/docgen/docgen.env"
PROGRAM = "import sys; sys.prefix = sys.argv.pop(1); from docgen.cli.main import main; main()"


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """The root of another system, with the same packages as this one, and nothing of docgen's."""
    root = tmp_path / "root"
    for folder in ("etc/systemd/system", "var/lib/dpkg/info", "var/lib/dpkg/updates", "usr/local/bin"):
        (root / folder).mkdir(parents=True)
    for name in ("passwd", "group", "login.defs"):
        lines = Path("/etc", name).read_text().splitlines(keepends=True)
        (root / "etc" / name).write_text("".join(line for line in lines if not line.startswith("docgen:")))
    for name in ("shadow", "gshadow"):
        (root / "etc" / name).touch(0o600)
    (root / "var/lib/dpkg/status").write_text(
        "".join(
            f"Package: {package}\nStatus: install ok installed\nMaintainer: x <x@x.example>\nArchitecture: all\n"
            f"Version: 1\nDescription: x\n\n"
            for package in debian_packages()
        )
    )
    return root


def setup(*options: str | Path, user: bool = False) -> subprocess.CompletedProcess[str]:
    """Run `docgen setup` as root; with `user` as an account without rights."""
    command = [sys.executable, "-c", PROGRAM, PREFIX, "setup", *map(str, options)]
    if user:
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command] if _is_root() else command
    elif not _is_root():
        command = ["sudo", "-n", *command]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd="/")


def _is_root() -> bool:
    return os.geteuid() == 0


def test_a_system_is_set_up_once(system: Path) -> None:
    """It makes account, folder, settings with a secret, and units that start with the system; again it does nothing."""
    first = setup("--root", system, "--public-url", "https://naskah.example/")
    assert first.returncode == 0, first.stderr
    [account] = [line for line in (system / "etc/passwd").read_text().splitlines() if line.startswith("docgen:")]
    assert account.endswith(":/var/lib/docgen:/usr/sbin/nologin")
    user = int(account.split(":")[2])
    data = (system / "var/lib/docgen").stat()
    assert (data.st_uid, data.st_mode & 0o777) == (user, 0o700)
    settings = system / SETTINGS_FILE
    assert settings.stat().st_mode & 0o777 == 0o600
    assert "\nDOCGEN_PUBLIC_URL=https://naskah.example\n" in settings.read_text()
    assert re.search(r"^DOCGEN_SECRET_KEY=[\w-]{64}$", settings.read_text(), re.MULTILINE)
    assert f"ExecStart={PREFIX}/bin/docgen serve" in (system / SERVICE_FILE).read_text()
    assert {path.name for path in (system / "etc/systemd/system").glob("*.wants/*")} == {SERVICE, *TIMERS}
    before = _content(system)
    again = setup("--root", system)
    assert again.returncode == 0
    assert "tidak ada yang diubah" in again.stdout
    assert _content(system) == before


def test_a_check_says_what_would_be_done_and_does_nothing(system: Path) -> None:
    """It names packages, account, files and units, also to whoever is not root; who is not root is told what to run."""
    (system / "var/lib/dpkg/status").write_text("")
    before = _content(system)
    for path in (system, *system.parents):
        path.chmod(path.stat().st_mode | 0o055)
    answer = setup("--root", system, "--check", user=True)
    assert answer.returncode == 0, answer.stderr
    for name in (*debian_packages(), SETTINGS_FILE, SERVICE_FILE, *TIMERS, "akun docgen"):
        assert name in answer.stdout
    refusal = setup("--root", system, user=True)
    assert refusal.returncode == 1
    assert f"sudo {PREFIX}/bin/docgen setup" in refusal.stderr
    assert _content(system) == before


def test_what_a_person_changed_stays(system: Path) -> None:
    """A unit that somebody edited is named and left, settings are never written again; what is missing comes back."""
    assert setup("--root", system).returncode == 0
    unit, timer, settings = system / SERVICE_FILE, system / f"etc/systemd/system/{TIMERS[0]}", system / SETTINGS_FILE
    unit.write_text(unit.read_text() + "# ours\n")
    settings.write_text("DOCGEN_PORT=9000\n")
    delivered = timer.read_text()
    timer.unlink()
    again = setup("--root", system)
    assert again.returncode == 0
    assert f"/{SERVICE_FILE}" in again.stderr
    assert unit.read_text().endswith("# ours\n")
    assert settings.read_text() == "DOCGEN_PORT=9000\n"
    assert timer.read_text() == delivered


def test_a_newer_docgen_renews_its_units(system: Path) -> None:
    """Where docgen is installed in another folder, units and command that nobody edited follow it."""
    assert setup("--root", system).returncode == 0
    for path in (system / SERVICE_FILE, system / "usr/local/bin/docgen"):
        assert f"{PREFIX}/bin/docgen" in path.read_text()
    command = [sys.executable, "-c", PROGRAM, "/usr/local", "setup", "--root", str(system)]
    assert subprocess.run(command if _is_root() else ["sudo", "-n", *command], capture_output=True).returncode == 0
    for path in (system / SERVICE_FILE, system / "usr/local/bin/docgen"):
        assert "/usr/local/bin/docgen" in path.read_text().replace("#!", "")


def test_it_is_taken_away_without_its_data(system: Path) -> None:
    """Units and command go, as far as nobody edited them; settings, data and account stay and are named."""
    assert setup("--root", system).returncode == 0
    unit = system / SERVICE_FILE
    unit.write_text(unit.read_text() + "# ours\n")
    removal = setup("--root", system, "--uninstall")
    assert removal.returncode == 0, removal.stderr
    assert "/etc/docgen" in removal.stdout
    assert list((system / "etc/systemd/system").glob("*.wants/*")) == []
    assert [path.name for path in (system / "etc/systemd/system").glob("docgen*")] == [SERVICE]
    assert not (system / "usr/local/bin/docgen").exists()
    assert (system / SETTINGS_FILE).exists()
    assert (system / "var/lib/docgen").is_dir()


def test_a_docgen_that_the_service_could_not_read_is_refused(system: Path) -> None:
    """A virtual environment in somebody's home is no place for a service: it is said where to install instead."""
    command = [sys.executable, "-c", PROGRAM, "/root/venv", "setup", "--root", str(system), "--check"]
    refusal = subprocess.run(command, capture_output=True, text=True)
    assert refusal.returncode == 1
    assert "/opt/docgen" in refusal.stderr


def test_the_command_reads_the_settings_as_the_service_does(tmp_path: Path) -> None:
    """/usr/local/bin/docgen hands on each setting to the letter, with dollars and spaces, and runs nothing of it."""
    text = (Path(__file__).parents[2] / "deploy/systemd/docgen-command").read_text()
    environment_file, program = tmp_path / "docgen.env", tmp_path / "docgen"
    environment_file.write_text(
        f'# a note\nDOCGEN_PRODUCT="Surat Kita"\nDOCGEN_SECRET_KEY=a$HOME`touch {tmp_path}/ran`\nPATH=/nowhere\n'
        "DOCGEN_MAIL_FROM='Dinas <a@b.example>'"
    )
    program.write_text("#!/bin/sh\nenv | grep '^DOCGEN_' | sort\necho \"$@\"\n")
    program.chmod(0o755)
    command = tmp_path / "command"
    text = text.replace("/opt/docgen/bin/docgen", str(program)).replace("/etc/docgen/docgen.env", str(environment_file))
    command.write_text(text.replace("runuser -u docgen -- ", "").replace('[ "$(id -u)" -eq 0 ]', "true"))
    shell = shutil.which("sh") or "/bin/sh"
    run = subprocess.run([shell, command, "user", "list"], capture_output=True, text=True, env={"PATH": os.defpath})
    assert run.stdout.splitlines() == [
        "DOCGEN_DATA=/var/lib/docgen",
        "DOCGEN_MAIL_FROM=Dinas <a@b.example>",
        "DOCGEN_PRODUCT=Surat Kita",
        f"DOCGEN_SECRET_KEY=a$HOME`touch {tmp_path}/ran`",
        "user list",
    ]
    assert not (tmp_path / "ran").exists()


def _content(root: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()
    }
