"""The WSGI application of a service: the installation's, and those of its offices."""

from __future__ import annotations

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from docgen.desk.background.jobs import Jobs
from docgen.desk.offices.overview import RegionOverview
from docgen.desk.service.open_offices import OpenOffice, OpenOffices
from storage.counts import Counts
from web.app import create_app
from web.offices.switch import OfficeSwitch


def application_of(offices: OpenOffices, secret_key: str, jobs: Jobs, counts: Counts | None = None) -> OfficeSwitch:
    """Return what answers the callers of an installation and of its offices.

    `secret_key` and `jobs` are the installation's; each office has its own. `counts` of calls are shared with other
    processes.
    """
    compiled = _CompiledTemplates()
    installation = create_app(offices.desk, secret_key, jobs, offices.settings, counts)
    installation.extensions["offices"] = offices
    installation.extensions["region_overview"] = RegionOverview(offices.settings, lambda slug: offices.get(slug).desk)
    installation.jinja_env.bytecode_cache = compiled

    def make_app(office: OpenOffice) -> Flask:
        app = create_app(
            office.desk,
            office.desk.secret_key(),
            office.jobs,
            office.settings,
            counts,
            installation.extensions["stopping"],
        )
        app.extensions["installation_url"] = offices.settings.public_url
        app.jinja_env.bytecode_cache = compiled
        return app

    return OfficeSwitch(installation, offices, make_app)


class _CompiledTemplates(BytecodeCache):
    """The templates of pages, which are the same for all offices, compiled once for this process."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template its code, if it was compiled."""
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remember a template's code."""
        self._code[bucket.key] = bucket.bytecode_to_string()
