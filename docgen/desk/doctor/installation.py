"""The parts of an installation as a checkup opens them: each when a check first needs it, and without changing any."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar, cast

from docgen.desk.desk import Desk, open_desk
from docgen.desk.doctor.probe import Seen, ask_service
from docgen.desk.object_lock import object_lock
from docgen.libreoffice import Converter, start_converter
from docgen.retention import load_retention
from docgen.settings import Settings
from docgen.sop import load_sop
from storage.catalogue import Catalogue, offices
from storage.catalogue.database import newest_version
from storage.errors import StorageError, StoreUnavailable
from storage.objects import ObjectStore, open_store
from storage.records import HostedOffice
from wording import say

T = TypeVar("T")
_CLOSING_SECONDS = 10.0


class Installation:
    """One installation, or one of its offices. Safe between threads: a part is opened once, and an error is kept, too.

    `environment` is where the settings were read from. With a `converter` that runs already no LibreOffice is started.
    """

    def __init__(
        self, settings: Settings, environment: Mapping[str, str] | None = None, converter: Converter | None = None
    ) -> None:
        self.settings = settings
        self.environment = os.environ if environment is None else environment
        self._closing = ExitStack()
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._parts: dict[str, Any] = {"converter": converter} if converter else {}

    @property
    def catalogue(self) -> Catalogue:
        """Return the database. Raises StorageError: its address is wrong, or its file does not exist."""
        return self._part("catalogue", self._open_catalogue)

    @property
    def store(self) -> ObjectStore:
        """Return the object store. Raises StorageError, DataFileError."""
        return self._part("store", self._open_store)

    @property
    def converter(self) -> Converter:
        """Return a LibreOffice of the checkup's own, which starts with its first document."""
        return self._part("converter", self._start_converter)

    @property
    def desk(self) -> Desk:
        """Return the desk; its database is not upgraded. Raises StorageError, DataFileError, TemplateError."""
        return self._part("desk", self._open_desk)

    @property
    def seen(self) -> Seen:
        """Return how the service sees a call to its public address. Raises NotThere, NotThisService."""
        return self._part("seen", lambda: ask_service(self.settings.public_url, self.secret_key()))

    @property
    def disks(self) -> list[Path]:
        """Return the folders that grow with the installation's work."""
        name = self.settings.database_url.removeprefix("sqlite:///")
        database = [Path(name).absolute().parent] if name != self.settings.database_url and name else []
        store = [Path(self.settings.store_url.removeprefix("file://"))] if self.has_folder else []
        return list(dict.fromkeys([self.settings.data, *database, *store]))

    @property
    def has_folder(self) -> bool:
        """Return whether the archive is a folder of this machine."""
        return self.settings.store_url.startswith("file://")

    def offices(self) -> list[HostedOffice]:
        """Return the offices that are in use. Raises StorageError."""
        with self.catalogue.read() as tx:
            return [office for office in offices.list_offices(tx) if office.retired_at is None]

    def office(self, slug: str) -> HostedOffice:
        """Return an office by its slug. Raises RecordMissing, StorageError."""
        with self.catalogue.read() as tx:
            return offices.get_office(tx, slug)

    def secret_key(self) -> str:
        """Return the service's secret key; "" while there is none. Raises OSError."""
        if self.settings.secret_key:
            return self.settings.secret_key
        path = self.settings.data / "secret.key"
        return path.read_text().strip() if path.exists() else ""

    def close(self) -> None:
        """Close what was opened; what hangs is left behind."""
        closing = threading.Thread(target=self._closing.close, name="doctor closes", daemon=True)
        closing.start()
        closing.join(_CLOSING_SECONDS)

    def _part(self, name: str, make: Callable[[], T]) -> T:
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._parts:
                try:
                    self._parts[name] = make()
                except Exception as error:  # noqa: BLE001  raised below, to each check that needs the part
                    self._parts[name] = error
        part = self._parts[name]
        if isinstance(part, Exception):
            raise part
        return cast(T, part)

    def _open_catalogue(self) -> Catalogue:
        url = self.settings.database_url
        file = Path(url.removeprefix("sqlite:///"))
        if url.startswith("sqlite:///") and not file.is_file():
            raise StoreUnavailable(say("Basis data {file} tidak ada.", file=file))
        catalogue = Catalogue(url)
        self._closing.callback(catalogue.close)
        return catalogue

    def _open_store(self) -> ObjectStore:
        settings = self.settings
        lock = object_lock(settings, load_sop(settings.sop), load_retention(settings.retention))
        keys = (settings.s3_access_key, settings.s3_secret_key)
        options = {"key_file": settings.archive_key_file, "sse": settings.s3_sse}
        return open_store(settings.store_url, *keys, lock=lock, public_url=settings.s3_public_url, **options)  # type: ignore[arg-type]

    def _start_converter(self) -> Converter:
        folder = self._closing.enter_context(TemporaryDirectory(prefix="docgen-doctor-", ignore_cleanup_errors=True))
        converter = start_converter(1, Path(folder), warm=False)
        self._closing.callback(converter.close)
        return converter

    def _open_desk(self) -> Desk:
        version = self.catalogue.version()
        if version != newest_version():
            raise StorageError(say("Skema basis data {version} bukan skema docgen ini.", version=repr(version)))
        desk = open_desk(self.settings, self.converter)
        self._closing.callback(desk.catalogue.close)
        return desk
