"""nginx and Caddy as delivered: a clerk works through them, and callers cannot pretend to be others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.access.tokens import create_token
from docgen.desk.audit_actions import Action
from docgen.machine.delivered import DEPLOY
from docgen.settings import read_settings
from storage.catalogue import audit
from tests.servers import ServerFailed, free_port, unavailable
from tests.servers.reverse_proxies import TlsProxy, caddy_proxy, nginx_proxy
from tests.support.callers.front_door import served
from tests.support.callers.pages import CSRF_TOKEN, PASSWORD, application
from web.body_limits import body_limits

pytestmark = pytest.mark.slow

Run = Callable[[Path, int, list[int]], AbstractContextManager[TlsProxy]]
FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "8888",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=http",
}


@pytest.fixture(params=[nginx_proxy, caddy_proxy], ids=["nginx", "caddy"])
def proxy(request: pytest.FixtureRequest, desk: Desk, tmp_path: Path) -> Iterator[TlsProxy]:
    """The service behind a proxy, of whose two nodes one is away."""
    port, run = free_port(), request.param
    folder = tmp_path / "proxy"
    folder.mkdir()
    settings = read_settings({"DOCGEN_DATA": str(tmp_path), "DOCGEN_PUBLIC_URL": f"https://localhost:{port}"})
    with ExitStack() as stack:
        site = application(replace(desk, public_url=settings.public_url), settings)
        node = stack.enter_context(served(site))
        try:
            proxy = stack.enter_context(run(folder, port, [free_port(), node]))
        except ServerFailed as error:
            unavailable(str(error))
        yield proxy


@contextmanager
def browsing(proxy: TlsProxy) -> Iterator[requests.Session]:
    """A browser that trusts the proxy's certificate and nothing of the environment."""
    with requests.Session() as browser:
        browser.trust_env, browser.verify = False, str(proxy.ca)
        yield browser


def test_a_clerk_works_through_it_and_nobody_forges_an_address(proxy: TlsProxy, desk: Desk) -> None:
    """Signing in, a form and a letter succeed; what a caller claims of itself changes neither log nor redirects."""
    create_user(desk, "siti", "operator", "Siti Aminah", PASSWORD)
    with browsing(proxy) as browser:
        browser.headers.update({**FORGED, "Origin": proxy.url, "Referer": f"{proxy.url}/masuk"})
        token = CSRF_TOKEN.search(browser.get(f"{proxy.url}/masuk", timeout=60).text)
        assert token
        form = {"csrf_token": token[1], "name": "siti", "password": PASSWORD}
        signed_in = browser.post(f"{proxy.url}/masuk", data=form, allow_redirects=False, timeout=60)
        assert signed_in.status_code == 303
        assert "evil" not in signed_in.headers["Location"]
        assert all(cookie.secure for cookie in browser.cookies)
        page = browser.get(f"{proxy.url}/buat/pemeliharaan/2/nota_dinas", timeout=60)
        assert page.status_code == 200
        assert "evil.example" not in page.text
        with desk.catalogue.read() as tx:
            last = audit.last_event(tx)
        assert last is not None
        assert (last.action, last.actor, last.origin) == (Action.USER_SIGNED_IN, "siti", "127.0.0.1")
        letter = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ["6310190000101"],
                  "data": desk.kinds["nota_dinas"].example}  # fmt: skip
        headers = {"Authorization": f"Bearer {create_token(desk, 'aset', 'write', [])}"}
        answer = browser.post(f"{proxy.url}/api/v1/documents", json=letter, headers=headers, timeout=120)
        assert answer.status_code == 201, answer.text
        assert answer.json()["links"]["page"].startswith(f"{proxy.url}/d/")


def test_what_prometheus_reads_is_not_let_through(proxy: TlsProxy) -> None:
    """/metrics is not there from outside; the rest is, also while one of two nodes is away."""
    with browsing(proxy) as browser:
        assert browser.get(f"{proxy.url}/metrics", timeout=60).status_code == 404
        for _ in range(4):
            assert browser.get(f"{proxy.url}/verifikasi", timeout=60).status_code == 200


def test_proxies_take_bodies_as_large_as_the_service_does(desk: Desk) -> None:
    """The largest body of any page passes both; each limit is ours, so that neither lets through what we refuse."""
    largest = max(body_limits(application(desk)).values())
    [nginx] = re.findall(r"client_max_body_size (\d+)m;", (DEPLOY / "proxy/nginx.conf").read_text())
    [caddy] = re.findall(r"max_size (\d+)MiB", (DEPLOY / "proxy/Caddyfile").read_text())
    assert int(nginx) * 2**20 == int(caddy) * 2**20 == largest
