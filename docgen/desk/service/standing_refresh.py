"""Keep how documents and dossiers stand in step with what changed, soon after it changed."""

from __future__ import annotations

from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.desk import Desk
from docgen.desk.dossiers.standing import refresh
from storage.catalogue import standings


class StandingRefresher(ServiceThread):
    """Calls `refresh` every `interval` seconds; at first for every open dossier, because the SOP may be another now."""

    def __init__(self, desk: Desk, interval: float = 1.0) -> None:
        super().__init__("standings", interval)
        self._desk = desk

    def begin(self) -> None:
        """Note every open dossier."""
        with self._desk.catalogue.write() as tx:
            standings.note_all(tx, is_open=True)

    def work(self) -> None:
        """Refresh until nothing is new."""
        while not self.stopping and refresh(self._desk):
            pass
