"""Take no Word file that cannot be opened, or in which something fetches, runs or reaches beyond a letter's data: what
the lint refuses outright is said at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from docgen.desk.desk import Desk
from docgen.errors import FieldError, FileTooLarge, InvalidSubmission
from docgen.forms.field_sheet import FieldSheet
from docgen.installed.checks import commented_template, examine_template
from docgen.kinds.kind import Kind
from docgen.template_lint.finding import HOSTILE, REFUSALS, Finding
from docgen.uploads import LARGEST_FILE, MB
from storage.catalogue.registers import get_office
from wording import joined, say


def readable_template(desk: Desk, source: bytes, sheet: FieldSheet | None = None) -> Sequence[Finding]:
    """Return what the lint finds in a Word file.

    Raises FileTooLarge, and InvalidSubmission for a file that cannot be opened or is `HOSTILE`; ReaderBusy.
    """
    if len(source) > LARGEST_FILE:
        raise FileTooLarge(
            say("Templat ini lebih besar dari {megabytes} MB. Perkecil gambarnya.", megabytes=LARGEST_FILE // MB)
        )
    findings = examined(desk, source, sheet)
    refusals = [finding for finding in findings if finding.rule in REFUSALS | HOSTILE]
    if refusals:
        raise InvalidSubmission(
            [FieldError("file", joined([finding.message, finding.suggestion])) for finding in refusals]
        )
    return findings


def examined(desk: Desk, source: bytes, sheet: FieldSheet | None) -> Sequence[Finding]:
    """Return what the lint finds in a Word file for letters of this office. Raises ReaderBusy."""
    with desk.catalogue.read() as tx:
        office = get_office(tx)
    return examine_template(source, sheet, office, desk.shared)


def with_findings(desk: Desk, kind: Kind) -> bytes:
    """Return the Word file of a kind with a comment at each thing that the lint finds.

    Raises TemplateError (it cannot be opened), ReaderBusy.
    """
    return commented_template(kind.source, examined(desk, kind.source, kind.sheet))
