"""Serve the application: in this one process, beside the threads that finish interrupted work and run jobs, or in
several that this one starts.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from types import FrameType

from docgen.desk import Desk
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.background_work import background_work
from docgen.desk.service.job_functions import WORKERS
from docgen.desk.service.open_offices import OpenOffices
from docgen.processes.service_folder import BACKGROUND, CONVERTER, COUNTS, service_folder
from docgen.processes.service_manager import notify
from docgen.processes.supervisor import ServiceProcess, supervise
from docgen.settings import Settings
from storage.counts import Counts
from web.callees import Callees
from web.front_door import is_quiet, listen_on, open_door, see_out, stop_listening
from web.offices.application import application_of
from web.shutdown import Stopping


def serve_forever(desk: Desk, settings: Settings, secret_key: str) -> None:
    """Listen until SIGTERM or SIGINT, having printed the address.

    With several processes they have desks of their own, and this one is closed. Raises OSError naming the address when
    it is taken.
    """
    try:
        sockets = listen_on(settings.host, settings.port)
    except OSError as error:
        raise OSError(
            f"Alamat {settings.host}:{settings.port} tidak dapat dipakai ({error.strerror}). "
            f"Hentikan layanan lain di sana, atau pilih yang lain: DOCGEN_PORT={settings.port + 1} make run"
        ) from error
    if settings.is_one_process:
        _serve_alone(desk, settings, secret_key, sockets)
    else:
        desk.close()
        _serve_together(settings, sockets, is_drill=desk.is_drill)


def _serve_alone(desk: Desk, settings: Settings, secret_key: str, sockets: Sequence[socket.socket]) -> None:
    """Do in this process all that a service of this role does."""
    with closing(OpenOffices(desk, settings)) as offices:
        jobs = Jobs(offices.desk, WORKERS)
        application = application_of(offices, secret_key, jobs)
        with closing_jobs(jobs) if settings.role == "web" else background_work(offices, jobs):
            _announce(settings, is_drill=desk.is_drill)
            answer_callers(application, sockets)


def _serve_together(settings: Settings, sockets: Sequence[socket.socket], *, is_drill: bool) -> None:
    """Start the processes that do what a service does, and start those anew that end."""

    def process(role: str, descriptors: Sequence[int] = ()) -> ServiceProcess:
        arguments = [role, str(folder), str(os.getpid()), *map(str, descriptors)]
        return ServiceProcess(role, [sys.executable, "-P", "-m", "web.process", *arguments], descriptors)

    def close_sockets() -> None:
        for listener in sockets:
            listener.close()

    with service_folder(settings.data, settings.drain) as folder:
        descriptors = [listener.fileno() for listener in sockets]
        web = [process(f"web-{number}", descriptors) for number in range(1, settings.processes + 1)]
        Counts(folder / COUNTS).close()  # made before several processes open it at once
        _announce(settings, is_drill=is_drill)
        background = [process(BACKGROUND)] if settings.role == "all" else []
        supervise([[process(CONVERTER)], background, web], close_sockets)


@contextmanager
def closing_jobs(jobs: Jobs) -> Iterator[None]:
    """End at last what a process that only answers callers began at once; what is queued is the background's."""
    try:
        yield
    finally:
        jobs.stop()


def answer_callers(application: Callees, sockets: Sequence[socket.socket]) -> None:
    """Answer callers until SIGTERM or SIGINT, and those in work to the end; a second signal stops at once.

    Who started the service is told when it is ready, and when it ends.
    """
    server = open_door(application, sockets)
    stopping: Stopping = application.installation.extensions["stopping"]

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if stopping.announced.is_set():
            raise SystemExit(0)
        notify("STOPPING=1")
        see_out(server)
        stopping.begin(
            lambda: stop_listening(server), lambda: is_quiet(server), lambda: os.kill(os.getpid(), signal.SIGTERM)
        )

    signal.signal(signal.SIGTERM, stop)
    notify("READY=1")
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        logging.getLogger("docgen").info("Stopping")
    finally:
        server.close()


def _announce(settings: Settings, *, is_drill: bool) -> None:
    if settings.role == "worker":
        lines = [f"docgen bekerja di latar belakang; keadaannya: {settings.host}:{settings.port}/readyz"]
    else:
        lines = [
            f"docgen melayani di {settings.public_url}",
            f"Masuk dengan akun Anda. Lupa kata sandi? {sys.argv[0]} user password NAMA",
        ]
    if is_drill:
        lines.append("Latihan: arsip hanya dibaca. Tidak ada naskah, pekerjaan atau webhook yang dijalankan dari sini.")
    width = max(len(line) for line in lines)
    print("\n".join(["", "=" * width, *lines, "=" * width, ""]), file=sys.stderr, flush=True)
