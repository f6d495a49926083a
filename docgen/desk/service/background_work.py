"""What runs beside the server, once for all processes of a service, for the installation and each of its offices."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from docgen.desk.background.jobs import Jobs
from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.desk import Desk
from docgen.desk.notices.services import notice_services
from docgen.desk.service.document_recovery import HeldDecisions, Recoverer
from docgen.desk.service.indexing import Indexer
from docgen.desk.service.mirror_merge import MirrorMerger
from docgen.desk.service.open_offices import AGAIN, OpenOffices
from docgen.desk.service.renewal_watch import RenewalWatcher
from docgen.desk.service.returns_folder import ReturnsFolder
from docgen.desk.service.standing_refresh import StandingRefresher
from docgen.desk.webhooks.delivery import Deliverer
from docgen.errors import DocgenError
from docgen.settings import Settings
from docgen.work_context import working_for
from storage.errors import StorageError
from storage.records import HostedOffice

log = logging.getLogger("docgen.background")

Services = list[ServiceThread | Jobs]
INTERVAL = 2.0  # seconds between two looks at which offices are there


@contextmanager
def background_work(offices: OpenOffices, jobs: Jobs) -> Iterator[None]:
    """Run the threads of the installation, whose queue is `jobs`, and of its offices, and stop them at the end."""
    services: Services = [*_services(offices.desk, offices.settings, jobs), OfficesAtWork(offices)]
    _start(services)
    try:
        yield
    finally:
        _stop(services)


class OfficesAtWork(ServiceThread):
    """Starts the threads of each office; those of one that is retired finish what was promised, and no more.

    An office that cannot be opened is tried again, and keeps no other waiting.
    """

    def __init__(self, offices: OpenOffices) -> None:
        super().__init__("offices at work", INTERVAL, at_once=True)
        self._offices = offices
        self._services: dict[str, tuple[HostedOffice, Services]] = {}
        self._next_try: dict[str, float] = {}

    def work(self) -> None:
        """Do one round."""
        hosted = self._offices.hosted
        for slug, (office, services) in list(self._services.items()):
            if hosted.get(slug) != office:
                log.info("The background work of the office %s is stopped", slug)
                _stop(services)
                del self._services[slug]
        for slug in hosted.keys() - self._services.keys():
            if not self.stopping and time.monotonic() >= self._next_try.get(slug, 0):
                self._try_to_start(slug)

    def end(self) -> None:
        """Stop the threads of every office."""
        _stop([service for _, services in self._services.values() for service in services])

    def _try_to_start(self, slug: str) -> None:
        try:
            office = self._offices.get(slug)
        except (StorageError, DocgenError, OSError):  # logged where it is opened
            self._next_try[slug] = time.monotonic() + AGAIN
            return
        with working_for(slug):
            is_retired = office.hosted.retired_at is not None
            services = _services(office.desk, office.settings, office.jobs, is_retired=is_retired)
            _start(services)
        self._services[slug] = office.hosted, services


def _services(desk: Desk, settings: Settings, jobs: Jobs, *, is_retired: bool = False) -> Services:
    """Return the threads of one desk, not started."""
    services: Services = [Indexer(desk), StandingRefresher(desk)]
    if desk.is_drill:  # it holds the promises of another service, which keeps them itself
        return services
    if is_retired:
        return [*services, Recoverer(desk), HeldDecisions(desk)]
    services += [Recoverer(desk), HeldDecisions(desk), Deliverer(desk, settings.webhook_private), jobs]
    services += [RenewalWatcher(desk), MirrorMerger(desk)]
    services += notice_services(desk, desk.secret_key(), settings.webhook_private)
    return services + ([ReturnsFolder(desk, settings.returns)] if settings.returns else [])


def _start(services: Services) -> None:
    for service in services:
        service.start()


def _stop(services: Services) -> None:
    """Stop all of them together, so that they end as soon as the slowest does."""
    for service in services:
        service.announce_stop()
    for service in services:
        service.stop()
