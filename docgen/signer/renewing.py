"""Keep signatures provable: append revocation data and a document timestamp (B-LTA). Imported when first called."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.fetchers import Fetchers
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend
from pyhanko_certvalidator.path import ValidationPath

from docgen.errors import DocgenError, SignatureError
from docgen.signer.certificates import name_part, says_where_revoked
from docgen.signer.claims import withdraw_claim
from docgen.signer.evidence import below_root, chain_of
from docgen.signer.inspecting import Examination, Examined, examine
from docgen.signer.timestamp_server import (
    TIMEOUT,
    UNCHANGED,
    TimestampServer,
    failure_of,
    without_password,
)
from docgen.signer.writer import open_writer
from wording import joined, say

DIGEST = "sha256"
_DRY_RUN_BYTES = 8192  # of a timestamp that is not asked for

_NO_SERVER = "Perpanjangan memerlukan server stempel waktu. Isi alamatnya di DOCGEN_TIMESTAMP_URL."
_NO_TRUST = "Perpanjangan memerlukan CA yang dipercaya. Isi berkas sertifikat CA di DOCGEN_TRUST."
_UNSIGNED = "Naskah ini tidak bertanda tangan elektronik, jadi tidak ada yang diperpanjang."
_NOT_VALID = "Tanda tangan “{signer}” tidak dapat diperpanjang; {consequence}."
_NO_ADDRESS = (
    "Sertifikat “{name}” tidak menyebut CRL atau OCSP, jadi tidak ada data pencabutan untuk disertakan; {consequence}."
)
_NO_EVIDENCE = (
    "Data pencabutan (CRL atau OCSP) untuk “{signer}” dari “{issuer}” tidak dapat diambil, atau sertifikatnya dicabut; "
    "{consequence}. Periksa jaringan, lalu ulangi; bila penerbitnya sudah berhenti melayani, naskah ini tidak dapat "
    "diperpanjang."
)
_SERVER_UNTRUSTED = (
    "Sertifikat server stempel waktu {server} tidak dipercaya atau data pencabutannya tidak dapat diambil; "
    "{consequence}. Tambahkan CA-nya ke DOCGEN_TRUST, atau ulangi nanti."
)
_NOT_APPENDED = (
    "Data pencabutan dan stempel waktu tidak dapat ditambahkan; {consequence}. Mungkin naskah ini dikunci oleh tanda "
    "tangan sebelumnya. Periksa daftar tanda tangannya."
)


@dataclass
class _Evidence:
    """What is to be appended, each once: certificates by issuer and serial number, the rest by its bytes."""

    certificates: dict[bytes, x509.Certificate] = field(default_factory=dict)
    crls: list[crl.CertificateList] = field(default_factory=list)
    ocsps: list[ocsp.OCSPResponse] = field(default_factory=list)

    def add(self, chain: ValidationPath) -> None:
        self.certificates.update((link.issuer_serial, link) for link in below_root(chain))


def renew(pdf: bytes, trust: Sequence[bytes], timestamp_url: str | None, at: datetime) -> bytes:
    """See `docgen.signer.renew`."""
    if not timestamp_url:
        raise SignatureError(_NO_SERVER)
    examination = _renewable(pdf, trust, at)
    server = TimestampServer(timestamp_url)
    with _renewal_errors(timestamp_url):
        return asyncio.run(_renew(pdf, examination, server, timestamp_url))


def require_renewable(pdf: bytes, trust: Sequence[bytes], at: datetime) -> None:
    """See `docgen.signer.require_renewable`."""
    examination = _renewable(pdf, trust, at)
    with _renewal_errors(""):
        asyncio.run(_append(pdf, examination, _Evidence(), _NoTimestamp(), _DRY_RUN_BYTES))  # type: ignore[no-untyped-call]


def _renewable(pdf: bytes, trust: Sequence[bytes], at: datetime) -> Examination:
    """Return the signatures of a file, all of them valid. Raises PdfError, SignatureError."""
    if not trust:
        raise SignatureError(_NO_TRUST)
    examination = examine(pdf, trust, at)
    reports = [report for _, report in examination.reports if not report.timestamp]
    if not reports:
        raise SignatureError(_UNSIGNED)
    for report in reports:
        if not (report.intact and report.covers_whole and report.trusted):
            refusal = say(_NOT_VALID, signer=report.signer, consequence=UNCHANGED)
            raise SignatureError(joined([refusal, report.problem]))
    return examination


async def _renew(pdf: bytes, examination: Examination, server: TimestampServer, url: str) -> bytes:
    fetchers = RequestsFetcherBackend(TIMEOUT).get_fetchers()
    evidence = _Evidence()
    newest = examination.cover
    for signature in examination.signatures:
        is_newest = newest is not None and signature.embedded.signed_revision == newest.revision
        await _gather(evidence, examination, fetchers, signature, is_newest=is_newest)
    try:
        context = examination.stored.context(examination.roots, examination.at, strict=True, fetchers=fetchers)
        async for chain in _chains(server, context):
            evidence.add(chain)
    except TimestampRequestError:
        raise
    except Exception as error:
        untrusted = say(_SERVER_UNTRUSTED, server=without_password(url), consequence=UNCHANGED)
        raise SignatureError(untrusted) from error
    evidence.crls = list(fetchers.crl_fetcher.fetched_crls())
    evidence.ocsps = list(fetchers.ocsp_fetcher.fetched_responses())
    return await _append(pdf, examination, evidence, server, None)


async def _chains(server: TimestampServer, context: Any) -> AsyncIterator[ValidationPath]:
    await server.async_dummy_response(DIGEST)  # brings its certificates
    async for chain in server.validation_paths(context):  # type: ignore[no-untyped-call]
        yield chain


async def _gather(
    evidence: _Evidence, examination: Examination, fetchers: Fetchers, signature: Examined, *, is_newest: bool
) -> None:
    """Add the evidence for a signature and for the timestamp in it, or for a document timestamp.

    What the file proves already is not fetched again, but for the newest timestamp: nothing in the file is newer than
    it. A timestamp that is not trusted proves nothing and needs no evidence.
    """
    embedded, report = signature.embedded, signature.report
    if report.timestamp:
        if report.trusted:
            moment = report.signed_at if is_newest and report.signed_at is not None else signature.moment
            chain = await _chain(examination, fetchers, embedded.signed_data, moment, fetch_first=is_newest)
            evidence.add(chain)
        return
    moment = signature.moment
    for token in extract_tst_data_iter(embedded.signer_info, signed=False):
        if report.timestamped and not report.problem:
            evidence.add(await _chain(examination, fetchers, token, moment))
            moment = report.signed_at or moment
    chain = await _chain(examination, fetchers, embedded.signed_data, moment)
    for link in below_root(chain):
        if not says_where_revoked(link):
            name = name_part(link.subject, "common_name")
            raise SignatureError(say(_NO_ADDRESS, name=name, consequence=UNCHANGED))
    evidence.add(chain)


async def _chain(
    examination: Examination,
    fetchers: Fetchers,
    signed_data: cms.SignedData,
    moment: datetime,
    *,
    fetch_first: bool = False,
) -> ValidationPath:
    """Return the chain of who signed, proven not to be revoked by the file's evidence or what can be fetched.

    Raises SignatureError that names him.
    """
    info = extract_certificate_info(signed_data)
    roots, stored, at = examination.roots, examination.stored, examination.at
    contexts: list[Callable[[], ValidationContext]] = [
        lambda: stored.context(roots, moment, strict=True),
        lambda: stored.context(roots, at, strict=True, fetchers=fetchers),
        lambda: stored.context(roots, moment, strict=True, fetchers=fetchers),  # the certificate has ended since
    ]
    if fetch_first:
        contexts = [contexts[1], contexts[0], contexts[2]]
    for context in contexts:
        try:
            return await chain_of(info.signer_cert, info.other_certs, context())
        except Exception as error:  # noqa: BLE001  # the validator's errors have no common base
            cause = error
    name, issuer = info.signer_cert.subject, info.signer_cert.issuer
    raise SignatureError(
        say(
            _NO_EVIDENCE,
            signer=name_part(name, "common_name"),
            issuer=name_part(issuer, "common_name") or str(issuer.human_friendly),
            consequence=UNCHANGED,
        )
    ) from cause


async def _append(
    pdf: bytes, examination: Examination, evidence: _Evidence, server: TimeStamper, size: int | None
) -> bytes:
    """Append evidence and a timestamp over both, as one revision; `size` of the timestamp in bytes, where known."""
    writer = open_writer(pdf)
    withdraw_claim(writer)
    DocumentSecurityStore.supply_dss_in_writer(
        writer, None, certs=evidence.certificates.values(), crls=evidence.crls, ocsps=evidence.ocsps
    )
    number = examination.reader.xrefs.total_revisions + 1
    stamper: Any = PdfTimeStamper(server, f"Perpanjangan{number}", readable_field_name="Perpanjangan keabsahan")
    output = await stamper.async_timestamp_pdf(writer, DIGEST, bytes_reserved=size and 2 * size)
    return bytes(output.getvalue())


class _NoTimestamp(TimeStamper):
    """Gives a token that stamps nothing, to see whether one could be appended."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        return cms.ContentInfo({"content_type": "data", "content": message_digest})


@contextmanager
def _renewal_errors(url: str) -> Iterator[None]:
    """Turn whatever pyHanko raises into SignatureError."""
    try:
        yield
    except DocgenError:
        raise
    except TimestampRequestError as error:
        raise failure_of(url, error) from error
    except Exception as error:
        raise SignatureError(say(_NOT_APPENDED, consequence=UNCHANGED)) from error
