"""Objects as plain files under one folder: the embedded default, and what a person can browse.

    {root}/{key}            the object, read-only
    {root}/.sha256/{key}    its SHA-256 and content type, as `sha256sum --check` reads them
    {root}/.sha256/{folder}.sha256   those of all objects of a document, one after the other, in a file for its folder
    {root}/.tmp/            files being written

The hashes lie in a hidden tree of their own and not in extended attributes, because those are lost, without
a word, by `cp -r`, by ZIP files and on many network drives; and not beside the objects, where they would
clutter what a person sees. Those of a document share a file, because a file takes more of a disk than a hash;
an older docgen gave each its own, which is read as before. Without docgen,
`find .sha256 -type f -exec sha256sum --check --quiet {} +` in the root proves all.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import itertools
import mimetypes
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.errors import ObjectDamaged, ObjectExists, ObjectMissing, StorageError, StoreUnavailable
from storage.keys import check_key, check_prefix
from storage.objects.protocol import ObjectInfo
from storage.objects.sealed_bytes import MAGIC, MEDIA_TYPE, is_sealed
from wording import say

_HASHES = ".sha256"
_TEMPORARY = ".tmp"
_LOST_AND_FOUND = "lost+found"  # lies in the root of a disk of its own, and only root may read it
_PARTS_OF_DOCUMENT = 5  # of a key, up to a file in a document's folder: {asset}/{procedure}/{step}/{document}/…
_READ_ONLY = 0o444
_REMEMBERED_FOLDERS = 10_000
_ABANDONED_SECONDS = 24 * 3600
_UNKNOWN_TYPE = "application/octet-stream"

_WHAT_TO_DO = {
    errno.ENOSPC: "disk penuh; kosongkan ruang",
    errno.EDQUOT: "jatah disk habis; kosongkan ruang",
    errno.EROFS: "disk hanya dapat dibaca; pasang kembali agar dapat ditulis",
    errno.EACCES: "izin ditolak; beri pengguna yang menjalankan docgen hak baca dan tulis atas folder itu",
    errno.EPERM: "disk melarangnya; pengguna memerlukan hak tulis, dan disk memerlukan hard link",
    errno.ENOTSUP: "disk tidak mengenal hard link; pilih folder pada sistem berkas Linux",
    errno.ENOENT: "folder tidak ada; pasang (mount) disknya, atau jalankan `docgen init` untuk arsip baru",
    errno.EEXIST: "ada berkas di tempatnya; perbaiki DOCGEN_STORE_URL",
    errno.ENOTDIR: "ada berkas di tempatnya; perbaiki DOCGEN_STORE_URL",
    errno.EIO: "disk rusak; periksa disk itu dan cadangannya",
}


class FolderStore:
    """An `ObjectStore` in a folder. Safe for many threads and processes on one machine."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._durable: set[Path] = set()  # folders whose names, up to the root, outlive a power failure

    def prepare(self) -> None:
        """Create the folder if it is missing. No write does, so that a disk that is not mounted is noticed."""
        with _disk(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            _sync_folder(self.root.parent)

    def put(self, key: str, data: bytes, content_type: str, *, secret: bool = False) -> ObjectInfo:
        """Write a new object; see `ObjectStore.put`. On return it outlives a power failure."""
        if secret:
            self.require_secrecy()
        info = ObjectInfo(check_key(key), len(data), hashlib.sha256(data).hexdigest(), content_type)
        path = self.root / key
        with _disk(self.root, key):
            temporary = self._write_temporary(data)
            try:
                self._make_folder(path.parent)
                os.link(temporary, path)  # fails if the name is taken: the one atomic create-only publish
            except FileExistsError:
                self._finish_put(info)
                raise
            finally:
                temporary.unlink()
            self._sync_up_to_root(path.parent)
            self._write_hash(info)
        return info

    def get(self, key: str) -> bytes:
        """Return the bytes, proved by the stored SHA-256; see `ObjectStore.get`."""
        path = self.root / check_key(key)
        with _disk(self.root, key):
            data = path.read_bytes()
            stored_hash = self._read_hash(key)
        if stored_hash and hashlib.sha256(data).hexdigest() != stored_hash[0]:
            raise ObjectDamaged(f"{key}: the file {path} was changed or damaged; restore it from a backup.")
        return data

    def info(self, key: str) -> ObjectInfo:
        """Return size, SHA-256 and content type; see `ObjectStore.info`.

        The bytes are read only where the stored hash is lost: after a power failure just as the object was
        written.
        """
        path = self.root / check_key(key)
        with _disk(self.root, key):
            size = path.stat().st_size
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            stored_hash = self._read_hash(key) or (_hash_file(path), self._guess_type(key))
        return ObjectInfo(key, size, *stored_hash)

    def beginning(self, key: str, size: int) -> bytes:
        """Return the first bytes as they lie there; see `ObjectStore.beginning`."""
        with _disk(self.root, key), (self.root / check_key(key)).open("rb") as file:
            return file.read(size)

    def replace(self, key: str, data: bytes, content_type: str, *, secret: bool = False) -> None:
        """Exchange an object at once; see `ObjectStore.replace`.

        Its hash is removed first, so that a killed writer leaves an object without a hash, never with a wrong one.
        """
        info = ObjectInfo(check_key(key), len(data), hashlib.sha256(data).hexdigest(), content_type)
        path = self.root / key
        with _disk(self.root, key):
            path.stat()
            temporary = self._write_temporary(data)
            self._remove_hash(key)
            temporary.replace(path)
            self._sync_up_to_root(path.parent)
            self._write_hash(info)

    def make_secret(self, key: str) -> None:
        """Raise StorageError; see `require_secrecy`."""
        self.require_secrecy()

    def require_secrecy(self) -> None:
        """Raise StorageError, because a folder encrypts nothing: `storage.objects.encrypted` does."""
        raise StorageError("This folder was opened without a key file, so nothing secret can be written into it.")

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys under `prefix` in ascending order; see `ObjectStore.keys`."""
        folder = check_prefix(prefix).rpartition("/")[0]
        with _disk(self.root):
            self.root.stat()
        yield from (key for key in self._walk(folder) if key.startswith(prefix))

    def remove(self, key: str) -> None:
        """Remove an object and its hash; see `ObjectStore.remove`."""
        path = self.root / check_key(key)
        with _disk(self.root):
            self.root.stat()
            path.unlink(missing_ok=True)
            self._remove_hash(key)
            if path.parent.is_dir():
                _sync_folder(path.parent)

    def check(self) -> None:
        """Write, publish and remove a small file; also remove what killed writers left a day ago."""
        with _disk(self.root):
            self.root.stat()
            temporary = self._write_temporary(b"docgen")
            published = temporary.with_suffix(".published")
            try:
                os.link(temporary, published)
                published.unlink()
            finally:
                temporary.unlink()
            self._remove_abandoned()

    def missing_protections(self) -> list[str]:
        """Return nothing: the calls that a folder does not support raise errors of their own."""
        return []

    def identifier(self) -> str:
        """Return the inode of the folder, because a copy has another."""
        with _disk(self.root):
            return f"folder:{self.root.stat().st_ino}"

    def hold(self, key: str, on: bool) -> None:
        """Raise StorageError, because whoever may write a folder may remove its files."""
        raise StorageError(
            "Folder arsip tidak dapat menahan berkas (legal hold). Pakailah penyimpanan S3 dengan Object Lock."
        )

    def link(self, key: str, content_type: str, name: str, *, inline: bool, seconds: int) -> str:
        """Return "", because a browser cannot reach a folder."""
        return ""

    def _write_temporary(self, data: bytes) -> Path:
        folder = self.root / _TEMPORARY
        if not folder.is_dir():
            self._make_folder(folder)
        path = folder / secrets.token_hex(16)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, _READ_ONLY)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink()
            raise
        return path

    def _finish_put(self, info: ObjectInfo) -> None:
        """Make an existing object durable, and store its hash: its writer may have been killed before that."""
        path = self.root / info.key
        self._sync_up_to_root(path.parent)
        if path.is_file() and not self._read_hash(info.key) and _hash_file(path) == info.sha256:
            self._write_hash(info)

    def _make_folder(self, folder: Path) -> None:
        """Create the folders below the root that are missing, never the root itself."""
        missing_folders = itertools.takewhile(lambda path: not path.is_dir(), self._below_root(folder))
        for path in reversed(list(missing_folders)):
            try:
                path.mkdir(exist_ok=True)
                self._durable.discard(path)
            except FileExistsError as error:
                raise StorageError(f"{path} is an object: no key can go on below it.") from error

    def _sync_up_to_root(self, folder: Path) -> None:
        """Sync every folder up to the root, because another writer may have created them a moment ago.

        Remembers synced folders, which halves the time of a write.
        """
        _sync_folder(folder)
        synced = list(itertools.takewhile(lambda path: path not in self._durable, self._below_root(folder)))
        for path in synced:
            _sync_folder(path.parent)
        if len(self._durable) > _REMEMBERED_FOLDERS:
            self._durable.clear()
        self._durable.update(synced)

    def _below_root(self, folder: Path) -> Iterator[Path]:
        """Yield a folder and those above it, as far as they lie below the root."""
        while folder != self.root:
            yield folder
            folder = folder.parent

    def _write_hash(self, info: ObjectInfo) -> None:
        """Store the hash of a published object. Not synced, because `info` computes a lost hash again."""
        text = f"# {info.content_type}\n{info.sha256}  {info.key}\n"
        shared = self._shared_hashes(info.key)
        if shared is None:
            path = self.root / _HASHES / info.key
            self._make_folder(path.parent)
            self._replace_text(path, text)
            return
        self._make_folder(shared.parent)
        with _locked(shared.parent), shared.open("a", encoding="utf-8") as file:
            file.write(text)

    def _remove_hash(self, key: str) -> None:
        (self.root / _HASHES / key).unlink(missing_ok=True)
        shared = self._shared_hashes(key)
        if shared is None or not shared.exists():
            return
        with _locked(shared.parent):
            hashes = _parsed_hashes(shared.read_text(encoding="utf-8"))
            if hashes.pop(key, None) is None:
                return
            if hashes:
                lines = [f"# {content_type}\n{sha256}  {name}\n" for name, (sha256, content_type) in hashes.items()]
                self._replace_text(shared, "".join(lines))
            else:
                shared.unlink()

    def _read_hash(self, key: str) -> tuple[str, str] | None:
        for path in (self._shared_hashes(key), self.root / _HASHES / key):
            try:
                stored_hash = _parsed_hashes(path.read_text(encoding="utf-8")).get(key) if path else None
            except (FileNotFoundError, NotADirectoryError):
                continue
            if stored_hash:
                return stored_hash
        return None

    def _shared_hashes(self, key: str) -> Path | None:
        """Return the file of all hashes of the document that an object is of; None for another object."""
        parts = key.split("/")
        if len(parts) < _PARTS_OF_DOCUMENT or key.startswith("_"):
            return None
        folder = "/".join(parts[: _PARTS_OF_DOCUMENT - 1])
        return self.root / _HASHES / f"{folder}.sha256"

    def _replace_text(self, path: Path, text: str) -> None:
        temporary = self.root / _TEMPORARY / secrets.token_hex(16)
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)

    def _guess_type(self, key: str) -> str:
        if is_sealed(self.beginning(key, len(MAGIC))):
            return MEDIA_TYPE
        return mimetypes.guess_type(key)[0] or _UNKNOWN_TYPE

    def _walk(self, folder: str) -> Iterator[str]:
        """Yield all keys below a folder. A folder sorts as its name with the slash, as its keys do."""
        with _disk(self.root):
            try:
                with os.scandir(self.root / folder) as entries:
                    names = sorted(
                        entry.name + ("/" if entry.is_dir() else "")
                        for entry in entries
                        if not entry.name.startswith(".") and entry.name != _LOST_AND_FOUND
                    )
            except (FileNotFoundError, NotADirectoryError):
                return
        for name in names:
            key = f"{folder}/{name}" if folder else name
            if name.endswith("/"):
                yield from self._walk(key.removesuffix("/"))
            else:
                yield key

    def _remove_abandoned(self) -> None:
        before = time.time() - _ABANDONED_SECONDS
        for path in (self.root / _TEMPORARY).iterdir():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()


def _parsed_hashes(text: str) -> dict[str, tuple[str, str]]:
    """Return SHA-256 and content type by key; of a key that was written twice the last, without what was cut short."""
    hashes: dict[str, tuple[str, str]] = {}
    content_type = ""
    for line in text.split("\n")[:-1]:
        if line.startswith("# "):
            content_type = line.removeprefix("# ")
        sha256, _, key = line.partition("  ")
        if len(sha256) == 64 and key and content_type:
            hashes[key] = sha256, content_type
            content_type = ""
    return hashes


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let no other process change the hashes in a folder meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _disk(root: Path, key: str | None = None) -> Iterator[None]:
    """Translate errors of the operating system into the errors of the storage room."""
    try:
        yield
    except OSError as error:
        raise _translate(error, root, key) from error


def _translate(error: OSError, root: Path, key: str | None) -> StorageError:
    if key and isinstance(error, FileExistsError):
        return ObjectExists(f"{key}: an object is there already; it was left as it is.")
    is_missing = isinstance(error, FileNotFoundError) and root.is_dir()
    is_no_file = isinstance(error, IsADirectoryError | NotADirectoryError) and root.is_dir()
    if key and (is_missing or is_no_file):
        return ObjectMissing(f"{key}: no such object under {root}.")
    reason = _WHAT_TO_DO.get(error.errno or 0, str(error))
    return StoreUnavailable(say("Folder arsip {root} tidak dapat dipakai: {reason}.", root=root, reason=reason))


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
