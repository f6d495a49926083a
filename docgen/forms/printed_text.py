"""Say how the values of a form are printed, so that a field can be found on the page of a preview."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from docgen.forms.field_sheet import Column, FieldSheet, SheetField
from docgen.forms.rich_text import shown_text
from docgen.indonesian import long_date
from docgen.typesetting import ended_items, plain_text, unbroken
from storage.records import Official
from storage.text import clean_text


def printed_texts(
    sheet: FieldSheet, data: Mapping[str, Any], officials: Mapping[str, Official]
) -> dict[str, list[str]]:
    """Return the texts to look for on the page, by the path of the input: `data.hal`, `data.rincian[0].jumlah`.

    `data` is as typed, valid or not; empty values are left out.
    """
    texts_by_path: dict[str, list[str]] = {}
    for field in sheet.fields:
        path, value = f"data.{field.name}", data.get(field.name)
        if not value or isinstance(value, bool):
            continue
        if field.type in ("table", "photos"):
            texts_by_path |= dict(_cells(field, path, value))
        else:
            texts_by_path[path] = _texts(field, value, officials)
    return {path: texts for path, texts in texts_by_path.items() if texts}


def _cells(field: SheetField, path: str, rows: Any) -> Iterator[tuple[str, list[str]]]:
    for index, row in enumerate(rows):
        if field.type == "photos":
            yield f"{path}[{index}].caption", [str(row.get("caption") or "")]
            continue
        for column in field.columns:
            if row.get(column.name):
                yield f"{path}[{index}].{column.name}", _texts(column, row[column.name], {})


def _texts(field: SheetField | Column, value: Any, officials: Mapping[str, Official]) -> list[str]:
    if field.type == "rich_text":
        value = shown_text(value)
    if field.type == "official":
        return [officials[value].name] if value in officials else []
    if isinstance(value, list):
        ends = field.item_ends if isinstance(field, SheetField) else ""
        return [_as_printed(item) for item in ended_items([str(item) for item in value], ends)]
    text = str(value)
    if field.type == "date":
        return printed_date(text)
    if field.type in ("integer", "money"):
        return [f"{int(text):,}".replace(",", ".")] if text.isascii() and text.isdecimal() else [text]
    return [_as_printed(line) for line in clean_text(text).split("\n") if line.strip()]


def _as_printed(text: str) -> str:
    """Return a text as it stands on the page, with ordinary spaces and hyphens."""
    return plain_text(unbroken(text))


def printed_date(text: str) -> list[str]:
    """Return a date in words, from `2026-11-24`; [] for what is no date."""
    try:
        return [long_date(dt.date.fromisoformat(text))]
    except ValueError:
        return []
