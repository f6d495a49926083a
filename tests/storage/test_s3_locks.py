"""Locks, holds, parts, lost answers and signed addresses: on MinIO and on VersityGW alike."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from minio import Minio

from storage.errors import ObjectExists, StoreUnavailable
from storage.objects import Lock
from storage.objects.s3 import S3Store
from tests.servers.minio import S3Server

pytestmark = pytest.mark.s3

PDF = "application/pdf"
BIG = random.Random(1).randbytes(40 * 2**20 + 7)


@dataclass
class Bucket:
    """A bucket's address and the keys of its server."""

    url: str
    server: S3Server

    def store(self, **more: object) -> S3Store:
        return S3Store.from_url(self.url, self.server.access_key, self.server.secret_key, **more)

    def raw(self) -> Minio:
        return Minio(
            endpoint=self.server.endpoint,
            access_key=self.server.access_key,
            secret_key=self.server.secret_key,
            secure="tls=1" in self.server.query,
        )


@pytest.fixture(params=["minio", "versity"])
def bucket(request: pytest.FixtureRequest) -> Bucket:
    """A bucket that is not there yet, on each server."""
    url = request.getfixturevalue("s3_url" if request.param == "minio" else "versity_url")
    return Bucket(url, request.getfixturevalue(request.param))


def days(count: int) -> Callable[[str], int]:
    """Lock what is not under `_jobs/`."""
    return lambda key: 0 if key.startswith("_jobs/") else count


def test_nothing_lacks_in_a_bucket_that_docgen_makes(bucket: Bucket) -> None:
    """Versions, conditions and, where asked, locks are there; asking again finds the same."""
    store = bucket.store(lock=Lock("GOVERNANCE", days(1)))
    store.prepare()
    store.prepare()
    assert store.missing_protections() == []
    assert store.conditional_writes is True


def test_a_bucket_made_by_another_is_prepared_and_told_of(bucket: Bucket) -> None:
    """Versions that are off are told in one line, and turned on when it is prepared; what it holds stays."""
    bucket.raw().make_bucket(bucket_name=bucket.store().bucket)
    store = bucket.store()
    store.put("k", b"isi", PDF)
    assert ["versioning" in line for line in store.missing_protections()] == [True]
    store.prepare()
    assert store.missing_protections() == []
    assert store.get("k") == b"isi"


def test_what_is_written_is_locked_for_its_days(bucket: Bucket) -> None:
    """Not even the owner of the bucket removes a version under COMPLIANCE; what passes is not locked."""
    store = bucket.store(lock=Lock("COMPLIANCE", days(400)))
    store.prepare()
    store.put("a/k", b"isi", PDF)
    store.put("_jobs/k", b"isi", PDF)
    kept = bucket.raw().get_object_retention(bucket_name=store.bucket, object_name="a/k")
    assert kept.mode == "COMPLIANCE"
    assert 398 < (kept.retain_until_date - dt.datetime.now(dt.UTC)).days < 401
    with pytest.raises(StoreUnavailable):
        store.remove("a/k")
    assert store.get("a/k") == b"isi"
    store.remove("_jobs/k")
    assert list(store.keys()) == ["a/k"]


def test_a_lock_that_is_asked_for_and_not_there_stops_every_write(bucket: Bucket) -> None:
    """A bucket that cannot lock is not written to, and one line says why."""
    bucket.store().prepare()
    store = bucket.store(lock=Lock("GOVERNANCE", days(1)))
    for call in (store.check, lambda: store.put("k", b"", PDF)):
        with pytest.raises(StoreUnavailable, match="DOCGEN_S3_LOCK"):
            call()
    assert [line for line in store.missing_protections() if "Object Lock" in line]
    assert list(store.keys()) == []


def test_a_held_object_stays_until_it_is_released(bucket: Bucket) -> None:
    """Under legal hold it cannot be removed, whatever its retention; released, it can."""
    store = bucket.store(lock=Lock("GOVERNANCE", days(0)))
    store.prepare()
    store.put("k", b"isi", PDF)
    store.hold("k", True)
    with pytest.raises(StoreUnavailable):
        store.remove("k")
    store.hold("k", False)
    store.remove("k")
    assert list(store.keys()) == []


def test_a_large_object_is_sent_in_parts_and_kept_whole(bucket: Bucket) -> None:
    """40 MB in three parts: the same bytes and SHA-256, create-only as any other, locked as any other."""
    store = bucket.store(lock=Lock("GOVERNANCE", days(3)))
    store.prepare()
    told = store.put("big", BIG, PDF)
    assert told.sha256 == hashlib.sha256(BIG).hexdigest()
    assert store.info("big") == told
    assert store.get("big") == BIG
    assert bucket.raw().get_object_retention(bucket_name=store.bucket, object_name="big").mode == "GOVERNANCE"
    with pytest.raises(ObjectExists):
        store.put("big", BIG[:-1], PDF)
    assert store.info("big") == told


def test_one_of_racing_large_writers_wins(bucket: Bucket) -> None:
    """Four threads send different 20 MB under one key at once: one is stored, three are told ObjectExists."""
    store = bucket.store()
    store.prepare()

    def write(number: int) -> int | None:
        try:
            store.put("race", bytes([number]) * 20 * 2**20, PDF)
        except ObjectExists:
            return None
        return number

    with ThreadPoolExecutor(4) as threads:
        won = [number for number in threads.map(write, range(4)) if number is not None]
    assert len(won) == 1
    assert store.get("race")[:1] == bytes(won)


def test_a_signed_address_gives_the_object_under_its_name(bucket: Bucket) -> None:
    """Without keys, with type and readable name; another object's address does not follow from it."""
    store = bucket.store()
    store.prepare()
    store.put("a b/k.pdf", b"isi", PDF)
    url = store.link("a b/k.pdf", PDF, "Nota Dinas é.pdf", inline=False, seconds=60)
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.read() == b"isi"
        assert answer.headers["Content-Type"] == PDF
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Nota%20Dinas%20%C3%A9.pdf"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(url.replace("k.pdf", "x.pdf", 1), timeout=10)


def test_a_signed_address_names_the_public_server(bucket: Bucket) -> None:
    """The address that browsers use is signed for, without asking that server anything."""
    bucket.store().prepare()
    store = bucket.store(public_url="https://arsip.example:8443")
    parts = urlsplit(store.link("k.pdf", PDF, "k.pdf", inline=True, seconds=60))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "arsip.example:8443", f"/{store.bucket}/k.pdf")
    assert "X-Amz-Signature" in parts.query
