"""LibreOffices of one process convert for others, at a socket."""

from __future__ import annotations

import os
import re
import resource
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from docgen.errors import Busy, ConversionFailed, ConversionTimedOut, ConverterHung, ConverterUnavailable
from docgen.libreoffice import Converter, local_socket, worker
from docgen.libreoffice.converter_server import ConverterServer
from docgen.libreoffice.pool import Pool
from docgen.libreoffice.remote_converter import SILENCE, RemoteConverter
from docgen.render.pdf.pdfium import page_text
from tests.support.files.word import letter, long_report
from tests.support.machine.libreoffices import busy_office, send, wait_until
from wording import packed, say

LETTER = letter("Dengan hormat.")
CALL = {
    "call": "convert",
    "deadline": 30.0,
    "group": "",
    "urgency": 0,
    "office": "",
    "caller": "account:ana",
    "notes": {},
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a socket may be, deeper than the kernel takes an address."""
    folder = tmp_path / ("dalam" * 30)
    folder.mkdir()
    return folder / "converter"


def test_another_process_converts_by_the_socket(path: Path, converter: Converter) -> None:
    """The PDF of a letter comes back whole, several at once; what is no letter is refused with the same error."""
    assert isinstance(converter, Pool)
    with closing(ConverterServer(converter, path)), ThreadPoolExecutor(3) as threads:
        remote = RemoteConverter(path)
        remote.check()
        for pdf in threads.map(lambda _: remote.convert(LETTER), range(3)):
            assert "Dengan hormat." in page_text(pdf)[0]
        with pytest.raises(ConversionFailed) as here:
            converter.convert(b"no letter")
        with pytest.raises(ConversionFailed, match=re.escape(str(here.value))):
            remote.convert(b"no letter")


def test_an_error_keeps_its_class_and_its_sentence(path: Path) -> None:
    """What another process raises can be told apart, and said in another language, as if it were raised here."""

    class Worse(ConversionTimedOut):
        """An error that the other end may not know."""

    with closing(local_socket.listen(path)) as listener:
        for error in (ConverterHung("Macet."), Worse(say("Lewat {seconds} detik.", seconds=3))):
            with local_socket.connect(path) as there, local_socket.accept(listener) as here:
                local_socket.send_error(there, error)
                with pytest.raises(ConverterHung if type(error) is ConverterHung else ConversionTimedOut) as raised:
                    local_socket.receive(here)
                assert packed(raised.value.args[0]) == packed(error.args[0])


def test_a_document_outlives_the_process_that_had_it(path: Path, converter: Converter) -> None:
    """Whoever has a document when its server ends waits for the next one, which converts it."""
    assert isinstance(converter, Pool)
    with closing(local_socket.listen(path)) as listener, ThreadPoolExecutor(1) as threads:
        pdf = threads.submit(RemoteConverter(path).convert, LETTER)
        with local_socket.accept(listener) as line:
            assert local_socket.receive(line)[1] == LETTER
        listener.close()
        with closing(ConverterServer(converter, path)):
            assert "Dengan hormat." in page_text(pdf.result(60))[0]


def test_a_server_without_a_free_file_takes_calls_again(
    tmp_path: Path, pool: Callable[..., Pool], caplog: pytest.LogCaptureFixture
) -> None:
    """A call that cannot be accepted, because the process has too many files open, is answered as soon as it can be."""
    with closing(ConverterServer(pool(1, warm=False), tmp_path / "socket")):
        with no_file_but_one(), closing(local_socket.connect(tmp_path / "socket")) as line:
            wait_until(lambda: "cannot be taken" in caplog.text)
            assert not line.poll(0)
        RemoteConverter(tmp_path / "socket").check()


@contextmanager
def no_file_but_one() -> Iterator[None]:
    """Let this process open one more file, and no other."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    opened = [os.open(os.devnull, os.O_RDONLY)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (opened[0] + 64, limits[1]))
    try:
        with suppress(OSError):
            while True:
                opened.append(os.open(os.devnull, os.O_RDONLY))
        os.close(opened.pop())
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        for descriptor in opened:
            os.close(descriptor)


def test_without_a_server_nothing_can_be_converted(path: Path) -> None:
    """Where nobody listens for longer than a document waits, it is refused as when LibreOffice is away."""
    remote = RemoteConverter(path, patience=0.1)
    with pytest.raises(ConverterUnavailable, match="tidak dapat dijalankan"):
        remote.check()
    with pytest.raises(ConverterUnavailable, match="tidak dapat dijalankan"):
        remote.convert(LETTER)
    remote.close()
    with pytest.raises(ConverterUnavailable, match="sedang dimatikan"):
        remote.convert(LETTER)


def test_a_probe_does_not_wait_for_a_server_that_stands_still(path: Path) -> None:
    """A server that takes a call and does not answer keeps a document waiting for long, and a probe for no longer than
    one that is not there.
    """
    with closing(local_socket.listen(path)) as listener, ThreadPoolExecutor(1) as threads:
        probe = threads.submit(RemoteConverter(path, patience=0.1).check)
        with local_socket.accept(listener) as line:
            assert local_socket.receive(line) == ({"call": "check"}, b"")
            with pytest.raises(ConverterUnavailable, match="tidak dapat dijalankan"):
                probe.result(SILENCE / 2)


def test_a_caller_that_is_gone_gives_up_its_place(
    tmp_path: Path, path: Path, pool: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document whose caller was killed while it waited is not converted, and those behind it move up."""
    monkeypatch.setattr(worker, "STILL_SECONDS", 60.0)
    office = pool(1, most_waiting=1)
    with closing(ConverterServer(office, path)), ThreadPoolExecutor(1) as threads:
        report = threads.submit(office.convert, long_report(), deadline=600.0)
        frozen = busy_office(tmp_path / "office")
        send([frozen], signal.SIGSTOP)  # so that the report is in work for as long as others wait
        with local_socket.connect(path) as line:
            local_socket.send(line, CALL, LETTER)
            wait_until(lambda: office.waiting() == 1)
            with pytest.raises(Busy):
                RemoteConverter(path).convert(LETTER)
        wait_until(lambda: office.waiting() == 0)
        assert not report.done()
        send([frozen], signal.SIGCONT)
        assert report.result(60).startswith(b"%PDF")
