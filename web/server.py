"""Serve the application with waitress, beside the threads that finish interrupted work and run jobs."""

from __future__ import annotations

import logging
import os
import signal
import sys
from types import FrameType

from docgen.desk import Desk
from docgen.desk.background.jobs import Jobs
from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.notices.services import notice_services
from docgen.desk.service.document_recovery import HeldDecisions, Recoverer
from docgen.desk.service.indexing import Indexer
from docgen.desk.service.job_functions import WORKERS
from docgen.desk.service.renewal_watch import RenewalWatcher
from docgen.desk.service.returns_folder import ReturnsFolder
from docgen.desk.service.standing_refresh import StandingRefresher
from docgen.desk.webhooks.delivery import Deliverer
from docgen.settings import Settings
from web.app import create_app
from web.front_door import is_quiet, open_door
from web.shutdown import Stopping


def serve_forever(desk: Desk, settings: Settings, secret_key: str) -> None:
    """Listen until SIGTERM or SIGINT, having printed the address.

    Raises OSError naming the address when it is taken.
    """
    jobs = Jobs(desk, WORKERS)
    app = create_app(desk, secret_key, jobs, settings)
    try:
        server = open_door(app, settings.host, settings.port)
    except OSError as error:
        raise OSError(
            f"Alamat {settings.host}:{settings.port} tidak dapat dipakai ({error.strerror}). "
            f"Hentikan layanan lain di sana, atau pilih yang lain: DOCGEN_PORT={settings.port + 1} make run"
        ) from error
    services: list[ServiceThread | Jobs] = [Indexer(desk), StandingRefresher(desk)]
    if not desk.is_drill:  # a drill holds the promises of another service, which keeps them itself
        services += [Recoverer(desk), HeldDecisions(desk), Deliverer(desk, settings.webhook_private), jobs]
        services.append(RenewalWatcher(desk))
        services += notice_services(desk, secret_key, settings.webhook_private)
        services += [ReturnsFolder(desk, settings.returns)] if settings.returns else []
    for service in services:
        service.start()
    _announce(settings, is_drill=desk.is_drill)
    stopping: Stopping = app.extensions["stopping"]

    def stop(_signal: int, _frame: FrameType | None) -> None:
        """Stop in good order; a second signal stops at once."""
        if stopping.announced.is_set():
            raise SystemExit(0)
        stopping.begin(lambda: is_quiet(server), lambda: os.kill(os.getpid(), signal.SIGTERM))

    signal.signal(signal.SIGTERM, stop)
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        logging.getLogger("docgen").info("Stopping")
    finally:
        server.close()
        for service in services:
            service.stop()


def _announce(settings: Settings, *, is_drill: bool) -> None:
    lines = [
        f"docgen melayani di {settings.public_url}",
        "Masuk dengan akun Anda. Lupa kata sandi? .venv/bin/docgen user password NAMA",
    ]
    if is_drill:
        lines.append("Latihan: arsip hanya dibaca. Tidak ada naskah, pekerjaan atau webhook yang dijalankan dari sini.")
    width = max(len(line) for line in lines)
    print("\n".join(["", "=" * width, *lines, "=" * width, ""]), file=sys.stderr, flush=True)
