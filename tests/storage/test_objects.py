"""The contract of object stores, run on a folder, on one where all is secret, on S3, and on S3 where the server honours
no conditions.
"""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from minio import Minio

from storage.errors import ObjectDamaged, ObjectExists, ObjectMissing, StorageError, StoreUnavailable
from storage.keys import KEY_NOTES
from storage.objects import EncryptedStore, ObjectInfo, ObjectStore, open_store
from storage.objects.s3 import S3Store
from tests.servers import free_port

PDF = "application/pdf"


class AllSecret(EncryptedStore):
    """An encrypted store in which nothing is written open, but the notes that it keeps for itself, which it hides."""

    def __init__(self, store: EncryptedStore) -> None:
        super().__init__(store.store, store.key_file)

    def put(self, key: str, data: bytes, content_type: str, *, secret: bool = True) -> ObjectInfo:
        return super().put(key, data, content_type, secret=True)

    def keys(self, prefix: str = "") -> Iterator[str]:
        return (key for key in super().keys(prefix) if not key.startswith(KEY_NOTES))


@dataclass
class Place:
    """A store under test, and a way to overwrite an object behind its back that leaves the kept hash alone."""

    store: ObjectStore
    overwrite: Callable[[str, bytes], None]


@pytest.fixture(
    params=[
        "folder",
        "folder-encrypted",
        pytest.param("s3", marks=pytest.mark.s3),
        pytest.param("s3-no-conditions", marks=pytest.mark.s3),
        pytest.param("s3-versity", marks=pytest.mark.s3),
    ]
)
def place(request: pytest.FixtureRequest) -> Place:
    """Each kind of store, empty and prepared."""
    if request.param == "folder":
        return _folder_place(request.getfixturevalue("tmp_path") / "objects")
    if request.param == "folder-encrypted":
        return _encrypted_place(request.getfixturevalue("tmp_path"))
    if request.param == "s3-versity":
        return _s3_place(request.getfixturevalue("versity_url"), request.getfixturevalue("versity"))
    place = _s3_place(request.getfixturevalue("s3_url"), request.getfixturevalue("minio"))
    if request.param == "s3-no-conditions":
        place.store.conditional_writes = False
    return place


@pytest.fixture
def store(place: Place) -> ObjectStore:
    return place.store


def _folder_place(root: Path) -> Place:
    store = open_store(root.as_uri())
    store.prepare()

    def overwrite(key: str, data: bytes) -> None:
        (root / key).chmod(0o644)
        (root / key).write_bytes(data)

    return Place(store, overwrite)


def _encrypted_place(folder: Path) -> Place:
    """A folder in which each object is written as a secret one."""
    root = folder / "objects"
    store = AllSecret(open_store(root.as_uri(), key_file=folder / "archive.key"))
    store.prepare()

    def overwrite(key: str, data: bytes) -> None:
        (root / key).chmod(0o644)
        (root / key).write_bytes(data)

    return Place(store, overwrite)


def _s3_place(url: str, server) -> Place:
    store = open_store(url, server.access_key, server.secret_key)
    store.prepare()
    raw = Minio(
        endpoint=server.endpoint,
        access_key=server.access_key,
        secret_key=server.secret_key,
        secure="tls=1" in server.query,
    )

    def overwrite(key: str, data: bytes) -> None:
        kept = {"sha256": store.info(key).sha256}
        raw.put_object(
            bucket_name=store.bucket, object_name=key, data=io.BytesIO(data), length=len(data), metadata=kept
        )

    return Place(store, overwrite)


def test_what_is_put_is_got(store: ObjectStore) -> None:
    """Bytes come back as they were; put and info tell the same size, SHA-256 and content type."""
    told = store.put("a/b/x.pdf", b"isi", PDF)
    is_secret = isinstance(store, AllSecret)
    assert told == ObjectInfo("a/b/x.pdf", 3, hashlib.sha256(b"isi").hexdigest(), PDF, is_secret)
    assert store.info("a/b/x.pdf") == told
    assert store.get("a/b/x.pdf") == b"isi"


@pytest.mark.parametrize("size", [0, 20_000_000])
def test_any_size(store: ObjectStore, size: int) -> None:
    """An empty object and one of 20 MB are kept whole."""
    data = random.Random(size).randbytes(size)
    store.put("big", data, PDF)
    assert store.get("big") == data
    assert store.info("big").size == size


@pytest.mark.parametrize("again", [b"first", b"second"])
def test_writing_is_create_only(store: ObjectStore, again: bytes) -> None:
    """A second write is refused, the same bytes too, and what was there stays with its content type."""
    first = store.put("k", b"first", PDF)
    with pytest.raises(ObjectExists, match="k"):
        store.put("k", again, "text/plain")
    assert store.get("k") == b"first"
    assert store.info("k") == first


def test_one_of_racing_writers_wins(store: ObjectStore) -> None:
    """Of 16 threads that write different bytes under one key, one stores its bytes and 15 are told
    ObjectExists.
    """

    def write(number: int) -> bytes | None:
        data = str(number).encode() * 5000
        try:
            store.put("race/k", data, PDF)
        except ObjectExists:
            return None
        return data

    with ThreadPoolExecutor(16) as threads:
        stored = [data for data in threads.map(write, range(16)) if data is not None]
    assert len(stored) == 1
    assert store.get("race/k") == stored[0]
    assert list(store.keys()) == ["race/k"]


def test_many_writers_share_folders(store: ObjectStore) -> None:
    """Threads that write different keys with common beginnings do not disturb each other."""
    keys = sorted(f"a/b/{number % 4}/c/{number:02}" for number in range(32))
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda key: store.put(key, key.encode(), PDF), keys))
    assert list(store.keys()) == keys
    assert all(store.get(key) == key.encode() for key in keys)


def test_keys_are_in_order(store: ObjectStore) -> None:
    """Keys come in ascending order of the whole key, though `-` and `.` sort before the slash of a folder."""
    keys = ["a-b/x", "a.b/x", "a/x", "a/x-y", "a/y/z", "a0", "b", "é/x"]
    for key in reversed(keys):
        store.put(key, b"", PDF)
    assert list(store.keys()) == sorted(keys)


def test_keys_by_prefix(store: ObjectStore) -> None:
    """A prefix is text: it may end within a name, and what does not begin with it is left out."""
    for key in ("a/1/x", "a/10/x", "a/2/x", "b/1/x"):
        store.put(key, b"", PDF)
    assert list(store.keys("a/1")) == ["a/1/x", "a/10/x"]
    assert list(store.keys("a/1/")) == ["a/1/x"]
    assert list(store.keys("a/1/x")) == ["a/1/x"]
    assert list(store.keys("c/")) == []
    assert list(store.keys("a/1/x/y")) == []


def test_more_keys_than_a_page(store: ObjectStore) -> None:
    """A listing goes on past the 1000 keys that an S3 server gives at once."""
    keys = [f"many/{number:04}" for number in range(1050)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda key: store.put(key, b"", PDF), keys))
    assert list(store.keys()) == keys


def test_check_leaves_nothing_to_see(store: ObjectStore) -> None:
    """Check may be called again and again and shows no key."""
    store.check()
    store.check()
    assert list(store.keys()) == []


def test_prepare_again_keeps_all(store: ObjectStore) -> None:
    """Prepare on a store that is in use changes nothing."""
    store.put("k", b"x", PDF)
    store.prepare()
    assert store.get("k") == b"x"


def test_missing_object(store: ObjectStore) -> None:
    """No object: ObjectMissing, also below an object and where only a folder is."""
    store.put("a/b/x", b"", PDF)
    for key in ("nothing", "a", "a/b", "a/b/y", "a/b/x/y"):
        with pytest.raises(ObjectMissing, match=key):
            store.get(key)
        with pytest.raises(ObjectMissing, match=key):
            store.info(key)


def test_damage_is_seen(place: Place) -> None:
    """A flipped bit behind the store's back is ObjectDamaged, never other bytes."""
    place.store.put("k", b"official letter", PDF)
    place.overwrite("k", b"official better")
    with pytest.raises(ObjectDamaged, match="k"):
        place.store.get("k")


@pytest.mark.parametrize(
    "key",
    ["dengan spasi/a b.pdf", "surat ke-2 (final)+%20&=?#~.pdf", "é/漢字/🖥.pdf", "/".join(["n" * 99] * 9), "x" * 255],
)
def test_odd_keys(store: ObjectStore, key: str) -> None:
    """Spaces, signs that URLs treat specially, any script, and 900 characters in parts are kept as they
    are.
    """
    store.put(key, b"x", PDF)
    assert store.get(key) == b"x"
    assert store.info(key).key == key
    assert list(store.keys()) == [key]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../x",
        "a/..",
        "a/./x",
        "a//x",
        "a/",
        ".hidden",
        "a/.sha256",
        "a\\b",
        "a\x00b",
        "a\nb",
        "a\x7fb",
        "\ud800",
        "x" * 256,
        "/".join(["n" * 200] * 6),
    ],
)
def test_traversal_is_refused(store: ObjectStore, key: str) -> None:
    """A key that would leave the store, hide in it, or read differently elsewhere is refused by every call."""
    for call in (lambda: store.put(key, b"x", PDF), lambda: store.get(key), lambda: store.info(key)):
        with pytest.raises(StorageError) as caught:
            call()
        assert type(caught.value) is StorageError
    assert list(store.keys()) == []


@pytest.mark.parametrize("prefix", ["../", "/", "a/../"])
def test_traversal_by_prefix_is_refused(store: ObjectStore, prefix: str) -> None:
    """A listing cannot look outside the store."""
    with pytest.raises(StorageError):
        list(store.keys(prefix))


def test_an_object_is_no_folder(store: ObjectStore) -> None:
    """A key that goes on below an object is refused, or kept; the object above is untouched."""
    store.put("a", b"above", PDF)
    try:
        store.put("a/b", b"below", PDF)
    except StorageError:
        assert list(store.keys()) == ["a"]
    else:
        assert store.get("a/b") == b"below"
    assert store.get("a") == b"above"


def _unreachable_stores(tmp_path: Path) -> list[ObjectStore]:
    return [
        open_store((tmp_path / "not-mounted").as_uri()),
        open_store(f"s3://127.0.0.1:{free_port()}/bucket", "key", "secret-key"),
        open_store(f"s3://127.0.0.1:{free_port()}/bucket?tls=1&region=us-east-1", "key", "secret-key"),
    ]


@pytest.mark.parametrize("kind", [0, 1, 2], ids=["folder", "s3", "s3-tls"])
def test_unreachable_store(tmp_path: Path, kind: int) -> None:
    """A store that is not there is StoreUnavailable for every call, and says what to do; nothing is
    created.
    """
    store = _unreachable_stores(tmp_path)[kind]
    calls: list[Callable[[], object]] = [
        lambda: store.put("k", b"x", PDF),
        lambda: store.get("k"),
        lambda: store.info("k"),
        lambda: list(store.keys()),
        store.check,
    ]
    for call in calls:
        with pytest.raises(StoreUnavailable, match=r"pasang \(mount\) disknya|jalankan servernya"):
            call()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "objects",
        "ftp://x/y",
        "file://relative/path",
        "s3://",
        "s3://host",
        "s3://host/a/b",
        "s3://host:x/b",
        "s3://host/b?tls=2",
        "s3://host/b?insecure=1",
        "s3://host/b?tls",
        "s3://127.0.0.1/..",
    ],
)
def test_wrong_url(url: str) -> None:
    """A URL that names no store is refused when the store is opened or first used, as a StorageError."""
    with pytest.raises(StorageError):
        open_store(url, "key", "secret").check()


def test_url_with_keys_is_not_repeated() -> None:
    """Keys written into the URL are refused without showing them: error messages end in logs."""
    with pytest.raises(StorageError) as caught:
        open_store("s3://user:verysecret@host/bucket")
    assert "verysecret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("s3://127.0.0.1:9000/b", "http://127.0.0.1:9000/b"),
        ("s3://localhost/b", "http://localhost/b"),
        ("s3://[::1]:9000/b", "http://[::1]:9000/b"),
        ("s3://minio.local:9000/b", "https://minio.local:9000/b"),
        ("s3://minio.local:9000/b?tls=0", "http://minio.local:9000/b"),
        ("s3://127.0.0.1:9000/b?tls=1&region=id-1", "https://127.0.0.1:9000/b"),
    ],
)
def test_tls_is_the_default_away_from_this_machine(url: str, address: str) -> None:
    """An S3 URL means TLS unless the host is this machine or the URL says otherwise."""
    store = open_store(url, "key", "secret")
    assert isinstance(store, S3Store)
    assert store.address == address
