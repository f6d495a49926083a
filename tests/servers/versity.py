"""VersityGW for the tests: a second S3 server, unlike MinIO in every line, with its objects in a plain folder."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import free_port, running
from tests.servers.gomod import build
from tests.servers.minio import S3Server

MODULE = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"


@contextmanager
def versity_server(folder: Path) -> Iterator[S3Server]:
    """Run VersityGW on loopback with its data under `folder`; build it first where that was not done.

    Raises ServerFailed.
    """
    binary = build(MODULE, "versitygw")
    server = S3Server(f"127.0.0.1:{free_port()}", "docgen-test", "docgen-test-secret", "region=us-east-1")
    for name in ("data", "versions"):
        (folder / name).mkdir()
    environment = {"PATH": os.defpath, "ROOT_ACCESS_KEY": server.access_key, "ROOT_SECRET_KEY": server.secret_key}
    command = [str(binary), "--port", server.endpoint, "--quiet", "posix"]
    command += ["--versioning-dir", str(folder / "versions"), str(folder / "data")]
    with running(command, lambda: _answers(server), folder / "log", env=environment | {"GOMAXPROCS": "2"}):
        yield server


def _answers(server: S3Server) -> bool:
    host, _, port = server.endpoint.partition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=5):
            return True
    except OSError:
        return False
