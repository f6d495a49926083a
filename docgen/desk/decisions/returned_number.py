"""Read the number that another system printed on the signed file of a letter that comes back."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from docgen.desk.decisions.number import cleaned_number, why_not_date
from docgen.desk.desk import Desk
from docgen.desk.revisions.attachment_report import SignedFileReport
from docgen.errors import InvalidSubmission, PdfError
from docgen.foreign import page_text
from docgen.printed_number import PrintedNumber, read_number
from storage.catalogue import documents
from storage.catalogue.numbering import foreign_numbers
from storage.errors import ObjectDamaged, ObjectMissing
from storage.records import Document, ForeignNumber


def read_returned_number(desk: Desk, document: Document, pdf: bytes) -> PrintedNumber:
    """Return the number and date in the words of a signed PDF, by the Word file it was made from.

    Raises ConverterUnavailable, StoreUnavailable; PdfError of the PDF itself.
    """
    with desk.catalogue.read() as tx:
        first = documents.get_revision(tx, document.id, 1)
    with suppress(ObjectMissing, ObjectDamaged):
        twin = desk.converter.convert(desk.store.get(first.docx.key))
        return read_number(page_text(twin), page_text(pdf))
    return PrintedNumber()


def with_returned_number(desk: Desk, document: Document, pdf: bytes, report: SignedFileReport) -> SignedFileReport:
    """Return the report of a signed file with the number it bears, where its letter waits for one."""
    if document.status != "awaiting_number":
        return report
    with suppress(PdfError):
        printed = read_returned_number(desk, document, pdf)
        date = printed.date.isoformat() if printed.date else ""
        return report.model_copy(update={"number": printed.number, "date": date})
    return report


def returned_number(desk: Desk, document: Document, report: SignedFileReport, by: str) -> ForeignNumber | None:
    """Return the number of a letter that waits for one, as its signed file bears it.

    None where a person must say it: it could not be read, its date has not come, or another letter has it.
    """
    if document.status != "awaiting_number" or not (report.number and report.date):
        return None
    number = ForeignNumber(
        system=document.numbering,
        number=report.number,
        document=document.id,
        date=dt.date.fromisoformat(report.date),
        at=desk.now(),
        by=by,
        source="read",
    )
    with desk.catalogue.read() as tx:
        taken = foreign_numbers.find(tx, number.system, number.number) is not None
        if taken or why_not_date(desk, tx, number.date):
            return None
    with suppress(InvalidSubmission):
        return number.model_copy(update={"number": cleaned_number(number.number)})
    return None
