"""An ID token opens an account only when everything about it is right."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from docgen.openid.id_tokens import SKEW, Expected, TokenRefused, UnknownKey, check_id_token

NOW = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
EXPECTED = Expected("https://masuk.kab.example", "naskah-dinas", "sekali-pakai", "token-akses")
KEY = RSAKey.generate_key(2048, {"kid": "kunci", "use": "sig"})
KEYS: dict[str, Any] = {"keys": [KEY.as_dict(private=False)]}


def claims(**changes: Any) -> dict[str, Any]:
    """Return the claims of a token that is right, with some changed; None leaves one out."""
    now = int(NOW.timestamp())
    right = {
        "iss": EXPECTED.issuer,
        "sub": "f3a1",
        "aud": EXPECTED.client_id,
        "iat": now,
        "exp": now + 300,
        "nonce": EXPECTED.nonce,
    }
    return {name: value for name, value in (right | changes).items() if value is not None}


def signed(content: dict[str, Any], key: RSAKey = KEY, **header: Any) -> str:
    """Return a token of the provider."""
    return jwt.encode({"alg": "RS256", "kid": "kunci"} | header, content, key)


def unsigned(content: dict[str, Any], algorithm: str = "none") -> str:
    """Return a token with the algorithm none, which the library does not make."""
    parts = (json.dumps(part).encode() for part in ({"alg": algorithm, "kid": "kunci"}, content))
    return ".".join(map(encoded, parts)) + "."


def shared(content: dict[str, Any], secret: bytes) -> str:
    """Return a token signed with a shared secret, which the library refuses to make of a public key."""
    text = unsigned(content, "HS256")
    return text + encoded(hmac.digest(secret, text.removesuffix(".").encode(), "sha256"))


def encoded(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_right_token_says_who_signed_in() -> None:
    """What the provider signed for this service and this sign-in is believed, with clocks two minutes apart."""
    assert check_id_token(signed(claims()), KEYS, EXPECTED, NOW)["sub"] == "f3a1"
    for clock in (NOW - SKEW + SECOND, NOW + dt.timedelta(seconds=299) + SKEW):
        check_id_token(signed(claims()), KEYS, EXPECTED, clock)
    check_id_token(signed(claims(aud=["lain", "naskah-dinas"], azp="naskah-dinas")), KEYS, EXPECTED, NOW)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://jahat.example"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "aplikasi-lain"}, "aud"),
        ({"aud": ["aplikasi-lain"], "azp": "naskah-dinas"}, "aud"),
        ({"aud": ["naskah-dinas", "aplikasi-lain"], "azp": "aplikasi-lain"}, "azp"),
        ({"nonce": "punya-orang-lain"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"exp": int(NOW.timestamp()) - 180}, "exp"),
        ({"exp": None}, "exp"),
        ({"iat": int(NOW.timestamp()) + 600}, "future"),
        ({"nbf": int(NOW.timestamp()) + 600}, "not yet"),
        ({"at_hash": "bukan-hash-token-ini"}, "at_hash"),
        ({"sub": ""}, "sub"),
        ({"sub": "x" * 256}, "sub"),
        ({"sub": "a\0b"}, "sub"),
        ({"sub": 7}, "sub"),
    ],
)
def test_a_token_for_something_else_is_refused(changes: dict[str, Any], reason: str) -> None:
    """Another issuer, audience, sign-in or time, an access token that was exchanged, a subject that is none."""
    with pytest.raises(TokenRefused, match=reason):
        check_id_token(signed(claims(**changes)), KEYS, EXPECTED, NOW)


def test_a_token_that_the_provider_did_not_sign_is_refused() -> None:
    """No signature, a signature of another key, its public key used as a shared secret, and no token at all."""
    with pytest.raises(TokenRefused):
        check_id_token(unsigned(claims()), KEYS, EXPECTED, NOW)
    with pytest.raises(TokenRefused):
        check_id_token(signed(claims(), RSAKey.generate_key(2048)), KEYS, EXPECTED, NOW)
    confused = shared(claims(), KEY.as_pem(private=False))
    with pytest.raises(TokenRefused):
        check_id_token(confused, KEYS, EXPECTED, NOW)
    with pytest.raises(TokenRefused):
        check_id_token(
            shared(claims(), b"rahasia-yang-panjang"),
            {"keys": [{"kty": "oct", "kid": "kunci", "k": "cmFoYXNpYS15YW5nLXBhbmphbmc"}]},
            EXPECTED,
            NOW,
        )
    for nothing in (None, 7, "", "a.b.c", "." * 40, "x" * 100_000):
        with pytest.raises(TokenRefused):
            check_id_token(nothing, KEYS, EXPECTED, NOW)


def test_keys_of_another_kind_are_passed_over() -> None:
    """A provider may list keys that this service does not know, or that are for encryption (RFC 7517, section 5)."""
    strange = [{"kty": "PQC", "kid": "baru"}, "kunci", KEYS["keys"][0] | {"use": "enc", "kid": "sandi"}]
    assert check_id_token(signed(claims()), {"keys": [*strange, *KEYS["keys"]]}, EXPECTED, NOW)
    for nothing in ({}, {"keys": None}, {"keys": []}, {"keys": strange}):
        with pytest.raises(TokenRefused):
            check_id_token(signed(claims()), nothing, EXPECTED, NOW)


def test_a_key_that_is_not_known_yet_is_told_apart() -> None:
    """A provider changes its keys: the token of another one is a reason to read them again."""
    with pytest.raises(UnknownKey):
        check_id_token(signed(claims(), kid="kunci-baru"), KEYS, EXPECTED, NOW)


@pytest.mark.parametrize("auth_time", [None, "kemarin", True, int(NOW.timestamp()) - 900])
def test_who_was_to_sign_in_again_must_have_done_so(auth_time: object) -> None:
    """Where a fresh sign-in was asked for, a token of an older one, or one that does not say, is refused."""
    asked = Expected("https://masuk.kab.example", "naskah-dinas", "sekali-pakai", "", NOW - 30 * SECOND)
    fresh = check_id_token(signed(claims(auth_time=int(NOW.timestamp()))), KEYS, asked, NOW)
    assert fresh["sub"] == "f3a1"
    with pytest.raises(TokenRefused, match="auth_time"):
        check_id_token(signed(claims(auth_time=auth_time)), KEYS, asked, NOW)
