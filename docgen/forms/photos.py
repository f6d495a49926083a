"""Fields of photos with captions: clean them, describe them as JSON Schema, and make their context, two a row.

A value is a list of `{"file": "<sha256>.jpg", "caption": "..."}`; the pictures themselves are in the object store.
Where photos need not be there, their captions need not either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docgen.errors import FieldError
from docgen.forms.clean import Wrong, clean_text, missing, quoted
from docgen.forms.field_sheet import PHOTO_FILE, Column, SheetField
from docgen.forms.rich_text import photo_paths
from docgen.messages import nearest
from docgen.typesetting import unbroken
from wording import say

CAPTION = Column(name="caption", label="Keterangan", required=True, max_length=200)
_KEYS = ("file", "caption")


def clean_photos(field: SheetField, raw: object, path: str, errors: list[FieldError]) -> list[dict[str, str]]:
    """Return the photos of a submission; add what is wrong to `errors`, at `path[n].file` or `path[n].caption`."""
    if raw is None or raw == "":
        return []
    if not isinstance(raw, list):
        errors.append(FieldError(path, say("{label} harus berupa daftar foto dan keterangannya.", label=field.label)))
        return []
    if len(raw) > field.most:
        message = say(
            "{label} memuat {count} foto, paling banyak {most}. Hapus sebagian.",
            label=field.label,
            count=len(raw),
            most=field.most,
        )
        errors.append(FieldError(path, message))
        return []
    return [_photo(field, item, number, f"{path}[{number - 1}]", errors) for number, item in enumerate(raw, start=1)]


def _photo(field: SheetField, item: object, number: int, path: str, errors: list[FieldError]) -> dict[str, str]:
    if not isinstance(item, Mapping):
        errors.append(FieldError(path, say("Foto {number} harus berupa file dan caption.", number=number)))
        return {}
    for name in item:
        if name not in _KEYS:
            name = str(name)[:100]
            message = say(
                "Foto {number}: {name} tidak dikenal.{hint}",
                number=number,
                name=quoted(name),
                hint=nearest(name, list(_KEYS)),
            )
            errors.append(FieldError(f"{path}.{name}", message))
    file = item.get("file")
    if not isinstance(file, str) or not PHOTO_FILE.fullmatch(file):
        message = say(
            "Foto {number}: tulis nama berkas seperti yang dijawab saat foto diunggah (64 huruf heksa dan .jpg).",
            number=number,
        )
        errors.append(FieldError(f"{path}.file", message))
    try:
        raw = item.get("caption")
        caption = " ".join(clean_text(CAPTION, "" if raw is None else raw).split())
        if field.required and not caption:
            raise Wrong(say("{message} Tulis apa yang terlihat pada foto.", message=missing(CAPTION)))
    except Wrong as wrong:
        errors.append(FieldError(f"{path}.caption", say("Foto {number}: {wrong}", number=number, wrong=wrong)))
        caption = ""
    return {"file": str(file), "caption": caption}


def photo_schema(field: SheetField, caption: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of a photos field; `caption` is the schema of a caption's text."""
    file = {
        "type": "string",
        "title": "Foto",
        "pattern": f"^{PHOTO_FILE.pattern}$",
        "description": "`file` dari jawaban POST /uploads",
    }
    examples = {"examples": [field.example]} if field.example else {}  # a photos field's example is a caption
    return {
        "type": "array",
        "maxItems": field.most,
        "items": {
            "type": "object",
            "properties": {"file": file, "caption": {"title": CAPTION.label, **caption, **examples}},
            "required": list(_KEYS if field.required else _KEYS[:1]),
            "additionalProperties": False,
        },
    }


def photo_files(fields: Sequence[SheetField], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the path in the submission and the file name of every photo in clean values."""
    photos = []
    for field in fields:
        path, value = f"data.{field.name}", values.get(field.name)
        if field.type == "photos":
            photos += [(f"{path}[{index}].file", photo["file"]) for index, photo in enumerate(value or [])]
        elif field.type == "rich_text":
            photos += [(path + place, file) for place, file in photo_paths(value)]
    return photos


def photo_context(field: SheetField, photos: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return photos as templates see them, one by one and two a row.

    `<name>`: list of {no, berkas, keterangan}; `<name>_baris`: list of {kiri, kanan}, each such a photo, and `kanan`
    False where the last photo stands alone.
    """
    entries = [
        {"no": str(number), "berkas": photo["file"], "keterangan": unbroken(photo["caption"])}
        for number, photo in enumerate(photos, start=1)
    ]
    rows = [{"kiri": left, "kanan": right} for left, right in zip(entries[::2], [*entries[1::2], False], strict=False)]
    return {field.name: entries, f"{field.name}_baris": rows}
