"""Accounts from a spreadsheet: all of its rows or none, no password in it, and no way around the rules."""

from __future__ import annotations

import pytest

from docgen.desk import Desk
from docgen.desk.access.account_import import AccountImport, import_accounts
from docgen.desk.access.account_sheet import account_sheet
from docgen.desk.access.accounts import change_user, check_password, create_user, get_user, list_users
from docgen.desk.access.password_links import use_link
from docgen.desk.rights import person
from docgen.errors import DataFileError
from docgen.links import PASSWORD_LINK
from storage.catalogue.registers import get_official

pytestmark = pytest.mark.office

HEADING = "Nama pengguna;Nama lengkap;Peran;Memutus atas nama;Bidang;Surel"


def imported(desk: Desk, *rows: str, by: str = "docgen", dry_run: bool = False) -> AccountImport:
    """Import these rows, as the command line or as an account."""
    data = "\n".join([HEADING, *rows]).encode()
    caller = None if by == "docgen" else person(desk.roles, get_user(desk, by))
    return import_accounts(desk, "orang.csv", data, by=by, caller=caller, dry_run=dry_run)


def sentences(result: AccountImport) -> str:
    """Return what is wrong, with the cells."""
    return "\n".join(f"{error.cell} {error.message}" for error in result.report.errors)


def test_new_accounts_get_links_and_old_ones_keep_what_is_empty(desk: Desk) -> None:
    """A check changes nothing; an import makes accounts that only their links open, and fills in the others."""
    create_user(desk, "budi", "operator", "Budi", email="budi@dinas.example")
    kabid = "kepala-bidang"
    with desk.catalogue.read() as tx:
        name = get_official(tx, kabid).name
    rows = ("sari;Sari Dewi, S.Kom.;Operator;;Bidang Aset; Sari@dinas.example", f"budi;;pejabat;{name};;")
    checked = imported(desk, *rows, dry_run=True)
    assert (len(checked.added), len(checked.changed), checked.links) == (1, 1, {})
    assert "sari" not in {user.name for user in list_users(desk)}
    result = imported(desk, *rows)
    assert get_user(desk, "budi").model_dump(include={"full_name", "role", "officials", "email"}) == {
        "full_name": "Budi", "role": "pejabat", "officials": [kabid], "email": "budi@dinas.example",
    }  # fmt: skip
    assert get_user(desk, "sari").divisions == ["Bidang Aset"]
    assert [check_password(desk, "sari", word) for word in ("", "!", "sari")] == [None] * 3
    use_link(desk, result.links["sari"].url.partition(PASSWORD_LINK)[2], "kapal-pinisi-berlayar-pagi")
    assert check_password(desk, "sari", "kapal-pinisi-berlayar-pagi") is not None
    assert imported(desk, *rows).report.unchanged == 2


def test_one_wrong_row_keeps_out_all(desk: Desk) -> None:
    """Each wrong cell is named with what to write instead, and the right rows are not taken either."""
    create_user(desk, "tutup", "operator")
    change_user(desk, "tutup", "docgen", active=False)
    result = imported(
        desk, "sari;Sari;operator;;;", "Siti A.;;operator;;;", "wati;;operatr;;;", "rudi;;;;;",
        "joko;;pejabt;kepla-bidang;;joko", "ani;;operator;*;;", "ina;;operator;;;ina", "sari;;operator;;;",
        "tutup;;operator;;;",
    )  # fmt: skip
    text = sentences(result)
    for part in (
        "A3 Nama pengguna berisi huruf kecil", "C4 Peran 'operatr' tidak ada", "C5 Peran akun baru harus diisi",
        "C6 Peran 'pejabt' tidak ada",
        "D6 Pejabat 'kepla-bidang' tidak ada",
        "F6 Tulis alamat surel", "kepala-bidang", "D7 Tulis pejabatnya satu per satu",
        "F8 Tulis alamat surel",
        "A9 Akun sari sudah ada di baris 2", "A10 Akun tutup ditutup",
    ):  # fmt: skip
        assert part in text
    assert {user.name for user in list_users(desk)} == {"admin", "tutup"}


def test_a_file_goes_around_no_rule(desk: Desk) -> None:
    """Nobody raises himself by a file, and none leaves the office without somebody who manages accounts."""
    create_user(desk, "kepala", "admin")
    assert "sendiri" in sentences(imported(desk, "kepala;;;kepala-dinas;;", by="kepala"))
    result = imported(desk, "kepala;;operator;;;", "admin;;operator;;;")
    assert "satu-satunya" in sentences(result)
    assert {user.role for user in list_users(desk)} == {"admin"}
    create_user(desk, "siti", "operator")
    assert "tidak memiliki" in sentences(imported(desk, "kawan;;admin;;;", by="siti"))


@pytest.mark.parametrize("heading", ["Kata sandi", "PASSWORD", "pin"])
def test_a_sheet_of_passwords_is_refused(desk: Desk, heading: str) -> None:
    """Passwords in a file would lie in mailboxes and folders for years."""
    data = f"Nama pengguna;Peran;{heading}\nsari;operator;rahasia\n".encode()
    with pytest.raises(DataFileError, match="hapus kolom"):
        import_accounts(desk, "orang.csv", data)


def test_the_sample_sheet_is_read_as_it_is(desk: Desk) -> None:
    """The sheet to fill in has the headings of the import, and its hints are no accounts."""
    result = import_accounts(desk, "pengguna.xlsx", account_sheet(desk), dry_run=True)
    assert (result.planned, result.report.errors) == ([], [])
