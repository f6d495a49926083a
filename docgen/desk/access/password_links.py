"""Links by which a person chooses a password: for a forgotten one, and for the first one of a new account.

A link works once and for a while. Another link, another password and the closing of the account end it. Only the
SHA-256 of what stands in its address is stored (OWASP Forgot Password Cheat Sheet; NIST SP 800-63B 3.1.2).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.access.accounts import office_names, set_password
from docgen.desk.access.first_password import forget_first_password
from docgen.desk.access.managers import require_reach
from docgen.desk.access.passwords import require_strong
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.mirror import keep_mirror
from docgen.desk.rights import Caller
from docgen.errors import Conflict, Gone, NotFound
from storage.catalogue.access import accounts, one_time_links
from storage.records import OneTimeLink, User
from wording import say

VALID = dt.timedelta(hours=24)  # of a link for a forgotten password
INVITED = dt.timedelta(days=7)  # of a link for the first password of a new account
KEPT = dt.timedelta(days=30)  # that a link is remembered after its end, to say that it is over
_OVER = "Tautan ini sudah lewat masa berlakunya. Minta tautan baru."
_USED = (
    "Tautan ini sudah dipakai. Bila bukan Anda yang memakainya, beri tahu administrator di kantor Anda sekarang juga."
)
_VOID = "Tautan ini tidak berlaku lagi: ada tautan yang lebih baru, kata sandinya sudah diganti, atau akunnya ditutup."
_UNKNOWN = "Tautan ini tidak dikenal. Periksa apakah alamatnya tersalin utuh, atau minta tautan baru."


@dataclass(frozen=True)
class PasswordLink:
    """A link that was made: its address, which is shown this once, and when it ends."""

    url: str
    expires_at: dt.datetime


def make_link(
    desk: Desk, name: str, by: str, *, caller: Caller | None = None, valid: dt.timedelta = VALID
) -> PasswordLink:
    """Make a link by which a user chooses a password; earlier ones are void. `caller` is None on the command line.

    Raises RecordMissing, Conflict for a closed account, Forbidden for one that may do more than the caller.
    """
    with desk.catalogue.write() as tx:
        user = accounts.hold_user(tx, name)
        require_reach(desk, caller, user.role)
        return add_link(desk, tx, user, by, valid)


def add_link(desk: Desk, tx: Connection, user: User, by: str, valid: dt.timedelta = VALID) -> PasswordLink:
    """Make a link in a transaction. Raises Conflict for a closed account."""
    if not user.active:
        raise Conflict(say("Akun {name} ditutup. Aktifkan dahulu akunnya.", name=user.name))
    now, raw = desk.now(), secrets.token_urlsafe(32)
    link = OneTimeLink(hash=_hash(raw), user=user.name, created_at=now, created_by=by, expires_at=now + valid)
    one_time_links.void_links(tx, user.name, now)
    one_time_links.forget_links(tx, now - KEPT)
    one_time_links.add_link(tx, link)
    audit.record(desk, tx, by, Action.USER_LINK_CREATED, user.name, after={"expires_at": link.expires_at.isoformat()})
    return PasswordLink(desk.links.password(raw), link.expires_at)


def find_link_owner(desk: Desk, raw: str) -> User:
    """Return whose password a link is for; it is not used by this. Raises NotFound (unknown), Gone (over)."""
    with desk.catalogue.read() as tx:
        return _owner(desk, tx, raw)


def use_link(desk: Desk, raw: str, password: str) -> User:
    """Set the password by a link, once, and return the user, every session of whom has ended.

    Raises NotFound, Gone, and InvalidSubmission for a weak password, which leaves the link as it is.
    """
    owner = find_link_owner(desk, raw)
    require_strong("new", password, owner.name, owner.full_name, *office_names(desk))
    with desk.catalogue.write() as tx:
        if not one_time_links.use_link(tx, _hash(raw), desk.now()):
            _owner(desk, tx, raw)
            raise Gone(_USED)
        user = accounts.hold_user(tx, owner.name)
        if not user.active:
            raise Gone(_VOID)
        changed = set_password(desk, tx, user, password, by=user.name, must_change=False)
    keep_mirror(desk)  # at once, so that the old password stays void after a restore
    forget_first_password(desk, changed.name)
    return changed


def _owner(desk: Desk, tx: Connection, raw: str) -> User:
    link = one_time_links.find_link(tx, _hash(raw))
    if link is None:
        raise NotFound(_UNKNOWN)
    if link.used_at is not None:
        raise Gone(_USED)
    if link.void_at is not None:
        raise Gone(_VOID)
    if link.expires_at <= desk.now():
        raise Gone(_OVER)
    user = accounts.find_active_user(tx, link.user)
    if user is None:
        raise Gone(_VOID)
    return user


def _hash(raw: str) -> str:
    return hashlib.sha256(raw.encode(errors="replace")).hexdigest()
