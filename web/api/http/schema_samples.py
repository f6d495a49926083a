"""Examples of answers for the OpenAPI document: for each schema a value that fits it and reads like a real one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# By name of the property, where its type allows.
_VALUES: dict[str, Any] = {
    "id": "01kasv5d8b6n3h9w2q7x4y1zte",
    "document": "01kasv5d8b6n3h9w2q7x4y1zte",
    "dossier": "01kasv4z0c8m7r2t5v9w1x3y6a",
    "number": "B/000.1.9.1/83/DiskominfoSP2/XI/2026",
    "status": "issued",
    "kind": "nota_dinas",
    "slug": "nota_dinas",
    "procedure": "pemeliharaan",
    "step": 2,
    "assets": ["6310190000101"],
    "nibar": "6310190000101",
    "title": "Perbaikan router",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "template_sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "size": 48210,
    "pages": 1,
    "revision": 1,
    "file": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.jpg",
    "href": "https://naskah.example/api/v1/documents/01kasv5d8b6n3h9w2q7x4y1zte",
    "page": "https://naskah.example/d/01kasv5d8b6n3h9w2q7x4y1zte",
    "verify": "https://naskah.example/verifikasi/7K2M9QXW4TRB0HVD",
    "url": "https://aset.example/docgen",
    "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    "key": "6310190000101/pemeliharaan/02/01kasv5d8b6n3h9w2q7x4y1zte/001/nota_dinas.pdf",
    "name": "Router Kantor Camat",
    "unit": "DiskominfoSP2",
    "year": 2026,
    "post": "Kepala Seksi Infrastruktur Jaringan",
    "government": "Pemerintah Kabupaten Tanah Bumbu",
    "unit_code": "DiskominfoSP2",
    "place": "Batulicin",
    "start": "08:00",
    "end": "12:00",
    "next": None,
    "replaced_by": None,
}
_FORMATS = {"date": "2026-11-25", "date-time": "2026-11-25T08:30:00Z", "uri": "https://naskah.example/"}
_TYPES = {"string": str, "integer": int, "array": list, "boolean": bool}
_DEEPEST = 8


def sample(schema: Mapping[str, Any], definitions: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
    """Return a value that fits a schema whose `$ref`s point into `definitions`; `name` is the property it is for."""
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    for key in ("const", "enum", "examples"):
        if key in schema:
            value = schema[key]
            return value if key == "const" else _preferred(name, value)
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return _chosen(choices, definitions, name, depth)
    if "allOf" in schema:
        return sample(schema["allOf"][0], definitions, name, depth)
    return _scalar(schema, definitions, name, depth)


def _preferred(name: str, choices: list[Any]) -> Any:
    preferred = _VALUES.get(name)
    return preferred if preferred in choices else choices[0]


def _chosen(choices: list[Mapping[str, Any]], definitions: Mapping[str, Any], name: str, depth: int) -> Any:
    empty = {"type": "null"} in choices
    if empty and (depth >= _DEEPEST or (name in _VALUES and _VALUES[name] is None)):
        return None
    return sample(next(choice for choice in choices if choice != {"type": "null"}), definitions, name, depth)


def _scalar(schema: Mapping[str, Any], definitions: Mapping[str, Any], name: str, depth: int) -> Any:
    type_ = schema.get("type")
    preferred = _VALUES.get(name)
    if preferred is not None and isinstance(preferred, _TYPES.get(str(type_), ())) and "format" not in schema:
        return preferred
    if type_ == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {key: sample(part, definitions, key, depth + 1) for key, part in properties.items()}
    if type_ == "array":
        few = depth < _DEEPEST or schema.get("minItems")
        return [sample(schema["items"], definitions, "", depth + 1)] if few and "items" in schema else []
    if type_ == "string":
        return _FORMATS.get(schema.get("format", ""), schema.get("default", "teks"))
    if type_ in ("integer", "number"):
        return schema.get("minimum", 1)
    return {"boolean": False, "null": None}.get(str(type_))
