"""Hostile files cost a child its life and nobody else anything."""

from __future__ import annotations

import contextlib
import os
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.errors import DocgenError, NotFound, PdfError
from docgen.foreign import ChildPool, ReaderBusy, TooHeavy, process
from docgen.foreign import child_pool as the_reader
from docgen.foreign.frames import LARGEST, pack, unpack
from docgen.render.pdf.pdfium import page_png
from docgen.render.pdf.text_search import TextBox
from docgen.render.scans.read import ScannedPage
from docgen.work_context import set_caller
from tests.support.hostile import small_pdfs as hostile
from tests.support.machine.processes import children
from wording import say

SECONDS = 2.0  # for each hostile file; the service gives them 5


@pytest.fixture
def reader() -> Iterator[ChildPool]:
    """A reader of the test's own."""
    opened = ChildPool()
    yield opened
    opened.close()


def test_a_child_answers_what_the_function_would(reader: ChildPool) -> None:
    """Values, streams and errors of a child are those of the function itself."""
    pdf = hostile.plain()
    assert reader.call("page_png", pdf, 1, width=300) == page_png(pdf, 1, width=300)
    assert reader.call("page_count", pdf) == 1
    [page] = reader.stream("read_scans", [["a.pdf", pdf]])
    assert (page.source, page.index) == ("a.pdf", 1)
    with pytest.raises(NotFound, match="halaman 2 tidak ada"):
        reader.call("page_png", pdf, 2)
    with pytest.raises(PdfError, match="bukan PDF"):
        reader.call("page_count", b"no PDF")


@pytest.mark.parametrize("name", hostile.HEAVY)
def test_a_heavy_file_is_refused_at_its_deadline_and_others_are_served(reader: ChildPool, name: str) -> None:
    """Each hostile file ends with an answer: a picture, or that it is too heavy; a harmless one meanwhile is read."""
    heavy = hostile.HEAVY[name]()
    outcome: list[str] = []

    def open_it() -> None:
        try:
            reader.call("page_png", heavy, 1, seconds=SECONDS)
            outcome.append("picture")
        except PdfError as error:
            outcome.append(type(error).__name__)

    assert reader.call("page_count", hostile.plain()) == 1  # a child is warm
    thread = threading.Thread(target=open_it)
    thread.start()
    assert reader.call("page_count", hostile.plain()) == 1
    thread.join(SECONDS + 60)
    assert outcome, "the call never ended"
    assert outcome[0] in ("picture", "TooHeavy", "PdfError")


def test_what_was_too_heavy_is_not_tried_again(reader: ChildPool) -> None:
    """A file that cost a child its life costs no other one when it is asked for again, be it with more time."""
    heavy = hostile.tiling()
    with pytest.raises(TooHeavy):
        reader.call("page_png", heavy, 1, seconds=0.5)
    assert reader.call("page_count", hostile.plain()) == 1  # a child waits, and would be killed
    for seconds in (0.5, 1.0):
        waiting = reader.processes("page")
        with pytest.raises(TooHeavy):
            reader.call("page_png", heavy, 1, seconds=seconds)
        assert reader.processes("page") == waiting != []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_that_somebody_killed_says_nothing_of_its_file(
    reader: ChildPool, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """Ended by the system or an administrator, a child is followed by another that answers; killed once more, the
    caller hears that it is busy, and the next call reads the file.
    """
    kill_on_write(monkeypatch, number, 1)
    assert reader.call("page_count", hostile.plain()) == 1
    kill_on_write(monkeypatch, number, 2)
    with pytest.raises(ReaderBusy, match="banyak berkas"):
        reader.call("page_count", hostile.plain())
    assert reader.call("page_count", hostile.plain()) == 1


def test_a_file_on_which_a_child_crashed_is_not_tried_again(reader: ChildPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash is of the file: it is refused, and refused at once the next time."""
    kill_on_write(monkeypatch, signal.SIGSEGV, 1)
    for _ in range(2):
        with pytest.raises(TooHeavy):
            reader.call("page_count", hostile.plain())


@pytest.mark.parametrize(("command", "sentence"), [("/nonexistent", "administrator"), ("/bin/cat", "banyak berkas")])
def test_a_child_that_does_not_start_is_not_the_files_fault(
    reader: ChildPool, monkeypatch: pytest.MonkeyPatch, command: str, sentence: str
) -> None:
    """Where no child can be started the caller hears that nobody can open files; where none has time, that it is busy;
    both soon, and without a folder for temporary files.
    """
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    assert reader.call("page_count", hostile.plain(), lane="file") == 1
    monkeypatch.setattr(process, "START_SECONDS", 0.3)
    monkeypatch.setattr(process, "confined_python", lambda *_: [command])
    with pytest.raises(ReaderBusy, match=sentence):
        reader.call("page_count", hostile.plain())


@pytest.mark.parametrize("frame", ["large", "items", "wrong"])
def test_a_child_that_was_taken_over_fills_no_memory_of_the_service(
    reader: ChildPool, monkeypatch: pytest.MonkeyPatch, frame: str
) -> None:
    """One that sends without end, or what is no answer, is killed like one that is late."""
    frames = {
        "large": struct.pack(">IIQ", 2, 1, LARGEST) + b"{}",
        "items": b"".join(pack(["item", 1])),
        "wrong": b"".join(pack({"error": 1})),
    }
    script = (
        "import os, sys\n"
        f"os.write(1, {b''.join(pack(['ready']))!r} + {frames[frame]!r})\n"
        f"while True: os.write(1, {frames[frame] if frame == 'items' else b'0'!r})"
    )
    monkeypatch.setattr(process, "confined_python", lambda *_: [sys.executable, "-c", script])
    monkeypatch.setattr(sys.modules[ChildPool.__module__], "MOST_ANSWERS", 1000)
    with pytest.raises(TooHeavy):
        reader.call("page_count", hostile.plain(), seconds=0.5)


def test_children_that_are_not_needed_are_given_back(reader: ChildPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a rush started is ended when it was idle for long; one is kept warm."""
    pages = reader.stream("read_scans", [["a.pdf", hostile.plain()]])
    next(pages)
    reader.call("page_count", hostile.plain(), lane="file")
    assert list(pages) == []
    assert len(reader.processes("file")) == 2
    monkeypatch.setattr(sys.modules[ChildPool.__module__], "IDLE_SECONDS", 0)
    reader.call("page_count", hostile.plain())
    assert len(reader.processes("file")) == len(reader.processes("page")) == 1


def test_a_child_that_worked_long_is_replaced_between_two_calls(
    reader: ChildPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that it never ends of old age in the middle of a file, which would be refused for nothing."""
    reader.call("page_count", hostile.plain())
    before = reader.processes("page")
    monkeypatch.setattr(sys.modules[ChildPool.__module__], "MOST_PROCESSOR", 0)
    assert reader.call("page_count", hostile.plain()) == 1
    assert reader.processes("page") == []
    assert before


def test_one_callers_heavy_files_leave_a_child_to_others(reader: ChildPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends heavy files by the dozen waits for himself; another's is read at once."""
    begun = threading.Semaphore(0)
    monkeypatch.setattr(sys.modules[ChildPool.__module__], "PATIENCE", 0.2)

    def send(number: int) -> None:
        set_caller("account:a")
        begun.release()
        with contextlib.suppress(DocgenError):
            reader.call("page_png", hostile.tiling() + b"%d" % number, 1, lane="file", seconds=1.0)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
        begun.acquire()
    set_caller("account:b")
    try:
        assert reader.call("page_count", hostile.plain(), lane="file", seconds=30) == 1
    finally:
        set_caller("")
        for thread in threads:
            thread.join()


def test_a_machine_without_time_is_not_the_files_fault(reader: ChildPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that got no processor time in a long while is given up, its file is not: the next try reads it."""
    reader.call("page_count", hostile.plain())  # a child is warm
    monkeypatch.setattr(process, "SLOWER", 0)
    with pytest.raises(ReaderBusy, match="banyak berkas"):
        reader.call("page_png", hostile.function(), 1, seconds=60)
    monkeypatch.undo()
    with pytest.raises(TooHeavy):
        reader.call("page_png", hostile.function(), 1, seconds=0.3)


def test_a_child_holds_no_secret_and_reaches_nothing(reader: ChildPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's environment has none of the service's keys, and it has a network and a disk of its own."""
    monkeypatch.setenv("DOCGEN_SECRET_KEY", "jangan-bocor")
    monkeypatch.setenv("DOCGEN_S3_SECRET_KEY", "jangan-bocor")
    before = children()
    reader.call("page_count", hostile.plain())
    started = children() - before
    assert started
    for pid in started:
        assert b"jangan-bocor" not in Path(f"/proc/{pid}/environ").read_bytes()
        status = Path(f"/proc/{pid}/status").read_text()
        assert "NoNewPrivs:\t1" in status


def test_a_message_passes_with_its_values() -> None:
    """What a child says of a file can be said in another language, also where it is one field of a page."""
    message = say(
        "{name}: {error}", name="a.pdf", error=say("Berkas ini {count} halaman; paling banyak {most}.", count=9, most=5)
    )
    page = _unpacked(b"".join(pack(["item", ScannedPage("a.pdf", 0, doubtful=message)])))[1]
    assert page.doubtful == message
    assert page.doubtful.values["error"].values == {"count": "9", "most": "5"}


def test_nothing_but_data_passes_from_a_child() -> None:
    """Frames carry values, bytes and known shapes; whatever else a child may send is refused."""
    value = {"a": [1, 2.5, None, "x\u2028\ud800", b"\x00\xff"], "b": TextBox(1, 0.1, 0.2, 0.3, 0.4)}
    data = b"".join(pack(value))
    assert _unpacked(data) == value
    with pytest.raises(TypeError):
        pack(object())
    for wrong in (
        b"[" * 100_000,
        b'{"shape": "Popen", "fields": {}}',
        b'{"bytes": 3}',
        b'{"map": 1}',
        b"{",
        b'{"other": 1}',
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - JSON's own errors are some, too
            _unpacked(len(wrong).to_bytes(4, "big") + bytes(4) + wrong)
    with pytest.raises(ValueError, match="no frame"):
        _unpacked(struct.pack(">IIQQ", 2, 2, LARGEST, 1))


def test_a_process_has_one_reader() -> None:
    """Whoever asks for the reader of this process gets the same one."""
    assert the_reader() is the_reader()


def kill_on_write(monkeypatch: pytest.MonkeyPatch, number: signal.Signals, times: int) -> None:
    """Send the next children that are asked something a signal before they can answer."""
    write, left = process.Child.write, iter(range(times))

    def killed(child: process.Child, parts: list[bytes], seconds: float) -> None:
        if next(left, None) is not None:
            os.kill(child.id, signal.SIGSTOP)
            write(child, parts, seconds)
            os.kill(child.id, number)
            os.kill(child.id, signal.SIGCONT)
        else:
            write(child, parts, seconds)

    monkeypatch.setattr(process.Child, "write", killed)


def _unpacked(data: bytes) -> object:
    rest = memoryview(data)

    def read(count: int) -> bytes:
        nonlocal rest
        part, rest = bytes(rest[:count]), rest[count:]
        return part

    return unpack(read)


def test_a_child_whose_service_was_killed_ends_by_itself(tmp_path: Path) -> None:
    """What a killed service had in hand takes no processor time for long: the kernel ends the child."""
    (tmp_path / "heavy.pdf").write_bytes(hostile.HEAVY["tiling"]())
    script = (
        "import sys; from pathlib import Path\n"
        "from docgen.foreign import ChildPool; from docgen.foreign.process import Child\n"
        "write = Child.write\n"
        "Child.write = lambda self, *more: (write(self, *more), print(self.id, flush=True))\n"
        "ChildPool().call('page_png', Path(sys.argv[1]).read_bytes(), 1, seconds=0.5)\n"
    )
    service = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "heavy.pdf")], stdout=subprocess.PIPE, text=True
    )
    assert service.stdout is not None
    child = int(service.stdout.readline())
    service.kill()
    service.wait()
    service.stdout.close()
    deadline = time.monotonic() + 60
    while Path(f"/proc/{child}/stat").exists() and " Z " not in Path(f"/proc/{child}/stat").read_text():
        assert time.monotonic() < deadline, "the child works on for nobody"
        time.sleep(0.1)
