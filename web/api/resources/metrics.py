"""How the service fares, for Prometheus."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import partial

from flask import Response, current_app

from docgen.desk import Desk
from docgen.desk.service.figures import Figures, service_figures
from docgen.desk.service.open_offices import OpenOffices
from docgen.errors import DocgenError
from docgen.processes.service_folder import processes_of
from docgen.telemetry.exposition import MEDIA_TYPE, exposition
from docgen.telemetry.shared import shared_folder
from docgen.work_context import current_office
from storage.errors import StorageError
from web.api.http.calls import Media, call, operations
from web.desk import get_desk


@call("GET", "/metrics", "Metrics", tag="Operations", action="metrics", local=True, on=operations,
      returns={200: Media(("text/plain",))})  # fmt: skip
def get_metrics() -> Response:
    """What Prometheus scrapes (exposition format 0.0.4), for all processes of the service together.

    Programs on this machine need no token; others, and whatever comes through a proxy, one with the permission
    `metrics`. Nothing tells what letters say or who wrote them; `docs/monitoring.md` lists every metric.
    """
    office = current_office()
    processes = _processes()
    figures = _figures().get() if office else [*service_figures(processes), *_figures().get()]
    return Response(exposition(figures, processes, office or None), content_type=MEDIA_TYPE)


def _processes() -> Mapping[str, int]:
    """Return the processes of this service by role."""
    folder = shared_folder()
    return {"service": os.getpid()} if folder is None else processes_of(folder.parent)


def _figures() -> Figures:
    """Return the figures of the office that this application serves; the installation's tells of all."""
    if "figures" not in current_app.extensions:
        desks = partial(_desks, current_office(), get_desk(), current_app.extensions.get("offices"))
        current_app.extensions["figures"] = Figures(desks)
    figures: Figures = current_app.extensions["figures"]
    return figures


def _desks(own_office: str, own_desk: Desk, offices: OpenOffices | None) -> Iterator[tuple[str, Desk | None]]:
    yield own_office, own_desk
    if offices is None:
        return
    for slug in offices.hosted:
        try:
            yield slug, offices.get(slug).desk
        except (DocgenError, StorageError, OSError):  # logged where it is opened
            yield slug, None
