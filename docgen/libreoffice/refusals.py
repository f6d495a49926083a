"""Remember the letters that LibreOffice could not make together, by the kind or group they belong to.

The cause lies in the template, or in this version of LibreOffice, and seldom in one letter. So it is logged once and
remembered for an hour, and until then these letters are made one by one. After an hour LibreOffice or the template may
be another.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading

log = logging.getLogger(__name__)

REMEMBERED = dt.timedelta(hours=1)


class Refusals:
    """What this process makes one by one, each with the reason. Safe to share between threads."""

    def __init__(self) -> None:
        self._by_key: dict[str, tuple[dt.datetime, str]] = {}  # when it was refused, and why
        self._lock = threading.Lock()

    def reason(self, key: str, now: dt.datetime) -> str:
        """Return why letters of this kind or group are to be made one by one; "" if they may be made together."""
        with self._lock:
            if key not in self._by_key:
                return ""
            refused_at, reason = self._by_key[key]
            if now < refused_at + REMEMBERED:
                return reason
            del self._by_key[key]
            return ""

    def remember(self, key: str, reason: str, now: dt.datetime) -> None:
        """Remember and log why letters of this kind or group were refused."""
        with self._lock:
            is_known = key in self._by_key
            self._by_key[key] = now, reason
        if not is_known:
            log.warning("Letters of the kind %s are made one by one for an hour: %s", key, reason)
