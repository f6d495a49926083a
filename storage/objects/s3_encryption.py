"""Encryption of secret objects by the S3 server itself: SSE-S3, or SSE-KMS with a key of its own."""

from __future__ import annotations

from typing import Any

from minio import Minio

from storage.errors import SecrecyUnavailable
from storage.objects.s3_client import RequestRefused, translated_errors
from wording import say

MARK = "x-amz-meta-secret"  # kept with an object that was written as a secret one
_ENCRYPTION = "x-amz-server-side-encryption"
_KMS_KEY = "x-amz-server-side-encryption-aws-kms-key-id"
_KMS = "aws:kms"
_PROBE = ".docgen-probe/encrypted-write"


class ServerSideEncryption:
    """How the server of a bucket encrypts secret objects: `mode` is `AES256`, `aws:kms`, `aws:kms:KEY` or `off`."""

    def __init__(self, client: Minio, bucket: str, address: str, mode: str) -> None:
        self._client = client
        self._bucket = bucket
        self._address = address
        self._mode = mode
        self._works = False
        kms = mode.startswith(_KMS)
        key = mode.removeprefix(_KMS).removeprefix(":") if kms else ""
        self.headers = {_ENCRYPTION: _KMS if kms else mode, MARK: "1", **({_KMS_KEY: key} if key else {})}

    def require(self) -> None:
        """Check, once, that the server encrypts: it confirms so for a probe without content, which stays.

        A server that does not know the headers may ignore them in silence.

        Raises SecrecyUnavailable with what to do, StoreUnavailable.
        """
        if self._works:
            return
        if self._mode == "off":
            raise SecrecyUnavailable("This bucket was opened without encryption: nothing secret is written into it.")
        try:
            with translated_errors(self._address):
                self._client._put_object(self._bucket, _PROBE, b"", dict(self.headers))
                stat = self._client.stat_object(bucket_name=self._bucket, object_name=_PROBE)
        except RequestRefused as error:
            raise self.cannot(str(error)) from error
        if not self.has_encrypted(stat):
            raise self.cannot()
        self._works = True

    def has_encrypted(self, stat: Any) -> bool:
        """Return whether the server says of an object that it lies there encrypted."""
        return bool((stat.metadata or {}).get(_ENCRYPTION))

    def cannot(self, answer: str = "") -> SecrecyUnavailable:
        """Return the error about a server that does not encrypt."""
        return SecrecyUnavailable(
            say(
                "{address} tidak mengenkripsi (DOCGEN_S3_SSE={mode}), sehingga naskah rahasia tidak disimpan di sana: "
                "nyalakan enkripsi (SSE) pada server itu, atau pakailah DOCGEN_S3_SSE=off agar docgen sendiri yang "
                "mengenkripsi dengan berkas kunci (DOCGEN_ARCHIVE_KEY_FILE). {answer}",
                address=self._address,
                mode=self._mode,
                answer=answer,
            ).rstrip()
        )
