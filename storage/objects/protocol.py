"""What every object store does. Keys are `/`-separated, relative, without `.`/`..` (see `storage.keys`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ObjectInfo:
    """What is known of an object without reading it: size in bytes, SHA-256 in lower-case hex."""

    key: str
    size: int
    sha256: str
    content_type: str


class ObjectStore(Protocol):
    """Create-only storage of small and middling objects (up to some 100 MB)."""

    def put(self, key: str, data: bytes, content_type: str) -> ObjectInfo:
        """Write a new object, whole or not at all, and prove that what arrived has the SHA-256 of `data`.

        Raises `ObjectExists` if the key is taken (the object there stays), `StoreUnavailable` if the store
        cannot be reached. Writing the same bytes again under the same key is still `ObjectExists`; a caller
        that resumes work compares `info(key).sha256`.
        """

    def get(self, key: str) -> bytes:
        """Return the bytes. Raises `ObjectMissing`, `ObjectDamaged` (SHA-256 differs), `StoreUnavailable`."""

    def info(self, key: str) -> ObjectInfo:
        """Return size and SHA-256 without reading the bytes. Raises `ObjectMissing`, `StoreUnavailable`."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield every key that starts with `prefix`, in ascending order. Raises `StoreUnavailable`."""

    def remove(self, key: str) -> None:
        """Take an object away for good, with every version of it: for what an approved act destroys, nothing else.

        One that is not there is no error. Raises `StoreUnavailable`, also when the store forbids it (a lock).
        """

    def check(self) -> None:
        """Prove that the store answers and can be written. Raises `StoreUnavailable` with what to do."""

    def prepare(self) -> None:
        """Make the store ready (folder, bucket); safe to call at every start. Raises `StoreUnavailable`."""
