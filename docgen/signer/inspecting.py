"""Validate the signatures in a PDF with pyHanko. Imported by the first call of `docgen.signer`, not at start-up."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from docgen.render.pdf.pdf_file import pdf_errors, read_pdf
from docgen.signer.certificates import KEY_USAGE, certificates, name_part
from docgen.signer.model import SignatureReport
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
class _Trust:
    """The file, the trusted roots, and the time of inspection."""

    reader: PdfFileReader
    roots: list[x509.Certificate]
    at: datetime

    def context(self, moment: datetime) -> ValidationContext:
        """Return a validation context that never fetches.

        Revocation data that a B-LT signature left in the file are newer than its timestamp.
        """
        settings: dict[str, Any] = {
            "trust_roots": self.roots,
            "allow_fetching": False,
            "moment": moment,
            "revocation_mode": "soft-fail",
            "retroactive_revinfo": True,
        }
        try:
            return DocumentSecurityStore.read_dss(self.reader).as_validation_context(settings)
        except NoDSSFoundError:
            return ValidationContext(**settings)
        except Exception:  # noqa: BLE001  # a broken store says nothing for or against the signatures themselves
            return ValidationContext(**settings)


def inspect_signatures(pdf: bytes, trust: Sequence[bytes], at: datetime | None) -> list[SignatureReport]:
    """See `docgen.signer.inspect_signatures`."""
    roots = certificates(trust)
    read_pdf(pdf)  # says what is wrong with a file that is locked or cut short
    with pdf_errors():
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        if reader.encrypted:
            reader.decrypt("")  # only what limits its use; read_pdf refused a file that asks for a password
        fields = [(name, field) for name, _, field in enumerate_sig_fields(reader, filled_status=True)]
    trust_context = _Trust(reader, roots, at or datetime.now(UTC))
    reports = [_inspect(trust_context, name, field) for name, field in fields]
    return [report for _, report in sorted(reports, key=lambda pair: pair[0])]


def _inspect(trust_context: _Trust, name: str, field: Any) -> tuple[int, SignatureReport]:
    """Return the signature's revision and its report, whatever is wrong with it."""
    try:
        embedded = EmbeddedPdfSignature(trust_context.reader, field, name)
    except Exception:  # noqa: BLE001  # strange bytes bring out errors of every kind; the report says they are strange
        return _LAST, _unreadable_report(name)
    try:
        return embedded.signed_revision, _report(trust_context, embedded)
    except Exception:  # noqa: BLE001  # as above
        return embedded.signed_revision, _unreadable_report(name, *_names(embedded))


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


def _report(trust_context: _Trust, embedded: EmbeddedPdfSignature) -> SignatureReport:
    is_document_timestamp = embedded.sig_object_type == "/DocTimeStamp"
    status = (
        _timestamp_status(trust_context, embedded)
        if is_document_timestamp
        else _signature_status(trust_context, embedded)
    )
    token = status if is_document_timestamp else status.timestamp_validity
    timestamped = token is not None and token.intact and token.valid
    intact = bool(status.intact and status.valid)
    signed_at = token.timestamp if token is not None and timestamped else embedded.self_reported_timestamp
    signer, organisation, issuer = _names(embedded)
    covers_whole = _covers_whole(trust_context, status)
    problem = say(_problem(status, token, intact, covers_whole), signer=signer, issuer=issuer)
    return SignatureReport(
        field=embedded.field_name,
        signer=signer,
        organisation=organisation,
        issuer=issuer,
        signed_at=signed_at,
        timestamped=timestamped,
        intact=intact,
        covers_whole=covers_whole,
        trusted=bool(intact and status.trusted),
        problem=problem,
        timestamp=is_document_timestamp,
        additions_show=status.modification_level not in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES),
    )


def _signature_status(trust_context: _Trust, embedded: EmbeddedPdfSignature) -> Any:
    """Validate for the time of inspection, or for a trusted timestamp if the certificate has expired since."""
    status = _validate(trust_context, embedded, trust_context.at)
    token = status.timestamp_validity
    if status.trusted or token is None or not (token.intact and token.valid and token.trusted):
        return status
    return _validate(trust_context, embedded, token.timestamp)


def _validate(trust_context: _Trust, embedded: EmbeddedPdfSignature, moment: datetime) -> Any:
    return validate_pdf_signature(
        embedded,
        signer_validation_context=trust_context.context(moment),
        ts_validation_context=trust_context.context(trust_context.at),
        key_usage_settings=KeyUsageConstraints(key_usage=KEY_USAGE),
    )


def _timestamp_status(trust_context: _Trust, embedded: EmbeddedPdfSignature) -> Any:
    return validate_pdf_timestamp(embedded, validation_context=trust_context.context(trust_context.at))


def _covers_whole(trust_context: _Trust, status: Any) -> bool:
    """Return whether the signature covers the whole file, or a whole revision with harmless ones after it.

    A file with two cross-reference tables of the same revision (hybrid) shows different things in different readers, so
    that what was signed is not certain.
    """
    if trust_context.reader.xrefs.hybrid_xrefs_present or status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
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
