"""A reverse proxy with TLS on the loopback, as stands in front of a service; a test may have it do its work badly."""

from __future__ import annotations

import datetime as dt
import http.client
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_DROPPED = ("host", "connection", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host")


class FrontProxy:
    """Passes requests at https://localhost:`port` on to `target`, a port of this machine.

    `mood`: "good" tells who called; "silent" sends no `X-Forwarded-*`; "gullible" passes on what the caller wrote.
    `ca` is the certificate that a client must trust.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.port, self.target, self.mood = port, 0, "good"
        self.ca = folder / "front.pem"
        self._key = folder / "front.key"
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.renew(365)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def renew(self, days: int) -> None:
        """Use a new certificate, good for so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=30))
            .not_valid_after(now + dt.timedelta(days=days, hours=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.ca.write_bytes(certificate.public_bytes(Encoding.PEM))
        self._key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self._context.load_cert_chain(self.ca, self._key)

    def server(self) -> ThreadingHTTPServer:
        """Return the server, which answers once it is run."""
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                proxy.answer(self)

            def log_message(self, *_parts: object) -> None:
                """Keep the terminal of the tests free."""

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        server.socket = self._context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        return server

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Pass one request on."""
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _DROPPED}
        if self.mood != "silent":
            own = request.headers.get("X-Forwarded-For") if self.mood == "gullible" else None
            headers["X-Forwarded-For"] = own or str(request.client_address[0])
            headers["X-Forwarded-Proto"] = "https"
            headers["X-Forwarded-Host"] = request.headers.get("Host", "")
        headers["Host"] = request.headers.get("Host", "")
        connection = http.client.HTTPConnection("127.0.0.1", self.target, timeout=30)
        try:
            connection.request("GET", request.path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
        except OSError:
            request.send_error(502)
            return
        finally:
            connection.close()
        request.send_response(answer.status)
        request.send_header("Content-Type", answer.getheader("Content-Type", ""))
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


@contextmanager
def front_proxy(folder: Path, port: int) -> Iterator[FrontProxy]:
    """Run a proxy until the block ends."""
    proxy = FrontProxy(folder, port)
    server = proxy.server()
    thread = threading.Thread(target=server.serve_forever, name="front proxy", daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
