"""Callers of several machines: they issue and read without a pause, and note what failed and when."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle

import requests

from tests.support.machine.libreoffices import wait_until
from tests.support.machine.promises import PATIENCE, letter_body, try_to_issue
from tests.support.machine.topology import Topology

WRITERS, READERS = 3, 1
PAUSE = 0.1  # seconds between two reads, and before a call that failed is tried again
_READ = ("/documents?q=perbaikan", "/dossiers", "/register?year={year}", "/office")


@dataclass(frozen=True)
class FailedCall:
    """A call that failed: when it began and when it failed, as `time.monotonic` tells, and how."""

    begun: float
    trouble: str
    ended: float = field(default_factory=time.monotonic)


@dataclass
class Load:
    """What came of it: the ids of the letters, the keys of those that are not there yet, and the first failed call of
    each thing that was asked for.
    """

    letters: list[str] = field(default_factory=list)
    missing_keys: list[str] = field(default_factory=list)
    reads: int = 0
    failures: list[FailedCall] = field(default_factory=list)
    callers: list[Future[None]] = field(default_factory=list)

    def more(self, letters: int) -> None:
        """Wait until so many more letters are there, and as many things were read."""
        enough, read = len(self.letters) + letters, self.reads + letters

        def are_there() -> bool:
            for caller in self.callers:
                if caller.done():
                    caller.result()  # which tells what it did not expect
            return len(self.letters) >= enough and self.reads >= read

        wait_until(are_there, seconds=PATIENCE)


@contextmanager
def load(site: Topology, name: str) -> Iterator[Load]:
    """Let callers work by way of the proxy until the block ends; `name` distinguishes their keys."""
    result, stopping = Load(), threading.Event()
    body, year = letter_body(site.desk), site.desk.today().year

    def write(client: int) -> None:
        for number in count():
            key, has_failed = f"{name}-{client}-{number}", False
            while True:
                begun = time.monotonic()
                id, trouble = try_to_issue(site.ask, body, key)
                if id:
                    result.letters.append(id)
                    break
                if not has_failed:
                    result.failures.append(FailedCall(begun, trouble))
                has_failed = True
                if stopping.wait(PAUSE):
                    result.missing_keys.append(key)
                    break
            if stopping.is_set():
                return

    def read() -> None:
        for path in cycle(_READ):
            begun = time.monotonic()
            try:
                answer = site.ask("GET", path.format(year=year))
                trouble = "" if answer.ok else f"{answer.status_code} {answer.text}"
            except requests.RequestException as error:
                trouble = repr(error)
            if trouble:
                result.failures.append(FailedCall(begun, trouble))
            result.reads += 1
            if stopping.wait(PAUSE):
                return

    with ThreadPoolExecutor(WRITERS + READERS) as threads:
        result.callers.extend(threads.submit(write, client) for client in range(WRITERS))
        result.callers.extend(threads.submit(read) for _ in range(READERS))
        try:
            result.more(WRITERS)
            yield result
        finally:
            stopping.set()
    for caller in result.callers:
        caller.result()
