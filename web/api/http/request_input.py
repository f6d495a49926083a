"""Request input as pydantic models: JSON bodies, forms and query parameters, read once and checked.

Bodies are read as JSON says it: "2" is no number, and a text holds no NUL and no half of a surrogate pair, which
neither PostgreSQL nor Word can keep.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from docgen.desk.registers.checks import ASSET_LABELS, OFFICE_LABELS, OFFICIAL_LABELS
from docgen.errors import FieldError, InvalidSubmission
from docgen.messages import field_errors, field_path
from storage.records import Asset, Office, Official
from storage.text import DOOR, is_storable
from wording import say

M = TypeVar("M", bound=BaseModel)

_LABELS = {
    Asset: ASSET_LABELS,
    Official: OFFICIAL_LABELS,
    Office: OFFICE_LABELS | {"series.name": "Kode seri", "series.title": "Nama seri", "series.pattern": "Pola nomor"},
}


def read_body(model: type[M]) -> M:
    """Return the JSON body as a model. Raises UnsupportedMediaType, BadRequest (no JSON), InvalidSubmission."""
    if not request.is_json:
        raise UnsupportedMediaType
    data = request.get_data()
    try:
        check_values(json.loads(data.decode("utf-8"), parse_constant=_refuse))
    except (ValueError, RecursionError) as error:  # no JSON, or nested deeper than anybody means
        raise BadRequest from error
    try:
        return model.model_validate_json(data, strict=True, context=DOOR)
    except ValidationError as error:
        labels = next((labels for record, labels in _LABELS.items() if issubclass(model, record)), {})
        raise InvalidSubmission(field_errors(error, labels)) from error


def read_query(model: type[M]) -> M:
    """Return the query parameters as a model; empty ones count as left out. Raises InvalidSubmission."""
    parameters = [
        (name, value) for name, value in request.args.items(multi=True) if value or name not in model.model_fields
    ]
    twice = sorted(name for name, count in Counter(name for name, _ in parameters).items() if count > 1)
    if twice:
        raise InvalidSubmission([FieldError(name, say("Tulis {name} satu kali saja.", name=name)) for name in twice])
    values = dict(parameters)
    check_values(values)
    try:
        return model.model_validate(values, context=DOOR)
    except ValidationError as error:
        raise InvalidSubmission(field_errors(error)) from error


def read_form(model: type[M]) -> M:
    """Return the fields of a multipart form, each once, as a model. Raises InvalidSubmission."""
    values = {name or "": value for name, value in request.form.items()}  # a part may come without a name
    check_values(values)
    try:
        return model.model_validate(values, context=DOOR)
    except ValidationError as error:
        raise InvalidSubmission(field_errors(error)) from error


def check_values(value: Any) -> None:
    """Refuse texts and numbers nothing behind the door can keep. Raises InvalidSubmission."""
    errors = list(_wrong(value, ""))
    if errors:
        raise InvalidSubmission(errors)


def _wrong(value: Any, path: str) -> Iterator[FieldError]:
    if isinstance(value, str) and not is_storable(value):
        yield FieldError(path, "Teks memuat karakter yang tidak dapat disimpan (NUL atau Unicode yang rusak).")
    elif isinstance(value, float) and not math.isfinite(value):
        yield FieldError(path, "Bilangan terlalu besar.")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not is_storable(key):
                yield FieldError(path, "Nama isian memuat karakter yang tidak dapat disimpan.")
            yield from _wrong(item, field_path(path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _wrong(item, field_path(path, index))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
