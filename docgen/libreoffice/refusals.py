"""Remember the kinds whose letters LibreOffice could not make together.

The cause lies in the template, or in this version of LibreOffice, and seldom in one letter. So it is logged once and
remembered for an hour, and until then the letters of that kind are made one by one. After an hour LibreOffice or the
template may be another.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading

from docgen.errors import PdfError

log = logging.getLogger(__name__)

REMEMBERED = dt.timedelta(hours=1)


class Refusals:
    """The kinds of this process that are made one by one, each with the reason. Safe to share between threads."""

    def __init__(self) -> None:
        self._by_kind: dict[str, tuple[dt.datetime, str]] = {}  # when it was refused, and why
        self._lock = threading.Lock()

    def require_none(self, kind: str, now: dt.datetime) -> None:
        """Raise PdfError with the remembered reason while letters of this kind are to be made one by one."""
        with self._lock:
            if kind in self._by_kind:
                refused_at, reason = self._by_kind[kind]
                if now < refused_at + REMEMBERED:
                    raise PdfError(reason)
                del self._by_kind[kind]

    def remember(self, kind: str, reason: str, now: dt.datetime) -> None:
        """Remember and log why letters of this kind were refused."""
        with self._lock:
            is_known = kind in self._by_kind
            self._by_kind[kind] = now, reason
        if not is_known:
            log.warning("Letters of the kind %s are made one by one for an hour: %s", kind, reason)
