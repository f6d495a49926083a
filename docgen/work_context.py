"""The caller for whom a thread works, and the urgency of the work, by which shared workers order their queues.

It goes with the thread (and with a copied context), so that no function on the way has to pass it on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum


class Urgency(IntEnum):
    """How long work may wait; the lower goes first."""

    LETTER = 0  # somebody waits for a letter
    PREVIEW = 1  # somebody looks while writing
    BACKGROUND = 2  # a job, or work that was interrupted


_CALLER = ContextVar("caller", default="")
_URGENCY = ContextVar("urgency", default=Urgency.LETTER)


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
