"""Serve the application with waitress, beside the threads that finish interrupted work and run jobs."""

from __future__ import annotations

import logging
import signal
import sys
from types import FrameType

from docgen.desk import Desk
from docgen.desk.deliver import Deliverer
from docgen.desk.indexing import Indexer
from docgen.desk.jobs import Jobs
from docgen.desk.recovery import Recoverer
from docgen.desk.workers import WORKERS
from docgen.settings import Settings
from web.app import create_app
from web.front_door import open_door


def serve_forever(desk: Desk, settings: Settings, secret_key: str) -> None:
    """Listen until SIGTERM or SIGINT, having printed the address.

    Raises OSError naming the address when it is taken.
    """
    jobs = Jobs(desk, WORKERS, settings.redis_url)
    app = create_app(desk, secret_key, jobs, settings)
    try:
        server = open_door(app, settings.host, settings.port)
    except OSError as error:
        raise OSError(
            f"Alamat {settings.host}:{settings.port} tidak dapat dipakai ({error.strerror}). "
            f"Hentikan layanan lain di sana, atau pilih yang lain: DOCGEN_PORT={settings.port + 1} make run"
        ) from error
    recoverer = Recoverer(desk)
    recoverer.start()
    deliverer = Deliverer(desk, settings.webhook_private)
    deliverer.start()
    indexer = Indexer(desk)
    indexer.start()
    jobs.start()
    _announce(settings)
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        logging.getLogger("docgen").info("Stopping")
    finally:
        server.close()
        recoverer.stop()
        deliverer.stop()
        indexer.stop()
        jobs.stop()


def _announce(settings: Settings) -> None:
    lines = [
        f"docgen melayani di {settings.public_url}",
        "Masuk dengan akun Anda. Lupa kata sandi? .venv/bin/docgen user create NAMA --role admin",
    ]
    width = max(len(line) for line in lines)
    print("\n".join(["", "=" * width, *lines, "=" * width, ""]), file=sys.stderr, flush=True)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
