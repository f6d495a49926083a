"""What a document's fields are filled with from what is known already: the dossier, the SOP, the registers.

Nobody types what an earlier document says. Each source of a field (`SheetField.default_from`) is a word of
`docgen.forms.field_sheet`, or names an earlier document of the dossier; the first that gives something is taken, and
a clerk may write something else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from docgen.forms.defaults import default_value, post, rank
from docgen.forms.field_sheet import PREVIOUS, FieldSheet, SheetField
from docgen.indonesian import format_nip, long_date
from docgen.sop.actors import find_signer, valid_on
from storage.records import Decision, Official, Role

# From the head of the office down; who stands above a signer gets a copy of what he orders.
HIERARCHY: tuple[Role, ...] = ("kepala_dinas", "kepala_bidang", "kepala_seksi")
MOST_NAMED = 10  # people of a role who are named one by one
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
        """`Nomor B/000.1.9.1/83/DiskominfoSP2/XI/2026 tanggal 23 November 2026`."""
        return f"Nomor {self.number} tanggal {long_date(self.date)}"

    @property
    def name(self) -> str:
        """`Nota Dinas tentang pemeliharaan …`, as another document names it; a word that ends the kind and begins the
        title is said once: `Lembar Persetujuan Penghapusan Aset`.
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
        """The period it reports on; "" when it reports on none."""
        start, end = (self.data.get(name) for name in ("periode_awal", "periode_akhir"))
        if not isinstance(start, str) or not isinstance(end, str):
            return ""
        return " sampai dengan ".join(long_date(dt.date.fromisoformat(one)) for one in (start, end))


@dataclass(frozen=True)
class Facts:
    """What is known before anything is typed.

    `earlier`: the dossier's documents of earlier steps and of this one, oldest first. `days`: the time norms of this
    step and of the next that makes something, in working days; `end_of_work` gives the last of so many working days
    from a date on. `locations`: of the assets. `subject`: what a letter that itself decides, decides on.
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


@dataclass(frozen=True)
class _Case:
    """One field to fill, and what is at hand for it."""

    field: SheetField
    facts: Facts
    officials: Mapping[str, Official]
    data: Mapping[str, Any]


def derive(
    sheet: FieldSheet, facts: Facts, officials: Mapping[str, Official], data: Mapping[str, Any]
) -> dict[str, Any]:
    """The values, as JSON, of the fields that can be told from `facts`; `data` is what was typed so far.

    A field that was typed is reckoned too: a form says what it would be.
    """
    known: dict[str, Any] = {}
    for one in sheet.fields:
        if facts.procedure in one.default_by:
            known[one.name] = one.default_by[facts.procedure]
        case = _Case(one, facts, officials, {**known, **{name: value for name, value in data.items() if value}})
        found = next((value for value in (_value(case, source) for source in one.default_from) if value), None)
        if found is not None:
            known[one.name] = _capital(found) if one.name == sheet.title_field else found
    return known


def _value(case: _Case, source: str) -> Any:
    if source in _WORDS:
        return _WORDS[source](case)
    for mark, reader in ((":", _fact), (".", _field)):
        if mark in source:
            kind, _, name = source.partition(mark)
            found = _latest(case.facts, kind)
            return reader(found, name) if found is not None else None
    raise KeyError(source)  # the sheet was checked


def _latest(facts: Facts, kind: str) -> Earlier | None:
    """The newest document of a kind; `previous`: what is decided on, else the newest of the steps before, Lembar
    Disposisi apart.
    """
    if kind != PREVIOUS:
        return next((one for one in reversed(facts.earlier) if one.kind == kind), None)
    if facts.subject is not None:
        return facts.subject
    before = [one for one in facts.earlier if one.step < facts.step and one.kind != "disposisi"]
    return max(reversed(before), key=lambda one: one.step, default=None)


def _fact(document: Earlier, name: str) -> Any:
    value = getattr(document, name)
    return value.isoformat() if isinstance(value, dt.date) else value


def _field(document: Earlier, name: str) -> Any:
    return document.data.get(name)


def _decision(case: _Case) -> Decided | None:
    """The newest decision of the step at which the document is made."""
    facts = case.facts
    documents = [*facts.earlier, *([facts.subject] if facts.subject else [])]
    decided = [one for document in documents for one in document.decisions if one.step == facts.step]
    return decided[-1] if decided else None


def _decision_part(part: str) -> Callable[[_Case], Any]:
    def read(case: _Case) -> Any:
        decided = _decision(case)
        return getattr(decided, part) if decided else None

    return read


def _decision_word(case: _Case) -> Any:
    decided = _decision(case)
    return DECIDED.get(decided.word) if decided else None


def _basis(case: _Case) -> Any:
    """The sheet's own basis, then each earlier document and each approval; marks at the ends as the sheet has them."""
    own = default_value(case.field, case.officials, case.facts.date) or []
    cited = [text for one in case.facts.earlier if one.step < case.facts.step for text in _cited(one)]
    if not cited:
        return None
    lines = [line.rstrip(";.") for line in [*own, *cited]]
    if not own or not str(own[0]).endswith(";"):
        return lines
    return [f"{line};" for line in lines[:-1]] + [f"{lines[-1]}."]


def _cited(document: Earlier) -> list[str]:
    if document.kind == "disposisi":
        return []
    approvals = [
        f"Persetujuan {one.post} tanggal {long_date(one.date)} atas {document.kind_title} Nomor {document.number}"
        for one in document.decisions
        if one.word == "setuju"
    ]
    return [f"{document.name[:1].upper()}{document.name[1:]} {document.citation}", *approvals]


def _end(which: int) -> Callable[[_Case], Any]:
    """The last working day of the norm, counted from `tanggal_mulai` as the first."""

    def reckon(case: _Case) -> Any:
        try:
            start = dt.date.fromisoformat(str(case.data.get("tanggal_mulai", "")))
        except ValueError:  # not typed yet, or wrong: its own field says so
            return None
        return case.facts.end_of_work(start, case.facts.days[which]).isoformat()

    return reckon


def _superiors(case: _Case) -> Any:
    """The posts above the signer, from the head of the office down."""
    role = case.facts.signer_role
    above = HIERARCHY[: HIERARCHY.index(role)] if role in HIERARCHY else ()
    holders = (find_signer(case.officials.values(), one, case.facts.date) for one in above)
    return [post(holder) for holder in holders if holder is not None] or None


def _receivers(case: _Case) -> Any:
    """Those whom the step addresses, as rows of people; none when they are many."""
    role, date = case.facts.receiver_role, case.facts.date
    people = [one for one in case.officials.values() if one.role == role and valid_on(one, date)]
    if len(people) > MOST_NAMED:
        return None
    return [
        {"nama": one.name, "nip": format_nip(one.nip), "pangkat": rank(one), "jabatan": post(one)} for one in people
    ]


def _location(case: _Case) -> Any:
    """Where all of the assets are; nothing when they are at several places."""
    places = {place for place in case.facts.locations if place}
    return places.pop() if len(places) == 1 else None


def _half_year(case: _Case) -> tuple[dt.date, dt.date]:
    """The half-year to report on: the one of the date, and in its first two months the one before."""
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
}


def _capital(value: Any) -> Any:
    return value[:1].upper() + value[1:] if isinstance(value, str) else value


def _running(title: str) -> str:
    """A title within a sentence: its first word small, unless it is an abbreviation or a name of its own."""
    first, _, rest = title.partition(" ")
    return f"{first[:1].lower()}{first[1:]} {rest}".strip() if first[1:].islower() else title
