"""Who may do what: people with passwords (kept as argon2id), other systems with tokens (kept as SHA-256)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection
from ulid import ULID

from docgen.desk import audit
from docgen.desk.desk import Desk
from docgen.errors import FieldError, Forbidden, InvalidSubmission
from storage.catalogue import accounts, registers
from storage.errors import RecordMissing
from storage.records import Token, User

Action = Literal["read", "issue", "endorse", "register", "administer", "audit"]
# register: keep assets and officials; administer: office, accounts; audit: read who did what.
# Who endorses, endorses only as his own officials.
MAY: dict[str, set[Action]] = {
    "admin": {"read", "issue", "endorse", "register", "administer", "audit"},
    "operator": {"read", "issue", "endorse", "register"},
    "reader": {"read", "endorse"},
    # scopes of a token: the office is kept through the API too
    "write": {"read", "issue", "endorse", "register", "administer"},
    "read": {"read"},
}
LABELS: dict[str, str] = {"admin": "Administrator", "operator": "Operator", "reader": "Pembaca"}
SHORTEST_PASSWORD = 10
LONGEST_NAME_TOLD = 60  # characters of a name tried in vain; whatever was typed there must not fill the log

_hasher = PasswordHasher()
_nobody = _hasher.hash(secrets.token_hex(16))  # checked for unknown names, so that they take as long as known ones


def require(role: str, action: Action) -> None:
    """The one check of who may do what; `role` is a user's role or a token's scope. Raises Forbidden."""
    if action not in MAY.get(role, set()):
        raise Forbidden("Akun ini tidak berwenang melakukan itu. Minta bantuan administrator docgen di kantor Anda.")


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

    `officials` are those in whose name the user endorses, ["*"] for all. Raises InvalidSubmission, RecordConflict.
    """
    if password is not None and len(password) < SHORTEST_PASSWORD:
        raise InvalidSubmission([FieldError("password", f"Kata sandi paling sedikit {SHORTEST_PASSWORD} karakter.")])
    chosen = password or secrets.token_urlsafe(12)
    values = {"name": name, "full_name": full_name, "role": role, "officials": list(officials)}
    record = User.model_validate({**values, "password": _hasher.hash(chosen)})
    with desk.catalogue.write() as tx:
        _check_officials(tx, record.officials)
        accounts.add_user(tx, record)
        audit.record(desk, tx, by, "user.created", record.name, after=values)
    return chosen


def change_user(desk: Desk, name: str, by: str, **changes: Any) -> User:
    """Change `active` or `officials` of a user. Raises InvalidSubmission, RecordMissing."""
    with desk.catalogue.write() as tx:
        user = accounts.get_user(tx, name)
        _check_officials(tx, changes.get("officials", []))
        changed = user.model_copy(update=changes)
        accounts.put_user(tx, changed)
        before = {key: getattr(user, key) for key in changes}
        audit.record(desk, tx, by, "user.changed", name, before=before, after=changes)
    return changed


def sign_in(desk: Desk, name: str, password: str) -> User | None:
    """The active user with this name and password, or None; either is recorded."""
    user = _check(desk, name, password)
    with desk.catalogue.write() as tx:
        if user is None:  # nobody is known to have done it: the name is only what was typed
            tried = "".join(one for one in name if one.isprintable())[:LONGEST_NAME_TOLD]
            audit.record(desk, tx, "", "user.sign_in_failed", tried)
        else:
            audit.record(desk, tx, user.name, "user.signed_in", user.name)
    return user


def _check(desk: Desk, name: str, password: str) -> User | None:
    user = find_user(desk, name)
    try:
        _hasher.verify(user.password if user else _nobody, password)
    except (VerificationError, InvalidHashError):
        return None
    return user


def find_user(desk: Desk, name: str) -> User | None:
    """The active user with this name, or None."""
    try:
        with desk.catalogue.read() as tx:
            user = accounts.get_user(tx, name)
    except RecordMissing:
        return None
    return user if user.active else None


def change_password(desk: Desk, name: str, old: str, new: str) -> None:
    """Change a user's password. Raises InvalidSubmission."""
    user = _check(desk, name, old)
    if user is None:
        raise InvalidSubmission([FieldError("old", "Kata sandi lama tidak cocok.")])
    if len(new) < SHORTEST_PASSWORD:
        raise InvalidSubmission([FieldError("new", f"Kata sandi baru paling sedikit {SHORTEST_PASSWORD} karakter.")])
    with desk.catalogue.write() as tx:
        accounts.put_user(tx, user.model_copy(update={"password": _hasher.hash(new)}))
        audit.record(desk, tx, name, "user.password_changed", name)


def create_token(
    desk: Desk, name: str, scope: Literal["read", "write"], officials: list[str], by: str = "docgen"
) -> str:
    """Make a token for another system and return it; it is shown this once. `officials`: ids, or ["*"] for all.

    Raises InvalidSubmission for an official who is not registered.
    """
    raw = f"dg_{secrets.token_urlsafe(32)}"
    token = Token(
        id=str(ULID()).lower(),
        name=name,
        hash=hashlib.sha256(raw.encode()).hexdigest(),
        scope=scope,
        officials=officials,
        created_at=desk.now(),
    )
    with desk.catalogue.write() as tx:
        _check_officials(tx, officials)
        accounts.add_token(tx, token)
        after = token.model_dump(mode="json", include={"name", "scope", "officials"})
        audit.record(desk, tx, by, "token.created", token.id, after=after)
    return raw


def find_token(desk: Desk, raw: str) -> Token | None:
    """The token another system showed, or None when it is unknown or revoked."""
    with desk.catalogue.read() as tx:
        return accounts.find_token(tx, hashlib.sha256(raw.encode()).hexdigest())


def _check_officials(tx: Connection, officials: Sequence[str]) -> None:
    known = {official.id for official in registers.list_officials(tx)} if officials else set()
    unknown = [id for id in officials if id != "*" and id not in known]
    if unknown:
        raise InvalidSubmission([FieldError("officials", f"Pejabat {unknown[0]!r} tidak ada dalam daftar pejabat.")])
