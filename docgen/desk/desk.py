"""What every use-case works with, opened once per process."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from docgen.desk.locking import object_lock
from docgen.desk.signing import Signing
from docgen.indonesian import local_date
from docgen.kinds import Kind, load_kinds
from docgen.libreoffice import Converter, start_converter
from docgen.retention import RetentionTable, load_retention
from docgen.settings import Settings
from docgen.sop import Sop, load_sop
from storage.backup import before_upgrade
from storage.catalogue import Catalogue
from storage.catalogue.registers import get_office
from storage.objects import ObjectStore, open_store
from templates_docx import FOLDER


def utc_now() -> dt.datetime:
    """The current moment, in UTC."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Desk:
    """The opened parts: catalogue, object store, converter, and the data that says what can be made."""

    catalogue: Catalogue
    store: ObjectStore
    converter: Converter
    sop: Sop
    kinds: Mapping[str, Kind]
    public_url: str
    data: Path
    signing: Signing = field(default_factory=Signing)
    retention: RetentionTable = field(default_factory=load_retention)
    now: Callable[[], dt.datetime] = utc_now
    redirects: bool = False  # whether large files are downloaded from the store itself
    templates: Path | None = None  # the office's own, which go before the delivered ones

    def today(self) -> dt.date:
        """Today's date where the office is (WITA by default)."""
        with self.catalogue.read() as tx:
            return self.today_in(tx)

    def today_in(self, tx: Connection) -> dt.date:
        """As `today`, in a transaction that is open already."""
        return local_date(self.now(), get_office(tx).time_zone)

    def template(self, name: str) -> Path:
        """A Word template that is no kind, e.g. `_bundel`: the office's own where it has one."""
        own = self.templates / name / "template.docx" if self.templates else None
        return own if own is not None and own.is_file() else FOLDER / name / "template.docx"

    def verify_url(self, code: str) -> str:
        """The public page that tells whether a printed document is genuine; what its QR opens."""
        return f"{self.public_url}/verifikasi/{code}"

    def close(self) -> None:
        """Stop LibreOffice and close the database."""
        self.converter.close()
        self.catalogue.close()


def open_desk(settings: Settings, converter: Converter | None = None, *, spares: int = 0) -> Desk:
    """Open everything the settings name. Does not wait for LibreOffice, which warms up in the background.

    A `converter` that runs already is used instead of starting one; `spares` are LibreOffices kept warm beside those
    that work, for a service that runs long.

    Raises DataFileError, TemplateError (SOP or templates are wrong), StorageError (store or database).
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    folders = [FOLDER] + ([settings.templates] if settings.templates else [])
    kinds = load_kinds(folders, checked=settings.data / "kinds.checked")
    sop = load_sop(settings.sop)
    table = load_retention(settings.retention)
    catalogue = Catalogue(settings.database_url)
    catalogue.upgrade(lambda version: _save(catalogue, settings, version))
    return Desk(
        catalogue=catalogue,
        store=open_store(
            settings.store_url,
            settings.s3_access_key,
            settings.s3_secret_key,
            lock=object_lock(settings, sop, table),
            public_url=settings.s3_public_url,
        ),
        converter=converter or start_converter(settings.converters, settings.data / "libreoffice", spares),
        sop=sop,
        kinds=kinds,
        public_url=settings.public_url,
        data=settings.data,
        signing=Signing.of(settings),
        retention=table,
        redirects=settings.s3_redirect,
        templates=settings.templates,
    )


def _save(catalogue: Catalogue, settings: Settings, version: str) -> None:
    file = before_upgrade(catalogue, settings.data / "backups", version, utc_now())
    logging.getLogger("docgen").info("The schema is upgraded from %s; backup: %s", version, file)
