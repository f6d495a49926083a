"""Which types of fields are written alike in a template."""

from __future__ import annotations

from docgen.forms.field_sheet import FieldType

_PRINTED: tuple[FieldType, ...] = ("text", "date", "integer", "money", "choice")
_REPEATED: tuple[FieldType, ...] = ("paragraphs", "list")


def exchangeable_types(field_type: FieldType) -> tuple[FieldType, ...]:
    """Return the types that a field of this type may have instead without another tag in its template, its own too."""
    return next((types for types in (_PRINTED, _REPEATED) if field_type in types), (field_type,))
