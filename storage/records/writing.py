"""Records of what people write with: standard sentences."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from storage.records.base import Line, Record, RequiredLine, at_the_door
from storage.text import PRINTABLE, clean_text


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
