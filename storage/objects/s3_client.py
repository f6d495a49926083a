"""The HTTP side of the S3 store: timeouts, retries, and the translation of errors from server and SDK."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import urllib3
from minio.error import MinioException, S3Error

from storage.errors import ObjectExists, ObjectMissing, StorageError, StoreUnavailable
from wording import say

_CONNECT_SECONDS = 3.0
_READ_SECONDS = 60.0
_CONNECTIONS = 32
_WAITS = (0.3, 1.0)  # seconds before the second and the third trial of a write
_NO_NEW_TRIAL_AFTER = 20.0  # seconds: a clerk waits, and the journal tries again anyway

_T = TypeVar("_T")

_WHAT_TO_DO = {
    "AccessDenied": "kunci ini tidak berhak; beri hak baca, tulis, dan daftar atas bucket",
    "InvalidAccessKeyId": "server tidak mengenal kuncinya; lihat DOCGEN_S3_ACCESS_KEY",
    "XAdminUserNotFound": "server tidak mengenal kuncinya; lihat DOCGEN_S3_ACCESS_KEY",
    "SignatureDoesNotMatch": "kunci rahasia salah; lihat DOCGEN_S3_SECRET_KEY",
    "RequestTimeTooSkewed": "jam berbeda; setel waktu mesin ini dan servernya",
    "NoSuchBucket": "bucket tidak ada; jalankan `docgen init`, atau perbaiki DOCGEN_STORE_URL",
    "XMinioStorageFull": "disk server penuh; kosongkan ruang",
    "XAmzContentChecksumMismatch": "isi berubah di jalan; tidak ada yang tersimpan, coba lagi",
    "BadDigest": "isi berubah di jalan; tidak ada yang tersimpan, coba lagi",
}
_NOT_UNDERSTOOD = ("NotImplemented", "InvalidArgument", "InvalidRequest", "MethodNotAllowed")
_NOT_A_KEY = (
    "XMinioParentIsObject",
    "XMinioObjectExistsAsDirectory",
    "XMinioInvalidObjectName",
    "ExistingObjectIsDirectory",
    "ObjectParentIsFile",
    "KeyTooLongError",
)
_MISSING = ("NoSuchKey", "ObjectParentIsFile")  # the key lies below another object


class RequestRefused(StoreUnavailable):
    """The server refused the request; repeating it changes nothing."""


class NotUnderstood(RequestRefused):
    """The server does not know a request of this kind."""


class AnswerLost(StoreUnavailable):
    """No answer, or a server error: the request may or may not have succeeded."""


def http_client() -> urllib3.PoolManager:
    """Return a pool that times out in seconds (the SDK's: 300 s, five times) and trusts the system's certificates.

    It retries reads only. A repeated write may meet its own first success and get `ObjectExists`; see `retry_write`.
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


def retry_write(send: Callable[[], _T]) -> _T:
    """Call `send` up to three times while the answer is lost, waiting longer each time. Raises the last AnswerLost."""
    begun = time.monotonic()
    for seconds in _WAITS:
        try:
            return send()
        except AnswerLost:
            if time.monotonic() - begun > _NO_NEW_TRIAL_AFTER:
                raise
            time.sleep(seconds)
    return send()


@contextmanager
def translated_errors(address: str, key: str | None = None) -> Iterator[None]:
    """Translate errors of the SDK, HTTP and XML into the errors of the storage room."""
    try:
        yield
    except S3Error as error:
        raise _translate(error, address, key) from error
    except urllib3.exceptions.HTTPError as error:
        reason = say(
            "tidak ada jawaban; jalankan servernya, atau perbaiki DOCGEN_STORE_URL ({type})", type=type(error).__name__
        )
        kind = StoreUnavailable if _never_sent(error) else AnswerLost
        raise kind(say("Arsip {address} tidak dapat dihubungi: {reason}.", address=address, reason=reason)) from error
    except (MinioException, ValueError, SyntaxError) as error:  # XML that is none is a SyntaxError
        raise _answered_oddly(error, address) from error


def _never_sent(error: urllib3.exceptions.HTTPError) -> bool:
    """Return whether no connection was made at all, which the pool has tried twice already."""
    cause = error.reason if isinstance(error, urllib3.exceptions.MaxRetryError) else error
    return isinstance(cause, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)


def _answered_oddly(error: Exception, address: str) -> StoreUnavailable:
    status = getattr(error, "_code", 0)  # of the SDK's InvalidResponseError and ServerError
    status = getattr(error, "status_code", status)
    kind = AnswerLost if isinstance(status, int) and status >= 500 else StoreUnavailable
    return kind(say("{address} tidak menjawab sebagaimana server S3: {error}", address=address, error=error))


def _translate(error: S3Error, address: str, key: str | None) -> StorageError:
    code = error.code or ""
    status = getattr(error.response, "status", 0)
    if code in _MISSING and status == 404:
        return ObjectMissing(f"{key}: no such object in {address}.")
    if code == "PreconditionFailed":
        return ObjectExists(f"{key}: an object is there already; it was left as it is.")
    if code in _NOT_UNDERSTOOD:
        return NotUnderstood(
            say(
                "{address} tidak mengenal permintaan ini: {code}, {message}.",
                address=address,
                code=code,
                message=error.message,
            )
        )
    if code in _NOT_A_KEY:
        return StorageError(f"{key}: {address} cannot keep an object under this key ({code}).")
    reason = _WHAT_TO_DO.get(code) or f"{code}, {error.message}".rstrip(" .")
    kind = StoreUnavailable if code in _WHAT_TO_DO else AnswerLost if status >= 500 else RequestRefused
    return kind(say("Arsip {address} tidak dapat dipakai: {reason}.", address=address, reason=reason))
