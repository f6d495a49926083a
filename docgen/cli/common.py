"""Shared by the commands: the opened desk, retries, and the progress bar."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from docgen.settings import Settings, read_settings
from docgen.work_context import current_office
from storage.errors import StoreUnavailable
from storage.progress import Progress

if TYPE_CHECKING:
    from docgen.desk import Desk

T = TypeVar("T")
_BAR = 30
_PAUSE = 1.0  # seconds between two tries to reach what is not up yet


def command_settings(office: str = "") -> Settings:
    """Return the settings of an office, by default the one that `--office` or DOCGEN_OFFICE names; without either those
    of the installation.

    Raises RecordMissing (there is no such office), DataFileError, StoreUnavailable.
    """
    settings, slug = read_settings(), office or current_office()
    if not slug:
        return settings
    from docgen.offices import settings_of
    from storage.catalogue import Catalogue
    from storage.catalogue.offices import get_office

    with closing(Catalogue(settings.database_url)) as catalogue, catalogue.read() as tx:
        return settings_of(settings, get_office(tx, slug))


def require_installation(command: str) -> None:
    """Raise UsageError when an office is named for a command that is the installation's alone."""
    if current_office():
        raise click.UsageError(f"`docgen {command}` is for the installation: leave out --office and DOCGEN_OFFICE.")


@contextmanager
def opened_desk(
    settings: Settings, *, mirrored: bool = True, converts: bool = False, spares: int = 0, wait: float = 0
) -> Iterator[Desk]:
    """Open the desk for one command; at its end, mirror its changes into the archive.

    A command that `converts` starts LibreOffice at once, others with the first document; `spares` are LibreOffices kept
    warm beside those that work; `wait` is how many seconds a database may take that is not up yet.
    """
    from docgen.desk import open_desk
    from docgen.desk.audit import with_origin
    from docgen.desk.mirror import keep_mirror

    desk = retry_while_away(lambda: open_desk(settings, spares=spares, warm=converts), wait)
    try:
        with with_origin("baris perintah"):
            yield desk
        if mirrored:
            keep_mirror(desk)
    finally:
        desk.close()


def retry_while_away(work: Callable[[], T], seconds: float) -> T:
    """Return what `work` returns; while database or store are away, try again every second for so long.

    Raises StoreUnavailable after that.
    """
    deadline, message = time.monotonic() + seconds, ""
    while True:
        try:
            return work()
        except StoreUnavailable as error:
            if time.monotonic() + _PAUSE > deadline:
                raise
            if str(error) != message:
                message = str(error)
                logging.getLogger("docgen").warning("Waiting at most %g s: %s", deadline - time.monotonic(), message)
        time.sleep(_PAUSE)


def progress_bar(title: str, of: str = "berkas") -> Progress:
    """Return a progress callback: a bar on a terminal, an occasional line in a log."""

    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            filled = _BAR * done // total if total else _BAR
            bar = "█" * filled + "░" * (_BAR - filled)
            click.echo(f"\r{title} {bar} {done} dari {total} {of}", err=True, nl=done == total)
        elif done == total or (done and done % 1000 == 0):
            click.echo(f"{title}: {done} dari {total} {of}", err=True)

    return show


def official_ids(officials: tuple[str, ...]) -> list[str]:
    """Return the officials named on the command line; "all" stands for every one."""
    return ["*"] if "all" in officials else list(officials)
