"""Renew signatures by itself at night, so that no proof ends because nobody thought of it."""

from __future__ import annotations

import datetime as dt
import logging

from docgen.desk.archive.renewal import renew_letters
from docgen.desk.background.service_thread import ServiceThread
from docgen.desk.desk import Desk
from docgen.indonesian import local_date, local_moment
from storage.catalogue.registers import get_office

log = logging.getLogger("docgen.renewals")

NIGHT = range(1, 5)  # hours on the office's clock
BY = "docgen"


class RenewalWatcher(ServiceThread):
    """Looks every `interval` seconds whether it is night, and renews once each night what ends within a year.

    Does nothing without a timestamp server and trusted CAs, or where the office switched it off. Where nothing ends, a
    night costs two queries, and a look at letters that were signed since.
    """

    def __init__(self, desk: Desk, interval: float = 900.0) -> None:
        super().__init__("renewals", interval)
        self._desk = desk
        self._last: dt.date | None = None

    def work(self) -> None:
        """Renew, once a night."""
        signing = self._desk.signing
        if not (signing.renews_at_night and signing.can_renew):
            return
        with self._desk.catalogue.read() as tx:
            zone = get_office(tx).time_zone
        now = self._desk.now()
        today = local_date(now, zone)
        if local_moment(now, zone).hour not in NIGHT or today == self._last:
            return
        report = renew_letters(self._desk, BY, by_itself=True, is_stopping=lambda: self.stopping)
        if not report.is_cut:
            self._last = today
        if report.results:
            log.info("%d renewed, %d failed", report.count("renewed"), report.count("failed"))
