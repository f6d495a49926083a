"""An archive that is only read: for a catalogue that was made to practise, beside the one the office works with."""

from __future__ import annotations

from collections.abc import Iterator

from storage.errors import ArchiveReadOnly
from storage.objects.protocol import ObjectInfo, ObjectStore


class ReadOnlyStore:
    """An `ObjectStore` of which nothing is changed, not even by a check: every write raises ArchiveReadOnly."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    def put(self, key: str, data: bytes, content_type: str) -> ObjectInfo:
        """Raise ArchiveReadOnly."""
        raise ArchiveReadOnly

    def remove(self, key: str) -> None:
        """Raise ArchiveReadOnly."""
        raise ArchiveReadOnly

    def prepare(self) -> None:
        """Raise ArchiveReadOnly."""
        raise ArchiveReadOnly

    def hold(self, key: str, held: bool) -> None:
        """Raise ArchiveReadOnly."""
        raise ArchiveReadOnly

    def get(self, key: str) -> bytes:
        """As the store behind it."""
        return self.store.get(key)

    def info(self, key: str) -> ObjectInfo:
        """As the store behind it."""
        return self.store.info(key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """As the store behind it."""
        return self.store.keys(prefix)

    def check(self) -> None:
        """Prove that the store answers; whether it could be written is not tried. Raises `StoreUnavailable`."""
        next(iter(self.store.keys()), None)

    def lacks(self) -> list[str]:
        """As the store behind it."""
        return self.store.lacks()

    def place(self) -> str:
        """As the store behind it."""
        return self.store.place()

    def link(self, key: str, content_type: str, name: str, *, inline: bool, seconds: int) -> str:
        """As the store behind it."""
        return self.store.link(key, content_type, name, inline=inline, seconds=seconds)
