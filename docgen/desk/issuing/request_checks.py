"""Check what a request says against evidence that was read before: without database, store or clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from docgen.errors import FieldError, InvalidSubmission
from docgen.forms import Facts, derive, validate
from docgen.forms.defaults import post
from docgen.kinds.kind import Kind
from docgen.sop import Step
from docgen.sop.actors import find_signer, valid_on
from storage.records import Asset, Official, Role
from wording import say

COPIES = "tembusan"  # the field of those who get a copy, in every kind that has one


def check_date(date: dt.date, today: dt.date) -> list[FieldError]:
    """Return the errors of a letter's date."""
    if 2000 <= date.year <= today.year + 1:
        return []
    return [
        FieldError(
            "date", say("Tanggal {date} di luar jangkauan. Tulis tanggal naskah yang benar.", date=date.isoformat())
        )
    ]


def choose_assets(
    kind: Kind | None, nibars: Sequence[str], assets_by_nibar: Mapping[str, Asset]
) -> tuple[list[Asset], list[FieldError]]:
    """Return the assets that a letter is about, each once, and the errors of the requested NIBARs."""
    errors = []
    if kind is not None and kind.needs_assets == "required" and not nibars:
        errors.append(FieldError("assets", say("Pilih paling sedikit satu aset untuk {title}.", title=kind.title)))
    if kind is not None and kind.needs_assets == "none" and nibars:
        errors.append(FieldError("assets", say("{title} tidak memuat aset; kosongkan pilihan aset.", title=kind.title)))
    for index, nibar in enumerate(nibars):
        if nibar not in assets_by_nibar:
            message = say(
                "Aset {nibar} tidak ada dalam daftar aset. Daftarkan dulu aset itu, atau periksa NIBAR-nya.",
                nibar=repr(nibar),
            )
            errors.append(FieldError(f"assets[{index}]", message))
    assets = [assets_by_nibar[nibar] for nibar in nibars if nibar in assets_by_nibar]
    # an asset that is named by an old code and by the present one counts once
    return list({asset.nibar: asset for asset in assets}.values()), errors


def choose_signer(
    id: str | None,
    role: str,
    officials: Mapping[str, Official],
    date: dt.date,
    role_label: Callable[[str], str],
) -> tuple[Official | None, list[FieldError]]:
    """Return who signs on that day, the official named by `id` or the holder of the role, and the errors."""
    if id:
        signer = officials.get(id)
        if signer is None:
            return None, [FieldError("signer", say("Pejabat {id} tidak ada dalam daftar pejabat.", id=repr(id)))]
        if valid_on(signer, date):
            return signer, []
        message = say("{name} tidak menjabat pada {date}. Pilih pejabat lain.", name=signer.name, date=date.isoformat())
        return signer, [FieldError("signer", message)]
    signer = find_signer(officials.values(), role, date)
    if signer is not None or not role:
        return signer, []
    message = say(
        "Tidak ada {role} yang menjabat pada {date}. Isi Daftar Pejabat.", role=role_label(role), date=date.isoformat()
    )
    return None, [FieldError("signer", message)]


def check_division(signer: Official | None, divisions: Sequence[str]) -> list[FieldError]:
    """Return an error for a signer of a division that the caller is not limited to; without divisions none is."""
    if signer is None or not divisions or not signer.division or signer.division in divisions:
        return []
    message = "{name} menandatangani untuk bidang {division}; akun Anda hanya untuk {own}. Pilih penanda tangan lain."
    return [FieldError("signer", say(message, name=signer.name, division=signer.division, own=", ".join(divisions)))]


def signer_role(kind: Kind | None, step: Step | None) -> Role | str:
    """Return the role that signs: the kind's own, else the step's; "" where neither is known."""
    if kind is not None and kind.signer != "step":
        return kind.signer
    return step.signer_role if step is not None else ""


def choose_superiors(
    kind: Kind | None, step: Step | None, signer: Official | None, officials: Mapping[str, Official], date: dt.date
) -> list[Official]:
    """Return the officials on whose behalf the signer signs as the SOP says: the superior (a.n.), then the one between
    the two (u.b.); none where he signs for himself.
    """
    if not (kind and step and kind.on_behalf and signer and signer.role == step.signer_role):
        return []
    superior, between = (
        find_signer(officials.values(), role, date) if role else None for role in (step.on_behalf_of, step.by_way_of)
    )
    return [official for official in (superior, between) if superior and official]


def named_superiors(
    ids: Sequence[str], signer: Official | None, officials: Mapping[str, Official], date: dt.date
) -> tuple[list[Official], list[FieldError]]:
    """Return the officials that a request names for it, in the same order, and the errors."""
    errors = []
    for index, id in enumerate(ids):
        official = officials.get(id)
        if official is None:
            message = say("Pejabat {id} tidak ada dalam daftar pejabat.", id=repr(id))
        elif official == signer or id in ids[:index]:
            message = say("{name} tidak menandatangani atas nama dirinya sendiri.", name=official.name)
        elif not valid_on(official, date):
            message = say(
                "{name} tidak menjabat pada {date}. Pilih pejabat lain.", name=official.name, date=date.isoformat()
            )
        else:
            continue
        errors.append(FieldError(f"on_behalf_of[{index}]", message))
    return [officials[id] for id in ids if id in officials], errors


def clean_values(
    kind: Kind, data: Mapping[str, Any], facts: Facts | None, officials: Mapping[str, Official], date: dt.date
) -> tuple[dict[str, Any], list[FieldError]]:
    """Return the clean values of a letter's fields, and the errors; `facts` fill in fields that were left out."""
    try:
        prefilled = derive(kind.sheet, facts, officials, data) if facts is not None else {}
        return validate(kind.sheet, data, officials=officials, date=date, known=prefilled), []
    except InvalidSubmission as invalid:
        return {}, list(invalid.errors)


def recipients_of(kind: Kind, values: Mapping[str, Any], officials: Mapping[str, Official], date: dt.date) -> list[str]:
    """Return the ids of the officials whom a letter is for, and who get a copy of it: named by name or by post there.

    Of several who hold a post on that day (Plt., Plh.) all are recipients.
    """
    written = {plain for name in (kind.sheet.addressee, COPIES) for plain in _plain_texts(values.get(name))}
    return sorted(
        official.id
        for official in officials.values()
        if valid_on(official, date)
        and written & {_plain(text) for text in (official.name, official.post, post(official))}
    )


def _plain_texts(value: Any) -> Iterator[str]:
    """Yield every text within a value, without what people write differently."""
    if isinstance(value, str):
        yield _plain(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _plain_texts(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _plain_texts(inner)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")


def named_officials(kind: Kind, values: Mapping[str, Any], officials: Mapping[str, Official]) -> dict[str, Official]:
    """Return the officials that the values of official fields name; only these are kept with the document."""
    ids = {str(values[field.name]) for field in kind.fields if field.type == "official" and values.get(field.name)}
    return {id: officials[id] for id in sorted(ids) if id in officials}
