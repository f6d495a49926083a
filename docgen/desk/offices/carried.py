"""How all of an office lies in a folder when it is carried elsewhere: laid out like DOCGEN_DATA of an installation."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from docgen.errors import Conflict
from docgen.private_files import write_private
from wording import say

OBJECTS = "objects"  # the archive
ARCHIVE_KEY = "archive.key"
SECRET_KEY = "secret.key"  # noqa: S105 (the name of a file)
_CATALOGUE = "katalog-"  # and the moment: a backup of the catalogue


def backup_name(moment: dt.datetime) -> str:
    """Return the name of a backup that is made at a moment; later ones are later in order."""
    return f"{_CATALOGUE}{moment.strftime('%Y%m%dT%H%M%S%fZ')}.jsonl.gz"


def newest_backup(folder: Path) -> Path:
    """Return the newest backup of the catalogue in a carried office. Raises Conflict when the folder holds none."""
    backups = sorted(folder.glob(f"{_CATALOGUE}*.jsonl.gz"))
    if not backups or not (folder / OBJECTS).is_dir():
        raise Conflict(
            say(
                "{folder} bukan salinan sebuah kantor: harus ada {objects}/ dan {backup} di dalamnya. Buat dengan "
                "`docgen office export`.",
                folder=folder,
                objects=OBJECTS,
                backup=f"{_CATALOGUE}….jsonl.gz",
            )
        )
    return backups[-1]


def copy_missing(source: Path, target: Path) -> None:
    """Copy a file or a folder that is not there yet, for the service's account alone. Raises OSError."""
    if target.exists():
        return
    if source.is_dir():
        partial = target.with_name(f".{target.name}.sebagian")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(source, partial)
        partial.rename(target)
    else:
        write_private(target, source.read_text(encoding="utf-8"))
