"""Read the certificates of trusted authorities, and the names in them."""

from __future__ import annotations

from collections.abc import Sequence

from asn1crypto import pem, x509

from docgen.errors import SignatureError

KEY_USAGE = {"digital_signature", "non_repudiation"}  # either will do: CAs of offices set one or the other


def name_part(name: x509.Name, part: str) -> str:
    """Return the first value of a part (`common_name`, `organization_name`) of a distinguished name, or nothing."""
    value = name.native.get(part, "")
    return str(value[0] if isinstance(value, list) else value)


def certificates(trust: Sequence[bytes]) -> list[x509.Certificate]:
    """Return the certificates in PEM files (each may hold several) or DER files. Raises SignatureError."""
    loaded = []
    try:
        for data in trust:
            blocks = pem.unarmor(data, multiple=True) if pem.detect(data) else [("CERTIFICATE", {}, data)]
            for _, _, der in blocks:
                certificate = x509.Certificate.load(der, strict=True)
                certificate.native  # noqa: B018  # asn1crypto parses late; a wrong file must be heard of here
                loaded.append(certificate)
    except Exception as error:
        raise SignatureError(
            "Berkas CA yang dipercaya bukan sertifikat PEM atau DER. Unggah ulang sertifikat CA dari penerbitnya."
        ) from error
    return loaded


def says_where_revoked(certificate: x509.Certificate) -> bool:
    """Return whether a certificate names a CRL or an OCSP responder."""
    return bool(certificate.crl_distribution_points or certificate.ocsp_urls)
