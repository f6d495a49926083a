"""Limit the letters and previews that this process makes at once, for all callers, each office and each caller."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from docgen.errors import Busy, ConverterUnavailable, TooManyAtOnce
from docgen.libreoffice.messages import BUSY
from docgen.work_context import Urgency, current_office
from storage.errors import StoreUnavailable
from wording import say

# A service has 16 threads: two stay for readers, and no caller takes more than half of them.
PLACES = 14
SHARE = {Urgency.LETTER: 8, Urgency.PREVIEW: 4}  # at once for one caller
OFFICE_SHARE = 10  # at once for one of several offices, so that the others find some free


class ProcessPlaces:
    """Counts the letters and previews that this process makes for all offices just now. Safe between threads."""

    def __init__(self) -> None:
        self.has_offices = False
        self._guard = threading.Lock()
        self._taken: Counter[str] = Counter()

    @contextmanager
    def take(self, office: str) -> Iterator[None]:
        """Hold a place for one letter of an office. Raises Busy when all places, or its own, are taken."""
        with self._guard:
            if self._taken.total() >= PLACES or (self.has_offices and self._taken[office] >= OFFICE_SHARE):
                raise Busy(BUSY)
            self._taken[office] += 1
        try:
            yield
        finally:
            with self._guard:
                self._taken[office] -= 1
                self._taken += Counter()  # forgets who has none


class Places:
    """Counts the letters and previews that this process makes for the callers of one desk. Safe between threads.

    `kept_back` is why the last letter could not be made though nothing is wrong with it, until that is over. The desks
    of several offices share the places `of_process`.
    """

    def __init__(self, of_process: ProcessPlaces | None = None) -> None:
        self._of_process = of_process or ProcessPlaces()
        self.kept_back: StoreUnavailable | ConverterUnavailable | None = None
        self.asking = threading.Lock()
        self._guard = threading.Lock()
        self._taken: Counter[tuple[str, Urgency]] = Counter()

    @contextmanager
    def take(self, caller: str, degree: Urgency) -> Iterator[None]:
        """Hold a place for one letter. Raises TooManyAtOnce, and Busy when all places are taken."""
        key = caller, degree
        with self._guard:
            if self._taken[key] >= SHARE[degree]:
                raise TooManyAtOnce(
                    say(
                        "Sedang dibuat {share} naskah untuk Anda, sebanyak yang boleh sekaligus. Yang ini "
                        "belum dibuat dan belum bernomor; kirim lagi sebentar lagi.",
                        share=SHARE[degree],
                    )
                    if degree is Urgency.LETTER
                    else say(
                        "Sedang dibuat {share} pratinjau untuk Anda, sebanyak yang boleh sekaligus. Pratinjau "
                        "ini menyusul sebentar lagi.",
                        share=SHARE[degree],
                    )
                )
            self._taken[key] += 1
        try:
            with self._of_process.take(current_office()):
                yield
        finally:
            with self._guard:
                self._taken[key] -= 1
                self._taken += Counter()  # forgets who has none
