"""The service with the provider's way in, and somebody whom the provider knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from docgen.desk import Desk
from docgen.settings import read_settings
from tests.servers.openid import OpenIdProvider
from tests.support.callers.openid_pages import ProviderVisitor
from tests.support.callers.pages import application

RULES = """
accounts: create
roles:
  /naskah/admin: admin
  /naskah/operator: operator
  /pejabat: pejabat
official: nip
divisions:
  /bidang/aset: [Bidang Aset]
"""


@pytest.fixture
def open_app(desk: Desk, openid: OpenIdProvider, tmp_path: Path) -> Iterator[object]:
    """Return a function that opens the service with claims rules and other settings."""

    def open_with(rules: str = RULES, **changes: str) -> Flask:
        file = tmp_path / "claims.yaml"
        file.write_text(rules)
        return application(desk, read_settings(openid.settings() | {"DOCGEN_OIDC_CLAIMS": str(file)} | changes))

    yield open_with
    openid.people.write_text("{}")


@pytest.fixture
def app(open_app: object) -> Flask:
    """The service, where people sign in by their account at the provider."""
    return open_app()  # type: ignore[operator, no-any-return]


@pytest.fixture
def siti(app: Flask, openid: OpenIdProvider) -> ProviderVisitor:
    """Somebody whom the provider knows as an operator."""
    openid.put_person(
        "f3a1",
        name="Siti Aminah, S.E.",
        preferred_username="Siti.Aminah@kab.example",
        email="siti@kab.example",
        groups=["/naskah/operator", "/bidang/aset"],
    )
    return ProviderVisitor(app)
