"""The office's seal in every recording: the same key and certificate, so that a sealed letter has the same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
from itertools import count
from math import gcd, prod

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

PASSWORD = "rahasia-segel"
_EXPONENT = 65537
_SMALL_FACTORS = prod(range(3, 2000, 2))
_USES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip


def seal_files() -> tuple[bytes, bytes]:
    """Return the seal as PKCS#12 and its certificate as PEM; its key is no secret."""
    key = _key()
    name = x509.Name([
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Pemerintah Kabupaten Contoh"),
        x509.NameAttribute(NameOID.COMMON_NAME, "Sekretariat Daerah"),
    ])  # fmt: skip
    builder = x509.CertificateBuilder(name, name, key.public_key(), serial_number=2026)
    builder = builder.not_valid_before(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    builder = builder.not_valid_after(dt.datetime(2056, 1, 1, tzinfo=dt.UTC))
    usage = x509.KeyUsage(**{use: use in _USES[:2] for use in _USES})
    certificate = builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    encryption = BestAvailableEncryption(PASSWORD.encode())
    sealed = pkcs12.serialize_key_and_certificates(b"segel", key, certificate, None, encryption)
    return sealed, certificate.public_bytes(Encoding.PEM)


def _key() -> rsa.RSAPrivateKey:
    """Return the RSA key of 2048 bits that these primes make."""
    p, q = _prime("p"), _prime("q")
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
    exponents = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *exponents, public).private_key()


def _prime(seed: str) -> int:
    """Return the first prime of 1024 bits after a number that the seed makes."""
    start = int.from_bytes(hashlib.shake_256(seed.encode()).digest(128)) | 3 << 1022 | 1
    return next(number for number in count(start, 2) if _is_prime(number))


def _is_prime(number: int) -> bool:
    if gcd(number, _SMALL_FACTORS) > 1 or gcd(number - 1, _EXPONENT) > 1:
        return False
    return all(pow(base, number - 1, number) == 1 for base in (2, 3, 5))
