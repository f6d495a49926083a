"""The systemd units are accepted by systemd, closed as far as LibreOffice lets them, and start docgen's commands."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from docgen.cli.archive import archive
from docgen.cli.main import cli
from docgen.machine.delivered import DEPLOY, PREFIX, SERVICE, TIMERS
from tests.deploy.compose_files import SETTINGS

UNITS = DEPLOY / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
EXPOSURE = 1.9  # of `systemd-analyze security`, 10 is worst; what is left is the network and the namespaces
CLOSED_FROM = "User=docgen"  # the lines that close a service follow it


def closing_lines(unit: str) -> list[str]:
    """The lines of a unit that take rights from its service."""
    text = (UNITS / unit).read_text("utf-8").partition(f"\n{CLOSED_FROM}\n")[2]
    return text.partition("\n[")[0].strip().splitlines()


@pytest.mark.parametrize("unit", [*SERVICES, *TIMERS])
def test_systemd_takes_the_unit(unit: str, tmp_path: Path) -> None:
    """`systemd-analyze verify` finds nothing to say, once docgen is where the unit names it."""
    for path in UNITS.iterdir():
        program = "/bin/true"
        (tmp_path / path.name).write_text(path.read_text("utf-8").replace(f"{PREFIX}/bin/docgen", program), "utf-8")
    outcome = subprocess.run(["systemd-analyze", "verify", tmp_path / unit], capture_output=True, text=True, timeout=60)
    about_ours = [line for line in outcome.stderr.splitlines() if "docgen" in line]
    assert about_ours == []


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_is_closed(unit: str) -> None:
    """Its exposure is what is measured, or less; one that may do more is found out."""
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE * 10:.0f}"]
    assert subprocess.run([*command, UNITS / unit], capture_output=True, timeout=60).returncode == 0


def test_an_open_service_is_found_out(tmp_path: Path) -> None:
    """The threshold is not met by a unit that lets its service see every file."""
    unit = tmp_path / SERVICE
    unit.write_text((UNITS / SERVICE).read_text("utf-8").replace("ProtectSystem=strict", "ProtectSystem=no"), "utf-8")
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE * 10:.0f}", unit]
    assert subprocess.run(command, capture_output=True, timeout=60).returncode != 0


def test_all_services_are_closed_alike() -> None:
    """Backup and check open the same files and databases as the service, by the same lines."""
    assert len(closing_lines(SERVICE)) > 20
    assert {tuple(closing_lines(unit)) for unit in SERVICES} == {tuple(closing_lines(SERVICE))}


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_may_close_its_libreoffice_in(unit: str) -> None:
    """Namespaces and Landlock, which confine LibreOffice, are allowed by name: older systemd have no set of them."""
    lines = closing_lines(unit)
    assert "RestrictNamespaces=user net" in lines
    [allowed] = [line for line in lines if line.startswith("SystemCallFilter=@")]
    assert {"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"} <= set(allowed.split())


def test_units_start_commands_and_set_settings_there_are() -> None:
    """Each command and option that a unit names is docgen's; each setting that a file names is a known one."""
    text = "".join(path.read_text("utf-8") for path in UNITS.iterdir())
    assert set(re.findall(r"\bDOCGEN_[A-Z0-9_]+[A-Z0-9]\b", text)) <= SETTINGS
    commands = re.findall(rf"^ExecStart=.*{PREFIX}/bin/docgen ([^\n]*)$", text, re.MULTILINE)
    assert len(commands) == len(SERVICES)
    for line in commands:
        words = line.strip("'").split()
        command = archive.commands[words[1]] if words[0] == "archive" else cli.commands[words[0]]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known


def test_the_service_has_time_to_stop_and_stops_the_others_itself() -> None:
    """SIGTERM goes to the first process alone; half a minute for what is in work is not cut off."""
    lines = (UNITS / SERVICE).read_text("utf-8").splitlines()
    assert "KillMode=mixed" in lines
    [patience] = [int(line.partition("=")[2]) for line in lines if line.startswith("TimeoutStopSec=")]
    assert patience >= 60
