"""docgen as a container would run it: process 1 of its own process ids, over a root that cannot be written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import answers, free_port
from tests.support.machine.libreoffices import wait_until

pytestmark = [pytest.mark.office, pytest.mark.slow]

DOCGEN = Path(sys.executable).with_name("docgen")
# Everything is mounted read-only but the folder of data and a fresh /tmp; then docgen is process 1.
RUN = """set -e
mount --make-rprivate /
mount --bind "$DOCGEN_DATA" "$DOCGEN_DATA"
mount -o remount,bind,ro /
others='$2 ~ "^/(home|opt|root|srv|tmp|usr|var|work)" && $2 != ENVIRON["DOCGEN_DATA"] { print $2 }'
for place in $(awk "$others" /proc/mounts); do mount -o remount,bind,ro "$place" 2>/dev/null || true; done
mount -t tmpfs tmpfs /var/tmp
! touch /etc/docgen-writes-here 2>/dev/null
exec "$@"
"""


@contextmanager
def contained(environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `docgen serve` so; yields `unshare`, whose only child it is."""
    root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", *root, "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c", RUN, "sh"]
    with log.open("ab") as output:
        process = subprocess.Popen([*command, DOCGEN, "serve"], env=environment, stdout=output, stderr=output, cwd="/")
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def probe(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the image's health check."""
    return subprocess.run([DOCGEN, "probe"], env=environment, capture_output=True, text=True, timeout=60)


def child_of(process: subprocess.Popen[bytes]) -> int:
    """The process that is number 1 inside."""
    [child] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(child)


def test_it_runs_as_process_1_over_a_read_only_root_and_ends_on_sigterm(tmp_path: Path) -> None:
    """The health check fails before the start and succeeds after it; SIGTERM ends it in good order."""
    data, log = tmp_path / "data", tmp_path / "log"
    data.mkdir()
    environment = {"PATH": os.environ["PATH"], "DOCGEN_DATA": str(data), "DOCGEN_PORT": str(free_port())}
    environment |= {"DOCGEN_CONVERTERS": "1", "DOCGEN_PROCESSES": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    before = probe(environment)
    assert before.returncode == 1
    assert environment["DOCGEN_PORT"] in before.stderr
    with contained(environment, log) as process:
        wait_until(lambda: answers(f"http://127.0.0.1:{environment['DOCGEN_PORT']}/healthz"), seconds=120)
        assert probe(environment).returncode == 0
        inside = child_of(process)
        assert f"NSpid:\t{inside}\t1\n" in Path(f"/proc/{inside}/status").read_text()
        os.kill(inside, signal.SIGTERM)
        assert process.wait(90) == 0, log.read_text()[-2000:]
    assert "Stopping" in log.read_text()
