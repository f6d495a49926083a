"""What the claims of an identity say of its account: names, address, divisions, officials and role."""

from __future__ import annotations

import logging
import re

from sqlalchemy import Connection

from docgen.desk.access.accounts import LONGEST_NAME
from docgen.desk.desk import Desk
from docgen.mail import is_address
from docgen.openid.identity import Identity
from docgen.openid.rules import Rules, text_at
from storage.catalogue import registers
from storage.records import User

log = logging.getLogger("docgen.openid")

_LONGEST_FULL_NAME = 300  # characters


def plain_name(given: str) -> str:
    """Return the nearest user name of plain letters, "" where nothing is left of it."""
    return re.sub(r"[^a-z0-9]+", ".", given.lower()).strip(".")[:LONGEST_NAME].strip(".")


def values_of_claims(tx: Connection, rules: Rules, identity: Identity, user: User | None) -> dict[str, object]:
    """Return what the claims say of an account; what they, or the file, leave out stays as it is."""
    claims = identity.claims
    values: dict[str, object] = {}
    if full_name := text_at(claims, rules.full_name)[:_LONGEST_FULL_NAME]:
        values["full_name"] = full_name
    email = text_at(claims, rules.email)
    if not (user and user.email) and is_address(email) and claims.get("email_verified") is not False:
        values["email"] = email
    if (divisions := rules.divisions_of(claims)) is not None:
        values["divisions"] = divisions
    if rules.official or rules.officials is not None:
        values["officials"] = _officials(tx, rules, identity)
    return values


def _officials(tx: Connection, rules: Rules, identity: Identity) -> list[str]:
    """Return the ids of the registered officials that an identity acts as: by group, and by NIP."""
    registered = registers.list_officials(tx)
    ids = {official.id for official in registered}
    nip = re.sub(r"\D", "", text_at(identity.claims, rules.official)) if rules.official else ""
    named = [
        *(rules.officials_of(identity.claims) or []),
        *(official.id for official in registered if nip and re.sub(r"\D", "", official.nip) == nip),
    ]
    unknown = [id for id in named if id not in ids]
    if unknown:
        log.warning("The claims file names officials that are not registered: %s", ", ".join(unknown))
    return list(dict.fromkeys(id for id in named if id in ids))


def role_of_claims(desk: Desk, rules: Rules, identity: Identity) -> str:
    """Return the role of an identity by its name of today, "" for none."""
    role = rules.role_of(identity.claims)
    return desk.roles.require_role(role) if role else ""
