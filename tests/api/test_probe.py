"""`/healthz/probe` answers whoever knows the service's secret key, and is no page to anybody else."""

from __future__ import annotations

import threading

import pytest
from waitress.server import create_server

from docgen.desk import Desk
from docgen.desk.doctor.probe import HEADER, PATH, NotThisService, ask_service
from tests.support.callers.api import Caller
from tests.support.callers.serving import stop


def test_to_strangers_there_is_no_such_page(api: Caller) -> None:
    """Without the header, with nonsense in it or with a guess it is 404, as any address that does not exist."""
    client = api.app.test_client()
    for headers in ({}, {HEADER: "x"}, {HEADER: "." * 200}, {HEADER: f"nonce.{'0' * 64}"}, {HEADER: "é.é"}):
        answer = client.get(PATH, headers=headers)
        assert answer.status_code == 404
        assert "proof" not in answer.text


def test_only_the_same_secret_key_is_this_service(desk: Desk, api: Caller) -> None:
    """Who knows the key learns how the call arrived; with another key it is another service."""
    server = create_server(api.app, host="127.0.0.1", port=0, threads=1, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.effective_port}"
    try:
        seen = ask_service(url, desk.secret_key())
        assert (seen.caller, f"{seen.scheme}://{seen.host}") == ("127.0.0.1", url)
        with pytest.raises(NotThisService):
            ask_service(url, "another secret key of some other service")
    finally:
        stop(server, thread)
