"""Import of a register from a file: asks first if parts would be left out, then reports cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk import Desk
from docgen.desk.batches.results import read_stored_sheet, store_sheet
from docgen.desk.registers.import_result import ImportResult
from docgen.errors import MOST_ERRORS, DataFileError, NotFound
from web.desk import get_desk
from web.pages.shell.access import me
from web.pages.shell.message_translation import flash


class ImportFile(Protocol):
    """Takes a file into a register: `docgen.desk.registers.imports`."""

    def __call__(
        self, desk: Desk, name: str, data: bytes, *, by: str, dry_run: bool = False, take_hidden: bool = False
    ) -> ImportResult:
        """Import the file for `by`. Raises DataFileError."""


def take_file(import_file: ImportFile, labels: Mapping[str, str], noun: str) -> ResponseReturnValue:
    """Import the uploaded file of the form and show the result; a file that cannot be read goes back to the list.

    Where columns, rows or sheets that hold something would be left out, nothing is taken before that was seen.
    """
    sure, take_hidden = bool(request.form.get("yakin")), bool(request.form.get("tersembunyi"))
    try:
        name, data = _file()
        result = import_file(get_desk(), name, data, by=me().name, dry_run=not sure, take_hidden=take_hidden)
        doubtful = result.reading is not None and result.reading.doubtful
        if not sure and not doubtful:
            result = import_file(get_desk(), name, data, by=me().name)
    except DataFileError as error:
        flash(str(error), "danger")
        return redirect(url_for(".index"), 303)
    except NotFound:
        flash("Berkas itu tidak ada lagi. Pilih dan unggah lagi.", "danger")
        return redirect(url_for(".index"), 303)
    page = render_template(
        "registers/imported.html",
        most=MOST_ERRORS,
        result=result,
        labels=labels,
        back=url_for(".index"),
        noun=noun,
        name=name,
        kept=store_sheet(get_desk(), data).rpartition("/")[2] if result.dry_run else "",
    )
    return page, 422 if result.errors else 200


def _file() -> tuple[str, bytes]:
    """Return name and bytes of the uploaded file, of this request or the one before it. Raises NotFound."""
    file = request.files.get("berkas")
    if file is not None and file.filename:
        return file.filename, file.read()
    stored_name = request.form.get("tersimpan", "")
    return (
        (request.form.get("nama", "")[:200] or "Berkas", read_stored_sheet(get_desk(), stored_name))
        if stored_name
        else ("Berkas", b"")
    )
