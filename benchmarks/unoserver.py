"""Peer (b): docxtpl fills the template, unoserver converts, with one warm LibreOffice a server.

It keeps its defaults: a plain PDF, neither PDF/A nor tagged nor stamped, which is less work than docgen does.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.letter import Letter
from benchmarks.service import free_port
from benchmarks.timing import median, rate
from benchmarks.tools import NotHere, install_unoserver
from docgen.libreoffice.sandbox import find_installation

START_SECONDS = 60.0


def measure_unoserver(letter: Letter, cores: int, times: int, count: int) -> dict[str, float]:
    """Seconds of one letter, warm; letters a second of `count`, with one server a core. Raises NotHere."""
    with tempfile.TemporaryDirectory(prefix="docgen-bench-") as name, _servers(cores, Path(name)) as clients:
        workers = [partial(_make, letter, client) for client in clients]
        for work in workers:
            work(0)
        return {
            "letter.unoserver": median(lambda: workers[0](1), times, warm=3),
            "rate.unoserver": rate(workers, count),
        }


def _make(letter: Letter, client: Any, number: int) -> None:
    pdf = client.convert(indata=letter.filled(number), convert_to="pdf")
    if not pdf.startswith(b"%PDF"):
        raise RuntimeError("unoserver made no PDF")


@contextmanager
def _servers(cores: int, folder: Path) -> Iterator[list[Any]]:
    """A client of each server. Client and server are given the same folder; the client needs no uno."""
    installation = find_installation()
    if installation is None or not installation.has_uno:
        raise NotHere("no Python with uno is here")
    package = install_unoserver()
    sys.path.append(str(package))
    make_client: Callable[..., Any] = importlib.import_module("unoserver.client").UnoClient
    processes, clients = [], []
    try:
        for index in range(cores):
            port = free_port()
            arguments = ["--port", str(port), "--uno-port", str(free_port()), "--executable", "soffice"]
            arguments += ["--user-installation", str(folder / f"profile{index}"), "--temp-dir", str(folder)]
            processes.append(_start(installation.python, package, arguments))
            clients.append(make_client(port=str(port)))
        for process, client in zip(processes, clients, strict=True):
            _wait(process, int(client.port))
        yield clients
    finally:
        for process in processes:
            process.terminate()  # it takes its LibreOffice along
            process.wait(30)
        sys.path.remove(str(package))


def _start(python: Path, package: Path, arguments: list[str]) -> subprocess.Popen[bytes]:
    env = os.environ | {"PYTHONPATH": str(package)}
    code = "from unoserver.server import main; main()"
    return subprocess.Popen(
        [python, "-c", code, *arguments], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    from xmlrpc.client import ServerProxy

    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with ServerProxy(f"http://127.0.0.1:{port}", allow_none=True) as proxy:
                proxy.info()
                return
        except OSError:
            time.sleep(0.1)
    raise NotHere("unoserver did not start")
