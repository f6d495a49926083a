"""A register's file, taken in: what is in, and what is wrong line by line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk import Desk
from docgen.desk.imports import ImportResult
from docgen.errors import DataFileError
from web.desk import get_desk
from web.pages.access import me


class ImportFile(Protocol):
    """Takes a file into a register: `docgen.desk.imports`."""

    def __call__(self, desk: Desk, name: str, data: bytes, *, by: str) -> ImportResult:
        """Import the file for `by`. Raises DataFileError."""


def take_file(import_file: ImportFile, labels: Mapping[str, str], noun: str) -> ResponseReturnValue:
    """Import the uploaded file of the form and show the result; a file that cannot be read goes back to the list."""
    file = request.files.get("berkas")
    try:
        name, data = (file and file.filename) or "Berkas", file.read() if file else b""
        result = import_file(get_desk(), name, data, by=me().name)
    except DataFileError as error:
        flash(str(error), "danger")
        return redirect(url_for(".index"), 303)
    page = render_template("registers/imported.html", result=result, labels=labels, back=url_for(".index"), noun=noun)
    return page, 422 if result.errors else 200
