"""Idempotency-Key: the same call sent again is the same call."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from flask import request
from pydantic import BaseModel

from docgen.desk.issuing.issue import IdempotencyKey
from docgen.errors import FieldError, InvalidSubmission
from web.api.http.auth import caller

HEADER = {
    "Idempotency-Key": "A key of your choice for this one request, kept for 7 days. Sent again with the same body it "
    "answers the same; with another body, 409."
}
_KEY = re.compile(r"[\x20-\x7e]{1,255}")


def idempotency_of(body: BaseModel) -> IdempotencyKey | None:
    """Return the caller's key for this body, if it sent one. Raises InvalidSubmission."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise InvalidSubmission([FieldError("Idempotency-Key", "Tulis 1 sampai 255 karakter ASCII.")])
    canonical = json.dumps(_as_hashed(body.model_dump(mode="json")), sort_keys=True).encode()
    return IdempotencyKey(caller().id, key, hashlib.sha256(canonical).hexdigest())


def _as_hashed(values: dict[str, Any]) -> dict[str, Any]:
    """Return a body without what it does not name: keys of an earlier version go on knowing their request."""
    rows = {"rows": [_as_hashed(row) for row in values["rows"]]} if "rows" in values else {}
    unnamed = {"security": None, "signing": ""}
    return {name: value for name, value in values.items() if name not in unnamed or value != unnamed[name]} | rows
