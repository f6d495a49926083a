"""Hand mails to the office's mail server by SMTP, over TLS where the server's address says so."""

from __future__ import annotations

import datetime as dt
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from docgen.errors import DocgenError
from wording import say

TIMEOUT = 20.0  # seconds, of connecting and of each wait for an answer
LONGEST_ADDRESS = 254  # characters, RFC 5321
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class MailAway(DocgenError):
    """The mail server cannot be used now: it is away, refuses this service, or says to come later."""


class MailRefused(DocgenError):
    """The mail server refuses this one mail for good, e.g. because nobody has the address."""


@dataclass(frozen=True)
class Mail:
    """A mail: its id is the same however often it is sent; `name` is the addressee's."""

    id: str
    name: str
    address: str
    subject: str
    text: str
    at: dt.datetime


@dataclass(frozen=True)
class MailServer:
    """The office's mail server and the sender that its mails name.

    `scheme` is smtp (no TLS), smtp+starttls or smtps; with an empty `user` nobody signs in.
    """

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender_name: str
    sender: str

    @classmethod
    def of(cls, url: str, sender: str) -> MailServer:
        """Return the server that an address names, as smtp+starttls://user:password@host:587.

        Raises ValueError saying in English what is wrong with the address or the sender.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("write smtp+starttls://user:password@host:587, smtps://… or smtp://host")
        if parts.scheme == "smtp" and parts.password and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("a password goes over TLS only: write smtp+starttls:// or smtps://")
        name, address = parseaddr(sender)
        if not is_address(address):
            raise ValueError("the sender is no address: write Naskah Dinas <naskah@dinas.example>")
        port = parts.port or _PORTS[parts.scheme]
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname, port, user, password, name, address)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Open a connection for some mails. Raises MailAway."""
        try:
            smtp = self._open()
        except (OSError, smtplib.SMTPException) as error:
            raise MailAway(say("{server}: {error}", server=f"{self.host}:{self.port}", error=_reason(error))) from error
        try:
            yield Connection(smtp, self)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            if self.scheme == "smtp+starttls":
                smtp.starttls(context=context)
            if self.user:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


@dataclass(frozen=True)
class Connection:
    """An open connection to the mail server."""

    smtp: smtplib.SMTP
    server: MailServer

    def send(self, mail: Mail) -> None:
        """Hand over one mail; when this returns the server has taken it. Raises MailAway, MailRefused."""
        message = compose(mail, self.server)
        try:
            self.smtp.send_message(message, self.server.sender, [mail.address])
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _refusal(code, text) from error
        except smtplib.SMTPSenderRefused as error:  # of which no other mail is better
            raise MailAway(_reason(error)) from error
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailAway(_reason(error)) from error


def compose(mail: Mail, server: MailServer) -> EmailMessage:
    """Return the message of a mail. Raises MailRefused when a header would not be one line."""
    message = EmailMessage(SMTP)
    try:
        message["From"] = _address(server.sender_name, server.sender)
        message["To"] = _address(mail.name, mail.address)
        message["Subject"] = mail.subject
    except (ValueError, MessageError) as error:
        raise MailRefused(str(error)) from error
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.id}@{server.sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence notice answers it
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.text, charset="utf-8", cte="quoted-printable")
    return message


def is_address(text: str) -> bool:
    """Return whether a text is a mail address that can be written into a header as it is."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None and ".." not in text


def _address(name: str, address: str) -> Address:
    return Address(display_name=name, addr_spec=address)


def _refusal(code: int, text: bytes | str) -> MailAway | MailRefused:
    message = f"{code} {_decoded(text)}"
    return MailRefused(message) if 500 <= code < 600 else MailAway(message)


def _reason(error: Exception) -> str:
    """Return what the server or the network said, without what was sent to it."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    strerror = error.strerror if isinstance(error, OSError) else None
    return strerror or str(error) or type(error).__name__


def _decoded(text: bytes | str) -> str:
    return " ".join((text.decode(errors="replace") if isinstance(text, bytes) else str(text)).split())[:300]
