"""Is this paper, or this file, genuine? The answer of the public verification page, by code or by a PDF's bytes.

Codes and SHA-256 sums are looked up by equality on an indexed column: there is no search that a stranger could walk
along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from docgen.desk.desk import Desk
from docgen.desk.public_facts import PublicFacts, RegisteredDocument, find_registered, public_facts, public_pdf
from docgen.desk.revisions.authenticity import proven_revisions
from docgen.desk.revisions.document_history import (
    STATE_OF_NO,
    Level,
    PublicDecision,
    PublicSignature,
    changes_after,
    level_of,
    public_decisions,
    signatures_of,
    unproven_signers,
)
from docgen.desk.revisions.signature_proof import public_proof
from docgen.desk.verification_code import PREVIEW, code_hint, is_preview, normalise
from docgen.errors import FileTooLarge, PdfError
from docgen.indonesian import long_date
from docgen.printed_code import read_codes
from docgen.render.pdf.objects.pdf_file import require_pdf
from docgen.uploads import LARGEST_FILE, MB
from storage.catalogue import documents
from storage.catalogue.signatures.proofs import SignatureProof
from storage.catalogue.visibility.classes import OPEN
from storage.records import Attachment, Revision
from wording import say

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
    "unnumbered",
    "unknown",
    "unlisted",
    "mismatch",
    "preview",
]
"""`rejected`, `returned`: the last decision on the document refused it or sent it back. `copy`: the file was attached
to the document, or stands in the place of its PDF since an earlier version of docgen, and is not proven to be what was
archived. `changed`: the file is none of the document's. `newer`: it is an earlier revision's. `unlisted`: no file of
the archive, and no code of it printed inside. `mismatch`: number and code do not belong together, or there is no such
code. `unnumbered`: its number is another system's to give, and has not come.
"""


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
    signed copy took the place of the PDF (0: none did). `unproven_signers`: who signed, where that is not proven.
    `waits_for`: whose decision is awaited, as the office calls the role. `proof`: the level of an open letter's
    signatures, and until when they can be proven; None where none is valid, and of a letter that is not in force.
    """

    verdict: Verdict
    code: str = ""
    hint: str = ""
    uploaded: bool = False
    facts: PublicFacts | None = None
    level: Level = "registered"
    signatures: tuple[PublicSignature, ...] = ()
    decisions: tuple[PublicDecision, ...] = ()
    changes: tuple[str, ...] = ()
    successor: Successor | None = None
    signed_after: int = 0
    unproven_signers: tuple[str, ...] = ()
    waits_for: str = ""
    proof: SignatureProof | None = None


def verify(desk: Desk, code: str, *, number: str = "", data: bytes | None = None) -> Verification:
    """Return what is registered under a code; with `number`, only if it is the document's; with `data`, compare a file.

    Raises FileTooLarge, PdfError (`data` is no PDF at all), StoreUnavailable.
    """
    return _verify(desk, code, number, "" if data is None else _checked_sha256(data), data)


def verify_file(desk: Desk, data: bytes) -> Verification:
    """Return what a PDF is: the document whose archived file it is, else the one whose code is printed in it.

    Raises FileTooLarge, PdfError (no PDF, damaged or locked, and not in the archive), StoreUnavailable.
    """
    sha256 = _checked_sha256(data)
    with desk.catalogue.read() as tx:
        match = documents.find_by_sha256(tx, sha256)
    if match is not None:
        return _verify(desk, match[0].code, "", sha256)
    for code in read_codes(data):
        verification = _verify(desk, code, "", sha256)
        if verification.verdict != "unknown":
            return verification
    return Verification("unlisted", uploaded=True)


def _checked_sha256(data: bytes) -> str:
    """Return the SHA-256 of a file that may be compared, in hex. Raises FileTooLarge, PdfError."""
    if len(data) > LARGEST_FILE:
        raise FileTooLarge(
            say(
                "Berkas ini lebih besar dari {megabytes} MB, batas untuk pemeriksaan. Unggah PDF asli dari "
                "kantor penerbit, atau ketik kodenya.",
                megabytes=LARGEST_FILE // MB,
            )
        )
    if b"%PDF-" not in data[:1024]:
        require_pdf(data)
    return hashlib.sha256(data).hexdigest()


def _verify(desk: Desk, code: str, number: str, sha256: str, data: bytes | None = None) -> Verification:
    """As `verify`, with the sum of the file ("": none); `data` is opened when the sum is not of this document."""
    if is_preview(code):
        return Verification("preview", PREVIEW)
    normalised = normalise(code)
    with desk.catalogue.read() as tx:
        registered = find_registered(desk, tx, normalised)
    if number.strip() and (registered is None or _comparable(number) != _comparable(registered.document.number)):
        return Verification("mismatch", normalised or code[:60])
    if registered is None:
        return Verification("unknown", normalised or code[:60], hint=code_hint(normalised))
    proven = proven_revisions(desk, registered.revisions)
    match = _find_match(registered.revisions, proven, sha256)
    hint = "" if data is None or match is not None else _file_hint(desk, data, sha256)
    answer = _answer(registered, match, proven, uploaded=bool(sha256), hint=hint)
    if registered.document.status != "issued" or registered.closed or registered.revisions[-1:] != proven[-1:]:
        return answer
    return replace(answer, proof=public_proof(desk, registered.document))


def _file_hint(desk: Desk, data: bytes, sha256: str) -> str:
    """Return a sentence about a file that is none of the document's; "" where there is nothing to say."""
    with desk.catalogue.read() as tx:
        match = documents.find_by_sha256(tx, sha256)
    if match is not None and match[1].pdf.sha256 == sha256:
        return "Berkas yang Anda unggah adalah naskah lain yang terdaftar, bukan naskah dengan kode ini."
    try:
        read_codes(data)
    except PdfError as error:
        return str(error)
    return ""


@dataclass(frozen=True)
class _Match:
    """The newest revision that a file belongs to; `proven`: it is the revision's PDF, and that is the archive's."""

    revision: Revision
    proven: bool


def _find_match(revisions: Sequence[Revision], proven: Sequence[Revision], sha256: str) -> _Match | None:
    """Return what a file is of a document's: its PDF, else what was attached to it."""
    for revision in reversed(revisions):
        if sha256 == revision.pdf.sha256:
            return _Match(revision, revision in proven)
    for revision in reversed(revisions):
        if any(sha256 in _sums(attachment) for attachment in revision.attachments):
            return _Match(revision, False)
    return None


def _sums(attachment: Attachment) -> list[str]:
    """Return the SHA-256 of what lies beside a PDF, and of the files as they came."""
    return [attachment.file.sha256, *(original.file.sha256 for original in attachment.originals)]


def _answer(
    registered: RegisteredDocument, match: _Match | None, proven: Sequence[Revision], *, uploaded: bool, hint: str
) -> Verification:
    code, zone, revisions = registered.document.code, registered.office.time_zone, registered.revisions
    newest = revisions[-1] if revisions else None
    shown = _Match(newest, newest in proven) if match is None and newest is not None else match
    until = [revision for revision in revisions if shown is not None and revision.number <= shown.revision.number]
    proven_until = [revision for revision in until if revision in proven]
    outdated = match is not None and _is_outdated(match.revision, revisions)
    verdict = _verdict(registered, shown, belongs=not uploaded or match is not None, outdated=outdated)
    if registered.closed:
        return Verification(verdict, code=code, hint=hint, uploaded=uploaded, facts=public_facts(registered, None))
    successor = registered.successor
    if successor is not None and successor.security not in OPEN:
        successor = None  # that there is one tells the verdict; no more is public
    return Verification(
        verdict=verdict,
        code=code,
        hint=hint,
        uploaded=uploaded,
        facts=public_facts(registered, public_pdf(registered, proven)),
        level=level_of(proven_until),
        signatures=signatures_of(proven_until, zone),
        decisions=public_decisions(until, zone),
        changes=changes_after(revisions, match.revision, zone) if match is not None and outdated else (),
        successor=Successor(successor.number, long_date(successor.date), successor.code) if successor else None,
        signed_after=_signed_after(until),
        unproven_signers=unproven_signers(proven_until),
        waits_for=registered.waits_for,
    )


def _verdict(registered: RegisteredDocument, shown: _Match | None, *, belongs: bool, outdated: bool) -> Verdict:
    """Return the verdict; a file that does not belong to the document is `changed` whatever became of the document."""
    if not belongs and registered.revisions:
        return "changed"
    if registered.document.status == "awaiting_number":
        return "unnumbered"
    if registered.document.status != "issued":
        return registered.document.status
    if shown is not None and not shown.proven:
        return "copy"
    if registered.refusing_decision:
        return STATE_OF_NO[registered.refusing_decision]
    return "newer" if outdated else "genuine"


def _is_outdated(revision: Revision, revisions: Sequence[Revision]) -> bool:
    """Return whether the letter became another one after a revision; a renewal of its signatures changes nothing."""
    changes = [later.change for later in revisions if later.number > revision.number]
    return revision.pdf.sha256 != revisions[-1].pdf.sha256 and any(change != "renewed" for change in changes)


def _signed_after(revisions: Sequence[Revision]) -> int:
    """Return the last revision that was decided on before the newest signed copy took the PDF's place; 0: none was."""
    signed_after = 0
    decided_on = 0
    for revision in revisions:
        if revision.endorsement is not None:
            decided_on = revision.number - 1
        elif any(attachment.sort == "signed" for attachment in revision.attachments):
            signed_after = decided_on
    return signed_after


def _comparable(number: str) -> str:
    """Return a number without what people type differently: spaces and case."""
    return "".join(number.split()).casefold()
