"""A demo office of a test's own, opened without proving again what no test changes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from docgen.desk import Desk, open_desk
from docgen.desk.setup import initialise
from docgen.installed.kinds import load_kinds
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from templates_docx import FOLDER

_CHECKED = "kinds.checked"


@lru_cache(maxsize=1)
def _checked_kinds() -> str:
    """Return the note that the delivered kinds were found right; proving that takes half a second."""
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder) / _CHECKED
        load_kinds([FOLDER], checked=note)
        return note.read_text()


def data_folder(parent: Path) -> Path:
    """Return a new folder for DOCGEN_DATA in which the delivered kinds count as proved."""
    folder = parent / "data"
    folder.mkdir(parents=True)
    (folder / _CHECKED).write_text(_checked_kinds())
    return folder


@contextmanager
def demo_office(parent: Path, converter: Converter, templates: Path | None = None) -> Iterator[Desk]:
    """Open the demo office on a folder and SQLite of its own; the account admin exists. Removed at the end.

    `templates` is the folder of the office's own.
    """
    folder = data_folder(parent)
    own = {"DOCGEN_TEMPLATES": str(templates)} if templates else {}
    desk = open_desk(read_settings({"DOCGEN_DATA": str(folder), "DOCGEN_CONVERTERS": "1", **own}), converter)
    initialise(desk, demo=True)
    yield desk
    desk.catalogue.close()
    shutil.rmtree(folder, ignore_errors=True)
