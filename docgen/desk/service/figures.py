"""Gather how an office and this machine stand, for whoever watches the service; see `docgen.telemetry.figures`.

Cheap however many letters there are: small counts by index. A part that is away costs its own figures alone.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import platform
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection

from docgen.desk.capacity import require_space
from docgen.desk.desk import Desk
from docgen.desk.issuing.clock_check import clock_problem
from docgen.errors import DocgenError
from docgen.libreoffice.worker import processor_ticks
from docgen.telemetry.figures import OFFICE, Figure
from docgen.work_context import working_for
from storage.catalogue import backlogs, changes, maintenance
from storage.catalogue.database import newest_version
from storage.catalogue.identity import get_identity
from storage.errors import StorageError
from storage.objects import root_of
from storage.records import MaintenanceRun

FRESH_SECONDS = 15.0  # for which figures are not asked anew, however many ask for them
PATIENCE = 4.0  # seconds that whoever asks waits for figures; a Prometheus gives up after ten
INSTALLATION = ""  # the office that is the installation itself

Desks = Callable[[], Iterable[tuple[str, Desk | None]]]  # by office; None where it cannot be opened


class Figures:
    """The figures of the offices of this process, asked for at most every `fresh` seconds, in a thread of its own.

    So a part that hangs holds up nobody who asks for more than `patience` seconds: he gets those from before.
    """

    def __init__(self, desks: Desks, fresh: float = FRESH_SECONDS, patience: float = PATIENCE) -> None:
        self._desks = desks
        self._fresh, self._patience = fresh, patience
        self._lock = threading.Lock()
        self._figures: list[Figure] = []
        self._asked_at = -math.inf
        self._thread: threading.Thread | None = None

    def get(self) -> list[Figure]:
        """Return the figures of all offices, each with its office, and how old they are."""
        with self._lock:
            is_idle = self._thread is None or not self._thread.is_alive()
            if is_idle and time.monotonic() >= self._asked_at + self._fresh:
                self._thread = threading.Thread(target=self._ask, name="figures", daemon=True)
                self._thread.start()
            thread = self._thread
        if thread is not None:
            thread.join(self._patience)
        age = Figure("docgen_figures_age_seconds", time.monotonic() - self._asked_at)
        return [*self._figures, *([] if math.isinf(age.value) else [age])]

    def _ask(self) -> None:
        figures: list[Figure] = []
        for office, desk in self._desks():
            with working_for(office):
                its_own = [NOT_OPEN] if desk is None else office_figures(desk, is_machine=office == INSTALLATION)
                figures += [replace(figure, labels={**figure.labels, OFFICE: office}) for figure in its_own]
        self._figures, self._asked_at = figures, time.monotonic()


NOT_OPEN = Figure("docgen_ready", 0, {"part": "database"})


def office_figures(desk: Desk, *, is_machine: bool = True) -> Iterator[Figure]:
    """Yield how an office stands: which of its parts can be used, what waits, when it was backed up and checked.

    With `is_machine` also what its offices share: LibreOffice, clock and disks.
    """
    for part, check in (_checks(desk) | (_machine_checks(desk) if is_machine else {})).items():
        yield Figure("docgen_ready", _is_ok(check), {"part": part})
    with suppress(StorageError), desk.catalogue.read() as tx:
        yield from list(_waiting(tx, desk.now()))
        yield from list(_maintenance(tx))
        for year, last in backlogs.last_numbers(tx).items():
            yield Figure("docgen_numbers_given", last, {"year": str(year)})
    with suppress(DocgenError):
        if desk.signing.can_seal:
            yield Figure("docgen_seal_certificate_end_timestamp_seconds", desk.signing.seal.not_after.timestamp())
    if is_machine:
        yield from _disks(desk)


def _checks(desk: Desk) -> dict[str, Callable[[], object]]:
    return {"database": desk.catalogue.check, "archive": desk.store.check}


def _machine_checks(desk: Desk) -> dict[str, Callable[[], object]]:
    def check_clock() -> None:
        if problem := clock_problem(desk):
            raise DocgenError(problem)

    return {"converter": desk.converter.check, "disk": lambda: require_space(desk), "clock": check_clock}


def _is_ok(check: Callable[[], object]) -> int:
    try:
        check()
    except (DocgenError, StorageError):
        return 0
    return 1


def _waiting(tx: Connection, now: dt.datetime) -> Iterator[Figure]:
    promised = backlogs.promised_revisions(tx)
    yield Figure("docgen_journal_letters", promised.count, {"state": "waiting"})
    yield Figure("docgen_journal_letters", backlogs.given_up_revisions(tx), {"state": "given_up"})
    yield Figure("docgen_journal_oldest_seconds", _age(promised.since, now))
    for state, count in backlogs.unfinished_jobs(tx).items():
        yield Figure("docgen_jobs", count, {"state": state})
    messages = backlogs.unsent_messages(tx)
    yield Figure("docgen_outbox_pending", messages.count)
    yield Figure("docgen_outbox_oldest_seconds", _age(messages.since, now))
    notices = backlogs.due_notices(tx, now)
    for channel in ("mail", "push"):
        waiting = notices.get(channel, backlogs.Waiting(0, None))
        yield Figure("docgen_notices_pending", waiting.count, {"channel": channel})
        yield Figure("docgen_notices_oldest_seconds", _age(waiting.since, now), {"channel": channel})
    if get_identity(tx).writes:  # a drill mirrors nothing
        yield Figure("docgen_mirror_lag_seconds", changes.oldest_wait(tx).total_seconds())


def _age(since: dt.datetime | None, now: dt.datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _maintenance(tx: Connection) -> Iterator[Figure]:
    backup, verify = maintenance.last_run(tx, "backup"), maintenance.last_run(tx, "verify")
    complete = maintenance.last_run(tx, "backup", is_ok=True)
    yield Figure("docgen_last_backup_timestamp_seconds", _moment(complete))
    yield Figure("docgen_last_backup_ok", backup is not None and backup.is_ok)
    yield Figure("docgen_last_verify_timestamp_seconds", _moment(verify))
    yield Figure("docgen_last_verify_ok", verify is not None and verify.is_ok)
    if verify is not None and "objects" in verify.summary:
        yield Figure("docgen_archive_objects", verify.summary["objects"])


def _moment(run: MaintenanceRun | None) -> float:
    return 0.0 if run is None else run.ended_at.timestamp()


def _disks(desk: Desk) -> Iterator[Figure]:
    folders = {"data": desk.data, "database": desk.catalogue.folder, "archive": root_of(desk.store)}
    for disk, folder in folders.items():
        if folder is None:
            continue
        with suppress(OSError):
            room = os.statvfs(folder)
            yield Figure("docgen_disk_free_bytes", room.f_bavail * room.f_frsize, {"disk": disk})
            yield Figure("docgen_disk_size_bytes", room.f_blocks * room.f_frsize, {"disk": disk})
            yield Figure("docgen_disk_free_inodes", room.f_favail, {"disk": disk})
            yield Figure("docgen_disk_inodes", room.f_files, {"disk": disk})


def service_figures(processes: Mapping[str, int]) -> Iterator[Figure]:
    """Yield what runs: the version, and what each process of the service (role: process id) takes."""
    yield Figure("docgen_build_info", 1, _build())
    for role, pid in processes.items():
        with suppress(OSError, ValueError, IndexError):
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            files = len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 (names alone, no paths)
            labels = {"process": role}
            yield Figure("docgen_process_resident_bytes", pages * os.sysconf("SC_PAGE_SIZE"), labels)
            yield Figure("docgen_process_open_files", files, labels)
            seconds = processor_ticks(pid) / os.sysconf("SC_CLK_TCK")
            yield Figure("docgen_process_cpu_seconds_total", seconds, labels)


@cache
def _build() -> Mapping[str, str]:
    return {"version": version("docgen"), "schema": newest_version(), "python": platform.python_version()}
