"""An office's desk beside the installation's: what both have from the same files is there once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.background.jobs import Jobs
from docgen.desk.issuing.issue import issue
from docgen.desk.service.open_offices import OpenOffices
from docgen.errors import OfficeRetired
from docgen.libreoffice import Converter
from docgen.offices import path_of, settings_of
from docgen.settings import Settings, read_settings
from storage.objects import ReadOnlyStore
from storage.records import HostedOffice
from tests.support.office.hosted import opened_installation
from tests.support.office.requests import register, request

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


def office_settings(root: Settings, slug: str) -> Settings:
    """The settings of an office in service."""
    return settings_of(root, HostedOffice(slug=slug, path=path_of(slug), created_at=NOW, created_by="t"))


def test_offices_share_what_they_have_from_the_same_files(tmp_path: Path, converter: Converter) -> None:
    """Kinds, shared parts, SOP, retention and roles are the same objects; an office's own SOP is its own."""
    root = read_settings({"DOCGEN_DATA": str(tmp_path)})
    first = office_settings(root, "pu")
    own = dataclasses.replace(office_settings(root, "dinkes"), sop=Path("docgen/sop/sop.yaml").absolute())
    installation = open_desk(root, converter)
    desks = [open_desk(settings, converter, files=installation.files) for settings in (first, own)]
    for desk in desks:
        assert desk.kinds["nota_dinas"] is installation.kinds["nota_dinas"]
        assert desk.shared is installation.shared
        assert (desk.retention, desk.roles) == (installation.retention, installation.roles)
        assert not (desk.data / "kinds.checked").exists(), "nothing was checked once more"
    assert desks[0].sop is installation.sop
    assert desks[1].sop is not installation.sop
    for desk in (installation, *desks):
        desk.catalogue.close()


def test_a_retired_office_begins_nothing(desk: Desk) -> None:
    """No letter is numbered and no job is taken."""
    retired = dataclasses.replace(desk, is_retired=True)
    with pytest.raises(OfficeRetired, match="docgen office restore"):
        issue(retired, request(desk), "t")
    with pytest.raises(OfficeRetired):
        Jobs(retired, {}).submit("bundle", {}, "t")
    assert register(retired) == []


def test_a_drill_serves_no_offices(tmp_path: Path, converter: Converter) -> None:
    """A service over a restored list would begin offices anew beside those that are served: it has none."""
    with opened_installation(tmp_path, converter) as installation:
        installation.create("pu")
        assert set(OpenOffices(installation.desk, installation.settings).hosted) == {"pu"}
        drill = dataclasses.replace(installation.desk, store=ReadOnlyStore(installation.desk.store))
        assert OpenOffices(drill, installation.settings).hosted == {}
