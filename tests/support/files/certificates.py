"""Certificates for the tests: an authority, office seals as PKCS#12, and a certificate for a timestamp server."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

PASSWORD = "rahasia-segel"
YEAR = dt.timedelta(days=365)


def now() -> dt.datetime:
    """This moment, to the second, as certificates and signatures say it."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Holder:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: RSAPrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def key_der(self) -> bytes:
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


class Authority:
    """A certificate authority of its own; `crl_url` and `ocsp_url` go into the certificates it issues."""

    def __init__(self, name: str, crl_url: str = "", ocsp_url: str = "") -> None:
        self._name = _name(name)
        self._key = _key()
        self._crl_url = crl_url
        self._ocsp_url = ocsp_url
        builder = _builder(self._name, self._name, self._key, now() - 5 * YEAR, now() + 5 * YEAR)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        self.root = Holder(builder.sign(self._key, hashes.SHA256()), self._key)

    @cached_property
    def office(self) -> Holder:
        """The seal of an office, valid now."""
        return self.issue("Sekretariat Daerah", now() - dt.timedelta(days=1), now() + YEAR)

    @cached_property
    def clock(self) -> Holder:
        """The certificate of a timestamp server."""
        return self.issue("Stempel Waktu", now() - YEAR, now() + YEAR, timestamps=True)

    def signer(self, name: str, nik: str) -> Holder:
        """The certificate of an official as BSrE issues it: the name, and the NIK as serial number."""
        return self.issue(name, now() - dt.timedelta(days=1), now() + YEAR, serial=nik)

    def server(self, address: str) -> Holder:
        """The TLS certificate of a server at an IP address."""
        return self.issue(address, now() - dt.timedelta(days=1), now() + YEAR, address=address)

    def issue(
        self,
        name: str,
        begin: dt.datetime,
        end: dt.datetime,
        *,
        timestamps: bool = False,
        serial: str = "",
        address: str = "",
    ) -> Holder:
        key = _key()
        builder = _builder(_name(name, serial), self._name, key, begin, end)
        if address:
            names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
            builder = builder.add_extension(names, critical=False)
        builder = builder.add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        if timestamps:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        if self._crl_url:
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(self._crl_url)], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        if self._ocsp_url:
            place = x509.UniformResourceIdentifier(self._ocsp_url)
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        return Holder(builder.sign(self._key, hashes.SHA256()), key)

    def pkcs12(self, holder: Holder, password: str = PASSWORD) -> bytes:
        """The holder's .p12, with the authority's certificate."""
        return pkcs12.serialize_key_and_certificates(
            b"segel",
            holder.key,
            holder.certificate,
            [self.root.certificate],
            BestAvailableEncryption(password.encode()),
        )

    def without_key(self) -> bytes:
        """A .p12 that holds a certificate only."""
        return pkcs12.serialize_key_and_certificates(
            b"segel", None, self.office.certificate, None, BestAvailableEncryption(PASSWORD.encode())
        )

    def crl(self, *revoked: Holder) -> bytes:
        """The list of revoked certificates, as DER."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self._name)
        builder = builder.last_update(now() - dt.timedelta(hours=1)).next_update(now() + YEAR)
        for holder in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(holder.certificate.serial_number)
            builder = builder.add_revoked_certificate(entry.revocation_date(now() - dt.timedelta(hours=2)).build())
        builder = builder.add_extension(x509.CRLNumber(1), critical=False)
        key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.add_extension(key_id, critical=False)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.DER)

    def ocsp(self, request: bytes, *revoked: Holder) -> bytes:
        """The answer (RFC 6960) to a question about one certificate, signed by the authority itself, as DER."""
        question = ocsp.load_der_ocsp_request(request)
        serial_numbers = {holder.certificate.serial_number for holder in revoked}
        is_revoked = question.serial_number in serial_numbers
        moment = now()
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=question.issuer_name_hash,
            issuer_key_hash=question.issuer_key_hash,
            serial_number=question.serial_number,
            algorithm=question.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=moment,
            next_update=moment + dt.timedelta(days=1),
            revocation_time=moment - dt.timedelta(hours=2) if is_revoked else None,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.root.certificate)
        for extension in question.extensions:  # the nonce comes back
            builder = builder.add_extension(extension.value, critical=False)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.DER)


def _key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def _name(common_name: str, serial: str = "") -> x509.Name:
    return x509.Name(
        [
            *([x509.NameAttribute(NameOID.SERIAL_NUMBER, serial)] if serial else []),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Pemerintah Kabupaten Contoh"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: RSAPrivateKey, begin: dt.datetime, end: dt.datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(end)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _usage(**uses: bool) -> x509.KeyUsage:
    unused = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign "
        "crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**(dict.fromkeys(unused.split(), False) | uses))
