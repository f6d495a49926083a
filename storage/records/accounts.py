"""Records of who works with the catalogue: people, their sessions, tokens, and the audit log of what they did."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from storage.records.base import Key, Line, Record, RequiredLine

Scope = Literal["read", "write", "admin"]
SignInMethod = Literal["password", "totp", "recovery", "passkey", "oidc", "region"]
MailChoice = Literal["now", "daily", "never"]


class User(Record):
    """A person who signs in to the pages. `password` is an argon2 hash.

    `role` is a name in the table of permissions. `officials` are those in whose name this person endorses ("*": all,
    for a demo). `mail` says when what waits is told to `email`: at once, in a daily summary, or never. `divisions` are
    the bidang whose letters this person sees, where the office limits that; empty: all. `issuer` and `subject` name
    the account elsewhere (OpenID Connect) by which this person signs in, bound at `bound_at`; "" for none.
    """

    name: RequiredLine
    full_name: Line = ""
    password: str
    role: Key = "operator"
    active: bool = True
    officials: list[str] = []
    toured: bool = False  # has seen the first-visit tour, or put it away
    must_change: bool = False  # the password was made for this person, who has to choose another one first
    email: Line = ""
    mail: MailChoice = "now"
    divisions: list[Line] = []
    last_sign_in_at: dt.datetime | None = None
    last_sign_in_from: str = ""
    issuer: str = ""
    subject: str = ""
    bound_at: dt.datetime | None = None


class Session(Record):
    """A browser in which a person is signed in; `seen_at` is written at most once in some minutes.

    The id stands in the signed cookie; without the service's secret key it opens nothing. `method` is how the person
    signed in, `confirmed_at` when he proved last who he is (None: when the session began).
    """

    id: str
    user: str
    origin: str = ""
    browser: str = ""
    created_at: dt.datetime
    seen_at: dt.datetime
    method: SignInMethod = "password"
    confirmed_at: dt.datetime | None = None


class OneTimeLink(Record):
    """A link by which a user chooses a password, kept as SHA-256; `void_at` is when another one, or another password,
    was made.
    """

    hash: str
    user: str
    created_at: dt.datetime
    created_by: str
    expires_at: dt.datetime
    used_at: dt.datetime | None = None
    void_at: dt.datetime | None = None


class Token(Record):
    """A bearer token of another system, kept as SHA-256; `officials` are those it may endorse as ("*": all).

    `permissions` are what it may do, empty: what its `scope` may. `assets` (NIBARs) and `procedures` (slugs) limit what
    it sees and makes; empty: no limit. `last_used_at` is written
    at most once a minute.
    """

    id: str
    name: RequiredLine
    hash: str
    scope: Scope
    officials: list[str] = []
    created_at: dt.datetime
    revoked_at: dt.datetime | None = None
    assets: list[str] = []
    procedures: list[str] = []
    expires_at: dt.datetime | None = None
    last_used_at: dt.datetime | None = None
    created_by: str = ""
    permissions: list[str] = []


class Event(Record):
    """A line of the audit log: who did what to what, when, from where. `hash` seals it and the line before it.

    `action` is a dotted word, e.g. document.issued; `subject` the id of the thing; `before` and `after` are plain data.
    """

    sequence: int
    at: dt.datetime
    actor: str
    origin: str
    action: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]
    previous: str
    hash: str
