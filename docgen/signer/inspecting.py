"""Validate the signatures in a PDF with pyHanko. Imported by the first call of `docgen.signer`, not at start-up."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from docgen.render.pdf.objects.pdf_file import pdf_errors, read_pdf
from docgen.signer.certificates import KEY_USAGE, certificates, name_part, says_where_revoked
from docgen.signer.evidence import StoredEvidence, below_root, chain_of, end_of
from docgen.signer.model import Level, SignatureReport
from wording import say

_UNREADABLE = "Tanda tangan ini rusak atau jenisnya tidak dikenal, jadi tidak dapat diperiksa. Minta berkas aslinya."
_BROKEN = "Isi berkas berubah sejak ditandatangani, atau tanda tangannya rusak. Jangan dipakai; minta berkas aslinya."
_CHANGED = "Berkas ini diubah setelah ditandatangani. Bandingkan dengan berkas aslinya sebelum dipakai."
_UNKNOWN_CA = (
    "Penerbit sertifikat “{issuer}” tidak ada di daftar CA yang dipercaya. Bila memang dikenal, tambahkan CA-nya."
)
_EXPIRED = (
    "Sertifikat “{signer}” tidak berlaku pada saat diperiksa, dan tidak ada stempel waktu tepercaya yang menunjukkan "
    "bahwa tanda tangan dibuat selagi berlaku. Tanyakan kepada penanda tangan."
)
_REVOKED = "Sertifikat “{signer}” sudah dicabut penerbitnya. Tanyakan kepada penanda tangan sebelum dipakai."
_UNFIT = "Sertifikat “{signer}” tidak memenuhi syarat untuk tanda tangan ini. Tanyakan kepada penanda tangan."
_BAD_TIME = "Stempel waktunya tidak cocok dengan tanda tangan ini. Waktu penandatanganan tidak terbukti."
_UNKNOWN_TIME = (
    "Stempel waktunya dari server yang tidak dipercaya, jadi waktu penandatanganan tidak terbukti. Bila servernya "
    "memang dikenal, tambahkan CA-nya."
)

_EXPIRIES = {
    AdESIndeterminate.EXPIRED,
    AdESIndeterminate.NOT_YET_VALID,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
}
_REVOCATIONS = {AdESFailure.REVOKED, AdESIndeterminate.REVOKED_NO_POE, AdESIndeterminate.REVOKED_CA_NO_POE}
_UNKNOWNS = {AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND, AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE}
_LAST = 1 << 30  # a signature whose revision is not known comes after those whose revision is


@dataclass(frozen=True)
class Cover:
    """A trusted document timestamp: it stamped the file at `moment` up to `revision`, and proves it up to `until`."""

    moment: datetime
    revision: int
    until: datetime


@dataclass(frozen=True)
class Examined:
    """A signature that could be read, and its report.

    `moment` is when the file is known to have held it: that of the oldest trusted timestamp after it, else that of the
    inspection.
    """

    embedded: EmbeddedPdfSignature
    report: SignatureReport
    moment: datetime


@dataclass
class Examination:
    """The signatures of a file, judged from the newest to the oldest: each trusted timestamp proves what is before it.

    `moment` is the time for which the next older one is judged, `cover` the newest trusted document timestamp.
    """

    reader: PdfFileReader
    roots: list[x509.Certificate]
    at: datetime
    moment: datetime
    stored: StoredEvidence
    reports: list[tuple[int, SignatureReport]] = field(default_factory=list)
    signatures: list[Examined] = field(default_factory=list)
    cover: Cover | None = None
    covered: StoredEvidence | None = None

    def context(self, moment: datetime) -> ValidationContext:
        """Return a validation context that never fetches."""
        return self.stored.context(self.roots, moment)


def inspect_signatures(pdf: bytes, trust: Sequence[bytes], at: datetime | None) -> list[SignatureReport]:
    """See `docgen.signer.inspect_signatures`."""
    return [report for _, report in sorted(examine(pdf, trust, at).reports, key=lambda pair: pair[0])]


def examine(pdf: bytes, trust: Sequence[bytes], at: datetime | None) -> Examination:
    """Judge all signatures of a file, newest first. Raises what `docgen.signer.inspect_signatures` raises."""
    roots = certificates(trust)
    read_pdf(pdf)  # says what is wrong with a file that is locked or cut short
    with pdf_errors():
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        if reader.encrypted:
            reader.decrypt("")  # only what limits its use; read_pdf refused a file that asks for a password
        fields = [(name, signed) for name, _, signed in enumerate_sig_fields(reader, filled_status=True)]
    now = at or datetime.now(UTC)
    examination = Examination(reader, roots, now, now, StoredEvidence.of(reader))
    embedded = [_embedded(examination, name, signed) for name, signed in fields]
    for signature in sorted(
        (signature for signature in embedded if signature),
        key=lambda signature: signature.signed_revision,
        reverse=True,
    ):
        _examine(examination, signature)
    return examination


def _embedded(examination: Examination, name: str, signed: Any) -> EmbeddedPdfSignature | None:
    """Return a signature to judge; where it is too strange, report that and return None."""
    try:
        embedded = EmbeddedPdfSignature(examination.reader, signed, name)
        _ = embedded.signed_revision
    except Exception:  # noqa: BLE001  # strange bytes bring out errors of every kind; the report says they are strange
        examination.reports.append((_LAST, _unreadable_report(name)))
        return None
    return embedded


def _examine(examination: Examination, embedded: EmbeddedPdfSignature) -> None:
    """Judge one signature and note its report; a trusted document timestamp proves those that are older."""
    moment = examination.moment
    try:
        report = _report(examination, embedded)
    except Exception:  # noqa: BLE001  # as above
        report = _unreadable_report(embedded.field_name, *_names(embedded))
    else:
        examination.signatures.append(Examined(embedded, report, moment))
    examination.reports.append((embedded.signed_revision, report))


def _unreadable_report(name: str, signer: str = "", organisation: str = "", issuer: str = "") -> SignatureReport:
    return SignatureReport(name, signer, organisation, issuer, None, False, False, False, False, _UNREADABLE)


def _names(embedded: EmbeddedPdfSignature) -> tuple[str, str, str]:
    """Return the signer's common name and organisation and the issuer, "" for what cannot be read."""
    try:
        certificate = embedded.signer_cert
        subject, issuer = certificate.subject, certificate.issuer
        return (
            name_part(subject, "common_name"),
            name_part(subject, "organization_name"),
            name_part(issuer, "common_name") or str(issuer.human_friendly),
        )
    except Exception:  # noqa: BLE001  # a signature may come without its certificate
        return "", "", ""


def _subject_texts(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the texts of a certificate's subject and of its other names."""
    texts: list[str] = []
    for value in certificate.subject.native.values():
        texts += map(str, value if isinstance(value, list) else [value])
    names = certificate.subject_alt_name_value
    return (*texts, *(str(name.native) for name in names or ()))


def _report(examination: Examination, embedded: EmbeddedPdfSignature) -> SignatureReport:
    is_document_timestamp = embedded.sig_object_type == "/DocTimeStamp"
    status = (
        _timestamp_status(examination, embedded) if is_document_timestamp else _signature_status(examination, embedded)
    )
    token = status if is_document_timestamp else status.timestamp_validity
    timestamped = token is not None and token.intact and token.valid
    intact = bool(status.intact and status.valid)
    signed_at = token.timestamp if token is not None and timestamped else embedded.self_reported_timestamp
    signer, organisation, issuer = _names(embedded)
    covers_whole = _covers_whole(examination, status)
    problem = say(_problem(status, token, intact, covers_whole), signer=signer, issuer=issuer)
    trusted = bool(intact and status.trusted)
    level: Level | Literal[""] = ""
    until = None
    if trusted and covers_whole and is_document_timestamp:
        until = end_of(status.validation_path)
        _note_cover(examination, embedded, token.timestamp, until)
    elif trusted and covers_whole:
        level, until = _level(examination, embedded, status)
    return SignatureReport(
        field=embedded.field_name,
        signer=signer,
        organisation=organisation,
        issuer=issuer,
        signed_at=signed_at,
        timestamped=timestamped,
        intact=intact,
        covers_whole=covers_whole,
        trusted=trusted,
        problem=problem,
        timestamp=is_document_timestamp,
        additions_show=status.modification_level not in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES),
        level=level,
        until=until,
        subject=_subject_texts(embedded.signer_cert),
    )


def _note_cover(examination: Examination, embedded: EmbeddedPdfSignature, moment: datetime, until: datetime) -> None:
    """Judge what is older than a trusted document timestamp as of its moment."""
    examination.moment = moment
    if examination.cover is None:  # the newest: it is the one that has to last
        examination.cover = Cover(moment, embedded.signed_revision, until)
        examination.covered = StoredEvidence.of(examination.reader.get_historical_resolver(embedded.signed_revision))


def _level(examination: Examination, embedded: EmbeddedPdfSignature, status: Any) -> tuple[Level, datetime]:
    """Return the level of a trusted signature, and until when it can be proven.

    Without revocation data in the file it can be proven while its authority answers for the certificate.
    """
    token, cover = status.timestamp_validity, examination.cover
    has_time = token is not None and token.intact and token.valid and token.trusted
    own_end = end_of(status.validation_path)
    if cover is None and not has_time:
        return "B-B", own_end
    stamped_until = cover.until if cover is not None else end_of(token.validation_path)
    moment = token.timestamp if has_time else examination.moment
    if examination.covered is not None and _is_evident(examination, embedded, examination.covered, moment):
        return "B-LTA", stamped_until
    if _is_evident(examination, embedded, examination.stored, moment):
        return "B-LT", stamped_until
    return "B-T", min(own_end, stamped_until)


def _is_evident(
    examination: Examination, embedded: EmbeddedPdfSignature, evidence: StoredEvidence, moment: datetime
) -> bool:
    """Return whether evidence in the file proves that no certificate of a signature's chain was revoked."""
    context = evidence.context(examination.roots, moment, strict=True)
    try:
        chain = asyncio.run(chain_of(embedded.signer_cert, embedded.other_embedded_certs, context))
    except Exception:  # noqa: BLE001  # the validator's errors have no common base
        return False
    return all(says_where_revoked(link) for link in below_root(chain))


def _signature_status(examination: Examination, embedded: EmbeddedPdfSignature) -> Any:
    """Validate for the time of inspection; where the certificate has ended since, for a trusted timestamp."""
    status = _validate(examination, embedded, examination.at)
    if not status.trusted and examination.moment != examination.at:
        status = _validate(examination, embedded, examination.moment)
    token = status.timestamp_validity
    if status.trusted or token is None or not (token.intact and token.valid and token.trusted):
        return status
    return _validate(examination, embedded, token.timestamp)


def _validate(examination: Examination, embedded: EmbeddedPdfSignature, moment: datetime) -> Any:
    return validate_pdf_signature(
        embedded,
        signer_validation_context=examination.context(moment),
        ts_validation_context=examination.context(examination.moment),
        key_usage_settings=KeyUsageConstraints(key_usage=KEY_USAGE),
    )


def _timestamp_status(examination: Examination, embedded: EmbeddedPdfSignature) -> Any:
    return validate_pdf_timestamp(embedded, validation_context=examination.context(examination.moment))


def _covers_whole(examination: Examination, status: Any) -> bool:
    """Return whether the signature covers the whole file, or a whole revision with harmless ones after it.

    A file with two cross-reference tables of the same revision (hybrid) shows different things in different readers, so
    that what was signed is not certain.
    """
    if examination.reader.xrefs.hybrid_xrefs_present or status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return False
    if status.docmdp_ok is not None:  # counts in what the signer allowed; not reckoned for a document timestamp
        return bool(status.docmdp_ok)
    return status.modification_level not in (None, ModificationLevel.OTHER)


def _problem(status: Any, token: Any, intact: bool, covers_whole: bool) -> str:
    if not intact:
        return _BROKEN
    if not covers_whole:
        return _CHANGED
    if not status.trusted:
        return _trust_problem(status)
    if token is not None and not (token.intact and token.valid):
        return _BAD_TIME
    return "" if token is None or token.trusted else _UNKNOWN_TIME


def _trust_problem(status: Any) -> str:
    reason = status.trust_problem_indic
    if status.revoked or reason in _REVOCATIONS:
        return _REVOKED
    if reason in _EXPIRIES:
        return _EXPIRED
    return _UNKNOWN_CA if reason in _UNKNOWNS or reason is None else _UNFIT
