"""A store that refuses writes: for a practice catalogue beside the one the office works with."""

from __future__ import annotations

from collections.abc import Iterator

from storage.errors import ArchiveReadOnly
from storage.objects.protocol import ObjectInfo, ObjectStore


class ReadOnlyStore:
    """An `ObjectStore` that reads another one: every write raises ArchiveReadOnly, and `check` writes nothing."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    def put(self, key: str, data: bytes, content_type: str, *, secret: bool = False) -> ObjectInfo:
        """Raise ArchiveReadOnly."""
        raise ArchiveReadOnly

    def replace(self, key: str, data: bytes, content_type: str, *, secret: bool = False) -> None:
        """Raise ArchiveReadOnly."""
        raise ArchiveReadOnly

    def make_secret(self, key: str) -> None:
        """Raise ArchiveReadOnly."""
        raise ArchiveReadOnly

    def require_secrecy(self) -> None:
        """Raise ArchiveReadOnly."""
        raise ArchiveReadOnly

    def remove(self, key: str) -> None:
        """Raise ArchiveReadOnly."""
        raise ArchiveReadOnly

    def prepare(self) -> None:
        """Raise ArchiveReadOnly."""
        raise ArchiveReadOnly

    def hold(self, key: str, on: bool) -> None:
        """Raise ArchiveReadOnly."""
        raise ArchiveReadOnly

    def get(self, key: str) -> bytes:
        """Ask the store behind it."""
        return self.store.get(key)

    def beginning(self, key: str, size: int) -> bytes:
        """Ask the store behind it."""
        return self.store.beginning(key, size)

    def info(self, key: str) -> ObjectInfo:
        """Ask the store behind it."""
        return self.store.info(key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Ask the store behind it."""
        return self.store.keys(prefix)

    def check(self) -> None:
        """Check that the store answers, without retry_write to write. Raises `StoreUnavailable`."""
        next(iter(self.store.keys()), None)

    def missing_protections(self) -> list[str]:
        """Ask the store behind it."""
        return self.store.missing_protections()

    def identifier(self) -> str:
        """Ask the store behind it."""
        return self.store.identifier()

    def link(self, key: str, content_type: str, name: str, *, inline: bool, seconds: int) -> str:
        """Ask the store behind it."""
        return self.store.link(key, content_type, name, inline=inline, seconds=seconds)
