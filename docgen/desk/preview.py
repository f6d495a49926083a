"""Show a document before it is issued: the same pipeline, and DRAF across every page. Nothing is kept."""

from __future__ import annotations

from dataclasses import replace

from docgen.desk.desk import Desk
from docgen.desk.pipeline import Identity, Produced, produce
from docgen.desk.request import DocumentRequest, Prepared, classification, prepare
from docgen.desk.uploads import photos_of
from docgen.register import format_number
from docgen.render.watermark import watermark
from storage.catalogue import numbers, registers
from storage.catalogue.documents import NO_LIMITS, Limits


def preview(desk: Desk, request: DocumentRequest, within: Limits = NO_LIMITS) -> Produced:
    """Render the document as it would be issued now. Raises what `issue` raises, and takes no number.

    The number shown is the one expected next; the one given at issue may differ, when others issue in between.
    """
    return show(desk, prepare(desk, request, within))


def show(desk: Desk, prepared: Prepared) -> Produced:
    """As `preview`, of a request that was prepared."""
    number = expected_number(desk, prepared)
    with desk.catalogue.read() as tx:
        emblem = registers.get_emblem(tx)
    asked, url = prepared.submission, desk.verify_url("PRATINJAU")
    identity = Identity(number, asked.date, prepared.title, asked.procedure, "PRATINJAU", url)
    photos = photos_of(desk, prepared.kind, prepared.values)
    produced = produce(prepared.kind, prepared.values, prepared.snapshot, identity, desk.converter, emblem, photos)
    return replace(produced, pdf=watermark(produced.pdf, "DRAF"))


def expected_number(desk: Desk, prepared: Prepared) -> str:
    """The number this document gets if nobody issues another one first; none is taken."""
    office, date = prepared.snapshot.office, prepared.submission.date
    with desk.catalogue.read() as tx:
        sequence = numbers.last_sequence(tx, office.unit_code, date.year) + 1
    code = classification(prepared.kind, prepared.procedure)
    return format_number(office, sequence=sequence, classification=code, date=date)
