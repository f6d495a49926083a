"""What the manager that started the service, such as systemd, is told of its state."""

from __future__ import annotations

import os
import socket
from contextlib import suppress

_SOCKET = "NOTIFY_SOCKET"  # which systemd sets for units of Type=notify; see sd_notify(3)


def notify(state: str) -> None:
    """Tell the manager a state, such as READY=1. Nothing happens without a manager, or when it does not listen."""
    address = os.environ.get(_SOCKET, "")
    if not address.startswith(("/", "@")):
        return
    if address.startswith("@"):
        address = "\0" + address[1:]  # an address in no file system
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.sendto(state.encode(), address)
