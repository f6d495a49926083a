"""Mails go to the server that the setting names, over TLS where it says so, and never as anybody else's header."""

from __future__ import annotations

import datetime as dt
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from docgen.errors import DataFileError
from docgen.mail import Mail, MailAway, MailRefused, MailServer, compose, is_address
from docgen.settings import read_settings
from tests.servers.smtp import self_signed, smtp_server

MAIL = Mail(
    "01j", "Siti Nurhaliza, S.Kom.", "siti@dinas.example", "Disetujui: Nota Dinas – é", "Yth. Siti,\n\n.titik\n",
    dt.datetime(2026, 11, 27, tzinfo=dt.UTC),
)  # fmt: skip
SENDER = "Naskah Dinas <naskah@dinas.example>"


def test_a_mail_arrives_as_it_was_written() -> None:
    """Names with commas, signs beyond ASCII and lines that begin with a dot come through."""
    with smtp_server() as mailbox:
        with MailServer.of(mailbox.url, SENDER).connect() as connection:
            connection.send(MAIL)
        [mail] = mailbox.mails
    assert str(mail["Subject"]) == MAIL.subject
    assert [(to.display_name, to.addr_spec) for to in mail["To"].addresses] == [(MAIL.name, MAIL.address)]
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text
    assert mail["Message-ID"] == "<01j@dinas.example>"


def test_over_tls_with_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """STARTTLS comes before signing in; a wrong password, or a certificate nobody vouches for, sends nothing."""
    certificate, key = self_signed(tmp_path, "localhost")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    with smtp_server(tls=context, password="kata sandi/@") as mailbox:
        address = f"localhost:{mailbox.port}"
        server = MailServer.of(f"smtp+starttls://docgen:kata%20sandi%2F%40@{address}", SENDER)
        with pytest.raises(MailAway, match="certificate"), server.connect():
            pass
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with server.connect() as connection:
            connection.send(MAIL)
        with pytest.raises(MailAway, match="535"), replace(server, password="salah").connect():
            pass
        assert len(mailbox.mails) == 1


@pytest.mark.parametrize(
    ("url", "sender"),
    [("http://mail", SENDER), ("smtp://", SENDER), ("smtp://docgen:sandi@mail.example", SENDER),
     ("smtps://mail.example/x", SENDER), ("smtps://mail.example", "Naskah Dinas"), ("smtps://mail.example:x", SENDER),
     ("smtps://mail.example", ""), ("", SENDER)],
)  # fmt: skip
def test_a_setting_that_cannot_work_is_refused_without_repeating_the_password(url: str, sender: str) -> None:
    """The service does not start with it; a password over a line that anybody reads is such a setting."""
    with pytest.raises(DataFileError) as refused:
        read_settings({"DOCGEN_SMTP_URL": url, "DOCGEN_MAIL_FROM": sender})
    assert "sandi" not in str(refused.value)
    assert "DOCGEN_SMTP_URL" in str(refused.value)


def test_the_settings_hold_the_server_without_showing_its_password() -> None:
    """The port follows from the scheme, and what is logged of the settings has no password."""
    settings = read_settings({"DOCGEN_SMTP_URL": "smtps://docgen:rahasia@mail.example", "DOCGEN_MAIL_FROM": SENDER})
    assert settings.mail is not None
    assert (settings.mail.port, settings.mail.password) == (465, "rahasia")
    assert "rahasia" not in repr(settings)
    assert read_settings({}).mail is None


@pytest.mark.parametrize("change", [{"name": "Siti\nBcc: semua@dinas.example"}, {"subject": "Satu\r\nBcc: x@y"}])
def test_no_value_becomes_a_header(change: dict[str, str]) -> None:
    """A line end in a name or a subject is refused, not sent."""
    with pytest.raises(MailRefused):
        compose(replace(MAIL, **change), MailServer.of("smtp://localhost", SENDER))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "sound"),
    [("siti@dinas.go.id", True), ("a+b@server", True), ("siti", False), ("siti@", False), ("a b@c.id", False),
     ("a@b.id\nBcc: c@d.id", False), ("<a@b.id>", False), ("a@b.id,c@d.id", False), (f"{'a' * 250}@b.id", False),
     ("siti..n@dinas.go.id", False), ("sîti@dinas.go.id", False)],
)  # fmt: skip
def test_addresses_are_told_from_others(address: str, sound: bool) -> None:
    """One plain address, nothing that a header or a server reads otherwise."""
    assert is_address(address) is sound
