"""A service of some checkout, started for a recording and stopped after it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import free_port
from tests.support.files.certificates import PASSWORD

HOST = "naskah.example"
PUBLIC = f"http://{HOST}"
BEGIN = dt.datetime(2026, 11, 23, 0, 0, tzinfo=dt.UTC)  # a Monday, eight in the morning in Batulicin
BETWEEN = dt.timedelta(seconds=30)  # that pass between two calls
SEAL = Path(__file__).with_name("seal.p12")  # the same in every recording, valid from 2026 to 2056; no secret
_WARM = 90  # seconds that a service may take to come up


@dataclass
class Clock:
    """The service's clock: a file with the moment, which the service reads."""

    file: Path
    moment: dt.datetime = field(default=BEGIN)

    def pass_time(self, time_passed: dt.timedelta = BETWEEN) -> None:
        """Move the clock on."""
        self.moment += time_passed
        new = self.file.with_suffix(".new")
        new.write_text(self.moment.isoformat())
        new.replace(self.file)


@dataclass(frozen=True)
class Service:
    """A running service: its port, its folder of data, its clock, and the first account's password."""

    port: int
    data: Path
    clock: Clock

    @property
    def password(self) -> str:
        """The password of the first account."""
        return (self.data / "kata-sandi-awal.txt").read_text().strip()


@contextmanager
def serve(python: Path, folder: Path) -> Iterator[Service]:
    """Serve the demo office by `docgen` of this Python, with its data in `folder`.

    Raises RuntimeError with the end of its log when it does not come up.
    """
    clock = Clock(folder / "clock")
    clock.pass_time(dt.timedelta())
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DOCGEN_", "PYTHON"))}
    settings = {
        "DOCGEN_DATA": str(folder / "var"),
        "DOCGEN_PORT": str(port),
        "DOCGEN_PUBLIC_URL": PUBLIC,
        "DOCGEN_SECRET_KEY": "the same key in every recording: 0123456789",
        "DOCGEN_CONVERTERS": "1",
        "DOCGEN_PROCESSES": "1",  # the clock and the draws are this one's
        "DOCGEN_WEBHOOK_PRIVATE": "1",
        "DOCGEN_SEAL_FILE": str(SEAL),
        "DOCGEN_SEAL_PASSWORD": PASSWORD,
        "DOCGEN_TRUST": str(SEAL.with_suffix(".pem")),
        "OFFICE_DAY_CLOCK": str(clock.file),
        "PYTHONHASHSEED": "0",  # sets have one order: the methods in Allow
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [python, Path(__file__).with_name("fixed.py"), "serve", "--demo"],
            env=environment | settings, cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait(port, process, folder / "log")
            yield Service(port, folder / "var", clock)
        finally:
            process.terminate()
            process.wait(60)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _WARM
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"The service does not come up:\n{log.read_text(errors='replace')[-4000:]}")
