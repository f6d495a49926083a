"""Secrets that the service has to read again: encrypted in the catalogue under a key that follows from its secret key.

The secret key is of the settings, not of the catalogue: who has a copy of the database has none of these secrets.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from docgen.private_files import write_private
from docgen.settings import Settings

_NONCE_BYTES = 12


@dataclass(frozen=True)
class SecretBox:
    """Keeps secrets of one purpose: encrypts for the catalogue, and makes what no other service makes."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, secret_key: str, purpose: str) -> SecretBox:
        """Return the box of a purpose, whose key follows from the service's secret key.

        It is the same on every machine of an office; one purpose's box opens nothing of another's.
        """
        return cls(hashlib.sha256(f"docgen {purpose}\0{secret_key}".encode()).digest())

    def lock(self, secret: bytes, owner: str) -> str:
        """Return a secret encrypted for this owner's row."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.b64encode(nonce + AESGCM(self.key).encrypt(nonce, secret, owner.encode())).decode()

    def unlock(self, text: str, owner: str) -> bytes | None:
        """Return the secret, or None when it was encrypted under another key or for another owner."""
        data = base64.b64decode(text)
        try:
            return AESGCM(self.key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], owner.encode())
        except InvalidTag:
            return None

    def handle(self, user: str) -> bytes:
        """Return what authenticators know a user by: it does not tell the name (WebAuthn, 14.6.1)."""
        mac = HMAC(self.key, SHA256())
        mac.update(b"user handle\0" + user.encode())
        return mac.finalize()


def secret_key(settings: Settings) -> str:
    """Return DOCGEN_SECRET_KEY, or a key made at the first start and kept beside the data for its owner alone."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data / "secret.key"
    if not path.exists():
        with suppress(FileExistsError):  # another process has just begun, too
            write_private(path, secrets.token_urlsafe(48))
    return path.read_text().strip()
