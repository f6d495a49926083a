"""The desk of a command, opened and closed around it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docgen.settings import Settings


@contextmanager
def opened_desk(settings: Settings) -> Iterator[Any]:
    """The desk the settings name; what is done is recorded as coming from the command line."""
    from docgen.desk import open_desk
    from docgen.desk.audit import coming_from

    desk = open_desk(settings)
    try:
        with coming_from("baris perintah"):
            yield desk
    finally:
        desk.close()


def named(officials: tuple[str, ...]) -> list[str]:
    """The officials named on the command line; "all" stands for every one."""
    return ["*"] if "all" in officials else list(officials)
