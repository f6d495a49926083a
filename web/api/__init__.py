"""The API for systems, under /api/v1: bearer tokens, JSON, problem details."""

from flask import Flask

from web.api import (
    batches,
    bundles,
    cors,
    documents,
    dossiers,
    filing,
    health,
    jobs,
    problems,
    rate,
    registers,
    requestid,
    shares,
    sop,
    uploads,
    volumes,
    webhooks,
)
from web.api.calls import KeyConverter, blueprint, operations

__all__ = ["register"]

# Importing them declared their calls.
ROOMS = (
    sop, registers, uploads, documents, shares, dossiers, jobs, bundles, filing, volumes, batches, webhooks, health,
)  # fmt: skip

problems.handle(blueprint)


def register(app: Flask) -> None:
    """Hang the API into the application."""
    app.url_map.converters["key"] = KeyConverter
    settings = app.extensions["settings"]
    requestid.register(app)
    cors.register(app, settings)
    rate.register(app, settings)
    problems.register(app)
    app.register_blueprint(blueprint)
    app.register_blueprint(operations)
