"""`docgen doctor` looks at every office of an installation, and says in which one something is wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.desk import open_desk
from docgen.desk.doctor.run import check_installation
from docgen.desk.offices.create import create_office
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.errors import RecordMissing
from tests.servers import free_port
from tests.support.office.demo_office import data_folder

pytestmark = [pytest.mark.office]

OFFICES = ("kominfo", "pu")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Iterator[dict[str, str]]:
    """The settings of an installation with two offices that nobody serves now."""
    before = os.umask(0o077)  # as the commands have it
    try:
        data = data_folder(tmp_path_factory.mktemp("region"))
        environment = {"DOCGEN_DATA": str(data), "DOCGEN_PORT": str(free_port())}
        settings = read_settings(environment)
        desk = open_desk(settings, converter)
        initialise(desk, demo=True)
        for slug in OFFICES:
            create_office(desk, settings, slug, by="docgen")
        desk.catalogue.close()
        yield environment
    finally:
        os.umask(before)


def faults(environment: dict[str, str], converter: Converter, office: str = "") -> list[tuple[str, str]]:
    """Return office and check of what is wrong, but for the service that does not run."""
    results = check_installation(environment, converter, office)
    return [(result.office, result.check) for result in results if not result.ok and result.check != "public_url"]


def test_sound_offices_have_nothing_wrong(environment: dict[str, str], converter: Converter) -> None:
    """Each office is looked at; what is the same for all of them, such as LibreOffice, once."""
    results = check_installation(environment, converter)
    assert {result.office for result in results} == {"", *OFFICES}
    assert [result.office for result in results if result.check == "libreoffice"] == [""]
    assert [result.office for result in results if result.check == "store"] == ["", *OFFICES]
    assert faults(environment, converter) == []


def test_a_fault_is_told_of_its_office_alone(environment: dict[str, str], converter: Converter) -> None:
    """An archive that is away is the fault of its office; `--office` looks at that one alone."""
    archive = Path(environment["DOCGEN_DATA"]) / "offices" / "kominfo" / "objects"
    archive.rename(archive.with_name("away"))
    try:
        assert faults(environment, converter) == [("kominfo", "store")]
        assert faults(environment, converter, "pu") == []
        assert faults(environment, converter, "kominfo") == [("kominfo", "store")]
    finally:
        archive.with_name("away").rename(archive)


def test_wrong_settings_of_an_office_are_its_own_fault(environment: dict[str, str], converter: Converter) -> None:
    """A line of `settings.env` that cannot be read is told of that office; the others are looked at all the same."""
    file = Path(environment["DOCGEN_DATA"]) / "offices" / "pu" / "settings.env"
    file.write_text("DOCGEN_PORT=9\n")
    try:
        assert faults(environment, converter) == [("pu", "settings")]
    finally:
        file.unlink()


def test_an_unknown_office_is_refused(environment: dict[str, str], converter: Converter) -> None:
    """There is no result for an office that does not exist."""
    with pytest.raises(RecordMissing):
        check_installation(environment, converter, "tidak-ada")
