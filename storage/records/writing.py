"""Records of what people write with: drafts and standard sentences."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import StringConstraints

from storage.records.base import Line, Record, RequiredLine, at_the_door
from storage.text import PRINTABLE, clean_text


class Draft(Record):
    """A form somebody began: `body` is the form as typed, valid or not; `version` counts how often it was kept.

    `save_id` is what the page called the last save, and after it the saves that may still be on their way; "" for one
    without a name.
    """

    id: str
    user: str
    body: dict[str, Any]
    updated_at: dt.datetime
    version: int = 1
    save_id: str = ""


class Phrase(Record):
    """A standard sentence of the office; `kind` is the only kind whose form offers it, "" for every form."""

    id: str
    title: RequiredLine
    kind: Line = ""
    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=PRINTABLE),
        at_the_door(clean_text),
    ]
