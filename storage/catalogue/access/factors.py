"""Second factors of people: authenticator application, recovery codes, passkeys."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from storage.catalogue.rows import to_record, to_row
from storage.catalogue.tables import authenticators, passkeys, recovery_codes
from storage.errors import RecordConflict
from storage.records.factors import Authenticator, Passkey, RecoveryCode
from wording import say


def find_authenticator(tx: Connection, user: str) -> Authenticator | None:
    """Return the authenticator application of a user, also one that is not confirmed yet, or None."""
    row = tx.execute(select(authenticators).where(authenticators.c.user == user)).mappings().first()
    return None if row is None else to_record(Authenticator, row)


def list_authenticators(tx: Connection) -> list[Authenticator]:
    """Return the authenticator applications of all users."""
    return [to_record(Authenticator, row) for row in tx.execute(select(authenticators)).mappings()]


def put_authenticator(tx: Connection, record: Authenticator) -> None:
    """Set the authenticator application of a user, in place of another."""
    remove_authenticator(tx, record.user)
    tx.execute(insert(authenticators), to_row(record, authenticators))


def use_step(tx: Connection, user: str, step: int, now: dt.datetime) -> bool:
    """Record that the code of a time step was used; return False when it, or a later one, was used before."""
    query = update(authenticators).where(authenticators.c.user == user, authenticators.c.last_step < step)
    return tx.execute(query.values(last_step=step, last_used_at=now)).rowcount == 1


def remove_authenticator(tx: Connection, user: str) -> bool:
    """Remove the authenticator application of a user; return whether there was one."""
    return tx.execute(delete(authenticators).where(authenticators.c.user == user)).rowcount == 1


def replace_codes(tx: Connection, user: str, codes: list[RecoveryCode]) -> None:
    """Give a user these recovery codes and no other."""
    tx.execute(delete(recovery_codes).where(recovery_codes.c.user == user))
    if codes:
        tx.execute(insert(recovery_codes), [to_row(code, recovery_codes) for code in codes])


def list_codes(tx: Connection, user: str) -> list[RecoveryCode]:
    """Return the recovery codes of a user, used ones as well."""
    query = select(recovery_codes).where(recovery_codes.c.user == user)
    return [to_record(RecoveryCode, row) for row in tx.execute(query).mappings()]


def use_code(tx: Connection, user: str, hash: str, now: dt.datetime) -> bool:
    """Use a recovery code up; return False when the user has none of this hash that is unused."""
    query = update(recovery_codes).where(
        recovery_codes.c.user == user, recovery_codes.c.hash == hash, recovery_codes.c.used_at.is_(None)
    )
    return tx.execute(query.values(used_at=now)).rowcount == 1


def add_passkey(tx: Connection, record: Passkey) -> None:
    """Add a passkey. Raises RecordConflict when somebody has it already."""
    if find_passkey(tx, record.id) is not None:
        raise RecordConflict(say("Kunci sandi ini sudah terdaftar."))
    tx.execute(insert(passkeys), to_row(record, passkeys))


def find_passkey(tx: Connection, id: str) -> Passkey | None:
    """Return the passkey with this id, or None."""
    row = tx.execute(select(passkeys).where(passkeys.c.id == id)).mappings().first()
    return None if row is None else to_record(Passkey, row)


def list_passkeys(tx: Connection, user: str) -> list[Passkey]:
    """Return the passkeys of a user, the oldest first."""
    query = select(passkeys).where(passkeys.c.user == user).order_by(passkeys.c.created_at, passkeys.c.id)
    return [to_record(Passkey, row) for row in tx.execute(query).mappings()]


def use_passkey(tx: Connection, id: str, sign_count: int, asked_at: dt.datetime, now: dt.datetime) -> bool:
    """Record that a passkey answered a question of `asked_at`; return False when it was used since, or is gone.

    So each question is answered once.
    """
    unused = or_(passkeys.c.last_used_at.is_(None), passkeys.c.last_used_at < asked_at)
    query = update(passkeys).where(passkeys.c.id == id, unused)
    return tx.execute(query.values(sign_count=sign_count, last_used_at=now)).rowcount == 1


def remove_passkey(tx: Connection, user: str, id: str) -> bool:
    """Remove a passkey of this user; return whether there was one."""
    return tx.execute(delete(passkeys).where(passkeys.c.id == id, passkeys.c.user == user)).rowcount == 1


def remove_passkeys(tx: Connection, user: str) -> int:
    """Remove every passkey of a user; return how many there were."""
    return tx.execute(delete(passkeys).where(passkeys.c.user == user)).rowcount


def has_factor(tx: Connection, user: str) -> bool:
    """Return whether a user has an authenticator application in use, or a passkey."""
    application = select(authenticators.c.user).where(
        authenticators.c.user == user, authenticators.c.confirmed_at.is_not(None)
    )
    key = select(passkeys.c.user).where(passkeys.c.user == user)
    return tx.execute(select(func.count()).select_from(application.union_all(key).subquery())).scalar_one() > 0
