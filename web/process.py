"""One of the processes of a service that has several: `python -m web.process ROLE FOLDER SUPERVISOR DESCRIPTOR…`.

`web-N` answers callers at the sockets of these descriptors, `background` runs what is not asked for by callers,
`converter` has the LibreOffices. Each begins and ends by itself, so that the others go on without it.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import DocgenError
from docgen.logs import set_up_logging
from docgen.private_files import be_private
from docgen.processes.service_folder import BACKGROUND, CONVERTER, COUNTS, METRICS, note_process
from docgen.processes.supervisor import catch_stop_signals
from docgen.settings import Settings, read_settings, secrets_of
from docgen.telemetry.shared import share_metrics
from docgen.telemetry.tracing import traced
from storage.counts import Counts
from storage.errors import StorageError

if TYPE_CHECKING:
    from docgen.desk.service.open_offices import OpenOffices

SPARES = 1  # LibreOffices that are kept warm beside those that work

# Each role imports what it needs: the process with the LibreOffices needs neither desk nor pages.


def main() -> None:
    """Play a role of the service until SIGTERM; exit 1 with a line on standard error when it cannot be begun."""
    be_private()
    role, place, supervisor, *descriptors = sys.argv[1:]
    settings = read_settings()
    set_up_logging(settings.log, secrets_of(settings), role, settings.log_level)
    folder = Path(place)
    try:
        note_process(folder, role)
        share_metrics(folder / METRICS, role)
        if os.getppid() != int(supervisor):
            return  # it was killed before this process was noted, and nobody would end it
        with traced("" if role == CONVERTER else settings.otel_url, role):  # whoever asks it is traced
            _play(role, settings, folder, [int(number) for number in descriptors])
    except (DocgenError, StorageError, OSError) as error:
        print(f"docgen: {role}: {error}", file=sys.stderr)
        sys.exit(1)


def _play(role: str, settings: Settings, folder: Path, descriptors: Sequence[int]) -> None:
    if role == CONVERTER:
        _convert(settings, folder)
    elif role == BACKGROUND:
        _work_in_background(settings, folder)
    else:
        _answer(settings, folder, [socket.socket(fileno=number) for number in descriptors])


def _convert(settings: Settings, folder: Path) -> None:
    """Lend LibreOffices to the other processes."""
    from docgen.libreoffice.converter_server import ConverterServer
    from docgen.libreoffice.pool import QUEUE, Pool

    stop_signals = catch_stop_signals()
    most = QUEUE * settings.processes
    office = settings.data / "libreoffice"
    with (
        closing(Pool(settings.converters, office, spares=SPARES, most_waiting=most)) as pool,
        closing(ConverterServer(pool, folder / CONVERTER)),
    ):
        stop_signals.get()


def _work_in_background(settings: Settings, folder: Path) -> None:
    """Finish interrupted work, run jobs, send what is to be sent."""
    from docgen.desk.background.jobs import Jobs
    from docgen.desk.service.background_work import background_work
    from docgen.desk.service.job_functions import WORKERS

    stop_signals = catch_stop_signals()
    with _opened_offices(settings, folder) as offices, background_work(offices, Jobs(offices.desk, WORKERS)):
        stop_signals.get()


def _answer(settings: Settings, folder: Path, sockets: Sequence[socket.socket]) -> None:
    """Answer callers."""
    from docgen.desk.background.jobs import Jobs
    from docgen.desk.service.job_functions import WORKERS
    from docgen.secret_box import secret_key
    from web.offices.application import application_of
    from web.server import answer_callers, closing_jobs

    with _opened_offices(settings, folder) as offices, closing(Counts(folder / COUNTS)) as counts:
        jobs = Jobs(offices.desk, WORKERS)
        with closing_jobs(jobs):
            answer_callers(application_of(offices, secret_key(settings), jobs, counts), sockets)


@contextmanager
def _opened_offices(settings: Settings, folder: Path) -> Iterator[OpenOffices]:
    """Open the desk, and the offices beside it, which convert by the process with the LibreOffices."""
    from docgen.desk import open_desk
    from docgen.desk.service.open_offices import OpenOffices
    from docgen.libreoffice.remote_converter import RemoteConverter

    with (
        closing(open_desk(settings, RemoteConverter(folder / CONVERTER))) as desk,
        closing(OpenOffices(desk, settings)) as offices,
    ):
        yield offices


if __name__ == "__main__":
    main()
