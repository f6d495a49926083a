"""Objects in a bucket of any S3 server (MinIO, VersityGW, Ceph, AWS). Only this file speaks to the SDK."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import urllib3
from minio import Minio
from minio.commonconfig import ENABLED
from minio.error import MinioException, S3Error
from minio.versioningconfig import VersioningConfig

from storage.errors import ObjectDamaged, ObjectExists, ObjectMissing, StorageError, StoreUnavailable
from storage.keys import check_key, check_prefix
from storage.objects.protocol import ObjectInfo

_CONNECT_SECONDS = 3.0
_READ_SECONDS = 60.0
_CONNECTIONS = 32
_PROBE = ".docgen-probe/conditional-write"
_SHA256 = "x-amz-meta-sha256"
_CHECKSUM = "x-amz-checksum-sha256"
_ASK_CHECKSUM = {"x-amz-checksum-mode": "ENABLED"}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_UNKNOWN_TYPE = "application/octet-stream"
_LOCKS = 64

_WHAT_TO_DO = {
    "AccessDenied": "the keys may not do this; give them read, write and list on the bucket",
    "InvalidAccessKeyId": "the server does not know the access key; see DOCGEN_S3_ACCESS_KEY",
    "XAdminUserNotFound": "the server does not know the access key; see DOCGEN_S3_ACCESS_KEY",
    "SignatureDoesNotMatch": "the secret key is wrong; see DOCGEN_S3_SECRET_KEY",
    "RequestTimeTooSkewed": "the clocks differ; set the time of this machine and of the server",
    "NoSuchBucket": "the bucket is not there; run `docgen init`, or correct DOCGEN_STORE_URL",
    "XMinioStorageFull": "its disk is full; make room",
    "XAmzContentChecksumMismatch": "bytes changed on the way; nothing was kept, try again",
    "BadDigest": "bytes changed on the way; nothing was kept, try again",
}
_CONDITION_UNKNOWN = ("NotImplemented", "InvalidArgument", "InvalidRequest", "MethodNotAllowed")
_NOT_A_KEY = (
    "XMinioParentIsObject",
    "XMinioObjectExistsAsDirectory",
    "XMinioInvalidObjectName",
    "KeyTooLongError",
)


class S3Store:
    """An `ObjectStore` in a bucket. Safe for many threads; a process that forks opens its own.

    `conditional_writes` tells whether the server refuses a second write by itself (`If-None-Match: *`);
    None until the first write or `check`. Where it does not, a write looks first: safe among the threads of
    this process, but two machines must then not write at once.
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
    ) -> None:
        self.bucket = bucket
        self.address = f"{'https' if tls else 'http'}://{endpoint}/{bucket}"
        self.conditional_writes: bool | None = None
        self._locks = [threading.Lock() for _ in range(_LOCKS)]
        with self._speaking():
            self._client = Minio(
                endpoint=endpoint,
                access_key=access_key or None,
                secret_key=secret_key,
                secure=tls,
                region=region or None,
                http_client=_http_client(),
            )

    @classmethod
    def from_url(cls, url: str, access_key: str, secret_key: str) -> S3Store:
        """Read the URL that `storage.objects.open_store` describes. Raises StorageError for any other."""
        try:
            parts = urlsplit(url)
            query = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
            host, bucket, port = parts.hostname or "", parts.path.strip("/"), parts.port
        except ValueError as error:
            raise StorageError(f"{url!r} cannot be read: {error}.") from error
        if "@" in parts.netloc:  # and do not repeat the URL: it holds a secret
            raise StorageError("Put keys in DOCGEN_S3_ACCESS_KEY and DOCGEN_S3_SECRET_KEY, not in a URL.")
        if not host or not bucket or "/" in bucket:
            raise StorageError(f"{url!r}: write s3://host:port/bucket.")
        tls = query.pop("tls", ["0" if host in _LOOPBACK else "1"])[-1]
        region = query.pop("region", [""])[-1]
        if query or tls not in ("0", "1"):
            raise StorageError(f"{url!r}: after the question mark only tls=0, tls=1 and region=NAME are known.")
        name = f"[{host}]" if ":" in host else host
        endpoint = f"{name}:{port}" if port else name
        return cls(endpoint, bucket, access_key, secret_key, tls=tls == "1", region=region)

    def prepare(self) -> None:
        """Create the bucket, with versions, where it is missing; one that is there stays as it is."""
        with self._speaking():
            if self._client.bucket_exists(bucket_name=self.bucket):
                return
            self._client.make_bucket(bucket_name=self.bucket)
            self._client.set_bucket_versioning(bucket_name=self.bucket, config=VersioningConfig(ENABLED))

    def put(self, key: str, data: bytes, content_type: str) -> ObjectInfo:
        """Write a new object; see `ObjectStore.put`."""
        info = ObjectInfo(check_key(key), len(data), hashlib.sha256(data).hexdigest(), content_type)
        if self.conditional_writes is None:
            self._probe_condition()
        if self.conditional_writes:
            checksum = self._write(info, data, {"If-None-Match": "*"})
        else:
            with self._locks[hash(key) % _LOCKS]:
                self._refuse_existing(key)
                checksum = self._write(info, data, {})
        if checksum != info.sha256 and hashlib.sha256(self._read(key)[0]).hexdigest() != info.sha256:
            raise ObjectDamaged(f"{key}: {self.address} kept other bytes than were sent; do not trust this server.")
        return info

    def get(self, key: str) -> bytes:
        """Return the bytes, proved by the SHA-256 that was kept; see `ObjectStore.get`."""
        data, kept = self._read(check_key(key))
        if kept and hashlib.sha256(data).hexdigest() != kept:
            raise ObjectDamaged(f"{key}: the object in {self.address} was changed or damaged; see its older versions.")
        return data

    def info(self, key: str) -> ObjectInfo:
        """Return size, SHA-256 and content type with one HEAD; see `ObjectStore.info`.

        The bytes are read only where another tool put the object and kept no SHA-256 of it.
        """
        with self._speaking(check_key(key)):
            found = self._client.stat_object(
                bucket_name=self.bucket, object_name=key, extra_headers=dict(_ASK_CHECKSUM)
            )
            kept = _kept_sha256(found.metadata or {})
        sha256 = kept or hashlib.sha256(self._read(key)[0]).hexdigest()
        return ObjectInfo(key, found.size or 0, sha256, found.content_type or _UNKNOWN_TYPE)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys under `prefix` in ascending order; see `ObjectStore.keys`."""
        with self._speaking(check_prefix(prefix)):
            listed = self._client.list_objects(bucket_name=self.bucket, prefix=prefix, recursive=True)
        while True:
            with self._speaking():
                found = next(listed, None)
            if found is None:
                return
            if not found.object_name.startswith("."):
                yield found.object_name

    def remove(self, key: str) -> None:
        """Take an object away with every version of it; see `ObjectStore.remove`.

        Object Lock makes the server refuse; what it still keeps is looked for, so that nothing counts as gone that is
        not.
        """
        for left in self._versions(check_key(key)):
            with self._speaking():
                self._client.remove_object(bucket_name=self.bucket, object_name=key, version_id=left)
        if self._versions(key):
            raise StoreUnavailable(f"{key}: {self.address} keeps it: a lock is on it until its retention is over.")

    def _versions(self, key: str) -> list[str | None]:
        """The ids of all versions of one object, delete markers among them."""
        with self._speaking():
            found = self._client.list_objects(bucket_name=self.bucket, prefix=key, recursive=True, include_version=True)
            return [one.version_id for one in found if one.object_name == key]

    def check(self) -> None:
        """Write the probe, which also shows whether the server honours conditions.

        It is empty and stays: the access key need not be allowed to delete.
        """
        self._probe_condition()

    def _probe_condition(self) -> None:
        """Write the probe twice on condition that it is not there: the second, at least, must be refused."""
        probe = ObjectInfo(_PROBE, 0, hashlib.sha256(b"").hexdigest(), "text/plain")
        try:
            for _ in range(2):
                self._write(probe, b"", {"If-None-Match": "*"})
        except ObjectExists:
            self.conditional_writes = True
        except _ConditionUnknown:
            self._write(probe, b"", {})
            self.conditional_writes = False
        else:
            self.conditional_writes = False

    def _write(self, info: ObjectInfo, data: bytes, condition: Mapping[str, str]) -> str | None:
        """Send the object in one PUT; return the SHA-256 that the server says it has, if it says so.

        `_put_object`, because the public `put_object` has no way to send a header: it takes `If-None-Match`
        for metadata, sends `x-amz-meta-If-None-Match`, and overwrites. The SDK is pinned below 8, and tests
        race 16 writers.
        """
        headers: dict[str, str | list[str] | tuple[str]] = {
            **condition,
            "Content-Type": info.content_type,
            _CHECKSUM: base64.b64encode(bytes.fromhex(info.sha256)).decode(),
            _SHA256: info.sha256,
        }
        with self._speaking(info.key):
            written = self._client._put_object(self.bucket, info.key, data, headers)
            return _decode_checksum(written.http_headers.get(_CHECKSUM))

    def _refuse_existing(self, key: str) -> None:
        try:
            self.info(key)
        except ObjectMissing:
            return
        raise ObjectExists(f"{key}: an object is there already; it was left as it is.")

    def _read(self, key: str) -> tuple[bytes, str | None]:
        """Return the bytes and the SHA-256 kept with them."""
        with self._speaking(key):
            response = self._client.get_object(
                bucket_name=self.bucket, object_name=key, request_headers=dict(_ASK_CHECKSUM)
            )
            try:
                return response.read(), _kept_sha256(response.headers)
            finally:
                response.close()
                response.release_conn()

    @contextmanager
    def _speaking(self, key: str | None = None) -> Iterator[None]:
        """Turn what the SDK, HTTP and XML say into the errors of the storage room."""
        try:
            yield
        except S3Error as error:
            raise self._translate(error, key) from error
        except urllib3.exceptions.HTTPError as error:
            reason = f"no answer; start the server, or correct DOCGEN_STORE_URL ({type(error).__name__})"
            raise StoreUnavailable(f"The archive {self.address} cannot be reached: {reason}.") from error
        except (MinioException, ValueError, SyntaxError) as error:  # XML that is none is a SyntaxError
            raise StoreUnavailable(f"{self.address} did not answer as an S3 server does: {error}") from error

    def _translate(self, error: S3Error, key: str | None) -> StorageError:
        code = error.code or ""
        if code == "NoSuchKey":
            return ObjectMissing(f"{key}: no such object in {self.address}.")
        if code == "PreconditionFailed":
            return ObjectExists(f"{key}: an object is there already; it was left as it is.")
        if code in _CONDITION_UNKNOWN:
            return _ConditionUnknown(f"{self.address} does not do what was asked: {code}, {error.message}.")
        if code in _NOT_A_KEY:
            return StorageError(f"{key}: {self.address} cannot keep an object under this key ({code}).")
        reason = _WHAT_TO_DO.get(code) or f"{code}, {error.message}".rstrip(" .")
        return StoreUnavailable(f"The archive {self.address} cannot be used: {reason}.")


class _ConditionUnknown(StoreUnavailable):
    """The server refused a request as one it does not know."""


def _http_client() -> urllib3.PoolManager:
    """A pool that gives up in seconds (the SDK's own waits 300 s, five times) and trusts the system's
    certificates.

    A PUT whose answer was lost is not sent again: it may have been carried out, and would then be told
    `ObjectExists`.
    """
    retries = urllib3.Retry(
        total=2,
        connect=1,
        status_forcelist=(500, 502, 503, 504),
        allowed_methods=("GET", "HEAD"),
        backoff_factor=0.2,
        raise_on_status=False,
        respect_retry_after_header=False,
    )
    timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
    return urllib3.PoolManager(maxsize=_CONNECTIONS, timeout=timeout, retries=retries, cert_reqs="CERT_REQUIRED")


def _kept_sha256(headers: Mapping[str, str]) -> str | None:
    return headers.get(_SHA256) or _decode_checksum(headers.get(_CHECKSUM))


def _decode_checksum(header: str | None) -> str | None:
    """Turn Base64 of 32 bytes to hex; a checksum of checksums (multipart uploads, `...-3`) proves nothing
    here.
    """
    if not header or "-" in header:
        return None
    return base64.b64decode(header).hex()
