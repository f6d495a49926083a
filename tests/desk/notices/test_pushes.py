"""Browsers are told by their push services: encrypted, once, and not over private networks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from docgen.desk import Desk
from docgen.desk.access.accounts import change_user
from docgen.desk.access.sessions import end_sessions
from docgen.desk.notices.preferences import subscribe, unsubscribe
from docgen.desk.notices.pushes import send_due_pushes
from docgen.errors import InvalidSubmission
from docgen.web_push import PushKeys, encode
from storage.catalogue import notices
from storage.errors import RecordMissing
from tests.support.office.notices import add_person, later, notices_of, tell_something

pytestmark = pytest.mark.office

KEYS = PushKeys.of("rahasia")
AUTH = b"sixteen bytes..."


@dataclass
class PushService:
    """A push service that answers as it is told, and remembers what it got."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def p256dh(self) -> str:
        """The public key of the one browser that it serves."""
        return encode(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def read(self, body: bytes) -> dict[str, str]:
        """Decrypt what that browser was sent, by RFC 8188 and 8291 step by step."""
        salt, sender, sealed = body[:16], body[21 : 21 + body[20]], body[21 + body[20] :]
        mine = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        secret = HKDF(SHA256(), 32, AUTH, b"WebPush: info\0" + mine + sender).derive(shared)
        content_key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        text: dict[str, str] = json.loads(AESGCM(content_key).decrypt(nonce, sealed, None)[:-1])
        return text


@pytest.fixture
def service() -> Iterator[PushService]:
    """A push service on this machine; it answers 201 when nothing else is said."""
    state = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(state.answers.pop(0) if state.answers else 201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}/kirim/1"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def _subscribe(desk: Desk, user: str, service: PushService, path: str = "") -> str:
    return subscribe(desk, user, service.url + path, service.p256dh, encode(AUTH), private=True).id


def test_a_browser_shows_kind_state_and_link(desk: Desk, service: PushService) -> None:
    """Its push service gets one request it can check and not read; the browser reads it."""
    add_person(desk, "kabid")
    _subscribe(desk, "kabid", service)
    tell_something(desk, "kabid")
    assert send_due_pushes(desk, KEYS, private=True) == 1
    assert send_due_pushes(later(desk, hours=1), KEYS, private=True) == 0
    [(headers, body)] = service.got
    assert headers["authorization"].startswith("vapid t=")
    assert (headers["content-encoding"], headers["ttl"]) == ("aes128gcm", "86400")
    said = service.read(body)
    assert (said["title"], said["url"]) == ("Menunggu keputusan Anda: Nota Dinas", f"{desk.public_url}/d/satu")
    assert said["tag"] == headers["topic"] == notices_of(desk, "kabid")[0].message


def test_a_push_service_in_trouble_is_asked_again_with_the_same_message(desk: Desk, service: PushService) -> None:
    """503, then 429: the same tag comes again, so that the browser shows it once."""
    add_person(desk, "kabid")
    _subscribe(desk, "kabid", service)
    tell_something(desk, "kabid")
    service.answers = [503, 429]
    for minutes in (0, 1, 3):
        send_due_pushes(later(desk, minutes=minutes), KEYS, private=True)
    assert [notice.status for notice in notices_of(desk, "kabid")] == ["sent"]
    assert len({service.read(body)["tag"] for _, body in service.got}) == 1
    assert len(service.got) == 3


@pytest.mark.parametrize("status", [404, 410, 403])
def test_a_browser_that_is_gone_is_forgotten(desk: Desk, service: PushService, status: int) -> None:
    """What its push service no longer knows is asked no more."""
    add_person(desk, "kabid")
    _subscribe(desk, "kabid", service)
    tell_something(desk, "kabid")
    service.answers = [status]
    send_due_pushes(desk, KEYS, private=True)
    with desk.catalogue.read() as tx:
        assert notices.list_subscriptions(tx, "kabid") == []
    assert send_due_pushes(later(desk, hours=1), KEYS, private=True) == 0
    assert len(service.got) == 1


def test_a_browser_is_one_persons(desk: Desk, service: PushService) -> None:
    """Who subscribes in a browser that another used takes it over; nobody ends another's."""
    for name in ("kabid", "siti"):
        add_person(desk, name)
    _subscribe(desk, "kabid", service)
    id = _subscribe(desk, "siti", service)
    tell_something(desk, "kabid")
    assert send_due_pushes(desk, KEYS, private=True) == 0
    with pytest.raises(RecordMissing):
        unsubscribe(desk, "kabid", id)
    unsubscribe(desk, "siti", id)
    tell_something(desk, "siti")
    assert send_due_pushes(desk, KEYS, private=True) == 0


def test_who_is_signed_out_everywhere_is_told_nowhere(desk: Desk, service: PushService) -> None:
    """A lost phone shows nothing more once its owner is signed out of every browser, nor that of a closed account."""
    for name, path in (("kabid", "/1"), ("siti", "/2")):
        add_person(desk, name)
        _subscribe(desk, name, service, path)
    tell_something(desk, "kabid")
    end_sessions(desk, "kabid", "admin")
    change_user(desk, "siti", "admin", active=False)
    assert send_due_pushes(desk, KEYS, private=True) == 0
    assert service.got == []


def test_a_person_has_ten_browsers(desk: Desk, service: PushService) -> None:
    """The eleventh takes the place of the first."""
    add_person(desk, "kabid")
    ids = [_subscribe(desk, "kabid", service, f"/{number}") for number in range(11)]
    with desk.catalogue.read() as tx:
        assert [one.id for one in notices.list_subscriptions(tx, "kabid")] == ids[1:]


@pytest.mark.parametrize(
    "endpoint",
    ["https://127.0.0.1/x", "https://localhost/x", "https://10.1.2.3/x", "http://push.example/x", "https://", "x",
     "https://a:b@push.example/x", f"https://push.example/{'x' * 2000}", "https://push.example/a b"],
)  # fmt: skip
def test_an_address_that_no_push_service_has_is_refused(desk: Desk, service: PushService, endpoint: str) -> None:
    """This machine, private networks, and what is no https address."""
    with pytest.raises(InvalidSubmission):
        subscribe(desk, "admin", endpoint, service.p256dh, encode(AUTH))


def test_a_name_that_turns_private_is_refused_when_sending(desk: Desk, service: PushService) -> None:
    """The address is checked again when it is resolved, as for webhooks."""
    add_person(desk, "kabid")
    _subscribe(desk, "kabid", service)
    tell_something(desk, "kabid")
    assert send_due_pushes(desk, KEYS, private=False) == 0
    assert service.got == []
    assert "jaringan pribadi" in notices_of(desk, "kabid")[0].error
