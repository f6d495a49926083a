"""Web push: encrypt a message for one browser (RFC 8291) and sign the request to its push service (RFC 8292).

By hand over `cryptography`, which is installed for the seals: the libraries that do it send by themselves, and this
service connects only to an address that it has checked.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LONGEST = 3000  # bytes of a message: push services take bodies of 4,096
LIFETIME = 12 * 3600  # seconds that a signature is good for; at most a day
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_RECORD = 4096


@dataclass(frozen=True)
class PushKeys:
    """The key pair by which push services know this office."""

    private: ec.EllipticCurvePrivateKey

    @classmethod
    def of(cls, secret_key: str) -> PushKeys:
        """Return the keys that follow from the service's secret key: the same on every machine of an office."""
        digest = hashlib.sha512(b"docgen web push\0" + secret_key.encode()).digest()
        return cls(ec.derive_private_key(int.from_bytes(digest) % (_ORDER - 1) + 1, _CURVE))

    @property
    def public(self) -> str:
        """The public key as browsers want it, base64url of 65 bytes."""
        return encode(_point(self.private.public_key()))

    def authorization(self, endpoint: str, contact: str, now: int) -> str:
        """Return the header that proves to the push service of `endpoint` who sends; `now` in seconds of Unix."""
        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now + LIFETIME, "sub": contact}
        signed = ".".join(encode(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
        r, s = decode_dss_signature(self.private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"vapid t={signed}.{encode(r.to_bytes(32) + s.to_bytes(32))}, k={self.public}"


def check_keys(p256dh: str, auth: str) -> None:
    """Raise ValueError unless these are the keys of a browser's subscription."""
    _public(decode(p256dh))
    if len(decode(auth)) != 16:
        raise ValueError("the secret of a subscription has 16 bytes")


def encrypt(message: bytes, p256dh: str, auth: str) -> bytes:
    """Return a message as only the browser with these keys reads it (aes128gcm). Raises ValueError."""
    return encrypt_with(message, p256dh, auth, ec.generate_private_key(_CURVE), secrets.token_bytes(16))


def encrypt_with(message: bytes, p256dh: str, auth: str, key: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """As `encrypt`, with a key and a salt that are used for nothing else."""
    receiver, sender = decode(p256dh), _point(key.public_key())
    shared = key.exchange(ec.ECDH(), _public(receiver))
    secret = _expand(_mac(decode(auth), shared), b"WebPush: info\0" + receiver + sender, 32)
    pseudo_random_key = _mac(salt, secret)
    content_key = _expand(pseudo_random_key, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _expand(pseudo_random_key, b"Content-Encoding: nonce\0", 12)
    head = salt + _RECORD.to_bytes(4) + bytes([len(sender)]) + sender
    return head + AESGCM(content_key).encrypt(nonce, message + b"\x02", None)


def encode(data: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bytes of base64url, padded or not. Raises ValueError."""
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def _public(point: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _mac(key: bytes, data: bytes) -> bytes:
    mac = HMAC(key, hashes.SHA256())
    mac.update(data)
    return mac.finalize()


def _expand(key: bytes, info: bytes, length: int) -> bytes:
    """Return one block of HKDF's expansion."""
    return _mac(key, info + b"\x01")[:length]
