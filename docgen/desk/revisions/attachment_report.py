"""The report of an attachment: how its file was recognised when it came, and what its signatures or pages are.

A revision's record holds it as JSON; attachments of earlier versions lack some of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from docgen.foreign import ScannedPage
from docgen.signer import COVERED, SignatureReport
from storage.records import Attachment, Sentence, VersionedRecord
from wording import Message, recognised

# Issuers of certified electronic signatures of government offices (BSSN); their footer is printed for these only.
_BSRE = re.compile(r"bsre|balai (besar )?sertifikasi elektronik", re.IGNORECASE)

OLDER = "Berkas ini dibuat dari revisi {revision}, sedangkan revisi {current} yang berlaku."
OLDER_TRUSTED = OLDER + " Keputusan sesudah revisi {revision} tetap tercatat, tetapi capnya tidak ada pada berkas ini."
_REASONS = (OLDER, OLDER_TRUSTED, COVERED)  # those with values


def _is_true(value: object) -> bool:
    return value is True


# A judgement that is anything but true counts as false: "yes" in a foreign archive proves nothing.
Judged = Annotated[bool, BeforeValidator(_is_true)]


def _as_message(reason: str) -> str:
    """Return a reason with its template and values, which the archive does not hold, so that it can be translated."""
    if isinstance(reason, Message):
        return reason
    return next((message for template in _REASONS if (message := recognised(reason, template))), reason)


class StoredSignature(VersionedRecord):
    """A signature of a file, as it was inspected when the file came; see `SignatureReport`.

    `signed_at` is an ISO 8601 moment. `bsre`: by a certificate of BSSN's authority.
    """

    signer: str = ""
    organisation: str = ""
    issuer: str = ""
    signed_at: str | None = None
    timestamped: Judged = False
    intact: Judged = False
    covers_whole: Judged = True
    trusted: Judged = False
    problem: str = ""
    timestamp: Judged = False
    bsre: Judged = False

    @property
    def is_valid(self) -> bool:
        """Return whether the signature is intact, trusted, and covers the file but for harmless additions."""
        return self.intact and self.trusted and self.covers_whole


class SignedFileReport(VersionedRecord):
    """The report of a signed file. `matched` and `revision`: how it was recognised, see `Judgement`.

    `takes_place`: it is the document's PDF, or lies beside it for a `reason`; None of a file that an earlier version
    did not judge. `official` is the id of who signed it here, through BSrE; "" for a file that came from outside.
    `number` and `date` (ISO 8601) are those of another system as read in its words, "" where they could not be.
    """

    matched: str = ""
    revision: int | None = None
    takes_place: Annotated[bool | None, BeforeValidator(_is_true)] = None
    reason: Annotated[Sentence, AfterValidator(_as_message)] = ""
    official: str = ""
    signatures: list[StoredSignature] = Field(default_factory=list)
    number: str = ""
    date: str = ""

    @property
    def valid_signatures(self) -> list[StoredSignature]:
        """Those of people and offices, not of timestamp servers, that are intact and trusted."""
        return [signature for signature in self.signatures if signature.is_valid and not signature.timestamp]


class ScannedSheet(VersionedRecord):
    """A page of a scan: the file and page it came from, and which page of how many its printed code says it is."""

    source: str = ""
    sheet: int = 0
    page: int | None = None
    of: int | None = None


class ScanReport(VersionedRecord):
    """The report of a scan. `matched`: "qr" where codes told what it is, "" where a person did.

    `pages` are the document's pages that were read, `missing` those that were not there, `placed` who placed a page by
    hand, by its number. `sheets` are all pages of the scan in order; None of a scan of an earlier version, and where no
    page is known. `xfa`: an XFA form, of which only Acrobat shows everything.
    """

    matched: str = ""
    pages: list[int] = Field(default_factory=list)
    count: int = 0
    missing: list[int] = Field(default_factory=list)
    placed: dict[str, str] = Field(default_factory=dict)
    sheets: list[ScannedSheet] | None = None
    xfa: bool = False


def signed_file_report(attachment: Attachment) -> SignedFileReport:
    """Return the report of an attached signed file, of any version."""
    return SignedFileReport.model_validate(attachment.report)


def scan_report(attachment: Attachment) -> ScanReport:
    """Return the report of an attached scan, of any version."""
    return ScanReport.model_validate(attachment.report)


def stored_signature(report: SignatureReport) -> StoredSignature:
    """Return what a document's record holds of an inspected signature."""
    return StoredSignature(
        signer=report.signer,
        organisation=report.organisation,
        issuer=report.issuer,
        signed_at=report.signed_at.isoformat() if report.signed_at else None,
        timestamped=report.timestamped,
        intact=report.intact,
        covers_whole=report.covers_whole,
        trusted=report.trusted,
        problem=report.problem,
        timestamp=report.timestamp,
        bsre=bool(_BSRE.search(report.issuer)),
    )


def scanned_sheets(pages: Sequence[ScannedPage]) -> list[ScannedSheet]:
    """Return the sheets of scanned pages, for a report."""
    return [ScannedSheet(source=page.source, sheet=page.index, page=page.page, of=page.pages) for page in pages]
