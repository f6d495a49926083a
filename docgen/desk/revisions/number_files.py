"""Make the files of a letter that another system numbers: before it has its number, and when the number is told."""

from __future__ import annotations

from dataclasses import replace

from docgen.desk.desk import Desk
from docgen.desk.revisions.pipeline import (
    DocumentIdentity,
    Produced,
    Snapshot,
    group_of,
    identity_of,
    kind_of,
    produce,
    refill,
)
from docgen.desk.revisions.srikandi import twin_of
from docgen.numbering.number_systems import awaited_number
from storage.records import Document, ForeignNumber, Submission

OPEN_PLACE = "…………………………"  # where the number will stand


def produce_unnumbered(
    desk: Desk, document: Document, submission: Submission, snapshot: Snapshot, emblem: bytes | None
) -> Produced:
    """Return the letter with the place of its number open, which its foot says, and the Word file for the system.

    Raises TemplateError, ConverterError, PdfError, StorageError.
    """
    docx = refill(desk, document, submission, snapshot, emblem, printed={"nomor": OPEN_PLACE})
    identity = unnumbered(identity_of(desk, document), document.numbering)
    group = group_of(kind_of(desk, document, snapshot), snapshot, document.security)
    letter = produce(desk.converter, docx, identity, snapshot.office, group)
    return replace(letter, docx=twin_of(desk, document, submission, snapshot, emblem))


def unnumbered(identity: DocumentIdentity, system: str) -> DocumentIdentity:
    """Return what is printed on a letter whose number a system has still to give."""
    notice = f"BELUM BERNOMOR, bukan naskah jadi: nomor dan tanggalnya ditetapkan {system}"
    return replace(identity, number=awaited_number(system), notice=notice)


def numbered(document: Document, number: ForeignNumber) -> Document:
    """Return a letter with the number and date of the system that numbers it; unchanged where it has one of ours."""
    if number.system != document.numbering:
        return document
    return document.model_copy(
        update={"number": number.number, "date": number.date, "year": number.date.year, "status": "issued"}
    )
