"""Secrets and words of people that are planted in a service, to be looked for where they must not be."""

from __future__ import annotations

from pathlib import Path

from tests.support.files.certificates import PASSWORD as SEAL_PASSWORD
from tests.support.office_day.service import SEAL

# Every setting that holds a secret, with one that is found again. `tests/door/test_secrets.py` fails for a new one.
SETTINGS = {
    "DOCGEN_SECRET_KEY": "tanam-kunci-sesi-0123456789-abcdefghijklm",
    "DOCGEN_DATABASE_URL": "postgresql://docgen:tanam-basis-data@127.0.0.1:1/docgen",
    "DOCGEN_S3_SECRET_KEY": "tanam-kunci-s3-satu",
    "DOCGEN_TRANSFER_S3_SECRET_KEY": "tanam-kunci-s3-dua",
    "DOCGEN_REDIS_URL": "redis://:tanam-sandi-redis@127.0.0.1:1/0",
    "DOCGEN_SEAL_PASSWORD": SEAL_PASSWORD,
    "DOCGEN_TIMESTAMP_URL": "http://dinas:tanam-sandi-tsa@127.0.0.1:1/tsr",
    "DOCGEN_SMTP_URL": "smtp+starttls://dinas:tanam-sandi-surel@127.0.0.1:1",
    "DOCGEN_BSRE_PASSWORD": "tanam-sandi-bsre",
    "DOCGEN_OIDC_CLIENT_SECRET": "tanam-kunci-oidc",
    "DOCGEN_OTEL_URL": "http://dinas:tanam-sandi-otel@127.0.0.1:1",
}
# What goes with them, so that the service comes up.
BESIDE = {
    "DOCGEN_SEAL_FILE": str(SEAL),
    "DOCGEN_MAIL_FROM": "Naskah Dinas <naskah@dinas.example>",
    "DOCGEN_WEBHOOK_PRIVATE": "1",
    "DOCGEN_BSRE_URL": "http://127.0.0.1:1",
    "DOCGEN_BSRE_USER": "docgen",
    "DOCGEN_OIDC_ISSUER": "http://127.0.0.1:1",
    "DOCGEN_OIDC_CLIENT_ID": "docgen",
    "DOCGEN_OIDC_CLAIMS": str(Path(__file__).with_name("claims.yaml")),
}

# What people write and are, each in a form that stands nowhere else.
NAME, FULL_NAME, MAIL, NIP = "tanam.nama", "Tanamwati Rahmawulan", "tanam.surel@dinas.example", "198001012005012777"
TITLE, PASSWORD_TRIED = "Tanamjudul perihal gudang", "tanam-sandi-yang-salah"
PEOPLES_WORDS = (NAME, FULL_NAME, MAIL, NIP, TITLE, PASSWORD_TRIED)


def secrets() -> set[str]:
    """Return what must be found nowhere: of an address its password."""
    return {value.partition("@")[0].rpartition(":")[2] if "://" in value else value for value in SETTINGS.values()}
