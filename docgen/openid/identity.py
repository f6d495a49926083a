"""What a sign-in at an OpenID provider begins with and comes to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from docgen.errors import DocgenError

LONGEST_SUBJECT = 255  # characters, by OpenID Connect Core, section 2
_LATEST = 2**33  # seconds of Unix time: the year 2242


class ProviderAway(DocgenError):
    """The provider cannot be used now: it is away, slow, or answers nonsense."""


class SignInRefused(DocgenError):
    """The provider, or what came from it, does not prove who somebody is; the sentence says what to do."""


@dataclass(frozen=True)
class Handshake:
    """What belongs to one sign-in under way: `state` against forged answers, `nonce` and `verifier` against others'.

    `address` is where the browser is sent.
    """

    state: str
    nonce: str
    verifier: str
    address: str


@dataclass(frozen=True)
class Identity:
    """Who somebody is at the provider: `subject` never changes, the claims may."""

    issuer: str
    subject: str
    claims: dict[str, Any]

    def signed_in_at(self) -> dt.datetime:
        """Return when the person gave their password or factor there (`auth_time`); long ago where that is not said."""
        seconds = self.claims.get("auth_time")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < _LATEST:
            seconds = 0
        return dt.datetime.fromtimestamp(seconds, dt.UTC)
