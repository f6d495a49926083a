"""The offices of an installation at a glance: how much each has, how late it is, how well it is kept.

Figures alone: no letter, number, title or name of an office's people leaves it. An office that cannot be reached has
none, and keeps the others waiting for a few seconds at most.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass

from docgen.desk.desk import Desk
from docgen.errors import DocgenError
from docgen.offices import public_url_of
from docgen.settings import Settings
from docgen.work_context import working_for
from storage.catalogue.figures import OfficeFigures, office_figures
from storage.catalogue.registers import get_office
from storage.errors import StorageError
from storage.records import HostedOffice
from storage.space import free_space

log = logging.getLogger("docgen.offices")

AT_ONCE = 8  # offices
PATIENCE = 3.0  # seconds for all; one that answers later is shown as away, and the next look finds what it said


@dataclass(frozen=True)
class OfficeState:
    """An office as its region sees it: its row, where it is, what it is called, its figures (None: it is away), and
    the free bytes of its fullest disk.
    """

    hosted: HostedOffice
    url: str
    name: str = ""
    figures: OfficeFigures | None = None
    free_bytes: int | None = None


class RegionOverview:
    """Asks every office for its figures, several at once. Safe between threads."""

    def __init__(self, settings: Settings, desk_of: Callable[[str], Desk], patience: float = PATIENCE) -> None:
        """`settings` are the installation's; `desk_of` returns the desk of an office, and may raise or take long."""
        self._settings, self._desk_of, self._patience = settings, desk_of, patience
        self._asked: set[str] = set()  # offices that have not answered yet: they are not asked twice
        self._guard = threading.Lock()

    def states(self, offices: Iterable[HostedOffice]) -> Sequence[OfficeState]:
        """Return the state of each office, in order."""
        hosted = list(offices)
        futures = {}
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="overview")
        for office in hosted:
            with self._guard:
                if office.slug in self._asked:
                    continue
                self._asked.add(office.slug)
            futures[office.slug] = pool.submit(self._state, office)
        answered, _ = wait(futures.values(), self._patience)
        pool.shutdown(wait=False)
        states = {slug: future.result() for slug, future in futures.items() if future in answered}
        return [states.get(office.slug) or self._away(office) for office in hosted]

    def _away(self, office: HostedOffice) -> OfficeState:
        return OfficeState(office, public_url_of(self._settings, office))

    def _state(self, office: HostedOffice) -> OfficeState:
        try:
            with working_for(office.slug):
                return self._ask(office)
        except (StorageError, DocgenError, OSError) as error:
            log.warning("The office %s is away: %s", office.slug, error)
            return self._away(office)
        finally:
            with self._guard:
                self._asked.discard(office.slug)

    def _ask(self, office: HostedOffice) -> OfficeState:
        desk = self._desk_of(office.slug)
        with desk.catalogue.read() as tx:
            figures = office_figures(tx, desk.now(), desk.today_in(tx))
            name = get_office(tx).name
        free = None
        with suppress(OSError):
            free = min(free_space(folder) for folder in desk.disks) if desk.disks else None
        return OfficeState(office, public_url_of(self._settings, office), name, figures, free)
