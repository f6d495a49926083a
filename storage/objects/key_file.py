"""The key file of an archive: lines of keys in Base64, of which the last one writes and all of them read.

    # a comment
    q2V0…43 characters…=

It is made when the first object needs it, or rotated by `docgen archive key --rotate`, and lies outside of the archive:
who has only the archive, or a backup of it, reads no encrypted object.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import threading
from pathlib import Path

from storage.errors import KeyMissing, StorageError
from storage.objects.sealed_bytes import KEY_BYTES, id_of
from wording import say

SETTING = "DOCGEN_ARCHIVE_KEY_FILE"
_HEAD = (
    "# Kunci arsip docgen (AES-256). Tanpa berkas ini naskah rahasia tidak terbaca lagi: simpan salinannya di tempat\n"
    "# lain, tidak bersama arsip atau cadangannya. Baris terakhir dipakai menulis, semua baris dipakai membaca.\n"
)


class KeyExists(StorageError):
    """Another process made the key file a moment ago: its key is the one to use."""


class KeyFile:
    """The keys in one file, read again whenever the file changes. Safe for many threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._guard = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._keys: dict[str, bytes] = {}

    def ids(self) -> list[str]:
        """Return the ids of all keys, the one that writes last; none without a file. Raises StorageError."""
        return list(self._read())

    def key(self, key_id: str) -> bytes:
        """Return a key by its id. Raises KeyMissing, which names setting, file and key; StorageError."""
        keys = self._read()
        if key_id not in keys:
            raise self.missing(key_id)
        return keys[key_id]

    def writing_key(self) -> bytes | None:
        """Return the key that writes; None while there is none. Raises StorageError."""
        keys = list(self._read().values())
        return keys[-1] if keys else None

    def create(self) -> str:
        """Make the file with a first key and return its id. Raises KeyExists, KeyMissing."""
        with self._guard:
            return self._add(_HEAD, exclusive=True)

    def add(self) -> str:
        """Add a new key, which writes from now on, and return its id; makes the file where it is missing.

        The file is replaced whole, and is on the disk before this returns. Raises KeyMissing.
        """
        with self._guard:
            try:
                text = self.path.read_text(encoding="ascii")
            except FileNotFoundError:
                text = _HEAD
            except (OSError, UnicodeDecodeError) as error:
                raise self._unreadable(error) from error
            return self._add(text, exclusive=False)

    def missing(self, key_id: str) -> KeyMissing:
        """Return the error about a key that is not in the file."""
        return KeyMissing(
            say(
                "Kunci arsip {key} tidak ada di {path}. Letakkan kembali berkas kunci dari salinannya di situ, atau "
                "sebutkan tempatnya dalam {setting}.",
                key=key_id,
                path=self.path,
                setting=SETTING,
            )
        )

    def _read(self) -> dict[str, bytes]:
        with self._guard:
            try:
                state = self.path.stat()
                stamp = (state.st_ino, state.st_mtime_ns, state.st_size)
                if stamp != self._stamp:
                    self._keys, self._stamp = self._parsed(self.path.read_text(encoding="ascii")), stamp
            except FileNotFoundError:
                self._keys, self._stamp = {}, None
            except (OSError, UnicodeDecodeError) as error:
                raise self._unreadable(error) from error
            return dict(self._keys)

    def _parsed(self, text: str) -> dict[str, bytes]:
        keys = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip() or line.startswith("#"):
                continue
            try:
                key = base64.b64decode(line.strip(), validate=True)
            except binascii.Error:
                key = b""
            if len(key) != KEY_BYTES:
                raise KeyMissing(
                    say(
                        "{path}, baris {line}: bukan kunci arsip ({setting}). Letakkan kembali berkas kunci dari "
                        "salinannya.",
                        path=self.path,
                        line=number,
                        setting=SETTING,
                    )
                )
            keys[id_of(key)] = key
        return keys

    def _add(self, text: str, *, exclusive: bool) -> str:
        key = secrets.token_bytes(KEY_BYTES)
        self._replace(f"{text.rstrip()}\n{base64.b64encode(key).decode()}\n", exclusive=exclusive)
        return id_of(key)

    def _replace(self, text: str, *, exclusive: bool) -> None:
        partial = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}.sebagian")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if exclusive:
                os.link(partial, self.path)  # fails if another process was quicker, whose key then counts
                partial.unlink()
            else:
                partial.replace(self.path)
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except FileExistsError as error:
            partial.unlink(missing_ok=True)
            raise KeyExists(str(self.path)) from error
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> KeyMissing:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else "ASCII"
        return KeyMissing(
            say(
                "Berkas kunci arsip {path} ({setting}) tidak dapat dipakai: {reason}.",
                path=self.path,
                setting=SETTING,
                reason=reason,
            )
        )
