"""The form of a draft follows the tags of its Word file: what nobody changed goes with the file, the rest stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docgen.desk.kinds.edit import sheet_of
from docgen.foreign.tagging import find_template_tags, propose_sheet
from docgen.forms.field_sheet import FieldSheet, SheetField
from docgen.kinds.example import completed_example
from docgen.kinds.kind import sheet_data
from docgen.render.shared.definitions import SharedParts
from storage.records import KindVersion

# Settings of the whole form that a proposal decides by the tags.
_SETTINGS = ("needs_assets", "annex_above", "needs", "signer", "addressee")
_TITLE_TYPES = ("text", "choice")
_TITLE = SheetField(name="hal", label="Hal", required=True)


def following_form(
    version: KindVersion, source: bytes, new: bytes, shared: SharedParts, *, new_field: SheetField | None = None
) -> tuple[FieldSheet, dict[str, Any]]:
    """Return form and example of a draft whose Word file `source` is replaced by `new`.

    A field whose tag is gone goes; one whose tag is new comes behind the others. `new_field` is that of a tag
    just written: its example are the words that stood there. Both files may name `shared` parts. Raises
    TemplateError, ReaderBusy.
    """
    old = sheet_of(version)
    before, _ = propose_sheet(source, old.title, shared=shared)
    words = {new_field.name: str(new_field.example)} if new_field else {}
    proposed, example = propose_sheet(new, old.title, words, shared)
    printed = {name.partition(".")[0] for tag in find_template_tags(new) for name in (tag.name, *tag.names)}
    printed |= {field.name for field in proposed.fields}  # in shared parts, too
    fields = _followed_fields(old, before, proposed, printed)
    if new_field is not None and new_field.name not in {field.name for field in old.fields}:
        fields = [_as_marked(field, new_field) if field.name == new_field.name else field for field in fields]
    if not any(_may_title(field) for field in fields):
        fields = [_TITLE, *(field for field in fields if field.name != _TITLE.name)]
    data = {
        **sheet_data(old),
        **{name: getattr(proposed, name) for name in _SETTINGS if getattr(old, name) == getattr(before, name)},
        "title_field": _title_field(fields, old, before, proposed),
        "fields": [field.model_dump(mode="json", exclude_defaults=True) for field in fields],
    }
    names = {field.name for field in fields}
    if data.get("addressee") not in names:
        data["addressee"] = ""
    sheet = FieldSheet.model_validate(data)
    shown = {**example, **version.example}
    if new_field is not None and new_field.name in example:
        shown[new_field.name] = example[new_field.name]
    return sheet, completed_example(sheet, shown)


def _followed_fields(old: FieldSheet, before: FieldSheet, proposed: FieldSheet, printed: set[str]) -> list[SheetField]:
    """Return the old fields that are still printed, as somebody left them, and behind them those that are new."""
    by_name = {field.name: field for field in proposed.fields}
    untouched = {field.name for field in before.fields if field in old.fields}
    fields = []
    for field in old.fields:
        new = by_name.pop(field.name, None)
        if new is not None and (field.name in untouched or _columns(new) != _columns(field)):
            fields.append(new)
        elif new is not None or field.name in printed:
            fields.append(field)
    return [*fields, *by_name.values()]


def _columns(field: SheetField) -> Sequence[str]:
    return [column.name for column in field.columns]


def _as_marked(field: SheetField, new_field: SheetField) -> SheetField:
    """Return a proposed field with the label and the type that a person chose for it."""
    data = field.model_dump(mode="json", exclude_defaults=True) | {"label": new_field.label, "required": True}
    if new_field.type != field.type and not field.columns:
        basics = {key: value for key, value in data.items() if key in ("name", "label", "group", "required")}
        data = basics | {
            "type": new_field.type,
            "choices": [str(new_field.example)] if new_field.type == "choice" else [],
        }
    return SheetField.model_validate(data)


def _title_field(fields: Sequence[SheetField], old: FieldSheet, before: FieldSheet, proposed: FieldSheet) -> str:
    """Return the field that names a letter: the one that somebody chose, else the one that is proposed."""
    names = [field.name for field in fields if _may_title(field)]
    candidates = [proposed.title_field, old.title_field]
    if old.title_field != before.title_field:
        candidates.reverse()
    return next((name for name in candidates if name in names), names[0])


def _may_title(field: SheetField) -> bool:
    return field.type in _TITLE_TYPES and field.required
