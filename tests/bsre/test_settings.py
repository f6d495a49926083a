"""The settings of the Esign Client Service, and the secret on its way there."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import pytest

from docgen.bsre import BsreClient, Secret
from docgen.bsre.body import json_body, multipart_body
from docgen.errors import DataFileError
from docgen.settings import read_settings

GOOD = {"DOCGEN_BSRE_URL": "https://esign.kutim.example/", "DOCGEN_BSRE_USER": "u", "DOCGEN_BSRE_PASSWORD": "sandi-a"}


def test_they_are_read_together_or_not_at_all() -> None:
    """Without any of them nobody signs through BSrE; one that is missing is named."""
    assert read_settings({}).bsre is None
    settings = read_settings({**GOOD, "DOCGEN_BSRE_CA": "/etc/ca.pem"}).bsre
    assert settings is not None
    assert (settings.url, settings.ca) == ("https://esign.kutim.example", Path("/etc/ca.pem"))
    assert "sandi-a" not in repr(settings)
    for name in GOOD:
        with pytest.raises(DataFileError, match=name):
            read_settings({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize(
    "url",
    [
        "http://esign.kutim.example",
        "http://8.8.8.8",
        "https://u:sandi-a@esign.example",
        "https://esign.example/?a=1",
        "https://esign.example/#a",
        "https://esign.example:abc",
        "https://",
        "ftp://10.0.0.5",
        "esign.example",
    ],
)
def test_an_address_that_gives_secrets_away_is_refused(url: str) -> None:
    """Passphrases cross no network in plain text, and what is wrong is not repeated."""
    with pytest.raises(DataFileError, match="DOCGEN_BSRE_URL") as refused:
        read_settings({**GOOD, "DOCGEN_BSRE_URL": url})
    assert url == "https://" or url not in str(refused.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost", "http://10.1.2.3", "http://[fd00::1]:80"])
def test_within_the_office_s_network_it_is_warned_of(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Plain HTTP to a private address is taken, and the log says what that means, but for this machine's own."""
    settings = read_settings({**GOOD, "DOCGEN_BSRE_URL": url}).bsre
    assert settings is not None
    BsreClient.of(settings)
    assert ("unencrypted" in caplog.text) == ("127.0.0.1" not in url and "localhost" not in url)


def test_a_secret_is_taken_once_and_never_written() -> None:
    """Printing, formatting, copying and pickling do not show it; what was taken is zeros after it was wiped."""
    secret = Secret.passphrase("sandi-kunci")
    assert "kunci" not in f"{secret} {secret!r}"
    for write in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError):
            write(secret)
    value = secret.take()
    with pytest.raises(RuntimeError):
        secret.take()
    secret.wipe()
    assert value == bytes(len("sandi-kunci"))


@pytest.mark.parametrize("text", ["biasa", 'kutip " dan \\', "naïve é 漢 😀", "\t\x01\x1f baris\r\nbaru", "a" * 5000])
def test_any_passphrase_arrives_as_it_was_typed(text: str) -> None:
    """JSON and forms carry every sign, and hold zeros in its place afterwards, as nothing else of them is changed."""
    with json_body({"nik": "64", "file": ["QQ=="]}, Secret.passphrase(text)) as body:
        assert json.loads(bytes(body.content)) == {"passphrase": text, "nik": "64", "file": ["QQ=="]}
        assert body.is_repeated_in(f"salah: {text}!")
    assert text.encode() not in body.content
    assert b'"QQ=="' in body.content
    value = Secret.passphrase(text).take()
    with multipart_body({"nik": "64", "passphrase": value}, {"file": ("a.pdf", "application/pdf", b"%PDF-")}) as form:
        assert b'name="passphrase"\r\n\r\n' + text.encode() + b"\r\n--" in form.content
    assert text.encode() not in form.content
