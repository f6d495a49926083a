"""The kinds that can be issued now: those that are delivered or installed, and over them what the office published.

What is in force follows the catalogue: publications of other processes and machines are seen within a second, plans
when their time comes. A version that is damaged never takes the place of a sound one.
"""

from __future__ import annotations

import datetime as dt
import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from docgen.desk.stored_kinds import StoredKinds, origin
from docgen.errors import ConverterUnavailable, TemplateError
from docgen.kinds.kind import Kind
from storage.catalogue import kind_versions
from storage.catalogue.kind_versions import DELIVERED
from storage.errors import StorageError
from storage.records import KindPublication, KindVersion
from wording import say

INTERVAL = 0.9  # seconds between two looks at the catalogue

log = logging.getLogger("docgen.kinds")


@dataclass(frozen=True)
class KindsInForce:
    """The kinds at a moment, by slug in alphabetical order; of what cannot be used the reason, by name."""

    kinds: Mapping[str, Kind]
    switched_off: Mapping[str, str]
    titles: Mapping[str, str] = field(default_factory=dict)  # of kinds, also of those that are no longer in use
    stamp: tuple[int, int] | None = None
    until: dt.datetime | None = None  # when the next publication begins
    is_whole: bool = True  # whether all could be read that should be


_PINNED: ContextVar[tuple[object, KindsInForce] | None] = ContextVar("kinds", default=None)  # of which register


class KindRegister(Mapping[str, Kind]):
    """The kinds in force, by slug. Thread-safe; `installed` are those that are delivered or installed, which were
    checked, and `wrong` the reasons why others were not.
    """

    def __init__(
        self,
        installed: Mapping[str, Kind],
        wrong: Mapping[str, str],
        stored: StoredKinds,
        now: Callable[[], dt.datetime],
    ) -> None:
        self.installed = installed
        self.now = now
        self._wrong = wrong
        self._stored = stored
        self._current = KindsInForce(installed, wrong, {slug: kind.title for slug, kind in installed.items()})
        self._looking = threading.Lock()
        self._next_look = 0.0

    def __getitem__(self, slug: str) -> Kind:
        return self.in_force().kinds[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self.in_force().kinds)

    def __len__(self) -> int:
        return len(self.in_force().kinds)

    def in_force(self) -> KindsInForce:
        """Return the kinds in force now; within `pinned` those at its beginning."""
        if (pinned := _PINNED.get()) is not None and pinned[0] is self:
            return pinned[1]
        is_first = self._current.stamp is None  # nobody uses a delivered kind before it is known what is published
        if time.monotonic() >= self._next_look or is_first:
            self._look_in_turn(waits=is_first)
        return self._current

    def refresh(self) -> None:
        """Look at the catalogue at once: this process published something."""
        with self._looking:
            self._look()
        if (pinned := _PINNED.get()) is not None and pinned[0] is self:
            _PINNED.set((self, self._current))

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Let this thread see the same kinds throughout, whatever is published meanwhile elsewhere."""
        token = _PINNED.set((self, self.in_force()))
        try:
            yield
        finally:
            _PINNED.reset(token)

    def _look_in_turn(self, *, waits: bool) -> None:
        """Look unless another thread did so meanwhile; while one does, only who `waits` waits for it."""
        if self._looking.acquire(blocking=waits):
            try:
                if time.monotonic() >= self._next_look:
                    self._look()
            finally:
                self._looking.release()

    def _look(self) -> None:
        self._next_look = time.monotonic() + INTERVAL
        current, now = self._current, self.now()
        try:
            with self._stored.catalogue.read() as tx:
                stamp = kind_versions.stamp(tx)
                if stamp == current.stamp and current.is_whole and (current.until is None or now < current.until):
                    return
                publications = kind_versions.list_publications(tx)
                versions = {(item.slug, item.version): item for item in kind_versions.list_versions(tx)}
        except StorageError:
            return  # what needs the catalogue says so
        self._current = self._laid_over(publications, versions, stamp, now)

    def _laid_over(
        self,
        publications: list[KindPublication],
        versions: Mapping[tuple[str, int], KindVersion],
        stamp: tuple[int, int],
        now: dt.datetime,
    ) -> KindsInForce:
        kinds, switched_off = dict(self.installed), dict(self._wrong)
        titles = {slug: str(version.sheet.get("title", slug)) for (slug, _), version in sorted(versions.items())}
        titles |= {slug: kind.title for slug, kind in kinds.items()}
        whole = True
        for slug, of_kind in itertools.groupby(publications, key=lambda item: item.slug):
            begun = kind_versions.begun(list(of_kind), now)
            if not begun:
                continue
            kinds.pop(slug, None)
            off = switched_off.pop(slug, None)
            try:
                kind = self._newest_sound(slug, begun, versions, switched_off)
                if kind is not None:
                    kinds[slug], titles[slug] = kind, kind.title
                elif off is not None:
                    switched_off[slug] = off
            except (StorageError, ConverterUnavailable) as error:
                whole = False
                if slug in self._current.kinds and self._current.stamp is not None:
                    kinds[slug] = self._current.kinds[slug]
                else:
                    switched_off[slug] = say("templatnya belum dapat dibaca sekarang: {error}", error=error)
        planned = [item.starts_at for item in publications if item.cancelled_at is None and item.starts_at > now]
        return KindsInForce(
            dict(sorted(kinds.items())), switched_off, titles, stamp, min(planned, default=None), is_whole=whole
        )

    def _newest_sound(
        self,
        slug: str,
        begun: Iterable[KindPublication],
        versions: Mapping[tuple[str, int], KindVersion],
        switched_off: dict[str, str],
    ) -> Kind | None:
        """Return the first kind that can be used, None when that is the installed one and there is none.

        Raises StorageError, ConverterUnavailable: which one it is cannot be known now.
        """
        for number in (publication.version for publication in begun):
            if number == DELIVERED:
                break
            try:
                return self._stored.load(versions[slug, number])
            except (StorageError, ConverterUnavailable):
                raise
            except TemplateError as error:
                log.error("Switched off: %s: %s", origin(slug, number), error)
                switched_off[origin(slug, number)] = str(error)
            except Exception as error:  # an unforeseen version costs itself, not the service
                log.exception("The kind %s cannot be loaded", origin(slug, number))
                switched_off[origin(slug, number)] = say("tidak dapat dimuat ({error})", error=repr(error))
        return self.installed.get(slug)
