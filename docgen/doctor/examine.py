"""Examine a Word template: every fault at once, in the order of the text. Pure."""

from __future__ import annotations

from collections.abc import Collection

from docgen.doctor.finding import Finding
from docgen.doctor.opened import Refused, open_docx
from docgen.forms.field_sheet import FieldSheet
from storage.records import Office


def examine(
    docx: bytes, sheet: FieldSheet | None = None, office: Office | None = None, fonts: Collection[str] | None = None
) -> list[Finding]:
    """Return the faults of a template that is to be filled by `sheet`, for letters of `office`.

    Without a sheet any name may become a field. `fonts` are the families that this machine has; None: not known. A
    file that cannot be opened has one finding, whose rule is one of `REFUSALS`.
    """
    try:
        open_docx(docx)
    except Refused as refused:
        return [refused.finding]
    return []
