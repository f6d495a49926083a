"""How the service fares, for Prometheus."""

from __future__ import annotations

import os
from collections.abc import Mapping

from flask import Response, current_app

from docgen.desk.service.figures import Figures, service_figures
from docgen.processes.service_folder import processes_of
from docgen.telemetry.exposition import MEDIA_TYPE, exposition
from docgen.telemetry.shared import shared_folder
from docgen.work_context import current_office
from web.api.http.calls import Media, call, operations
from web.desk import get_desk


@call("GET", "/metrics", "Metrics", tag="Operations", action="metrics", local=True, on=operations,
      returns={200: Media(("text/plain",))})  # fmt: skip
def get_metrics() -> Response:
    """What Prometheus scrapes (exposition format 0.0.4), for all processes of the service together.

    Programs on this machine need no token; others, and whatever comes through a proxy, one with the permission
    `metrics`. Nothing tells what letters say or who wrote them; `docs/monitoring.md` lists every metric.
    """
    processes = _processes()
    figures = [*service_figures(processes), *_figures().of(current_office(), get_desk())]
    return Response(exposition(figures, processes, current_office() or None), content_type=MEDIA_TYPE)


def _processes() -> Mapping[str, int]:
    """Return the processes of this service by role."""
    folder = shared_folder()
    return {"service": os.getpid()} if folder is None else processes_of(folder.parent)


def _figures() -> Figures:
    figures: Figures = current_app.extensions.setdefault("figures", Figures())
    return figures
