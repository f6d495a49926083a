"""The file `settings.env` in an office's folder: what of the installation's settings is another for this office."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from docgen.errors import DataFileError
from docgen.settings import Settings, read_settings
from wording import say

# Which fields of the settings these may change. All else is the installation's: it decides which machine, database and
# archive an office has.
OWN = {
    "DOCGEN_PRODUCT": "product",
    "DOCGEN_SECRET_KEY": "secret_key",  # of an installation that was taken in
    "DOCGEN_ARCHIVE_KEY_FILE": "archive_key_file",
    "DOCGEN_S3_ACCESS_KEY": "s3_access_key",
    "DOCGEN_S3_SECRET_KEY": "s3_secret_key",
    "DOCGEN_S3_LOCK": "s3_lock",
    "DOCGEN_S3_LOCK_DAYS": "s3_lock_days",
    "DOCGEN_S3_SSE": "s3_sse",
    "DOCGEN_SEAL_FILE": "seal_file",
    "DOCGEN_SEAL_PASSWORD": "seal_password",
    "DOCGEN_SEAL_LEVEL": "seal_level",
    "DOCGEN_TIMESTAMP_URL": "timestamp_url",
    "DOCGEN_TRUST": "trust",
    "DOCGEN_RENEWALS": "renewals",
    "DOCGEN_RETURNS": "returns",
    "DOCGEN_API_RATE": "api_rate",
    "DOCGEN_CORS_ORIGINS": "cors_origins",
    "DOCGEN_PICKER_ORIGINS": "picker_origins",
    "DOCGEN_WEBHOOK_PRIVATE": "webhook_private",
    "DOCGEN_SMTP_URL": "mail",
    "DOCGEN_MAIL_FROM": "mail",
    "DOCGEN_OIDC_ISSUER": "openid",
    "DOCGEN_OIDC_CLIENT_ID": "openid",
    "DOCGEN_OIDC_CLIENT_SECRET": "openid",
    "DOCGEN_OIDC_CLAIMS": "openid",
    "DOCGEN_OIDC_NAME": "openid",
    "DOCGEN_BSRE_URL": "bsre",
    "DOCGEN_BSRE_USER": "bsre",
    "DOCGEN_BSRE_PASSWORD": "bsre",
    "DOCGEN_BSRE_CA": "bsre",
    "DOCGEN_SECURITY_CONTACT": "security_contact",
}


def with_own_settings(settings: Settings, file: Path) -> Settings:
    """Return settings with what the file says in place of theirs; the same ones when there is no file.

    A line is `DOCGEN_NAME=value`, as systemd reads it, with or without quotes; one that begins with `#` says nothing.
    Raises DataFileError naming file and line, or the setting whose value is wrong.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return settings
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(say("{file} tidak terbaca: {error}.", file=file, error=error)) from error
    env = dict(_parse(file, text))
    try:
        own = read_settings(env)
    except DataFileError as error:
        raise DataFileError(say("{file}: {error}", file=file, error=error)) from error
    changes: dict[str, Any] = {OWN[name]: getattr(own, OWN[name]) for name in env}
    if "timestamp_url" in changes:  # a level that is not set follows from it
        changes["seal_level"] = own.seal_level
    return dataclasses.replace(settings, **changes)


def _parse(file: Path, text: str) -> list[tuple[str, str]]:
    """Return names and values of the lines. Raises DataFileError."""
    pairs = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = (part.strip() for part in line.partition("="))
        if not equals or name not in OWN:
            raise DataFileError(
                say(
                    "{file}, baris {number}: {name} bukan pengaturan yang dapat dimiliki satu kantor. Tulis "
                    "DOCGEN_NAMA=nilai dengan salah satu nama dalam docs/offices.md.",
                    file=file,
                    number=number,
                    name=repr(name),
                )
            )
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        pairs.append((name, value))
    return pairs
