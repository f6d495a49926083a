"""The offices that an installation has beside its own, each opened in this process when it is first needed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from docgen.desk.background.jobs import Jobs
from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.desk import Desk, open_desk
from docgen.desk.letters_in_work import Places, ProcessPlaces
from docgen.desk.service.job_functions import WORKERS
from docgen.errors import DocgenError, NotFound
from docgen.offices import settings_of
from docgen.settings import Settings
from docgen.work_context import working_for
from storage.catalogue.offices import list_offices
from storage.errors import StorageError, StoreUnavailable
from storage.records import HostedOffice
from wording import say

log = logging.getLogger("docgen.offices")

INTERVAL = 2.0  # seconds between two looks at the list
AGAIN = 5.0  # seconds until an office that could not be opened is tried again


@dataclass(frozen=True)
class OpenOffice:
    """An office that is open: its row as it was then, its settings, its desk and its queue of long work."""

    hosted: HostedOffice
    settings: Settings
    desk: Desk
    jobs: Jobs

    def close(self) -> None:
        """End what it has begun and close its database; the LibreOffices are the installation's."""
        self.jobs.stop()
        self.desk.catalogue.close()


class OpenOffices:
    """The offices of an installation, by slug, as its list says; followed by a thread that looks at it.

    Each has a desk of its own, over the LibreOffices of the installation; `desk` is the installation's, which shares
    its places with them. Safe between threads.
    """

    def __init__(self, desk: Desk, settings: Settings) -> None:
        """Look at the list once. Raises StoreUnavailable."""
        self._places = ProcessPlaces()
        self.desk, self.settings = replace(desk, places=Places(self._places)), settings
        self.hosted: Mapping[str, HostedOffice] = {}
        self._guard = threading.Lock()
        self._opening: dict[str, threading.Lock] = {}
        self._open: dict[str, OpenOffice] = {}
        self._failures: dict[str, tuple[float, Exception]] = {}
        self.look()
        self._watch = _Watch(self)
        self._watch.start()

    def look(self) -> None:
        """Take up what the list says now; a drill has none, because their archives are in use elsewhere.

        Raises StoreUnavailable.
        """
        with self.desk.catalogue.read() as tx:
            hosted = {office.slug: office for office in list_offices(tx)} if not self.desk.is_drill else {}
        if hosted != self.hosted:
            log.info("The installation has %d offices", len(hosted))
        self._places.has_offices = bool(hosted)
        self.hosted = hosted

    def settings_of(self, slug: str) -> Settings:
        """Return the settings of an office. Raises NotFound, DataFileError."""
        return settings_of(self.settings, self._hosted(slug))

    def get(self, slug: str) -> OpenOffice:
        """Return an office, opened if it is not yet; one whose row has changed is opened anew.

        One that could not be opened is tried again after a while. Raises NotFound, StorageError, DocgenError.
        """
        hosted = self._hosted(slug)
        with self._guard:
            opening = self._opening.setdefault(slug, threading.Lock())
        current = self._open.get(slug)
        if current is not None and current.hosted == hosted:
            return current
        with opening:
            current = self._open.get(slug)
            if current is not None and current.hosted == hosted:
                return current
            self._require_pause(slug)
            try:
                office = self._opened(hosted)
            except (StorageError, DocgenError, OSError) as error:
                log.warning("The office %s cannot be opened: %s", slug, error)
                self._failures[slug] = (time.monotonic(), error)
                raise
            self._open[slug] = office
            self._failures.pop(slug, None)
        if current is not None:  # requests that began with it may go on for a while
            threading.Thread(target=current.close, name=f"closing {slug}", daemon=True).start()
        return office

    def close(self) -> None:
        """Follow the list no more, and close every office; the installation's desk is the caller's to close."""
        self._watch.stop()
        for office in self._open.values():
            office.close()
        self._open.clear()

    def _hosted(self, slug: str) -> HostedOffice:
        try:
            return self.hosted[slug]
        except KeyError:
            raise NotFound(say("Kantor {slug} tidak ada.", slug=repr(slug))) from None

    def _require_pause(self, slug: str) -> None:
        failed_at, error = self._failures.get(slug, (0.0, None))
        if error is not None and time.monotonic() < failed_at + AGAIN:
            raise StoreUnavailable(str(error))

    def _opened(self, hosted: HostedOffice) -> OpenOffice:
        settings = settings_of(self.settings, hosted)
        with working_for(hosted.slug):
            desk = replace(open_desk(settings, self.desk.converter, files=self.desk.files), places=Places(self._places))
            return OpenOffice(hosted, settings, desk, Jobs(desk, WORKERS))


class _Watch(ServiceThread):
    """Looks at the list of offices."""

    def __init__(self, offices: OpenOffices) -> None:
        super().__init__("offices", INTERVAL)
        self._offices = offices

    def work(self) -> None:
        self._offices.look()
