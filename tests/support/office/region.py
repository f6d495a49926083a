"""An installation with two offices that were one until a moment ago: same accounts, same ids, same letters."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse

from docgen.desk import Desk, open_desk
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.job_functions import WORKERS
from docgen.desk.service.open_offices import OpenOffices
from docgen.libreoffice import Converter
from docgen.offices import path_of, settings_of
from docgen.settings import Settings, read_settings
from storage.catalogue import identity
from storage.catalogue.offices import add_office
from storage.records import HostedOffice
from tests.support.callers.pages import Person
from tests.support.office.demo_office import prepared_office
from web.offices.application import application_of
from web.offices.switch import OfficeSwitch

ADDRESS = "http://naskah.example"
HOST_A, HOST_B = "dinas-a.naskah.example", "dinas-b.naskah.example"
SECRET = "kunci-instalasi-untuk-uji-0123456789"


@dataclass(frozen=True)
class Region:
    """An open installation: its offices, and the application that answers for all."""

    offices: OpenOffices
    switch: OfficeSwitch

    def desk(self, slug: str) -> Desk:
        """Return the desk of an office, "" of the installation."""
        return self.offices.get(slug).desk if slug else self.offices.desk

    def visitor(self, base: str = ADDRESS) -> Visitor:
        """Return somebody with a browser of their own at an address."""
        return Visitor(self.switch, base)

    def ask(self, path: str, host: str = "naskah.example", method: str = "GET", **options: Any) -> TestResponse:
        """Ask once, without cookies, by this `Host`."""
        headers = {"Host": host, **options.pop("headers", {})}
        return Client(self.switch, use_cookies=False).open(path, method=method, headers=headers, **options)


class Visitor(Person):
    """Somebody with a browser who opens the pages of one office."""

    def __init__(self, switch: OfficeSwitch, base: str) -> None:
        self.client = Client(switch)
        self.token = ""
        self.base = base

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self._note(self.client.get(path, base_url=self.base, **options))

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form."""
        origin = "/".join(self.base.split("/")[:3])
        form = {"csrf_token": self.token, **(data or {})}
        return self._note(self.client.post(path, base_url=self.base, data=form, headers={"Origin": origin}, **options))


def region_settings(parent: Path) -> Settings:
    """Return the settings of the installation."""
    return read_settings(
        {
            "DOCGEN_DATA": str(parent / "data"),
            "DOCGEN_CONVERTERS": "1",
            "DOCGEN_PUBLIC_URL": ADDRESS,
            "DOCGEN_SECRET_KEY": SECRET,
        }
    )


def hosted(slug: str, host: str = "") -> HostedOffice:
    """Return the row of an office, which is reached by its path when it has no host name."""
    path = "" if host else path_of(slug)
    return HostedOffice(slug=slug, host=host, path=path, created_at=dt.datetime.now(dt.UTC), created_by="uji")


@contextmanager
def region(parent: Path, converter: Converter, *rows: HostedOffice, prepared: Path | None = None) -> Iterator[Region]:
    """Open an installation with these offices, each a copy of the demo office, or of the data folder `prepared`."""
    settings = region_settings(parent)
    copies = {settings.data: prepared_office()}
    copies |= {settings_of(settings, row).data: prepared or prepared_office() for row in rows}
    for folder, origin in copies.items():
        shutil.copytree(origin, folder, dirs_exist_ok=True)
    for own in (settings, *(settings_of(settings, row) for row in rows)):
        with closing(open_desk(own, converter).catalogue) as catalogue, catalogue.write() as tx:
            identity.renew_identity(tx, writes=True)
    desk = open_desk(settings, converter)
    with closing(desk.catalogue), desk.catalogue.write() as tx:
        for row in rows:
            add_office(tx, row)
    with closing(desk.catalogue), closing(OpenOffices(desk, settings)) as offices:
        yield Region(offices, application_of(offices, SECRET, Jobs(offices.desk, WORKERS)))
    shutil.rmtree(settings.data, ignore_errors=True)
