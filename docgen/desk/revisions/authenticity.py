"""Judge whether a PDF is what the archive issued: its own bytes, those bytes signed, or a file with trusted signatures.

Only such a file takes the place of a document's PDF. Every other attached file lies beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from docgen.desk.desk import Desk
from docgen.desk.revisions.attachment_report import (
    OLDER,
    OLDER_TRUSTED,
    SignedFileReport,
    signed_file_report,
    stored_signature,
)
from docgen.desk.revisions.document_history import is_trusted
from docgen.errors import PdfError
from docgen.foreign import changes_beyond_signatures, page_text, read_scans
from docgen.forms.defaults import post
from docgen.printed_code import printed_codes
from docgen.signer import SignatureReport
from storage.catalogue import documents
from storage.errors import ObjectDamaged, ObjectMissing, RecordMissing
from storage.records import Document, Official, Revision
from wording import say

_END = b"%%EOF"
_LINE_ENDS = (b"", b"\n", b"\r", b"\r\n")
MOST_ENDS = 200  # increments of one file that are looked at

UNTRUSTED = (
    "Isinya dikenali dari kode naskah saja, dan penerbit sertifikat penanda tangannya belum dipercaya kantor ini "
    "(DOCGEN_TRUST), sehingga isinya tidak dapat dibandingkan dengan arsip."
)
AFTER_SIGNATURE = "Sesudah tanda tangan terakhir ada isi tambahan yang tidak ditandatangani."


@dataclass(frozen=True)
class Judgement:
    """What a signed file is to a document: its PDF (`takes_place`), or a copy beside it; `reason` for the clerk.

    `matched` says how the file was recognised: `isi` (it begins with the PDF of revision `revision`), `kode`, `qr`, or
    "" when it is no file of the document.
    """

    takes_place: bool
    reason: str
    matched: str
    revision: int | None = None

    def report(self, reports: Sequence[SignatureReport]) -> SignedFileReport:
        """Return what the document's record holds of it, with the reports on its signatures."""
        return SignedFileReport(
            matched=self.matched,
            revision=self.revision,
            takes_place=self.takes_place,
            reason=self.reason,
            signatures=[stored_signature(report) for report in reports],
        )


def archived_prefix(revisions: Sequence[Revision], data: bytes) -> Revision | None:
    """Return the revision with whose PDF a file begins: the longest such PDF, and its newest revision; else None."""
    longest: Revision | None = None
    for revision in revisions:
        size = revision.pdf.size
        if longest is not None and size < longest.pdf.size:
            continue
        if len(data) >= size and hashlib.sha256(data[:size]).hexdigest() == revision.pdf.sha256:
            longest = revision
    return longest


def foreign_document(desk: Desk, document: Document, data: bytes) -> Document | None:
    """Return the other document whose archived PDF, or code, a file carries; None where it carries none."""
    sums = _prefix_sums(data)
    codes = printed_codes(page_text(data))
    with desk.catalogue.read() as tx:
        for sha256 in sums:
            match = documents.find_by_sha256(tx, sha256)
            if match is not None and match[0].id != document.id and match[1].pdf.sha256 == sha256:
                return match[0]
        for code in codes:
            with suppress(RecordMissing):
                other = documents.find_by_code(tx, code)
                if other.id != document.id:
                    return other
    return None


def judge(
    desk: Desk, document: Document, revisions: Sequence[Revision], data: bytes, reports: list[SignatureReport]
) -> Judgement:
    """Judge what a signed PDF is to a document of these proven revisions; `reports` are of its intact signatures.

    Raises PdfError.
    """
    base = archived_prefix(revisions, data)
    trusted = is_trusted([stored_signature(report) for report in reports])
    if base is not None:
        number, current = base.number, revisions[-1]
        older = base.pdf.sha256 != current.pdf.sha256
        numbers = {"revision": number, "current": current.number}
        if trusted and _ends_signed(data, reports):
            return Judgement(True, say(OLDER_TRUSTED, **numbers) if older else "", "isi", number)
        if older:
            return Judgement(False, say(OLDER, **numbers), "isi", number)
        addition = "" if ends_plainly(data) else AFTER_SIGNATURE
        addition = addition or changes_beyond_signatures(data, base.pdf.size, _signer_lines(desk, document.id))
        return Judgement(not addition, addition, "isi", number)
    matched = _matched_code(document, data)
    if not matched:
        return Judgement(False, "", "")
    if not trusted:
        return Judgement(False, UNTRUSTED, matched)
    if not _ends_signed(data, reports):
        return Judgement(False, AFTER_SIGNATURE, matched)
    return Judgement(True, "", matched)


def proven_revisions(desk: Desk, revisions: Sequence[Revision]) -> list[Revision]:
    """Return those of a document's revisions whose PDF is proven to be the archive's.

    A revision made from a proven PDF is proven as well. A signed copy is judged again where an earlier version of
    docgen let it take the place of the PDF without a judgement. Raises StoreUnavailable.
    """
    proven: list[Revision] = []
    is_proven = True
    for revision in revisions:
        signed = next((file for file in revision.attachments if file.sort == "signed"), None)
        if revision.change in ("attached", "numbered") and signed is not None:
            is_proven = _is_proven(desk, proven, revision, signed_file_report(signed))
        if is_proven:
            proven.append(revision)
    return proven


def _is_proven(desk: Desk, earlier: Sequence[Revision], revision: Revision, report: SignedFileReport) -> bool:
    """Return whether the signed copy of a revision is proven, from its report or else from its bytes."""
    if report.takes_place is not None:
        return report.takes_place
    if is_trusted(report.signatures):
        return True
    if report.matched != "isi":
        return False
    with suppress(ObjectMissing, ObjectDamaged, PdfError):  # a file that cannot be read is not proven
        data = desk.store.get(revision.pdf.key)
        base = archived_prefix(earlier, data)
        if base is None or not ends_plainly(data):
            return False
        return not changes_beyond_signatures(data, base.pdf.size, _signer_lines(desk, revision.document))
    return False


def _signer_lines(desk: Desk, id: str) -> list[str]:
    with desk.catalogue.read() as tx:
        return signer_lines(documents.get_contents(tx, id)[1])


def signer_lines(snapshot: Mapping[str, Any]) -> list[str]:
    """Return the printed lines about those who sign a letter, which the picture of a signature may cover."""
    named = (snapshot["signer"], snapshot["on_behalf_of"], snapshot.get("by_way_of"))
    signers = [Official.model_validate(data) for data in named if data]
    return [
        line
        for signer in signers
        for line in (signer.name, f"{signer.rank} {signer.grade}", f"NIP {signer.nip}", post(signer))
    ]


def _ends_signed(data: bytes, reports: Sequence[SignatureReport]) -> bool:
    """Return whether nothing visible was added after the newest signature."""
    return ends_plainly(data) and any(not report.timestamp and not report.additions_show for report in reports)


def ends_plainly(data: bytes) -> bool:
    """Return whether only white space follows the last end mark, because other programs may read more than that."""
    end = data.rfind(_END)
    return end >= 0 and not data[end + len(_END) :].strip()


def _matched_code(document: Document, data: bytes) -> str:
    """Return where a file carries the document's code, `kode` (as text) or `qr`; "" if nowhere."""
    text = "".join("".join(page_text(data)).split()).replace("-", "")
    if document.code in text:
        return "kode"
    codes = {page.url.rpartition("/")[2] for page in read_scans([("x", data)]) if page.url}
    return "qr" if codes == {document.code} else ""


def _prefix_sums(data: bytes) -> list[str]:
    """Return the SHA-256 of the file up to each end mark, with each way of ending a line behind it."""
    sums: list[str] = []
    digest, hashed = hashlib.sha256(), 0
    end = data.find(_END)
    while end >= 0 and len(sums) < MOST_ENDS * len(_LINE_ENDS):
        stop = end + len(_END)
        digest.update(data[hashed:stop])
        hashed = stop
        for line_end in _LINE_ENDS:
            if data.startswith(line_end, stop):
                prefix = digest.copy()
                prefix.update(line_end)
                sums.append(prefix.hexdigest())
        end = data.find(_END, stop)
    return sums
