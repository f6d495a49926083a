"""Begin an office with what `export_office` copied: its archive and catalogue, keys and files."""

from __future__ import annotations

from pathlib import Path

from docgen.desk.archive.copy_store import import_archive, other_store
from docgen.desk.archive.restore import restore_backup
from docgen.desk.desk import Desk
from docgen.desk.offices.carried import ARCHIVE_KEY, OBJECTS, SECRET_KEY, copy_missing, newest_backup
from docgen.errors import Conflict
from docgen.offices import OWN_FILES, SETTINGS_FILE
from docgen.private_files import write_private
from docgen.settings import Settings
from storage.progress import Progress
from storage.rebuild import is_empty
from wording import say

_SECRET_SETTING = "DOCGEN_SECRET_KEY"  # noqa: S105 (the name of a setting)


def copy_files(source: Path, data: Path) -> None:
    """Copy keys and files of a carried office into the folder of the office that it becomes; what is there stays.

    Its secret key goes into the office's settings: by another one it could not read what its catalogue holds encrypted.
    Raises Conflict (the source is no carried office), OSError.
    """
    newest_backup(source)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in (*OWN_FILES.values(), ARCHIVE_KEY):
        if (source / name).exists():
            copy_missing(source / name, data / name)
    if not (data / SETTINGS_FILE).exists():
        own = source / SETTINGS_FILE
        text = own.read_text(encoding="utf-8") if own.exists() else ""
        if _SECRET_SETTING not in text and (source / SECRET_KEY).exists():
            text = f"{text.rstrip()}\n{_SECRET_SETTING}={(source / SECRET_KEY).read_text().strip()}\n".lstrip()
        write_private(data / SETTINGS_FILE, text)


def bring_in(desk: Desk, own_settings: Settings, source: Path, progress: Progress) -> list[str]:
    """Copy the archive of a carried office into that of this desk and restore its catalogue; return what was done.

    Killed at any point, the same call finishes. Raises Conflict (objects differ or cannot be read), StorageError,
    ObjectDamaged, OSError.
    """
    copied = import_archive(desk, other_store(own_settings, str(source / OBJECTS)), progress)
    if copied.different or copied.unreadable:
        raise Conflict(
            say(
                "{count} berkas arsip dalam {folder} berbeda dari yang ada di kantor ini, atau kuncinya tidak ada: "
                "{keys}. Periksa asal salinan itu.",
                count=len(copied.different) + len(copied.unreadable),
                folder=source,
                keys=", ".join((*copied.different, *copied.unreadable)[:3]),
            )
        )
    lines: list[str] = [say("{count} berkas arsip disalin.", count=copied.copied)]
    with desk.catalogue.read() as tx:
        is_new = is_empty(tx)
    if is_new:
        restored = restore_backup(desk, newest_backup(source), replace=False, progress=progress)
        lines.append(say("Katalog dipulihkan: {rows} baris.", rows=restored.rows))
        lines += restored.revoked.sentences()
    return lines
