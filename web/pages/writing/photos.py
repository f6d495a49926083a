"""Photos of a form: uploaded one by one by a script or all with the form, shown as they are stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from docgen.desk.revisions.photos import keep_photo, read_photo
from docgen.errors import DataFileError, FieldError
from docgen.forms.field_sheet import SheetField
from docgen.forms.photos import CAPTION
from docgen.kinds.kind import Kind
from storage import media_types
from web.body_limits import body_limits
from web.desk import get_desk
from web.pages.shell.access import may
from web.pages.shell.message_translation import translate
from wording import say

blueprint = Blueprint("photos", __name__, url_prefix="/unggahan")

CHOSEN = "unggah."  # before a field's name: the files that were chosen for it
WITH_PHOTOS = 192 * 1024 * 1024  # bytes of a form that brings its photos along: a dozen straight from a camera
_REMOVE = re.compile(r"foto-hapus:([a-z][a-z0-9_]*):([0-9]{1,3})")
_CAPTION = re.compile(r"data\.([a-z][a-z0-9_]*)\[([0-9]{1,3})\]\.caption")


def register(app: Flask) -> None:
    """Let the form of a document be larger than other requests. Before anything that reads the form is registered."""
    body_limits(app)["compose.form"] = WITH_PHOTOS
    app.before_request(_allow_photos)


def _allow_photos() -> None:
    if request.endpoint == "compose.form" and request.method == "POST" and current_user.is_authenticated:
        request.max_content_length = WITH_PHOTOS


@blueprint.post("")
@may("issue")
def upload() -> ResponseReturnValue:
    """Store one photo; the form's script asks for each chosen file."""
    file = request.files.get("file")
    try:
        photo = keep_photo(get_desk(), file.read() if file else b"", (file and file.filename) or "Foto")
    except DataFileError as error:
        return jsonify(error=translate(error)), 422
    return jsonify(asdict(photo)), 201


@blueprint.get("/<name>")
@may("read")
def show(name: str) -> Response:
    """Send a stored photo. Under its SHA-256 it never changes."""
    response = make_response(read_photo(get_desk(), name))
    response.content_type = media_types.JPEG
    return response


def take(body: dict[str, Any], kind: Kind, action: str) -> list[FieldError]:
    """Bring a form up to date with what its page did to photos: files that came along are kept and put last in their
    field, a photo whose button was pressed is left out. Returns what is wrong with the files.
    """
    errors: list[FieldError] = []
    pressed = _REMOVE.fullmatch(action)
    for field in kind.fields:
        if field.type != "photos":
            continue
        photos = body["data"].setdefault(field.name, [])
        if pressed and pressed[1] == field.name and int(pressed[2]) < len(photos):
            del photos[int(pressed[2])]
        for file in request.files.getlist(f"{CHOSEN}{field.name}"):
            if not file.filename:
                continue  # nothing was chosen
            if len(photos) >= field.most:
                message = say(
                    "{label}: paling banyak {most} foto. {filename} tidak diambil.",
                    label=field.label,
                    most=field.most,
                    filename=file.filename,
                )
                errors.append(FieldError(f"data.{field.name}", message))
                continue
            try:
                photos.append({"file": keep_photo(get_desk(), file.read(), file.filename).file, "caption": ""})
            except DataFileError as error:
                errors.append(FieldError(f"data.{field.name}", str(error)))
    return errors


def fill_caption(body: dict[str, Any], fields: Sequence[SheetField], path: str) -> str:
    """Put an example in a caption nobody wrote yet; returns where it was, or "" when something else is wrong."""
    match = _CAPTION.fullmatch(path)
    field = next(
        (candidate for candidate in fields if match and candidate.type == "photos" and candidate.name == match[1]), None
    )
    if match is None or field is None:
        return ""
    photo = body["data"][field.name][int(match[2])]
    if str(photo.get("caption") or "").strip():
        return ""
    photo["caption"] = str(field.example) or CAPTION.label
    return f"keterangan foto {int(match[2]) + 1}"
