"""What a service is made of is told whole, by a standard, and under licences that an office may run."""

from __future__ import annotations

import json
import tomllib
from importlib.metadata import requires
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.sbom import EXTRAS, ROOT, is_allowed, licence_list, make_sbom


@pytest.fixture(scope="module")
def sbom() -> dict[str, Any]:
    """The bill of materials of what is installed here."""
    return make_sbom()


def names(sbom: dict[str, Any]) -> set[str]:
    """What it lists."""
    return {canonicalize_name(part["name"]) for part in sbom["components"]}


def test_it_is_cyclonedx(sbom: dict[str, Any]) -> None:
    """The standard's own schema takes it, and nothing in it tells of the machine it was made on."""
    text = json.dumps(sbom)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert str(ROOT) not in text
    assert "file://" not in text


def test_it_lists_what_runs_and_nothing_else(sbom: dict[str, Any]) -> None:
    """Every declared dependency, what these bring along, browsers' files and LibreOffice are in it; no tool of
    development is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]}
    tools = {canonicalize_name(Requirement(text).name) for text in project["optional-dependencies"]["dev"]}
    brought = {canonicalize_name(Requirement(text).name) for text in requires("flask") or [] if "extra" not in text}
    assert declared <= names(sbom)
    assert {"werkzeug", "bootstrap", "bootstrap-icons", "libreoffice-writer-nogui"} <= names(sbom)
    assert brought - {"importlib-metadata"} <= names(sbom)
    chosen = {Requirement(text).name for extra in EXTRAS for text in project["optional-dependencies"][extra]}
    assert names(sbom) & (tools - {canonicalize_name(name) for name in chosen}) == set()
    assert all(part["version"] for part in sbom["components"])


def test_every_licence_is_one_that_an_office_may_run(sbom: dict[str, Any]) -> None:
    """Each component says its licence, and it is on the list; a choice needs one of them, a sum all."""
    lines = licence_list(sbom).splitlines()
    assert [line for line in lines if not is_allowed(line.partition(": ")[2])] == []
    assert is_allowed("Apache-2.0 OR GPL-3.0-only")
    assert is_allowed("(MIT OR GPL-2.0-only) AND ISC")
    assert not is_allowed("MIT AND GPL-3.0-only")
    assert not is_allowed("NOASSERTION")
