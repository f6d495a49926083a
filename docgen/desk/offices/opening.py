"""The desk of an office, beside that of the installation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from docgen.desk.desk import Desk, open_desk
from docgen.settings import Settings
from docgen.work_context import working_for


@contextmanager
def opened_office(root: Desk, own_settings: Settings) -> Iterator[Desk]:
    """Open the desk of an office and close its database at the end; it uses LibreOffice and files of the installation.

    `own_settings` are the office's. Raises as `open_desk`.
    """
    with working_for(own_settings.office):
        desk = open_desk(own_settings, root.converter, files=root.files)
        try:
            yield desk
        finally:
            desk.catalogue.close()
