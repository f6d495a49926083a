"""Set up docgen as a service of a machine, step by step: each step says what it would do, and does nothing twice."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from docgen.errors import SetupFailed
from docgen.machine import system_tools
from docgen.machine.delivered import SERVICE, SETTINGS, TIMERS, debian_packages, service_files, settings_file
from docgen.machine.placed_files import PlacedFiles
from wording import say

DATA = Path(system_tools.HOME)
_HIDDEN = (Path("/root"), Path("/home"), Path("/run/user"), Path("/tmp"), Path("/var/tmp"))  # noqa: S108


@dataclass(frozen=True)
class Step:
    """Something to be done: what it is, for people, and the function that does it."""

    description: str
    do: Callable[[], object]


@dataclass(frozen=True)
class ServiceSetup:
    """A docgen whose virtual environment is `prefix`, to become a service of the system at `root`."""

    prefix: Path
    root: Path = Path("/")
    public_url: str = ""

    def check_prefix(self) -> None:
        """Raise SetupFailed where the service's account could not read the virtual environment."""
        is_hidden = any(self.prefix.is_relative_to(folder) for folder in _HIDDEN)
        if is_hidden or not all(folder.stat().st_mode & stat.S_IXOTH for folder in (self.prefix, *self.prefix.parents)):
            raise SetupFailed(
                say(
                    "Layanan tidak dapat membaca {prefix}, tempat docgen dipasang. Pasang di folder yang terbuka bagi "
                    "semua akun: python3 -m venv /opt/docgen && /opt/docgen/bin/pip install BERKAS.whl && "
                    "/opt/docgen/bin/docgen setup",
                    prefix=self.prefix,
                )
            )

    def steps(self) -> list[Step]:
        """Return what is still to be done, in order."""
        root = self.root
        steps = []
        if missing := system_tools.missing_packages(debian_packages(), root):
            description = f"Memasang paket: {' '.join(missing)}"
            steps.append(Step(description, lambda: system_tools.install_packages(missing, root)))
        if system_tools.account_ids(root) is None:
            steps.append(Step(f"Membuat akun {system_tools.ACCOUNT}", lambda: system_tools.add_account(root)))
        if not (root / DATA.relative_to("/")).exists():
            steps.append(Step(f"Membuat folder {DATA}", self._make_data_folder))
        if not (root / SETTINGS).exists():
            description = f"Menulis /{SETTINGS} dengan kunci rahasia yang baru"
            steps.append(Step(description, self._write_settings))
        files = PlacedFiles(root)
        for file in service_files(self.prefix):
            if not files.is_current(file) and not files.is_changed(file.path):
                steps.append(Step(f"Menulis /{file.path}", lambda file=file: files.place(file)))  # type: ignore[misc]
        units = [unit for unit in (SERVICE, *TIMERS) if not system_tools.is_enabled(unit, root)]
        if units:
            steps.append(
                Step(f"Menjalankan bersama sistem: {' '.join(units)}", lambda: system_tools.enable(units, root))
            )
        if system_tools.runs_systemd(root) and (steps or not system_tools.is_active(SERVICE)):
            steps.append(Step(f"Menjalankan {SERVICE}", lambda: system_tools.restart([SERVICE, *TIMERS])))
        return steps

    def kept_files(self) -> list[str]:
        """Return the paths of files that a person changed, which stay as they are."""
        files = PlacedFiles(self.root)
        return [
            f"/{file.path}"
            for file in service_files(self.prefix)
            if files.is_changed(file.path) and not files.is_current(file)
        ]

    def removal_steps(self) -> list[Step]:
        """Return what is to be done to take the service from the machine; settings, data and account stay."""
        files = PlacedFiles(self.root)
        steps = []
        units = [unit for unit in (SERVICE, *TIMERS) if system_tools.is_enabled(unit, self.root)]
        if units:
            steps.append(Step(f"Menghentikan {' '.join(units)}", lambda: system_tools.disable(units, self.root)))
        for path in files.paths():
            if not files.is_changed(path):
                steps.append(Step(f"Menghapus /{path}", lambda path=path: files.remove(path)))  # type: ignore[misc]
        return steps

    def _make_data_folder(self) -> None:
        folder = self.root / DATA.relative_to("/")
        folder.mkdir(mode=0o700, parents=True)
        ids = system_tools.account_ids(self.root)
        if ids is not None:
            os.chown(folder, *ids)

    def _write_settings(self) -> None:
        """Write the settings; they are the person's from then on, and never written again."""
        file = settings_file(self.prefix, secrets.token_urlsafe(48), self.public_url)
        target = self.root / file.path
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        with os.fdopen(
            os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file.mode), "w", encoding="utf-8"
        ) as lines:
            lines.write(file.text)
