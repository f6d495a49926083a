"""A register's file, taken in: what is in, and what is wrong line by line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk import Desk
from docgen.desk.imports import ImportResult
from docgen.errors import DataFileError
from web.desk import get_desk


def take_file(
    import_file: Callable[[Desk, str, bytes], ImportResult], labels: Mapping[str, str], noun: str
) -> ResponseReturnValue:
    """Import the uploaded file of the form and show the result; a file that cannot be read goes back to the list."""
    file = request.files.get("berkas")
    try:
        result = import_file(get_desk(), (file and file.filename) or "Berkas", file.read() if file else b"")
    except DataFileError as error:
        flash(str(error), "danger")
        return redirect(url_for(".index"), 303)
    page = render_template("registers/imported.html", result=result, labels=labels, back=url_for(".index"), noun=noun)
    return page, 422 if result.errors else 200
