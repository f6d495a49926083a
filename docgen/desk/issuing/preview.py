"""Show a document before it is issued: the same pipeline, and DRAF across every page. Nothing is kept."""

from __future__ import annotations

from docgen.desk.capacity import admit, require_space
from docgen.desk.desk import Desk
from docgen.desk.issuing.prepare import Prepared, prepare
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.issuing.trial import as_invalid_submission
from docgen.desk.revisions.number_files import OPEN_PLACE, unnumbered
from docgen.desk.revisions.photos import photos_of
from docgen.desk.revisions.pipeline import DocumentIdentity, Produced, fill, group_of, produce
from docgen.desk.verification_code import PREVIEW
from docgen.numbering.number_pattern import open_number
from docgen.numbering.number_series import series_of
from docgen.work_context import Urgency, urgency
from storage.catalogue.visibility.limits import NO_LIMITS, Limits


def preview(desk: Desk, request: DocumentRequest, within: Limits = NO_LIMITS, number: str = "") -> Produced:
    """Render the document as it would be issued now. Raises what `issue` raises, and takes no number.

    The number shown is `number`, or the office's pattern with its sequence left open: who prints a draft cannot pass
    it off as a numbered letter, and no two drafts show one number.
    """
    return show(desk, prepare(desk, request, within), number)


def show(desk: Desk, prepared: Prepared, number: str = "") -> Produced:
    """Do as `preview` for a request that is prepared already; `number` is shown instead of the open one."""
    submission = prepared.submission
    number = number or _open_number(prepared)
    url = desk.links.verification(PREVIEW)
    identity = DocumentIdentity(number, submission.date, prepared.title, submission.procedure, PREVIEW, url)
    printed = None
    if submission.numbering:
        identity, printed = unnumbered(identity, submission.numbering), {"nomor": OPEN_PLACE}
    photos = photos_of(desk, prepared.kind, prepared.values)
    with urgency(Urgency.PREVIEW), admit(desk), as_invalid_submission():
        require_space(desk)
        docx = fill(
            prepared.kind, prepared.values, prepared.snapshot, identity, prepared.emblem, photos, printed=printed
        )
        group = group_of(prepared.kind, prepared.snapshot, prepared.security.security)
        return produce(desk.converter, docx, identity, prepared.snapshot.office, group, watermark="DRAF")


def _open_number(prepared: Prepared) -> str:
    """Return the number as it stands before one is taken: its sequence is open, or it is what the letter carries."""
    if not prepared.kind.sheet.numbered:
        return prepared.kind.sheet.carried_number(prepared.values)
    office = prepared.snapshot.office
    code = prepared.classification
    pattern = series_of(office, prepared.kind.slug).pattern
    return open_number(office, classification=code, date=prepared.submission.date, pattern=pattern)
