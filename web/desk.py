"""The desk of the current application, for pages and API."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

from docgen.desk import Desk
from docgen.desk.background.jobs import Jobs
from docgen.errors import NotFound
from docgen.settings import Settings

if TYPE_CHECKING:
    from docgen.desk.offices.overview import OfficeState, RegionOverview
    from docgen.desk.service.open_offices import OpenOffices
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


def hosted_offices() -> OpenOffices:
    """Return the offices of this installation. Raises NotFound in the application of one of them."""
    offices = get_offices()
    if offices is None:
        raise NotFound("Kantor-kantor diatur di alamat instalasi, bukan di alamat satu kantor.")
    return offices


def region_states() -> list[OfficeState]:
    """Return the state of every office. Raises NotFound."""
    hosted = hosted_offices().hosted.values()
    overview: RegionOverview = current_app.extensions["region_overview"]
    return list(overview.states(hosted))


def get_offices() -> OpenOffices | None:
    """Return the offices of the installation, None in the application of one of them."""
    return cast("OpenOffices | None", current_app.extensions.get("offices"))


def get_settings() -> Settings:
    """Return the settings this application was made with."""
    return cast(Settings, current_app.extensions["settings"])
