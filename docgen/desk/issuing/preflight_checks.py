"""Find what is odd about a letter that could be issued: not wrong, but seldom meant. Without database or clock.

Each check returns notes; whoever issues reads them and decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docgen.forms import has_letterhead
from docgen.forms.annexes import ASSETS, annexed_lists
from docgen.forms.field_sheet import FieldSheet
from docgen.indonesian import long_date
from docgen.sop import Procedure
from docgen.sop.course import NO, Course
from docgen.sop.model import Step
from storage.records import Asset, Document, Dossier, Official
from wording import say

MOST_NAMED = 4


@dataclass(frozen=True)
class Note:
    """Something odd, said as a sentence, and the field of the form where it can be changed."""

    field: str
    message: str


def addressee_of(sheet: FieldSheet, values: Mapping[str, Any], officials: Mapping[str, Official]) -> str:
    """Return whom a letter is for, as people are listed; "" for a kind without an addressee and for an empty one."""
    value = values.get(sheet.addressee) if sheet.addressee else None
    field = next((field for field in sheet.fields if field.name == sheet.addressee), None)
    if field is None or not value:
        return ""
    if field.type == "official":
        return officials[value].name if value in officials else ""
    if field.type == "table":
        column = next((column for column in field.columns if column.register_fact == "official_name"), field.columns[0])
        value = [row.get(column.name) or "" for row in value]
    return value if isinstance(value, str) else listed(value)


def listed(names: Sequence[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    names = [name for name in names if name]
    if len(names) <= MOST_NAMED:
        return "; ".join(names)
    return say("{names}; dan {more} lainnya", names="; ".join(names[:MOST_NAMED]), more=len(names) - MOST_NAMED)


def check_people(
    sheet: FieldSheet, addressee: str, signer: Official, named: Mapping[str, Official] | None = None
) -> list[Note]:
    """Note a letter for nobody, and a signer of whom the register lacks what is printed below his name.

    `named` are the officials that fields of the letter name, by field.
    """
    notes = []
    if sheet.addressee and not addressee:
        notes.append(Note(f"data.{sheet.addressee}", say("Belum ada penerima.")))
    elif addressee and addressee in (signer.name, signer.post):
        notes.append(Note(f"data.{sheet.addressee}", say("Penerima dan penanda tangan orang yang sama.")))
    if not (signer.rank or signer.grade):
        message = say("Penanda tangan {name} belum memiliki pangkat dalam Daftar Pejabat.", name=signer.name)
        notes.append(Note("signer", message))
    if not signer.nip:
        notes.append(
            Note("signer", say("Penanda tangan {name} belum memiliki NIP dalam Daftar Pejabat.", name=signer.name))
        )
    labels = {field.name: field.label for field in sheet.fields}
    for field, official in (named or {}).items():
        if official.nip and not (official.rank or official.grade):
            message = say(
                "{label}: {name} belum memiliki pangkat dalam Daftar Pejabat.",
                label=labels[field],
                name=official.name,
            )
            notes.append(Note(f"data.{field}", message))
    return notes


def check_unit(signer: Official, number: str) -> list[Note]:
    """Note what a letter signed for another office lacks: our number, and its letterhead where it is not registered."""
    if not signer.unit:
        return []
    message = say(
        "{name} menandatangani untuk {unit}: baris nomor dibiarkan kosong untuk diisi {unit}; {number} hanya nomor "
        "pencatatan di kantor ini.",
        name=signer.name,
        unit=signer.unit,
        number=number,
    )
    if has_letterhead(signer):
        return [Note("signer", message)]
    without = say(
        "Naskah dicetak tanpa kop, karena alamat {unit} belum ada dalam Daftar Pejabat.",
        unit=signer.unit,
    )
    return [Note("signer", message), Note("signer", without)]


def check_dates(sheet: FieldSheet, values: Mapping[str, Any], date: dt.date, today: dt.date) -> list[Note]:
    """Note dates that contradict each other: within the letter, with its own date, and that one with today."""
    notes = []
    if date > today:
        notes.append(Note("date", say("Tanggal naskah {date} belum tiba.", date=long_date(date))))
    labels = {field.name: field.label for field in sheet.fields}
    for field in sheet.fields:
        day = values.get(field.name)
        if field.type != "date" or not isinstance(day, dt.date):
            continue
        path, facts = f"data.{field.name}", {"label": field.label, "day": long_date(day), "date": long_date(date)}
        if field.tells == "past" and day > date:
            notes.append(Note(path, say("{label} {day} sesudah tanggal naskah, {date}.", **facts)))
        if field.tells == "ahead" and day < date:
            notes.append(Note(path, say("{label} {day} sebelum tanggal naskah, {date}.", **facts)))
        earliest = values.get(field.not_before)
        if isinstance(earliest, dt.date) and day < earliest:
            other = {"other": labels[field.not_before], "earliest": long_date(earliest)}
            notes.append(Note(path, say("{label} {day} lebih awal daripada {other}, {earliest}.", **facts, **other)))
    return notes


def check_assets(
    sheet: FieldSheet, procedure: Procedure, assets: Sequence[Asset], dossier: Dossier | None
) -> list[Note]:
    """Note a letter without assets where the procedure is about some, and assets that are not those of the dossier."""
    known = set(dossier.assets) if dossier else set()
    if not assets and sheet.needs_assets == "optional" and not procedure.collective:
        if known:
            return [Note("assets", say("Tanpa aset, padahal berkasnya tentang aset."))]
        return [Note("assets", say("Tanpa aset: naskah tidak akan ditemukan lewat aset mana pun."))]
    strangers = [asset.name for asset in assets if asset.nibar not in known]
    if known and strangers:
        return [Note("assets", say("Bukan aset berkas yang dipilih: {names}.", names=listed(strangers)))]
    return []


def check_annexes(sheet: FieldSheet, values: Mapping[str, Any], assets: int) -> list[Note]:
    """Note each list that is printed as an annex, because the letter then holds it no more."""
    notes = []
    labels = {field.name: field.label for field in sheet.fields if field.type == "table"}
    for name in annexed_lists(sheet, values, assets):
        if name == ASSETS:
            notes.append(Note("assets", say("{count} aset dicetak sebagai Lampiran.", count=assets)))
        elif name in labels:
            facts = {"label": labels[name], "count": len(values[name])}
            notes.append(Note(f"data.{name}", say("{label} ({count} baris) dicetak sebagai Lampiran.", **facts)))
    return notes


def check_words(sheet: FieldSheet, words: Sequence[str], assets: int) -> list[Note]:
    """Note `words` that are wider than any column of their table, and printed on several lines."""
    if not words:
        return []
    tables = [f"data.{field.name}" for field in sheet.fields if field.type == "table"]
    message = say("Terlalu panjang untuk kolom tabelnya, jadi dicetak terpenggal: {words}.", words=listed(words))
    return [Note("assets" if assets or not tables else tables[0], message)]


def check_earlier(
    documents: Sequence[Document], step: Step, date: dt.date, kind_title: Callable[[str], str]
) -> list[Note]:
    """Note a date before that of a letter which the dossier holds already, at an earlier step or at this one."""
    later = [document for document in documents if document.step <= step.number and document.date > date]
    if not later:
        return []
    newest = max(later, key=lambda document: document.date)
    message = say(
        "Tanggal naskah {date} lebih awal daripada {kind} {number} dalam berkas ini, {day}.",
        date=long_date(date),
        kind=kind_title(newest.kind),
        number=newest.number,
        day=long_date(newest.date),
    )
    return [Note("date", message)]


def check_course(
    course: Course | None,
    procedure: Procedure,
    step: Step,
    documents: Sequence[Document],
    *,
    kind_title: Callable[[str], str],
    role_label: Callable[[str], str],
) -> list[Note]:
    """Note steps before this one that sent something back, or whose decision is not there; without a course the dossier
    is a new one.

    Of the deciding steps before, the nearest must have decided; every one on whose decision a letter waits is named.
    """
    notes = []
    by_id = {document.id: document for document in documents}
    deciding = [one for one in procedure.steps if one.endorsement and one.number < step.number]
    for number, refusal in course.returned.items() if course else ():
        if number < step.number:
            word = say("ditolak") if refusal.decision == "tolak" else say("dikembalikan")
            message = say("Naskah langkah {number} {word} dan belum diganti.", number=number, word=word)
            notes.append(Note("dossier", message))
    for one in deciding:
        waiting = [by_id[id] for id in (course.awaits(one) if course else ()) if id in by_id]
        if waiting:
            role = course.next_role(one) if course else None
            message = say(
                "Langkah {number} belum selesai: {documents} masih menunggu {role}.",
                number=one.number,
                documents=listed([f"{kind_title(document.kind)} {document.number}" for document in waiting]),
                role=role_label(role or one.signer_role),
            )
            notes.append(Note("dossier", message))
    if deciding and not notes and not _has_decided(course, deciding[-1]):
        message = say("Berkas ini belum memuat keputusan langkah {number}.", number=deciding[-1].number)
        notes.append(Note("dossier", message))
    return notes


def _has_decided(course: Course | None, step: Step) -> bool:
    """Return whether a step decided on a letter of the dossier, by a stamp or by a letter of its own."""
    if course is None:
        return False
    if any(course.decided_at(step, document) for document in course.subjects(step)):
        return True
    return any(document.step == step.number and document.verdict not in (None, *NO) for document in course.counting)
