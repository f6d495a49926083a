"""Codes of an authenticator application: TOTP (RFC 6238) with SHA-1, six digits, steps of 30 seconds.

These are the values that every such application takes. The secret lies encrypted in the catalogue, under a key that
follows from the service's secret key.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP = 30  # seconds
DIGITS = 6
DRIFT = 1  # steps that a clock may be wrong by (RFC 6238, 5.2)
_SECRET_BYTES = 20  # as long as the hash, RFC 4226, 4
_NONCE_BYTES = 12


@dataclass(frozen=True)
class SecretBox:
    """Keeps secrets of factors: encrypts for the catalogue, and makes what no other service makes."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, secret_key: str) -> SecretBox:
        """Return the box whose key follows from the service's secret key: the same on every machine of an office."""
        return cls(hashlib.sha256(b"docgen second factors\0" + secret_key.encode()).digest())

    def lock(self, secret: bytes, user: str) -> str:
        """Return a secret encrypted for this user's row."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.b64encode(nonce + AESGCM(self.key).encrypt(nonce, secret, user.encode())).decode()

    def unlock(self, text: str, user: str) -> bytes | None:
        """Return the secret, or None when it was encrypted under another key or for another user."""
        data = base64.b64decode(text)
        try:
            return AESGCM(self.key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], user.encode())
        except InvalidTag:
            return None

    def handle(self, user: str) -> bytes:
        """Return what authenticators know a user by: it does not tell the name (WebAuthn, 14.6.1)."""
        mac = HMAC(self.key, SHA256())
        mac.update(b"user handle\0" + user.encode())
        return mac.finalize()


def make_secret() -> bytes:
    """Return a new secret."""
    return secrets.token_bytes(_SECRET_BYTES)


def secret_text(secret: bytes) -> str:
    """Return a secret as people type it into an application: base32 in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def setup_address(secret: bytes, account: str, issuer: str) -> str:
    """Return the otpauth:// address that an application reads from a QR code."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def code_of(secret: bytes, step: int) -> str:
    """Return the code of a time step."""
    return _totp(secret).generate(step * STEP).decode()


def find_step(secret: bytes, code: str, now: dt.datetime) -> int | None:
    """Return the time step that a code is of, of those near `now`, or None for a wrong code."""
    current, matching = int(now.timestamp()) // STEP, None
    for step in range(current - DRIFT, current + DRIFT + 1):
        if secrets.compare_digest(code_of(secret, step).encode(), code.encode()):
            matching = step
    return matching


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303  what applications take; HMAC needs no more
