"""Web servers of a certificate authority on a loopback port: RFC 3161 timestamps, and lists of revoked certificates."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys, tsp, x509
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from tests.support.files.certificates import Holder

Answer = Callable[[bytes], tuple[str, bytes]]


@contextmanager
def timestamp_server(holder: Holder) -> Iterator[str]:
    """The URL of a server that stamps whatever it is asked to, in the holder's name."""
    stamper = DummyTimeStamper(x509.Certificate.load(holder.der), keys.PrivateKeyInfo.load(holder.key_der))

    def answer(body: bytes) -> tuple[str, bytes]:
        response = stamper.request_tsa_response(tsp.TimeStampReq.load(body))
        return "application/timestamp-reply", bytes(response.dump())

    with answering(answer) as url:
        yield url


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """The URL of a server that gives `answer` (its type and body) to every request."""
    with answering_paths(lambda _, body: answer(body)) as url:
        yield url


@contextmanager
def answering_paths(answer: Callable[[str, bytes], tuple[str, bytes] | None]) -> Iterator[str]:
    """The URL of a server that answers by the path and body of a request; 404 where the answer is None."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # http.server's name for it
            reply = answer(self.path, self.rfile.read(int(self.headers.get("Content-Length", 0))))
            kind, body = reply or ("text/plain", b"")
            self.send_response(200 if reply else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing: the tests read what matters from the answers."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
