"""Mistakes as sentences a clerk can act on: hints for misspelled words, and pydantic's findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from docgen.errors import FieldError, bounded
from wording import Message, say

_LONGEST_PATH, _LONGEST_NAME = 200, 100  # characters
_MESSAGES = {
    "missing": "{label} wajib diisi.",
    "string_too_short": "{label} wajib diisi.",
    "string_too_long": "{label} terlalu panjang: paling banyak {max_length} karakter.",
    "string_type": "{label} harus berupa teks.",
    "string_pattern_mismatch": "{label} memuat karakter yang tidak dapat dicetak. Hapus karakter itu atau ketik ulang.",
    "int_type": "{label} harus bilangan bulat.",
    "int_parsing": "{label} harus bilangan bulat, misalnya 2024.",
    "int_from_float": "{label} harus bilangan bulat.",
    "greater_than_equal": "{label} paling kecil {ge}.",
    "less_than_equal": "{label} paling besar {le}.",
    "literal_error": "{label} harus salah satu dari: {expected}.",
    "extra_forbidden": "{label} tidak dikenal; hapus isian ini atau periksa namanya.",
    "date_parsing": "{label} harus tanggal, misalnya 2026-11-23.",
    "date_from_datetime_parsing": "{label} harus tanggal, misalnya 2026-11-23.",
    "date_type": "{label} harus tanggal, misalnya 2026-11-23.",
    "list_type": "{label} harus berupa daftar.",
    "too_long": "{label} terlalu banyak: paling banyak {max_length}.",
    "dict_type": "{label} harus berupa objek.",
    "model_type": "{label} harus berupa objek.",
    "model_attributes_type": "{label} harus berupa objek.",
    "value_error": "{error}",  # our own validators speak for themselves
    "bool_parsing": "{label} harus ya atau tidak.",
}


def nearest(word: str, known: Sequence[str]) -> str:
    """Return a hint for a misspelled word: the nearest known one, else all that exist."""
    near = get_close_matches(word, known, n=1)
    return say(" Maksudnya {near}?", near=repr(near[0])) if near else say(" Yang ada: {known}.", known=", ".join(known))


def field_errors(error: ValidationError, labels: Mapping[str, str] | None = None) -> list[FieldError]:
    """Return each error of pydantic as a FieldError; `labels` gives the Indonesian label of a field's name, or of its
    whole path: `series.name`.
    """
    return [_field_error(finding, labels or {}) for finding in error.errors(include_url=False)]


def field_path(path: str, part: str | int) -> str:
    """Return the path of a value within another: `data.rows[0]`; one that is too long already grows no more."""
    if len(path) > _LONGEST_PATH:
        return path
    if isinstance(part, int):
        return f"{path}[{part}]"
    name = bounded(part, _LONGEST_PATH)
    return f"{path}.{name}" if path else name


def _template_of(finding: Any) -> str:
    """Return the sentence for a finding; lists and secrets share pydantic's names for what is too long or short."""
    sort = finding["type"]
    is_text = finding.get("ctx", {}).get("field_type") != "List"
    if sort == "too_short" or (sort == "too_long" and is_text):
        sort = f"string_{sort}"
    return _MESSAGES.get(sort, "{label} tidak dapat dibaca; periksa isiannya.")


def _field_error(finding: Any, labels: Mapping[str, str]) -> FieldError:
    path = ""
    for part in finding["loc"]:
        path = field_path(path, part)
    names = [bounded(part, _LONGEST_NAME) for part in finding["loc"] if isinstance(part, str)]
    label = labels.get(".".join(names), labels.get(names[-1], names[-1])) if names else "Isian"
    template = _template_of(finding)
    context = {key: _in_indonesian(value) for key, value in finding.get("ctx", {}).items()}
    values = {**_BLANK, **context, "label": label[:1].upper() + label[1:]}
    return FieldError(
        path, say(template, **{name: value for name, value in values.items() if f"{{{name}}}" in template})
    )


def _in_indonesian(value: object) -> str:
    text = str(value)
    return text if isinstance(text, Message) else text.replace(" or ", " atau ")


_BLANK = {"error": "", "max_length": "", "ge": "", "le": "", "expected": ""}
