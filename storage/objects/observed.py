"""A store that tells how long each of its calls took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from storage.errors import StoreUnavailable
from storage.objects.protocol import ObjectInfo, ObjectStore
from storage.observer import Observer


class ObservedStore:
    """An `ObjectStore` over another one. Listing keys is not measured: it takes as long as whoever reads them."""

    def __init__(self, store: ObjectStore, observe: Observer) -> None:
        self.store = store
        self._observe = observe

    def put(self, key: str, data: bytes, content_type: str, *, secret: bool = False) -> ObjectInfo:
        """Ask the store behind it."""
        with self._measured("put"):
            return self.store.put(key, data, content_type, secret=secret)

    def get(self, key: str) -> bytes:
        """Ask the store behind it."""
        with self._measured("get"):
            return self.store.get(key)

    def beginning(self, key: str, size: int) -> bytes:
        """Ask the store behind it."""
        with self._measured("beginning"):
            return self.store.beginning(key, size)

    def replace(self, key: str, data: bytes, content_type: str, *, secret: bool = False) -> None:
        """Ask the store behind it."""
        with self._measured("replace"):
            self.store.replace(key, data, content_type, secret=secret)

    def make_secret(self, key: str) -> None:
        """Ask the store behind it."""
        with self._measured("replace"):
            self.store.make_secret(key)

    def require_secrecy(self) -> None:
        """Ask the store behind it."""
        self.store.require_secrecy()

    def info(self, key: str) -> ObjectInfo:
        """Ask the store behind it."""
        with self._measured("info"):
            return self.store.info(key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Ask the store behind it."""
        return self.store.keys(prefix)

    def remove(self, key: str) -> None:
        """Ask the store behind it."""
        with self._measured("remove"):
            self.store.remove(key)

    def check(self) -> None:
        """Ask the store behind it."""
        with self._measured("check"):
            self.store.check()

    def prepare(self) -> None:
        """Ask the store behind it."""
        self.store.prepare()

    def missing_protections(self) -> list[str]:
        """Ask the store behind it."""
        return self.store.missing_protections()

    def identifier(self) -> str:
        """Ask the store behind it."""
        return self.store.identifier()

    def hold(self, key: str, on: bool) -> None:
        """Ask the store behind it."""
        with self._measured("hold"):
            self.store.hold(key, on)

    def link(self, key: str, content_type: str, name: str, *, inline: bool, seconds: int) -> str:
        """Ask the store behind it."""
        return self.store.link(key, content_type, name, inline=inline, seconds=seconds)

    @contextmanager
    def _measured(self, operation: str) -> Iterator[None]:
        begun, is_ok = time.perf_counter(), True
        try:
            yield
        except StoreUnavailable:
            is_ok = False
            raise
        finally:
            self._observe(operation, time.perf_counter() - begun, is_ok=is_ok)
