"""Which system gives a letter its number: the office itself, or another one, such as SRIKANDI."""

from __future__ import annotations

from docgen.errors import FieldError, InvalidSubmission
from docgen.indonesian import UNNUMBERED
from storage.records import MAIN_SERIES, Document, Office
from storage.text import tidy
from wording import say

OURS = "kantor"  # the choice of a number of the office's own


def find_system(office: Office, name: str) -> str:
    """Return a system of the office as the office writes it, "" for the office itself. Case does not matter.

    Raises InvalidSubmission (field `numbering.by`), which names those there are.
    """
    name = tidy(name)
    systems = {OURS: "", **{system.casefold(): system for system in office.number_systems}}
    if name.casefold() not in systems:
        known = ", ".join((OURS, *office.number_systems))
        message = say("Sistem penomoran {name} tidak dikenal. Yang dikenal: {known}.", name=repr(name), known=known)
        raise InvalidSubmission([FieldError("numbering.by", message)])
    return systems[name.casefold()]


def usual_system(office: Office, kind: str) -> str:
    """Return the system that numbers a kind (its slug) unless a letter says otherwise; "" for the office itself."""
    system = office.numbering_by_kind.get(kind, "")
    return system if system in office.number_systems else ""


def check_systems(office: Office) -> list[FieldError]:
    """Return what is wrong with the systems of an office: a name twice, or the office's or one of its series'; a kind
    of none of them.
    """
    errors: list[FieldError] = []
    series = {MAIN_SERIES, *(series.name.casefold() for series in office.series)}
    names = [system.casefold() for system in office.number_systems]
    for index, name in enumerate(names):
        if name == OURS:
            message = say(
                "Nama {name} berarti kantor sendiri. Pakai nama lain.", name=repr(office.number_systems[index])
            )
            errors.append(FieldError("number_systems", message))
        elif name in series:
            message = say(
                "Nama {name} dipakai seri nomor kantor. Pakai nama lain.", name=repr(office.number_systems[index])
            )
            errors.append(FieldError("number_systems", message))
        elif name in names[:index]:
            message = say("Sistem {name} tertulis dua kali.", name=repr(office.number_systems[index]))
            errors.append(FieldError("number_systems", message))
    unknown = sorted({system for system in office.numbering_by_kind.values() if system not in office.number_systems})
    if unknown:
        known = ", ".join(office.number_systems) or "-"
        message = say(
            "Sistem penomoran {name} tidak dikenal. Yang dikenal: {known}.", name=repr(unknown[0]), known=known
        )
        errors.append(FieldError("numbering_by_kind", message))
    return errors


def awaited_number(system: str) -> str:
    """Return what stands for the number of a letter that a system has not numbered yet."""
    return f"(menunggu nomor {system})"


def shown_number(document: Document) -> str | None:
    """Return the number of a document as programs are told it: None while another system has not given it, and for a
    letter that has none at all.
    """
    awaited = document.numbering and document.number == awaited_number(document.numbering)
    return None if awaited or document.number == UNNUMBERED else document.number
