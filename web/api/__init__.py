"""The API for systems, under /api/v1: bearer tokens, JSON, problem details."""

from flask import Flask

from web.api.http import cors, problems, rate_limit
from web.api.http.calls import KeyConverter, blueprint, operations
from web.api.resources import (
    batches,
    bundles,
    documents,
    dossiers,
    drafts,
    filing,
    health,
    inbox,
    jobs,
    kinds,
    metrics,
    offices,
    registers,
    sessions,
    shares,
    signatures,
    signing_identities,
    sop,
    uploads,
    volumes,
    webhooks,
)

__all__ = ["register"]

# Importing them declared their calls.
ROOMS = (
    sop, kinds, offices, registers, signing_identities, uploads, documents, drafts, signatures, shares, dossiers, jobs,
    bundles, filing, volumes, batches, webhooks, inbox, sessions, health, metrics,
)  # fmt: skip

problems.handle(blueprint)
problems.handle(operations)


def register(app: Flask) -> None:
    """Hang the API into the application."""
    app.url_map.converters["key"] = KeyConverter
    settings = app.extensions["settings"]
    cors.register(app, settings)
    rate_limit.register(app, settings)
    problems.register(app)
    app.register_blueprint(blueprint)
    app.register_blueprint(operations)
