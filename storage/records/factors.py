"""Records of how people prove who they are beside their password, and of tries in vain."""

from __future__ import annotations

import datetime as dt

from storage.records.base import Line, Record


class Authenticator(Record):
    """The authenticator application of a person (TOTP, RFC 6238).

    `secret` is encrypted, `confirmed_at` when a first code proved that the application has it (None: not yet in use),
    `last_step` the time step whose code was used last.
    """

    user: str
    secret: str
    created_at: dt.datetime
    confirmed_at: dt.datetime | None = None
    last_used_at: dt.datetime | None = None
    last_step: int = 0


class RecoveryCode(Record):
    """A code that stands in for a lost factor once, kept as SHA-256."""

    user: str
    hash: str
    created_at: dt.datetime
    used_at: dt.datetime | None = None


class Passkey(Record):
    """A passkey of a person (WebAuthn): `id` and `public_key` (COSE) as base64url.

    `sign_count` is the authenticator's counter as it was seen last (0: it has none), `backed_up` whether the passkey is
    synchronised to other devices.
    """

    id: str
    user: str
    name: Line
    public_key: str
    sign_count: int = 0
    transports: list[str] = []
    backed_up: bool = False
    created_at: dt.datetime
    last_used_at: dt.datetime | None = None


class FailedTries(Record):
    """Tries in vain of one sort at one account or in one browser, known by `mark`; `until` the next is looked at."""

    mark: str
    count: int
    last_at: dt.datetime
    until: dt.datetime
