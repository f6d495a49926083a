"""What the commands share: the opened desk, and a line that counts up."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from docgen.settings import Settings

if TYPE_CHECKING:
    from docgen.desk import Desk

Progress = Callable[[int, int], None]
_BAR = 30


@contextmanager
def opened_desk(settings: Settings, *, mirrored: bool = True, spares: int = 0) -> Iterator[Desk]:
    """The desk for one command; at its end, what the command changed is mirrored into the archive.

    `spares` are LibreOffices kept warm beside those that work.
    """
    from docgen.desk import open_desk
    from docgen.desk.audit import coming_from
    from docgen.desk.mirroring import keep_mirror

    desk = open_desk(settings, spares=spares)
    try:
        with coming_from("baris perintah"):
            yield desk
        if mirrored:
            keep_mirror(desk)
    finally:
        desk.close()


def counting(what: str, of: str = "berkas") -> Progress:
    """A bar on a terminal, over itself; in a log, a line now and then."""

    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            full = _BAR * done // total if total else _BAR
            bar = "█" * full + "░" * (_BAR - full)
            click.echo(f"\r{what} {bar} {done} dari {total} {of}", err=True, nl=done == total)
        elif done == total or (done and done % 1000 == 0):
            click.echo(f"{what}: {done} dari {total} {of}", err=True)

    return show


def named(officials: tuple[str, ...]) -> list[str]:
    """The officials named on the command line; "all" stands for every one."""
    return ["*"] if "all" in officials else list(officials)
