"""The runbook as a test carries it out: the blocks of commands below each heading, run as they stand on the page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.machine.installation import PROGRAMS

PAGE = Path(__file__).parents[3] / "docs" / "runbook.md"
_BLOCK = re.compile(r"^```sh ?([a-z ]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SECONDS = 300
_STUBS = ("timedatectl",)  # would change the machine that the tests run on


def read_runbook() -> dict[str, list[tuple[str, str]]]:
    """Return the blocks by heading: the mark behind `sh`, "" for none, and the commands."""
    _, *parts = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    return {part.partition("\n")[0]: _BLOCK.findall(part) for part in parts}


@dataclass(frozen=True)
class Operator:
    """Whoever follows the page: `folder` holds the settings of the service, the backups, the keys, and new disks.

    The commands run in a shell that has the settings; `systemctl` starts and stops the service for real.
    """

    folder: Path
    database: str  # "sqlite" or "postgresql"
    more: Mapping[str, str]

    @property
    def settings(self) -> Path:
        return self.folder / "docgen.env"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def data(self) -> Path:
        return Path(self.environment["DOCGEN_DATA"])

    @property
    def archive(self) -> Path:
        """The folder of the archive, where it is one."""
        return Path(self.environment.get("DOCGEN_STORE_URL", f"file://{self.data}/objects").removeprefix("file://"))

    @property
    def environment(self) -> dict[str, str]:
        """The settings of the service as they are now, and what a shell has besides."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("DOCGEN_", "PG"))}
        lines = (line for line in self.settings.read_text().splitlines() if line)
        service = {name: value for name, _, value in (line.partition("=") for line in lines)}
        return {
            **own,
            **self.more,
            **service,
            "PATH": f"{self.folder / 'bin'}:{PROGRAMS}:{os.environ['PATH']}",
            "SETTINGS": str(self.settings),
            "BACKUPS": str(self.backups),
            "KEYS": str(self.keys),
            "NEW_DISK": str(self.folder / "new-disk"),
            "NEW_SEAL": str(self.folder / "new-seal.p12"),
            "UNIT": str(self.folder / "unit"),
        }

    def follow(self, heading: str, *marks: str) -> str:
        """Carry out the blocks below a heading, those without a mark and those of the database or of `marks`, in one
        shell that ends with the first command that fails; return what they print."""
        blocks = read_runbook()[heading]
        chosen = [commands for mark, commands in blocks if mark in ("", self.database, *marks)]
        assert chosen, f"no commands below {heading!r}"
        return self.shell("\n".join(chosen))

    def follow_marked(self, heading: str, mark: str) -> str:
        """Carry out the blocks below a heading that have this very mark; return what they print."""
        return self.shell("\n".join(commands for name, commands in read_runbook()[heading] if name == mark))

    def shell(self, commands: str) -> str:
        """Run commands in the operator's shell, and return what they print."""
        result = subprocess.run(
            ["bash", "-c", f"set -euo pipefail\n{commands}"],
            env=self.environment, capture_output=True, text=True, timeout=_SECONDS, cwd=self.folder,
        )  # fmt: skip
        assert result.returncode == 0, f"{commands}\n{result.stdout}\n{result.stderr}"
        return result.stdout

    def set(self, **settings: str) -> None:
        """Set settings of the service."""
        before = [line for line in self.settings.read_text().splitlines() if line.partition("=")[0] not in settings]
        lines = [*before, *(f"{name}={value}" for name, value in settings.items())]
        self.settings.write_text("".join(f"{line}\n" for line in lines))


@contextmanager
def operator(folder: Path, database: str, settings: Mapping[str, str], more: Mapping[str, str]) -> Iterator[Operator]:
    """Set up an operator with a service of these settings that is not started yet; stop it at the end."""
    for name in ("bin", "backups", "keys", "new-disk"):
        (folder / name).mkdir()
    shutil.copy(Path(__file__).with_name("systemctl"), folder / "bin" / "systemctl")
    for name in _STUBS:
        (folder / "bin" / name).symlink_to("/bin/true")
    person = Operator(folder, database, more)
    person.settings.touch(0o600)
    person.set(**settings)
    try:
        yield person
    finally:
        person.shell("systemctl stop docgen")
