"""Show a document before it is issued: the same pipeline, and DRAF across every page. Nothing is kept."""

from __future__ import annotations

from dataclasses import replace

from docgen.desk.capacity import admit, require_space
from docgen.desk.desk import Desk
from docgen.desk.issuing.request import DocumentRequest, Prepared, prepare
from docgen.desk.issuing.trial import as_invalid_submission, expected_identity
from docgen.desk.revisions.photos import photos_of
from docgen.desk.revisions.pipeline import Produced, fill, produce
from docgen.render.stamps.watermark import watermark
from docgen.work_context import Urgency, urgency
from storage.catalogue import registers
from storage.catalogue.limits import NO_LIMITS, Limits


def preview(desk: Desk, request: DocumentRequest, within: Limits = NO_LIMITS, number: str = "") -> Produced:
    """Render the document as it would be issued now. Raises what `issue` raises, and takes no number.

    The number shown is `number`, or the one expected next; the one given at issue may differ, when others issue in
    between.
    """
    return show(desk, prepare(desk, request, within), number)


def show(desk: Desk, prepared: Prepared, number: str = "") -> Produced:
    """Do as `preview` for a request that is prepared already; `number` is shown instead of the one expected next."""
    identity = expected_identity(desk, prepared)
    identity = replace(identity, number=number or identity.number)
    with desk.catalogue.read() as tx:
        emblem = registers.get_emblem(tx)
    photos = photos_of(desk, prepared.kind, prepared.values)
    with urgency(Urgency.PREVIEW), admit(desk), as_invalid_submission():
        require_space(desk)
        docx = fill(prepared.kind, prepared.values, prepared.snapshot, identity, emblem, photos)
        produced = produce(desk.converter, docx, identity, prepared.snapshot.office)
    return replace(produced, pdf=watermark(produced.pdf, "DRAF"))
