"""What a command does for the installation and for each of its offices, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

import click

from docgen.cli.common import require_installation
from docgen.errors import DocgenError
from docgen.settings import Settings, read_settings
from docgen.work_context import working_for
from storage.errors import StorageError
from wording import say

if TYPE_CHECKING:
    from storage.records import HostedOffice

ALL_OFFICES = click.option(
    "--all-offices",
    is_flag=True,
    help="For the installation and for each of its offices; one that fails keeps no other from its turn.",
)


def in_each_office(work: Callable[[Settings], None]) -> None:
    """Do this with the settings of the installation, then with those of each office, the retired ones, too.

    Why one fails is told at once. Raises DocgenError at the end when any failed, StoreUnavailable when the list of
    offices cannot be read.
    """
    from docgen.offices import settings_of

    require_installation("archive … --all-offices")
    settings, failed = read_settings(), []
    for office in [None, *_offices(settings)]:
        name = office.slug if office else "instalasi"
        try:
            with working_for(office.slug if office else ""):
                work(settings_of(settings, office) if office else settings)
        except (DocgenError, StorageError, OSError) as error:
            click.echo(f"docgen: {name}: {error}", err=True)
            failed.append(name)
    if failed:
        raise DocgenError(say("Tidak berhasil untuk {names}; sebabnya di atas.", names=", ".join(failed)))


def _offices(settings: Settings) -> list[HostedOffice]:
    from storage.catalogue import Catalogue
    from storage.catalogue.offices import list_offices

    with closing(Catalogue(settings.database_url)) as catalogue, catalogue.read() as tx:
        return list_offices(tx)
