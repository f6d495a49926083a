"""Give memory that a job no longer needs back to the system."""

from __future__ import annotations

import contextlib
import ctypes


def give_back_memory() -> None:
    """Return freed memory to the system; do nothing where the C library is not glibc.

    glibc keeps what threads free, in an arena for each, so that a service that made a thousand letters would keep a
    hundred MB that nobody uses.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
