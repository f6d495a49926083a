"""What systemd is told of the service that it started."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path

import pytest

from docgen.processes.service_manager import notify


@pytest.mark.parametrize("sort", ["in a folder", "in no file system"])
def test_the_manager_is_told(sort: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state goes as one datagram to the socket that the manager named, whichever sort of address it has."""
    name = str(tmp_path / "notify") if sort == "in a folder" else f"@docgen-{os.getpid()}-{secrets.token_hex(4)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + name[1:] if name.startswith("@") else name)
        manager.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        notify("READY=1")
        assert manager.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", [None, "", "vsock:2:1234", "/no/such/socket"])
def test_without_a_manager_nothing_is_told(address: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started by hand, or by a manager that does not listen, the service goes on, and leaves no socket open."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    if address is not None:
        monkeypatch.setenv("NOTIFY_SOCKET", address)
    before = len(list(Path("/proc/self/fd").iterdir()))
    notify("READY=1")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
