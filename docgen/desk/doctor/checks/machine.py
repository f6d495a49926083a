"""Checks of this machine: settings, folders, rights, disks, the secret key."""

from __future__ import annotations

import os
import pwd
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from docgen.desk.access.factors.totp import factor_box
from docgen.desk.doctor.contradictions import contradictions
from docgen.desk.doctor.installation import Installation
from docgen.desk.doctor.model import Fault
from docgen.private_files import open_to_others, own_files
from docgen.settings import is_weak
from storage.catalogue.access import factors
from storage.space import free_space, inode_shortage, shortage
from wording import joined, say

_MB = 1024**2
_READ_AND_WRITE = stat.S_IRUSR | stat.S_IWUSR


def settings(installation: Installation) -> str:
    """Check that no setting is unknown, contradicts another, or names what is not there."""
    problems = list(contradictions(installation.settings, installation.environment))
    if problems:
        raise Fault(joined(problems), "")
    return say("Pengaturan terbaca dan sejalan.")


def data(installation: Installation) -> str:
    """Check that DOCGEN_DATA is a folder that can be written."""
    folder = installation.settings.data
    if not folder.is_dir():
        raise Fault(
            say("Folder data {folder} tidak ada.", folder=folder),
            say("Pasang (mount) disknya, betulkan DOCGEN_DATA, atau jalankan `docgen init` untuk instalasi baru."),
        )
    try:
        with tempfile.TemporaryFile(dir=folder, prefix=".docgen-doctor-") as file:
            file.write(b"docgen")
            file.flush()
    except OSError as error:
        raise Fault(
            say("Folder data {folder} tidak dapat ditulis: {reason}.", folder=folder, reason=error.strerror), ""
        ) from error
    return say("Folder data {folder} dapat ditulis.", folder=folder)


def rights(installation: Installation) -> str:
    """Check that what the service keeps is its own account's alone, and that this is that account."""
    folder = installation.settings.data
    if not folder.is_dir():
        return say("Belum ada folder data.")
    owner = folder.stat().st_uid
    if owner != os.geteuid():
        raise Fault(
            say(
                "Folder data {folder} milik {owner}, sedangkan pemeriksaan ini dijalankan oleh {account}.",
                folder=folder,
                owner=_name_of(owner),
                account=_name_of(os.geteuid()),
            ),
            say("Jalankan sebagai akun layanan: `sudo -u {owner} docgen doctor`.", owner=_name_of(owner)),
        )
    private = [*own_files(folder), *_elsewhere(installation)]
    strange = [path for path in private if path.stat().st_uid != owner]
    if strange:
        raise Fault(
            say("Bukan milik akun layanan: {paths}.", paths=_listed(strange)),
            say("Jalankan `chown -R {owner} {folder}`.", owner=_name_of(owner), folder=folder),
        )
    open_paths = [*open_to_others(folder), *(path for path in _elsewhere(installation) if path.stat().st_mode & 0o007)]
    if open_paths:
        raise Fault(
            say("Terbuka bagi akun lain di mesin ini: {paths}.", paths=_listed(open_paths)),
            say("Jalankan `chmod -R go= {paths}`.", paths=_listed(open_paths)),
        )
    unusable = [path for path in [folder, *private] if not _may_use(path)]
    if unusable:
        raise Fault(
            say("Tidak dapat dibaca atau ditulis akun layanan sendiri: {paths}.", paths=_listed(unusable)),
            say("Jalankan `chmod u+rwX {paths}`.", paths=_listed(unusable)),
        )
    return say("Yang disimpan layanan hanya terbuka bagi akunnya sendiri.")


def disk(installation: Installation) -> str:
    """Check that every disk of this machine has room for new letters: bytes, and files."""
    folders = [folder for folder in [*installation.disks, Path(tempfile.gettempdir())] if folder.is_dir()]
    for folder in folders:
        free = shortage(folder)
        if free is not None:
            raise Fault(
                say("Disk {folder} hampir penuh: sisa {megabytes} MB.", folder=folder, megabytes=free // _MB), ""
            )
        files = inode_shortage(folder)
        if files is not None:
            raise Fault(
                say("Disk {folder} hampir tidak dapat memuat berkas baru: sisa {files} inode.",
                    folder=folder, files=files),
                say("Hapus berkas yang tidak dipakai, atau pindahkan arsip ke disk dengan lebih banyak inode."),
            )  # fmt: skip
    least = min((free_space(folder) for folder in folders), default=0)
    return say("Ada ruang pada setiap disk; yang tersempit {megabytes} MB.", megabytes=least // _MB)


def secret_key(installation: Installation) -> str:
    """Check that the service's secret key is there, is strong, and is the one that secrets were encrypted with."""
    key = installation.secret_key()
    if key and is_weak(key):
        raise Fault(
            say("Kunci rahasia layanan terlalu pendek atau terlalu sederhana."),
            say("Hapus secret.key (semua orang masuk lagi), atau isi DOCGEN_SECRET_KEY dengan 32 karakter acak."),
        )
    if not key:
        raise Fault(say("Kunci rahasia layanan (secret.key) tidak ada."), "")
    with installation.desk.catalogue.read() as tx:
        authenticators = factors.list_authenticators(tx)
    box = factor_box(key)
    if authenticators and all(box.unlock(factor.secret, factor.user) is None for factor in authenticators):
        raise Fault(say("Kunci rahasia layanan bukan yang dahulu: aplikasi autentikator tidak dikenal lagi."), "")
    return say("Kunci rahasia layanan ada dan cukup kuat.")


def _elsewhere(installation: Installation) -> Iterator[Path]:
    """Yield what is private and may lie outside of the data folder."""
    settings = installation.settings
    candidates = [settings.archive_key_file, settings.seal_file, *installation.disks[1:]]
    yield from (path for path in candidates if path is not None and path.exists())


def _may_use(path: Path) -> bool:
    mode = path.stat().st_mode
    needed = _READ_AND_WRITE | (stat.S_IXUSR if path.is_dir() else 0)
    return mode & needed == needed


def _listed(paths: list[Path]) -> str:
    return " ".join(map(str, paths[:5])) + (" …" if len(paths) > 5 else "")


def _name_of(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
