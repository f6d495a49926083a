"""Every step of docs/runbook.md is carried out as it stands there, and the installation is well again afterwards."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docgen.desk.doctor.checks import CHECKS, letters
from docgen.desk.doctor.run import check_installation
from docgen.libreoffice import Converter
from tests.servers import free_port
from tests.servers.minio import S3Server, remove_bucket
from tests.servers.postgres import fresh_database
from tests.support.files.certificates import PASSWORD, YEAR, Authority, now
from tests.support.machine.runbook import PAGE, Operator, operator, read_runbook
from tests.support.office.kinds import delivered_kinds

pytestmark = [pytest.mark.office, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
BY_PROGRAMS_OF_THE_MACHINE = {"LibreOffice hung or missing"}  # apt-get; see the test of packages


class Installation:
    """An operator's installation with a letter, and what stands in its register."""

    def __init__(self, person: Operator, converter: Converter) -> None:
        self.person = person
        self._converter = converter
        letter = person.folder / "letter.json"
        example = delivered_kinds()["nota_dinas"].example
        place = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ["045.2/INV-KOM/0012/2016"]}
        letter.write_text(json.dumps({**place, "data": example}), "utf-8")
        person.shell("docgen init --demo; docgen issue letter.json; systemctl start docgen")
        person.follow("Backup")
        self.register = self.letters()

    def letters(self) -> list[dict[str, Any]]:
        """Return what the catalogue knows of its letters."""
        letters: list[dict[str, Any]] = json.loads(self.person.shell("docgen find --json"))
        return letters

    def faults(self) -> dict[str, str]:
        """Return what doctor finds: the message of each check that failed."""
        results = check_installation(self.person.environment, self._converter)
        return {result.check: str(result.message) for result in results if not result.ok}

    def require_well(self) -> None:
        """Check that nothing is wrong, and that every letter is as it was."""
        assert self.faults() == {}
        assert self.letters() == self.register


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Iterator[Installation]:
    """An installation on SQLite and a folder."""
    folder = tmp_path_factory.mktemp("runbook")
    settings = _settings(folder)
    with operator(folder, "sqlite", settings, {}) as person:
        yield Installation(person, converter)


@pytest.fixture(scope="module")
def province(
    tmp_path_factory: pytest.TempPathFactory, converter: Converter, postgres_port: int, minio: S3Server
) -> Iterator[Installation]:
    """An installation on PostgreSQL and S3."""
    folder, bucket = tmp_path_factory.mktemp("province"), "runbook"
    with fresh_database(postgres_port) as url:
        store = {
            "DOCGEN_DATABASE_URL": url,
            "DOCGEN_STORE_URL": minio.url(bucket),
            "DOCGEN_S3_ACCESS_KEY": minio.access_key,
            "DOCGEN_S3_SECRET_KEY": minio.secret_key,
        }
        more = {"PGHOST": "127.0.0.1", "PGPORT": str(postgres_port), "PGUSER": "docgen"}
        try:
            with operator(folder, "postgresql", {**_settings(folder), **store}, more) as person:
                yield Installation(person, converter)
                person.shell("systemctl stop docgen; dropdb --if-exists docgen_kembali; dropdb --if-exists docgen_baru")
        finally:
            remove_bucket(minio, bucket)


def _settings(folder: Path) -> dict[str, str]:
    return {"DOCGEN_DATA": str(folder / "data"), "DOCGEN_PORT": str(free_port()), "DOCGEN_PROCESSES": "1"}


def test_every_heading_that_is_named_exists() -> None:
    """The steps that doctor names are headings of the page, and so are the page's own links."""
    headings = {_anchor(heading) for heading in read_runbook()}
    named = {match for check in CHECKS for match in re.findall(r"runbook\.md#([a-z-]+)", str(check.next_step))}
    named |= set(re.findall(r"\]\(#([a-z-]+)\)", PAGE.read_text("utf-8")))
    assert named
    assert named - headings == set()


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def test_the_packages_are_those_that_are_installed() -> None:
    """The page, and what doctor says, name packages that an installation gets."""
    ((_, command),) = read_runbook()["LibreOffice hung or missing"]
    installed = set((ROOT / "deploy" / "debian-packages.txt").read_text("utf-8").split())
    for line in (command, letters.INSTALL, letters.INSTALL_FONTS):
        assert set(line.split()[3:]) <= installed


def test_every_block_of_commands_is_carried_out() -> None:
    """No heading with commands is without a test here."""
    with_commands = {heading for heading, blocks in read_runbook().items() if blocks}
    assert with_commands - BY_PROGRAMS_OF_THE_MACHINE == {"Backup", "Moving one office", *ON_A_FOLDER, *ON_POSTGRESQL}


def nothing(_person: Operator) -> None:
    """Nothing is lost: the steps are for a quiet day."""


def machine_lost(person: Operator) -> None:
    """The machine is gone with all that was on it; the backups are not."""
    person.shell("systemctl stop docgen")
    shutil.rmtree(person.data)


def catalogue_lost(person: Operator) -> None:
    """The database is gone, and the backups with it; nobody has stopped the service before."""
    person.shell("systemctl stop docgen")
    for file in person.data.glob("docgen.sqlite*"):
        file.unlink()


def archive_lost(person: Operator) -> None:
    """The disk of the archive is gone, and an empty one was not mounted yet."""
    shutil.rmtree(person.archive)


def object_lost(person: Operator) -> None:
    """An object of the archive is gone."""
    next(person.archive.glob("[!._]*/**/*.pdf")).unlink()


def newer_database(person: Operator) -> None:
    """A newer docgen was here, and changed the schema."""
    person.shell("systemctl stop docgen")
    with closing(sqlite3.connect(person.data / "docgen.sqlite")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")


def archive_key_lost(person: Operator) -> None:
    """The archive needs a key of which only a copy is left."""
    person.shell('docgen archive key --rotate; mv "$DOCGEN_DATA/archive.key" "$KEYS/"')


def secret_key_lost(person: Operator) -> None:
    """The service's secret key is gone."""
    (person.data / "secret.key").unlink()


def foreign_catalogue(person: Operator) -> None:
    """A copy of the database took the archive over."""
    copy = person.folder / "copy.sqlite"
    with closing(sqlite3.connect(person.data / "docgen.sqlite")) as living, closing(sqlite3.connect(copy)) as other:
        living.backup(other)
    person.shell(
        f"DOCGEN_DATABASE_URL=sqlite:///{copy} docgen archive adopt\n"
        f"DOCGEN_DATABASE_URL=sqlite:///{copy} docgen user create penyusup"
    )
    copy.unlink()


def seal_over(person: Operator) -> None:
    """The certificate of the seal ends in ten days; the authority sent a new one."""
    authority, seal = Authority("CA Runbook"), person.folder / "seal.p12"
    for file, end in ((seal, dt.timedelta(days=10)), (person.folder / "new-seal.p12", YEAR)):
        file.write_bytes(authority.pkcs12(authority.issue("Dinas", now() - YEAR, now() + end)))
        file.chmod(0o600)
    person.set(DOCGEN_SEAL_FILE=str(seal), DOCGEN_SEAL_PASSWORD=PASSWORD)


Loss = Callable[[Operator], None]
# What happened, what doctor says of it (nothing where it cannot know), and whether further marks are followed.
ON_A_FOLDER: dict[str, tuple[Loss, str, tuple[str, ...]]] = {
    "Restore drill": (nothing, "", ()),
    "Restore on a new machine": (machine_lost, "data", ()),
    "Archive disk lost": (archive_lost, "store", ()),
    "Upgrade": (nothing, "", ()),
    "Going back": (newer_database, "database", ()),
    "Moving to another machine": (nothing, "", ()),
    "Disk full": (nothing, "", ("folder",)),
    "Clock wrong": (nothing, "", ()),
    "Archive key lost": (archive_key_lost, "archive_key", ()),
    "Secret key lost": (secret_key_lost, "secret_key", ()),
    "Another catalogue writes the archive": (foreign_catalogue, "mirror", ()),
    "Archive not sound": (object_lost, "", ()),
    "Letters or jobs that wait": (nothing, "", ()),
    "Certificate of the seal over": (seal_over, "seal", ()),
    "Rebuild without a backup": (catalogue_lost, "database", ()),
}
ON_POSTGRESQL = ("Restore drill", "Restore on a new machine", "Rebuild without a backup", "Going back")


@pytest.mark.parametrize("heading", ON_A_FOLDER)
def test_the_steps_help_on_a_folder(installation: Installation, heading: str) -> None:
    """On SQLite and a folder: doctor names what was done to it, the steps are carried out, and all is well again."""
    person, (loss, check, marks) = installation.person, ON_A_FOLDER[heading]
    loss(person)
    if check:
        assert list(installation.faults()) == [check]
    person.follow(heading, *marks)
    if heading == "Moving to another machine":
        machine_lost(person)
        person.follow("Restore on a new machine")
    if heading == "Archive key lost":
        assert list(installation.faults()) == ["archive_key"]  # that a copy is kept is said on the home page
        person.shell('rm "$DOCGEN_DATA"/archive.key "$KEYS"/archive.key')
        shutil.rmtree(person.archive / "_kunci")
    installation.require_well()


@pytest.mark.postgres
@pytest.mark.s3
@pytest.mark.parametrize("heading", ON_POSTGRESQL)
def test_the_steps_help_on_postgresql_and_s3(province: Installation, heading: str) -> None:
    """On PostgreSQL and S3: the steps are carried out, and all is well afterwards."""
    person = province.person
    if heading == "Restore on a new machine":
        machine_lost(person)
        person.shell("createdb docgen_baru")
        url = person.environment["DOCGEN_DATABASE_URL"]
        person.set(DOCGEN_DATABASE_URL=f"{url.rpartition('/')[0]}/docgen_baru")
    if heading == "Rebuild without a backup":
        person.shell("systemctl stop docgen")
    person.follow(heading)
    province.require_well()


def test_a_drill_leaves_the_archive_to_the_service(installation: Installation) -> None:
    """What is issued after a drill is told to the archive: a rebuild from it alone knows the letter."""
    person = installation.person
    person.follow("Restore drill")
    person.shell("docgen issue letter.json")
    installation.register = installation.letters()
    catalogue_lost(person)
    person.follow("Rebuild without a backup")
    installation.require_well()


def test_an_office_moves_to_another_installation(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """An office with a letter is carried to an installation that has none, and its archive is sound there."""
    old, slug = installation.person, "kominfo"
    office = {"OFFICE": slug, "OFFICE_HOST": "kominfo.example"}
    old.shell("docgen office create kominfo --host kominfo.example")
    leaving = replace(old, more=office)
    leaving.follow_marked("Moving one office", "office")
    folder = tmp_path_factory.mktemp("elsewhere")
    with operator(folder, "sqlite", _settings(folder), office) as new:
        shutil.copytree(old.backups / slug, new.backups / slug)
        new.shell("docgen init")
        printed = new.follow_marked("Moving one office", "elsewhere")
        assert "catatan audit diperiksa" in printed
        assert slug in new.shell("docgen office list")
