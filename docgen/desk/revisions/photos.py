"""Photos uploaded for documents: each is stored once under its SHA-256 and never changed or removed.

So a document that is made again later has the same photos.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from docgen.desk.desk import Desk
from docgen.errors import FieldError, NotFound
from docgen.foreign import prepare_photo
from docgen.forms.field_sheet import PHOTO_FILE
from docgen.forms.photos import photo_files
from docgen.kinds.kind import Kind
from storage import media_types
from storage.errors import ObjectExists, ObjectMissing
from storage.keys import upload_key
from wording import say


@dataclass(frozen=True)
class KeptPhoto:
    """A photo in the store: `file` names it in a submission; width and height in pixels, size in bytes."""

    file: str
    width: int
    height: int
    size: int


def keep_photo(desk: Desk, data: bytes, filename: str) -> KeptPhoto:
    """Prepare a picture and store it; the same picture again is the same photo. `filename` is for messages.

    Raises DataFileError, StoreUnavailable.
    """
    photo = prepare_photo(data, filename)
    file = f"{hashlib.sha256(photo.data).hexdigest()}.jpg"
    with suppress(ObjectExists):  # under its own SHA-256: it is this very photo
        desk.store.put(upload_key(file), photo.data, media_types.JPEG)
    return KeptPhoto(file, photo.width, photo.height, len(photo.data))


def read_photo(desk: Desk, name: str) -> bytes:
    """Return a stored photo as JPEG. Raises NotFound, StoreUnavailable."""
    if PHOTO_FILE.fullmatch(name):
        with suppress(ObjectMissing):
            return desk.store.get(upload_key(name))
    raise NotFound(say("Foto {name} tidak ada. Unggah dulu fotonya.", name=repr(name[:80])))


def missing_photos(desk: Desk, kind: Kind, values: Mapping[str, Any]) -> list[FieldError]:
    """Return an error for each photo in clean values that was never uploaded. Raises StoreUnavailable."""
    errors = []
    for path, file in photo_files(kind.fields, values):
        try:
            desk.store.info(upload_key(file))
        except ObjectMissing:
            message = say(
                "Foto {file}… belum ada di layanan ini. Unggah dulu fotonya, lalu kirim lagi.", file=file[:12]
            )
            errors.append(FieldError(path, message))
    return errors


def photos_of(desk: Desk, kind: Kind, values: Mapping[str, Any]) -> dict[str, bytes]:
    """Return every photo in clean values as JPEG, by file name. Raises StorageError."""
    files = dict.fromkeys(file for _, file in photo_files(kind.fields, values))
    return {file: desk.store.get(upload_key(file)) for file in files}
