"""Read an SOP file, and describe its faults and their places in the office's words."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from docgen.errors import DataFileError
from docgen.messages import nearest
from docgen.sop.checks import problems
from docgen.sop.model import (
    Classification,
    Cover,
    Decision,
    Endorser,
    LegalBasis,
    Printed,
    Procedure,
    RoleText,
    Sop,
    Step,
)
from storage.records import Role, Sort
from wording import joined, say

THIS_OFFICE = Path(__file__).with_name("sop.yaml")

# The model whose keys may stand below a key of the file.
_BELOW: dict[str, type[BaseModel]] = {
    "sampul": Cover,
    "pengesah": Endorser,
    "dasar_hukum": LegalBasis,
    "peran": RoleText,
    "prosedur": Procedure,
    "klasifikasi": Classification,
    "langkah": Step,
    "keputusan": Decision,
    "tercetak": Printed,
}
_ROLES: tuple[str, ...] = get_args(Role)
_WORDS: dict[str, tuple[str, ...]] = {
    "pelaku": _ROLES,
    "penandatangan": _ROLES,
    "atas_nama": _ROLES,
    "untuk_beliau": _ROLES,
    "pengesah": _ROLES,
    "peran": _ROLES,
    "lingkup": get_args(Sort),
    "pengesahan": ("setuju", "terima"),
}
_MESSAGES = {
    "missing": "wajib ada.",
    "string_type": "harus teks; tulis di antara tanda kutip.",
    "string_too_short": "tidak boleh kosong.",
    "int_type": "harus bilangan bulat.",
    "bool_type": "harus true atau false.",
    "date_type": "harus tanggal seperti 2024-01-18, tanpa tanda kutip.",
    "tuple_type": "harus berupa daftar.",
    "model_type": "harus berupa kelompok kunci dan isi.",
    "dict_type": "harus berupa kelompok kunci dan isi.",
    "too_short": "tidak boleh kosong.",
}
_PATTERNS = {
    "slug": "hanya huruf kecil, angka, garis bawah dan tanda hubung, mulai dengan huruf, paling panjang 64.",
    "naskah": "hanya huruf kecil, angka, garis bawah dan tanda hubung, mulai dengan huruf, paling panjang 64.",
    "waktu": 'tidak terbaca; tulis seperti "10 Menit", "2 Jam" atau "3 Hari".',
    "kode": 'bukan kode klasifikasi; tulis seperti "000.1.9.1".',
}


class _StrictLoader(yaml.CSafeLoader):
    """Safe YAML that refuses a duplicate key, of which plain YAML silently keeps the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "kunci harus satu kata", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"kunci {key.value!r} ganda", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_sop(path: Path | None = None) -> Sop:
    """Return the SOP of a file; this office's own if None.

    Raises DataFileError naming the file and, for each fault, the procedure, step and key, and the nearest valid word.
    """
    path = path or THIS_OFFICE
    data = _read(path)
    minutes = data.get("menit_per_hari")
    context = {"minutes_per_day": minutes if isinstance(minutes, int) else 0}
    try:
        sop = Sop.model_validate(data, context=context)
    except ValidationError as error:
        raise _sop_error(path, [_sentence(data, one) for one in error.errors() if not _is_repetition(one)]) from None
    faults = list(problems(sop))
    if faults:
        raise _sop_error(path, faults)
    return sop


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_text("utf-8"), _StrictLoader)  # noqa: S506  (a SafeLoader)
    except OSError as error:
        raise DataFileError(
            say("Berkas SOP {path} tidak dapat dibuka ({error}).", path=path, error=error.strerror)
        ) from error
    except UnicodeDecodeError as error:
        raise DataFileError(
            say("Berkas SOP {path} bukan teks UTF-8. Simpan ulang sebagai UTF-8.", path=path)
        ) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = say(", baris {line}", line=mark.line + 1) if mark else ""
        raise DataFileError(
            say(
                "Berkas SOP {path}{place}: penulisan YAML salah ({problem}).",
                path=path,
                place=place,
                problem=error.problem,
            )
        ) from error
    except yaml.YAMLError as error:
        raise DataFileError(
            say("Berkas SOP {path}: penulisan YAML salah ({error}).", path=path, error=error)
        ) from error
    except ValueError as error:  # a date that no calendar has
        raise DataFileError(
            say("Berkas SOP {path} memuat tanggal yang tidak ada dalam kalender ({error}).", path=path, error=error)
        ) from error
    if not isinstance(data, dict):
        raise DataFileError(
            say("Berkas SOP {path} harus berupa kelompok kunci: menit_per_hari, sampul, peran, prosedur.", path=path)
        )
    return data


def _sop_error(path: Path, sentences: Sequence[str]) -> DataFileError:
    lines = joined((say("- {sentence}", sentence=sentence) for sentence in sentences), "\n")
    return DataFileError(say("Berkas SOP {path}:\n{lines}", path=path, lines=lines))


def _is_repetition(finding: Any) -> bool:
    """Return whether pydantic calls a list too short only because each of its items has a finding of its own."""
    return finding["type"] == "too_short" and bool(finding["input"])


def _sentence(data: dict[str, Any], finding: Any) -> str:
    """Return one finding of pydantic as `place: key: what is wrong`."""
    loc = tuple(part for part in finding["loc"] if part != "[key]")
    keys = [part for part in loc if isinstance(part, str)]
    place = _place(data, loc)
    key = keys[-1] if keys else ""
    value = finding["input"]
    if finding["type"] == "extra_forbidden":
        hint = nearest(key, _keys_at(keys[:-1]))
        return say("{place}kunci {key} tidak dikenal.{hint}", place=place, key=repr(key), hint=hint)
    if finding["type"] == "literal_error":
        field = next((one for one in reversed(keys) if one in _WORDS), key)
        hint = nearest(str(value), _WORDS[field])
        return say(
            "{place}{field} {value} tidak dikenal.{hint}", place=place, field=field, value=repr(value), hint=hint
        )
    if finding["type"] == "string_pattern_mismatch":
        return say("{place}{key} {value}: {pattern}", place=place, key=key, value=repr(value), pattern=_PATTERNS[key])
    if finding["type"] in ("greater_than_equal", "less_than_equal"):
        bound = finding["ctx"].get("ge", finding["ctx"].get("le"))
        least = "ge" in finding["ctx"]
        rule = say("paling kecil {bound}", bound=bound) if least else say("paling besar {bound}", bound=bound)
        return say("{place}{key} {value}: {rule}.", place=place, key=key, value=repr(value), rule=rule)
    if finding["type"] == "invalid_key":
        return say("{place}kunci {key} tidak dikenal; kunci harus berupa kata.", place=place, key=repr(loc[-1]))
    problem = _MESSAGES.get(finding["type"], "tidak dapat dibaca.")
    return say("{place}{key} {problem}", place=place, key=repr(key), problem=problem)


def _place(data: Any, loc: Sequence[Any]) -> str:
    """Return `prosedur 'pemeliharaan', langkah 2: `, from the names in the file, else by counting."""
    words = []
    here = data
    for container, part in zip(("", *loc), loc, strict=False):
        here = _inside(here, part)
        if isinstance(part, int) and container in ("prosedur", "langkah", "dasar_hukum"):
            name = here.get({"prosedur": "slug", "langkah": "nomor"}.get(container, "")) if _is_map(here) else None
            words.append(f"{container} {name!r}" if name is not None else f"{container} ke-{part + 1}")
        elif container == "peran" or part == "sampul":
            words.append(f"{container} {part}".strip())
    return f"{', '.join(words)}: " if words else ""


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _inside(value: Any, part: Any) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None


def _keys_at(containers: Sequence[str]) -> list[str]:
    """Return the keys that are allowed there; a step's `pengesah` is a word, so only the cover's has keys of its
    own.
    """
    model = next((_BELOW[key] for key in reversed(containers) if key in _BELOW), Sop)
    return [field.alias or name for name, field in model.model_fields.items()]
