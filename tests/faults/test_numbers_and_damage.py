"""Many clients at one register, a flipped byte anywhere, a full disk, a disk that became read-only."""

from __future__ import annotations

import dataclasses
import os
import random
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches.job import task_of
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.void import void
from docgen.desk.issuing.issue import issue
from docgen.desk.mirror import keep_mirror
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.service.document_recovery import recover
from docgen.desk.service.job_functions import WORKERS
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import Catalogue, journal, registers
from storage.catalogue.numbering import numbers
from storage.errors import StoreFull, StoreUnavailable
from tests.support.files.pdfs import pdf
from tests.support.machine.long_run import LONG
from tests.support.office.batches import batch_of_letters, letter_request

NUMBERS = 10_000 if LONG else 1_000
PROCESSES, THREADS = 4, 8

TAKE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from storage.catalogue import Catalogue
from storage.catalogue.numbering import numbers
url, threads, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
catalogue = Catalogue(url)
def take(_):
    with catalogue.write() as tx:
        return numbers.take_sequence(tx, "UNIT", 2026)
with ThreadPoolExecutor(threads) as pool:
    print(*pool.map(take, range(count)))
"""


@pytest.mark.parametrize("where", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_32_clients_take_numbers(where: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Four processes of eight threads take 1000 numbers (10,000 in the long run): exactly 1 to N, none twice."""
    url = request.getfixturevalue("postgres_url") if where == "postgres" else f"sqlite:///{tmp_path / 'c.sqlite'}"
    catalogue = Catalogue(url)
    catalogue.upgrade()
    command = [sys.executable, "-c", TAKE, url, str(THREADS), str(NUMBERS // PROCESSES)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)]
    told = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES
    taken = [int(word) for text in told for word in text.split()]
    assert sorted(taken) == list(range(1, NUMBERS + 1))
    with catalogue.read() as tx:
        assert numbers.last_sequence(tx, "UNIT", 2026) == NUMBERS
    catalogue.close()


@pytest.mark.office
def test_one_flipped_byte_in_any_object_is_found(desk: Desk) -> None:
    """Of every object of an archive in turn, one byte at random is changed: that key, and no other, is told."""
    document = issue(desk, letter_request(desk), "sari")
    jobs = Jobs(desk, WORKERS)
    assert jobs.run("bundle", {"documents": [document.id]}, "sari").status == "done"
    assert jobs.run("batch", task_of(batch_of_letters(desk, {})), "sari").status == "done"
    attach(desk, document.id, pdf("tanda tangan"), "salinan.pdf", "sari")
    void(desk, document.id, "Salah tujuan", "sari")
    keep_mirror(desk)
    assert check_archive(desk).findings() == []
    for key in list(desk.store.keys()):
        path = desk.data / "objects" / key
        whole = path.read_bytes()
        at = random.randrange(len(whole))
        path.chmod(0o644)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << random.randrange(8)]) + whole[at + 1 :])
        report = check_archive(desk)
        assert set(report.changed) == {key}
        assert not report.sound
        path.write_bytes(whole)
    assert check_archive(desk).findings() == []


@contextmanager
def small_disk(folder: Path, mebibytes: int) -> Iterator[Path]:
    """A disk of its own in memory, or a loud skip where nobody may mount one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", f"docgen-{secrets.token_hex(4)}", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("NOT TESTED: only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Use up all the room; returns the file that does."""
    ballast = disk / "penuh"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    return ballast


def remount(folder: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)


def office_on(store: Path, data: Path, converter: Converter) -> Desk:
    """A demo office with its archive in a folder."""
    env = {"DOCGEN_DATA": str(data), "DOCGEN_STORE_URL": (store / "objects").as_uri()}
    desk = open_desk(read_settings(env), converter)
    initialise(desk, demo=True)
    return desk


def is_whole(desk: Desk, count: int) -> None:
    """All that was promised is archived once; no half-written file counts."""
    with desk.catalogue.read() as tx:
        entries = numbers.list_entries(tx, registers.get_office(tx).unit_code, desk.today().year)
        assert journal.list_pending(tx) == []
    assert [entry.sequence for entry in entries] == list(range(1, count + 1))
    assert {entry.status for entry in entries} == {"issued"}
    assert check_archive(desk).findings() == []


@pytest.mark.office
def test_the_archive_disk_is_full(tmp_path: Path, converter: Converter) -> None:
    """No new number is taken. A disk that is filled after that look is told in clear words, and the letter kept:
    nothing half-written counts, and when there is room the same number is archived.
    """
    with small_disk(tmp_path / "disk", 4) as disk:
        desk = office_on(disk, tmp_path / "data", converter)
        issue(desk, letter_request(desk), "sari")
        ballast = fill(disk)
        with pytest.raises(StoreFull, match="belum ada nomor"):
            issue(desk, letter_request(desk), "sari")
        looked = dataclasses.replace(desk, disks=())
        for _ in range(2):
            with pytest.raises(DocumentPending, match="penuh"):
                issue(looked, letter_request(desk), "sari")
        assert sum(key.endswith("record.json") for key in desk.store.keys()) == 1  # noqa: SIM118
        assert recover(desk) == 0
        ballast.unlink()
        later(desk)
        assert recover(desk) == 2
        is_whole(desk, 3)
        desk.catalogue.close()


@pytest.mark.office
def test_the_archive_disk_became_read_only(tmp_path: Path, converter: Converter) -> None:
    """The same: what was promised is finished when the disk is writable again."""
    with small_disk(tmp_path / "disk", 8) as disk:
        desk = office_on(disk, tmp_path / "data", converter)
        issue(desk, letter_request(desk), "sari")
        remount(disk, "ro")
        with pytest.raises(DocumentPending, match="hanya"):
            issue(desk, letter_request(desk), "sari")
        with pytest.raises(StoreUnavailable):
            desk.store.check()
        assert check_archive(desk).missing == []
        remount(disk, "rw")
        later(desk)
        assert recover(desk) == 1
        is_whole(desk, 2)
        desk.catalogue.close()


@pytest.mark.office
def test_the_disk_of_the_database_is_full(tmp_path: Path, converter: Converter) -> None:
    """Nothing is numbered that cannot be kept: a clear error, and the next number follows on when there is room."""
    with small_disk(tmp_path / "disk", 12) as disk:
        (tmp_path / "archive").mkdir()
        desk = office_on(tmp_path / "archive", disk / "data", converter)
        issue(desk, letter_request(desk), "sari")
        ballast = fill(disk)
        with pytest.raises(StoreFull, match="belum ada nomor"):
            issue(desk, letter_request(desk), "sari")
        looked = dataclasses.replace(desk, disks=())  # as if the disk had been filled just after
        promised, refused = 1, []
        while not refused:  # until the database needs a page that the disk has not
            try:
                issue(looked, letter_request(desk), "sari")
                promised += 1
            except DocumentPending:
                promised += 1
            except StoreUnavailable as error:
                refused.append(str(error))
        assert "ruang disk" in refused[0]
        ballast.unlink()
        later(desk)
        recover(desk)
        issue(desk, letter_request(desk), "sari")
        is_whole(desk, promised + 1)
        desk.catalogue.close()


def later(desk: Desk) -> None:
    """Half a minute is over: what failed may be tried again."""
    with desk.catalogue.write() as tx:
        for line in journal.list_pending(tx):
            journal.note_failure(tx, line.document, "", desk.now())
