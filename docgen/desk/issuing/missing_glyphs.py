"""Refuse signs in a letter that no font has, beside their field and before a number is taken: they print as boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from docgen.desk.registers.checks import ASSET_LABELS, OFFICE_LABELS, OFFICIAL_LABELS
from docgen.errors import FieldError
from docgen.kinds.kind import Kind
from docgen.libreoffice.glyphs import unprintable
from storage.records import Asset, Office, Official
from wording import say

_PRINTED_OF_OFFICE = ("government", "name", "short_name", "unit_code", "address", "phone", "email", "website", "place")


def unprintable_values(kind: Kind, values: Mapping[str, Any]) -> list[FieldError]:
    """Return an error for each text among a kind's clean values that holds a sign no font has."""
    labels = {field.name: field.label for field in kind.fields}
    errors = []
    for name, value in values.items():
        for path, text in _texts(f"data.{name}", value):
            if message := _message(labels.get(name, name), text):
                errors.append(FieldError(path, message))
    return errors


def unprintable_registers(
    office: Office, officials: Iterable[Official], assets: Sequence[Asset], nibars: Sequence[str]
) -> list[FieldError]:
    """Return an error for each unprintable text of the registers on a letter; `nibars` are those of its request."""
    errors = []
    for asset in assets:
        for name, label in ASSET_LABELS.items():
            if message := _message(
                say("{label} aset {nibar}", label=label, nibar=asset.nibar), str(getattr(asset, name) or "")
            ):
                index = nibars.index(asset.nibar) if asset.nibar in nibars else 0
                errors.append(FieldError(f"assets[{index}]", message))
    for official in officials:
        for name in ("name", "nip", "rank", "grade", "post"):
            if message := _message(
                say("{label} {id}", label=OFFICIAL_LABELS[name], id=official.id), getattr(official, name)
            ):
                errors.append(FieldError("signer", message))
    for name in _PRINTED_OF_OFFICE:
        if message := _message(say("{label} pada Pengaturan kantor", label=OFFICE_LABELS[name]), getattr(office, name)):
            errors.append(FieldError("kind", message))
    return errors


def _message(label: str, text: str) -> str:
    sign = unprintable(text)
    if not sign:
        return ""
    code = " ".join(f"U+{ord(char):04X}" for char in sign[:8])
    return say(
        "{label}: tanda “{sign}” ({code}) tidak dapat dicetak. Hapus atau ganti tanda itu.",
        label=label,
        sign=sign,
        code=code,
    )


def _texts(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield every text within a value, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(f"{path}.{name}", inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(f"{path}[{index}]", inner)
