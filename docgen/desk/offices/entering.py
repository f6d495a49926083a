"""An administrator of the region enters an office: by a ticket, once, as an account that the office sees and may close.

The ticket lies in the office's own catalogue, as the hash of what the administrator's browser brings: so it is of this
office alone, used once, over after a minute, and good in the browser that asked for it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.access.accounts import is_plain
from docgen.desk.access.passwords import NO_PASSWORD
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.mirror import keep_mirror
from docgen.errors import Forbidden, Gone
from storage.catalogue.access import accounts, one_time_links
from storage.catalogue.registers import get_office
from storage.records import OneTimeLink, User
from wording import say

VALID = dt.timedelta(seconds=60)
ISSUER = "urn:docgen:wilayah"  # to which such an account is bound, with the administrator's name as its subject
ROLE = "admin"
_PREFIX = "wilayah."
_REFUSED = "Kantor ini tidak mengizinkan administrator wilayah masuk. Hubungi administrator kantor itu."
_OVER = "Tiket masuk ini sudah dipakai, sudah lewat waktunya, atau dari peramban lain. Mulai lagi di halaman Wilayah."


def make_ticket(office: Desk, administrator: str, browser: str) -> str:
    """Return a ticket to an office for an administrator of the region, whose browser is known there by `browser`.

    The account that it opens is made when it is not there yet. Raises Forbidden when the office closed it, or has
    another account of that name, or lets no administrator of the region in; StoreUnavailable.
    """
    ticket, now = secrets.token_urlsafe(32), office.now()
    with office.catalogue.write() as tx:
        if not get_office(tx).region_may_enter:
            raise Forbidden(_REFUSED)
        user = _account(office, tx, administrator)
        link = OneTimeLink(
            hash=_hash(ticket, browser), user=user.name, created_at=now, created_by=user.name, expires_at=now + VALID
        )
        one_time_links.add_link(tx, link)
    keep_mirror(office)
    return ticket


def use_ticket(office: Desk, ticket: str, browser: str) -> User:
    """Return the account that a ticket opens, once. Raises Gone when it opens none, or none any more."""
    hash = _hash(ticket, browser)
    with office.catalogue.write() as tx:
        if not get_office(tx).region_may_enter:
            raise Gone(_REFUSED)
        link = one_time_links.find_link(tx, hash)
        if link is None or not one_time_links.use_link(tx, hash, office.now()):
            raise Gone(_OVER)
        user = accounts.find_active_user(tx, link.user)
    if user is None or user.issuer != ISSUER:
        raise Gone(_OVER)
    return user


def browser_mark(secret: str) -> str:
    """Return what names a browser at the installation: of the secret that it has at the office it tells nothing."""
    return hashlib.sha256(f"peramban\0{secret}".encode()).hexdigest()


def _account(office: Desk, tx: Connection, administrator: str) -> User:
    """Return the administrator's active account of this office. Raises Forbidden."""
    user = accounts.find_bound(tx, ISSUER, administrator)
    if user is not None:
        if not user.active:
            raise Forbidden(
                say("Kantor ini menutup akun {name}. Minta administrator kantor itu membukanya.", name=user.name)
            )
        return user
    name = _PREFIX + administrator
    if not is_plain(name) or accounts.has_user(tx, name):
        raise Forbidden(
            say(
                "Akun {name} tidak dapat dibuat di kantor itu: namanya sudah dipakai di sana, atau bukan nama akun.",
                name=name,
            )
        )
    full_name = say("Administrator wilayah ({administrator})", administrator=administrator)
    user = User(
        name=name,
        full_name=str(full_name),
        password=NO_PASSWORD,
        role=ROLE,
        issuer=ISSUER,
        subject=administrator,
        bound_at=office.now(),
    )
    accounts.add_user(tx, user)
    audit.record(office, tx, name, Action.USER_CREATED, name, after={"name": name, "role": ROLE, "by": "region"})
    return user


def _hash(ticket: str, browser: str) -> str:
    return hashlib.sha256(f"wilayah\0{browser}\0{ticket}".encode()).hexdigest()
