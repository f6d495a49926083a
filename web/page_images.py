"""Pictures of pages, with addresses that change with their content.

Browsers keep no picture of a letter: others may use the same computer. So that a page that is looked at again is there
at once, this service remembers the pictures it made last.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, make_response, url_for

from storage import media_types
from storage.records import StoredFile

VERSION = "v"  # in the query
THUMBNAIL = 120  # pixels: the width of a picture in a list
REMEMBERED = 64 * 1024 * 1024  # bytes of pictures: some 500 pages


class Pictures:
    """A cache of the newest pictures, at most `size` bytes of them."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._most, self._size = size, 0
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return the picture of this key, made when it is not remembered. Raises what `make` raises."""
        with self._guard:
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
        picture = make()
        with self._guard:
            self._size += len(picture) - len(self._pictures.pop(key, b""))
            self._pictures[key] = picture
            while self._size > self._most:
                self._size -= len(self._pictures.popitem(last=False)[1])
        return picture


def register(app: Flask) -> None:
    """Give the application its memory of pictures."""
    app.extensions["pictures"] = Pictures()


def version_of(file: StoredFile) -> str:
    """Return the version of a file, as its pictures' addresses carry it."""
    return file.sha256[:32]


def version_of_bytes(data: bytes) -> str:
    """Return the version of bytes that are no file of the archive."""
    return hashlib.sha256(data).hexdigest()[:32]


def picture_url(endpoint: str, file: StoredFile, **values: Any) -> str:
    """Return the address of a picture made of `file`."""
    return url_for(endpoint, **values, v=version_of(file))


def send_picture(make: Callable[[], bytes], version: str, variant: str) -> Response:
    """Return a PNG of the file of this version; `variant` distinguishes page and size. Raises the errors of `make`."""
    pictures: Pictures = current_app.extensions["pictures"]
    response = make_response(pictures.get(f"{version}-{variant}", make))
    response.content_type = media_types.PNG
    return response
