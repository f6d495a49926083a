"""What a letter is filled with to see whether its template bears it: as little as may be, many rows, long words."""

from __future__ import annotations

from typing import Any, Literal

from docgen.forms.field_sheet import Column, SheetField

Stress = Literal["example", "least", "rows", "long"]
ROWS, PERSONS = 60, 30
LONG_MONEY = 12_345_678_900
_LONG_WORDS = (
    "pertanggungjawabannya ketidakbertanggungjawaban, tanggal 23 November 2026, Nomor "
    "000.1.9.1/85/DiskominfoSP2/XI/2026 sebesar 12 unit"
)
_LONG_CELL = (
    "pengatur lalu lintas jaringan antarperangkat daerah pada kegiatan pemindahtempatan dan pertanggungjawaban, "
    "tanggal 23 November 2026"
)


def stressed(field: SheetField, value: Any, stress: Stress, *, long_name: str) -> Any:
    """Return what is written into a field whose example is `value`; `long_name` is that of a person.

    Officials and photos stay as the example has them.
    """
    if field.type in ("official", "photos"):
        return value
    if stress == "least" and not field.required:
        return {"list": [], "table": [], "text": "", "paragraphs": "", "rich_text": ""}.get(field.type)
    if field.type == "table":
        return _table(field, value, stress, long_name)
    if stress == "least" and field.type == "list" and value:
        return value[:1]
    return _longer(field, value) if stress == "long" else value


def _table(field: SheetField, value: Any, stress: Stress, long_name: str) -> list[dict[str, Any]]:
    """Return the rows of a table; where the example has none, of the columns' own examples."""
    rows: list[dict[str, Any]] = value or [{column.name: column.example or None for column in field.columns}]
    if stress == "least":
        required = {column.name for column in field.columns if column.required}
        return [{name: cell for name, cell in rows[0].items() if name in required}]
    if stress == "rows":
        count = PERSONS if "nip" in {column.name for column in field.columns} else ROWS
        return [rows[at % len(rows)] for at in range(count)]
    if stress == "long":
        return [
            {column.name: _long_cell(column, row.get(column.name), long_name) for column in field.columns}
            for row in rows
        ]
    return rows


def _long_cell(column: Column, value: Any, long_name: str) -> Any:
    if column.type == "money":
        return LONG_MONEY
    if column.name == "nama" and column.register_fact:
        return long_name[: column.max_length]
    if column.type == "text" and column.max_length >= 200 and isinstance(value, str):
        return _cut(f"{value}, {_LONG_CELL}", column.max_length)
    return value


def _longer(field: SheetField, value: Any) -> Any:
    if field.type == "money":
        return LONG_MONEY
    if field.type == "rich_text" and isinstance(value, list):
        return value * 2
    if field.type in ("paragraphs", "rich_text") and value:
        return f"{value}\n\n{value} {_LONG_WORDS}. {value}"[: field.max_length]
    if field.name == "tembusan":
        return [f"Kepala Bidang Pelayanan Administrasi {at} pada Dinas Komunikasi" for at in range(1, 13)]
    if field.type == "list" and value:
        return [_cut(_with_words(item), field.max_length) for item in (value * 12)[:12]]
    if field.type == "text" and field.max_length >= 200 and isinstance(value, str) and value:
        return _cut(_with_words(value), field.max_length)
    return value


def _with_words(text: str) -> str:
    """Return a text with long words before the sign it ends with."""
    end = text[-1] if text[-1] in ".;" else ""
    return f"{text.rstrip('.;')} {_LONG_WORDS}{end}"


def _cut(text: str, most: int) -> str:
    """Return as many whole words as a field holds."""
    return text if len(text) <= most else text[: most + 1].rsplit(" ", 1)[0]
