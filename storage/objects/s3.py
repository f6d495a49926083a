"""Objects in a bucket of any S3 server (MinIO, VersityGW, Ceph, AWS). Only the `s3…` files here import the SDK."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import logging
import secrets
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from minio import Minio

from storage.errors import ObjectDamaged, ObjectExists, ObjectMissing, StorageError, StoreUnavailable, without_secrets
from storage.keys import check_key, check_prefix
from storage.objects.protocol import Lock, ObjectInfo
from storage.objects.s3_bucket import Bucket
from storage.objects.s3_client import NotUnderstood, RequestRefused, http_client, retry_write, translated_errors
from storage.objects.s3_encryption import MARK, ServerSideEncryption
from storage.objects.s3_parts import LARGE, upload_parts
from storage.objects.sealed_bytes import MEDIA_TYPE, is_sealed
from wording import say

log = logging.getLogger("docgen")

_PROBE = ".docgen-probe/conditional-write"
_SHA256 = "x-amz-meta-sha256"
_WRITER = "x-amz-meta-writer"
_CHECKSUM = "x-amz-checksum-sha256"
_ASK_CHECKSUM = {"x-amz-checksum-mode": "ENABLED"}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_UNKNOWN_TYPE = "application/octet-stream"
_LOCKS = 64

_Headers = dict[str, str | list[str] | tuple[str]]


class S3Store:
    """An `ObjectStore` in a bucket. Safe for many threads; a process that forks opens its own.

    `conditional_writes` says whether the server refuses a second write by itself (`If-None-Match: *`);
    None until the first write or `check`. Where it does not, a write looks first: safe among the threads of
    this process, but two machines must then not write at once. Large objects are looked for first in any case: the
    condition on the call that assembles their parts is weaker on some servers (VersityGW looks, then publishes).

    With a `lock`, every object is written under Object Lock, and nothing is written into a bucket that cannot lock.
    `public_url` is the server's address as a browser reaches it, where that is another one.
    """

    def __init__(
        self,
        endpoint: str,
        bucket: str,
        access_key: str,
        secret_key: str,
        *,
        tls: bool = True,
        region: str = "",
        lock: Lock | None = None,
        public_url: str = "",
        sse: str = "off",
    ) -> None:
        self.bucket = bucket
        self.address = f"{'https' if tls else 'http'}://{endpoint}/{bucket}"
        self.conditional_writes: bool | None = None
        self._lock = lock
        self._locks = [threading.Lock() for _ in range(_LOCKS)]
        self._keys: dict[str, Any] = {"access_key": access_key or None, "secret_key": secret_key}
        self._public_url = public_url
        with translated_errors(self.address):
            self._client = Minio(
                endpoint=endpoint, secure=tls, region=region or None, http_client=http_client(), **self._keys
            )
        self._bucket = Bucket(self._client, bucket, self.address, lock)
        self._encryption = ServerSideEncryption(self._client, bucket, self.address, sse)

    @classmethod
    def from_url(
        cls,
        url: str,
        access_key: str,
        secret_key: str,
        *,
        lock: Lock | None = None,
        public_url: str = "",
        sse: str = "off",
    ) -> S3Store:
        """Read the URL that `storage.objects.open_store` describes. Raises StorageError for any other."""
        try:
            parts = urlsplit(url)
            query = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
            host, bucket, port = parts.hostname or "", parts.path.strip("/"), parts.port
        except ValueError as error:
            raise StorageError(f"{without_secrets(url)!r} cannot be read: write s3://host:port/bucket.") from error
        if "@" in parts.netloc:  # and do not repeat the URL: it holds a secret
            raise StorageError("Put keys in DOCGEN_S3_ACCESS_KEY and DOCGEN_S3_SECRET_KEY, not in a URL.")
        if not host or not bucket or "/" in bucket:
            raise StorageError(f"{without_secrets(url)!r}: write s3://host:port/bucket.")
        tls = query.pop("tls", ["0" if host in _LOOPBACK else "1"])[-1]
        region = query.pop("region", [""])[-1]
        if query or tls not in ("0", "1"):
            raise StorageError(
                f"{without_secrets(url)!r}: after the question mark only tls=0, tls=1 and region=NAME are known."
            )
        name = f"[{host}]" if ":" in host else host
        endpoint = f"{name}:{port}" if port else name
        options: dict[str, Any] = {"tls": tls == "1", "region": region, "lock": lock, "public_url": public_url}
        return cls(endpoint, bucket, access_key, secret_key, sse=sse, **options)

    def prepare(self) -> None:
        """Create the bucket where it is missing, with versions and, for a `lock`, with Object Lock."""
        self._bucket.prepare()

    def missing_protections(self) -> list[str]:
        """Return the protections that the bucket or its server lacks; see `ObjectStore.missing_protections`."""
        return [*self.bucket_problems(), *self.condition_problems()]

    def bucket_problems(self) -> list[str]:
        """Return what the bucket lacks: versions, or locks where they are asked for. Raises StoreUnavailable."""
        return self._bucket.missing_protections()

    def condition_problems(self) -> list[str]:
        """Return a line when the server takes a second write under a key. Raises StoreUnavailable."""
        if self.conditional_writes is None:
            self._probe_condition()
        if self.conditional_writes:
            return []
        return [
            f"Server {self.address} tidak menolak penulisan kedua (If-None-Match): jalankan docgen di satu mesin saja."
        ]

    def put(self, key: str, data: bytes, content_type: str, *, secret: bool = False) -> ObjectInfo:
        """Write a new object; see `ObjectStore.put`. The server encrypts a secret one, or it is removed again."""
        if secret:
            self._encryption.require()
        info = ObjectInfo(check_key(key), len(data), hashlib.sha256(data).hexdigest(), content_type, secret)
        if self.conditional_writes is None:
            self.check()
        if self.conditional_writes and len(data) <= LARGE:
            is_proved = self._write_once(info, data)
        elif self.conditional_writes:
            with self._locks[hash(key) % _LOCKS]:
                is_proved = self._write_once(info, data)
        else:
            with self._locks[hash(key) % _LOCKS]:
                self._refuse_existing(key)
                is_proved = retry_write(lambda: self._send(info, data, self._headers(info)))
        if not is_proved and hashlib.sha256(self._read(key)[0]).hexdigest() != info.sha256:
            raise ObjectDamaged(f"{key}: {self.address} kept other bytes than were sent; do not trust this server.")
        if secret and not self._encryption.has_encrypted(self._stat(key)):
            self.remove(key)
            raise self._encryption.cannot()
        return info

    def get(self, key: str) -> bytes:
        """Return the bytes, proved by the SHA-256 that was kept; see `ObjectStore.get`."""
        data, stored_sha256 = self._read(check_key(key))
        if stored_sha256 and hashlib.sha256(data).hexdigest() != stored_sha256:
            raise ObjectDamaged(f"{key}: the object in {self.address} was changed or damaged; see its older versions.")
        return data

    def info(self, key: str) -> ObjectInfo:
        """Return size, SHA-256 and content type with one HEAD; see `ObjectStore.info`.

        The bytes are read only where another tool put the object and kept no SHA-256 of it.
        """
        stat = self._stat(check_key(key))
        metadata, content_type = stat.metadata or {}, stat.content_type or _UNKNOWN_TYPE
        sha256 = _kept_sha256(metadata)
        if not sha256:
            data = self._read(key)[0]
            sha256 = hashlib.sha256(data).hexdigest()
            content_type = MEDIA_TYPE if is_sealed(data) else content_type
        return ObjectInfo(key, stat.size or 0, sha256, content_type, secret=MARK in metadata)

    def beginning(self, key: str, size: int) -> bytes:
        """Return the first bytes; see `ObjectStore.beginning`."""
        if not self._stat(check_key(key)).size:
            return b""  # S3 has no range of nothing
        with translated_errors(self.address, key):
            response = self._client.get_object(bucket_name=self.bucket, object_name=key, offset=0, length=size)
            try:
                return response.read()
            finally:
                response.close()
                response.release_conn()

    def replace(self, key: str, data: bytes, content_type: str, *, secret: bool = False) -> None:
        """Exchange an object and remove its older versions; see `ObjectStore.replace`.

        Versions that Object Lock keeps stay until their term ends; that is logged.
        """
        if secret:
            self._encryption.require()
        info = ObjectInfo(check_key(key), len(data), hashlib.sha256(data).hexdigest(), content_type, secret)
        older = self._versions(key)
        if not older:
            raise ObjectMissing(f"{key}: no such object in {self.address}.")
        retry_write(lambda: self._send(info, data, self._headers(info)))
        for version in older if older != [None] else ():  # a bucket without versions holds the new object alone
            try:
                with translated_errors(self.address):
                    self._client.remove_object(bucket_name=self.bucket, object_name=key, version_id=version)
            except RequestRefused as error:
                log.warning("An older, open version of %s stays in %s: %s", key, self.address, error)

    def make_secret(self, key: str) -> None:
        """Let the server encrypt an object that lies there open; see `ObjectStore.make_secret`."""
        info = self.info(key)
        if not info.secret:
            self.replace(key, self.get(key), info.content_type, secret=True)

    def require_secrecy(self) -> None:
        """Check that the server encrypts; see `ObjectStore.require_secrecy`."""
        self._encryption.require()

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys under `prefix` in ascending order; see `ObjectStore.keys`."""
        with translated_errors(self.address, check_prefix(prefix)):
            listed = self._client.list_objects(bucket_name=self.bucket, prefix=prefix, recursive=True)
        while True:
            with translated_errors(self.address):
                listed_object = next(listed, None)
            if listed_object is None:
                return
            if not listed_object.object_name.startswith("."):
                yield listed_object.object_name

    def remove(self, key: str) -> None:
        """Remove an object with every version of it; see `ObjectStore.remove`.

        Looks afterwards for versions that remain, because under Object Lock the server may refuse silently.
        """
        for version in self._versions(check_key(key)):
            with translated_errors(self.address):
                self._client.remove_object(bucket_name=self.bucket, object_name=key, version_id=version)
        if self._versions(key):
            raise StoreUnavailable(
                say(
                    "{key}: dikunci {address} sampai masa simpannya habis (Object Lock); belum dapat dihapus.",
                    key=key,
                    address=self.address,
                )
            )

    def identifier(self) -> str:
        """Return the name of the bucket; a server has many addresses."""
        return f"s3:{self.bucket}"

    def hold(self, key: str, on: bool) -> None:
        """Put an object under legal hold, or release it; see `ObjectStore.hold`."""
        change = self._client.enable_object_legal_hold if on else self._client.disable_object_legal_hold
        with translated_errors(self.address, check_key(key)):
            change(bucket_name=self.bucket, object_name=key)

    def link(self, key: str, content_type: str, name: str, *, inline: bool, seconds: int) -> str:
        """Return a signed address from which a browser loads the object itself; see `ObjectStore.link`."""
        disposition = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"
        with translated_errors(self.address, check_key(key)):
            url: str = self._public_client().presigned_get_object(
                bucket_name=self.bucket,
                object_name=key,
                expires=dt.timedelta(seconds=seconds),
                response_headers={"response-content-type": content_type, "response-content-disposition": disposition},
            )
        return url

    def check(self) -> None:
        """Write the probe, which also shows whether the server honours conditions; check that it locks, if it must.

        The probe is empty and stays: the access key need not be allowed to delete.
        """
        self._bucket.check_lock()
        self._probe_condition()

    def _probe_condition(self) -> None:
        """Write the probe twice on condition that it is not there: the second, at least, must be refused."""
        probe = ObjectInfo(_PROBE, 0, hashlib.sha256(b"").hexdigest(), "text/plain")
        headers: _Headers = {"Content-Type": probe.content_type, **_checksums(probe)}
        try:
            for _ in range(2):
                self._send_whole(probe, b"", {**headers, "If-None-Match": "*"})
        except ObjectExists:
            self.conditional_writes = True
        except NotUnderstood:
            self._send_whole(probe, b"", headers)
            self.conditional_writes = False
        else:
            self.conditional_writes = False

    def _headers(self, info: ObjectInfo) -> _Headers:
        """Return the headers of a new object: its hash, for the server to check and keep, its lock, its encryption."""
        locked = self._lock.headers(info.key, dt.datetime.now(dt.UTC)) if self._lock else {}
        encrypted = self._encryption.headers if info.secret else {}
        return {"Content-Type": info.content_type, _SHA256: info.sha256, **locked, **encrypted}

    def _write_once(self, info: ObjectInfo, data: bytes) -> bool:
        """Write if the key is free, again when the answer is lost; return whether the server proved the SHA-256.

        A trial whose answer was lost may have succeeded. A token in the metadata recognises it, so that our own write
        is not reported as another's.
        """
        token = secrets.token_hex(16)
        headers: _Headers = {**self._headers(info), _WRITER: token, "If-None-Match": "*"}
        trials = 0

        def send() -> bool:
            nonlocal trials
            trials += 1
            try:
                return self._send(info, data, headers)
            except ObjectExists:
                if trials > 1 and (self._stat(info.key).metadata or {}).get(_WRITER) == token:
                    return False  # an earlier trial of ours; `put` proves it by reading it back
                raise

        return retry_write(send)

    def _send(self, info: ObjectInfo, data: bytes, headers: _Headers) -> bool:
        """Send the object, a large one in parts; return whether the server confirms its SHA-256."""
        if len(data) <= LARGE:
            return self._send_whole(info, data, {**headers, **_checksums(info)})
        if "If-None-Match" in headers:
            self._refuse_existing(info.key)  # before so many bytes travel for nothing
        with translated_errors(self.address, info.key):
            return upload_parts(self._client, self.bucket, info.key, data, headers)

    def _send_whole(self, info: ObjectInfo, data: bytes, headers: _Headers) -> bool:
        """Send the object in one PUT.

        `_put_object`, because the public `put_object` has no way to send a header: it takes `If-None-Match`
        for metadata, sends `x-amz-meta-If-None-Match`, and overwrites. The SDK is pinned below 8, and tests
        race 16 writers.
        """
        with translated_errors(self.address, info.key):
            result = self._client._put_object(self.bucket, info.key, data, headers)
            return _decode_checksum(result.http_headers.get(_CHECKSUM)) == info.sha256

    def _refuse_existing(self, key: str) -> None:
        try:
            self._stat(key)
        except ObjectMissing:
            return
        raise ObjectExists(f"{key}: an object is there already; it was left as it is.")

    def _stat(self, key: str) -> Any:
        with translated_errors(self.address, key):
            return self._client.stat_object(bucket_name=self.bucket, object_name=key, extra_headers=dict(_ASK_CHECKSUM))

    def _read(self, key: str) -> tuple[bytes, str | None]:
        """Return the bytes and the SHA-256 kept with them."""
        with translated_errors(self.address, key):
            response = self._client.get_object(
                bucket_name=self.bucket, object_name=key, request_headers=dict(_ASK_CHECKSUM)
            )
            try:
                return response.read(), _kept_sha256(response.headers)
            finally:
                response.close()
                response.release_conn()

    def _versions(self, key: str) -> list[str | None]:
        """Return the ids of all versions of one object, delete markers among them."""
        with translated_errors(self.address):
            listed = self._client.list_objects(
                bucket_name=self.bucket, prefix=key, recursive=True, include_version=True
            )
            return [version.version_id for version in listed if version.object_name == key]

    def _public_client(self) -> Minio:
        """Return a client that signs for the address a browser uses; signing needs no request."""
        if not self._public_url:
            return self._client
        parts = urlsplit(self._public_url)
        region = self._client._get_region(self.bucket)
        return Minio(endpoint=parts.netloc, secure=parts.scheme == "https", region=region, **self._keys)


def _checksums(info: ObjectInfo) -> dict[str, str]:
    return {_CHECKSUM: base64.b64encode(bytes.fromhex(info.sha256)).decode(), _SHA256: info.sha256}


def _kept_sha256(headers: Mapping[str, str]) -> str | None:
    return headers.get(_SHA256) or _decode_checksum(headers.get(_CHECKSUM))


def _decode_checksum(header: str | None) -> str | None:
    """Turn Base64 of 32 bytes to hex; a checksum of checksums (multipart uploads, `...-3`) proves nothing
    here.
    """
    if not header or "-" in header:
        return None
    return base64.b64decode(header).hex()
