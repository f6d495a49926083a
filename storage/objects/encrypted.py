"""Secret objects in any store: sealed with a key file before the store gets them, or encrypted by the store itself."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import suppress

from storage import media_types
from storage.errors import KeyMissing, ObjectExists, StorageError
from storage.keys import KEY_NOTES, check_key, key_note_key
from storage.objects import sealed_bytes
from storage.objects.key_file import SETTING, KeyExists, KeyFile
from storage.objects.protocol import ObjectInfo, ObjectStore
from storage.objects.sealed_bytes import LONGEST_HEADER, MEDIA_TYPE, is_sealed, read_header
from wording import say

log = logging.getLogger("docgen")

NOTE_FORMAT = "docgen-key/1"


class EncryptedStore:
    """An `ObjectStore` over another one. Sizes and SHA-256 are those of the content, whatever lies in that store.

    Sealed objects are read wherever they are met. `by_store`: the store itself encrypts what is written from now on.
    """

    def __init__(self, store: ObjectStore, keys: KeyFile, *, by_store: bool = False) -> None:
        self.store = store
        self.key_file = keys
        self.by_store = by_store
        self._noted: set[str] = set()  # ids of keys whose note is in the store

    def put(self, key: str, data: bytes, content_type: str, *, secret: bool = False) -> ObjectInfo:
        """Write a new object; see `ObjectStore.put`."""
        if not secret or self.by_store:
            if is_sealed(data):
                raise StorageError(say("{key}: isinya tampak seperti berkas terenkripsi; tidak disimpan.", key=key))
            return self.store.put(key, data, content_type, secret=secret)
        sealed = sealed_bytes.seal(self._writing_key(), check_key(key), data, content_type)
        self.store.put(key, sealed, MEDIA_TYPE)
        return _info_of(key, sealed, len(sealed))

    def get(self, key: str) -> bytes:
        """Return the content, proved by the store's SHA-256 and, of a sealed object, by its tag."""
        data = self.store.get(key)
        if not is_sealed(data):
            return data
        return sealed_bytes.unseal(self.key_file.key(read_header(key, data).key_id), key, data)

    def info(self, key: str) -> ObjectInfo:
        """Return size, SHA-256 and type of the content; needs no key, because a sealed object's header has them."""
        info = self.store.info(key)
        if info.content_type != MEDIA_TYPE:
            return info
        return _info_of(key, self.store.beginning(key, LONGEST_HEADER), info.size)

    def beginning(self, key: str, size: int) -> bytes:
        """Ask the store behind it."""
        return self.store.beginning(key, size)

    def replace(self, key: str, data: bytes, content_type: str, *, secret: bool = False) -> None:
        """Ask the store behind it."""
        self.store.replace(key, data, content_type, secret=secret)

    def make_secret(self, key: str) -> None:
        """Encrypt an object that lies there open; see `ObjectStore.make_secret`."""
        info = self.info(key)
        if info.secret:
            return
        data = self.get(key)
        if self.by_store:
            self.store.replace(key, data, info.content_type, secret=True)
        else:
            sealed = sealed_bytes.seal(self._writing_key(), key, data, info.content_type)
            self.store.replace(key, sealed, MEDIA_TYPE)

    def require_secrecy(self) -> None:
        """Check that a secret object can be written now; see `ObjectStore.require_secrecy`."""
        if self.by_store:
            self.store.require_secrecy()
        else:
            self._writing_key()

    def needed_keys(self) -> list[str]:
        """Return the ids of all keys that objects of this archive were sealed with. Raises StoreUnavailable."""
        return [key.removeprefix(KEY_NOTES).removesuffix(".json") for key in self.store.keys(KEY_NOTES)]

    def missing_keys(self) -> list[str]:
        """Return the ids of needed keys that the key file lacks. Raises StorageError."""
        ids = self.key_file.ids()
        return [key_id for key_id in self.needed_keys() if key_id not in ids]

    def rotate(self) -> str:
        """Add a new key, with which everything is sealed from now on, and return its id. Raises StorageError.

        Never where the key file lacks a key that the archive needs.
        """
        self._require_needed_keys()
        key_id = self.key_file.add()
        self._note(key_id)
        return key_id

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Ask the store behind it."""
        return self.store.keys(prefix)

    def remove(self, key: str) -> None:
        """Ask the store behind it."""
        self.store.remove(key)

    def check(self) -> None:
        """Ask the store behind it."""
        self.store.check()

    def prepare(self) -> None:
        """Ask the store behind it."""
        self.store.prepare()

    def missing_protections(self) -> list[str]:
        """Return what the store lacks, and which of the keys that the archive needs are not in the key file."""
        lacking = self.store.missing_protections()
        try:
            missing_keys = self.missing_keys()
        except KeyMissing as error:
            return [*lacking, str(error)]
        return [*lacking, *(str(self.key_file.missing(key_id)) for key_id in missing_keys)]

    def identifier(self) -> str:
        """Ask the store behind it."""
        return self.store.identifier()

    def hold(self, key: str, on: bool) -> None:
        """Ask the store behind it."""
        self.store.hold(key, on)

    def link(self, key: str, content_type: str, name: str, *, inline: bool, seconds: int) -> str:
        """Return an address in the store; "" for a sealed object, which a browser cannot open."""
        link = self.store.link(key, content_type, name, inline=inline, seconds=seconds)
        return "" if link and self.store.info(key).content_type == MEDIA_TYPE else link

    def _writing_key(self) -> bytes:
        """Return the key to seal with, a new one only where no object of this archive was ever sealed."""
        key = self.key_file.writing_key()
        if key is None:
            key = self._first_key()
        key_id = sealed_bytes.id_of(key)
        if key_id not in self._noted:
            self._note(key_id)
        return key

    def _first_key(self) -> bytes:
        needed = self.needed_keys()
        if needed:
            raise self.key_file.missing(needed[-1])
        with suppress(KeyExists):
            key_id = self.key_file.create()
            log.warning(
                "The archive's key %s was made in %s. Keep a copy elsewhere, apart from the archive and its backups: "
                "without it secret letters cannot be read any more",
                key_id,
                self.key_file.path,
            )
        key = self.key_file.writing_key()
        if key is None:
            raise self.key_file.missing("")
        return key

    def _note(self, key_id: str) -> None:
        """Note in the archive that it needs a key, before the first object is sealed with it.

        Raises KeyMissing when it needs another one that is not in the key file: the file was lost, or another machine
        has its own. It is asked again after the note is written, in case both began at once.
        """
        self._require_needed_keys()
        note = {
            "format": NOTE_FORMAT,
            "key": key_id,
            "cipher": "AES-256-GCM",
            "note": f"Objects of this archive are encrypted with this key; it lies in the file that {SETTING} names.",
        }
        with suppress(ObjectExists):
            self.store.put(key_note_key(key_id), json.dumps(note, indent=1).encode(), media_types.JSON)
            self._require_needed_keys()
        self._noted.add(key_id)

    def _require_needed_keys(self) -> None:
        lacking = self.missing_keys()
        if lacking:
            raise self.key_file.missing(lacking[-1])


def _info_of(key: str, beginning: bytes, size: int) -> ObjectInfo:
    header = read_header(key, beginning)
    return ObjectInfo(key, size - header.overhead, header.sha256, header.content_type, secret=True)
