"""A running service over the demo office, and a real Chromium that looks at it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from waitress.server import create_server

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.job_functions import WORKERS
from tests.support.callers.browser import CLERK, PASSWORD, Site, Visitor, window
from tests.support.callers.browser import browser as browser
from tests.support.callers.serving import stop
from web.app import create_app


@pytest.fixture
def site(desk: Desk) -> Iterator[Site]:
    """The demo office served on a free port, with an administrator who knows the password."""
    with served(desk, "127.0.0.1") as site:
        yield site


@pytest.fixture
def named_site(desk: Desk) -> Iterator[Site]:
    """The same at an address that passkeys take: they know names, not numbers."""
    with served(desk, "localhost") as site:
        yield site


@contextmanager
def served(desk: Desk, host: str) -> Iterator[Site]:
    """The demo office, served under this host."""
    create_user(desk, CLERK, "admin", "Siti Aminah", PASSWORD)
    jobs = Jobs(desk, WORKERS)
    here = replace(desk, public_url=f"http://{host}")  # the port is known once the server listens
    app = create_app(here, "a test's secret", jobs)
    server = create_server(app, host="127.0.0.1", port=0, threads=6, ident=None, clear_untrusted_proxy_headers=True)
    url = f"http://{host}:{server.effective_port}"
    app.extensions["desk"] = replace(desk, public_url=url)
    thread = threading.Thread(target=server.run, name="site", daemon=True)
    thread.start()
    jobs.start()
    yield Site(url, app.extensions["desk"])
    jobs.stop()
    stop(server, thread)


@pytest.fixture
def visitor(browser: Browser, site: Site, tmp_path: Path) -> Iterator[Visitor]:
    """A window; afterwards, nothing was complained of."""
    with window(browser, site, tmp_path) as visitor:
        yield visitor
    assert visitor.complaints == []
