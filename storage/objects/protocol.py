"""The protocol of every object store. Keys are `/`-separated, relative, without `.`/`..` (see `storage.keys`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class ObjectInfo:
    """What a store knows of an object without reading it: size in bytes, SHA-256 in lower-case hex.

    Of a `secret` object, which lies there encrypted, all of it is told of the content.
    """

    key: str
    size: int
    sha256: str
    content_type: str
    secret: bool = False


@dataclass(frozen=True)
class Lock:
    """How an S3 server locks new objects: in which mode, and for how many days by key (0: not at all).

    Under `GOVERNANCE` accounts with that right may lift a lock, under `COMPLIANCE` nobody.
    """

    mode: Literal["GOVERNANCE", "COMPLIANCE"]
    days: Callable[[str], int]

    def headers(self, key: str, now: dt.datetime) -> dict[str, str]:
        """Return the headers that ask an S3 server to lock an object it writes."""
        days = self.days(key)
        if days <= 0:
            return {}
        until = (now + dt.timedelta(days=days)).astimezone(dt.UTC)
        return {
            "x-amz-object-lock-mode": self.mode,
            "x-amz-object-lock-retain-until-date": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


class ObjectStore(Protocol):
    """Create-only storage of small and middling objects (up to some 100 MB)."""

    def put(self, key: str, data: bytes, content_type: str, *, secret: bool = False) -> ObjectInfo:
        """Write a new object, whole or not at all, and prove that what arrived has the SHA-256 of `data`.

        A `secret` one lies there encrypted, or nothing is written: SecrecyUnavailable says what to do.

        Raises `ObjectExists` if the key is taken (the object there stays), `StoreUnavailable` if the store
        cannot be reached. Writing the same bytes again under the same key is still `ObjectExists`; a caller
        that resumes work compares `info(key).sha256`.
        """

    def get(self, key: str) -> bytes:
        """Return the bytes.

        Raises `ObjectMissing`, `ObjectDamaged` (SHA-256 differs), `KeyMissing` (encrypted, and its key is not here),
        `StoreUnavailable`.
        """

    def beginning(self, key: str, size: int) -> bytes:
        """Return the first `size` bytes as they lie there, unproved. Raises `ObjectMissing`, `StoreUnavailable`."""

    def replace(self, key: str, data: bytes, content_type: str, *, secret: bool = False) -> None:
        """Exchange an object for one that holds the same content otherwise: for `make_secret` alone.

        Older versions of it are removed. Raises `StoreUnavailable`, also when the store forbids it (a lock).
        """

    def make_secret(self, key: str) -> None:
        """Encrypt an object that lies there open; one that is encrypted stays.

        Raises `ObjectMissing`, `ObjectDamaged`, `KeyMissing`, `StoreUnavailable`.
        """

    def require_secrecy(self) -> None:
        """Check that a secret object can be written now, and make the key when it is the first.

        Raises `SecrecyUnavailable` with what to do, `StoreUnavailable`.
        """

    def info(self, key: str) -> ObjectInfo:
        """Return size and SHA-256 without reading the bytes. Raises `ObjectMissing`, `StoreUnavailable`."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield every key that starts with `prefix`, in ascending order. Raises `StoreUnavailable`."""

    def remove(self, key: str) -> None:
        """Remove an object for good, with every version of it: only for what an approved act destroys.

        A missing object is no error. Raises `StoreUnavailable`, also when the store forbids it (a lock).
        """

    def check(self) -> None:
        """Check that the store answers and can be written. Raises `StoreUnavailable` with what to do."""

    def prepare(self) -> None:
        """Create the folder or bucket where it is missing; safe to call at every start. Raises `StoreUnavailable`."""

    def missing_protections(self) -> list[str]:
        """Return the protections the store lacks, a line each, in Indonesian. Raises `StoreUnavailable`."""

    def identifier(self) -> str:
        """Return what identifies this store, unlike a copy, at whatever address. Raises `StoreUnavailable`."""

    def hold(self, key: str, on: bool) -> None:
        """Put an object under legal hold (`on`), so that nobody can remove it, or release it.

        Raises `ObjectMissing`, `StoreUnavailable`, StorageError where the store cannot.
        """

    def link(self, key: str, content_type: str, name: str, *, inline: bool, seconds: int) -> str:
        """Return an address from which a browser loads the object itself for `seconds`; "" where there is none."""
