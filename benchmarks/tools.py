"""The peers themselves, put into a folder of their own at bench time; docgen never sees them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".tools" / "bench"
UNOSERVER = "3.7"
CARBONE = "3.8.2"  # the newest Community Edition on npm
INSTALL_SECONDS = 300


class NotHere(Exception):
    """A peer cannot be measured on this machine; says why."""


def install_unoserver() -> Path:
    """The folder with the pinned unoserver. Raises NotHere."""
    folder = FOLDER / f"unoserver-{UNOSERVER}"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _install(folder, [*command, "--no-deps", "--target", str(folder), f"unoserver=={UNOSERVER}"])
    return folder


def install_carbone() -> tuple[str, Path]:
    """Node's path, and the folder with the pinned Carbone. Raises NotHere."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NotHere("node is not here")
    folder = FOLDER / f"carbone-{CARBONE}"
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
    _install(folder, [*command, f"carbone@{CARBONE}"])
    return node, folder / "node_modules" / "carbone"


def _install(folder: Path, command: list[str]) -> None:
    """Run an installation once; one that was broken off is begun anew."""
    done = folder / ".installed"
    if done.exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    except subprocess.SubprocessError as error:
        raise NotHere(f"{folder.name} could not be installed") from error
    done.touch()
