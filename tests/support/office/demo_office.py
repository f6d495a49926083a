"""A demo office of a test's own, opened without setting up and proving again what no test changes."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import cast

from sqlalchemy import func, update

from docgen.desk import Desk, open_desk
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import identity
from storage.catalogue.tables import changes
from tests.support.office.kinds import proof_of_kinds


def data_folder(parent: Path) -> Path:
    """Return a new folder for DOCGEN_DATA in which the delivered kinds count as proved."""
    folder = parent / "data"
    folder.mkdir(parents=True)
    (folder / "kinds.checked").write_text(proof_of_kinds())
    return folder


@contextmanager
def demo_office(parent: Path, converter: Converter, templates: Path | None = None) -> Iterator[Desk]:
    """Open the demo office on a folder and SQLite of its own; the account admin exists. Removed at the end.

    It is a copy of one office that is set up once in a test process, with an identity of its own. `templates` is the
    folder of the office's own.
    """
    folder = parent / "data"
    shutil.copytree(prepared_office(), folder)
    own = {"DOCGEN_TEMPLATES": str(templates)} if templates else {}
    desk = open_desk(read_settings({"DOCGEN_DATA": str(folder), "DOCGEN_CONVERTERS": "1", **own}), converter)
    with desk.catalogue.write() as tx:
        identity.renew_identity(tx, writes=True)
        tx.execute(update(changes).values(at=func.current_timestamp()))  # else they wait to be mirrored since the first
    yield desk
    desk.catalogue.close()
    shutil.rmtree(folder, ignore_errors=True)


@lru_cache(maxsize=1)
def prepared_office() -> Path:
    """Return the data folder of a demo office as its first start leaves it; removed when the process ends."""
    parent = Path(tempfile.mkdtemp(prefix="docgen-office-"))
    atexit.register(shutil.rmtree, parent, ignore_errors=True)
    folder = data_folder(parent)
    desk = open_desk(read_settings({"DOCGEN_DATA": str(folder), "DOCGEN_CONVERTERS": "1"}), cast(Converter, object()))
    initialise(desk, demo=True)
    desk.catalogue.close()
    return folder
