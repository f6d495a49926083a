"""What every object store does. Keys are `/`-separated, relative, without `.`/`..` (see `storage.keys`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class ObjectInfo:
    """What is known of an object without reading it: size in bytes, SHA-256 in lower-case hex."""

    key: str
    size: int
    sha256: str
    content_type: str


@dataclass(frozen=True)
class Lock:
    """How an S3 server is told to lock what is written: in which mode, and for how many days by key (0: not at all).

    Under `GOVERNANCE` whoever has the right to may lift a lock, under `COMPLIANCE` nobody.
    """

    mode: Literal["GOVERNANCE", "COMPLIANCE"]
    days: Callable[[str], int]

    def headers(self, key: str, now: dt.datetime) -> dict[str, str]:
        """What an S3 server is told when an object is written."""
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

    def lacks(self) -> list[str]:
        """What the place lacks to be a good archive, a line each, in Indonesian. Raises `StoreUnavailable`."""

    def place(self) -> str:
        """What tells this store from a copy of it, by whatever address it is reached. Raises `StoreUnavailable`."""

    def hold(self, key: str, held: bool) -> None:
        """Put an object under legal hold: nobody can remove it until the hold is taken off. Raises `ObjectMissing`,

        `StoreUnavailable`, StorageError where the store cannot.
        """

    def link(self, key: str, content_type: str, name: str, *, inline: bool, seconds: int) -> str:
        """An address from which a browser loads the object itself, for so many seconds; "" where there is none."""
