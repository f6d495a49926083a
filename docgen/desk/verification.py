"""Is this paper, or this file, genuine? What the public may know of a document, found by code or by a PDF's bytes.

A code is 16 signs of an alphabet of 32, drawn by `secrets` (`docgen.desk.issue`): 80 random bits. At 30 tries a minute
for a year, the chance to hit one of a million documents is below 1 in 10^10. Codes and SHA-256 sums are looked up by
equality on an indexed column: there is no search that a stranger could walk along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.issue import CODE_ALPHABET, CODE_LENGTH
from docgen.desk.standing import Decided, Level, Signed, changes_after, decided, level_of, signatures_of
from docgen.errors import FileTooLarge, NotFound, PdfError
from docgen.forms.defaults import post
from docgen.indonesian import long_date, weekday
from docgen.printed_code import read_codes
from docgen.render.overlay import require_pdf
from storage.catalogue import documents, journal, registers
from storage.errors import RecordMissing
from storage.records import Document, Office, Official, Revision, StoredFile

Verdict = Literal[
    "genuine",
    "changed",
    "newer",
    "void",
    "superseded",
    "destroyed",
    "reserved",
    "unknown",
    "unlisted",
    "mismatch",
    "preview",
]
"""`changed`: the file is none of the document's. `newer`: it is an earlier revision's. `unlisted`: no file of the
archive, and no code of it printed inside. `mismatch`: number and code do not belong together, or there is no such code.
"""

LARGEST_FILE = 30 * 1024 * 1024  # bytes
PREVIEW = "PRATINJAU"
MOST_SHOWN = 20  # pages
_MISREAD = str.maketrans("ILO", "110")


@dataclass(frozen=True)
class Facts:
    """What is public of a registered document; `title` is empty where the letter is not open to everyone.

    `pages` counts the pages that may be shown as pictures; 0 where the office shows facts only.
    """

    id: str
    kind: str
    number: str
    weekday_date: str
    title: str
    signer: str
    signer_post: str
    office: str
    government: str
    status: str
    pages: int


@dataclass(frozen=True)
class Successor:
    """The document that took the place of a superseded one."""

    number: str
    date: str
    code: str


@dataclass(frozen=True)
class Verification:
    """The answer. `facts` and what follows are there for a registered document only.

    `uploaded` tells whether a file was compared. `hint` says more in a sentence: what may be wrong with the code, or
    with the file. `changes` are phrases, oldest first: what was done after the revision whose file was compared.
    """

    verdict: Verdict
    code: str = ""
    hint: str = ""
    uploaded: bool = False
    facts: Facts | None = None
    level: Level = "registered"
    signatures: tuple[Signed, ...] = ()
    decisions: tuple[Decided, ...] = ()
    changes: tuple[str, ...] = ()
    successor: Successor | None = None


@dataclass(frozen=True)
class _Found:
    """A registered document with all that its answer is made of; `then` and `signer` as they were when issued."""

    document: Document
    revisions: list[Revision]
    then: Office
    signer: Official | None
    office: Office
    successor: Document | None


def verify(desk: Desk, code: str, *, number: str = "", data: bytes | None = None) -> Verification:
    """What is registered under a code; with `number`, only if it is the document's; with `data`, compared with a file.

    Raises FileTooLarge, PdfError (`data` is no PDF at all), StoreUnavailable.
    """
    return _verified(desk, code, number, "" if data is None else _checked(data), data)


def verify_file(desk: Desk, data: bytes) -> Verification:
    """What document a PDF belongs to: the one whose archived file it is, else the one whose code is printed in it.

    Raises FileTooLarge, PdfError (no PDF, damaged or locked, and not in the archive), StoreUnavailable.
    """
    sha256 = _checked(data)
    with desk.catalogue.read() as tx:
        known = documents.find_by_sha256(tx, sha256)
    if known is not None:
        return _verified(desk, known[0].code, "", sha256)
    for code in read_codes(data):
        answer = _verified(desk, code, "", sha256)
        if answer.verdict != "unknown":
            return answer
    return Verification("unlisted", uploaded=True)


def page_shown(desk: Desk, code: str, page: int) -> StoredFile:
    """The PDF whose page `page` (from 1) may be shown to everyone. Raises NotFound where none may."""
    with desk.catalogue.read() as tx:
        found = _find(tx, normalise(code))
    if found is None or not 1 <= page <= _pages(found):
        raise NotFound("Halaman naskah ini tidak ditampilkan untuk umum.")
    return found.revisions[-1].pdf


def normalise(code: str) -> str:
    """A code as typed from paper: groups, lower case, and letters that look like digits are all understood."""
    return "".join(char for char in code.upper().translate(_MISREAD) if char in CODE_ALPHABET)


def is_preview(code: str) -> bool:
    """Whether this is what previews bear in place of a code."""
    return "".join(filter(str.isalpha, code.upper())) == PREVIEW


def code_hint(plain: str) -> str:
    """What may be wrong with a code that is not known."""
    if len(plain) == CODE_LENGTH:
        return "Cocokkan lagi setiap huruf dan angkanya dengan yang tercetak."
    return f"Kode terdiri atas {CODE_LENGTH} huruf dan angka; yang Anda tulis {len(plain)}."


def _checked(data: bytes) -> str:
    """The SHA-256 of a file that may be compared, in hex. Raises FileTooLarge, PdfError."""
    if len(data) > LARGEST_FILE:
        raise FileTooLarge(
            f"Berkas ini lebih besar dari {LARGEST_FILE // 1024 // 1024} MB, batas untuk pemeriksaan. Unggah PDF asli "
            "dari kantor penerbit, atau ketik kodenya."
        )
    if b"%PDF-" not in data[:1024]:
        require_pdf(data)
    return hashlib.sha256(data).hexdigest()


def _verified(desk: Desk, code: str, number: str, sha256: str, strange: bytes | None = None) -> Verification:
    """`verify`, the file known by its sum ("": none); it is looked into when it is `strange` and not the document's."""
    if is_preview(code):
        return Verification("preview", PREVIEW)
    plain = normalise(code)
    with desk.catalogue.read() as tx:
        found = _find(tx, plain)
    if number.strip() and (found is None or _bare(number) != _bare(found.document.number)):
        return Verification("mismatch", plain or code[:60])
    if found is None:
        return Verification("unknown", plain or code[:60], hint=code_hint(plain))
    match = _match(found.revisions, sha256)
    hint = "" if strange is None or match is not None else _what_it_is(desk, strange, sha256)
    return _answer(found, match, uploaded=bool(sha256), hint=hint)


def _what_it_is(desk: Desk, data: bytes, sha256: str) -> str:
    """A sentence more on a file that is none of the document's: what is seen of it."""
    with desk.catalogue.read() as tx:
        if documents.find_by_sha256(tx, sha256) is not None:
            return "Berkas yang Anda unggah adalah naskah lain yang terdaftar, bukan naskah dengan kode ini."
    try:
        read_codes(data)
    except PdfError as error:
        return str(error)
    return ""


def _find(tx: Connection, code: str) -> _Found | None:
    try:
        document = _decided(tx, documents.find_by_code(tx, code))
    except RecordMissing:
        return None
    office = registers.get_office(tx)
    then, signer = office, None
    try:
        snapshot = documents.get_contents(tx, document.id)[1]
    except RecordMissing:  # a number given up before anything was archived
        then = office.model_copy(update={"security_code": "SR"})
    else:
        then, signer = Office.model_validate(snapshot["office"]), Official.model_validate(snapshot["signer"])
    successor = documents.get_document(tx, document.replaced_by) if document.replaced_by else None
    return _Found(document, documents.list_revisions(tx, document.id), then, signer, office, successor)


def _decided(tx: Connection, document: Document) -> Document:
    """The document as it was decided, though its revision may not be archived yet: void is void at once."""
    pending = journal.get_pending(tx, document.id) if document.status == "issued" else None
    if pending is not None and pending.task.change == "voided":
        return document.model_copy(update={"status": "void"})
    if pending is not None and pending.task.change == "superseded":
        return document.model_copy(update={"status": "superseded", "replaced_by": pending.task.other})
    return document


def _match(revisions: Sequence[Revision], sha256: str) -> Revision | None:
    """The newest revision whose PDF or attachment the file is."""
    for one in reversed(revisions):
        if sha256 in (one.pdf.sha256, *(attachment.file.sha256 for attachment in one.attachments)):
            return one
    return None


def _answer(found: _Found, match: Revision | None, *, uploaded: bool, hint: str) -> Verification:
    revisions, zone = found.revisions, found.office.time_zone
    outdated = match is not None and match.pdf.sha256 != revisions[-1].pdf.sha256
    successor = found.successor
    return Verification(
        verdict=_verdict(found, uploaded and match is None, outdated),
        code=found.document.code,
        hint=hint,
        uploaded=uploaded,
        facts=_facts(found),
        level=level_of(revisions),
        signatures=signatures_of(revisions, zone),
        decisions=decided(revisions, zone),
        changes=changes_after(revisions, match, zone) if match is not None and outdated else (),
        successor=Successor(successor.number, long_date(successor.date), successor.code) if successor else None,
    )


def _verdict(found: _Found, strange: bool, outdated: bool) -> Verdict:
    """A file that is not the document's is `changed` whatever became of the document; its facts tell that as well."""
    if strange and found.revisions:
        return "changed"
    if found.document.status != "issued":
        return found.document.status
    return "newer" if outdated else "genuine"


def _facts(found: _Found) -> Facts:
    document, signer = found.document, found.signer
    return Facts(
        id=document.id,
        kind=document.kind,
        number=document.number,
        weekday_date=f"{weekday(document.date)}, {long_date(document.date)}",
        title=document.title if found.then.security_code == "B" else "",
        signer=signer.name if signer else "",
        signer_post=post(signer) if signer else "",
        office=found.then.name,
        government=found.then.government,
        status=document.status,
        pages=_pages(found),
    )


def _pages(found: _Found) -> int:
    if found.office.verify_shows != "pages" or found.then.security_code != "B" or not found.revisions:
        return 0
    return min(found.revisions[-1].pdf.pages or 1, MOST_SHOWN)


def _bare(number: str) -> str:
    """A number without what people type differently: spaces and case."""
    return "".join(number.split()).casefold()
