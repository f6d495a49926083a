"""The office and the caller for whom a thread works, the ids its work is about, and the urgency of the work, by which
shared workers order their queues.

It goes with the thread (and with a copied context), so that no function on the way has to pass it on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum


class Urgency(IntEnum):
    """How long work may wait; the lower goes first."""

    LETTER = 0  # somebody waits for a letter
    PREVIEW = 1  # somebody looks while writing
    BACKGROUND = 2  # a job, or work that was interrupted


_OFFICE = ContextVar("office", default="")
_CALLER = ContextVar("caller", default="")
_URGENCY = ContextVar("urgency", default=Urgency.LETTER)
_NOTES: ContextVar[Mapping[str, str]] = ContextVar("notes")


def set_office(slug: str) -> None:
    """Note for which office this thread works from now on; "" for the installation itself."""
    _OFFICE.set(slug)


def current_office() -> str:
    """Return the slug of the office for which this thread works; "" for the installation itself."""
    return _OFFICE.get()


@contextmanager
def working_for(slug: str) -> Iterator[None]:
    """Let this thread work for an office within; threads and queues that are made within work for it, too."""
    token = _OFFICE.set(slug)
    try:
        yield
    finally:
        _OFFICE.reset(token)


def set_caller(name: str) -> None:
    """Note on whose behalf this thread works from now on, as `token:ID` or `account:NAME`; "" for nobody's."""
    _CALLER.set(name)


def current_caller() -> str:
    """Return on whose behalf this thread works; "" when it is nobody's."""
    return _CALLER.get()


def current_urgency() -> Urgency:
    """Return how urgent the work in hand is."""
    return _URGENCY.get()


@contextmanager
def urgency(degree: Urgency) -> Iterator[None]:
    """Mark what is done within as this urgent; what is in the background already stays there."""
    token = _URGENCY.set(max(degree, _URGENCY.get()))
    try:
        yield
    finally:
        _URGENCY.reset(token)


@contextmanager
def in_background() -> Iterator[None]:
    """Mark what is done within as part of a job: people's work goes before it, and it takes nothing they wait for."""
    with urgency(Urgency.BACKGROUND):
        yield


def set_notes(**ids: str) -> None:
    """Note which ids the work of this thread is about, for its lines in the log; without any, forget the others'."""
    _NOTES.set(ids)


def current_notes() -> Mapping[str, str]:
    """Return the ids that the work in hand is about, by what they are of: `request`, `job`, `document`."""
    return _NOTES.get({})


def current_request() -> str:
    """Return the id of the caller's request that the work in hand follows from; "" when it follows from none."""
    return current_notes().get("request", "")


@contextmanager
def noted(**ids: str) -> Iterator[None]:
    """Put these ids into each line that is logged within. Ids only: no name, number, title or address.

    One that is "" is left as it is.
    """
    token = _NOTES.set({**current_notes(), **{name: id for name, id in ids.items() if id}})
    try:
        yield
    finally:
        _NOTES.reset(token)
