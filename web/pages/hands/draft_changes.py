"""What changed in the text of a draft between two versions, field by field, with the words marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from docgen.desk import Desk
from docgen.desk.drafts.requests import LABELS
from docgen.forms.field_sheet import SheetField
from docgen.forms.printed_text import printed_date
from docgen.forms.rich_text import shown_text
from docgen.word_diff import DiffPiece, shortened, word_differences
from storage.catalogue import registers
from storage.records import Official


@dataclass(frozen=True)
class Change:
    """A field whose text differs, in pieces of words."""

    label: str
    pieces: list[DiffPiece]


def changes(desk: Desk, tx: Connection, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return the fields that differ between two saved forms, in the order of the form."""
    officials = {one.id: one for one in registers.list_officials(tx)}
    old, new = _texts(desk, tx, before, officials), _texts(desk, tx, after, officials)
    return [
        Change(label, shortened(word_differences(old.get(label, ""), new.get(label, ""))))
        for label in dict.fromkeys([*new, *old])
        if old.get(label, "").split() != new.get(label, "").split()
    ]


def _texts(desk: Desk, tx: Connection, body: Mapping[str, Any], officials: Mapping[str, Official]) -> dict[str, str]:
    """Return what each field says, by its label."""
    data = body.get("data")
    data = data if isinstance(data, dict) else {}
    kind = desk.kinds.get(str(body.get("kind")))
    fields = kind.fields if kind else []
    texts = {field.label: _text(field, data.get(field.name), officials) for field in fields}
    nibars = [str(nibar) for nibar in body.get("assets") or []]
    assets = registers.find_assets(tx, nibars)
    named = {
        "assets": "\n".join(f"{assets[one].name} {one}" if one in assets else one for one in nibars),
        "signer": _name(body.get("signer"), officials),
        "on_behalf_of": ", ".join(_name(id, officials) for id in body.get("on_behalf_of") or []),
        "date": _date(body.get("date")),
        "replaces": str(body.get("replaces") or ""),
    }
    return {LABELS["assets"]: named.pop("assets"), **texts, **{LABELS[name]: text for name, text in named.items()}}


def _text(field: SheetField, value: Any, officials: Mapping[str, Official]) -> str:
    if field.type == "official":
        return _name(value, officials)
    if field.type == "date":
        return _date(value)
    if field.type == "rich_text":
        return shown_text(value)
    if isinstance(value, list):
        return "\n".join(_row(one) for one in value)
    return "" if value is None else str(value)


def _row(value: Any) -> str:
    """Return a row of a table, or a line of a list, as one line."""
    if isinstance(value, dict):
        return " \u00b7 ".join(str(cell) for cell in value.values() if cell not in ("", None))
    return str(value)


def _name(id: Any, officials: Mapping[str, Official]) -> str:
    official = officials.get(id) if isinstance(id, str) else None  # other systems write what they like into a draft
    return official.name if official else str(id or "")


def _date(value: Any) -> str:
    return next(iter(printed_date(str(value or ""))), str(value or ""))
