"""A running service that other systems call, and an asset register of another office beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from waitress.server import create_server

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.access.tokens import create_token
from docgen.desk.background.jobs import Jobs
from docgen.desk.bundles.build import run_bundle_job
from docgen.desk.webhooks.delivery import Deliverer
from docgen.settings import read_settings
from tests.support.callers.browser import CLERK, PASSWORD, Site, browser
from tests.support.callers.serving import stop
from web.app import create_app

__all__ = ["browser"]

REGISTER = Path(__file__).with_name("register.py")


@dataclass(frozen=True)
class Outside:
    """docgen at `site`, the register at `url`, and the token the register holds."""

    site: Site
    url: str
    token: str

    def ask(self, path: str, accept: str = "application/json") -> tuple[int, str, bytes]:
        """Ask docgen as the register does: status, media type, body."""
        address = path if path.startswith("http") else self.site.url + path
        headers = {"Authorization": f"Bearer {self.token}", "Accept": accept}
        try:
            with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as answer:
                return answer.status, answer.headers.get_content_type(), answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers.get_content_type(), error.read()

    def told(self) -> dict[str, Any]:
        """What the register was told by webhooks."""
        with urllib.request.urlopen(f"{self.url}/events", timeout=30) as answer:
            state: dict[str, Any] = json.loads(answer.read())
            return state

    def give_secret(self, secret: str) -> None:
        """Tell the register how to check webhooks."""
        request = urllib.request.Request(f"{self.url}/secret", secret.encode(), method="POST")
        urllib.request.urlopen(request, timeout=30).close()


@pytest.fixture
def outside(desk: Desk) -> Iterator[Outside]:
    """The demo office served on a free port with its webhooks on their way, and the register as a process."""
    create_user(desk, CLERK, "admin", "Siti Aminah", PASSWORD)
    jobs = Jobs(desk, {"bundle": run_bundle_job})
    app = create_app(replace(desk, public_url="http://127.0.0.1"), "a test's secret", jobs)
    server = create_server(app, host="127.0.0.1", port=0, threads=6, ident=None, clear_untrusted_proxy_headers=True)
    here = replace(desk, public_url=f"http://127.0.0.1:{server.effective_port}")
    app.extensions["desk"] = here
    token = create_token(here, "daftar aset", "write", ["*"])
    process = subprocess.Popen([sys.executable, REGISTER, here.public_url, token], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    app.extensions["settings"] = replace(read_settings({}), picker_origins=(url,), webhook_private=True)
    thread = threading.Thread(target=server.run, name="site", daemon=True)
    deliverer = Deliverer(here, private=True, interval=0.1)
    thread.start()
    jobs.start()
    deliverer.start()
    yield Outside(Site(here.public_url, here), url, token)
    deliverer.stop()
    jobs.stop()
    process.terminate()
    process.wait(timeout=10)
    process.stdout.close()
    stop(server, thread)


def until(holds: Callable[[], bool]) -> bool:
    """Whether something comes true within a minute."""
    for _ in range(600):
        if holds():
            return True
        time.sleep(0.1)
    return False
