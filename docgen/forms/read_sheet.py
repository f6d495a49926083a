"""Read a field sheet (`fields.yaml`), and say what is wrong in one by its key and the nearest valid word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from docgen.errors import TemplateError
from docgen.forms.field_sheet import Column, FieldSheet, SheetField
from docgen.messages import nearest
from wording import joined, say


def read_sheet(path: Path) -> FieldSheet:
    """Read a field sheet. Raises TemplateError naming the file, the key and the nearest valid word."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), _StrictLoader)  # noqa: S506 (a SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(
            say("{path}: tidak dapat dibaca ({error}). Tulis lembar isian sebagai teks UTF-8.", path=path, error=error)
        ) from error
    except yaml.YAMLError as error:
        raise TemplateError(
            say("{path}: bukan YAML yang benar: {error}", path=path, error=" ".join(str(error).split()))
        ) from error
    if not isinstance(data, dict):
        raise TemplateError(say("{path}: harus berisi kunci title, title_field, fields.", path=path))
    try:
        return FieldSheet.model_validate(data)
    except ValidationError as error:
        problems = joined((_problem(finding) for finding in error.errors(include_url=False)), "; ")
        raise TemplateError(say("{path}: {problems}", path=path, problems=problems)) from error


def _problem(error: Any) -> str:
    """Return an error of pydantic as `key: what is wrong`."""
    loc = error["loc"]
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        model: type[BaseModel] = Column if "columns" in loc else SheetField if "fields" in loc else FieldSheet
        return say("{key}: kunci tidak dikenal.{hint}", key=key, hint=nearest(str(loc[-1]), list(model.model_fields)))
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", context["expected"])
        hint = nearest(str(error["input"]), words)
        return say("{key}: {value} tidak dikenal.{hint}", key=key, value=repr(error["input"]), hint=hint)
    if kind == "missing":
        return say("{key}: wajib ada", key=key)
    if kind == "value_error":
        return say("{key}: {error}", key=key, error=context["error"]) if key else str(context["error"])
    if kind == "string_pattern_mismatch":
        return say(
            "{key}: {value} harus huruf kecil, angka, dan garis bawah, misalnya 'nomor_surat'",
            key=key,
            value=repr(error["input"]),
        )
    expected = {
        "string_type": "teks (beri tanda kutip bila perlu)",
        "bool_type": "true atau false",
        "int_type": "bilangan bulat",
        "list_type": "daftar",
        "dict_type": "pasangan kunci dan nilai",
        "model_type": "pasangan kunci dan nilai",
    }
    if kind in expected:
        return say("{key}: harus {expected}", key=key, expected=expected[kind])
    return say("{key}: nilai {value} tidak cocok", key=key, value=repr(error["input"]))


class _StrictLoader(yaml.CSafeLoader):
    """A YAML loader that refuses the second of two equal keys, where YAML would take the last in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = set()
        for key_node, _ in node.value:
            if str(key_node.value) in keys:
                raise yaml.constructor.ConstructorError(
                    None, None, f"kunci {key_node.value!r} ada dua kali", key_node.start_mark
                )
            keys.add(str(key_node.value))
        return super().construct_mapping(node, deep)
