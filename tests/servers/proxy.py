"""An S3 server in trouble, on order: a TCP proxy between docgen and a server that stops, stalls, refuses and cuts."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PIECE = 65536
_ERROR = b"<Error><Code>InternalError</Code><Message>We encountered an internal error</Message></Error>"
_ANSWER_500 = (
    b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/xml\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_ERROR), _ERROR)
)


class Proxy:
    """Passes TCP on to `target` (host:port); what else it does is set while it runs.

    `stop()` closes the door and every connection, `start()` opens it again at the same address. `delay`: seconds
    before an answer begins. `refuse`: every request is answered 500 and not passed on. `cut`: a connection is closed
    in the middle of each upload, when so many bytes of it were passed on. `swallow`: the request is passed on and
    done, and its answer lost. `troubles` counts what was done to whom.
    """

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition(":")
        self._target = (host, int(port))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.delay = 0.0
        self.refuse = False
        self.cut = 0
        self.swallow = False
        self.troubles = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._serve(self._listener)

    def stop(self) -> None:
        """As when the server's process ends."""
        with suppress(OSError):  # which wakes the thread that accepts
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            held, self._open = self._open, set()
        for one in held:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def start(self) -> None:
        """As when it was started again."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._serve(self._listener)

    def heal(self) -> None:
        """Pass everything on as it comes."""
        self.delay, self.refuse, self.cut, self.swallow = 0.0, False, 0, False

    def _serve(self, listener: socket.socket) -> None:
        def accept() -> None:
            with suppress(OSError):  # closed
                while True:
                    client, _ = listener.accept()
                    threading.Thread(target=self._pass, args=(client,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(self._target) as server:
            with self._lock:
                self._open |= {client, server}
            back = threading.Thread(target=self._answer, args=(server, client), daemon=True)
            back.start()
            try:
                self._ask(client, server)
            finally:
                for one in (client, server):
                    with suppress(OSError):
                        one.shutdown(socket.SHUT_RDWR)
                back.join()
                with self._lock:
                    self._open -= {client, server}

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        """Pass requests on; a piece that begins with an HTTP method begins a request."""
        sent = 0
        while piece := client.recv(_PIECE):
            if piece[:4] in (b"PUT ", b"GET ", b"HEAD", b"POST", b"DELE"):
                sent = 0
            if self.refuse:
                self.troubles += 1
                client.sendall(_ANSWER_500)
                return
            if self.cut and sent + len(piece) > self.cut:
                self.troubles += 1
                server.sendall(piece[: max(0, self.cut - sent)])
                return
            server.sendall(piece)
            sent += len(piece)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while piece := server.recv(_PIECE):
                if self.delay:
                    self.troubles += 1
                    time.sleep(self.delay)
                if self.swallow:
                    self.troubles += 1
                    client.shutdown(socket.SHUT_RDWR)
                    return
                client.sendall(piece)


@contextmanager
def proxy_to(endpoint: str) -> Iterator[Proxy]:
    """A proxy to a server at host:port, which ends with the block."""
    proxy = Proxy(endpoint)
    try:
        yield proxy
    finally:
        proxy.heal()
        proxy.stop()
