"""What is delivered in `deploy/` for a machine: the list of Debian packages, units, settings, the command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DEPLOY = Path(__file__).parents[2] / "deploy"  # beside the package, in a checkout as in a wheel
PREFIX = "/opt/docgen"  # where the delivered files expect the virtual environment

SERVICE = "docgen.service"
TIMERS = ("docgen-backup.timer", "docgen-verify.timer")
SETTINGS = Path("etc/docgen/docgen.env")
_SECRET, _ADDRESS = "DOCGEN_SECRET_KEY=", "#DOCGEN_PUBLIC_URL="


@dataclass(frozen=True)
class DeliveredFile:
    """A file to be placed: its path below the system's root, its text, and its mode."""

    path: Path
    text: str
    mode: int = 0o644


def debian_packages() -> list[str]:
    """Return the names of the Debian packages that docgen needs."""
    lines = (DEPLOY / "debian-packages.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def service_files(prefix: Path) -> list[DeliveredFile]:
    """Return units and command for a docgen whose virtual environment is `prefix`."""
    names = [
        path.name for path in sorted((DEPLOY / "systemd").glob("docgen*.*")) if path.suffix in (".service", ".timer")
    ]
    files = [DeliveredFile(Path("etc/systemd/system") / name, _text(name, prefix)) for name in names]
    return [*files, DeliveredFile(Path("usr/local/bin/docgen"), _text("docgen-command", prefix), 0o755)]


def settings_file(prefix: Path, secret_key: str, public_url: str = "") -> DeliveredFile:
    """Return the file of settings with this secret key, and the public address where it is known."""
    text = _text("docgen.env", prefix)
    lines = []
    for line in text.splitlines():
        if line == _SECRET:
            line += secret_key
        elif line.startswith(_ADDRESS) and public_url:
            line = f"{_ADDRESS.removeprefix('#')}{public_url}"
        lines.append(line)
    return DeliveredFile(SETTINGS, "\n".join(lines) + "\n", 0o600)


def _text(name: str, prefix: Path) -> str:
    return (DEPLOY / "systemd" / name).read_text("utf-8").replace(PREFIX, str(prefix))
