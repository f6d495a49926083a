"""Index the words of archived documents for the search, in the background, soon after a revision is archived."""

from __future__ import annotations

import logging

from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.desk import Desk
from docgen.errors import PdfError
from docgen.foreign import ReaderBusy, grey_png, page_text
from docgen.ocr import can_read, read_page
from docgen.work_context import in_background
from storage.catalogue import documents, fulltext
from storage.errors import KeyMissing, ObjectDamaged, ObjectMissing
from storage.records import Revision, StoredFile

log = logging.getLogger("docgen.indexing")

AT_ONCE = 50  # documents between two looks at whether to stop
MOST_PAGES = 200  # of one file
MOST_SCANNED = 20  # pages of one file that are read by OCR: it takes seconds a page
DPI = 200


def index_some(desk: Desk, limit: int = AT_ONCE) -> int:
    """Read the words of up to `limit` documents whose newest revision was not read yet; returns how many.

    Raises StorageError while database or store are away, ReaderBusy.
    """
    with desk.catalogue.write() as tx:
        stale = fulltext.stale_documents(tx, limit)
        if not stale and not fulltext.add_missing(tx, limit):
            return 0
        stale = stale or fulltext.stale_documents(tx, limit)
    with in_background():
        for id in stale:
            index_document(desk, id)
    return len(stale)


def index_document(desk: Desk, id: str) -> None:
    """Read one document, its PDF and what was attached to it. Raises RecordMissing, StorageError, ReaderBusy."""
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, id)
        revisions = documents.list_revisions(tx, id)
        register_words = fulltext.known_words(tx, id)
    file_words = [_read(desk, file) for file in _files(revisions)]
    with desk.catalogue.write() as tx:
        fulltext.put_words(tx, document, document.revision, " ".join([register_words, *file_words]))


def _files(revisions: list[Revision]) -> list[StoredFile]:
    """Return the newest PDF, and every attachment that is not the same file."""
    files = [revisions[-1].pdf, *(attachment.file for revision in revisions for attachment in revision.attachments)]
    return list({file.sha256: file for file in files}.values())


def _read(desk: Desk, file: StoredFile) -> str:
    """Return the words of a PDF; "" where it cannot be read: the document is found by what the register knows."""
    try:
        data = desk.store.get(file.key)
        pages = page_text(data, most=MOST_PAGES)
        ocr_pages_left = MOST_SCANNED
        for index, text in enumerate(pages):
            if not text.strip() and ocr_pages_left and can_read():
                ocr_pages_left -= 1
                pages[index] = read_page(grey_png(data, index + 1, dpi=DPI))
        return " ".join(pages)
    except (
        PdfError,
        ObjectMissing,
        ObjectDamaged,
        KeyMissing,
    ) as error:  # which keeps no other document from being read
        log.warning("No words read from %s: %s", file.key, error)
        return ""


class Indexer(ServiceThread):
    """Calls `index_some` every `interval` seconds."""

    def __init__(self, desk: Desk, interval: float = 3.0) -> None:
        super().__init__("indexing", interval)
        self._desk = desk

    def work(self) -> None:
        """Index until nothing is new."""
        try:
            while not self.stopping and index_some(self._desk):
                pass
        except ReaderBusy as error:
            log.warning("The words of new documents are read later: %s", error)
