"""People with passwords (kept as argon2id); tokens of other systems are in `tokens`, who may do what in `rights`."""

from __future__ import annotations

import re
import secrets
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION
from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.access.first_password import forget_first_password
from docgen.desk.access.managers import hold_accounts, require_manager, require_reach
from docgen.desk.access.passwords import NO_PASSWORD, make_password, require_strong
from docgen.desk.access.tell_owner import tell_owner
from docgen.desk.access.tokens import create_token as create_token
from docgen.desk.access.tokens import find_token as find_token
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.mirror import keep_mirror
from docgen.desk.registers.checks import check_officials
from docgen.desk.rights import Caller
from docgen.errors import FieldError, Forbidden, InvalidSubmission
from docgen.mail import is_address
from storage.catalogue import notices
from storage.catalogue.access import accounts, one_time_links, sessions
from storage.catalogue.registers import get_office
from storage.records import User
from storage.text import DOOR, tidy
from wording import say

LONGEST_NAME = 60  # characters; of a wrong name in the log, too, because anything may have been typed there
OWN_RIGHTS = {"officials", "role", "divisions"}  # of an account, which its owner does not change
NOT_HIS_OWN = "Wewenang akun sendiri tidak dapat diubah sendiri. Minta administrator lain melakukannya."
_PLAIN_NAME = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")

HASHER = PasswordHasher()  # argon2id by the defaults of RFC 9106 for machines with little memory


def random_hash(hasher: PasswordHasher) -> str:
    """Return a hash that no password has, and whose check takes as long as that of the hasher's own.

    It is drawn, not computed: each start of a command would take a tenth of a second longer.
    """
    salt, digest = (b64encode(secrets.token_bytes(size)).rstrip(b"=").decode() for size in (16, hasher.hash_len))
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


DUMMY_HASH = random_hash(HASHER)  # verified for unknown names, so that they take as long as known ones


def is_plain(name: str) -> bool:
    """Return whether a user name is easy to say and to type: small letters, digits, and single signs between them."""
    return bool(_PLAIN_NAME.fullmatch(name)) and len(name) <= LONGEST_NAME


def _plain(name: str) -> str:
    """Return the nearest plain name, "" where nothing is left of it."""
    return re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".")[:LONGEST_NAME].strip(".")


def office_names(desk: Desk) -> tuple[str, ...]:
    """Return what the office is called, which no password may be made of."""
    with desk.catalogue.read() as tx:
        office = get_office(tx)
    return office.name, office.short_name, office.government, office.place


def create_user(
    desk: Desk,
    name: str,
    role: str,
    full_name: str = "",
    password: str | None = None,
    *,
    officials: Sequence[str] = (),
    divisions: Sequence[str] = (),
    email: str = "",
    must_change: bool = False,
    by: str = "docgen",
    caller: Caller | None = None,
) -> str:
    """Add a user and return the password, made up when none is given; with `must_change` it is for one sign-in.

    `officials` are those in whose name the user endorses, ["*"] for all; `caller` who asks, None on the command line.
    Raises InvalidSubmission, also for a name that is hard to type (`is_plain`) or a role that is not in the table,
    Forbidden for a role that may do more than the caller, and RecordConflict. Accounts of before keep their names.
    """
    role = desk.roles.require_role(role)
    require_reach(desk, caller, role)
    if password is not None:
        require_strong("password", password, name, full_name, *office_names(desk))
    new_password = password or make_password()
    record = new_user(
        new_password, name=name, full_name=full_name, role=role, officials=list(officials), divisions=list(divisions),
        email=email, must_change=must_change,
    )  # fmt: skip
    with desk.catalogue.write() as tx:
        add_user(desk, tx, record, by)
    return new_password


def new_user(password: str | None, **values: Any) -> User:
    """Return the record of a new account; without a password only a link lets its owner in.

    Raises InvalidSubmission, ValidationError.
    """
    hashed = NO_PASSWORD if password is None else HASHER.hash(password)
    record = User.model_validate(values | {"password": hashed}, context=DOOR)
    if not is_plain(record.name):
        message = "Nama pengguna berisi huruf kecil, angka, titik, atau tanda hubung, misalnya {example}."
        raise InvalidSubmission([FieldError("name", say(message, example=_plain(record.name) or "siti.aminah"))])
    require_address(record.email)
    return record


def add_user(desk: Desk, tx: Connection, record: User, by: str) -> None:
    """Add an account in a transaction. Raises InvalidSubmission, RecordConflict."""
    check_officials(tx, record.officials)
    accounts.add_user(tx, record)
    details = record.model_dump(include={"name", "full_name", "role", "officials", "divisions"})
    audit.record(desk, tx, by, Action.USER_CREATED, record.name, after=details)


def require_address(email: str) -> None:
    """Raise InvalidSubmission for a text that is neither empty nor a mail address."""
    if email and not is_address(email):
        raise InvalidSubmission([FieldError("email", "Tulis alamat surel lengkap, misalnya siti@dinas.go.id.")])


def change_user(desk: Desk, name: str, by: str, *, caller: Caller | None = None, **changes: Any) -> User:
    """Change `active`, `full_name`, `role`, `officials` or `divisions`; a closed account or another role ends sessions.

    `caller` is who asks, None on the command line. Raises InvalidSubmission, ValidationError, RecordMissing; Forbidden:
    nobody gives himself rights, or more than he has; Conflict for the last account that can manage accounts.
    """
    if name == by and changes.keys() & OWN_RIGHTS:
        raise Forbidden(NOT_HIS_OWN)
    if "role" in changes:
        changes["role"] = desk.roles.require_role(changes["role"])
    with desk.catalogue.write() as tx:
        before = hold_accounts(tx)
        user = before.get(name) or accounts.get_user(tx, name)
        require_reach(desk, caller, user.role, changes.get("role", user.role))
        checked = User.model_validate(user.model_dump() | changes, context=DOOR)
        changed = user.model_copy(update={key: getattr(checked, key) for key in changes})
        require_manager(desk, before.values(), (before | {name: changed}).values())
        put_changed(desk, tx, user, changed, by)
    keep_mirror(desk)  # at once, so that a revoked right stays revoked after a restore
    return changed


def put_changed(desk: Desk, tx: Connection, user: User, changed: User, by: str) -> None:
    """Store a change of an account that `tx` holds, and end what it ends. Raises InvalidSubmission."""
    before, after = audit.changed(user, changed)
    if not after:
        return
    if "officials" in after:
        check_officials(tx, changed.officials)
    accounts.put_user(tx, changed)
    if not changed.active or changed.role != user.role:
        sessions.end_sessions(tx, user.name)
        notices.remove_subscriptions(tx, user.name)
    if not changed.active:
        one_time_links.void_links(tx, user.name, desk.now())
    if "email" in after:  # the log notes that the address changed, not which it is
        del before["email"], after["email"]
        after["email_changed"] = True
    audit.record(desk, tx, by, Action.USER_CHANGED, user.name, before=before, after=after)


def check_password(desk: Desk, name: str, password: str) -> User | None:
    """Return the active user with this name and password, or None, which is in the audit log."""
    user = _authenticate(desk, name, password)
    if user is None:
        note_failed(desk, name)
    return user


def note_failed(desk: Desk, name: str) -> None:
    """Record in the audit log that somebody signed in to an account in vain."""
    with desk.catalogue.write() as tx:  # the actor is unknown: the name is only what was typed
        printable = "".join(filter(str.isprintable, name))[:LONGEST_NAME]
        audit.record(desk, tx, "", Action.USER_SIGN_IN_FAILED, printable)


def reset_password(
    desk: Desk, name: str, by: str = "docgen", *, must_change: bool = False, caller: Caller | None = None
) -> str:
    """Give a user a new password, made up here, and return it; with `must_change` it is good for one sign-in.

    Every session of the user ends, and the owner is told. `caller` is who asks, None on the command line. Raises
    RecordMissing, and Forbidden for an account that may do more than the caller.
    """
    new_password = make_password()
    with desk.catalogue.write() as tx:
        user = accounts.hold_user(tx, name)
        require_reach(desk, caller, user.role)
        set_password(desk, tx, user, new_password, by, must_change=must_change)
        notices.remove_subscriptions(tx, name)
    keep_mirror(desk)
    forget_first_password(desk, name)
    return new_password


def set_password(desk: Desk, tx: Connection, user: User, password: str, by: str, *, must_change: bool) -> User:
    """Set the password of a user that `tx` holds: all sessions and links end, and the owner is told by mail."""
    changed = user.model_copy(update={"password": HASHER.hash(password), "must_change": must_change})
    accounts.put_user(tx, changed)
    sessions.end_sessions(tx, user.name)
    one_time_links.void_links(tx, user.name, desk.now())
    audit.record(desk, tx, by, Action.USER_PASSWORD_CHANGED, user.name)
    tell_owner(desk, tx, changed, "password_changed")
    return changed


def _authenticate(desk: Desk, name: str, password: str) -> User | None:
    user = find_user(desk, name) or find_user(desk, tidy(name))
    hashed = user.password if user and user.password != NO_PASSWORD else DUMMY_HASH
    try:
        HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return None
    return user


def list_users(desk: Desk) -> list[User]:
    """Return all users by name, also those whose account is closed."""
    with desk.catalogue.read() as tx:
        return accounts.list_users(tx)


def get_user(desk: Desk, name: str) -> User:
    """Return one user, also one whose account is closed. Raises RecordMissing."""
    with desk.catalogue.read() as tx:
        return accounts.get_user(tx, name)


def set_toured(desk: Desk, name: str, toured: bool) -> None:
    """Note whether a user has put away the tour of the first visit."""
    with desk.catalogue.write() as tx:
        accounts.set_toured(tx, name, toured)


def find_user(desk: Desk, name: str) -> User | None:
    """Return the active user with this name, or None."""
    with desk.catalogue.read() as tx:
        return accounts.find_active_user(tx, name)


def change_password(desk: Desk, name: str, old: str, new: str) -> None:
    """Change a user's password; every session of the user ends. Raises InvalidSubmission."""
    user = _authenticate(desk, name, old)
    if user is None:
        raise InvalidSubmission([FieldError("old", "Kata sandi sekarang tidak cocok.")])
    if new == old:
        raise InvalidSubmission([FieldError("new", "Kata sandi baru harus lain daripada kata sandi sekarang.")])
    require_strong("new", new, user.name, user.full_name, *office_names(desk))
    with desk.catalogue.write() as tx:
        current = accounts.hold_user(tx, user.name)
        if not current.active or current.password != user.password:  # changed since, by whoever was quicker
            raise InvalidSubmission([FieldError("old", "Kata sandi sekarang tidak cocok.")])
        set_password(desk, tx, current, new, name, must_change=False)
    keep_mirror(desk)
    forget_first_password(desk, user.name)
