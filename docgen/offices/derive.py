"""The settings of an office, derived from the installation's and its slug."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from docgen.offices.own_settings import with_own_settings
from docgen.secret_box import secret_key
from docgen.settings import Settings
from storage.catalogue.schemas import in_schema
from storage.records import HostedOffice

FOLDER = "offices"  # in the installation's DOCGEN_DATA: a folder for each office
SETTINGS_FILE = "settings.env"
OWN_FILES = {  # in an office's folder, by the setting that they stand for
    "sop": "sop.yaml",
    "templates": "templates",
    "retention": "retention.csv",
    "permissions": "permissions.yaml",
}
_SCHEMA = "office_"


def settings_of(settings: Settings, office: HostedOffice) -> Settings:
    """Return the settings of an office: those of the installation, with database, archive, keys and address its own.

    A SOP, templates, a retention table and permissions that lie in its folder (`sop.yaml`, `templates/`,
    `retention.csv`, `permissions.yaml`) are used instead of the installation's, and so is what its `settings.env` says.
    Seal, returned files and the provider of accounts are never the installation's: they are one office's alone.
    Nothing is opened; the installation's secret key is made if it has none yet.

    Raises DataFileError when `settings.env` is wrong.
    """
    data = settings.data / FOLDER / office.slug
    derived = dataclasses.replace(
        settings,
        office=office.slug,
        retired=office.retired_at is not None,
        data=data,
        public_url=public_url_of(settings, office),
        database_url=_database_url(settings.database_url, data, office.slug),
        store_url=_store_url(settings.store_url, data, office.slug),
        archive_key_file=data / "archive.key",
        secret_key=_secret_key(settings, office.slug),
        seal_file=None,
        seal_password="",
        returns=None,
        openid=None,
    )
    own_files: dict[str, Any] = {field: data / name for field, name in OWN_FILES.items() if (data / name).exists()}
    checks = data if "templates" in own_files else settings.checks or settings.data
    derived = dataclasses.replace(derived, **own_files, checks=checks)
    return with_own_settings(derived, data / SETTINGS_FILE)


def schema_name(slug: str) -> str:
    """Return the PostgreSQL schema of an office: no two slugs have the same, because they hold no `_`."""
    return _SCHEMA + slug.replace("-", "_")


def public_url_of(settings: Settings, office: HostedOffice) -> str:
    """Return an office's address: its host with scheme and port of the installation's, or a path under that one."""
    if not office.host:
        return settings.public_url + office.path
    parts = urlsplit(settings.public_url)
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, office.host + port, "", "", ""))


def _database_url(installation_url: str, data: Path, slug: str) -> str:
    if installation_url.startswith("sqlite"):
        return f"sqlite:///{data / 'docgen.sqlite'}"
    return in_schema(installation_url, schema_name(slug))


def _store_url(installation_url: str, data: Path, slug: str) -> str:
    if not installation_url.startswith("s3://"):
        return (data / "objects").as_uri()
    parts = urlsplit(installation_url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}-{slug}"))


def _secret_key(settings: Settings, slug: str) -> str:
    """Return a key that follows from the installation's, and from which neither it nor another office's follows."""
    return hmac.new(secret_key(settings).encode(), f"docgen office\0{slug}".encode(), hashlib.sha256).hexdigest()
