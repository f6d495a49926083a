"""The form on a document's page in which the number of another system is entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from docgen.desk.revisions.attachment_report import signed_file_report
from storage.records import Document, Office, Revision


@dataclass(frozen=True)
class NumberForm:
    """What stands in the form, and what is wrong with it by field.

    `systems` can be chosen for a letter that has a number of ours. `proposed`: number and date were read from a file
    that is not proven to be the letter.
    """

    number: str = ""
    date: str = ""
    by: str = ""
    reason: str = ""
    systems: Sequence[tuple[str, str]] = ()
    proposed: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


def number_form(
    document: Document, revisions: Sequence[Revision], office: Office, typed: NumberForm | None
) -> NumberForm:
    """Return the form as it was typed, else with what was read from the newest signed file."""
    systems = [(system, system) for system in office.number_systems]
    if typed is not None:
        return replace(typed, systems=systems)
    number, date = _read(revisions) if document.status == "awaiting_number" else ("", "")
    return NumberForm(number, date, systems=systems, proposed=bool(number))


def _read(revisions: Sequence[Revision]) -> tuple[str, str]:
    """Return the number and date on the newest signed file, "" for what was not read."""
    attachments = [file for revision in revisions for file in revision.attachments if file.sort != "scan"]
    report = signed_file_report(attachments[-1]) if attachments else None
    return (report.number, report.date) if report else ("", "")
