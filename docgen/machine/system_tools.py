"""The tools of the system that set up a service: dpkg, apt, useradd and systemctl."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from docgen.errors import SetupFailed
from wording import say

ACCOUNT = "docgen"
HOME = "/var/lib/docgen"
_APT = ("apt-get", "-y", "-q", "-o", "Dpkg::Options::=--force-confold", "-o", "DPkg::Lock::Timeout=300")
_LAST_LINES = 8  # of what a tool says when it fails


def missing_packages(packages: Sequence[str], root: Path) -> list[str]:
    """Return the packages that are not installed on the system at `root`."""
    query = ["dpkg-query", f"--admindir={root / 'var/lib/dpkg'}", "-W", "-f", "${Package} ${db:Status-Status}\n"]
    try:
        output = subprocess.run([*query, *packages], capture_output=True, text=True).stdout
    except OSError:
        return list(packages)
    present = {
        name for name, _, status in (line.partition(" ") for line in output.splitlines()) if status == "installed"
    }
    return [package for package in packages if package not in present]


def install_packages(packages: Sequence[str], root: Path) -> None:
    """Install Debian packages. Raises SetupFailed."""
    inside = [] if _is_own(root) else ["chroot", str(root)]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run([*inside, *_APT, "update"], environment)
    _run([*inside, *_APT, "install", "--no-install-recommends", *packages], environment)


def account_ids(root: Path) -> tuple[int, int] | None:
    """Return user and group id of the service's account on the system at `root`; None where there is none."""
    try:
        lines = (root / "etc/passwd").read_text("utf-8").splitlines()
    except OSError:
        return None
    for name, _, user, group, *_ in (line.split(":") for line in lines if line.count(":") >= 6):
        if name == ACCOUNT:
            return int(user), int(group)
    return None


def add_account(root: Path) -> None:
    """Add the service's account, with which nobody signs in. Raises SetupFailed."""
    where = [] if _is_own(root) else ["--prefix", str(root)]
    names = ["--system", "--user-group", "--home-dir", HOME, "--no-create-home", "--shell", "/usr/sbin/nologin"]
    _run(["useradd", *where, *names, ACCOUNT])


def is_enabled(unit: str, root: Path) -> bool:
    """Return whether a unit starts with the system at `root`."""
    return _answers(["systemctl", f"--root={root}", "is-enabled", "--quiet", unit])


def enable(units: Sequence[str], root: Path) -> None:
    """Have units start with the system at `root`. Raises SetupFailed."""
    _run(["systemctl", f"--root={root}", "enable", "--quiet", *units])


def disable(units: Sequence[str], root: Path) -> None:
    """Stop units where the system runs, and have them start no more. Raises SetupFailed."""
    if runs_systemd(root):
        _run(["systemctl", "disable", "--now", "--quiet", *units])
    else:
        _run(["systemctl", f"--root={root}", "disable", "--quiet", *units])


def runs_systemd(root: Path) -> bool:
    """Return whether the system at `root` is this one, and systemd runs it."""
    return _is_own(root) and Path("/run/systemd/system").is_dir()


def is_active(unit: str) -> bool:
    """Return whether a unit of this system runs."""
    return _answers(["systemctl", "is-active", "--quiet", unit])


def restart(units: Sequence[str]) -> None:
    """Read the units of this system again and start these, or start them anew. Raises SetupFailed."""
    _run(["systemctl", "daemon-reload"])
    _run(["systemctl", "restart", *units])


def _is_own(root: Path) -> bool:
    return root == Path("/")


def _answers(command: Sequence[str]) -> bool:
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True).returncode == 0


def _run(command: Sequence[str], environment: dict[str, str] | None = None) -> None:
    """Run a tool. Raises SetupFailed with what it said last."""
    try:
        outcome = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise SetupFailed(
            say("Perintah {command} tidak dapat dijalankan: {reason}.", command=command[0], reason=str(error.strerror))
        ) from error
    if outcome.returncode:
        lines = (outcome.stdout + outcome.stderr).strip().splitlines()[-_LAST_LINES:]
        raise SetupFailed(
            say(
                "Perintah ini gagal: {command}. Perbaiki sebabnya, lalu jalankan `docgen setup` lagi. Pesannya: "
                "{reason}",
                command=" ".join(command),
                reason=" / ".join(lines),
            )
        )
