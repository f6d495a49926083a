"""Codes of an authenticator application: TOTP (RFC 6238) with SHA-1, six digits, steps of 30 seconds.

These are the values that every such application takes. The secret lies encrypted in the catalogue, under a key that
follows from the service's secret key.
"""

from __future__ import annotations

import base64
import datetime as dt
import secrets

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from docgen.secret_box import SecretBox

STEP = 30  # seconds
DIGITS = 6
DRIFT = 1  # steps that a clock may be wrong by (RFC 6238, 5.2)
_SECRET_BYTES = 20  # as long as the hash, RFC 4226, 4


def factor_box(secret_key: str) -> SecretBox:
    """Return the box that secrets of factors lie in."""
    return SecretBox.of(secret_key, "second factors")


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
