"""Read what proves a certificate's worth later, the data on revocation in a PDF, and judge chains by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.fetchers import Fetchers
from pyhanko_certvalidator.path import ValidationPath

# The last moment at which a key is reckoned safe (NIST SP 800-57 part 1 rev. 5, table 4: 112 bits until 2030).
_WEAK = datetime(2013, 12, 31, tzinfo=UTC)
_FAIR = datetime(2030, 12, 31, tzinfo=UTC)
_WEAKER_THAN_FAIR, _FAIR_UP_TO = {"rsa": 2048, "ec": 224}, {"rsa": 3072, "ec": 256}  # bits of the key


@dataclass(frozen=True)
class StoredEvidence:
    """Certificates, lists of revoked ones, and OCSP answers that lie in a PDF."""

    certificates: list[x509.Certificate] = field(default_factory=list)
    crls: list[crl.CertificateList] = field(default_factory=list)
    ocsps: list[ocsp.OCSPResponse] = field(default_factory=list)

    @classmethod
    def of(cls, handler: Any) -> StoredEvidence:
        """Return what a reader, or one of its earlier revisions, holds; nothing where there is no store."""
        try:
            store = DocumentSecurityStore.read_dss(handler)
            context = store.as_validation_context({"trust_roots": [], "revocation_mode": "soft-fail"})
            return cls(list(store.load_certs()), list(context.crls), list(context.ocsps))
        except Exception:  # noqa: BLE001  # a broken store says nothing for or against the signatures themselves
            return cls()

    def context(
        self,
        roots: Sequence[x509.Certificate],
        moment: datetime,
        *,
        strict: bool = False,
        fetchers: Fetchers | None = None,
    ) -> ValidationContext:
        """Return a context that judges certificates as of `moment`, by this evidence and what `fetchers` bring.

        `strict`: a certificate that names a CRL or an OCSP responder needs its answer. Evidence may be newer than the
        moment: it was gathered after the signature.
        """
        return ValidationContext(
            trust_roots=list(roots),
            other_certs=self.certificates,
            crls=self.crls,
            ocsps=self.ocsps,
            moment=moment,
            revocation_mode="hard-fail" if strict else "soft-fail",
            retroactive_revinfo=True,
            allow_fetching=fetchers is not None,
            fetchers=fetchers,
        )


async def chain_of(
    certificate: x509.Certificate, others: Iterable[x509.Certificate], context: ValidationContext
) -> ValidationPath:
    """Return the chain of a certificate to a trusted root. Raises the validator's errors."""
    validator = CertificateValidator(certificate, intermediate_certs=list(others), validation_context=context)
    chain: ValidationPath = await validator.async_validate_usage(key_usage=set())  # type: ignore[no-untyped-call]
    return chain


def below_root(chain: ValidationPath) -> list[x509.Certificate]:
    """Return the certificates of a chain without its root; a trusted certificate alone is its own chain."""
    links = list(chain)
    return links[1:] or links


def end_of(chain: ValidationPath) -> datetime:
    """Return the last moment at which all of a chain below its root is valid, and its keys are reckoned safe."""
    links = below_root(chain)
    ends: list[datetime] = [link.not_valid_after for link in links]
    return min(*ends, *map(_key_end, links))


def _key_end(certificate: x509.Certificate) -> datetime:
    kind, bits = certificate.public_key.algorithm, certificate.public_key.bit_size
    if kind not in _FAIR_UP_TO or bits >= _FAIR_UP_TO[kind]:
        return datetime.max.replace(tzinfo=UTC)
    return _WEAK if bits < _WEAKER_THAN_FAIR[kind] else _FAIR
