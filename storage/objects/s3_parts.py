"""Upload a large object in parts, each with its own SHA-256 and its own retries."""

from __future__ import annotations

import base64
import hashlib
from contextlib import suppress
from typing import Any
from xml.etree import ElementTree

import urllib3
from minio import Minio
from minio.error import MinioException

from storage.objects.s3_client import retry_write, translated_errors

LARGE = 16 * 2**20  # bytes above which an object is sent in parts, and the size of a part
_CHECKSUM = "x-amz-checksum-sha256"
_ONLY_AT_THE_END = ("If-None-Match",)


def upload_parts(client: Minio, bucket: str, key: str, data: bytes, headers: dict[str, Any]) -> bool:
    """Upload the parts and publish the object; return whether the server confirms its SHA-256.

    Nothing lies under the key before the last call, which carries the condition in `headers`. A failed upload is
    aborted, so that the server keeps no parts. Raises the errors that `storage.objects.s3_client.translated_errors`
    translates, and AnswerLost.
    """
    begin = {name: value for name, value in headers.items() if name not in _ONLY_AT_THE_END}
    begin |= {"x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-type": "COMPOSITE"}
    upload = client._create_multipart_upload(bucket, key, begin)
    try:
        parts = [_send(client, bucket, key, upload, at, data) for at in range(-(-len(data) // LARGE))]
        condition = {name: value for name, value in headers.items() if name in _ONLY_AT_THE_END}
        told = _publish(client, bucket, key, upload, parts, condition)
    except BaseException:
        with suppress(MinioException, urllib3.exceptions.HTTPError):
            client._abort_multipart_upload(bucket, key, upload)
        raise
    return told == _composite(parts)


def _send(client: Minio, bucket: str, key: str, upload: str, at: int, data: bytes) -> tuple[str, bytes]:
    """Send part number `index` (from 0); return its ETag and SHA-256. Sending it again replaces the same part."""
    part = data[at * LARGE : (at + 1) * LARGE]
    digest = hashlib.sha256(part).digest()
    headers = {_CHECKSUM: base64.b64encode(digest).decode()}
    place = {"partNumber": str(at + 1), "uploadId": upload}

    def send() -> Any:
        with translated_errors(f"{bucket}", key):
            return client._put_object(bucket, key, part, dict(headers), query_params=dict(place))

    return retry_write(send).etag, digest


def _publish(
    client: Minio, bucket: str, key: str, upload: str, parts: list[tuple[str, bytes]], condition: dict[str, Any]
) -> str:
    """Assemble the parts into an object; return the checksum in the server's answer, "" without one."""
    root = ElementTree.Element("CompleteMultipartUpload", xmlns="http://s3.amazonaws.com/doc/2006-03-01/")
    for number, (etag, digest) in enumerate(parts, start=1):
        one = ElementTree.SubElement(root, "Part")
        ElementTree.SubElement(one, "ChecksumSHA256").text = base64.b64encode(digest).decode()
        ElementTree.SubElement(one, "ETag").text = f'"{etag}"'
        ElementTree.SubElement(one, "PartNumber").text = str(number)
    response = client._execute(
        "POST",
        bucket,
        key,
        body=ElementTree.tostring(root),
        headers={"Content-Type": "application/xml", **condition},
        query_params={"uploadId": upload},
    )
    answer = ElementTree.fromstring(response.data.decode())  # noqa: S314 (of the server that keeps our archive)
    if answer.tag.rpartition("}")[2] == "Error":  # sent after "200 OK", when assembling takes long
        code = answer.findtext("{*}Code") or answer.findtext("Code") or "?"
        raise MinioException(f"the parts were not put together: {code}")
    return next((one.text or "" for one in answer.iter() if one.tag.endswith("ChecksumSHA256")), "")


def _composite(parts: list[tuple[str, bytes]]) -> str:
    """Return the SHA-256 of the parts' SHA-256s, as S3 writes it."""
    whole = hashlib.sha256(b"".join(digest for _, digest in parts)).digest()
    return f"{base64.b64encode(whole).decode()}-{len(parts)}"
