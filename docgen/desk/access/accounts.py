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

from docgen.desk import audit
from docgen.desk.access.first_password import forget_first_password
from docgen.desk.access.passwords import make_password, require_strong
from docgen.desk.access.tokens import create_token as create_token
from docgen.desk.access.tokens import find_token as find_token
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.mirror import keep_mirror
from docgen.desk.registers.checks import check_officials
from docgen.errors import FieldError, Forbidden, InvalidSubmission
from storage.catalogue import accounts, notices, sessions
from storage.catalogue.registers import get_office
from storage.errors import RecordMissing
from storage.records import User
from storage.text import DOOR, tidy
from wording import say

LONGEST_NAME = 60  # characters; of a wrong name in the log, too, because anything may have been typed there
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


def _office_names(desk: Desk) -> tuple[str, ...]:
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
    by: str = "docgen",
) -> str:
    """Add a user and return the password, made up when none is given.

    `officials` are those in whose name the user endorses, ["*"] for all. Raises InvalidSubmission, also for a name
    that is hard to type (`is_plain`) or a role that is not in the table, and RecordConflict. Accounts of before keep
    their names.
    """
    role = desk.roles.require_role(role)
    if password is not None:
        require_strong("password", password, name, full_name, *_office_names(desk))
    new_password = password or make_password()
    values = {"name": name, "full_name": full_name, "role": role, "officials": list(officials)}
    record = User.model_validate(values | {"password": HASHER.hash(new_password)}, context=DOOR)
    if not is_plain(record.name):
        message = "Nama pengguna berisi huruf kecil, angka, titik, atau tanda hubung, misalnya {example}."
        raise InvalidSubmission([FieldError("name", say(message, example=_plain(record.name) or "siti.aminah"))])
    with desk.catalogue.write() as tx:
        check_officials(tx, record.officials)
        accounts.add_user(tx, record)
        details = record.model_dump(include=set(values))
        audit.record(desk, tx, by, Action.USER_CREATED, record.name, after=details)
    return new_password


def change_user(desk: Desk, name: str, by: str, **changes: Any) -> User:
    """Change `active`, `full_name`, `role` or `officials`; a closed account or another role ends every session.

    Raises InvalidSubmission, ValidationError, RecordMissing, Forbidden: nobody gives himself the right to decide.
    """
    if name == by and changes.keys() & {"officials", "role"}:
        raise Forbidden("Wewenang akun sendiri tidak dapat diubah sendiri. Minta administrator lain melakukannya.")
    if "role" in changes:
        changes["role"] = desk.roles.require_role(changes["role"])
    with desk.catalogue.write() as tx:
        user = accounts.get_user(tx, name)
        check_officials(tx, changes.get("officials", []))
        checked = User.model_validate(user.model_dump() | changes, context=DOOR)
        changes = {key: getattr(checked, key) for key in changes}
        changed = user.model_copy(update=changes)
        accounts.put_user(tx, changed)
        if not changed.active or changed.role != user.role:
            sessions.end_sessions(tx, name)
            notices.remove_subscriptions(tx, name)
        before = {key: getattr(user, key) for key in changes}
        audit.record(desk, tx, by, Action.USER_CHANGED, name, before=before, after=changes)
    keep_mirror(desk)  # at once, so that a revoked right stays revoked after a restore
    return changed


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


def reset_password(desk: Desk, name: str, by: str = "docgen", *, must_change: bool = False) -> str:
    """Give a user a new password, made up here, and return it; with `must_change` it is good for one sign-in.

    Every session of the user ends. Raises RecordMissing.
    """
    new_password = make_password()
    with desk.catalogue.write() as tx:
        user = accounts.get_user(tx, name)
        accounts.put_user(
            tx, user.model_copy(update={"password": HASHER.hash(new_password), "must_change": must_change})
        )
        sessions.end_sessions(tx, name)
        notices.remove_subscriptions(tx, name)
        audit.record(desk, tx, by, Action.USER_PASSWORD_CHANGED, name)
    keep_mirror(desk)
    forget_first_password(desk, name)
    return new_password


def _authenticate(desk: Desk, name: str, password: str) -> User | None:
    user = find_user(desk, name) or find_user(desk, tidy(name))
    try:
        HASHER.verify((user.password if user else "") or DUMMY_HASH, password)
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
    try:
        with desk.catalogue.read() as tx:
            user = accounts.get_user(tx, name)
    except RecordMissing:
        return None
    return user if user.active else None


def change_password(desk: Desk, name: str, old: str, new: str) -> None:
    """Change a user's password; every session of the user ends. Raises InvalidSubmission."""
    user = _authenticate(desk, name, old)
    if user is None:
        raise InvalidSubmission([FieldError("old", "Kata sandi lama tidak cocok.")])
    if new == old:
        raise InvalidSubmission([FieldError("new", "Kata sandi baru harus lain daripada kata sandi sekarang.")])
    require_strong("new", new, user.name, user.full_name, *_office_names(desk))
    with desk.catalogue.write() as tx:
        accounts.put_user(tx, user.model_copy(update={"password": HASHER.hash(new), "must_change": False}))
        sessions.end_sessions(tx, name)
        audit.record(desk, tx, name, Action.USER_PASSWORD_CHANGED, name)
    keep_mirror(desk)
    forget_first_password(desk, name)
