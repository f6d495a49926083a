"""Second factors of people: the authenticator application, passkeys (`passkeys`), and recovery codes for lost ones.

Whoever has a second factor signs in with it beside the password. Recovery codes come with the first one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.access.factors.totp import DIGITS, find_step, make_secret
from docgen.desk.access.managers import require_reach
from docgen.desk.access.tell_owner import tell_owner
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.mirror import keep_mirror
from docgen.desk.rights import Caller
from docgen.errors import FieldError, InvalidSubmission
from docgen.secret_box import SecretBox
from storage.catalogue import notices
from storage.catalogue.access import accounts, factors, sessions
from storage.catalogue.registers import get_office
from storage.records import User
from storage.records.factors import Authenticator, Passkey, RecoveryCode

CODES = 10
_GROUPS, _GROUP = 3, 4  # a code is xxxx-xxxx-xxxx: 59 bits, so its SHA-256 is not found by trying
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
_PENDING = "pending"  # a secret that is on a page, not in the catalogue
WRONG_CODE = "Kode tidak cocok atau sudah dipakai. Tunggu kode berikutnya di aplikasi, lalu coba lagi."


@dataclass(frozen=True)
class Factors:
    """What a person has beside the password; `codes_left` of the recovery codes are unused."""

    authenticator: Authenticator | None
    passkeys: list[Passkey]
    codes_left: int

    def __bool__(self) -> bool:
        return bool(self.authenticator or self.passkeys)


def factors_of(desk: Desk, user: str) -> Factors:
    """Return the second factors of a user that are in use."""
    with desk.catalogue.read() as tx:
        application = factors.find_authenticator(tx, user)
        unused = [code for code in factors.list_codes(tx, user) if code.used_at is None]
        return Factors(
            application if application and application.confirmed_at else None,
            factors.list_passkeys(tx, user),
            len(unused),
        )


def needs_factor(desk: Desk, user: User) -> bool:
    """Return whether the office asks this user's role for a second factor, and the user has none."""
    with desk.catalogue.read() as tx:
        return user.role in get_office(tx).second_factor_roles and not factors.has_factor(tx, user.name)


def new_secret(box: SecretBox, user: str) -> tuple[bytes, str]:
    """Return a new secret for an application, and the same locked, to be sent back with its first code."""
    secret = make_secret()
    return secret, box.lock(secret, f"{_PENDING}\0{user}")


def open_secret(box: SecretBox, user: str, locked: str) -> bytes | None:
    """Return the secret of `new_secret` that a page sent back, or None for anything else."""
    try:
        return box.unlock(locked, f"{_PENDING}\0{user}")
    except ValueError:  # no base64, or too short
        return None


def set_authenticator(desk: Desk, box: SecretBox, user: str, secret: bytes, code: str) -> list[str]:
    """Use an application from now on, in place of another, because it has shown a right code.

    Return recovery codes when the user has none yet. Raises InvalidSubmission for a wrong code.
    """
    now = desk.now()
    step = find_step(secret, _plain(code), now)
    if step is None:
        raise InvalidSubmission([FieldError("code", WRONG_CODE)])
    with desk.catalogue.write() as tx:
        factors.put_authenticator(
            tx,
            Authenticator(user=user, secret=box.lock(secret, user), created_at=now, confirmed_at=now,
                          last_used_at=now, last_step=step),
        )  # fmt: skip
        codes = note_added(desk, tx, user, {"factor": "authenticator"})
    keep_mirror(desk)
    return codes


def check_code(desk: Desk, box: SecretBox, user: str, code: str) -> Literal["totp", "recovery"] | None:
    """Return what this is a right code of, the application or the recovery codes, and use it up; None for a wrong one.

    Whoever sends no code of an application's length is asked nothing else: both are looked up in the same way.
    """
    plain, now = _plain(code), desk.now()
    with desk.catalogue.write() as tx:
        if len(plain) == DIGITS and plain.isdecimal():
            application = factors.find_authenticator(tx, user)
            secret = box.unlock(application.secret, user) if application and application.confirmed_at else None
            step = find_step(secret, plain, now) if secret else None
            return "totp" if step is not None and factors.use_step(tx, user, step, now) else None
        if not factors.use_code(tx, user, _hash(user, plain), now):
            return None
        audit.record(desk, tx, user, Action.USER_CODE_USED, user)
    keep_mirror(desk)
    return "recovery"


def make_codes(desk: Desk, user: str) -> list[str]:
    """Give a user new recovery codes and return them, this once; the old ones are void."""
    with desk.catalogue.write() as tx:
        codes = _replace_codes(tx, user, desk.now())
        audit.record(desk, tx, user, Action.USER_CODES_MADE, user)
    keep_mirror(desk)
    return codes


def remove_authenticator(desk: Desk, user: str) -> None:
    """Remove the application of a user; nothing happens when there is none."""
    with desk.catalogue.write() as tx:
        if factors.remove_authenticator(tx, user):
            note_removed(desk, tx, user, {"factor": "authenticator"})
    keep_mirror(desk)


def remove_passkey(desk: Desk, user: str, id: str) -> None:
    """Remove a passkey of a user; one of somebody else is left alone."""
    with desk.catalogue.write() as tx:
        key = factors.find_passkey(tx, id)
        if key is not None and factors.remove_passkey(tx, user, id):
            note_removed(desk, tx, user, {"factor": "passkey", "name": key.name, "id": id})
    keep_mirror(desk)


def note_added(desk: Desk, tx: Connection, user: str, details: dict[str, str]) -> list[str]:
    """Record that a factor was added; return recovery codes when the user has none yet."""
    audit.record(desk, tx, user, Action.USER_FACTOR_ADDED, user, after=details)
    tell_owner(desk, tx, accounts.get_user(tx, user), "factors_changed")
    return [] if factors.list_codes(tx, user) else _replace_codes(tx, user, desk.now())


def note_removed(desk: Desk, tx: Connection, user: str, details: dict[str, str]) -> None:
    """Record that a factor was removed; without any, recovery codes open nothing and go as well."""
    audit.record(desk, tx, user, Action.USER_FACTOR_REMOVED, user, before=details)
    tell_owner(desk, tx, accounts.get_user(tx, user), "factors_changed")
    if not factors.has_factor(tx, user):
        factors.replace_codes(tx, user, [])


def reset_factors(desk: Desk, name: str, by: str = "docgen", *, caller: Caller | None = None) -> bool:
    """Remove every second factor of a user who lost them, with the recovery codes; return whether there was any.

    Every session of the user ends, and the owner is told. `caller` is who asks, None on the command line. Raises
    RecordMissing, and Forbidden for an account that may do more than the caller.
    """
    with desk.catalogue.write() as tx:
        user = accounts.hold_user(tx, name)
        require_reach(desk, caller, user.role)
        if not factors.has_factor(tx, name):
            return False
        factors.remove_authenticator(tx, name)
        factors.remove_passkeys(tx, name)
        factors.replace_codes(tx, name, [])
        sessions.end_sessions(tx, name)
        notices.remove_subscriptions(tx, name)
        audit.record(desk, tx, by, Action.USER_FACTORS_RESET, name)
        tell_owner(desk, tx, user, "factors_reset")
    keep_mirror(desk)
    return True


def _replace_codes(tx: Connection, user: str, now: dt.datetime) -> list[str]:
    signs = ["".join(secrets.choice(_SIGNS) for _ in range(_GROUPS * _GROUP)) for _ in range(CODES)]
    factors.replace_codes(tx, user, [RecoveryCode(user=user, hash=_hash(user, code), created_at=now) for code in signs])
    starts = range(0, _GROUPS * _GROUP, _GROUP)
    return ["-".join(code[start : start + _GROUP] for start in starts) for code in signs]


def _hash(user: str, plain: str) -> str:
    return hashlib.sha256(f"{user}\0{plain}".encode(errors="surrogatepass")).hexdigest()


def _plain(code: str) -> str:
    """Return a code as it is compared: without spaces and hyphens, small letters."""
    return re.sub(r"[\s-]+", "", code[:100]).lower()
