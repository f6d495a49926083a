"""Samples of what a letter may be filled with: all that a sheet asks for, and as little as the registers may give."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from docgen.forms import build_context
from docgen.forms.field_sheet import Column, FieldSheet, SheetField
from docgen.render.word.prepare_photo import prepare_photo
from docgen.sop.view import SAMPLE, SAMPLE_BARE
from storage.records import Asset, Office, Official

_DATE = dt.date(2026, 11, 23)
OFFICIAL = Official(
    id="x", name="Nama", nip="198305112007011005", rank="Penata", grade="III/c", post="Jabatan", role="kepala_seksi"
)
_ASSET = Asset(nibar="1", kode_barang="1", kode_register="1", name="Nama", brand="M", serial="S", year=2024, value=1)
# A PNG of one pixel.
EMBLEM = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)
PHOTO_FILE = f"{0:064x}.jpg"
_RECAP_LINE = {"date": _DATE, "number": "1", "kind": "x", "title": "x", "assets": ["x", "x"], "late": True}
_RECAP_PART = {
    **{"letter": "A", "title": "x", "count": 2, "documents": [_RECAP_LINE] * 2},
    **{"assets": 1, "value": 1, "unvalued": 1, "opened": 1, "closed": 1, "late": 1},
}
_RECAP = {"start": _DATE, "end": _DATE, "assets": 1, "value": 1, "unvalued": 1, "listed": True}
RECAP = _RECAP | {"procedures": [_RECAP_PART, _RECAP_PART]}
_FULL: dict[str, Any] = {
    "office": Office(
        government="Pemerintah",
        name="Dinas",
        short_name="D",
        unit_code="D",
        address="Jalan",
        phone="1",
        email="d@d.id",
        website="d.id",
        place="Kota",
    ),
    "signer": OFFICIAL,
    "on_behalf_of": OFFICIAL,
    "by_way_of": OFFICIAL,
    "assets": [_ASSET, _ASSET],
    "number": "1",
    "date": _DATE,
    "officials": {"x": OFFICIAL},
    "emblem": EMBLEM,
    "derived": {"recap": RECAP, "sop": SAMPLE},
}
# As little as the registers may give.
_BARE: dict[str, Any] = _FULL | {
    "office": Office(
        government="Pemerintah",
        name="Dinas",
        unit_code="D",
        place="Kota",
        emphatic_names=False,
        disposition_column=True,
    ),
    "signer": Official(id="x", name="Nama", post="Jabatan", role="kepala_seksi"),
    "on_behalf_of": None,
    "by_way_of": None,
    "assets": [],
    "emblem": None,
    "derived": {
        "recap": _RECAP | {"unvalued": 0, "procedures": [_RECAP_PART | {"documents": []}]},
        "sop": SAMPLE_BARE,
    },
}
_SAMPLES: dict[str, Any] = {
    "text": "x",
    "paragraphs": "x\n\nx",
    "rich_text": [
        {"type": "paragraph", "runs": [{"text": "x", "bold": True}]},
        *({"type": "item", "level": level, "runs": [{"text": "x"}]} for level in (1, 2)),
        {"type": "table", "rows": [[[{"text": "x"}], []], [[], [{"text": "x"}]]]},
        {"type": "image", "photo": {"file": PHOTO_FILE, "caption": "x"}},
    ],
    "date": _DATE,
    "integer": 1,
    "money": 1,
    "boolean": True,
    "list": ["x", "x"],
    "official": "x",
    "photos": [{"file": PHOTO_FILE, "caption": "x"}] * 3,
}


def full_context(sheet: FieldSheet, values: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return the context of a letter that has everything, with these values; `changes` are arguments of
    `build_context`.
    """
    return build_context(sheet, sample_values(sheet) if values is None else values, **_FULL | changes)


def sample_contexts(sheet: FieldSheet) -> Iterator[dict[str, Any]]:
    """Yield the contexts a template must bear: everything, every list annexed, and as little as may be."""
    full = full_context(sheet)
    yield full
    yield full | {name: True for name in full if name.endswith("_terlampir")}
    samples = sample_values(sheet)
    required = {field.name: samples[field.name] for field in sheet.fields if field.required}
    bare = _BARE | ({"assets": [_ASSET]} if sheet.needs_assets == "required" else {})
    yield build_context(sheet, required, **bare)


def sample_values(sheet: FieldSheet) -> dict[str, Any]:
    """Return a value for each field, as `validate` would return it."""
    return {field.name: _sample(field) for field in sheet.fields}


@cache
def sample_photo() -> bytes:
    """Return a photo as uploads are stored."""
    return prepare_photo(EMBLEM).data


def _sample(field: SheetField) -> Any:
    if field.type == "choice":
        return field.choices[0]
    if field.type == "table":
        return [{column.name: _sample_value(column) for column in field.columns}] * 2
    return _sample_value(field)


def _sample_value(field: SheetField | Column) -> Any:
    """Return the sheet's own example, because a template may depend on the value; else a sample of the type."""
    return field.example if field.type == "text" and field.example else _SAMPLES[field.type]
