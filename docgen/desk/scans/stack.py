"""A stack of scanned pages as its job keeps it: which page belongs to which document, and which pages are missing.

All of it is plain JSON. A page's state: `filed` with its document, `waiting` until the document can be filed,
`unplaced` where a person must say what it is, `blank` where there is nothing on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from typing import Literal, NotRequired, TypedDict

from docgen.desk.bundles.document_pages import in_words
from docgen.foreign import ScannedPage
from storage.records import Document
from wording import say

NO_CODE = "Tidak ada kode QR di halaman ini. Pilih sendiri dokumennya."
UNKNOWN = "Kode QR di halaman ini tidak terdaftar di kantor ini. Pilih sendiri dokumennya."
TWICE = "Halaman {page} naskah {number} ada lebih dari sekali; yang pertama dipakai. Kosongkan bila memang kembar."
OTHER_PRINT = (
    "Halaman ini dari cetakan {pages} halaman, sedangkan lembar lain naskah {number} dari cetakan {most} halaman. "
    "Lihat gambarnya, lalu isi sendiri nomor halamannya."
)

PageState = Literal["filed", "waiting", "unplaced", "blank"]
DocumentState = Literal["filed", "incomplete", "refused"]


class StackFile(TypedDict):
    """A file as it came. `key` is where it is kept, "" for what is no scan at all; `problem` then says so.

    A `signed` PDF is no scan either: it is filed whole, as it is.
    """

    name: str
    key: str
    size: int
    problem: str
    signed: NotRequired[bool]


class SignedFile(TypedDict):
    """A signed PDF of a stack: the letter it was filed with (`document`, its id), and what became of it."""

    name: str
    document: str
    number: str
    message: str


class StackPage(TypedDict):
    """A page of a file (`index` as in ScannedPage). `document` is an id or ""; `number` is the document's number.

    `page` is its place in the document, and `pages` how many pages the printed mark counts. `placed_by` names the
    person who said so, "" where the codes did.
    """

    source: str
    index: int
    document: str
    number: str
    page: int | None
    pages: int | None
    turned: int
    doubtful: str
    state: PageState
    placed_by: str


class StackDocument(TypedDict):
    """What the stack holds of a document: page numbers that are there, and those that are not."""

    id: str
    number: str
    title: str
    pages: int
    have: list[int]
    missing: list[int]
    state: DocumentState
    reason: str


class Stack(TypedDict):
    """The result of a job that sorted a stack."""

    files: list[StackFile]
    pages: list[StackPage]
    documents: list[StackDocument]
    signed: NotRequired[list[SignedFile]]


def stack_page(scanned: ScannedPage, document: Document | None) -> StackPage:
    """Return the entry of a page that was read; `document` is that of its code, None where there is no such code."""
    doubtful = scanned.doubtful
    if not doubtful and document is None and not scanned.blank:
        doubtful = UNKNOWN if scanned.url else NO_CODE
    state: PageState = "unplaced" if doubtful else "blank" if scanned.blank else "waiting"
    return StackPage(
        source=scanned.source,
        index=scanned.index,
        document=document.id if document else "",
        number=document.number if document else "",
        page=scanned.page,
        pages=scanned.pages,
        turned=scanned.turned,
        doubtful=doubtful,
        state=state,
        placed_by="",
    )


def unplace_contradictions(pages: Sequence[StackPage]) -> None:
    """Leave pages to a person that contradict others: a page for the second time, pages of different prints."""
    for id in document_ids_in(pages):
        document_pages = [page for page in pages if page["document"] == id and page["state"] == "waiting"]
        most = _length(document_pages)
        page_numbers: set[int | None] = set()
        for page in document_pages:
            if page["pages"] != most:
                message = say(OTHER_PRINT, pages=page["pages"], number=page["number"], most=most)
                page["state"], page["doubtful"] = "unplaced", message
            elif page["page"] in page_numbers:
                message = say(TWICE, page=page["page"], number=page["number"])
                page["state"], page["doubtful"] = "unplaced", message
            page_numbers.add(page["page"] if page["state"] == "waiting" else None)


def document_ids_in(pages: Sequence[StackPage]) -> list[str]:
    """Return the ids of the documents that the pages belong to, in the order of the stack."""
    return list(dict.fromkeys(page["document"] for page in pages if page["document"]))


def pages_of_document(pages: Sequence[StackPage], document: str) -> list[StackPage]:
    """Return the pages that belong to a document, by page number."""
    document_pages = [page for page in pages if page["document"] == document and page["state"] in ("waiting", "filed")]
    return sorted(document_pages, key=lambda page: page["page"] or 0)


def describe(
    document: Document, document_pages: Sequence[StackPage], length: int, filed_pages: Set[int]
) -> StackDocument:
    """Return which pages of a document are there and which are missing.

    `length` is its number of pages where no page bears a printed mark; `filed_pages` were filed with it before.
    """
    pages = _length(document_pages) or length
    have = [page["page"] for page in document_pages if page["page"]]
    missing = sorted(set(range(1, pages + 1)) - set(have) - filed_pages)
    return StackDocument(
        id=document.id,
        number=document.number,
        title=document.title,
        pages=pages,
        have=have,
        missing=missing,
        state="incomplete",
        reason=say("{pages} belum ada.", pages=in_words(missing)) if missing else "",
    )


def _length(pages: Sequence[StackPage]) -> int:
    """Return how many pages the document has, by most of the printed marks (of equals, the first); 0 without any."""
    counts = Counter(page["pages"] for page in pages if page["pages"])
    return counts.most_common(1)[0][0] or 0 if counts else 0
