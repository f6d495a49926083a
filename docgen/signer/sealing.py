"""Seal a PDF with pyHanko. Imported by the first call of `docgen.signer`, not at start-up."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import x509
from asn1crypto.pkcs12 import Pfx
from cryptography.hazmat.primitives.serialization import pkcs12 as pyca_pkcs12
from pyhanko.pdf_utils.content import PdfResources, RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.pdf_cms import ExternalSigner, Signer, SimpleSigner
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSignatureMetadata,
    PdfSigner,
    PdfSigningSession,
    SigDSSPlacementPreference,
)
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.stamp.static import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from docgen.errors import DocgenError, SignatureError
from docgen.indonesian import short_date
from docgen.render.pdf.objects.pdf_file import read_pdf
from docgen.signer.appearance import draw
from docgen.signer.certificates import KEY_USAGE, certificates, name_part, says_where_revoked
from docgen.signer.claims import withdraw_claim
from docgen.signer.model import Appearance, Level, Seal
from docgen.signer.renewing import renew
from docgen.signer.timestamp_server import UNCHANGED, TimestampServer, failure_of
from docgen.signer.writer import open_writer
from wording import say

_NOT_PKCS12 = "Berkas sertifikat ini bukan PKCS#12. Unggah berkas .p12 atau .pfx dari penerbit sertifikat."
_NOT_OPENED = (
    "Kata sandi berkas sertifikat salah. Periksa kata sandinya; bila sudah benar, minta penerbit mengekspor ulang "
    "berkas .p12 dengan penyandian AES-256."
)
_NO_KEY = (
    "Berkas sertifikat ini tidak memuat kunci pribadi beserta sertifikatnya. Ekspor ulang berkas .p12 dengan "
    "menyertakan kunci pribadinya."
)
_NO_SIGNATURE = bytes(512)  # as long as one of RSA with 4096 bits
LONG_TERM = ("B-LT", "B-LTA")
_NO_BLT = "Segel tingkat {level} tidak dapat dibuat: {why}. Pakai tingkat B-T, atau {step}."


@dataclass(frozen=True)
class SealRequest:
    """The arguments of `docgen.signer.seal_pdf`."""

    field: str
    reason: str
    location: str
    at: datetime
    appearance: Appearance | None
    timestamp_url: str | None = dataclasses.field(repr=False)  # may hold a password
    trust_roots: tuple[bytes, ...]
    level: Level


def load_seal(pkcs12: bytes, password: str) -> Seal:
    """See `docgen.signer.load_seal`."""
    try:
        Pfx.load(pkcs12, strict=True).native  # noqa: B018  # reading it through is the test
    except Exception as error:
        raise SignatureError(_NOT_PKCS12) from error
    secret = password.encode() or None
    try:
        key, certificate, _ = pyca_pkcs12.load_key_and_certificates(pkcs12, secret)
    except Exception as error:
        raise SignatureError(_NOT_OPENED) from error
    if key is None or certificate is None:
        raise SignatureError(_NO_KEY)
    try:
        signer = SimpleSigner.load_pkcs12_data(pkcs12, other_certs=(), passphrase=secret)
        return _seal_of(signer)
    except Exception as error:
        raise SignatureError(_NO_KEY) from error


def _seal_of(signer: SimpleSigner) -> Seal:
    certificate: x509.Certificate = signer.signing_cert
    return Seal(
        common_name=name_part(certificate.subject, "common_name"),
        organisation=name_part(certificate.subject, "organization_name"),
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
        chain=tuple(sorted(other.dump() for other in signer.cert_registry)),
        signer=signer,
    )


def check_seal(seal: Seal, at: datetime) -> None:
    """See `docgen.signer.check_seal`."""
    named = say("Sertifikat segel “{name}”", name=seal.common_name)
    if at > seal.not_after:
        ended = short_date(seal.not_after.astimezone(at.tzinfo).date())
        raise SignatureError(
            say(
                "{certificate} kedaluwarsa sejak {ended}. Minta sertifikat baru, lalu pasang di pengaturan.",
                certificate=named,
                ended=ended,
            )
        )
    if at < seal.not_before:
        begins = short_date(seal.not_before.astimezone(at.tzinfo).date())
        raise SignatureError(
            say(
                "{certificate} baru berlaku mulai {begins}. Periksa jam server, atau tunggu sampai tanggal itu.",
                certificate=named,
                begins=begins,
            )
        )


def seal_pdf(pdf: bytes, seal: Seal, request: SealRequest) -> bytes:
    """See `docgen.signer.seal_pdf`."""
    check_seal(seal, request.at)
    context = _long_term_context(seal, request) if request.level in LONG_TERM else None
    if request.level == "B-LTA":  # what proves it is appended under a timestamp, once
        signed = _sign(pdf, seal.signer, request, None)
        return renew(signed, request.trust_roots, request.timestamp_url, request.at)
    return _sign(pdf, seal.signer, request, context)


def require_sealable(pdf: bytes, certificate: bytes, request: SealRequest) -> None:
    """See `docgen.signer.require_sealable`."""
    known, registry = x509.Certificate.load(certificate), SimpleCertificateStore()  # type: ignore[no-untyped-call]
    _sign(pdf, ExternalSigner(known, registry, signature_value=_NO_SIGNATURE), request, None)


def _sign(pdf: bytes, by: Signer, request: SealRequest, context: ValidationContext | None) -> bytes:
    _check_request(request, len(read_pdf(pdf).pages))
    with _signing_errors(request):
        writer = open_writer(pdf)
        if any(name == request.field for name, *_ in enumerate_sig_fields(writer.prev, filled_status=True)):
            raise SignatureError(
                say(
                    "Naskah ini sudah bersegel di bidang “{field}”. Lihat daftar tanda tangannya dahulu.",
                    field=request.field,
                )
            )
        withdraw_claim(writer)
        signer = _SignerAtTime(
            _metadata(request, context),
            by,
            timestamper=None if request.level == "B-B" else TimestampServer(request.timestamp_url),
            stamp_style=_stamp_style(writer, request.appearance),
            new_field_spec=_field(request),
        )
        signer.at = request.at
        return bytes(signer.sign_pdf(writer).getvalue())


class _SignerAtTime(PdfSigner):
    """Claims the caller's time of signing, not this machine's."""

    at: datetime

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> PdfSigningSession:
        signing = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        signing.system_time = self.at
        return signing


def _check_request(request: SealRequest, pages: int) -> None:
    appearance = request.appearance
    if appearance is not None and not 0 <= appearance.page < pages:
        raise SignatureError(
            say(
                "Segel hendak diletakkan di halaman {page}, padahal naskah ini hanya {pages} halaman. Pilih "
                "halaman lain.",
                page=appearance.page + 1,
                pages=pages,
            )
        )
    if request.level != "B-B" and not request.timestamp_url:
        raise SignatureError(
            say(
                "Segel tingkat {level} memerlukan server stempel waktu. Isi alamatnya di pengaturan, atau "
                "pakai tingkat B-B.",
                level=request.level,
            )
        )


def _metadata(request: SealRequest, context: ValidationContext | None) -> PdfSignatureMetadata:
    return PdfSignatureMetadata(
        field_name=request.field,
        reason=request.reason or None,
        location=request.location or None,
        subfilter=SigSeedSubFilter.PADES,
        certify=False,  # a certification signature could lock the document against later approvals
        embed_validation_info=context is not None,
        validation_context=context,
        # in the signature's own revision: one revision less, and the signature covers its revocation data
        dss_settings=DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE),
        signer_key_usage=KEY_USAGE,
    )


def _field(request: SealRequest) -> SigFieldSpec:
    if request.appearance is None:
        return SigFieldSpec(request.field, readable_field_name=request.reason or None)
    return SigFieldSpec(
        request.field,
        on_page=request.appearance.page,
        box=request.appearance.box,  # type: ignore[arg-type]  # fractions are written as they are
        readable_field_name=request.reason or None,
    )


def _stamp_style(writer: IncrementalPdfFileWriter, appearance: Appearance | None) -> StaticStampStyle | None:
    """Return a style that draws the appearance to the box's edges; pyHanko's own text stamps embed no font."""
    if appearance is None:
        return None
    page = PdfFileReader(io.BytesIO(draw(appearance))).root["/Pages"]["/Kids"][0]
    (drawing,) = page["/Resources"]["/XObject"].values()
    resources = PdfResources()  # type: ignore[no-untyped-call]
    resources.xobject["/DocgenSeal"] = writer.import_object(drawing)
    left, bottom, right, top = appearance.box
    box = BoxConstraints(width=right - left, height=top - bottom)
    return StaticStampStyle(
        background=RawContent(b"/DocgenSeal Do", resources=resources, box=box),
        background_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins(0, 0, 0, 0)
        ),
        border_width=0,
    )


def _long_term_context(seal: Seal, request: SealRequest) -> ValidationContext:
    """Return a context that fetches the revocation data of every certificate that says where to."""
    roots = certificates(request.trust_roots)
    if not roots:
        why, step = "belum ada CA yang dipercaya", "unggah sertifikat CA penerbit di pengaturan"
        raise SignatureError(say(_NO_BLT, level=request.level, why=why, step=step))
    others = [x509.Certificate.load(der) for der in seal.chain]
    anchors = {root.sha256 for root in roots}
    for certificate in [seal.signer.signing_cert, *others]:
        if certificate.sha256 in anchors or certificate.self_issued:
            continue  # a root is revoked by no longer trusting it
        if not says_where_revoked(certificate):
            name = name_part(certificate.subject, "common_name")
            why = say(
                "sertifikat “{name}” tidak menyebut CRL atau OCSP, jadi tidak ada data pencabutan untuk disertakan",
                name=name,
            )
            raise SignatureError(
                say(_NO_BLT, level=request.level, why=why, step="minta sertifikat dengan CRL atau OCSP dari penerbit")
            )
    return ValidationContext(trust_roots=roots, other_certs=others, allow_fetching=True, revocation_mode="hard-fail")


@contextmanager
def _signing_errors(request: SealRequest) -> Iterator[None]:
    """Turn whatever pyHanko raises (its own errors, asn1crypto's, OSError) into SignatureError."""
    try:
        yield
    except DocgenError:
        raise
    except TimestampRequestError as error:
        raise failure_of(request.timestamp_url, error) from error
    except Exception as error:
        raise SignatureError(_error_message(request, error)) from error


def _error_message(request: SealRequest, error: Exception) -> str:
    if request.level in LONG_TERM:
        why = say(
            "data pencabutan (CRL atau OCSP) tidak dapat diambil, sertifikat dicabut, atau sertifikat tidak bersambung "
            "ke CA yang dipercaya; {consequence}",
            consequence=UNCHANGED,
        )
        return say(_NO_BLT, level=request.level, why=why, step="periksa jaringan dan CA di pengaturan, lalu ulangi")
    return say(
        "Segel tidak dapat dibubuhkan; {consequence}. Mungkin naskah ini dikunci oleh tanda tangan sebelumnya. Periksa "
        "daftar tanda tangannya.",
        consequence=UNCHANGED,
    )
