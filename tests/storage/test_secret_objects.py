"""Secret objects lie encrypted: in a folder and on S3 with a key file, and on S3 by the server itself."""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from minio import Minio

from storage.copying import copy_archive
from storage.errors import KeyMissing, ObjectDamaged, ObjectExists, StorageError, StoreUnavailable
from storage.objects import ObjectInfo, ObjectStore, ReadOnlyStore, open_store, put_if_absent
from tests.servers.minio import S3Server

PDF = "application/pdf"
LETTER = b"%PDF-1.7 rencana mutasi pejabat " * 40
KEY = "6310180000066/pemeliharaan/01/01J/001/nota.pdf"
SHA256 = hashlib.sha256(LETTER).hexdigest()
S3 = pytest.mark.s3


@dataclass
class Place:
    """A store that encrypts, the key file beside it, and the bare store, which shows what lies there."""

    store: ObjectStore
    bare: ObjectStore
    key_file: Path


@pytest.fixture(params=["folder", pytest.param("s3", marks=S3), pytest.param("s3-key-file", marks=S3)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Each way to encrypt, empty and prepared."""
    url, keys = (tmp_path / "objects").as_uri(), ()
    if request.param != "folder":
        server: S3Server = request.getfixturevalue("minio")
        url, keys = request.getfixturevalue("s3_url"), (server.access_key, server.secret_key)
    key_file = tmp_path / "data" / "archive.key"
    store = open_store(url, *keys, key_file=key_file, sse="AES256" if request.param == "s3" else "off")
    store.prepare()
    return Place(store, open_store(url, *keys), key_file)


@pytest.fixture
def folder(tmp_path: Path) -> Place:
    """A folder with a key file."""
    url, key_file = (tmp_path / "objects").as_uri(), tmp_path / "data" / "archive.key"
    store = open_store(url, key_file=key_file)
    store.prepare()
    return Place(store, open_store(url), key_file)


def test_a_secret_object_is_read_as_it_was_written(place: Place) -> None:
    """Size, SHA-256, type and bytes of a secret object are those of its content; it says that it is secret."""
    expected = ObjectInfo(KEY, len(LETTER), SHA256, PDF, secret=True)
    assert place.store.put(KEY, LETTER, PDF, secret=True) == expected
    assert place.store.info(KEY) == expected
    assert place.store.get(KEY) == LETTER
    assert ReadOnlyStore(place.store).get(KEY) == LETTER
    with pytest.raises(ObjectExists):
        place.store.put(KEY, LETTER, PDF, secret=True)
    assert put_if_absent(place.store, KEY, LETTER, PDF, secret=True).sha256 == SHA256


@pytest.mark.parametrize("size", [0, 20_000_000])
def test_any_size(place: Place, size: int) -> None:
    """An empty secret object and one that travels in parts are kept whole."""
    data = bytes(size)
    place.store.put(KEY, data, PDF, secret=True)
    assert place.store.get(KEY) == data
    assert place.store.info(KEY).size == size


def test_what_is_no_secret_lies_open(place: Place) -> None:
    """Objects that are not secret lie there as they were sent, and need no key: none is made for them."""
    info = place.store.put(KEY, LETTER, PDF)
    assert not info.secret
    assert not place.store.info(KEY).secret
    assert place.bare.get(KEY) == LETTER
    assert not place.key_file.exists()


def test_an_open_object_becomes_secret(place: Place) -> None:
    """What was written open is encrypted under the same key when it turns out to be secret; twice changes nothing."""
    place.store.put(KEY, LETTER, PDF)
    place.store.make_secret(KEY)
    place.store.make_secret(KEY)
    assert place.store.info(KEY) == ObjectInfo(KEY, len(LETTER), SHA256, PDF, secret=True)
    assert place.store.get(KEY) == LETTER


@S3
def test_the_server_encrypts(minio: S3Server, s3_url: str) -> None:
    """On S3 the server itself says of a secret object that it lies encrypted, also of one that was open before, of
    which no open version is left; a signed address opens it.
    """
    store = open_store(s3_url, minio.access_key, minio.secret_key, sse="AES256")
    store.prepare()
    store.put("open", LETTER, PDF)
    store.put("was-open", LETTER, PDF)
    store.make_secret("was-open")
    store.put("secret", LETTER, PDF, secret=True)
    raw = Minio(endpoint=minio.endpoint, access_key=minio.access_key, secret_key=minio.secret_key, secure=False)

    def encryption(key: str) -> list[str | None]:
        versions = raw.list_objects(bucket_name=store.bucket, prefix=key, include_version=True)
        stats = [
            raw.stat_object(bucket_name=store.bucket, object_name=key, version_id=it.version_id) for it in versions
        ]
        return [stat.metadata.get("x-amz-server-side-encryption") for stat in stats]

    assert encryption("open") == [None]
    assert encryption("secret") == ["AES256"]
    assert encryption("was-open") == ["AES256"]
    assert store.link("secret", PDF, "a.pdf", inline=True, seconds=60)


@S3
def test_a_server_that_cannot_encrypt_gets_nothing(versity: S3Server, versity_url: str, tmp_path: Path) -> None:
    """Where the server does not encrypt, a secret object is refused by a sentence that says what to set, and nothing is
    written; with the key file the same server serves, and hands out no signed address of what it cannot open.
    """
    keys, key_file = (versity.access_key, versity.secret_key), tmp_path / "archive.key"
    store = open_store(versity_url, *keys, key_file=key_file, sse="AES256")
    store.prepare()
    with pytest.raises(StoreUnavailable, match=r"DOCGEN_S3_SSE=off.*DOCGEN_ARCHIVE_KEY_FILE"):
        store.put(KEY, LETTER, PDF, secret=True)
    with pytest.raises(StoreUnavailable, match="DOCGEN_S3_SSE"):
        store.require_secrecy()
    assert list(store.keys()) == []
    store.put("open", LETTER, PDF)

    store = open_store(versity_url, *keys, key_file=key_file, sse="off")
    store.put(KEY, LETTER, PDF, secret=True)
    assert store.get(KEY) == LETTER
    assert store.link(KEY, PDF, "a.pdf", inline=True, seconds=60) == ""
    assert store.link("open", PDF, "a.pdf", inline=True, seconds=60)


def test_nothing_of_the_content_lies_in_the_folder(folder: Place, tmp_path: Path) -> None:
    """No file of the archive holds a word of a secret object, and only its owner may read the key file."""
    folder.store.put(KEY, LETTER, PDF, secret=True)
    folder.store.put("open", b"x", PDF)
    folder.store.make_secret("open")
    files = [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"mutasi" in path.read_bytes()]
    assert folder.key_file.stat().st_mode & 0o777 == 0o600


def test_the_folder_proves_itself_without_docgen(folder: Place, tmp_path: Path) -> None:
    """sha256sum proves the bytes that lie there, encrypted or open."""
    folder.store.put(KEY, LETTER, PDF, secret=True)
    folder.store.put("a/b", LETTER, PDF)
    folder.store.make_secret("a/b")
    command = ["find", ".sha256", "-type", "f", "-exec", *("sha256sum", "--check", "--quiet", "--strict"), "{}", "+"]
    subprocess.run(command, cwd=tmp_path / "objects", check=True)


def test_an_archivist_decrypts_without_docgen(folder: Place, tmp_path: Path) -> None:
    """The script in docs/format.md decrypts an object with the key file alone."""
    folder.store.put(KEY, LETTER, PDF, secret=True)
    folder.store.rotate()
    text = Path("docs/format.md").read_text(encoding="utf-8")
    script = re.search(r"```python\n(# decrypt\.py.*?)```", text, re.DOTALL)
    assert script
    code = textwrap.dedent(script[1])
    assert len(code.splitlines()) <= 16
    done = subprocess.run(
        [sys.executable, "-c", code, folder.key_file, KEY], cwd=tmp_path / "objects", capture_output=True, check=True
    )
    assert done.stdout == LETTER


@pytest.mark.parametrize("change", ["header", "content", "tag", "short", "header-only"])
def test_a_changed_object_is_not_decrypted(folder: Place, tmp_path: Path, change: str) -> None:
    """An encrypted object of which one bit was changed, or that was cut short, is damaged, also where the hash beside
    it was written anew to fit.
    """
    folder.store.put(KEY, LETTER, PDF, secret=True)
    path = tmp_path / "objects" / KEY
    data = bytearray(path.read_bytes())
    place = {"header": 40, "content": 200, "tag": len(data) - 1}.get(change)
    if place is not None:
        data[place] ^= 1
    _forge(tmp_path / "objects", KEY, bytes(data[: {"short": -20, "header-only": 30}.get(change)]))
    with pytest.raises(ObjectDamaged, match=r"nota\.pdf"):
        folder.store.get(KEY)


def test_an_object_that_was_moved_is_not_decrypted(folder: Place, tmp_path: Path) -> None:
    """An encrypted object that was copied over another's is damaged: its name is part of what its tag proves."""
    folder.store.put("a/surat.pdf", b"surat satu", PDF, secret=True)
    folder.store.put("b/surat.pdf", b"surat dua", PDF, secret=True)
    _forge(tmp_path / "objects", "a/surat.pdf", (tmp_path / "objects/b/surat.pdf").read_bytes())
    with pytest.raises(ObjectDamaged, match=r"a/surat\.pdf"):
        folder.store.get("a/surat.pdf")
    assert folder.store.get("b/surat.pdf") == b"surat dua"


def test_without_hashes_all_is_as_before(folder: Place, tmp_path: Path) -> None:
    """A copy of the folder without its hidden hashes tells the same of a secret object."""
    info = folder.store.put(KEY, LETTER, PDF, secret=True)
    shutil.rmtree(tmp_path / "objects/.sha256")
    assert folder.store.info(KEY) == info
    assert folder.store.get(KEY) == LETTER


@pytest.mark.parametrize("key", ["lost", "wrong", "no key", "no file"])
def test_without_its_key_a_secret_object_is_told(folder: Place, key: str) -> None:
    """Without the key, or with another, a sentence names setting, file and the key's fingerprint; all that lies open is
    read and written on, nothing secret is written, and no new key takes the place of the lost one. With the key back
    all is as before.
    """
    folder.store.put(KEY, LETTER, PDF, secret=True)
    folder.store.put("open", b"x", PDF)
    fingerprint = folder.store.key_file.ids()[0]
    kept = folder.key_file.read_text()
    folder.key_file.unlink()
    if key == "wrong":
        folder.key_file.write_text("A" * 43 + "=\n")
    elif key == "no key":
        folder.key_file.write_text("# kosong\n")
    elif key == "no file":
        folder.key_file.mkdir()
    before = folder.key_file.exists()
    store = open_store(folder.bare.root.as_uri(), key_file=folder.key_file)
    for call in (lambda: store.get(KEY), lambda: store.put("new", LETTER, PDF, secret=True), store.require_secrecy):
        with pytest.raises(KeyMissing, match=r"DOCGEN_ARCHIVE_KEY_FILE") as caught:
            call()
        assert str(folder.key_file) in str(caught.value)
    if key != "no file":
        assert fingerprint in str(caught.value)
    with pytest.raises(KeyMissing):
        store.rotate()
    assert store.info(KEY).sha256 == SHA256
    assert store.get("open") == b"x"
    store.put("more", b"y", PDF)
    assert any("DOCGEN_ARCHIVE_KEY_FILE" in line for line in store.missing_protections())
    assert folder.key_file.exists() == before
    if key == "no file":
        folder.key_file.rmdir()
    folder.key_file.write_text(kept)
    assert store.get(KEY) == LETTER
    assert store.missing_protections() == []


def test_rotation_keeps_old_objects_readable(folder: Place) -> None:
    """After a rotation new objects are written with the new key, and old ones are read with theirs; without the old
    line only the old ones are lost.
    """
    folder.store.put("old", LETTER, PDF, secret=True)
    first = folder.store.key_file.ids()[0]
    second = folder.store.rotate()
    assert folder.store.key_file.ids() == [first, second]
    folder.store.put("new", LETTER, PDF, secret=True)
    assert folder.store.get("old") == folder.store.get("new") == LETTER
    lines = folder.key_file.read_text().splitlines()
    folder.key_file.write_text(lines[-1] + "\n")
    assert folder.store.get("new") == LETTER
    with pytest.raises(KeyMissing, match=first):
        folder.store.get("old")


def test_many_who_need_the_first_key_make_one(folder: Place, caplog: pytest.LogCaptureFixture) -> None:
    """Of many threads with stores of their own that need the first key at once, one makes it and all use it; the log
    says where it lies, with its fingerprint, and never the key.
    """
    url = folder.bare.root.as_uri()
    stores = [open_store(url, key_file=folder.key_file) for _ in range(8)]
    with caplog.at_level(logging.INFO), ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda pair: pair[1].put(f"k{pair[0]}", LETTER, PDF, secret=True), enumerate(stores)))
    [fingerprint] = folder.store.key_file.ids()
    assert all(folder.store.get(f"k{number}") == LETTER for number in range(8))
    assert [fingerprint in message for message in caplog.messages if "archive's key" in message] == [True]
    assert folder.key_file.read_text().splitlines()[-1] not in caplog.text


def test_a_second_machine_with_a_key_of_its_own_is_refused(folder: Place, tmp_path: Path) -> None:
    """A machine that has another key writes nothing secret into an archive that needs the first one's."""
    folder.store.put(KEY, LETTER, PDF, secret=True)
    other = open_store(folder.bare.root.as_uri(), key_file=tmp_path / "other.key")
    other.key_file.create()
    with pytest.raises(KeyMissing, match=folder.store.key_file.ids()[0]):
        other.put("new", LETTER, PDF, secret=True)


def test_bytes_that_look_encrypted_are_refused(folder: Place) -> None:
    """Nobody can leave bytes that would later be taken for an encrypted object."""
    folder.store.put(KEY, LETTER, PDF, secret=True)
    sealed = folder.bare.get(KEY)
    with pytest.raises(StorageError, match="copy"):
        folder.store.put("copy", sealed, PDF)
    folder.store.put("copy", sealed, PDF, secret=True)
    assert folder.store.get("copy") == sealed


@S3
def test_an_archive_moves_between_folder_and_s3(folder: Place, minio: S3Server, s3_url: str, tmp_path: Path) -> None:
    """A copy of an archive holds secret objects as secret ones, whichever way the other store encrypts."""
    folder.store.put(KEY, LETTER, PDF, secret=True)
    folder.store.put("open", b"x", PDF)
    bucket = open_store(s3_url, minio.access_key, minio.secret_key, key_file=tmp_path / "b.key", sse="AES256")
    bucket.prepare()
    assert copy_archive(folder.store, bucket).copied == 2
    assert [bucket.info(key).secret for key in (KEY, "open")] == [True, False]
    assert bucket.get(KEY) == LETTER
    back = open_store((tmp_path / "back").as_uri(), key_file=folder.key_file)
    back.prepare()
    assert copy_archive(bucket, back).copied == 2
    assert [back.info(key).secret for key in (KEY, "open")] == [True, False]
    assert back.get(KEY) == LETTER
    assert copy_archive(folder.store, back).skipped == 2


def test_a_copy_without_the_key_goes_on_with_the_rest(folder: Place, tmp_path: Path) -> None:
    """Without the key a copy takes over all that lies open, and lists what it could not read."""
    folder.store.put(KEY, LETTER, PDF, secret=True)
    folder.store.put("open", b"x", PDF)
    folder.key_file.unlink()
    target = open_store((tmp_path / "target").as_uri(), key_file=folder.key_file)
    target.prepare()
    result = copy_archive(folder.store, target)
    assert result.unreadable == [KEY]
    assert target.get("open") == b"x"
    assert not folder.key_file.exists()


def _forge(root: Path, key: str, data: bytes) -> None:
    """Exchange an object and its hash, as somebody does who may write the folder."""
    path = root / key
    before, after = (hashlib.sha256(content).hexdigest() for content in (path.read_bytes(), data))
    path.chmod(0o644)
    path.write_bytes(data)
    of_document = root / ".sha256" / f"{Path(key).parents[1]}.sha256"
    hash_file = of_document if of_document.is_file() else root / ".sha256" / key
    hash_file.write_text(hash_file.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
