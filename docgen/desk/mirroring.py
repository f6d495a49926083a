"""Keep the catalogue's mirror in the object store up to date: while the service runs, and when a command ends."""

from __future__ import annotations

import logging

from docgen.desk.desk import Desk
from storage.errors import StorageError
from storage.mirror import write_changes

log = logging.getLogger("docgen.mirror")


def keep_mirror(desk: Desk) -> int:
    """Write what changed in the catalogue to the store; returns how many objects were written.

    What cannot be written now stays noted and is written another time; the log tells why.
    """
    try:
        return write_changes(desk.catalogue, desk.store, desk.now())
    except StorageError as error:
        log.warning("The catalogue is not mirrored into the archive: %s", error)
        return 0
