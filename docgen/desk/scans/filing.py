"""File the pages of a stack that belong to one document, once, as an attachment of that document."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from docgen.desk.bundles.document_pages import in_words, scanned_before
from docgen.desk.decisions.attach import attach_scan, is_filed, store_original
from docgen.desk.desk import Desk
from docgen.desk.revisions.attachment_report import ScannedSheet, ScanReport
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.scans.stack import Stack, StackDocument, StackPage, describe, pages_of_document
from docgen.desk.secrecy import any_encrypted
from docgen.errors import Conflict, ConverterUnavailable, DocgenError
from docgen.foreign import ScannedPage, assemble_scans
from storage.catalogue import documents
from storage.errors import RecordConflict
from storage.records import Document, Original


def file_document_pages(desk: Desk, stack: Stack, id: str, by: str, *, partly: bool = False) -> None:
    """File the pages of a document if none is missing, or `partly`, and note in the stack what it holds of it.

    Raises Busy, StorageError.
    """
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        length = length_of(tx, document)
        revisions = documents.list_revisions(tx, id)
    pages = pages_of_document(stack["pages"], id)
    entry = describe(document, pages, length, scanned_before(revisions))
    if pages and (partly or not entry["missing"]):
        try:
            _file(desk, stack, document, pages, entry, by)
        except ConverterUnavailable:  # no fault of these pages
            raise
        except (DocgenError, RecordConflict) as error:
            entry["state"], entry["reason"] = "refused", str(error)
        else:
            entry["state"] = "filed"
            for page in pages:
                page["state"] = "filed"
    ids = [document["id"] for document in stack["documents"]]
    if id in ids:
        stack["documents"][ids.index(id)] = entry
    else:
        stack["documents"].append(entry)


def _file(
    desk: Desk, stack: Stack, document: Document, pages: Sequence[StackPage], entry: StackDocument, by: str
) -> None:
    sources = {page["source"] for page in pages}
    files = [(file["name"], desk.store.get(file["key"])) for file in stack["files"] if file["name"] in sources]
    pdf = assemble_scans(files, [ScannedPage(page["source"], page["index"], turned=page["turned"]) for page in pages])
    if is_filed(desk, document.id, pdf):
        return
    without = f" tanpa {in_words(entry['missing']).lower()}" if entry["missing"] else ""
    report = ScanReport(
        matched="qr" if any(not page["placed_by"] for page in pages) else "",
        pages=entry["have"],
        count=len(pages),
        missing=entry["missing"],
        placed={str(page["page"]): page["placed_by"] for page in pages if page["placed_by"]},
        sheets=[
            ScannedSheet(source=page["source"], sheet=page["index"], page=page["page"], of=page["pages"])
            for page in pages
        ],
    )
    name = f"Pindaian {document.number.replace('/', '-')}{without}.pdf"
    try:
        attach_scan(desk, document.id, pdf, name, by, report, _originals(desk, stack, document.id, files))
    except DocumentPending:
        return  # promised in the journal: the archive gets it as soon as it can
    except (Conflict, RecordConflict):
        if not is_filed(desk, document.id, pdf):  # by another process, just now
            raise


def _originals(desk: Desk, stack: Stack, id: str, files: Sequence[tuple[str, bytes]]) -> list[Original]:
    """Return the files that pages of a document came in, each with the numbers of these pages."""
    originals = []
    for name, data in files:
        pages_in_file = [page for page in stack["pages"] if page["source"] == name]
        own = pages_of_document(pages_in_file, id)
        shared = any(page not in own and page["state"] != "blank" for page in pages_in_file)
        indexes = [page["index"] for page in own]
        originals.append(store_original(desk, name, data, indexes, shared=shared, secret=any_encrypted(desk, [id])))
    return originals


def length_of(tx: Connection, document: Document) -> int:
    """Return the number of pages of a document's PDF; 1 while there is none."""
    return documents.get_revision(tx, document.id, document.revision).pdf.pages or 1 if document.revision else 1
