"""Limit the letters and previews that this process makes at the same time, for all callers and for each."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from docgen.errors import Busy, ConverterUnavailable, TooManyAtOnce
from docgen.libreoffice.messages import BUSY
from docgen.work_context import Urgency
from storage.errors import StoreUnavailable
from wording import say

# A service has 16 threads: two stay for readers, and no caller takes more than half of them.
PLACES = 14
SHARE = {Urgency.LETTER: 8, Urgency.PREVIEW: 4}  # at once for one caller


class Places:
    """Counts the letters and previews that this process makes for callers just now. Safe between threads.

    `kept_back` is why the last letter could not be made though nothing is wrong with it, until that is over.
    """

    def __init__(self) -> None:
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
            if self._taken.total() >= PLACES:
                raise Busy(BUSY)
            self._taken[key] += 1
        try:
            yield
        finally:
            with self._guard:
                self._taken[key] -= 1
                self._taken += Counter()  # forgets who has none
