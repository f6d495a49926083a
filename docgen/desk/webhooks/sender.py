"""Send one message to a webhook over HTTP, signed as Standard Webhooks says (standardwebhooks.com).

The name is resolved once, every address of it is checked, and the connection goes to the checked one. Redirects are
not followed, no proxy is used, and what is answered is not kept.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from docgen.desk.webhooks.public_address import AddressRefused, resolve_public
from docgen.errors import DocgenError
from wording import say

TIMEOUT = 15.0  # seconds, of connecting and of each wait for an answer
DEADLINE = 20.0  # seconds of one try in all, however the receiver drips its answer
CONTENT_TYPE = "application/cloudevents+json"


class SendFailed(DocgenError):
    """The message did not arrive; `str(error)` says why."""


@dataclass(frozen=True)
class Message:
    """What is sent: its id, the same however often it is sent, and the body; `request_id` is that of the request which
    it follows from, "" where there was none.
    """

    id: str
    body: bytes
    request_id: str = ""


def sign(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """Return the value of `webhook-signature`: HMAC-SHA256 over id, Unix time and body. `secret`: `whsec_…`."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b"%s.%d." % (id.encode(), timestamp) + body
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def send(url: str, secret: str, message: Message, timestamp: int, *, private: bool, deadline: float = DEADLINE) -> int:
    """POST a message and return the HTTP status.

    Raises SendFailed when nothing was answered within `deadline` seconds, AddressRefused.
    """
    headers = {
        "Content-Type": CONTENT_TYPE,
        "webhook-id": message.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(secret, message.id, timestamp, message.body),
        **({"X-Request-Id": message.request_id} if message.request_id else {}),
    }
    return post(url, message.body, headers, private=private, deadline=deadline)


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool, deadline: float = DEADLINE) -> int:
    """POST a body to an address that was checked, and return the HTTP status; see `send`."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = resolve_public(host, port, private=private)
    connection = _Pinned(host, port, address, secure=secure)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    watchdog = threading.Timer(deadline, connection.cut)
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.request("POST", target, body, {"User-Agent": "docgen", **headers})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SendFailed(
            say("{host} tidak menjawab: {error}", host=host, error=error or type(error).__name__)
        ) from error
    finally:
        watchdog.cancel()
        connection.close()
    if connection.is_cut:
        raise SendFailed(
            say("{host} tidak selesai menjawab dalam {deadline} detik.", host=host, deadline=f"{deadline:g}")
        )
    return status


class _Pinned(http.client.HTTPConnection):
    """A connection to a numeric address that was checked, in the name of the host."""

    def __init__(self, host: str, port: int, address: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self._address = address
        self._context = ssl.create_default_context() if secure else None
        self._plain: socket.socket | None = None
        self.is_cut = False

    def connect(self) -> None:
        """Connect, and prove the host's certificate."""
        plain = self._plain = socket.create_connection((self._address, self.port), TIMEOUT)
        if self._context is None:
            self.sock = plain
            return
        try:
            self.sock = self._context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def cut(self) -> None:
        """End the connection from another thread, so that nobody waits on it any longer."""
        self.is_cut = True
        for waiting in (self._plain, self.sock):
            if waiting is not None:
                with suppress(OSError):
                    waiting.shutdown(socket.SHUT_RDWR)


__all__ = ["AddressRefused", "Message", "SendFailed", "post", "send", "sign"]
