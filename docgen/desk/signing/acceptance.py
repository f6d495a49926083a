"""Accept a file that came back signed, or refuse it: our own document, signed by the right person, and nothing else.

BSrE is not believed: whatever answers at its address, only a file that begins with the bytes that were sent, to which
nothing but signatures were added, and whose new signature is intact, trusted and this official's, becomes the letter.
"""

from __future__ import annotations

from collections.abc import Sequence

from docgen.bsre import SigningIdentity
from docgen.desk.desk import Desk
from docgen.desk.revisions.attachment_report import SignedFileReport, stored_signature
from docgen.desk.revisions.authenticity import ends_plainly
from docgen.desk.revisions.uploads import store_pdf
from docgen.desk.signing.person import is_person
from docgen.desk.signing.prepare import Prepared
from docgen.errors import NotAccepted, PdfError
from docgen.foreign import changes_beyond_signatures
from docgen.signer import SignatureReport
from storage.records import Attachment, Official, Original
from wording import say

OTHER_BYTES = "Berkas yang kembali bukan naskah yang dikirim: isinya tidak diawali naskah itu."
UNSIGNED = "Berkas yang kembali tidak ditandatangani."
MOST_ADDED = 8_000_000  # bytes of a signature with picture and revocation data
SENT, SIGNED = "naskah-yang-dikirim.pdf", "naskah-bertanda-tangan.pdf"


def accept(
    desk: Desk,
    prepared: Prepared,
    signed: bytes,
    official: Official,
    identity: SigningIdentity,
    lines: Sequence[str],
    *,
    secret: bool = False,
) -> Attachment:
    """Judge a signed file, store it with what was sent, and return it as the attachment of the letter's next revision.

    `lines` are the printed lines about the signers, which pictures may cover. `secret`: the objects are encrypted.
    Raises NotAccepted with the reason, StorageError.
    """
    report = judge_signed(desk, prepared.pdf, signed, official, identity, lines)
    sent = Original(name=SENT, file=store_pdf(desk, prepared.pdf, secret=secret))
    return Attachment(
        sort="signed",
        name=SIGNED,
        file=store_pdf(desk, signed, secret=secret),
        report=report.to_json(),
        originals=[sent],
    )


def judge_signed(
    desk: Desk, sent: bytes, signed: bytes, official: Official, identity: SigningIdentity, lines: Sequence[str]
) -> SignedFileReport:
    """Return what the letter's record holds of a signed file. Raises NotAccepted with the reason."""
    reports, added = inspect_addition(desk, sent, signed, lines)
    for report in added:
        if not is_person(report, official.name, identity):
            raise NotAccepted(
                say(
                    "Yang menandatangani {signer}, bukan {official}.",
                    signer=report.signer or "?",
                    official=official.name,
                )
            )
        require_trusted(report)
    return SignedFileReport(
        matched="isi",
        takes_place=True,
        official=official.id,
        signatures=[stored_signature(report) for report in reports],
    )


def inspect_addition(
    desk: Desk, sent: bytes, signed: bytes, lines: Sequence[str]
) -> tuple[list[SignatureReport], list[SignatureReport]]:
    """Return the reports on all signatures of a signed file, and on those that were not in the file that was sent.

    Raises NotAccepted with the reason where it is another file, or more than intact signatures came to it.
    """
    if not signed.startswith(sent) or len(signed) > len(sent) + MOST_ADDED:
        raise NotAccepted(OTHER_BYTES)
    try:
        earlier = {report.field for report in desk.signing.reports(sent)}
        reports = desk.signing.reports(signed)
        added = [report for report in reports if report.field not in earlier and not report.timestamp]
        if not added:
            raise NotAccepted(UNSIGNED)
        _require_intact(signed, reports, added)
        addition = changes_beyond_signatures(signed, len(sent), lines)
    except PdfError as error:
        raise NotAccepted(str(error)) from error
    if addition:
        raise NotAccepted(addition)
    return reports, added


def require_trusted(report: SignatureReport) -> None:
    """Raise NotAccepted unless the signature's certificate leads to a CA that the office trusts."""
    if not report.trusted:
        raise NotAccepted(
            say(
                "Tanda tangan {signer} tidak dapat dipercaya: {problem}",
                signer=report.signer,
                problem=report.problem or "?",
            )
        )


def _require_intact(signed: bytes, reports: Sequence[SignatureReport], added: Sequence[SignatureReport]) -> None:
    """Check every signature, the earlier ones too, and that the new one covers the whole file. Raises NotAccepted."""
    for report in reports:
        if not report.intact or not report.covers_whole:
            raise NotAccepted(
                say(
                    "Tanda tangan {signer} tidak utuh: {problem}",
                    signer=report.signer or "?",
                    problem=report.problem or "berkas berubah.",
                )
            )
    if not ends_plainly(signed) or all(report.additions_show for report in added):
        raise NotAccepted("Tanda tangan itu tidak mencakup seluruh berkas.")
