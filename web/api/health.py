"""For operations: is the service alive, can it issue, and what does its API look like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, jsonify

from docgen.errors import DocgenError
from docgen.libreoffice.sandbox import gaps
from storage.errors import StorageError
from web.api import models
from web.api.calls import Answer, Media, blueprint, call, operations
from web.api.examples import request_bodies
from web.api.openapi import make_document
from web.desk import get_desk


@call("GET", "/healthz", "Alive", tag="Operations", action=None, returns={200: models.Health}, on=operations)
def get_health() -> models.Health:
    """Answers as long as the process runs; checks nothing."""
    return models.Health(status="ok")


@call("GET", "/readyz", "Ready", tag="Operations", action=None, on=operations,
      returns={200: models.Readiness, 503: models.Readiness})  # fmt: skip
def get_readiness() -> Answer:
    """Whether catalogue, archive and LibreOffice can be used now; 503 when one cannot.

    `sandbox` tells what this machine cannot close around LibreOffice; it makes nothing fail.
    """
    desk = get_desk()
    parts = {
        "catalogue": _state(desk.catalogue.check),
        "store": _state(desk.store.check),
        "converter": _state(desk.converter.check),
    }
    ready = all(state == "ok" for state in parts.values())
    body = {"status": "ok" if ready else "failed", **parts, "sandbox": " ".join(gaps()) or "ok"}
    return Answer(body, 200 if ready else 503)


@call("GET", "/openapi.json", "This document", tag="Operations", action=None, on=blueprint,
      returns={200: Media(("application/json",))})  # fmt: skip
def get_openapi() -> Response:
    """The API as OpenAPI 3.1; for people at /api/docs."""
    return jsonify(openapi_document())


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if "openapi" not in current_app.extensions:
        desk = get_desk()
        letter = desk.kinds["nota_dinas"].example if "nota_dinas" in desk.kinds else {}
        current_app.extensions["openapi"] = make_document(desk.public_url, request_bodies(letter))
    document: dict[str, Any] = current_app.extensions["openapi"]
    return document


def _state(check: Callable[[], None]) -> str:
    try:
        check()
    except (DocgenError, StorageError) as error:
        return str(error)
    return "ok"
