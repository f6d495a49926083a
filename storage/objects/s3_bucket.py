"""The bucket itself: created with versions and locks, and checked for the protections it lacks."""

from __future__ import annotations

from contextlib import suppress

from minio import Minio
from minio.commonconfig import ENABLED
from minio.objectlockconfig import ObjectLockConfig
from minio.versioningconfig import VersioningConfig

from storage.errors import StoreUnavailable
from storage.objects.protocol import Lock
from storage.objects.s3_client import RequestRefused, translated_errors


class Bucket:
    """The bucket of a `storage.objects.s3.S3Store`. With a `lock`, it must support Object Lock."""

    def __init__(self, client: Minio, name: str, address: str, lock: Lock | None) -> None:
        self._client = client
        self._name = name
        self._address = address
        self._lock = lock

    def prepare(self) -> None:
        """Create the bucket where it is missing; turn on versions, and locks when asked, where they are off.

        A server that refuses them is no error here: `missing_protections` reports it. Raises StoreUnavailable.
        """
        with translated_errors(self._address):
            if not self._client.bucket_exists(bucket_name=self._name):
                self._client.make_bucket(bucket_name=self._name, object_lock=self._lock is not None)
        with suppress(StoreUnavailable), translated_errors(self._address):
            if not self._keeps_versions():
                self._client.set_bucket_versioning(bucket_name=self._name, config=VersioningConfig(ENABLED))
        with suppress(StoreUnavailable), translated_errors(self._address):
            if self._lock and not self._can_lock():
                self._client.set_object_lock_config(bucket_name=self._name, config=ObjectLockConfig(None, None, None))

    def missing_protections(self) -> list[str]:
        """Return the protections the bucket lacks; see `ObjectStore.missing_protections`. Raises StoreUnavailable."""
        missing = []
        if not self._keeps_versions():
            missing.append(
                f"Bucket {self._address} tidak menyimpan versi: nyalakan versioning, agar berkas yang ditimpa program "
                "lain dapat dikembalikan."
            )
        if self._lock and not self._can_lock():
            missing.append(self._cannot_lock())
        return missing

    def check_lock(self) -> None:
        """Raise StoreUnavailable when the bucket must lock and cannot."""
        if self._lock and not self._can_lock():
            raise StoreUnavailable(self._cannot_lock())

    def _keeps_versions(self) -> bool:
        try:
            with translated_errors(self._address):
                return bool(self._client.get_bucket_versioning(bucket_name=self._name).status == ENABLED)
        except RequestRefused:
            return False

    def _can_lock(self) -> bool:
        """Return whether Object Lock is on. The SDK's own call cannot parse VersityGW's answer (no default rule)."""
        try:
            with translated_errors(self._address):
                answer = self._client._execute("GET", self._name, query_params={"object-lock": ""})
        except RequestRefused:
            return False
        return b"<ObjectLockEnabled>Enabled<" in answer.data

    def _cannot_lock(self) -> str:
        return (
            f"Bucket {self._address} tidak mengenal Object Lock, padahal DOCGEN_S3_LOCK memintanya: buat bucket baru "
            "dengan Object Lock, atau kosongkan DOCGEN_S3_LOCK."
        )
