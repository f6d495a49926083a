"""One bad document never stops the office: hangs, crashes, deaths and a missing LibreOffice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from docgen.errors import Busy, ConversionFailed, ConverterHung, ConverterUnavailable
from docgen.libreoffice import pool as pool_module
from docgen.libreoffice import worker
from docgen.libreoffice.helper import pipe_name
from docgen.libreoffice.pool import LOSSES, TIMEOUTS, Pool
from docgen.libreoffice.sandbox import Installation, find_installation
from tests.support.files.word import edited, letter, long_report
from tests.support.machine.libreoffices import at_work, busy_office, offices, offices_themselves, send, wait_until
from tests.support.machine.long_run import LONG
from tests.support.office.letters import notas, subjects

LETTER = letter("Dengan hormat.")
BROKEN_INSTALLATION = Installation(Path("/bin/false"), Path("/usr/bin/python3"), has_uno=True)


def result_or_close(conversion: Future[bytes], office: Pool) -> bytes:
    """The result of a conversion; one that does not end is ended with its pool, so that the test fails and ends."""
    try:
        return conversion.result(60)
    except TimeoutError:
        office.close()
        raise


@pytest.mark.office
def test_a_hung_libreoffice_costs_nobody_a_letter(tmp_path: Path, pool: Callable[..., Pool]) -> None:
    """A LibreOffice that stands still is ended long before the deadline, and its document converted by another; the
    next document does not wait for it.
    """
    office = pool(1, spares=1)
    wait_until(lambda: len(offices_themselves(tmp_path)) == 2)
    with ThreadPoolExecutor(2) as threads:
        hanging = threads.submit(office.convert, long_report(), deadline=600.0)
        frozen = busy_office(tmp_path / "office")
        send([frozen], signal.SIGSTOP)
        assert office.convert(LETTER).startswith(b"%PDF")
        assert hanging.result().startswith(b"%PDF")
    assert frozen not in offices(tmp_path)


@pytest.mark.office
def test_without_uno_no_letter_counts_as_hung(pool: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a LibreOffice starts for each document, its work cannot be seen: a slow letter is waited for, and the first
    worker converts it.
    """
    monkeypatch.setattr(worker, "STILL_SECONDS", 0.2)
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.05)
    found = find_installation()
    assert found is not None
    single = replace(found, has_uno=False)
    starts = iter([single])
    office = pool(1, find=lambda: next(starts, None))
    assert office.convert(long_report()).startswith(b"%PDF")


@pytest.mark.office
def test_a_refused_document_does_not_wait_for_a_worker_that_never_comes(pool: Callable[..., Pool]) -> None:
    """Refused by the only LibreOffice that started, a document is tried by its successor or hears there is none."""
    starts = iter([find_installation()])
    office = pool(2, find=lambda: next(starts, BROKEN_INSTALLATION))
    assert office.convert(LETTER).startswith(b"%PDF")
    with ThreadPoolExecutor(1) as threads:
        refused = threads.submit(office.convert, edited(LETTER, "word/document.xml", "<w:body>", "<w:body><w:p>"))
        with pytest.raises(ConverterUnavailable, match="tidak dapat dijalankan"):
            result_or_close(refused, office)


@pytest.mark.office
def test_a_document_waits_no_longer_for_its_second_worker_than_for_its_first(
    tmp_path: Path, pool: Callable[..., Pool]
) -> None:
    """Its worker lost and no fresh one to come, a document is given up after the same patience; the used worker goes on
    with others.
    """
    starts = iter([find_installation(), find_installation()])
    office = pool(2, find=lambda: next(starts, BROKEN_INSTALLATION))
    wait_until(lambda: office.ready() == 2)
    office.patience = 2.0
    with ThreadPoolExecutor(2) as threads:
        lost = threads.submit(office.convert, long_report())
        busy = busy_office(tmp_path / "office")
        assert office.convert(LETTER).startswith(b"%PDF")  # by the other, which is fresh no more
        send([busy], signal.SIGKILL)
        with pytest.raises(ConverterUnavailable, match="sedang penuh"):
            result_or_close(lost, office)
        assert office.convert(LETTER).startswith(b"%PDF")


@pytest.mark.office
def test_a_document_that_is_late_twice_fails_alone(
    tmp_path: Path, pool: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that a used and a fresh LibreOffice do not finish in time is refused; the other worker goes on, and
    a new one takes the place of each that was ended.
    """
    monkeypatch.setattr(worker, "STILL_SECONDS", 60.0)
    office = pool(2)
    wait_until(lambda: len(offices_themselves(tmp_path)) == 2)
    with ThreadPoolExecutor(1) as threads:
        hanging = threads.submit(office.convert, long_report(), deadline=4.0)
        for _ in range(TIMEOUTS):
            frozen = busy_office(tmp_path / "office")
            send([frozen], signal.SIGSTOP)
            wait_until(lambda gone=frozen: gone not in offices(tmp_path))
        with pytest.raises(ConversionFailed, match=r"dua kali tidak selesai .* dalam 4 detik"):
            hanging.result()
    wait_until(lambda: len(offices_themselves(tmp_path)) == 2)
    assert office.convert(LETTER).startswith(b"%PDF")


@pytest.mark.office
@pytest.mark.parametrize("workers", [1, 2])
def test_no_file_is_to_blame_before_two_libreoffices_refused_it(
    workers: int, pool: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that one LibreOffice refuses is tried by another; on a full disk it is the disk that is to blame."""
    office = pool(workers)
    asked: list[worker.Worker] = []
    convert = worker.Worker.convert

    def noted(self: worker.Worker, docx: bytes, deadline: float) -> bytes:
        asked.append(self)
        return convert(self, docx, deadline)

    monkeypatch.setattr(worker.Worker, "convert", noted)
    broken = edited(LETTER, "word/document.xml", "<w:body>", "<w:body><w:p>")
    with pytest.raises(ConversionFailed, match="tidak dapat membaca berkas Word"):
        office.convert(broken)
    assert len(set(asked)) == len(asked) == 2
    monkeypatch.setattr(pool_module, "ROOM", 1 << 62)
    with pytest.raises(ConverterUnavailable, match="Disk layanan penuh"):
        office.convert(broken)


@pytest.mark.office
def test_a_worker_killed_on_a_document_is_retried(tmp_path: Path, pool: Callable[..., Pool]) -> None:
    """A LibreOffice that dies on a document costs the caller nothing: another worker makes the PDF."""
    office = pool(2)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(office.convert, long_report())
        send([busy_office(tmp_path / "office")], signal.SIGKILL)
        assert running.result().startswith(b"%PDF")


@pytest.mark.office
def test_a_document_that_kills_three_times_fails(tmp_path: Path, pool: Callable[..., Pool]) -> None:
    """A document on which three LibreOffices died is not tried again; the next document is converted."""
    office = pool(1)
    with ThreadPoolExecutor(1) as threads:
        poison = threads.submit(office.convert, long_report())
        for _ in range(LOSSES):
            office_at_work = busy_office(tmp_path / "office")
            send([office_at_work], signal.SIGKILL)
            wait_until(lambda gone=office_at_work: gone not in offices(tmp_path))
        with pytest.raises(ConversionFailed, match="tiga kali"):
            poison.result()
    assert office.convert(LETTER).startswith(b"%PDF")


@pytest.mark.office
def test_a_libreoffice_that_hangs_three_times_is_not_the_files_fault(
    pool: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where each stands still on a document, the caller hears of LibreOffice, not to look for a mistake in the file."""
    asked = []

    def hang(self: worker.Worker, docx: bytes, deadline: float) -> bytes:
        asked.append(self)
        raise worker.WorkerHung("idle")

    office = pool(1, spares=1)
    monkeypatch.setattr(worker.Worker, "convert", hang)
    with pytest.raises(ConverterHung, match="tidak dapat dijalankan"):
        office.convert(LETTER)
    assert len(set(asked)) == LOSSES


@pytest.mark.office
def test_a_spare_takes_over_at_once(tmp_path: Path, pool: Callable[..., Pool]) -> None:
    """With a spare, one worker works and a second is warm: killed on a document, the other makes the PDF while the
    first's successor only starts; never do both work at once.
    """
    office = pool(1, spares=1)
    wait_until(lambda: len(offices_themselves(tmp_path)) == 2)
    with ThreadPoolExecutor(2) as threads:
        running = threads.submit(office.convert, long_report())
        lost = busy_office(tmp_path / "office")
        waiting = threads.submit(office.convert, LETTER)
        assert len(at_work(tmp_path / "office")) == 1
        send([lost], signal.SIGKILL)
        assert running.result().startswith(b"%PDF")
        assert waiting.result().startswith(b"%PDF")
    wait_until(lambda: len(offices_themselves(tmp_path)) == 2)


@pytest.mark.office
def test_a_worker_that_grew_is_replaced(tmp_path: Path, pool: Callable[..., Pool]) -> None:
    """A LibreOffice with more memory than allowed ends after its document; another takes its place."""
    office = pool(1, recycle_mib=1)
    wait_until(lambda: len(offices_themselves(tmp_path)) == 1)
    [first] = offices_themselves(tmp_path)
    assert office.convert(LETTER).startswith(b"%PDF")
    assert office.convert(LETTER).startswith(b"%PDF")
    assert first not in offices_themselves(tmp_path)


@pytest.mark.office
def test_whoever_is_killed_every_document_arrives(tmp_path: Path, pool: Callable[..., Pool]) -> None:
    """Workers are killed at random while eight clients convert 100 letters (500 in the long run), alone and in company:
    each client gets each of its PDFs, and nothing but what living workers use is left.
    """
    letters = 500 if LONG else 100
    docxs = notas(letters)
    office = pool(2, spares=1, patience=300.0)
    draw, done = random.Random(5), threading.Event()

    def kill() -> None:
        for _ in range(letters // 10):
            wait_until(lambda: done.is_set() or len(offices_themselves(tmp_path)) == 3)
            if done.wait(draw.uniform(0.1, 1.0)):
                return
            send([draw.choice(offices_themselves(tmp_path))], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with ThreadPoolExecutor(8) as clients:
            pdfs = list(clients.map(lambda docx: office.convert(docx, group="uji"), docxs))
    finally:
        done.set()
        killer.join()
    assert subjects(pdfs) == [str(number) for number in range(letters)]
    office.close()
    assert list((tmp_path / "office").iterdir()) == []


@pytest.mark.office
def test_workers_killed_while_idle_are_replaced(tmp_path: Path, pool: Callable[..., Pool]) -> None:
    """When every process of the pool is killed between two documents, the next one arrives all the same."""
    office = pool(2)
    office.convert(LETTER)
    wait_until(lambda: len(offices_themselves(tmp_path)) == 2)
    send(offices(tmp_path), signal.SIGKILL)
    assert office.convert(LETTER).startswith(b"%PDF")


@pytest.mark.office
def test_nothing_is_left_after_close(tmp_path: Path, pool: Callable[..., Pool]) -> None:
    """Closing ends every process and removes profiles, temporary files and sockets, busy or idle, even twice."""
    office = pool(2, recycle_after=1)
    for _ in range(3):
        office.convert(LETTER)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(office.convert, long_report())
        busy_office(tmp_path / "office")
        pipes = [pipe_name(folder) for folder in (tmp_path / "office").glob("pool-*/*")]
        office.close()
        with pytest.raises(ConverterUnavailable, match="dimatikan"):
            running.result()
    office.close()
    assert list((tmp_path / "office").iterdir()) == []
    assert offices(tmp_path) == []
    assert pipes
    assert not [left for name in pipes for left in Path("/tmp").glob(f"OSL_PIPE_*_{name}")]
    with pytest.raises(ConverterUnavailable, match="dimatikan"):
        office.convert(LETTER)


@pytest.mark.office
def test_a_pool_that_is_not_warm_starts_with_the_first_document(tmp_path: Path, pool: Callable[..., Pool]) -> None:
    """A command that makes no document starts no LibreOffice; one that does gets its PDF all the same."""
    pool(2, warm=False).close()
    office = pool(1, warm=False)
    office.check()
    assert offices(tmp_path) == []
    assert office.convert(LETTER).startswith(b"%PDF")
    assert offices(tmp_path) != []


@pytest.mark.office
def test_killing_the_service_leaves_no_libreoffice(tmp_path: Path, pool: Callable[..., Pool]) -> None:
    """After SIGKILL of the service, busy LibreOffices end by themselves, and the next start removes their folders."""
    program = f"""
        import sys, threading
        from pathlib import Path
        from docgen.libreoffice import start_converter
        converter = start_converter(2, Path({str(tmp_path / "office")!r}))
        docx = sys.stdin.buffer.read()
        converter.convert(docx)
        print("siap", flush=True)
        while True:
            converter.convert(docx)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as service:
        assert service.stdin is not None
        assert service.stdout is not None
        service.stdin.write(LETTER)
        service.stdin.close()
        assert service.stdout.readline() == b"siap\n"
        assert offices(tmp_path)
        service.kill()
    wait_until(lambda: not offices(tmp_path))
    left = list((tmp_path / "office").iterdir())
    office = pool(1)
    assert left
    assert not any(folder.exists() for folder in left)
    assert office.convert(LETTER).startswith(b"%PDF")


def test_without_libreoffice_it_says_what_to_do(tmp_path: Path) -> None:
    """Starting without LibreOffice is no error; converting and checking name what is missing and how to get it."""
    office = Pool(2, tmp_path, find=lambda: None)
    try:
        with pytest.raises(ConverterUnavailable, match=r"LibreOffice tidak ditemukan.*make run"):
            office.convert(LETTER)
        with pytest.raises(ConverterUnavailable, match=r"libreoffice-writer-nogui"):
            office.check()
    finally:
        office.close()


@pytest.mark.office
def test_libreoffice_installed_later_is_taken_up(pool: Callable[..., Pool]) -> None:
    """Once LibreOffice is there, the next document is converted without a restart of the service."""
    there: list[Installation | None] = [None]
    office = pool(2, find=lambda: there[0])
    with pytest.raises(ConverterUnavailable):
        office.convert(LETTER)
    there[0] = find_installation()
    assert office.convert(LETTER).startswith(b"%PDF")
    office.check()


def test_a_libreoffice_that_does_not_start_is_reported(tmp_path: Path) -> None:
    """A broken installation gives a message, not an endless wait."""
    office = Pool(1, tmp_path, find=lambda: BROKEN_INSTALLATION)
    try:
        with pytest.raises(ConverterUnavailable, match="tidak dapat dijalankan"):
            office.convert(LETTER)
    finally:
        office.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.office
def test_a_full_queue_refuses(tmp_path: Path, pool: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch) -> None:
    """More waiting documents than the queue holds are refused at once, and one that waits too long is refused then."""
    monkeypatch.setattr(worker, "STILL_SECONDS", 60.0)
    monkeypatch.setattr(pool_module, "QUEUE", 3)
    office = pool(1)
    office.convert(LETTER)
    send(offices_themselves(tmp_path), signal.SIGSTOP)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(office.convert, LETTER, deadline=4.0)
        busy_office(tmp_path / "office")
        office.patience = 1.0  # of those that come now; the first may wait for a worker in place of the one that hangs
        waiting = [threads.submit(office.convert, LETTER) for _ in range(3)]
        wait_until(lambda: office.waiting() == 3 or any(one.done() for one in waiting))
        with pytest.raises(Busy, match="sedang penuh"):
            office.convert(LETTER)
        for one in waiting:
            with pytest.raises(Busy, match="sedang penuh"):
                one.result()
        assert first.result().startswith(b"%PDF")  # by the worker that took the place of the one that hung
    office.patience = 60.0
    assert office.convert(LETTER).startswith(b"%PDF")
