"""The base class of records, which refuses unknown keys, and text types that are cleaned at the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationInfo, WrapValidator

from storage.text import DOOR, ONE_LINE, PRINTABLE, clean_key, clean_line
from wording import Message


def at_the_door(clean: Callable[[str], str]) -> BeforeValidator:
    """Clean a text that comes from outside (`model_validate(…, context=DOOR)`); what is kept is read as it is."""

    def check(value: Any, info: ValidationInfo) -> Any:
        return clean(value) if isinstance(value, str) and info.context is DOOR else value

    return BeforeValidator(check)


# What neither PostgreSQL (NUL) nor a Word file (the others) can hold is refused before it is kept.
_LINE = StringConstraints(strip_whitespace=True, max_length=300, pattern=PRINTABLE)
_REQUIRED = StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=PRINTABLE)
Line = Annotated[str, _LINE, at_the_door(clean_line)]
RequiredLine = Annotated[str, _REQUIRED, at_the_door(clean_line)]
Code = Annotated[str, _LINE, at_the_door(clean_key)]  # by which people know a thing: two that look the same are one
RequiredCode = Annotated[str, _REQUIRED, at_the_door(clean_key)]
Key = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=ONE_LINE),
    at_the_door(clean_key),
]
Nibar = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=ONE_LINE),
    at_the_door(clean_key),
]


def _keep_message(value: Any, validate: Callable[[Any], str]) -> str:
    return value if isinstance(value, Message) else validate(value)


Sentence = Annotated[
    str, WrapValidator(_keep_message)
]  # a text that may be a message: pydantic makes plain texts of all


class Record(BaseModel):
    """Base of all records: unknown keys are refused, so that a misspelled column is seen."""

    model_config = ConfigDict(extra="forbid")


class VersionedRecord(BaseModel):
    """Base of what any version of docgen wrote as JSON: unknown keys are ignored, and values never change."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    def to_json(self) -> dict[str, Any]:
        """Return plain data, with the fields that were given a value only."""
        return self.model_dump(mode="json", exclude_unset=True)
