"""Copy all of an office into a folder with which it can begin elsewhere: as an installation of its own, or in one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from docgen.desk.archive.copy_store import export_archive, other_store
from docgen.desk.desk import Desk
from docgen.desk.offices.carried import ARCHIVE_KEY, OBJECTS, SECRET_KEY, backup_name, copy_missing
from docgen.errors import Conflict
from docgen.offices import OWN_FILES, SETTINGS_FILE
from docgen.private_files import write_private
from docgen.settings import Settings
from storage.backup import back_up
from storage.copying import CopyResult
from storage.progress import Progress, no_progress
from wording import say


@dataclass(frozen=True)
class ExportedOffice:
    """What was copied: objects of the archive, and a backup of the catalogue with so many rows."""

    archive: CopyResult
    backup: Path
    rows: int


def export_office(
    desk: Desk, own_settings: Settings, folder: Path, by: str, progress: Progress = no_progress
) -> ExportedOffice:
    """Copy archive, catalogue, keys and files of the office of this desk into a folder; again, only what is new.

    `own_settings` are those that the desk was opened with. The folder then holds keys and password hashes.

    Raises Conflict (something else lies in the folder), StorageError, ObjectDamaged, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()) and not (folder / OBJECTS).is_dir():
        raise Conflict(say("{folder} sudah berisi hal lain. Pilih folder kosong.", folder=folder))
    copied = export_archive(desk, other_store(own_settings, str(folder / OBJECTS)), by, progress)
    carried = {name: getattr(own_settings, field) for field, name in OWN_FILES.items()}
    carried[ARCHIVE_KEY] = own_settings.archive_key_file
    if own_settings.office:
        carried[SETTINGS_FILE] = own_settings.data / SETTINGS_FILE
    (folder / ARCHIVE_KEY).unlink(missing_ok=True)  # a key may have been added since it was copied
    for name, source in carried.items():
        if source is not None and source.exists():
            copy_missing(source, folder / name)
    if not (folder / SECRET_KEY).exists():
        write_private(folder / SECRET_KEY, desk.secret_key())
    backup = folder / backup_name(desk.now())
    return ExportedOffice(copied, backup, back_up(desk.catalogue, backup, desk.now()))
