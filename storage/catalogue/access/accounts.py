"""People who sign in, and tokens of other systems."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, bindparam, func, insert, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import tokens, users
from storage.errors import RecordConflict, RecordMissing
from storage.records import Token, User
from wording import say

_USER = select(users).where(users.c.name == bindparam("of"))
_TOKEN = select(tokens).where(tokens.c.hash == bindparam("shown"), tokens.c.revoked_at.is_(None))


def count_users(tx: Connection) -> int:
    """Return how many users there are."""
    return int(tx.execute(select(func.count()).select_from(users)).scalar_one())


def list_users(tx: Connection) -> list[User]:
    """Return all users by name."""
    return [to_record(User, row) for row in tx.execute(select(users).order_by(users.c.name)).mappings()]


def get_user(tx: Connection, name: str) -> User:
    """Return one user. Raises RecordMissing."""
    row = tx.execute(_USER, {"of": name}).mappings().first()
    if row is None:
        raise RecordMissing(say("Pengguna {name} tidak ada.", name=repr(name)))
    return to_record(User, row)


def find_active_user(tx: Connection, name: str) -> User | None:
    """Return the user of this name whose account is open, or None."""
    row = tx.execute(select(users).where(users.c.name == name, users.c.active.is_(True))).mappings().first()
    return None if row is None else to_record(User, row)


def hold_user(tx: Connection, name: str) -> User:
    """Return one user, locked until `tx` ends so that no change is overwritten. Raises RecordMissing."""
    tx.execute(select(users.c.name).where(users.c.name == name).with_for_update())
    return get_user(tx, name)


def hold_users(tx: Connection) -> list[User]:
    """Return all users by name, locked until `tx` ends."""
    tx.execute(select(users.c.name).order_by(users.c.name).with_for_update())
    return list_users(tx)


def note_sign_in(tx: Connection, name: str, now: dt.datetime, origin: str) -> None:
    """Record when a user signed in last, and from where."""
    tx.execute(update(users).where(users.c.name == name).values(last_sign_in_at=now, last_sign_in_from=origin))


def find_bound(tx: Connection, issuer: str, subject: str) -> User | None:
    """Return the user who is bound to this account of an OpenID provider, or None; locked until `tx` ends."""
    query = select(users).where(users.c.issuer == issuer, users.c.subject == subject, users.c.issuer != "")
    row = tx.execute(query.with_for_update()).mappings().first()
    return None if row is None else to_record(User, row)


def has_user(tx: Connection, name: str) -> bool:
    """Return whether there is a user of this name, also one whose account is closed."""
    return tx.execute(select(users.c.name).where(users.c.name == name)).first() is not None


def add_user(tx: Connection, record: User) -> None:
    """Add a user. Raises RecordConflict if the name is taken."""
    if tx.execute(select(users.c.name).where(users.c.name == record.name)).first():
        raise RecordConflict(say("Pengguna {name} sudah ada.", name=repr(record.name)))
    tx.execute(insert(users), to_row(record, users))


def put_user(tx: Connection, record: User) -> None:
    """Change a user. Raises RecordMissing."""
    if tx.execute(update(users).where(users.c.name == record.name).values(to_row(record, users))).rowcount == 0:
        raise RecordMissing(say("Pengguna {name} tidak ada.", name=repr(record.name)))


def set_toured(tx: Connection, name: str, toured: bool) -> None:
    """Set whether a user is done with the tour."""
    tx.execute(update(users).where(users.c.name == name).values(toured=toured))


def add_token(tx: Connection, record: Token) -> None:
    """Add a token (its hash; the token itself is never kept)."""
    tx.execute(insert(tokens), to_row(record, tokens))


def find_token(tx: Connection, hash: str) -> Token | None:
    """Return the token with this SHA-256 that is not revoked, or None."""
    row = tx.execute(_TOKEN, {"shown": hash}).mappings().first()
    return None if row is None else to_record(Token, row)


def get_token(tx: Connection, id: str) -> Token:
    """Return one token. Raises RecordMissing."""
    row = tx.execute(select(tokens).where(tokens.c.id == id)).mappings().first()
    if row is None:
        raise RecordMissing(say("Token {id} tidak ada.", id=repr(id)))
    return to_record(Token, row)


def note_use(tx: Connection, id: str, now: dt.datetime, unless_since: dt.datetime) -> None:
    """Record that a token was used, unless that was recorded after `unless_since`."""
    stale = tokens.c.last_used_at.is_(None) | (tokens.c.last_used_at <= unless_since)
    tx.execute(update(tokens).where(tokens.c.id == id, stale).values(last_used_at=now))


def list_tokens(tx: Connection) -> list[Token]:
    """Return all tokens, newest first."""
    return [to_record(Token, row) for row in tx.execute(select(tokens).order_by(tokens.c.id.desc())).mappings()]


def tokens_named(tx: Connection, name: str) -> list[Token]:
    """Return the tokens of this name, newest first."""
    query = select(tokens).where(tokens.c.name == name).order_by(tokens.c.id.desc())
    return [to_record(Token, row) for row in tx.execute(query).mappings()]


def revoke_token(tx: Connection, id: str, now: dt.datetime) -> None:
    """Revoke a token. Raises RecordMissing."""
    if tx.execute(update(tokens).where(tokens.c.id == id).values(revoked_at=now)).rowcount == 0:
        raise RecordMissing(say("Token {id} tidak ada.", id=repr(id)))
