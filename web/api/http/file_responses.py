"""Bytes from the archive over HTTP: strong ETag, ranges, a readable name."""

from __future__ import annotations

import hashlib
import io
import re

from flask import Response, request, send_file

from web.desk import get_desk
from web.signed_downloads import store_link

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_ONE_RANGE = re.compile(r"bytes=(\d+-\d*|-\d+)")

HEADERS = {
    "ETag": "The SHA-256 of the file; send it as If-None-Match to be told 304 when you have it",
    "Accept-Ranges": "`bytes`",
    "Content-Disposition": "A readable name for the file",
}


def file_name(title: str, suffix: str) -> str:
    """Return a name for a file of this title that every system accepts: `Nota Dinas B-000.1.9.1-83.pdf`."""
    return f"{_UNSAFE.sub('-', title).strip(' .')[:150]}.{suffix}"


def send_object(key: str, sha256: str, content_type: str, name: str, *, inline: bool, size: int = 0) -> Response:
    """Send an object of the archive; one of a large `size` (bytes) perhaps by redirect (302, `web.signed_downloads`).

    Raises StorageError; RequestedRangeNotSatisfiable for a range outside of it.

    An object never changes under its SHA-256, so a caller that has it gets 304 without a read of the store.
    """
    if request.if_none_match.contains_weak(sha256):
        response = Response(status=304)
        response.set_etag(sha256)
        return response
    link = store_link(get_desk(), key, size, content_type, name, inline=inline)
    if link:
        return Response(status=302, headers={"Location": link, "Cache-Control": "no-store"})
    return _send(get_desk().store.get(key), sha256, content_type, name, inline=inline)


def send_bytes(data: bytes, content_type: str, name: str, *, inline: bool) -> Response:
    """Send bytes made for this answer, with their own SHA-256. Raises RequestedRangeNotSatisfiable."""
    return _send(data, hashlib.sha256(data).hexdigest(), content_type, name, inline=inline)


def _send(data: bytes, sha256: str, content_type: str, name: str, *, inline: bool) -> Response:
    if not _ONE_RANGE.fullmatch(request.headers.get("Range", "")):
        request.environ.pop("HTTP_RANGE", None)  # malformed or several ranges: the whole file (RFC 9110 14.2)
    return send_file(
        io.BytesIO(data),
        mimetype=content_type,
        as_attachment=not inline,
        download_name=name,
        etag=sha256,
    )
