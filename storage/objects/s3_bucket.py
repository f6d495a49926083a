"""The bucket itself: made with versions and locks, and asked what it lacks."""

from __future__ import annotations

from contextlib import suppress

from minio import Minio
from minio.commonconfig import ENABLED
from minio.objectlockconfig import ObjectLockConfig
from minio.versioningconfig import VersioningConfig

from storage.errors import StoreUnavailable
from storage.objects.protocol import Lock
from storage.objects.s3_client import Refused, speaking


class Bucket:
    """A bucket as `storage.objects.s3.S3Store` prepares it. `lock` is what is asked of it."""

    def __init__(self, client: Minio, name: str, address: str, lock: Lock | None) -> None:
        self._client = client
        self._name = name
        self._address = address
        self._lock = lock

    def prepare(self) -> None:
        """Create the bucket where it is missing; turn on versions, and locks when asked, where they are off.

        A server that refuses them is no error here: `lacks` tells. Raises StoreUnavailable.
        """
        with speaking(self._address):
            if not self._client.bucket_exists(bucket_name=self._name):
                self._client.make_bucket(bucket_name=self._name, object_lock=self._lock is not None)
        with suppress(StoreUnavailable), speaking(self._address):
            if not self._keeps_versions():
                self._client.set_bucket_versioning(bucket_name=self._name, config=VersioningConfig(ENABLED))
        with suppress(StoreUnavailable), speaking(self._address):
            if self._lock and not self._can_lock():
                self._client.set_object_lock_config(bucket_name=self._name, config=ObjectLockConfig(None, None, None))

    def lacks(self) -> list[str]:
        """What the bucket lacks, a line each, in Indonesian. Raises StoreUnavailable."""
        found = []
        if not self._keeps_versions():
            found.append(
                f"Bucket {self._address} tidak menyimpan versi: nyalakan versioning, agar berkas yang ditimpa program "
                "lain dapat dikembalikan."
            )
        if self._lock and not self._can_lock():
            found.append(self._cannot_lock())
        return found

    def check_lock(self) -> None:
        """Raises StoreUnavailable when locks are asked for and the bucket has none."""
        if self._lock and not self._can_lock():
            raise StoreUnavailable(self._cannot_lock())

    def _keeps_versions(self) -> bool:
        try:
            with speaking(self._address):
                return bool(self._client.get_bucket_versioning(bucket_name=self._name).status == ENABLED)
        except Refused:
            return False

    def _can_lock(self) -> bool:
        """Asked without the SDK's own call, which cannot read what VersityGW answers (a rule without a default)."""
        try:
            with speaking(self._address):
                answer = self._client._execute("GET", self._name, query_params={"object-lock": ""})
        except Refused:
            return False
        return b"<ObjectLockEnabled>Enabled<" in answer.data

    def _cannot_lock(self) -> str:
        return (
            f"Bucket {self._address} tidak mengenal Object Lock, padahal DOCGEN_S3_LOCK memintanya: buat bucket baru "
            "dengan Object Lock, atau kosongkan DOCGEN_S3_LOCK."
        )
