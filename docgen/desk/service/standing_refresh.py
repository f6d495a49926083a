"""Keep how documents and dossiers stand in step with what changed, soon after it changed."""

from __future__ import annotations

import hashlib
from importlib.metadata import version

from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.desk import Desk
from docgen.desk.dossiers.standing import refresh
from storage.catalogue import standings

RULES = 1  # increased whenever other rows are computed from the same documents and the same SOP
MEMORY = "standings.checked"


class StandingRefresher(ServiceThread):
    """Calls `refresh` every `interval` seconds; at first for every open dossier, if the SOP or a kind is another than
    at the last start.
    """

    def __init__(self, desk: Desk, interval: float = 1.0) -> None:
        super().__init__("standings", interval)
        self._desk = desk
        self._kinds = desk.kind_register.in_force()

    def begin(self) -> None:
        """Note every open dossier unless its rows were computed by the same rules."""
        self._kinds = self._desk.kind_register.in_force()
        memory, rules = self._desk.data / MEMORY, _rules(self._desk)
        if memory.exists() and memory.read_text() == rules:
            return
        with self._desk.catalogue.write() as tx:
            standings.note_all(tx, is_open=True)
        memory.write_text(rules)

    def work(self) -> None:
        """Refresh until nothing is new; where another version of a kind is in force, as at the beginning."""
        if self._desk.kind_register.in_force() is not self._kinds:
            self.begin()
        while not self.stopping and refresh(self._desk):
            pass


def _rules(desk: Desk) -> str:
    """Return the SHA-256 of what the rows are computed by, and of which database they are in."""
    rules = [version("docgen"), str(RULES), str(desk.catalogue.engine.url), desk.sop.model_dump_json()]
    rules += [f"{slug} {kind.sheet.model_dump_json()}" for slug, kind in sorted(desk.kinds.items())]
    return hashlib.sha256("\0".join(rules).encode()).hexdigest()
