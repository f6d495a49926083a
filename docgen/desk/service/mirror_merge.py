"""Merge old segments of the mirror once a day, so that the archive does not grow by an object for every letter."""

from __future__ import annotations

import logging

from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.desk import Desk
from docgen.desk.mirror import merge_mirror

log = logging.getLogger("docgen.mirror")

_DAY = 24 * 3600.0


class MirrorMerger(ServiceThread):
    """Calls `merge_mirror` every `interval` seconds; several services may do so at once."""

    def __init__(self, desk: Desk, interval: float = _DAY) -> None:
        super().__init__("mirror", interval)
        self._desk = desk

    def work(self) -> None:
        """Merge what is old enough."""
        merged, stay = merge_mirror(self._desk)
        if merged:
            log.info("%d objects stand for old segments of the mirror now; %d segments stay locked", merged, stay)
