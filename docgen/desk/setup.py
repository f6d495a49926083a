"""Prepare an installation at its first start: bucket, demo office, first account. Later starts change
nothing.
"""

from __future__ import annotations

from sqlalchemy import Connection

from docgen.demo import load_demo
from docgen.desk import audit
from docgen.desk.access.accounts import create_user
from docgen.desk.access.first_password import FIRST_USER, keep_first_password
from docgen.desk.access.passwords import make_password
from docgen.desk.access.roles import role_faults
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.errors import Conflict
from docgen.libreoffice.sandbox import missing_protections
from storage.catalogue import registers
from storage.catalogue.access import accounts
from storage.errors import RecordMissing, StorageError
from storage.records import Office
from storage.segments import is_begun

EMPTY_OFFICE = Office(government="PEMERINTAH KABUPATEN", name="NAMA DINAS", unit_code="UNIT", place="Tempat")


def initialise(desk: Desk, *, demo: bool, on_terminal: bool = False) -> list[str]:
    """Prepare an empty installation: store, office, first account; return lines to print, once.

    The first account's password lies in a file; the lines show it only `on_terminal`, where no log keeps them, and for
    the demo office, which holds nothing yet and is to be tried at once.

    Of several processes that start at once one does it, and the others wait. The store of a filled
    installation is not prepared again: a folder that is gone then is a disk that is not mounted, and must not be
    replaced by an empty archive. Raises Conflict when the store is that of another catalogue, StoreUnavailable,
    OSError.
    """
    with desk.catalogue.exclusive():
        return _initialise(desk, demo, on_terminal)


def _initialise(desk: Desk, demo: bool, on_terminal: bool) -> list[str]:
    lines = []
    with desk.catalogue.read() as tx:
        has_office = _has_office(tx)
        first_user = accounts.count_users(tx) == 0
    if not has_office:
        desk.store.prepare()
        if is_begun(desk.store):
            raise Conflict(
                "Katalog kosong, tetapi arsipnya sudah berisi. Bangun katalog dari arsip itu: `docgen archive "
                "rebuild`; atau pulihkan cadangannya: `docgen archive restore BERKAS`."
            )
        desk.secret_key()  # made now, so that one that is missing later is known to be lost
        _fill(desk, demo)
        lines.append(
            "Kantor contoh sudah diisi: pejabat dan aset TIK siap dicoba."
            if demo
            else "Masuklah dan ikuti halaman Langkah awal."
        )
    if first_user:
        # Alone in a demo office, one must be able to try every approval; in a real one each official has an account.
        officials = ["*"] if demo else []
        password = make_password()
        path = keep_first_password(desk, password)  # before there is an account that nobody could enter without it
        create_user(desk, FIRST_USER, "admin", "Administrator", password, officials=officials)
        lines.append(
            f"Akun pertama: {FIRST_USER}   Kata sandi: {password}   (juga di {path}; gantilah setelah masuk)"
            if on_terminal or demo
            else f"Akun pertama: {FIRST_USER}   Kata sandi: di berkas {path}   (gantilah setelah masuk)"
        )
    return lines


def missing_safeguards(desk: Desk) -> list[str]:
    """Return what archive, sandbox and accounts lack, a line each; an archive that cannot be reached is a line too."""
    try:
        return [*desk.store.missing_protections(), *missing_protections(), *role_faults(desk)]
    except StorageError as error:
        return [str(error), *missing_protections()]


def _has_office(tx: Connection) -> bool:
    try:
        registers.get_office(tx)
    except RecordMissing:
        return False
    return True


def _fill(desk: Desk, demo: bool) -> None:
    """Enter the demo office, or a bare one that the office completes on its page."""
    with desk.catalogue.write() as tx:
        if not demo:
            registers.put_office(tx, EMPTY_OFFICE)
            _record(desk, tx, EMPTY_OFFICE, {})
            return
        office = load_demo()
        registers.put_office(tx, office.office)
        registers.put_emblem(tx, office.emblem)
        for official in office.officials:
            registers.add_official(tx, official)
        registers.put_assets(tx, office.assets)
        counts = {"officials": len(office.officials), "assets": len(office.assets)}
        _record(desk, tx, office.office, counts)


def _record(desk: Desk, tx: Connection, office: Office, counts: dict[str, int]) -> None:
    """Record the office and how many officials and assets an installation begins with."""
    audit.record(desk, tx, "docgen", Action.OFFICE_CREATED, office.unit_code, after={"name": office.name, **counts})
