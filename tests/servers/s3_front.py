"""An HTTP proxy before an S3 server, which a test may have answer as some servers do."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_ETAG = '"d41d8cd98f00b204e9800998ecf8427e"'  # of an object without content
_OWN = ("transfer-encoding", "connection", "date", "server", "content-length")


class S3Front:
    """Passes requests on to `target` (host:port). With `ignores_conditions` a refused write is told to have succeeded;
    `seconds_ahead` is how much later its `Date` is."""

    def __init__(self, target: str) -> None:
        self.target, self.port = target, 0
        self.ignores_conditions = False
        self.seconds_ahead = 0

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Pass one request on, and answer as the server did, or not."""
        length = int(request.headers.get("Content-Length") or 0)
        connection = http.client.HTTPConnection(self.target, timeout=30)
        try:
            headers = dict(request.headers.items())
            connection.request(request.command, request.path, request.rfile.read(length) or None, headers)
            answer = connection.getresponse()
            status, body = answer.status, answer.read()
            headers_back = [(name, value) for name, value in answer.getheaders() if name.lower() not in _OWN]
        finally:
            connection.close()
        if self.ignores_conditions and status == HTTPStatus.PRECONDITION_FAILED:
            status, body, headers_back = 200, b"", [("ETag", _ETAG)]
        request.send_response_only(status)
        request.send_header("Date", formatdate(time.time() + self.seconds_ahead, usegmt=True))
        for name, value in headers_back:
            request.send_header(name, value)
        is_head = request.command == "HEAD"
        length_header = answer.getheader("Content-Length", "0") if is_head else str(len(body))
        request.send_header("Content-Length", length_header)
        request.end_headers()
        if not is_head:
            request.wfile.write(body)


@contextmanager
def s3_front(target: str) -> Iterator[S3Front]:
    """Run it until the block ends."""
    front = S3Front(target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            front.answer(self)

        do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = _pass  # noqa: N815

        def log_message(self, *_parts: object) -> None:
            """Keep the terminal of the tests free."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    front.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, name="s3 front", daemon=True)
    thread.start()
    try:
        yield front
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
