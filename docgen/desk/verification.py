"""Is this paper, or this file, genuine? What the public may know of a document, found by code or by a PDF's bytes.

A code is 16 signs of an alphabet of 32, drawn by `secrets` (`docgen.desk.issuing.issue`): 80 random bits. At 30 tries a
minute for a year, the chance to hit one of a million documents is below 1 in 10^10. Codes and SHA-256 sums are looked
up by equality on an indexed column: there is no search that a stranger could walk along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from docgen.desk.decisions.endorse import turn_of
from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import refused_by_letters
from docgen.desk.issuing.issue import CODE_ALPHABET, CODE_LENGTH
from docgen.desk.revisions.authenticity import proven_revisions
from docgen.desk.revisions.document_history import (
    STATE_OF_NO,
    Decided,
    Level,
    Signed,
    changes_after,
    decided,
    level_of,
    sent_back,
    signatures_of,
    unproven,
)
from docgen.errors import FileTooLarge, NotFound, PdfError
from docgen.forms.defaults import post
from docgen.indonesian import long_date, weekday
from docgen.printed_code import read_codes
from docgen.render.pdf.overlay import require_pdf
from docgen.uploads import LARGEST_FILE, MB
from storage.catalogue import documents, journal, registers
from storage.catalogue.classes import OPEN
from storage.errors import RecordMissing
from storage.records import Attachment, Decision, Document, Office, Official, Revision, StoredFile

Verdict = Literal[
    "genuine",
    "rejected",
    "returned",
    "copy",
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
"""`rejected`, `returned`: the last decision on the document refused it or sent it back. `copy`: the file was attached
to the document, or stands in the place of its PDF since an earlier version of docgen, and is not proven to be what was
archived. `changed`: the file is none of the document's. `newer`: it is an earlier revision's. `unlisted`: no file of
the archive, and no code of it printed inside. `mismatch`: number and code do not belong together, or there is no such
code.
"""

PREVIEW = "PRATINJAU"
MOST_SHOWN = 20  # pages
_MISREAD = str.maketrans("ILO", "110")


@dataclass(frozen=True)
class Facts:
    """What is public of a registered document; `title` is empty where the letter is not open to everyone.

    Of a secret letter (R, SR) neither kind nor signer are told: only that number and date are registered.
    `pages` counts the pages that may be shown as pictures; 0 where the office shows facts only;
    `version` names the file they are of. `sent_back` is the last
    decision, where it refused the document or sent it back.
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
    sent_back: Decision | None = None
    version: str = ""


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
    with the file. `changes` are phrases, oldest first: what was done after the revision whose file was compared;
    `decisions` and `level` are those of that revision. `signed_after` is the last revision that was decided on before a
    signed copy took the place of the PDF (0: none did). `unproven`: who signed, where that is not proven. `waits_for`:
    whose decision is awaited, as the office calls the role.
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
    signed_after: int = 0
    unproven: tuple[str, ...] = ()
    waits_for: str = ""


@dataclass(frozen=True)
class _Found:
    """A registered document with all that its answer is made of; `then` and `signer` as they were when issued.

    `sent_back` counts a decision whose stamp is not made yet; `waits_for` names the role whose decision is next.
    """

    document: Document
    revisions: list[Revision]
    sent_back: Decision | None
    waits_for: str
    then: Office
    signer: Official | None
    office: Office
    successor: Document | None

    @property
    def secret(self) -> bool:
        """Whether the letter was issued as R or SR, or as a class that is not known."""
        return self.then.security_code not in OPEN


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
        found = _find(desk, tx, normalise(code))
    pdf = _public_pdf(found, proven_revisions(desk, found.revisions)) if found is not None else None
    if pdf is None or not 1 <= page <= min(pdf.pages or 1, MOST_SHOWN):
        raise NotFound("Halaman naskah ini tidak ditampilkan untuk umum.")
    return pdf


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
            f"Berkas ini lebih besar dari {LARGEST_FILE // MB} MB, batas untuk pemeriksaan. Unggah PDF asli "
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
        found = _find(desk, tx, plain)
    if number.strip() and (found is None or _bare(number) != _bare(found.document.number)):
        return Verification("mismatch", plain or code[:60])
    if found is None:
        return Verification("unknown", plain or code[:60], hint=code_hint(plain))
    proven = proven_revisions(desk, found.revisions)
    match = _match(found.revisions, proven, sha256)
    hint = "" if strange is None or match is not None else _what_it_is(desk, strange, sha256)
    return _answer(found, match, proven, uploaded=bool(sha256), hint=hint)


def _what_it_is(desk: Desk, data: bytes, sha256: str) -> str:
    """A sentence more on a file that is none of the document's: what is seen of it."""
    with desk.catalogue.read() as tx:
        known = documents.find_by_sha256(tx, sha256)
    if known is not None and known[1].pdf.sha256 == sha256:
        return "Berkas yang Anda unggah adalah naskah lain yang terdaftar, bukan naskah dengan kode ini."
    try:
        read_codes(data)
    except PdfError as error:
        return str(error)
    return ""


def _find(desk: Desk, tx: Connection, code: str) -> _Found | None:
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
    revisions = documents.list_revisions(tx, document.id)
    decisions = [one.endorsement for one in revisions if one.endorsement is not None]
    pending = journal.get_pending(tx, document.id)
    if pending is not None and pending.task.endorsement is not None:
        decisions.append(pending.task.endorsement)
    no = None
    if document.status == "issued":
        no = sent_back(decisions) or refused_by_letters(desk, tx, [document]).get(document.id)
    turn = None if no else turn_of(desk, tx, document)
    waits_for = desk.sop.role_label(turn.step.endorser_role or "") if turn and turn.step.endorsement else ""
    return _Found(document, revisions, no, waits_for, then, signer, office, successor)


def _decided(tx: Connection, document: Document) -> Document:
    """The document as it was decided, though its revision may not be archived yet: void is void at once."""
    pending = journal.get_pending(tx, document.id) if document.status == "issued" else None
    if pending is not None and pending.task.change == "voided":
        return document.model_copy(update={"status": "void"})
    if pending is not None and pending.task.change == "superseded":
        return document.model_copy(update={"status": "superseded", "replaced_by": pending.task.other})
    return document


@dataclass(frozen=True)
class _Match:
    """The newest revision that a file belongs to; `proven`: it is the revision's PDF, and that is the archive's."""

    revision: Revision
    proven: bool


def _match(revisions: Sequence[Revision], proven: Sequence[Revision], sha256: str) -> _Match | None:
    """What a file is of a document's: its PDF, else what was attached to it."""
    for one in reversed(revisions):
        if sha256 == one.pdf.sha256:
            return _Match(one, one in proven)
    for one in reversed(revisions):
        if any(sha256 in _sums(attachment) for attachment in one.attachments):
            return _Match(one, False)
    return None


def _sums(attachment: Attachment) -> list[str]:
    """The SHA-256 of what lies beside a PDF, and of the files as they came."""
    return [attachment.file.sha256, *(one.file.sha256 for one in attachment.originals)]


def _answer(
    found: _Found, match: _Match | None, proven: Sequence[Revision], *, uploaded: bool, hint: str
) -> Verification:
    zone, successor = found.office.time_zone, found.successor
    last = found.revisions[-1] if found.revisions else None
    shown = _Match(last, last in proven) if match is None and last is not None else match
    until = [one for one in found.revisions if shown is not None and one.number <= shown.revision.number]
    certain = [one for one in until if one in proven]
    outdated = match is not None and last is not None and match.revision.pdf.sha256 != last.pdf.sha256
    genuine = not uploaded or match is not None
    verdict = _verdict(found, shown, strange=not genuine, outdated=outdated)
    if found.secret:
        facts = _facts(found, None)
        return Verification(verdict, code=found.document.code, hint=hint, uploaded=uploaded, facts=facts)
    return Verification(
        verdict=verdict,
        code=found.document.code,
        hint=hint,
        uploaded=uploaded,
        facts=_facts(found, _public_pdf(found, proven)),
        level=level_of(certain),
        signatures=signatures_of(certain, zone),
        decisions=decided(until, zone),
        changes=changes_after(found.revisions, match.revision, zone) if match is not None and outdated else (),
        successor=Successor(successor.number, long_date(successor.date), successor.code) if successor else None,
        signed_after=_signed_after(until),
        unproven=unproven(certain),
        waits_for=found.waits_for,
    )


def _verdict(found: _Found, shown: _Match | None, *, strange: bool, outdated: bool) -> Verdict:
    """A file that is not the document's is `changed` whatever became of the document; its facts tell that as well."""
    if strange and found.revisions:
        return "changed"
    if found.document.status != "issued":
        return found.document.status
    if shown is not None and not shown.proven:
        return "copy"
    if found.sent_back:
        return STATE_OF_NO[found.sent_back]
    return "newer" if outdated else "genuine"


def _signed_after(revisions: Sequence[Revision]) -> int:
    """The last revision that was decided on before the newest signed copy took the place of the PDF; 0: none was."""
    taken = 0
    decided_on = 0
    for one in revisions:
        if one.endorsement is not None:
            decided_on = one.number - 1
        elif any(file.sort == "signed" for file in one.attachments):
            taken = decided_on
    return taken


def _facts(found: _Found, pdf: StoredFile | None) -> Facts:
    document, signer = found.document, found.signer
    return Facts(
        id=document.id,
        kind="" if found.secret else document.kind,
        number=document.number,
        weekday_date=f"{weekday(document.date)}, {long_date(document.date)}",
        title=document.title if found.then.security_code == "B" else "",
        signer=signer.name if signer and not found.secret else "",
        signer_post=post(signer) if signer and not found.secret else "",
        office=found.then.name,
        government=found.then.government,
        status=document.status,
        pages=min(pdf.pages or 1, MOST_SHOWN) if pdf is not None else 0,
        sent_back=found.sent_back,
        version=pdf.sha256[:16] if pdf is not None else "",
    )


def _public_pdf(found: _Found, proven: Sequence[Revision]) -> StoredFile | None:
    """The newest PDF that is proven to be the archive's, where its pages may be shown to everyone.

    They may where the office shows pages now, and did so already when the letter was issued.
    """
    shows = {found.office.verify_shows, found.then.verify_shows} == {"pages"}  # what an office hid stays hidden
    if not shows or found.then.security_code != "B" or not proven:
        return None
    return proven[-1].pdf


def _bare(number: str) -> str:
    """A number without what people type differently: spaces and case."""
    return "".join(number.split()).casefold()
