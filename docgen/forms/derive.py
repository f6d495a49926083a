"""Derive the values of fields from the dossier, the SOP and the registers.

Nobody types again what an earlier document says. Each source of a field (`SheetField.default_from`) is a word of
`docgen.forms.field_sheet`, or names an earlier document of the dossier; the first that has a value counts, and a clerk
may write something else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from docgen.forms.defaults import default_value, post, rank
from docgen.forms.field_sheet import PREVIOUS, FieldSheet, SheetField
from docgen.forms.rich_text import shown_text
from docgen.indonesian import format_nip, long_date
from docgen.sop.actors import find_signer, valid_on
from storage.records import Decision, Official, Role

# From the head of the office down; the superiors of a signer get a copy of his orders.
HIERARCHY: tuple[Role, ...] = ("kepala_dinas", "kepala_bidang", "kepala_seksi")
MOST_NAMED = 10  # people of a role whom a letter names
DECIDED: Mapping[Decision, str] = {"setuju": "Disetujui", "perbaiki": "Diperbaiki", "tolak": "Ditolak"}


@dataclass(frozen=True)
class Decided:
    """A decision of the dossier. `time` as it is read (09.30 WITA)."""

    step: int
    word: Decision
    post: str
    date: dt.date
    time: str
    note: str


@dataclass(frozen=True)
class Earlier:
    """A document of the dossier that is in force. `kind_title`: Nota Dinas; `data`: its values as JSON."""

    kind: str
    kind_title: str
    step: int
    number: str
    date: dt.date
    title: str
    post: str
    data: Mapping[str, Any] = field(default_factory=dict)
    decisions: Sequence[Decided] = ()

    @property
    def citation(self) -> str:
        """Return `Nomor B/000.1.9.1/83/DiskominfoSP2/XI/2026 tanggal 23 November 2026`."""
        return f"Nomor {self.number} tanggal {long_date(self.date)}"

    @property
    def name(self) -> str:
        """Return `Nota Dinas tentang pemeliharaan …`, as another document names it; a word that ends the
        kind and begins the title is not repeated: `Lembar Persetujuan Penghapusan Aset`.
        """
        if self.title == self.kind_title:
            return self.kind_title
        *_, last = self.kind_title.split()
        first, _, rest = self.title.partition(" ")
        if first.casefold() == last.casefold() and rest:
            return f"{self.kind_title} {rest}"
        return f"{self.kind_title} tentang {_running(self.title)}"

    @property
    def period(self) -> str:
        """Return the period it reports on; "" when it reports on none."""
        start, end = (self.data.get(name) for name in ("periode_awal", "periode_akhir"))
        if not isinstance(start, str) or not isinstance(end, str):
            return ""
        return " sampai dengan ".join(long_date(dt.date.fromisoformat(day)) for day in (start, end))


@dataclass(frozen=True)
class Facts:
    """The facts from which values are derived.

    `earlier`: the dossier's documents of earlier steps and of this one, oldest first. `days`: the time norms of this
    step and of the next that makes something, in working days; `end_of_work` gives the last of so many working days
    from a date on. `locations`: of the assets. `subject`: what a letter that itself decides, decides on.
    `order_letter`: what the office calls its orders.
    """

    procedure: str
    step: int
    signer_role: str
    receiver_role: str
    date: dt.date
    earlier: Sequence[Earlier] = ()
    days: tuple[int, int] = (1, 1)
    end_of_work: Callable[[dt.date, int], dt.date] = lambda start, days: start + dt.timedelta(days=days - 1)
    locations: Sequence[str] = ()
    subject: Earlier | None = None
    order_letter: str = ""


@dataclass(frozen=True)
class _Case:
    """A field to derive a value for, and the facts, officials and values to derive it from."""

    field: SheetField
    facts: Facts
    officials: Mapping[str, Official]
    data: Mapping[str, Any]


def derive(
    sheet: FieldSheet, facts: Facts, officials: Mapping[str, Official], data: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values, as JSON, of the fields that can be derived from `facts`; `data` is what was typed so far.

    A field that was typed has a derived value too, which a form shows.
    """
    values: dict[str, Any] = {}
    for sheet_field in sheet.fields:
        if facts.procedure in sheet_field.default_by:
            value = sheet_field.default_by[facts.procedure]
            values[sheet_field.name] = [value] if sheet_field.type == "list" else value
        case = _Case(
            sheet_field, facts, officials, {**values, **{name: value for name, value in data.items() if value}}
        )
        derived = next(
            (value for value in (_value(case, source) for source in sheet_field.default_from) if value), None
        )
        if derived is not None:
            if sheet_field.type in ("text", "paragraphs"):
                derived = shown_text(derived)  # another kind's rich text
            values[sheet_field.name] = _capital(derived) if sheet_field.name == sheet.title_field else derived
    return values


def _value(case: _Case, source: str) -> Any:
    if source in _WORDS:
        return _WORDS[source](case)
    for mark, reader in ((":", _fact), (".", _field)):
        if mark in source:
            kind, _, name = source.partition(mark)
            document = _latest(case.facts, kind)
            return reader(document, name) if document is not None else None
    raise KeyError(source)  # the sheet was checked


def _latest(facts: Facts, kind: str) -> Earlier | None:
    """Return the newest document of a kind; of `previous`, the document that is decided on, else the newest of the
    earlier steps other than a Lembar Disposisi.
    """
    if kind != PREVIOUS:
        return next((document for document in reversed(facts.earlier) if document.kind == kind), None)
    if facts.subject is not None:
        return facts.subject
    before = [document for document in facts.earlier if document.step < facts.step and document.kind != "disposisi"]
    return max(reversed(before), key=lambda document: document.step, default=None)


def _fact(document: Earlier, name: str) -> Any:
    value = getattr(document, name)
    return value.isoformat() if isinstance(value, dt.date) else value


def _field(document: Earlier, name: str) -> Any:
    return document.data.get(name)


def _decision(case: _Case) -> Decided | None:
    """Return the newest decision of the step at which the document is made."""
    facts = case.facts
    documents = [*facts.earlier, *([facts.subject] if facts.subject else [])]
    decisions = [decision for document in documents for decision in document.decisions if decision.step == facts.step]
    return decisions[-1] if decisions else None


def _decision_part(part: str) -> Callable[[_Case], Any]:
    def read(case: _Case) -> Any:
        decision = _decision(case)
        return getattr(decision, part) if decision else None

    return read


def _decision_word(case: _Case) -> Any:
    decision = _decision(case)
    return DECIDED.get(decision.word) if decision else None


def _basis(case: _Case) -> Any:
    """Return the sheet's own basis, then each earlier document and approval, with the sheet's marks at the ends."""
    own = default_value(case.field, case.officials, case.facts.date) or []
    citations = [
        text for document in case.facts.earlier if document.step < case.facts.step for text in _citations(document)
    ]
    if not citations:
        return None
    lines = [line.rstrip(";.") for line in [*own, *citations]]
    if not own or not str(own[0]).endswith(";"):
        return lines
    return [f"{line};" for line in lines[:-1]] + [f"{lines[-1]}."]


def _citations(document: Earlier) -> list[str]:
    if document.kind == "disposisi":
        return []
    approvals = [
        f"Persetujuan {decision.post} tanggal {long_date(decision.date)} "
        f"atas {document.kind_title} Nomor {document.number}"
        for decision in document.decisions
        if decision.word == "setuju"
    ]
    return [f"{document.name[:1].upper()}{document.name[1:]} {document.citation}", *approvals]


def _end(norm: int) -> Callable[[_Case], Any]:
    """Return the source of the last working day of a time norm, with `tanggal_mulai` as the first."""

    def last_day(case: _Case) -> Any:
        try:
            start = dt.date.fromisoformat(str(case.data.get("tanggal_mulai", "")))
        except ValueError:  # not typed yet, or wrong: its own field says so
            return None
        return case.facts.end_of_work(start, case.facts.days[norm]).isoformat()

    return last_day


def _superiors(case: _Case) -> Any:
    """Return the posts above the signer, from the head of the office down."""
    role = case.facts.signer_role
    superiors = HIERARCHY[: HIERARCHY.index(role)] if role in HIERARCHY else ()
    holders = (find_signer(case.officials.values(), superior, case.facts.date) for superior in superiors)
    return [post(holder) for holder in holders if holder is not None] or None


def _receivers(case: _Case) -> Any:
    """Return the people whom the step addresses, as rows; None when they are more than `MOST_NAMED`."""
    role, date = case.facts.receiver_role, case.facts.date
    people = [official for official in case.officials.values() if official.role == role and valid_on(official, date)]
    if len(people) > MOST_NAMED:
        return None
    return [
        {"nama": official.name, "nip": format_nip(official.nip), "pangkat": rank(official), "jabatan": post(official)}
        for official in people
    ]


def _location(case: _Case) -> Any:
    """Return where the assets are; None when they are at several places."""
    places = {place for place in case.facts.locations if place}
    return places.pop() if len(places) == 1 else None


def _half_year(case: _Case) -> tuple[dt.date, dt.date]:
    """Return the half-year to report on: that of the date, or in its first two months the one before."""
    date = case.facts.date
    year, half = date.year, 0 if date.month <= 6 else 1
    if date.month in (1, 2, 7, 8):
        year, half = (year - 1, 1) if half == 0 else (year, 0)
    return (dt.date(year, 1, 1), dt.date(year, 6, 30)) if half == 0 else (dt.date(year, 7, 1), dt.date(year, 12, 31))


# Every word of docgen.forms.field_sheet.WORDS, and what it gives.
_WORDS: Mapping[str, Callable[[_Case], Any]] = {
    "basis": _basis,
    "date": lambda case: case.facts.date.isoformat(),
    "next_year": lambda case: str(case.facts.date.year + 1),
    "half_year_start": lambda case: _half_year(case)[0].isoformat(),
    "half_year_end": lambda case: _half_year(case)[1].isoformat(),
    "end_of_step": _end(0),
    "end_of_next_step": _end(1),
    "superiors": _superiors,
    "receivers": _receivers,
    "location": _location,
    "decision": _decision_word,
    "decision_note": _decision_part("note"),
    "decision_time": _decision_part("time"),
    "order_letter": lambda case: case.facts.order_letter,
}


def _capital(value: Any) -> Any:
    return value[:1].upper() + value[1:] if isinstance(value, str) else value


def _running(title: str) -> str:
    """Return a title for the middle of a sentence: its first word small, unless it is an abbreviation or a name."""
    first, _, rest = title.partition(" ")
    return f"{first[:1].lower()}{first[1:]} {rest}".strip() if first[1:].islower() else title
