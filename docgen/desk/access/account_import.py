"""Import accounts from a CSV or XLSX file: all of its rows or none, and never a password in it.

Who is new chooses a password by a link of one's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.access.accounts import NOT_HIS_OWN, OWN_RIGHTS, add_user, new_user, put_changed, require_address
from docgen.desk.access.managers import hold_accounts, require_manager, require_reach
from docgen.desk.access.password_links import INVITED, PasswordLink, add_link
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.mirror import keep_mirror
from docgen.desk.registers.columns import find_register_heading, known_fields
from docgen.desk.registers.import_lines import SHOWN, Line, read_lines
from docgen.desk.registers.import_result import ImportResult, LineError
from docgen.desk.rights import EVERYONE, Caller
from docgen.errors import Conflict, DataFileError, FieldError, Forbidden, InvalidSubmission
from docgen.foreign import read_grid
from docgen.messages import field_errors, nearest
from docgen.spreadsheets import cell_name
from docgen.spreadsheets.read_report import plain
from storage.catalogue import registers
from storage.catalogue.access import accounts
from storage.records import Official, User
from storage.records.base import RequiredLine
from storage.text import DOOR
from wording import say

ACCOUNT_LABELS = {
    "name": "Nama pengguna",
    "full_name": "Nama lengkap",
    "role": "Peran",
    "officials": "Memutus atas nama",
    "divisions": "Bidang",
    "email": "Surel",
}
_SYNONYMS: Mapping[str, Sequence[str]] = {
    "name": ("username", "akun", "namaakun", "pengguna"),
    "full_name": ("nama", "namapegawai", "namadangelar"),
    "role": ("peranakun", "hakakses"),
    "officials": ("pejabat", "atasnama", "memutus"),
    "divisions": ("unit", "unitkerja", "namabidang"),
    "email": ("email", "alamatsurel", "alamatemail", "posel"),
}
_PASSWORDS = ("katasandi", "sandi", "password", "passwd", "pin")
_NOBODY = ("-", "tidakada", "tidakmemutus", "semua")  # in the column of divisions "semua" is every one: no limit
MOST_ACCOUNTS = 2000


@dataclass(frozen=True)
class PlannedAccount:
    """What an import does with one account: `before` is None for a new one; `changes` are the fields that differ."""

    line: int
    before: User | None
    after: User
    changes: Sequence[str]


@dataclass
class AccountImport:
    """The result of an import: what becomes of each account, or what is wrong; with errors nothing was changed.

    `links` are those of the new accounts, by name, shown this once.
    """

    report: ImportResult
    planned: list[PlannedAccount] = field(default_factory=list)
    links: dict[str, PasswordLink] = field(default_factory=dict)

    @property
    def added(self) -> list[PlannedAccount]:
        """The accounts that are new."""
        return [account for account in self.planned if account.before is None]

    @property
    def changed(self) -> list[PlannedAccount]:
        """The accounts that are there and become different."""
        return [account for account in self.planned if account.before is not None and account.changes]


def import_accounts(
    desk: Desk,
    name: str,
    data: bytes,
    *,
    by: str = "docgen",
    caller: Caller | None = None,
    dry_run: bool = False,
    take_hidden: bool = False,
) -> AccountImport:
    """Create or change the accounts of a file: all of them, or, where a row is wrong, none.

    An empty cell leaves what is there; "-" empties it. With `dry_run` nothing is changed. `caller` is who asks, None on
    the command line. Raises DataFileError when the file cannot be read at all, or has a column of passwords.
    """
    grid = read_grid(name, data, known=known_fields(ACCOUNT_LABELS, _SYNONYMS))
    heading = find_register_heading(grid, ACCOUNT_LABELS, _SYNONYMS)
    for label in heading.labels.values():
        if plain(label) in _PASSWORDS:
            message = (
                "{name}: hapus kolom {label}. Kata sandi tidak diimpor; setiap akun baru mendapat tautan sekali pakai."
            )
            raise DataFileError(say(message, name=grid.name, label=repr(label.strip())))
    report = ImportResult(dry_run=dry_run)
    key_type: TypeAdapter[str] = TypeAdapter(RequiredLine)
    lines = list(read_lines(grid, heading, ACCOUNT_LABELS, key_type, report, take_hidden=take_hidden))
    if len(lines) > MOST_ACCOUNTS:
        message = "{name}: lebih dari {most} baris. Bagi menjadi beberapa berkas."
        raise DataFileError(say(message, name=grid.name, most=MOST_ACCOUNTS))
    letters = {field_name: cell_name(at) for at, field_name in heading.fields.items()}
    result = AccountImport(report)
    with desk.catalogue.read() if dry_run else desk.catalogue.write() as tx:
        people = {user.name: user for user in accounts.list_users(tx)} if dry_run else hold_accounts(tx)
        plan = _Plan(desk, people, registers.list_officials(tx), letters, by, caller, result)
        for line in lines:
            plan.take(line)
        plan.check_managers()
        report.added, report.changed = len(result.added), len(result.planned) - len(result.added)
        report.unchanged = report.changed - len(result.changed)
        if dry_run or report.errors:
            return result
        _apply(desk, tx, name, by, result)
    keep_mirror(desk)  # at once, so that a revoked right stays revoked after a restore
    return result


def _apply(desk: Desk, tx: Connection, name: str, by: str, result: AccountImport) -> None:
    for account in result.added:
        add_user(desk, tx, account.after, by)
        result.links[account.after.name] = add_link(desk, tx, account.after, by, INVITED)
    for account in result.changed:
        assert account.before is not None, "it was there"
        put_changed(desk, tx, account.before, account.after, by)
    counts = {"file": name, "added": len(result.added), "changed": len(result.changed)}
    audit.record(desk, tx, by, Action.USER_IMPORTED, name, after=counts)


@dataclass
class _Plan:
    """What becomes of the accounts of a file, row by row."""

    desk: Desk
    people: dict[str, User]
    officials: Sequence[Official]
    letters: Mapping[str, str]
    by: str
    caller: Caller | None
    result: AccountImport
    line_numbers: dict[str, int] = field(default_factory=dict)

    def take(self, line: Line) -> None:
        """Plan the account of a row, or add to the errors what is wrong with it."""
        name = line.values.get("name", "")
        current = self.people.get(name)
        try:
            if name in self.line_numbers:
                raise _wrong(
                    "name", say("Akun {name} sudah ada di baris {row}.", name=name, row=self.line_numbers[name])
                )
            self.line_numbers[name] = line.number
            values = self._values(line.values)
            after = self._new(values) if current is None else self._changed(current, values)
            roles = {after.role, current.role if current else after.role}
            require_reach(self.desk, self.caller, *sorted(roles))
        except InvalidSubmission as error:
            self._report(line, error.errors)
        except ValidationError as error:
            self._report(line, field_errors(error, ACCOUNT_LABELS))
        except Forbidden as error:
            self._report(line, [FieldError("role", str(error))])
        else:
            changes = [] if current is None else list(audit.changed(current, after)[1])
            self.result.planned.append(PlannedAccount(line.number, current, after, changes))

    def check_managers(self) -> None:
        """Add an error where nobody would be left who can manage accounts."""
        after = self.people | {account.after.name: account.after for account in self.result.planned}
        try:
            require_manager(self.desk, self.people.values(), after.values())
        except Conflict as error:
            self.result.report.errors.append(LineError(0, "role", str(error)))

    def _new(self, values: Mapping[str, Any]) -> User:
        if "role" not in values:
            raise _wrong("role", say("Peran akun baru harus diisi: {roles}.", roles=", ".join(self.desk.roles.roles)))
        return new_user(None, **values)

    def _changed(self, current: User, values: Mapping[str, Any]) -> User:
        if not current.active:
            raise _wrong("name", say("Akun {name} ditutup. Aktifkan dahulu akunnya.", name=current.name))
        checked = User.model_validate(current.model_dump() | dict(values), context=DOOR)
        require_address(checked.email)
        if current.name == self.by and OWN_RIGHTS & audit.changed(current, checked)[1].keys():
            raise _wrong("role", NOT_HIS_OWN)
        return checked

    def _values(self, cells: Mapping[str, str]) -> dict[str, Any]:
        """Return the cells of a row as the values of an account. Raises InvalidSubmission."""
        values: dict[str, Any] = {key: "" if cell == "-" and key != "name" else cell for key, cell in cells.items()}
        errors: list[FieldError] = []
        for key, read in (("role", self._role), ("officials", self._officials), ("divisions", _parts)):
            if key in values:
                try:
                    values[key] = read(cells[key])
                except InvalidSubmission as error:
                    errors += error.errors
        try:
            require_address(values.get("email", ""))
        except InvalidSubmission as error:
            errors += error.errors
        if errors:
            raise InvalidSubmission(errors)
        return values

    def _role(self, text: str) -> str:
        """Return the name of the role that a cell names, by name or by what people call it."""
        labels = {plain(role.label): name for name, role in self.desk.roles.roles.items()}
        return self.desk.roles.require_role(labels.get(plain(text), text.lower()))

    def _officials(self, cell: str) -> list[str]:
        return [self._official(part) for part in _parts(cell)]

    def _official(self, text: str) -> str:
        """Return the id of the official that a part of a cell names, by id or by name."""
        if text == EVERYONE:
            raise _wrong("officials", "Tulis pejabatnya satu per satu, dipisahkan titik koma.")
        ids = [item.id for item in self.officials if text.lower() == item.id or plain(text) == plain(item.name)]
        if len(ids) == 1:
            return ids[0]
        if ids:
            message = "Beberapa pejabat bernama {name}. Tulis kodenya: {ids}."
            raise _wrong("officials", say(message, name=repr(text), ids=", ".join(ids)))
        hint = nearest(text, [name for item in self.officials for name in (item.id, item.name)])
        raise _wrong("officials", say("Pejabat {id} tidak ada dalam daftar pejabat.{hint}", id=repr(text), hint=hint))

    def _report(self, line: Line, errors: Sequence[FieldError]) -> None:
        for error in errors:
            place = f"{self.letters[error.field]}{line.number}" if error.field in self.letters else ""
            value = line.values.get(error.field, "")[:SHOWN]
            self.result.report.errors.append(LineError(line.number, error.field, error.message, place, value))


def _parts(cell: str) -> list[str]:
    """Return the parts of a cell, which are separated by semicolons or lines: names of people have commas."""
    parts = [part.strip() for part in re.split(r"[;\n]", cell)]
    return list(dict.fromkeys(part for part in parts if part and plain(part) not in _NOBODY and part != "-"))


def _wrong(field_name: str, message: str) -> InvalidSubmission:
    return InvalidSubmission([FieldError(field_name, message)])
