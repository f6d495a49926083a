"""Watch a folder for signed PDFs that other systems send back, and file each with its letter.

A file is taken when it has stopped growing, and moved to `selesai/` or `ditolak/` with a text beside it that says why.
It is locked meanwhile, so that of several processes one takes it; a process that is killed leaves it there for the next
round, which files nothing twice. Only plain files are opened: a link leads out of the folder, a pipe never ends.
"""

from __future__ import annotations

import fcntl
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.desk import Desk
from docgen.desk.scans.returned import file_returned
from docgen.errors import Busy, Conflict, ConverterUnavailable, DocgenError
from docgen.indonesian import long_moment
from docgen.uploads import LARGEST_FILE, MB
from docgen.work_context import in_background
from storage.catalogue.registers import get_office
from storage.errors import RecordConflict
from storage.text import tidy
from wording import say

log = logging.getLogger("docgen.returns")

FILED, REFUSED = "selesai", "ditolak"
BY = "docgen"  # who files, as recorded
LONGEST_NAME, LONGEST_SUFFIX = 235, 20  # bytes; file systems take 255
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")

Marks = dict[str, tuple[int, int, int]]  # by name: inode, size and moment of the last change


class ReturnsFolder(ServiceThread):
    """Looks through the folder every `interval` seconds."""

    def __init__(self, desk: Desk, folder: Path, interval: float = 5.0) -> None:
        super().__init__("returns", interval)
        self._desk = desk
        self._folder = folder
        self._seen: Marks = {}

    def work(self) -> None:
        """Take the files that have not changed since the round before."""
        with in_background():
            self._seen = take_returned(self._desk, self._folder, self._seen)


def take_returned(desk: Desk, folder: Path, seen: Marks) -> Marks:
    """File what has not changed since `seen`, and return what is there now.

    Raises StorageError, ConverterUnavailable, Busy: then the file stays for the next round.
    """
    marks: Marks = {}
    for path in sorted(folder.iterdir()):
        name = path.name
        mark = _mark(path)
        if mark is None:
            continue
        marks[name] = mark
        if seen.get(name) == mark:
            with _locked(path, mark) as file:
                if file is not None and _is_taken(desk, folder, path, file):
                    marks.pop(name)
    return marks


def _mark(path: Path) -> tuple[int, int, int] | None:
    """Return what tells whether a file changed; None for what is no file to take."""
    if path.name.startswith((".", "~")) or path.name.endswith(_UNFINISHED):
        return None
    with suppress(OSError):
        status = path.lstat()
        if stat.S_ISREG(status.st_mode):
            return status.st_ino, status.st_size, status.st_mtime_ns
    return None


@contextmanager
def _locked(path: Path, mark: tuple[int, int, int]) -> Iterator[int | None]:
    """Open a file for this process alone; None while another has it, and where it is not the one that was seen."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        yield None
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        status = os.fstat(file)
        is_same = stat.S_ISREG(status.st_mode) and (status.st_ino, status.st_size, status.st_mtime_ns) == mark
        yield file if is_same and _mark(path) == mark else None
    except BlockingIOError:
        yield None
    finally:
        os.close(file)


def _is_taken(desk: Desk, folder: Path, path: Path, file: int) -> bool:
    """File one file and return whether it was moved: one that cannot be stays, and keeps no other from its turn."""
    try:
        _take(desk, folder, path, file)
    except OSError as error:
        log.error("A returned file cannot be moved: %s", error)
        return False
    return True


def _take(desk: Desk, folder: Path, path: Path, file: int) -> None:
    """File one file, then move it where it belongs."""
    name = tidy(os.fsencode(path.name).decode("utf-8", "replace"))[-200:] or "berkas.pdf"
    size = os.fstat(file).st_size
    if not 0 < size <= LARGEST_FILE:
        message = say("Berkas ini kosong atau lebih besar dari {megabytes} MB.", megabytes=LARGEST_FILE // MB)
        _move(desk, folder, path, REFUSED, message)
        return
    with open(file, "rb", closefd=False) as opened:
        data = opened.read(LARGEST_FILE + 1)
    try:
        returned = file_returned(desk, name, data, BY)
    except (Busy, ConverterUnavailable):  # no fault of the file
        raise
    except (DocgenError, Conflict, RecordConflict) as error:
        _move(desk, folder, path, REFUSED, str(error))
        return
    _move(desk, folder, path, FILED if returned.document else REFUSED, returned.message)
    if returned.document:
        log.info("Filed a returned file with %s", returned.document.id)
    else:
        log.warning("Refused a returned file")


def _move(desk: Desk, folder: Path, path: Path, to: str, message: str) -> None:
    """Move a file into a folder beside it under a name that is free there, and write why."""
    target = folder / to
    target.mkdir(exist_ok=True)
    if target.is_symlink():
        raise NotADirectoryError(f"{to} leads out of the folder of returned files")
    with desk.catalogue.read() as tx:
        moment = long_moment(desk.now(), get_office(tx).time_zone)
    stem, suffix = _short(path)
    for number in count():
        new = target / (f"{stem} ({number}){suffix}" if number else f"{stem}{suffix}")
        if os.path.lexists(new):  # or it would be written over
            continue
        with suppress(FileExistsError):
            with (target / f"{new.name}.txt").open("x", encoding="utf-8") as text:
                text.write(f"{moment}\n{message}\n")
            path.rename(new)
            return


def _short(path: Path) -> tuple[str, str]:
    """Return the name of a file without its ending, and the ending; so short that a number and `.txt` have room."""
    if len(os.fsencode(path.name)) <= LONGEST_NAME:
        return path.stem, path.suffix
    suffix = path.suffix if len(os.fsencode(path.suffix)) <= LONGEST_SUFFIX else ""
    return os.fsencode(path.stem)[: LONGEST_NAME - LONGEST_SUFFIX].decode("utf-8", "ignore"), suffix
