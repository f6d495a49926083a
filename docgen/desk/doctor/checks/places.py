"""Checks of where all is kept: the database, and the object store with what it protects."""

from __future__ import annotations

from sqlalchemy import text

from docgen.desk.archive.archive_key import key_notice
from docgen.desk.doctor.installation import Installation
from docgen.desk.doctor.model import Fault, see
from storage.catalogue.database import newer_schema, newest_version
from storage.errors import StorageError
from storage.objects import EncryptedStore, bare_store
from wording import joined, say

_OF_A_PROCESS = 26  # connections to PostgreSQL at most, as docs/operations.md says
_OF_AN_OFFICE = 3  # and more of each process for every office, as docs/offices.md says
_FEWEST_FREE = 10  # connections that commands, backups and other machines need


def database(installation: Installation) -> str:
    """Check that the database answers, can be written, and has the schema of this docgen."""
    catalogue = installation.catalogue
    catalogue.check()
    version = catalogue.version()
    if not version:
        raise Fault(say("Basis data masih kosong."), say("Jalankan `docgen init`, atau pulihkan cadangannya."))
    if version > newest_version():
        raise Fault(newer_schema(version), see("going-back"))
    if version < newest_version():
        raise Fault(
            say("Skema basis data {version} lebih lama daripada docgen ini ({newest}).",
                version=version, newest=newest_version()),
            say("Mulai ulang layanan: skema diperbarui ketika layanan mulai, sesudah dicadangkan."),
        )  # fmt: skip
    if not catalogue.is_sqlite:
        with catalogue.read() as tx:
            is_read_only = tx.execute(text("SHOW transaction_read_only")).scalar() == "on"
            isolation = str(tx.execute(text("SHOW default_transaction_isolation")).scalar())
        if is_read_only:
            raise Fault(say("Basis data hanya dapat dibaca: server ini replika, atau ditahan."), "")
        if isolation != "read committed":
            raise Fault(
                say("default_transaction_isolation basis data ini {isolation}, bukan read committed.",
                    isolation=isolation),
                say("Kembalikan ke bawaan: ALTER DATABASE … RESET default_transaction_isolation."),
            )  # fmt: skip
    with catalogue.write():  # takes the lock of a writer, and leaves it
        pass
    return say("Basis data dapat ditulis; skema {version}.", version=version)


def connections(installation: Installation) -> str:
    """Check that PostgreSQL has connections for every process of the service, and some to spare."""
    catalogue = installation.catalogue
    if catalogue.is_sqlite:
        return say("Tidak dipakai: SQLite tidak mengenal batas sambungan.")
    with catalogue.read() as tx:
        most = int(tx.execute(text("SHOW max_connections")).scalar() or 0)
        reserved = int(tx.execute(text("SHOW superuser_reserved_connections")).scalar() or 0)
        used = int(tx.execute(text("SELECT count(*) FROM pg_stat_activity")).scalar() or 0)
    processes, hosted = installation.settings.processes, len(installation.offices())
    needed = (_OF_A_PROCESS + _OF_AN_OFFICE * hosted) * (processes + 1 if processes > 1 else 1)
    free = most - reserved - used
    if most - reserved < needed or free < _FEWEST_FREE:
        raise Fault(
            say("max_connections {most}, terpakai {used}, sedangkan layanan di mesin ini memerlukan sampai {needed}.",
                most=most, used=used, needed=needed),
            say("Naikkan max_connections server itu, atau turunkan DOCGEN_PROCESSES."),
        )  # fmt: skip
    return say("{free} sambungan bebas dari {most}.", free=free, most=most)


def store(installation: Installation) -> str:
    """Check that the archive answers and can be written."""
    try:
        installation.store.check()
    except StorageError as error:
        raise Fault(str(error), "" if installation.has_folder else see("object-store-away")) from error
    return say("Arsip dapat dibaca dan ditulis.")


def s3_conditions(installation: Installation) -> str:
    """Check that the S3 server refuses a second write under a key: without that two machines may overwrite."""
    if installation.has_folder:
        return _unused()
    problems: list[str] = bare_store(installation.store).condition_problems()  # type: ignore[attr-defined]
    if problems:
        raise Fault(joined(problems), "")
    return say("Server S3 menolak penulisan kedua.")


def s3_protections(installation: Installation) -> str:
    """Check that the bucket has versions, and locks where they are asked for."""
    if installation.has_folder:
        return _unused()
    problems: list[str] = bare_store(installation.store).bucket_problems()  # type: ignore[attr-defined]
    if problems:
        raise Fault(joined(problems), "")
    return say("Bucket menyimpan versi, dan mengunci bila diminta.")


def s3_encryption(installation: Installation) -> str:
    """Check that the S3 server encrypts, where letters of class R and SR rely on it."""
    opened = installation.store
    if isinstance(opened, EncryptedStore) and opened.by_store and not installation.has_folder:
        opened.require_secrecy()
        return say("Server S3 mengenkripsi naskah R dan SR.")
    return say("docgen sendiri yang mengenkripsi naskah R dan SR.")


def archive_key(installation: Installation) -> str:
    """Check that every key of the archive is there and readable, and that somebody keeps a copy of it elsewhere."""
    opened = installation.store
    if isinstance(opened, EncryptedStore):
        opened.key_file.ids()  # raises when the file is there and cannot be read
    notice = key_notice(installation.desk)
    if notice is None:
        return say("Kunci arsip lengkap, atau belum diperlukan.")
    if notice.missing:
        raise Fault(
            say("Kunci arsip {keys} tidak ada di {path}: naskah R dan SR tidak terbaca.",
                keys=", ".join(notice.missing), path=notice.file),
            "",
        )  # fmt: skip
    raise Fault(
        say("Belum ada yang menyatakan menyimpan salinan kunci arsip {keys}.", keys=", ".join(notice.uncopied)),
        say("Salin {path} ke tempat lain, lalu nyatakan di Beranda sebagai administrator.", path=notice.file),
    )


def _unused() -> str:
    return say("Tidak dipakai: arsip ini sebuah folder.")
