"""Refuse a letter for which there is no room, before it takes a number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from docgen.desk.desk import Desk
from docgen.work_context import Urgency, current_caller, current_urgency
from storage.errors import StoreFull
from storage.space import shortage
from wording import say


@contextmanager
def admit(desk: Desk) -> Iterator[None]:
    """Hold a place for one letter or preview of the caller while it is made.

    Work without a caller (commands, recovery) needs none. Raises TooManyAtOnce, and Busy when all places are taken.
    """
    caller, degree = current_caller(), current_urgency()
    if not caller or degree is Urgency.BACKGROUND:
        yield
        return
    with desk.places.take(caller, degree):
        yield


def require_room(desk: Desk) -> None:
    """Raise StoreFull; and after a letter could not be made, until store and converter work again, StoreUnavailable or
    ConverterUnavailable.

    One caller at a time checks whether they do, and others are refused meanwhile, so that nobody waits for them.
    """
    require_space(desk)
    reason = desk.places.kept_back
    if reason is None or not current_caller():
        return
    if not desk.places.asking.acquire(blocking=False):
        raise type(reason)(str(reason))
    try:
        desk.store.check()
        desk.converter.check()
        desk.places.kept_back = None
    finally:
        desk.places.asking.release()


def require_space(desk: Desk) -> None:
    """Raise StoreFull when a disk of this machine is too full to begin anything new."""
    short: list[int] = []
    for folder in desk.disks:
        with suppress(OSError):  # a missing folder is reported when something is written there
            free = shortage(folder)
            short += [] if free is None else [free]
    if short:
        raise StoreFull(
            say(
                "Disk layanan hampir penuh (sisa {megabytes} MB), sehingga belum ada yang dibuat dan belum ada "
                "nomor yang terpakai. Minta administrator mengosongkan disk, lalu kirim lagi.",
                megabytes=min(short) // 1024**2,
            )
        )
