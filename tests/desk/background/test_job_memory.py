"""Secrets of jobs lie in memory for a while and are overwritten."""

from __future__ import annotations

import threading

from docgen.bsre import Secret
from docgen.desk.job_memory import JobMemory


class Watched:
    """A secret that tells when it is wiped."""

    def __init__(self) -> None:
        self.is_wiped = threading.Event()

    def wipe(self) -> None:
        self.is_wiped.set()


def test_a_secret_is_wiped_when_it_is_forgotten() -> None:
    """It is there for its job alone, until that is over; to forget it twice, or one that never was, is nothing."""
    memory, secret = JobMemory(), Secret.passphrase("sandi")
    memory.put("a", secret)
    assert memory.get("a") is secret
    assert memory.get("b") is None
    memory.forget("a")
    memory.forget("a")
    assert memory.get("a") is None
    assert secret.is_empty


def test_a_secret_is_wiped_when_its_time_is_over() -> None:
    """Whoever still has it finds it empty."""
    memory, secret = JobMemory(longest=0.01), Watched()
    memory.put("a", secret)
    assert secret.is_wiped.wait(10)
    assert memory.get("a") is None
