"""What is wrong or doubtful in the series of an office: names, patterns, and which kinds are numbered where."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from docgen.errors import FieldError
from docgen.kinds.kind import Kind
from docgen.messages import nearest
from docgen.numbering.number_series import MAIN_TITLE, list_series, series_of
from storage.catalogue.numbering import numbers
from storage.records import MAIN_SERIES, Office
from wording import Message, say


def check_series(office: Office, before: Office, kinds: Mapping[str, Kind]) -> list[FieldError]:
    """Return what is wrong with an office's series; a kind that was in one `before` may have been removed since."""
    errors: list[FieldError] = []
    names: set[str] = {MAIN_SERIES}
    titles: set[str] = {MAIN_TITLE.casefold()}
    title_by_kind: dict[str, str] = {}
    earlier = {kind for series in before.series for kind in series.kinds}
    for index, series in enumerate(office.series):
        if series.name in names:
            message = say("Kode seri {name} sudah dipakai. Pilih kode lain.", name=repr(series.name))
            errors.append(FieldError(f"series[{index}].name", message))
        if series.title.casefold() in titles:
            message = say("Nama seri “{title}” sudah dipakai. Pilih nama lain.", title=series.title)
            errors.append(FieldError(f"series[{index}].title", message))
        names.add(series.name)
        titles.add(series.title.casefold())
        for kind in series.kinds:
            if problem := _kind_problem(kind, earlier, kinds, title_by_kind):
                errors.append(FieldError(f"series[{index}].kinds", problem))
            title_by_kind[kind] = series.title
    return errors


def _kind_problem(
    kind: str, earlier: Collection[str], kinds: Mapping[str, Kind], title_by_kind: Mapping[str, str]
) -> Message | None:
    if kind not in kinds and kind not in earlier:
        hint = nearest(kind, list(kinds))
        return say("Jenis naskah {kind} tidak ada.{hint}", kind=repr(kind), hint=hint)
    if kind in title_by_kind:
        return say(
            "Jenis {kind} sudah dalam seri {title}. Satu jenis hanya dalam satu seri.",
            kind=repr(kind),
            title=title_by_kind[kind],
        )
    if kind in kinds and not kinds[kind].sheet.numbered:
        return say("{title} tidak bernomor sendiri, jadi tidak dapat masuk seri.", title=kinds[kind].title)
    return None


def check_lost_series(tx: Connection, office: Office, before: Office) -> list[FieldError]:
    """Return an error for each series that gave out numbers and is not in the office any more."""
    names = {series.name for series in office.series}
    return [
        FieldError(
            "series",
            say(
                "Seri {title} sudah memberi nomor, jadi tetap ada dengan kode {name}. Namanya, polanya dan jenisnya "
                "dapat diganti; tanpa jenis, seri itu tidak memberi nomor lagi.",
                title=series.title,
                name=repr(series.name),
            ),
        )
        for series in before.series
        if series.name not in names and numbers.has_numbers(tx, series.name)
    ]


def series_warnings(office: Office) -> list[Message]:
    """Return what is accepted and should be known: two series of one pattern write the same number twice."""
    series_by_pattern: dict[str, str] = {}
    warnings = []
    for series in list_series(office):
        if other := series_by_pattern.get(series.pattern):
            warnings.append(
                say(
                    "Pola seri {title} sama dengan {other}: dua naskah dapat bernomor sama, dan hanya jenisnya yang "
                    "membedakan. Bila itu tidak diinginkan, bedakan polanya, misalnya dengan ND/ di depannya.",
                    title=series.title,
                    other=other,
                )
            )
        series_by_pattern.setdefault(series.pattern, series.title)
    return warnings


def moved_kinds(
    office: Office, before: Office, titles: Mapping[str, str], next_numbers: Mapping[str, str]
) -> list[Message]:
    """Return a sentence for each kind that is numbered in another series from now on; `next_numbers` by series."""
    sentences = []
    for kind, title in titles.items():
        old, new = series_of(before, kind), series_of(office, kind)
        if old.name != new.name:
            sentences.append(
                say(
                    "{kind} pindah dari {old} ke {new}: nomor berikutnya {number}. Nomor yang sudah diberikan tetap.",
                    kind=title,
                    old=old.title,
                    new=new.title,
                    number=next_numbers[new.name],
                )
            )
    return sentences
