"""A real SMTP server on the loopback, which keeps what it took and may be told to refuse."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

OK = "250 OK"


@dataclass
class Mailbox:
    """What the server took, and what it answers: `recipient` to an address, `data` to a mail."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipient: str = OK
    data: str = OK

    @property
    def url(self) -> str:
        """The address of the server without TLS."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        """The Message-ID of each mail it took, in order."""
        return [str(mail["Message-ID"]) for mail in self.mails]

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        """Answer to the name of an addressee."""
        if self.recipient == OK:
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail."""
        if self.data == OK:
            message = message_from_bytes(envelope.original_content, policy=policy.SMTP)
            assert isinstance(message, EmailMessage)
            self.mails.append(message)
        return self.data


@contextmanager
def smtp_server(*, port: int = 0, tls: ssl.SSLContext | None = None, password: str = "") -> Iterator[Mailbox]:
    """Run a server on a free port; with `tls` it wants STARTTLS, with `password` the user `docgen` has to sign in."""
    mailbox = Mailbox()

    def sign_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
        same = isinstance(login, LoginPassword) and login == LoginPassword(b"docgen", password.encode())
        return AuthResult(success=same, handled=same)  # not handled: the server answers 535

    more: dict[str, Any] = {"tls_context": tls, "require_starttls": True} if tls else {}
    if password:
        more |= {"authenticator": sign_in, "auth_required": True, "auth_require_tls": tls is not None}
    controller = _Controller(mailbox, hostname="127.0.0.1", port=port, **more)
    controller.start()
    assert controller.server is not None
    mailbox.port = controller.server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        controller.stop(no_assert=True)


def self_signed(folder: Path, host: str) -> tuple[Path, Path]:
    """Write a certificate of a host that nobody but itself vouches for; return its file and its key's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


class _Controller(Controller):
    """A controller that asks the server for the port it was given."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
