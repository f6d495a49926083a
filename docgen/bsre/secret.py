"""A passphrase or one-time code on its way from the person to BSrE."""

from __future__ import annotations

from typing import Literal, NoReturn

SecretSort = Literal["passphrase", "totp"]


class Secret:
    """What only its owner may know, held in memory that can be wiped. It is taken once, is never printed or pickled.

    Python strings cannot be wiped, so hand over bytes read from the request where that can be done.
    """

    __slots__ = ("_taken", "_value", "sort")

    def __init__(self, sort: SecretSort, value: bytes | bytearray | str) -> None:
        self.sort = sort
        self._value = bytearray(value.encode() if isinstance(value, str) else value)
        self._taken = False

    @classmethod
    def passphrase(cls, value: bytes | bytearray | str) -> Secret:
        """Return an official's passphrase, as UTF-8 where it is bytes."""
        return cls("passphrase", value)

    @classmethod
    def totp(cls, value: bytes | bytearray | str) -> Secret:
        """Return a one-time code."""
        return cls("totp", value)

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was typed, or it was wiped."""
        return not self._value

    def copy(self) -> Secret:
        """Return another secret of the same value, for one of several calls; each is wiped by itself."""
        return Secret(self.sort, self._value)

    def take(self) -> bytearray:
        """Return the value, which the caller wipes by `wipe`. Raises RuntimeError the second time."""
        if self._taken:
            raise RuntimeError("a secret is taken once")
        self._taken = True
        return self._value

    def wipe(self) -> None:
        """Overwrite the value with zeros, also where it was taken, and forget it."""
        zero(self._value)
        self._value = bytearray()
        self._taken = True

    def __repr__(self) -> str:
        return f"<{self.sort}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")

    def __del__(self) -> None:
        if not self._taken:  # whoever took it may still use it
            zero(self._value)


def zero(value: bytearray, start: int = 0, end: int | None = None) -> None:
    """Overwrite bytes in place with zeros."""
    places = range(len(value))[start:end]
    value[places.start : places.stop] = bytes(len(places))
