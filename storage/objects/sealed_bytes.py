"""The written format of an encrypted object (`docs/format.md`): a header, then AES-256-GCM of the content.

    8   89 44 47 4E 0D 0A 1A 0A      magic, which a transfer as text would break
    1   01                           version of the format
    8   id of the key                the first 8 bytes of the key's SHA-256
    12  nonce                        random, new for each object
    32  SHA-256 of the content
    1   n, then n bytes              content type, ASCII
    …   ciphertext, and its tag of 16 bytes at the end

Header and key of the object (its name in the store, UTF-8) are authenticated: an object that was changed, cut short or
moved to another name is not decrypted (NIST SP 800-38D). A key may seal 2^32 objects, because nonces are random.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import ObjectDamaged
from wording import say

MAGIC = b"\x89DGN\r\n\x1a\n"
VERSION = 1
MEDIA_TYPE = "application/vnd.docgen.sealed"
LONGEST_HEADER = 62 + 255  # bytes
KEY_BYTES = 32
_FIXED = struct.Struct(">8sB8s12s32sB")
_TAG = 16


@dataclass(frozen=True)
class Header:
    """The header of a sealed object: id of the key in hex, SHA-256 and type of the content; `raw` as it is written."""

    key_id: str
    nonce: bytes
    sha256: str
    content_type: str
    raw: bytes

    @property
    def overhead(self) -> int:
        """Return how many bytes a sealed object is longer than its content."""
        return len(self.raw) + _TAG


def id_of(key: bytes) -> str:
    """Return the id of a key, 16 hex digits: it tells nothing of the key, because the key is random."""
    return hashlib.sha256(key).hexdigest()[:16]


def is_sealed(data: bytes) -> bool:
    """Return whether bytes, or the first of them, begin a sealed object."""
    return data.startswith(MAGIC)


def seal(key: bytes, name: str, data: bytes, content_type: str) -> bytes:
    """Return the sealed object that lies in a store under `name`."""
    nonce, kind = secrets.token_bytes(12), content_type.encode("ascii")
    raw = _FIXED.pack(MAGIC, VERSION, bytes.fromhex(id_of(key)), nonce, hashlib.sha256(data).digest(), len(kind))
    raw += kind
    return raw + AESGCM(key).encrypt(nonce, data, raw + name.encode())


def read_header(name: str, data: bytes) -> Header:
    """Return the header of a sealed object from its first bytes. Raises ObjectDamaged."""
    if len(data) < _FIXED.size:
        raise _damaged(name)
    magic, version, key_id, nonce, sha256, length = _FIXED.unpack_from(data)
    raw = data[: _FIXED.size + length]
    kind = raw[_FIXED.size :]
    if magic != MAGIC or version != VERSION or len(kind) != length or not kind.isascii():
        raise _damaged(name)
    return Header(key_id.hex(), nonce, sha256.hex(), kind.decode("ascii"), raw)


def unseal(key: bytes, name: str, data: bytes) -> bytes:
    """Return the content of a sealed object. Raises ObjectDamaged when a byte or the name is not as it was sealed."""
    header = read_header(name, data)
    try:
        return AESGCM(key).decrypt(header.nonce, data[len(header.raw) :], header.raw + name.encode())
    except InvalidTag as error:
        raise _damaged(name) from error


def _damaged(name: str) -> ObjectDamaged:
    return ObjectDamaged(
        say(
            "{key}: berkas terenkripsi ini berubah, terpotong, atau berasal dari nama lain; pulihkan dari cadangan.",
            key=name,
        )
    )
