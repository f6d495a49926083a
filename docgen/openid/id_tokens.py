"""Check the ID token of an OpenID provider: its signature, and for whom, when and for which sign-in it was made.

The rules are those of OpenID Connect Core 1.0, section 3.1.3.7, by joserfc and Authlib; `none` and the algorithms with
a shared secret are never taken, whatever the provider lists.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from docgen.openid.identity import LONGEST_SUBJECT

SKEW = dt.timedelta(minutes=2)  # between the clocks of the provider and of this machine
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
_KEY_TYPES = ("RSA", "EC", "OKP")


class TokenRefused(Exception):
    """An ID token that proves nothing; the message is for the log."""


class UnknownKey(TokenRefused):
    """An ID token of a key that is not among the keys read last: the provider may have changed them."""


@dataclass(frozen=True)
class Expected:
    """What an ID token must say: who made it, for whom, and for which sign-in.

    `signed_in_since`: when the person gave their password or factor at the earliest, None where any time will do.
    """

    issuer: str
    client_id: str
    nonce: str
    access_token: str
    signed_in_since: dt.datetime | None = None


def check_id_token(token: object, keys: Mapping[str, Any], expected: Expected, now: dt.datetime) -> dict[str, Any]:
    """Return the claims of an ID token that is right in everything. Raises TokenRefused, UnknownKey."""
    if not isinstance(token, str):
        raise TokenRefused("no ID token")
    try:
        key_set = KeySet.import_key_set({"keys": _usable(keys)})
        # Header parameters that the library does not know are no reason to refuse; `crit` is checked all the same.
        registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
        decoded = jwt.decode(token, key_set, registry=registry)
    except InvalidKeyIdError as error:
        raise UnknownKey(str(error)) from None
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise TokenRefused(f"signature: {error}") from None
    options: Any = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
        "nonce": {"essential": True, "value": expected.nonce},
    }
    params = {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token}
    claims = CodeIDToken(decoded.claims, decoded.header, options, params)
    try:
        claims.validate(now=int(now.timestamp()), leeway=int(SKEW.total_seconds()))
    except (JoseError, ValueError, TypeError) as error:
        raise TokenRefused(f"claims: {error}") from None
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise TokenRefused("claims: the subject is no short text")
    if expected.signed_in_since is not None:
        _require_recent(claims.get("auth_time"), expected.signed_in_since)
    return dict(claims)


def _usable(keys: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the public keys for signatures; others in the list are passed over (RFC 7517, section 5)."""
    listed = keys.get("keys")
    keys_listed = [key for key in listed if isinstance(key, dict)] if isinstance(listed, list) else []
    return [key for key in keys_listed if key.get("kty") in _KEY_TYPES and key.get("use", "sig") == "sig"]


def _require_recent(auth_time: object, since: dt.datetime) -> None:
    """Raise TokenRefused unless the person signed in at the provider since that time (`max_age`, section 3.1.2.1)."""
    if isinstance(auth_time, bool) or not isinstance(auth_time, int | float):
        raise TokenRefused("claims: no auth_time, though max_age was asked for")
    if auth_time < (since - SKEW).timestamp():
        raise TokenRefused("claims: auth_time is too long ago")
