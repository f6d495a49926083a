"""Run one worker from the service: a helper process with its LibreOffice. Used by one thread at a time."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path

from docgen.errors import ConversionFailed
from docgen.libreoffice.sandbox import Installation, confined, environment, remove_sockets

HELPER = Path(__file__).with_name("helper.py")
START_SECONDS = 90.0
END_SECONDS = 5.0
LOOK_SECONDS = 0.5
STILL_SECONDS = 3.0  # without any processor time, after which a worker that has a document hangs
_FULL = (errno.ENOSPC, errno.EDQUOT)


class WorkerDied(Exception):
    """The worker ended before it answered; the document may or may not be to blame."""


class WorkerHung(WorkerDied):
    """The worker used no processor time for a while; the document is rarely to blame."""


class DiskFull(Exception):
    """The disk is full."""


class Worker:
    """A helper process. It creates `folder`, and `stop` removes it.

    `ready` says whether a first document went through, `fresh` whether it has had none of ours yet, `mib` how much
    memory its LibreOffice had after the last one.
    """

    def __init__(self, installation: Installation, folder: Path) -> None:
        """Start the helper; returns at once. Raises WorkerDied if it cannot be started."""
        self.folder = folder
        self.warm = installation.has_uno
        self.ready = False
        self.fresh = True
        self.mib = 0
        self._office = 0  # the process id of LibreOffice, as far as it is known
        try:
            for subfolder in (folder, folder / "home", folder / "tmp", folder / "work"):
                subfolder.mkdir(mode=0o700)
            python = str(installation.python)
            mode = "warm" if self.warm else "single"
            command = [
                python,
                "-B",
                "-s",
                str(HELPER),
                str(folder),
                str(installation.soffice),
                str(os.getpid()),
                mode,
            ]
            with (folder / "stderr").open("wb") as errors:
                self.process = subprocess.Popen(
                    confined(installation, command, folder),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=environment(folder),
                    cwd=folder,
                    start_new_session=True,
                )
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise WorkerDied(str(error)) from error

    def wait_ready(self) -> None:
        """Wait until a first document is converted. Raises WorkerDied with the reason."""
        try:
            self._office = _pid(self._answer(START_SECONDS))
        except (WorkerDied, TimeoutError) as error:
            raise WorkerDied(f"{error} {self._stderr_tail()}".strip()) from error
        self.ready = True

    def alive(self) -> bool:
        """Return whether the helper runs (it ends when its LibreOffice ends)."""
        return self.process.poll() is None

    def convert(self, docx: bytes, deadline: float) -> bytes:
        """Return the PDF, made in at most `deadline` seconds.

        Raises ConversionFailed or DiskFull (the worker lives on), WorkerDied, or TimeoutError after the worker was
        killed.
        """
        source, target = self.folder / "work" / "naskah.docx", self.folder / "work" / "hasil.pdf"
        self.fresh = self.fresh and not self.warm
        try:
            source.write_bytes(docx)
            self._ask({"source": str(source), "target": str(target)})
            answer = self._answer(deadline, detect_hang=bool(self._office))
            self._office = _pid(answer)
            self.mib = _resident_mib(self._office)
            if "error" in answer:
                raise ConversionFailed(
                    "LibreOffice tidak dapat membaca berkas Word ini. Buka dengan Word atau LibreOffice, simpan lagi "
                    "sebagai .docx, lalu coba lagi."
                )
            return target.read_bytes()
        except TimeoutError:
            self.stop()
            raise
        except OSError as error:
            if error.errno in _FULL:
                raise DiskFull from error
            raise WorkerDied(str(error)) from error
        finally:
            source.unlink(missing_ok=True)
            target.unlink(missing_ok=True)

    def kill(self) -> None:
        """End the helper and its LibreOffice at once; may be called from any thread."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Kill, wait for the end, and remove what is left."""
        self.kill()
        self._wait_for_end()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()
        self.process.wait()
        with contextlib.suppress(ChildProcessError):  # as process 1 of a container, the service inherits orphans
            os.waitpid(-self.process.pid, os.WNOHANG)
        remove_worker(self.folder)

    def _wait_for_end(self) -> None:
        """Wait until helper and LibreOffice have closed the pipe: from then on they do not write into the folder."""
        with contextlib.suppress(WorkerDied, TimeoutError, ValueError):
            while True:
                self._answer(END_SECONDS)

    def _ask(self, request: dict[str, str]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()

    def _answer(self, seconds: float, *, detect_hang: bool = False) -> dict[str, object]:
        """Read one answer. Raises TimeoutError after `seconds`, WorkerDied at the end of the stream, WorkerHung if
        no processor time is used with `detect_hang`, which needs LibreOffice's process id because its helper
        alone is idle meanwhile.
        """
        assert self.process.stdout is not None
        descriptor, until, line = self.process.stdout.fileno(), time.monotonic() + seconds, b""
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        ticks, last_progress = -1, time.monotonic()
        while not line.endswith(b"\n"):
            if not poll.poll(min(max(0.0, until - time.monotonic()), LOOK_SECONDS) * 1000):
                now = time.monotonic()
                if now >= until:
                    raise TimeoutError(f"no answer in {seconds:g} seconds")
                ticks, before = self._processor_time(), ticks
                last_progress = now if ticks != before else last_progress
                if detect_hang and ticks and now - last_progress > STILL_SECONDS:
                    raise WorkerHung(f"idle for {STILL_SECONDS:g} seconds")
                continue
            read = os.read(descriptor, 65536)
            if not read:
                raise WorkerDied("the worker ended")
            line += read
        answer: dict[str, object] = json.loads(line)
        return answer

    def _processor_time(self) -> int:
        """Return the processor time of helper and LibreOffice in kernel ticks; 0 if unknown."""
        return sum(processor_ticks(pid) for pid in (self.process.pid, self._office) if pid)

    def _stderr_tail(self) -> str:
        with contextlib.suppress(OSError):
            return (self.folder / "stderr").read_text(encoding="utf-8", errors="replace")[-500:].strip()
        return ""


def processor_ticks(pid: int) -> int:
    """Return the processor time of a process in kernel ticks; 0 if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])
    except (OSError, IndexError):
        return 0


def _pid(answer: dict[str, object]) -> int:
    return int(str(answer.get("office", 0)))


def _resident_mib(pid: int) -> int:
    """Return the resident memory of a process in MiB; 0 if unknown."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // (1024 * 1024)


def remove_worker(folder: Path) -> None:
    """Remove the folder and the sockets of a dead worker."""
    remove_sockets(folder)
    shutil.rmtree(folder, ignore_errors=True)
