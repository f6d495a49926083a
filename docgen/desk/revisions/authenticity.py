"""Whether a PDF is what the archive issued: its own bytes, those bytes signed, or a file signed by who is trusted.

Only such a file stands in the place of a document's PDF. Whatever else was attached lies beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from docgen.desk.desk import Desk
from docgen.desk.office_seal import as_data
from docgen.desk.revisions.document_history import is_trusted, reported
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
OLDER = "Berkas ini dibuat dari revisi {revision}, sedangkan revisi {current} yang berlaku."
OLDER_TRUSTED = OLDER + " Keputusan sesudah revisi {revision} tetap tercatat, tetapi capnya tidak ada pada berkas ini."
AFTER_SIGNATURE = "Sesudah tanda tangan terakhir ada isi tambahan yang tidak ditandatangani."


@dataclass(frozen=True)
class Judgement:
    """What a signed file is to a document: its PDF (`takes_place`), or a copy beside it; `reason` for the clerk.

    `matched`: by what it was known (`isi`: it begins with the PDF of revision `revision`; `kode`, `qr`; "": by
    nothing, then it is no file of the document).
    """

    takes_place: bool
    reason: str
    matched: str
    revision: int | None = None

    def as_data(self, reports: Sequence[SignatureReport]) -> dict[str, Any]:
        """As kept with the attachment: plain data."""
        return {
            "matched": self.matched,
            "revision": self.revision,
            "takes_place": self.takes_place,
            "reason": self.reason,
            "signatures": [as_data(report) for report in reports],
        }


def archived_prefix(revisions: Sequence[Revision], data: bytes) -> Revision | None:
    """The revision with whose PDF a file begins: of several the one with the most bytes, and the newest of those."""
    known: Revision | None = None
    for one in revisions:
        if known is not None and one.pdf.size < known.pdf.size:
            continue
        if len(data) >= one.pdf.size and hashlib.sha256(data[: one.pdf.size]).hexdigest() == one.pdf.sha256:
            known = one
    return known


def foreign_document(desk: Desk, document: Document, data: bytes) -> Document | None:
    """The other document whose archived PDF, or code, a file carries; None where it carries none."""
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
    """What a signed PDF is to a document of these proven revisions; `reports` tell that its signatures are whole.

    Raises PdfError.
    """
    base = archived_prefix(revisions, data)
    trusted = is_trusted([as_data(one) for one in reports])
    if base is not None:
        number, current = base.number, revisions[-1]
        older = base.pdf.sha256 != current.pdf.sha256
        told = {"revision": number, "current": current.number}
        if trusted and _ends_signed(data, reports):
            return Judgement(True, say(OLDER_TRUSTED, **told) if older else "", "isi", number)
        if older:
            return Judgement(False, say(OLDER, **told), "isi", number)
        more = "" if _ends_plainly(data) else AFTER_SIGNATURE
        more = more or changes_beyond_signatures(data, base.pdf.size, _signer_lines(desk, document.id))
        return Judgement(not more, more, "isi", number)
    matched = _matched_code(document, data)
    if not matched:
        return Judgement(False, "", "")
    if not trusted:
        return Judgement(False, UNTRUSTED, matched)
    if not _ends_signed(data, reports):
        return Judgement(False, AFTER_SIGNATURE, matched)
    return Judgement(True, "", matched)


def proven_revisions(desk: Desk, revisions: Sequence[Revision]) -> list[Revision]:
    """Those of a document's revisions whose PDF is proven to be the archive's.

    What is made of a proven PDF is proven as well. A signed copy is judged again where earlier versions of docgen
    let it take the place of the PDF without a judgement. Raises StoreUnavailable.
    """
    proven: list[Revision] = []
    standing = True
    for one in revisions:
        signed = next((file for file in one.attachments if file.sort == "signed"), None)
        if one.change == "attached" and signed is not None:
            standing = _is_proven(desk, proven, one, signed.report)
        if standing:
            proven.append(one)
    return proven


def _is_proven(desk: Desk, earlier: Sequence[Revision], revision: Revision, report: Mapping[str, Any]) -> bool:
    if "takes_place" in report:
        return report["takes_place"] is True
    if is_trusted(reported(report)):
        return True
    if report.get("matched") != "isi":
        return False
    with suppress(ObjectMissing, ObjectDamaged, PdfError):  # what cannot be judged is not proven
        data = desk.store.get(revision.pdf.key)
        base = archived_prefix(earlier, data)
        if base is None or not _ends_plainly(data):
            return False
        return not changes_beyond_signatures(data, base.pdf.size, _signer_lines(desk, revision.document))
    return False


def _signer_lines(desk: Desk, id: str) -> list[str]:
    """What is printed of those who signed a document, which the picture of a signature may cover."""
    with desk.catalogue.read() as tx:
        snapshot = documents.get_contents(tx, id)[1]
    people = [Official.model_validate(one) for one in (snapshot["signer"], snapshot["on_behalf_of"]) if one]
    return [line for one in people for line in (one.name, f"{one.rank} {one.grade}", f"NIP {one.nip}", post(one))]


def _ends_signed(data: bytes, reports: Sequence[SignatureReport]) -> bool:
    """Whether nothing that may be seen came after the newest signature."""
    return _ends_plainly(data) and any(not one.timestamp and not one.additions_show for one in reports)


def _ends_plainly(data: bytes) -> bool:
    """Whether nothing but white space follows the last end mark: other programs may read what stands there."""
    end = data.rfind(_END)
    return end >= 0 and not data[end + len(_END) :].strip()


def _matched_code(document: Document, data: bytes) -> str:
    text = "".join("".join(page_text(data)).split()).replace("-", "")
    if document.code in text:
        return "kode"
    codes = {page.url.rpartition("/")[2] for page in read_scans([("x", data)]) if page.url}
    return "qr" if codes == {document.code} else ""


def _prefix_sums(data: bytes) -> list[str]:
    """The SHA-256 of the file up to each end mark, with each way of ending a line behind it."""
    sums: list[str] = []
    whole, hashed = hashlib.sha256(), 0
    end = data.find(_END)
    while end >= 0 and len(sums) < MOST_ENDS * len(_LINE_ENDS):
        stop = end + len(_END)
        whole.update(data[hashed:stop])
        hashed = stop
        for line_end in _LINE_ENDS:
            if data.startswith(line_end, stop):
                further = whole.copy()
                further.update(line_end)
                sums.append(further.hexdigest())
        end = data.find(_END, stop)
    return sums
