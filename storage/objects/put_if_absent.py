"""Write an object once, when an earlier attempt may already have written it."""

from __future__ import annotations

from storage.errors import ObjectExists
from storage.objects.protocol import ObjectStore
from storage.records import StoredFile


def put_if_absent(store: ObjectStore, key: str, data: bytes, content_type: str) -> StoredFile:
    """Write an object, or keep the existing object under this key; return it. Raises StoreUnavailable."""
    try:
        info = store.put(key, data, content_type)
    except ObjectExists:
        info = store.info(key)
    return StoredFile(key=key, sha256=info.sha256, size=info.size, content_type=content_type)
