"""Ask the service at its public address whether it is this installation, and how it sees the call.

Whoever asks proves that he knows the service's secret key, and so does the answer; to strangers there is no such page.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import ssl
from dataclasses import asdict, dataclass

from docgen.http_exchange import Answer, Limits, NotAnswered, NotSent, exchange
from docgen.secret_box import SecretBox
from wording import say

PATH = "/healthz/probe"
HEADER = "X-Docgen-Probe"
STRANGE_ADDRESS = "203.0.113.77"  # RFC 5737: nobody's
_LIMITS = Limits(connect=5, total=10, answer=64_000)


class NotThere(Exception):
    """Nobody answers at the address; the message is the network's reason."""


class NotThisService(Exception):
    """Somebody answers, but not this installation; the message says what came."""


@dataclass(frozen=True)
class Seen:
    """How the service sees a call: from which neighbour, caller, scheme and host, by which headers of a proxy.

    `believed` says whether it believes that neighbour's headers; `now` is its clock, in seconds since 1970.
    """

    neighbour: str
    caller: str
    scheme: str
    host: str
    headers: tuple[str, ...]
    believed: bool
    now: float


def ask_service(public_url: str, secret_key: str, pretended_caller: str = "") -> Seen:
    """Return how the service of this secret key sees a call to its public address, whatever certificate it shows.

    With `pretended_caller` the call says by itself that it comes from there, as only a proxy may.
    Raises NotThere, NotThisService.
    """
    nonce = secrets.token_hex(16)
    headers = {HEADER: f"{nonce}.{_mac(secret_key, 'ask', nonce)}"}
    if pretended_caller:
        headers["X-Forwarded-For"] = pretended_caller
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the answer's own proof is better
    try:
        answer = exchange("GET", public_url + PATH, None, headers, _LIMITS, context)
    except (NotSent, NotAnswered) as error:
        raise NotThere(str(error)) from None
    return _read(answer, secret_key, nonce)


def is_asked_by_owner(header: str, secret_key: str) -> str:
    """Return the nonce of a call's header when whoever sent it knows the secret key, else ""."""
    nonce, _, mac = header.partition(".")
    return nonce if hmac.compare_digest(mac.encode(), _mac(secret_key, "ask", nonce).encode()) else ""


def proven(seen: Seen, secret_key: str, nonce: str) -> dict[str, object]:
    """Return an answer with the proof that a service of this secret key gives it."""
    values = asdict(seen) | {"headers": list(seen.headers)}
    return values | {"proof": _mac(secret_key, "answer", nonce + json.dumps(values, sort_keys=True))}


def _read(answer: Answer, secret_key: str, nonce: str) -> Seen:
    try:
        values = json.loads(answer.body)
        proof = values.pop("proof")
        expected = _mac(secret_key, "answer", nonce + json.dumps(values, sort_keys=True))
        if not hmac.compare_digest(str(proof).encode(), expected.encode()):
            raise ValueError
        return Seen(**{**values, "headers": tuple(values["headers"])})
    except (ValueError, KeyError, TypeError, AttributeError):
        place = answer.headers.get("location", "")
        raise NotThisService(say("jawaban {status} {place}", status=answer.status, place=place).strip()) from None


def _mac(secret_key: str, purpose: str, text: str) -> str:
    key = SecretBox.of(secret_key, "checkup").key
    return hmac.new(key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()
