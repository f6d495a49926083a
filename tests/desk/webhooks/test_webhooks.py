"""Events are told as they become true, signed, again and again for three days, and not to where they must not go."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest

from docgen.desk import Desk
from docgen.desk.dossiers.dossiers import close, reopen
from docgen.desk.webhooks.delivery import Deliverer, deliver_due
from docgen.desk.webhooks.outbox import EVENTS, add_webhook, remove_webhook, send_again
from docgen.desk.webhooks.public_address import AddressRefused, is_public, resolve_public
from docgen.desk.webhooks.sender import Message, SendFailed, send, sign
from docgen.errors import InvalidSubmission
from storage.catalogue import dossiers, webhooks
from storage.link_records import Delivery, Webhook
from storage.records import Dossier
from tests.servers.receiver import Receiver, serving

pytestmark = pytest.mark.office


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on this machine; it answers 204 when nothing else is said."""
    state = Receiver()
    with serving(state, 204):
        yield state


def dossier(desk: Desk) -> str:
    """A dossier that can be closed."""
    with desk.catalogue.write() as tx:
        one = Dossier(id="berkas1", procedure="evaluasi", assets=[], title="Evaluasi", opened_at=desk.now())
        dossiers.add_dossier(tx, one)
    return one.id


def told(desk: Desk, webhook: Webhook) -> list[Delivery]:
    """What is in the outbox for a webhook, newest first."""
    with desk.catalogue.read() as tx:
        return webhooks.list_deliveries(tx, webhook.id)


def test_an_event_is_written_with_what_it_tells_of_or_not_at_all(desk: Desk) -> None:
    """A closing that fails leaves no message; one that succeeds leaves one, for the webhooks that want it."""
    wants = add_webhook(desk, "https://aset.example/x", ["dossier.closed"], "uji")
    other = add_webhook(desk, "https://lain.example/x", ["document.issued"], "uji")
    id = dossier(desk)
    with pytest.raises(InvalidSubmission):
        close(desk, id, "uji")
    assert told(desk, wants) == []
    close(desk, id, "uji", "Dihentikan.")
    [message] = told(desk, wants)
    assert told(desk, other) == []
    said = json.loads(message.body)
    assert (said["specversion"], said["type"], said["subject"]) == ("1.0", "dossier.closed", id)
    assert said["id"] == message.event
    assert said["data"]["close_reason"] == "Dihentikan."


def test_a_message_is_signed_and_sent_until_it_arrives(desk: Desk, receiver: Receiver) -> None:
    """Refused twice, it is sent again after its pause under the same id, byte for byte; the signature is right."""
    webhook = add_webhook(desk, receiver.url, list(EVENTS), "uji", private=True)
    close(desk, dossier(desk), "uji", "Dihentikan.")
    receiver.answers = [500, 302]
    begin = desk.now()
    arrived = []
    for seconds in (1, 2, 7, 9, 80):
        moment = begin + dt.timedelta(seconds=seconds)
        arrived.append(deliver_due(replace(desk, now=lambda moment=moment: moment), private=True))
    assert arrived == [0, 0, 0, 0, 1]
    assert len(receiver.got) == 3  # a redirect is not followed, and nothing is sent before its time
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1
    headers, body = receiver.got[-1]
    key = base64.b64decode(webhook.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["content-type"] == "application/cloudevents+json"
    [delivery] = told(desk, webhook)
    assert (delivery.status, delivery.attempts, delivery.answered) == ("delivered", 3, 204)


def test_the_signature_is_that_of_the_published_example() -> None:
    """The example of the Standard Webhooks specification comes out the same."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    made = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_after_three_days_it_is_given_up_and_may_be_sent_again(desk: Desk, receiver: Receiver) -> None:
    """Tries become rarer, end within three days as failed, and "send again" delivers the same message."""
    webhook = add_webhook(desk, receiver.url, list(EVENTS), "uji", private=True)
    close(desk, dossier(desk), "uji", "Dihentikan.")
    receiver.answers = [503] * 50
    moment = begin = desk.now()
    while told(desk, webhook)[0].status == "pending":
        moment += dt.timedelta(minutes=10)
        deliver_due(replace(desk, now=lambda moment=moment: moment), private=True)
        assert moment - begin < dt.timedelta(days=3, minutes=10)
    tries = len(receiver.got)
    assert 8 <= tries <= 20
    assert told(desk, webhook)[0].status == "failed"
    receiver.answers = []
    later = replace(desk, now=lambda: moment + dt.timedelta(days=5))
    send_again(later, told(desk, webhook)[0].id)
    assert deliver_due(later, private=True) == 1
    assert receiver.got[-1][1] == receiver.got[0][1]


def test_this_machine_and_private_networks_are_refused_when_sending_too(desk: Desk, receiver: Receiver) -> None:
    """An address that was public when it was entered is checked again when the name is resolved for sending."""
    webhook = add_webhook(desk, receiver.url, list(EVENTS), "uji", private=True)
    close(desk, dossier(desk), "uji", "Dihentikan.")
    assert deliver_due(desk, private=False) == 0
    assert receiver.got == []
    assert "jaringan pribadi" in told(desk, webhook)[0].error
    remove_webhook(desk, webhook.id, "uji")
    assert deliver_due(desk, private=True) == 0


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x", "http://[::1]/x", "http://localhost:9/x", "http://10.1.2.3/", "http://169.254.169.254/",
     "http://[::ffff:192.168.1.1]/", "ftp://aset.example/", "https://", "https://a:b@aset.example/", "x"],
)  # fmt: skip
def test_an_address_that_must_not_be_told_is_refused_at_once(desk: Desk, url: str) -> None:
    """What is no web address, or plainly this machine or a private network, is refused where it is entered."""
    with pytest.raises(InvalidSubmission):
        add_webhook(desk, url, ["dossier.closed"], "uji")


@pytest.mark.parametrize(
    ("address", "public"),
    [("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False), ("10.0.0.1", False),
     ("172.16.5.4", False), ("192.168.0.9", False), ("169.254.1.1", False), ("100.64.0.1", False), ("0.0.0.0", False),
     ("224.0.0.1", False), ("::1", False), ("fe80::1%eth0", False), ("fc00::1", False), ("::ffff:10.0.0.1", False),
     ("64:ff9b::a00:1", False), ("64:ff9b::5db8:d822", True), ("2002:a00:1::", False), ("fec0::1", False),
     ("64:ff9b:1::a00:1", False), ("::ffff:0:a00:1", False), ("::a00:1", False), ("3fff::1", False), ("5f00::1", False),
     ("2001:0:a00:1::", False), ("4000::1", False), ("::", False)],
)  # fmt: skip
def test_public_addresses_are_told_from_others(address: str, public: bool) -> None:
    """Loopback, private, link-local, shared, multicast and reserved ones are not public, wrapped in IPv6 or not."""
    assert is_public(address) is public


def test_a_name_is_resolved_to_an_address_that_was_checked() -> None:
    """localhost is refused without leave and is a numeric address with it; a name nobody has is refused."""
    with pytest.raises(AddressRefused):
        resolve_public("localhost", 80, private=False)
    assert resolve_public("localhost", 80, private=True) in ("127.0.0.1", "::1")
    with pytest.raises(AddressRefused):
        resolve_public("tidak-ada.invalid", 80, private=True)


@dataclass(frozen=True)
class Dripping:
    """A receiver that never ends its answer until it is told to."""

    url: str
    at_it: threading.Event
    ended: threading.Event


@pytest.fixture
def dripping() -> Iterator[Dripping]:
    """A receiver that answers a byte of its header every tenth of a second for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(20)
    at_it, ended = threading.Event(), threading.Event()

    def drip() -> None:
        with suppress(OSError):
            connection = listener.accept()[0]
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not ended.wait(0.1):
                    at_it.set()
                    connection.sendall(b"a")

    thread = threading.Thread(target=drip)
    thread.start()
    yield Dripping(f"http://127.0.0.1:{listener.getsockname()[1]}", at_it, ended)
    ended.set()
    thread.join()
    listener.close()


def test_a_try_ends_at_its_deadline_however_it_is_answered(dripping: Dripping) -> None:
    """An answer that drips in for ever ends with an error when the time of the try is over."""
    secret = "whsec_" + base64.b64encode(b"rahasia").decode()
    with pytest.raises(SendFailed):
        send(dripping.url, secret, Message("1", b"{}"), 1, private=True, deadline=0.5)


def test_a_receiver_that_dawdles_holds_up_no_other(desk: Desk, receiver: Receiver, dripping: Dripping) -> None:
    """While one receiver drips its answer, another gets this event and the next one."""
    for address in (dripping.url, receiver.url):
        add_webhook(desk, address, ["dossier.closed"], "uji", private=True)
    id = dossier(desk)
    deliverer = Deliverer(desk, private=True, interval=0.05)
    deliverer.start()
    try:
        close(desk, id, "uji", "Dihentikan.")
        assert dripping.at_it.wait(20)
        _wait_for(lambda: len(receiver.got) == 1)
        reopen(desk, id, "uji")
        close(desk, id, "uji", "Dihentikan lagi.")
        _wait_for(lambda: len(receiver.got) == 2)
    finally:
        dripping.ended.set()
        deliverer.stop()


def _wait_for(is_so: Callable[[], bool]) -> None:
    for _ in range(400):
        if is_so():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it did not happen within 20 s")
