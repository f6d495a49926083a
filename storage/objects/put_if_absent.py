"""Write an object once, when an earlier attempt may already have written it."""

from __future__ import annotations

from storage.errors import ObjectExists
from storage.objects.protocol import ObjectStore
from storage.records import StoredFile


def put_if_absent(store: ObjectStore, key: str, data: bytes, content_type: str, *, secret: bool = False) -> StoredFile:
    """Write an object, or keep the existing object under this key; return it. Raises StoreUnavailable.

    An object that lies there open and is `secret` now is encrypted.
    """
    try:
        info = store.put(key, data, content_type, secret=secret)
    except ObjectExists:
        info = store.info(key)
        if secret and not info.secret:
            store.make_secret(key)
    return StoredFile(key=key, sha256=info.sha256, size=info.size, content_type=content_type)
