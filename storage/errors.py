"""The errors of the storage room. Each message names the thing, what happened to it, and what to do."""

import re


def without_secrets(address: str) -> str:
    """Return an address for a message: what stands where a user and a password do is left out."""
    return re.sub(r"(?<=://)[^/]*@", "", address)


class StorageError(Exception):
    """Anything the storage room could not do."""


class StoreUnavailable(StorageError):
    """The object store or the database cannot be reached now; the same call may succeed later."""


class SecrecyUnavailable(StoreUnavailable):
    """Nothing secret can be written now; what is not secret can."""


class KeyMissing(SecrecyUnavailable):
    """An object is encrypted, or must be, and its key is not there; when the key is back, the same call succeeds."""


class StoreFull(StoreUnavailable):
    """A disk of this machine has so little space left that no new work begins."""


class ObjectExists(StorageError):
    """A create-only write met an object under the same key; the object there is untouched."""


class ObjectMissing(StorageError):
    """No object lies under the key."""


class ObjectDamaged(StorageError):
    """The bytes read do not have the SHA-256 on record."""


class RecordMissing(StorageError):
    """The catalogue has no row under the key."""


class RecordConflict(StorageError):
    """The change would break what other rows rely on (a key that exists, an asset that has documents)."""


class ArchiveReadOnly(RecordConflict):
    """This catalogue is for practice: it reads the archive and writes nothing into it."""

    def __init__(self) -> None:
        super().__init__(
            "Katalog ini dibuat untuk latihan: arsip hanya dibaca, tidak ditulisi. Kerjakan di layanan yang "
            "sebenarnya; bila katalog inilah penggantinya, jalankan `docgen archive adopt`."
        )
