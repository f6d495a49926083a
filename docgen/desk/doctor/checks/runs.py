"""Checks of what has to be done again and again: backups, and checks of the archive."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from docgen.desk.doctor.installation import Installation
from docgen.desk.doctor.model import Fault
from docgen.indonesian import long_moment
from storage.catalogue import audit, maintenance, registers
from storage.records import MaintenanceKind, MaintenanceRun
from wording import say

BACKUP_AGE = dt.timedelta(days=2)  # one is made every day
VERIFY_AGE = dt.timedelta(days=35)  # the archive is checked every month at least


def backup(installation: Installation) -> str:
    """Check that the catalogue was backed up lately, and that the file is still there."""
    run, age = _last_good_run(installation, "backup")
    if age > BACKUP_AGE:
        raise Fault(
            say("Cadangan katalog terakhir {when}.", when=_when(installation, run)),
            say("Jalankan `docgen archive backup BERKAS.jsonl.gz`, dan setiap hari lewat timer."),
        )
    if run is None:
        return say("Belum ada cadangan; instalasi ini baru.")
    file = str(run.summary.get("file", ""))
    if file and not Path(file).exists():
        raise Fault(
            say("Berkas cadangan terakhir, {file}, tidak ada lagi.", file=file),
            say("Buat cadangan lagi, di tempat yang tetap terlihat dari mesin ini."),
        )
    return say("Cadangan katalog terakhir {when}.", when=_when(installation, run))


def verify(installation: Installation) -> str:
    """Check that the archive was checked lately, and was sound."""
    with installation.desk.catalogue.read() as tx:
        last = maintenance.last_run(tx, "verify")
    if last is not None and not last.is_ok:
        raise Fault(
            say("Pemeriksaan arsip terakhir ({when}) menemukan kesalahan.", when=_when(installation, last)),
            say("Jalankan `docgen archive verify` dan ikuti petunjuk pada setiap temuannya."),
        )
    run, age = _last_good_run(installation, "verify")
    if age > VERIFY_AGE:
        raise Fault(
            say("Arsip terakhir diperiksa {when}.", when=_when(installation, run)),
            say("Jalankan `docgen archive verify`, dan setiap bulan lewat timer."),
        )
    if run is None:
        return say("Arsip belum pernah diperiksa; instalasi ini baru.")
    return say("Arsip terakhir diperiksa {when}, dan utuh.", when=_when(installation, run))


def _last_good_run(installation: Installation, kind: MaintenanceKind) -> tuple[MaintenanceRun | None, dt.timedelta]:
    """Return the newest run that ended well, and how long ago it was; without one, how old the installation is."""
    desk = installation.desk
    with desk.catalogue.read() as tx:
        run = maintenance.last_run(tx, kind, is_ok=True)
        since = run.ended_at if run else audit.first_moment(tx)
    return run, desk.now() - since if since else dt.timedelta()


def _when(installation: Installation, run: MaintenanceRun | None) -> str:
    if run is None:
        return say("belum pernah")
    with installation.desk.catalogue.read() as tx:
        return long_moment(run.ended_at, registers.get_office(tx).time_zone)
