"""How long work reports how far it is: the callback that whoever waits for it hands in."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""`progress(done, total)`: called before each item with the number of items done so far, and at the end with `total`
twice. It may raise to stop the work, e.g. when a job is cancelled; the work lets the error pass."""


def no_progress(done: int, total: int) -> None:
    """Ignore the progress: the default where nobody watches."""
