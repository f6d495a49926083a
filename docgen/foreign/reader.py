"""Keep a pool of child processes that open foreign files: started when needed, killed at a deadline, replaced."""

from __future__ import annotations

import atexit
import hashlib
import logging
import os
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal

from docgen.errors import Busy, PdfError
from docgen.foreign.frames import ERRORS, pack
from docgen.foreign.process import Child, MachineBusy
from docgen.work_context import Urgency, current_caller, current_office, current_urgency

log = logging.getLogger("docgen.foreign")

Lane = Literal["page", "file", "work", "stranger"]
# What people look at never waits behind whole files, nor what they send behind the long work of jobs, nor anybody
# behind those who did not sign in.
CHILDREN: dict[Lane, int] = {"page": 3, "file": 3, "work": 2, "stranger": 1}
SHARE: dict[Lane, int] = {"page": 2, "file": 2}  # of one caller: another finds one free
NICE: dict[Lane, int] = {"page": 0, "file": 0, "work": 5, "stranger": 15}  # strangers have what nobody else wants
SECONDS = 3.0  # of processor time for one call, or for one item of a stream
PATIENCE = 10.0  # seconds to wait for a child that others use
BACKGROUND_PATIENCE = 300.0  # seconds that a job waits for one
MOST_CALLS = 2000  # of one child: a library may leak
MOST_PROCESSOR = 300.0  # seconds of processor time that a child has used when it is replaced after a call
MOST_ANSWERS = 100_000  # to one call: pages of a stack
IDLE_SECONDS = 300.0  # after which a child beside another idle one is ended
REMEMBERED = 500  # calls that were too heavy, which are not tried again
_BUSY = "Sedang banyak berkas yang dibuka. Tunggu sebentar, lalu coba lagi."
_NOT_STARTED = "Berkas tidak dapat dibuka sekarang. Beri tahu administrator; lihat catatan layanan."


class ReaderBusy(Busy):
    """Too many files are open, or no child starts: the file is not at fault, and the same call may succeed later."""


class _ChildKilled(Exception):
    """Another process ended a child, as the kernel does when memory runs out: its file may be sound."""


class TooHeavy(PdfError):
    """A file took too much time or memory."""

    def __init__(self) -> None:
        super().__init__(
            "Berkas ini terlalu berat untuk dibuka, atau rusak. Cetak ulang atau pindai ulang menjadi PDF biasa, lalu "
            "coba lagi."
        )


class ChildPool:
    """Child processes for each lane. Safe to share between threads."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._lent: Counter[tuple[Lane, str]] = Counter()  # children by lane and caller
        self._idle: dict[Lane, list[Child]] = {lane: [] for lane in CHILDREN}
        self._guard = threading.Lock()
        self._heavy: OrderedDict[str, None] = OrderedDict()

    def call(self, name: str, /, *arguments: Any, lane: Lane = "page", seconds: float = SECONDS, **options: Any) -> Any:
        """Return the result of the function `name` of `FUNCTIONS` for these arguments.

        Raises what it raises, TooHeavy, ReaderBusy.
        """
        value = None
        for frame in self._frames(name, arguments, options, lane, seconds):
            value = frame[1]
        return value

    def stream(
        self, name: str, /, *arguments: Any, lane: Lane = "file", seconds: float = SECONDS, **options: Any
    ) -> Iterator[Any]:
        """Yield the items of a generator, with `seconds` for each. Raises as `call`."""
        for frame in self._frames(name, arguments, options, lane, seconds):
            if frame[0] == "item":
                yield frame[1]

    def processes(self, lane: Lane) -> list[int]:
        """Return the process ids of the children that are idle."""
        with self._guard:
            return [child.id for child in self._idle[lane]]

    def close(self) -> None:
        """End the children that are idle."""
        with self._guard:
            for children in self._idle.values():
                while children:
                    children.pop().kill()

    def _frames(
        self, name: str, arguments: tuple[Any, ...], options: dict[str, Any], lane: Lane, seconds: float
    ) -> Iterator[list[Any]]:
        """Yield the frames of a child; if it is killed before the first, those of another one."""
        parts = pack([name, list(arguments), options, seconds])
        digest = _digest([name, list(arguments), options])
        for is_last in (False, True):
            answers = 0
            try:
                for frame in self._answers(parts, digest, lane, seconds):
                    answers += 1
                    yield frame
                return
            except _ChildKilled as error:
                log.warning("A process that opens foreign files was killed")
                if answers or is_last:
                    raise ReaderBusy(_BUSY) from error

    def _answers(self, parts: list[bytes], digest: str, lane: Lane, seconds: float) -> Iterator[list[Any]]:
        """Yield the frames of one child. Raises as `call`, and _ChildKilled."""
        with self._guard:
            if digest in self._heavy:
                raise TooHeavy
        with self._child(lane) as child:
            try:
                child.write(parts, seconds)
                for _ in range(MOST_ANSWERS):
                    frame = _required(child.read(seconds))
                    if frame[0] in ("heavy", "error"):
                        break
                    if frame[0] == "end":
                        child.is_free = True
                        yield frame
                        return
                    yield frame
                else:
                    frame = ["heavy"]
            except MachineBusy as error:
                raise ReaderBusy(_BUSY) from error
            except (TimeoutError, ValueError):
                frame = ["heavy"]
            except BrokenPipeError as error:  # it ended before it took the call: the file is not at fault
                raise _ChildKilled from error
            except (EOFError, OSError) as error:
                if child.was_killed():
                    raise _ChildKilled from error
                frame = ["heavy"]
            if frame[0] == "error":
                child.is_free = True
                raise ERRORS[frame[1]](frame[2])
            self._remember(digest)
            raise TooHeavy

    @contextmanager
    def _child(self, lane: Lane) -> Iterator[Child]:
        """Lend a child; kill it if its call did not end in good order."""
        patience = PATIENCE
        if current_urgency() is Urgency.BACKGROUND:
            lane, patience = "work", BACKGROUND_PATIENCE
        caller = f"{current_office()}/{current_caller()}"
        self._enter(lane, caller, patience)
        try:
            with self._guard:
                child = self._idle[lane].pop() if self._idle[lane] else None
            if child is not None and not child.is_alive():
                child.kill()
                child = None
            child = child or _start_child(lane)
            child.is_free = False
            try:
                yield child
            finally:
                child.calls += 1
                fresh = child.calls < MOST_CALLS and child.processor_time() < MOST_PROCESSOR
                if child.is_free and fresh:
                    self._take_back(child, lane)
                else:
                    child.kill()
        finally:
            with self._turn:
                self._lent[lane, caller] -= 1
                self._lent += Counter()  # without those who have none
                self._turn.notify_all()

    def _take_back(self, child: Child, lane: Lane) -> None:
        """Keep a child for the next call, and end those of each lane that were idle for long, but the last."""
        child.idle_since = time.monotonic()
        with self._guard:
            self._idle[lane].append(child)
            unused = []
            for children in self._idle.values():
                while len(children) > 1 and children[0].idle_since < child.idle_since - IDLE_SECONDS:
                    unused.append(children.pop(0))
        for other in unused:
            other.kill()

    def _enter(self, lane: Lane, caller: str, patience: float) -> None:
        """Wait for a child of a lane. Raises ReaderBusy."""

        def has_room() -> bool:
            lent = sum(count for (other, _), count in self._lent.items() if other == lane)
            return lent < CHILDREN[lane] and self._lent[lane, caller] < SHARE.get(lane, CHILDREN[lane])

        with self._turn:
            if not self._turn.wait_for(has_room, patience):
                raise ReaderBusy(_BUSY)
            self._lent[lane, caller] += 1

    def _remember(self, digest: str) -> None:
        with self._guard:
            self._heavy[digest] = None
            while len(self._heavy) > REMEMBERED:
                self._heavy.popitem(last=False)


def _required(frame: list[Any]) -> list[Any]:
    """Return a frame that has its parts. Raises ValueError for one that no child of ours sends."""
    match frame:
        case ["item" | "end", _] | ["heavy"]:
            return frame
        case ["error", str(kind), str()] if kind in ERRORS:
            return frame
    raise ValueError("no answer")


def _digest(call: list[Any]) -> str:
    """Return the key under which a call is remembered as too heavy; its deadline does not count."""
    digest = hashlib.sha256()
    for part in pack(call):
        digest.update(part)
    return digest.hexdigest()


def _start_child(lane: Lane) -> Child:
    """Return a new child that is ready. Raises ReaderBusy."""
    child = None
    try:
        child = Child(NICE[lane])
        child.wait_ready()
    except (EOFError, ValueError, OSError) as error:  # TimeoutError is one
        if child is not None:
            child.kill()
        log.error("The process that opens foreign files does not start: %r", error)
        raise ReaderBusy(_BUSY if isinstance(error, MachineBusy) else _NOT_STARTED) from error
    return child


@lru_cache(maxsize=1)
def _reader_of(process: int) -> ChildPool:
    opened = ChildPool()
    atexit.register(opened.close)
    return opened


def child_pool() -> ChildPool:
    """Return the pool of this process."""
    return _reader_of(os.getpid())
