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
        parts = [_send(client, bucket, key, upload, index, data) for index in range(-(-len(data) // LARGE))]
        condition = {name: value for name, value in headers.items() if name in _ONLY_AT_THE_END}
        checksum = _publish(client, bucket, key, upload, parts, condition)
    except BaseException:
        with suppress(MinioException, urllib3.exceptions.HTTPError):
            client._abort_multipart_upload(bucket, key, upload)
        raise
    return checksum == _composite(parts)


def _send(client: Minio, bucket: str, key: str, upload: str, index: int, data: bytes) -> tuple[str, bytes]:
    """Send part number `index` (from 0); return its ETag and SHA-256. Sending it again replaces the same part."""
    part = data[index * LARGE : (index + 1) * LARGE]
    digest = hashlib.sha256(part).digest()
    headers = {_CHECKSUM: base64.b64encode(digest).decode()}
    query = {"partNumber": str(index + 1), "uploadId": upload}

    def send() -> Any:
        with translated_errors(f"{bucket}", key):
            return client._put_object(bucket, key, part, dict(headers), query_params=dict(query))

    return retry_write(send).etag, digest


def _publish(
    client: Minio, bucket: str, key: str, upload: str, parts: list[tuple[str, bytes]], condition: dict[str, Any]
) -> str:
    """Assemble the parts into an object; return the checksum in the server's answer, "" without one."""
    root = ElementTree.Element("CompleteMultipartUpload", xmlns="http://s3.amazonaws.com/doc/2006-03-01/")
    for number, (etag, digest) in enumerate(parts, start=1):
        element = ElementTree.SubElement(root, "Part")
        ElementTree.SubElement(element, "ChecksumSHA256").text = base64.b64encode(digest).decode()
        ElementTree.SubElement(element, "ETag").text = f'"{etag}"'
        ElementTree.SubElement(element, "PartNumber").text = str(number)
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
    return next((element.text or "" for element in answer.iter() if element.tag.endswith("ChecksumSHA256")), "")


def _composite(parts: list[tuple[str, bytes]]) -> str:
    """Return the SHA-256 of the parts' SHA-256s, as S3 writes it."""
    combined = hashlib.sha256(b"".join(digest for _, digest in parts)).digest()
    return f"{base64.b64encode(combined).decode()}-{len(parts)}"
