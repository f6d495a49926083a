"""The offices of an installation: list them with their figures, add one. Answered by the installation alone."""

from __future__ import annotations

from dataclasses import asdict

from docgen.desk.access.first_password import FIRST_USER
from docgen.desk.offices.overview import OfficeState
from docgen.desk.service.new_office import add_office
from storage.records import MaintenanceRun
from web.api.http.auth import caller
from web.api.http.calls import call
from web.api.schemas import offices as models
from web.desk import get_desk, hosted_offices, region_states


@call("GET", "/offices", "List the offices of this installation", tag="Offices", action="manage_offices",
      problems=(404,), returns={200: models.HostedOffices})  # fmt: skip
def list_offices() -> models.HostedOffices:
    """Figures of each office, never what it holds. One whose database is away has none, and keeps nobody waiting."""
    return models.HostedOffices(items=[_office(state) for state in region_states()])


@call("POST", "/offices", "Add an office to this installation", tag="Offices", action="manage_offices",
      body=models.OfficeRequest, problems=(404, 409), returns={201: models.NewOffice})  # fmt: skip
def post_office(body: models.OfficeRequest) -> models.NewOffice:
    """With a database, an archive, keys and accounts of its own; it is served at once. The same call finishes one that
    was interrupted.
    """
    created, link = add_office(get_desk(), hosted_offices(), body.slug, body.host, caller().name)
    return models.NewOffice(
        slug=created.office.slug,
        url=created.url,
        account=FIRST_USER,
        password_link=link.url,
        expires_at=link.expires_at,
    )


def _office(state: OfficeState) -> models.HostedOffice:
    figures = None
    if state.figures is not None:
        runs = {"last_backup": _run(state.figures.last_backup), "last_verify": _run(state.figures.last_verify)}
        figures = models.OfficeFigures.model_validate(asdict(state.figures) | runs)
    return models.HostedOffice(
        slug=state.hosted.slug,
        name=state.name,
        url=state.url,
        created_at=state.hosted.created_at,
        retired_at=state.hosted.retired_at,
        figures=figures,
        free_bytes=state.free_bytes,
    )


def _run(run: MaintenanceRun | None) -> models.MaintenanceRun | None:
    return None if run is None else models.MaintenanceRun(ended_at=run.ended_at, is_ok=run.is_ok)
