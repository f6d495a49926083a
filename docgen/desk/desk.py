"""The `Desk` that every use-case gets: catalogue, store, converter, SOP and kinds, opened once per process."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from docgen.bsre import BsreClient
from docgen.desk.data_files import DataFiles
from docgen.desk.job_memory import JobMemory
from docgen.desk.kind_register import KindRegister
from docgen.desk.letters_in_work import Places
from docgen.desk.object_lock import object_lock
from docgen.desk.office_seal import OfficeSeal
from docgen.desk.stored_kinds import StoredKinds
from docgen.errors import NotFound, OfficeRetired, TemplateError
from docgen.indonesian import local_date
from docgen.kinds.kind import TEMPLATE, Kind
from docgen.libreoffice import Converter, start_converter
from docgen.libreoffice.refusals import Refusals
from docgen.links import Links
from docgen.mail import MailServer
from docgen.messages import nearest
from docgen.openid.settings import require_known_roles
from docgen.permissions import PermissionTable, load_permissions
from docgen.render.shared.definitions import NO_PARTS, SharedParts
from docgen.render.shared.insert import open_whole
from docgen.render.word.template import WordTemplate
from docgen.retention import RetentionTable, load_retention
from docgen.secret_box import secret_key
from docgen.settings import Settings
from docgen.sop import Sop
from docgen.telemetry.observing import database_observer, observe_store
from storage.backup import back_up_before_upgrade
from storage.catalogue import Catalogue
from storage.catalogue.database import CONNECTIONS
from storage.catalogue.identity import get_identity
from storage.catalogue.registers import get_office
from storage.errors import ArchiveReadOnly
from storage.objects import ObjectStore, ReadOnlyStore, open_store, root_of
from templates_docx import FOLDER
from wording import say

log = logging.getLogger("docgen")

RETRY = dt.timedelta(seconds=30)
OFFICE_CONNECTIONS = 2  # to PostgreSQL that an office keeps while they are idle, as there may be many offices


def utc_now() -> dt.datetime:
    """Return the current moment, in UTC."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Desk:
    """The opened parts: catalogue, object store, converter, and the data that says what can be made."""

    catalogue: Catalogue
    store: ObjectStore
    converter: Converter
    sop: Sop
    kinds: Mapping[str, Kind]  # in force now
    kind_register: KindRegister  # which they are
    stored_kinds: StoredKinds  # every version that the office made
    public_url: str
    data: Path
    secret_key: Callable[[], str] = field(repr=False)  # of the service: its own secrets follow from it
    signing: OfficeSeal = field(default_factory=OfficeSeal)
    retention: RetentionTable = field(default_factory=load_retention)
    roles: PermissionTable = field(default_factory=load_permissions)  # who may do what
    now: Callable[[], dt.datetime] = utc_now
    redirects: bool = False  # whether large files are downloaded from the store itself
    templates: Path | None = None  # the office's own, which go before the delivered ones
    shared: SharedParts = field(default=NO_PARTS, repr=False)  # letterhead, signature blocks …
    places: Places = field(default_factory=Places)
    disks: tuple[Path, ...] = ()  # the folders of this machine that grow with every letter
    refusals: Refusals = field(default_factory=Refusals)
    mail: MailServer | None = None  # by which people are told what waits for them
    bsre: BsreClient | None = None  # by which officials sign electronically
    job_memory: JobMemory = field(default_factory=JobMemory)
    files: DataFiles = field(default_factory=DataFiles, repr=False)  # by which other desks have what this one has
    is_retired: bool = False  # out of service: everything can be read, and nothing new begins
    retry: dt.timedelta = RETRY  # until what failed because something was away is tried again

    def today(self) -> dt.date:
        """Return today's date where the office is (WITA by default)."""
        with self.catalogue.read() as tx:
            return self.today_in(tx)

    def today_in(self, tx: Connection) -> dt.date:
        """Return `today`, in a transaction that is open already."""
        return local_date(self.now(), get_office(tx).time_zone)

    @property
    def is_drill(self) -> bool:
        """Return whether the catalogue was made for a drill: the archive is only read."""
        return isinstance(self.store, ReadOnlyStore)

    @property
    def switched_off(self) -> Mapping[str, str]:
        """Return which templates cannot be used, by name, with the reason."""
        return self.kind_register.in_force().switched_off

    def require_archive(self) -> None:
        """Raise ArchiveReadOnly in a drill and OfficeRetired in an office that is out of service, before anything is
        decided that has to be archived.
        """
        if self.is_drill:
            raise ArchiveReadOnly
        if self.is_retired:
            raise OfficeRetired

    def missing_kind(self, slug: str) -> str:
        """Return a sentence about a kind that cannot be issued: switched off with its reason, or unknown."""
        if reason := self.switched_off.get(slug):
            return say("Jenis naskah {slug} dimatikan: {reason}", slug=repr(slug), reason=reason)
        return f"Jenis naskah {slug!r} tidak ada.{nearest(slug, list(self.kinds))}"

    def kind_title(self, slug: str) -> str:
        """Return the title of a kind, the last one if it is no longer in use; of an unknown one its slug, readable."""
        kind = self.kinds.get(slug)
        return kind.title if kind else self.kind_register.in_force().titles.get(slug) or _readable(slug)

    def procedure_title(self, slug: str) -> str:
        """Return the title of a procedure; of one that the SOP no longer has its slug, readable."""
        try:
            return self.sop.procedure(slug).title
        except NotFound:
            return _readable(slug)

    def template(self, name: str) -> WordTemplate:
        """Return a Word template that is no kind, e.g. `_bundel`: the office's own where it has one.

        Raises TemplateError when the office's own is wrong.
        """
        if reason := self.switched_off.get(name):
            raise TemplateError(reason)
        own = self.templates / name / TEMPLATE if self.templates else None
        file = own if own is not None and own.is_file() else FOLDER / name / TEMPLATE
        return open_whole(file.read_bytes(), self.shared, f"{name}/{TEMPLATE}")

    @property
    def links(self) -> Links:
        """Return the addresses of this service, as they are printed and sent."""
        return Links(self.public_url)

    def close(self) -> None:
        """Stop LibreOffice and close the database."""
        self.converter.close()
        self.catalogue.close()


def open_desk(
    settings: Settings,
    converter: Converter | None = None,
    *,
    spares: int = 0,
    warm: bool = True,
    files: DataFiles | None = None,
) -> Desk:
    """Open everything the settings name. Does not wait for LibreOffice, which warms up in the background.

    A `converter` that runs already is used instead of starting one; `spares` are LibreOffices kept warm beside those
    that work, for a service that runs long. Without `warm` LibreOffice starts with the first document. `files` are
    those of another desk: what both have from the same file is read once.

    A template that is wrong is switched off with its reason, and all else works. Raises DataFileError (the SOP is
    wrong), TemplateError (there is no folder of templates), ConverterUnavailable (new templates cannot be checked now),
    StorageError (store or database).
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    files = files or DataFiles()
    templates, sop = files.templates(settings), files.sop(settings)
    table, roles = files.retention(settings), files.roles(settings)
    if settings.openid is not None:
        require_known_roles(settings.openid, [*roles.roles, *roles.formerly])
    connections = OFFICE_CONNECTIONS if settings.office else CONNECTIONS
    catalogue = Catalogue(settings.database_url, connections, database_observer())
    catalogue.upgrade(lambda version: _save(catalogue, settings, version))
    store = open_store(
        settings.store_url,
        settings.s3_access_key,
        settings.s3_secret_key,
        lock=object_lock(settings, sop, table),
        public_url=settings.s3_public_url,
        key_file=settings.archive_key_file,
        sse=settings.s3_sse,
        observe=observe_store,
    )
    with catalogue.read() as tx:
        writes = get_identity(tx).writes
    stored = StoredKinds(catalogue, store, settings.data, templates.shared)
    register = KindRegister(templates.kinds, templates.switched_off, stored, utc_now)
    return Desk(
        catalogue=catalogue,
        store=store if writes else ReadOnlyStore(store),
        converter=converter or start_converter(settings.converters, settings.data / "libreoffice", spares, warm=warm),
        sop=sop,
        kinds=register,
        kind_register=register,
        stored_kinds=stored,
        public_url=settings.public_url,
        data=settings.data,
        secret_key=partial(secret_key, settings),
        signing=OfficeSeal.of(settings),
        retention=table,
        roles=roles,
        redirects=settings.s3_redirect,
        templates=settings.templates,
        shared=templates.shared,
        mail=settings.mail,
        bsre=BsreClient.of(settings.bsre) if settings.bsre else None,
        disks=tuple({settings.data, catalogue.folder or settings.data, root_of(store) or settings.data}),
        files=files,
        is_retired=settings.retired,
    )


def _readable(slug: str) -> str:
    return slug.replace("_", " ").capitalize()


def _save(catalogue: Catalogue, settings: Settings, version: str) -> None:
    file = back_up_before_upgrade(catalogue, settings.data / "backups", version, utc_now())
    log.info("The schema is upgraded from %s; backup: %s", version, file)
