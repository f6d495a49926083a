"""The desk of the current application, for pages and API."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

from docgen.desk import Desk
from docgen.desk.background.jobs import Jobs
from docgen.settings import Settings

if TYPE_CHECKING:
    from docgen.openid.provider import OpenIdProvider


def get_desk() -> Desk:
    """Return the desk of the current application."""
    return cast(Desk, current_app.extensions["desk"])


def get_jobs() -> Jobs:
    """Return the queue of long work of the current application."""
    return cast(Jobs, current_app.extensions["jobs"])


def get_openid() -> OpenIdProvider | None:
    """Return the provider by whose accounts people may sign in, None where none is set."""
    return cast("OpenIdProvider | None", current_app.extensions["openid"])


def get_settings() -> Settings:
    """Return the settings this application was made with."""
    return cast(Settings, current_app.extensions["settings"])
