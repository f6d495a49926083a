"""`docgen serve` with views and a job that crash on what a caller sends: started as a command by `tests/door`.

A signing call whose X-Request-Id is `cacat` crashes with the passphrase in a variable.
"""

from __future__ import annotations

import importlib
import os
from importlib.metadata import entry_points
from typing import Any

from flask import request


def crash(**_values: Any) -> Any:
    """Fail as a view does that trips over what was sent, with its words in the error and in a cause."""
    try:
        {}[request.values.get("q", "")]
    except KeyError as missing:
        raise ValueError(f"{request.url} {request.headers} {os.environ}") from missing


def crash_job(_desk: Any, job: Any, _progress: Any) -> Any:
    """Fail as a job does that trips over its request."""
    raise ValueError(f"{job.request} {job.created_by}")


def crash_in_signing(sign: Any) -> Any:
    """Return `sign`, with a defect for one caller."""

    def sign_or_crash(*arguments: Any) -> Any:
        if request.headers.get("X-Request-Id") == "cacat":
            typed = arguments[-1].take().decode()
            raise ValueError("a defect") from KeyError(len(typed))
        return sign(*arguments)

    return sign_or_crash


def main() -> None:
    """Run the command line."""
    application: Any = importlib.import_module("web.offices.application")
    functions: Any = importlib.import_module("docgen.desk.service.job_functions")
    original = application.create_app

    def create_app(*parts: Any, **options: Any) -> Any:
        app = original(*parts, **options)
        app.view_functions["agenda.show"] = crash
        return app

    application.create_app = create_app
    documents: Any = importlib.import_module("web.api.resources.documents")
    documents.sign = crash_in_signing(documents.sign)
    functions.WORKERS["bundle"] = crash_job
    (command,) = entry_points(group="console_scripts", name="docgen")
    command.load()()


if __name__ == "__main__":
    main()
