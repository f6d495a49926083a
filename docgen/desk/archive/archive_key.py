"""The keys by which letters of class R and SR are encrypted: which there are, where they lie, which are missing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.errors import Conflict, NotFound
from storage.catalogue import audit as log
from storage.errors import KeyMissing, StorageError
from storage.objects import EncryptedStore, ReadOnlyStore
from storage.objects.key_file import SETTING
from wording import say


@dataclass(frozen=True)
class KeyState:
    """Fingerprints of the keys in the key file, the one that writes last, and of those that the archive needs but the
    file lacks. `by_server`: the S3 server encrypts what is written now.
    """

    file: Path
    keys: list[str]
    missing: list[str]
    by_server: bool

    def to_json(self) -> dict[str, Any]:
        """Return plain data, for programs."""
        return {"file": str(self.file), "keys": self.keys, "missing": self.missing, "by_server": self.by_server}

    def sentences(self) -> list[str]:
        """Return what an administrator has to know, a line each."""
        lines: list[str] = [say("Berkas kunci: {path}", path=self.file)]
        lines += [say("Kunci {key} (membaca)", key=key) for key in self.keys[:-1]]
        lines += [say("Kunci {key} (menulis dan membaca)", key=key) for key in self.keys[-1:]]
        lines += [say("Kunci {key} tidak ada, padahal ada naskah yang memerlukannya.", key=key) for key in self.missing]
        if self.keys:
            lines.append(
                say(
                    "Simpan salinan berkas ini di tempat lain, tidak bersama arsip atau cadangannya, dan bandingkan "
                    "sidik jarinya di atas. Tanpa kunci itu naskah rahasia tidak terbaca lagi."
                )
            )
        elif not self.missing:
            lines.append(say("Belum ada kunci: kunci dibuat ketika naskah rahasia yang pertama terbit."))
        if self.by_server:
            lines.append(say("Naskah rahasia yang baru dienkripsi oleh server S3 (DOCGEN_S3_SSE)."))
        return lines


def key_state(desk: Desk) -> KeyState:
    """Return which keys there are. Raises KeyMissing (the file cannot be read), StoreUnavailable."""
    store = _encrypted_store(desk)
    return KeyState(store.key_file.path, store.key_file.ids(), store.missing_keys(), store.by_store)


@dataclass(frozen=True)
class KeyNotice:
    """What an administrator has to do about the keys in `file` now: copy these, bring back those that are missing."""

    file: Path
    uncopied: list[str]
    missing: list[str]
    setting: str = SETTING


def key_notice(desk: Desk) -> KeyNotice | None:
    """Return what an administrator has to do about the keys; None when nothing, or while the archive is away."""
    store = _encrypted_store(desk)
    keys: list[str] = []
    try:
        with suppress(KeyMissing):  # a file that cannot be read has no key: what the archive needs is missing then
            keys = store.key_file.ids()
        missing = [key for key in store.needed_keys() if key not in keys]
    except StorageError:
        return None
    with desk.catalogue.read() as tx:
        uncopied = [key for key in keys if key not in log.subjects_ever(tx, Action.ARCHIVE_KEY_COPIED, keys)]
    return KeyNotice(store.key_file.path, uncopied, missing) if uncopied or missing else None


def confirm_copy(desk: Desk, fingerprint: str, by: str) -> None:
    """Record that a person keeps a copy of a key elsewhere. Raises NotFound (no such key), KeyMissing."""
    if fingerprint not in _encrypted_store(desk).key_file.ids():
        raise NotFound(say("Kunci arsip {key} tidak ada dalam berkas kunci.", key=repr(fingerprint[:40])))
    with desk.catalogue.write() as tx:
        audit.record(desk, tx, by, Action.ARCHIVE_KEY_COPIED, fingerprint)


def rotate_key(desk: Desk, by: str) -> str:
    """Add a new key, with which all is encrypted from now on, and return its fingerprint.

    Raises Conflict (the S3 server encrypts), KeyMissing (a key of the archive is not in the file), StoreUnavailable.
    """
    desk.require_archive()
    store = _encrypted_store(desk)
    if store.by_store:
        raise Conflict("Server S3 yang mengenkripsi (DOCGEN_S3_SSE), bukan berkas kunci. Ganti kuncinya di server itu.")
    fingerprint = store.rotate()
    with desk.catalogue.write() as tx:
        audit.record(desk, tx, by, Action.ARCHIVE_KEY_ADDED, "", after={"key": fingerprint})
    return fingerprint


def _encrypted_store(desk: Desk) -> EncryptedStore:
    store = desk.store.store if isinstance(desk.store, ReadOnlyStore) else desk.store
    assert isinstance(store, EncryptedStore), "open_desk names a key file"
    return store
