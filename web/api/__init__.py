"""The API for systems, under /api/v1: bearer tokens, JSON, problem details."""

from flask import Flask

from web.api import (
    batches,
    bundles,
    documents,
    dossiers,
    filing,
    health,
    jobs,
    problems,
    registers,
    requestid,
    sop,
    uploads,
)
from web.api.calls import KeyConverter, blueprint, operations

__all__ = ["register"]

# Importing them declared their calls.
ROOMS = (sop, registers, uploads, documents, dossiers, jobs, bundles, filing, batches, health)

problems.handle(blueprint)


def register(app: Flask) -> None:
    """Hang the API into the application."""
    app.url_map.converters["key"] = KeyConverter
    requestid.register(app)
    problems.register(app)
    app.register_blueprint(blueprint)
    app.register_blueprint(operations)
