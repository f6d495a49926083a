"""Photos for documents: uploaded first, then named in the `data` of a document."""

from __future__ import annotations

from dataclasses import asdict

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from docgen.desk.revisions.photos import keep_photo
from docgen.errors import DataFileError
from web.api.http.calls import Answer, Media, call
from web.api.schemas import answers
from web.desk import get_desk

PHOTO = Media(())  # multipart only: a photo has a name to be called by when it cannot be read


@call(
    "POST",
    "/uploads",
    "Upload a photo",
    tag="Documents",
    office_wide=False,
    action="issue",
    body=PHOTO,
    returns={201: answers.Upload},
)
def post_upload() -> Answer:
    """Keep a JPEG, PNG or WebP of at most 25 MB and 80 megapixels for fields of photos, whose `file` names it. It is
    turned upright, made at most 1600 pixels long and stripped of all metadata; the same photo twice is one."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    file = request.files.get("file")
    if file is None:
        raise DataFileError("Foto tidak ada. Kirim JPEG, PNG, atau WebP sebagai bagian multipart bernama file.")
    return Answer(asdict(keep_photo(get_desk(), file.read(), file.filename or "Foto")), 201)
