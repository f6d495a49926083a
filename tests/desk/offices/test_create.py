"""Offices are added to an installation, each apart from it and from each other; retired and taken back."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from docgen.desk.access.accounts import create_user
from docgen.desk.archive.fixity import check_archive
from docgen.desk.mirror import keep_mirror
from docgen.desk.offices.create import account_line, create_office
from docgen.desk.offices.listing import describe_offices
from docgen.desk.offices.retire import restore_office, retire_office
from docgen.desk.registers.edit import add_asset
from docgen.errors import Conflict, InvalidSubmission
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import registers
from storage.catalogue.access import accounts
from storage.catalogue.offices import list_offices
from storage.errors import RecordMissing
from storage.records import Asset
from tests.support.office.hosted import SLUGS, Installation, installation, opened_installation

__all__ = ["installation"]  # a fixture
CREATE = """
import os, signal, sys
from importlib import import_module
from unittest.mock import patch
from docgen.desk import open_desk
from docgen.desk.offices.create import create_office
from docgen.settings import read_settings

module, name = sys.argv[1].split(":")
def die(*_arguments, **_options):
    os.kill(os.getpid(), signal.SIGKILL)

settings = read_settings()
desk = open_desk(settings, object())
with patch.object(import_module(module), name, die):
    create_office(desk, settings, "pu", host="pu.example", by="t")
"""


def test_each_office_is_apart(installation: Installation) -> None:
    """What is entered in one is in no other, nor in the installation; each archive is sound by its own catalogue."""
    for slug in SLUGS:
        created = installation.create(slug)
        assert created.url == f"{installation.settings.public_url}/o/{slug}"
        assert created.password_file is not None
    for slug in SLUGS:
        with installation.opened(slug) as desk:
            add_asset(desk, Asset(nibar=slug, name="Laptop"), by="admin")
            create_user(desk, slug, "operator", "Sari", "kata-sandi-yang-panjang")
            keep_mirror(desk)
    for slug in SLUGS:
        with installation.opened(slug) as desk:
            with desk.catalogue.read() as tx:
                assert list(registers.find_assets(tx, SLUGS)) == [slug]
                assert {user.name for user in accounts.list_users(tx)} == {"admin", slug}
                assert list_offices(tx) == [], "the list is the installation's"
            assert check_archive(desk).sound
    with installation.desk.catalogue.read() as tx:
        assert registers.find_assets(tx, SLUGS) == {}
        assert {user.name for user in accounts.list_users(tx)} == {"admin"}
        assert [office.slug for office in list_offices(tx)] == sorted(SLUGS)


def test_a_second_call_changes_nothing(installation: Installation) -> None:
    """The same office is there once, with the password it had."""
    first = installation.create("pu", "pu.example")
    assert first.password_file is not None
    password = first.password_file.read_text()
    again = installation.create("pu", "pu.example")
    assert (again.lines, again.password_file) == ([], first.password_file)
    assert str(first.password_file) in account_line(again)
    assert first.password_file.read_text() == password
    [listed] = describe_offices(installation.desk, installation.settings)
    assert (listed["slug"], listed["host"], listed["retired_at"]) == ("pu", "pu.example", None)


@pytest.mark.parametrize(
    "point",
    [
        "docgen.desk.setup:create_user",
        "docgen.desk.offices.create:keep_mirror",
        "docgen.desk.offices.create:public_url_of",
    ],
    ids=["before its account", "before its row", "after its row"],
)
def test_killed_at_any_point_the_same_call_finishes(tmp_path: Path, converter: Converter, point: str) -> None:
    """The office is listed when it is whole, its account can sign in with the password in its file, once."""
    with opened_installation(tmp_path, converter) as installation:
        environment = {"DOCGEN_DATA": str(installation.settings.data)}
        command = [sys.executable, "-c", CREATE, point]
        killed = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        with installation.desk.catalogue.read() as tx:
            assert len(list_offices(tx)) == (1 if "public_url" in point else 0)
        created = installation.create("pu", "pu.example")
        assert created.password_file is not None
        with installation.desk.catalogue.read() as tx:
            assert [office.slug for office in list_offices(tx)] == ["pu"]
        with installation.opened("pu") as desk, desk.catalogue.read() as tx:
            assert accounts.count_users(tx) == 1
            assert registers.get_office(tx).name


def test_what_another_office_has_is_refused(tmp_path: Path, converter: Converter) -> None:
    """Its slug, its host, also while it is retired; and what is no name at all. Nothing is left of the attempt."""
    with opened_installation(tmp_path, converter) as installation:
        installation.create("pu", "pu.example")
        with pytest.raises(Conflict, match="pu"):
            installation.create("pu", "other.example")
        with pytest.raises(Conflict, match="sudah dipakai"):
            installation.create("kominfo", "pu.example")
        retire_office(installation.desk, "pu", "t")
        with pytest.raises(Conflict, match="sudah dipakai"):
            installation.create("kominfo", "pu.example")
        with pytest.raises(Conflict, match="docgen office restore pu"):
            installation.create("pu", "pu.example")
        for slug, host in (("../pu", "a.example"), ("PU", "a.example"), ("a1", "*.example"), ("a1", "127.0.0.1")):
            with pytest.raises(InvalidSubmission):
                installation.create(slug, host)
        assert [path.name for path in (installation.settings.data / "offices").iterdir()] == ["pu"]


def test_a_retired_office_comes_back(tmp_path: Path, converter: Converter) -> None:
    """Retired and restored it is in service as before; both may be said twice, and stand in the log."""
    with opened_installation(tmp_path, converter) as installation:
        installation.create("pu", "pu.example")
        assert not installation.own_settings("pu").retired
        assert retire_office(installation.desk, "pu", "rina")
        assert not retire_office(installation.desk, "pu", "rina")
        with installation.opened("pu") as desk:
            assert desk.is_retired
        assert restore_office(installation.desk, "pu", "rina")
        assert not restore_office(installation.desk, "pu", "rina")
        with installation.opened("pu") as desk:
            assert not desk.is_retired
        with pytest.raises(RecordMissing, match="docgen office list"):
            retire_office(installation.desk, "kominfo", "rina")


def test_an_archive_with_something_in_it_is_not_taken(tmp_path: Path, converter: Converter) -> None:
    """Where the store of a new office holds another's archive already, it is refused and stays untouched."""
    with opened_installation(tmp_path, converter) as installation:
        installation.create("pu", "pu.example")
        folder = installation.settings.data / "offices"
        folder.joinpath("kominfo").mkdir()
        folder.joinpath("pu", "objects").rename(folder / "kominfo" / "objects")
        with pytest.raises(Conflict, match="sudah berisi"):
            create_office(installation.desk, read_settings({"DOCGEN_DATA": str(folder.parent)}), "kominfo", by="t")
        with installation.desk.catalogue.read() as tx:
            assert [office.slug for office in list_offices(tx)] == ["pu"]
