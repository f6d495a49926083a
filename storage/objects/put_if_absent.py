"""Write once: what a stopped attempt wrote under the same key is what was to be written."""

from __future__ import annotations

from storage.errors import ObjectExists
from storage.objects.protocol import ObjectStore
from storage.records import StoredFile


def put_if_absent(store: ObjectStore, key: str, data: bytes, content_type: str) -> StoredFile:
    """Write an object, or take the one that lies there already. Raises StoreUnavailable."""
    try:
        info = store.put(key, data, content_type)
    except ObjectExists:
        info = store.info(key)
    return StoredFile(key=key, sha256=info.sha256, size=info.size, content_type=content_type)
