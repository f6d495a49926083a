"""Addresses of pictures that are never older than what they show: each carries the version of its file.

Under an address with the right version a picture never changes and is kept; under any other the browser asks again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, make_response, request, url_for

from storage.records import StoredFile

VERSION = "v"  # in the query
KEPT = "max-age=31536000, immutable"


def version_of(file: StoredFile) -> str:
    """The version of a file, as its pictures' addresses carry it."""
    return file.sha256[:16]


def version_of_bytes(data: bytes) -> str:
    """The version of bytes that are no file of the archive."""
    return hashlib.sha256(data).hexdigest()[:16]


def picture_url(endpoint: str, file: StoredFile, **values: Any) -> str:
    """The address of a picture made of `file`."""
    return url_for(endpoint, **values, v=version_of(file))


def send_picture(make: Callable[[], bytes], version: str, variant: str = "", *, revocable: bool = False) -> Response:
    """A PNG of the file of this version; made only for a browser that lacks it. `variant` tells page and size apart.

    A `revocable` one may be withdrawn at any time, so the browser asks before it shows it again.
    """
    etag = f"{version}-{variant}"
    response = make_response()
    if etag not in request.if_none_match:
        response.data = make()
    response.content_type = "image/png"
    response.set_etag(etag)
    kept = request.args.get(VERSION) == version and not revocable
    response.headers["Cache-Control"] = f"private, {KEPT}" if kept else "private, no-cache"
    response.make_conditional(request)
    return response
