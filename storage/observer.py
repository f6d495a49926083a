"""Who is told how long a call of the store or a statement of the database took."""

from __future__ import annotations

from typing import Protocol


class Observer(Protocol):
    """Is told of each call when it is over. It must be quick, and raises nothing."""

    def __call__(self, operation: str, seconds: float, *, is_ok: bool) -> object:
        """Take note of a call; `is_ok` is False where nobody answered."""


def nobody(operation: str, seconds: float, *, is_ok: bool) -> None:
    """Take no note."""
