"""Decide which lists of a letter stand in an annex (Lampiran), and how the letter names each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docgen.forms.field_sheet import FieldSheet, SheetField
from docgen.indonesian import quantity
from docgen.typesetting import NO_BREAK_SPACE

ASSETS = "aset"  # the tag of the assets of a letter
NO_ANNEX = ("", "-")  # what a clerk leaves in the row "Lampiran"
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def annexed_lists(sheet: FieldSheet, values: Mapping[str, Any], assets: int) -> list[str]:
    """Return the names of the lists that are printed as annexes, in the order of their numbers.

    A list is annexed that has more rows than its `annex_above`, photographs always: tables that are
    `annexed_first`, then the assets (`assets` is their number), other tables, photographs.
    """
    tables = [field for field in sheet.fields if field.type == "table" and _is_long(field, values)]
    first = [field.name for field in tables if field.annexed_first]
    names = [*first, *([ASSETS] if sheet.annex_above and assets > sheet.annex_above else [])]
    names += [field.name for field in tables if field.name not in names]
    return names + [field.name for field in sheet.fields if field.type == "photos" and values.get(field.name)]


def annex_context(sheet: FieldSheet, values: Mapping[str, Any], assets: int) -> dict[str, Any]:
    """Return for the assets, each table and each field of photographs whether it is annexed, and the annex's name.

    - `<list>_terlampir`: bool
    - `<list>_lampiran`: "Lampiran", or "Lampiran I", "Lampiran II" … where there are several; "" for what stays in
      the letter
    - `<list>_banyaknya`: how many rows or assets, e.g. "60 (enam puluh)"
    - a field that counts annexes (`counts_annexes`) and was left empty: "1 (satu) berkas"
    """
    names = annexed_lists(sheet, values, assets)
    lists = [ASSETS, *(field.name for field in sheet.fields if field.type in ("table", "photos"))]
    entries: dict[str, Any] = {}
    rows = {name: len(values.get(name) or ()) for name in lists} | {ASSETS: assets}
    for name in lists:
        entries[f"{name}_terlampir"] = name in names
        entries[f"{name}_lampiran"] = _annex_name(names, name)
        entries[f"{name}_banyaknya"] = quantity(rows[name], "").strip()
    for field in sheet.fields:
        if field.counts_annexes and names and str(values.get(field.name) or "").strip() in NO_ANNEX:
            entries[field.name] = quantity(len(names), "berkas")
    return entries


def _annex_name(names: Sequence[str], name: str) -> str:
    if name not in names:
        return ""
    return (
        "Lampiran" if len(names) == 1 else f"Lampiran{NO_BREAK_SPACE}{_ROMAN[min(names.index(name), len(_ROMAN) - 1)]}"
    )


def _is_long(field: SheetField, values: Mapping[str, Any]) -> bool:
    return bool(field.annex_above) and len(values.get(field.name) or ()) > field.annex_above
