"""Object stores: a folder or any S3, behind one small protocol that the contract suite proves on both."""

from pathlib import Path
from urllib.parse import unquote

from storage.errors import StorageError, without_secrets
from storage.objects.encrypted import EncryptedStore
from storage.objects.folder import FolderStore
from storage.objects.key_file import KeyFile
from storage.objects.observed import ObservedStore
from storage.objects.protocol import Lock, ObjectInfo, ObjectStore
from storage.objects.put_if_absent import put_if_absent
from storage.objects.read_only import ReadOnlyStore
from storage.observer import Observer

__all__ = [
    "EncryptedStore",
    "FolderStore",
    "KeyFile",
    "Lock",
    "ObjectInfo",
    "ObjectStore",
    "ReadOnlyStore",
    "bare_store",
    "open_store",
    "put_if_absent",
    "root_of",
]


def open_store(
    url: str,
    access_key: str = "",
    secret_key: str = "",
    *,
    lock: Lock | None = None,
    public_url: str = "",
    key_file: Path | None = None,
    sse: str = "off",
    observe: Observer | None = None,
) -> ObjectStore:
    """Return the store that `url` names; nothing is read or written yet (see `prepare` and `check`).

    `file:///srv/arsip` is a folder. `s3://minio.local:9000/docgen` is the bucket `docgen` of that server,
    spoken to over TLS unless the host is this machine; `?tls=0` or `?tls=1` says otherwise, `?region=`
    names the region where the keys may not ask for it. `lock` and `public_url` are for S3: see `S3Store`.

    Secret objects are sealed with the keys in `key_file`; without one they are neither written nor read. On S3 `sse`
    says how the server encrypts them itself: `AES256`, `aws:kms` or `aws:kms:KEY`; `off`: the key file serves there.
    `observe` is told of every call.

    Raises StorageError naming what is wrong in the URL.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "file":
        if lock is not None:
            raise StorageError("DOCGEN_S3_LOCK mengunci berkas pada S3; folder arsip tidak mengenalnya. Kosongkan.")
        path = unquote(rest.removeprefix("localhost"))
        if not path.startswith("/"):
            raise StorageError(
                f"{without_secrets(url)!r}: write three slashes and the whole path, as in file:///srv/arsip."
            )
        folder = _observed(FolderStore(Path(path)), observe)
        return EncryptedStore(folder, KeyFile(key_file)) if key_file else folder
    if scheme == "s3":
        from storage.objects.s3 import S3Store  # costs 0.2 s of start-up that a folder need not pay

        s3 = S3Store.from_url(url, access_key, secret_key, lock=lock, public_url=public_url, sse=sse)
        bucket = _observed(s3, observe)
        return EncryptedStore(bucket, KeyFile(key_file), by_store=sse != "off") if key_file else bucket
    raise StorageError(f"{without_secrets(url)!r}: a store is file:///folder or s3://host:port/bucket.")


def _observed(store: ObjectStore, observe: Observer | None) -> ObjectStore:
    return store if observe is None else ObservedStore(store, observe)


def root_of(store: ObjectStore) -> Path | None:
    """Return the root of a folder store, None for any other store."""
    bare = bare_store(store)
    return bare.root if isinstance(bare, FolderStore) else None


def bare_store(store: ObjectStore) -> ObjectStore:
    """Return the folder or bucket below what encrypts, observes, or only reads it."""
    while isinstance(store, EncryptedStore | ObservedStore | ReadOnlyStore):
        store = store.store
    return store
