"""A security chip in software: makes passkeys and signs with them; like an attacker's it says whatever is set."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40  # flags of WebAuthn L3, 6.1


def encode(data: bytes) -> str:
    """Return base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class SoftKey:
    """A passkey: what it says of itself can be set."""

    site: str
    origin: str
    handle: bytes = b""
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    count: int = 0
    flags: int = PRESENT | VERIFIED

    def create(self, options: str) -> str:
        """Answer the question for a new passkey."""
        asked = json.loads(options)
        self.handle = urlsafe_b64decode(asked["user"]["id"] + "==")
        numbers = self.private.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        body = bytes(16) + len(self.id).to_bytes(2) + self.id + key
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(self.flags | WITH_KEY) + body}
        return self._answer({
            "clientDataJSON": encode(self._client_data("webauthn.create", asked["challenge"])),
            "attestationObject": encode(cbor2.dumps(statement)), "transports": ["internal"],
        })  # fmt: skip

    def get(self, options: str, **more: Any) -> str:
        """Answer a question for a signature; `more` stands in what the browser says of itself."""
        client_data = self._client_data("webauthn.get", json.loads(options)["challenge"], **more)
        self.count += 1 if self.count else 0
        data = self._data(self.flags)
        signature = self.private.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({
            "clientDataJSON": encode(client_data), "authenticatorData": encode(data), "signature": encode(signature),
            "userHandle": encode(self.handle),
        })  # fmt: skip

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client_data(self, kind: str, challenge: str, **more: Any) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, **more}).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        id = encode(self.id)
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": response})
