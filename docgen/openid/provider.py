"""Speak to an OpenID provider: authorization code flow with PKCE (RFC 7636), by Authlib.

Nothing is asked of it before somebody wants to sign in. What it says of itself is kept for an hour. Requests of this
service go to its own addresses only: the one in the settings, and those that it names there; no redirect is followed.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from docgen.openid.http import NotAnswered, OpenIdSession
from docgen.openid.id_tokens import Expected, TokenRefused, UnknownKey, check_id_token
from docgen.openid.identity import Handshake, Identity, ProviderAway, SignInRefused
from docgen.openid.settings import OpenIdSettings, is_safe_address
from wording import say

log = logging.getLogger("docgen.openid")

_KEPT_SECONDS = 3600.0  # of metadata and keys
_AWAY_SECONDS = 10.0  # in which nobody waits again for a provider that was away
_KEYS_AGAIN_SECONDS = 60.0  # between two readings of the keys because one was unknown
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ENDPOINTS = (*_NEEDED, "userinfo_endpoint", "end_session_endpoint")


@dataclass
class _Metadata:
    """What the provider says of itself, and its keys; times are of `time.monotonic`."""

    values: dict[str, Any]
    keys: dict[str, Any]
    read_at: float
    keys_read_at: float


class OpenIdProvider:
    """The provider of the settings; safe to use from many threads.

    `callback` is where it sends people back to, `pause` how many seconds nobody waits again after it was away.
    """

    def __init__(
        self, settings: OpenIdSettings, callback: str, now: Callable[[], dt.datetime], pause: float = _AWAY_SECONDS
    ) -> None:
        self.settings = settings
        self.callback = callback
        self._now = now
        self._lock = threading.Lock()
        self._metadata: _Metadata | None = None
        self._pause = pause
        self._away_until = 0.0

    def begin(self, *, again: bool = False) -> Handshake:
        """Return a new sign-in; with `again` the person must give their password or factor there once more.

        Raises ProviderAway.
        """
        from authlib.common.security import generate_token

        endpoint = self._read_metadata().values["authorization_endpoint"]
        state, nonce, verifier = generate_token(32), generate_token(32), generate_token(64)
        more = {"nonce": nonce, "response_mode": "query"} | ({"prompt": "login", "max_age": "0"} if again else {})
        with self._session() as session:
            address, _ = session.create_authorization_url(endpoint, state=state, code_verifier=verifier, **more)
        return Handshake(state, nonce, verifier, address)

    def finish(
        self, code: str, nonce: str, verifier: str, *, signed_in_since: dt.datetime | None = None, issuer: str = ""
    ) -> Identity:
        """Change the code of a callback for who the person is.

        `issuer` is what the callback says, if anything (RFC 9207). Raises ProviderAway, SignInRefused.
        """
        metadata = self._read_metadata()
        if (issuer or metadata.values.get("authorization_response_iss_parameter_supported") is True) and (
            issuer != self.settings.issuer
        ):
            raise self._refused("the answer names another issuer")
        with self._session() as session:
            token = self._fetch_token(session, metadata.values["token_endpoint"], code, verifier)
            expected = Expected(
                self.settings.issuer,
                self.settings.client_id,
                nonce,
                str(token.get("access_token", "")),
                signed_in_since,
            )
            claims = self._check(token.get("id_token"), expected)
            info = self._user_info(session)
        if info and info.get("sub") != claims["sub"]:  # OpenID Connect Core, section 5.3.2
            raise self._refused("the user info is of another subject")
        return Identity(self.settings.issuer, claims["sub"], info | claims)

    def sign_out_address(self, back: str) -> str:
        """Return where a browser signs out at the provider and then returns to `back`; "" where it offers none.

        By OpenID Connect RP-Initiated Logout 1.0, without an ID token: the provider asks. Raises ProviderAway.
        """
        endpoint = self._read_metadata().values.get("end_session_endpoint", "")
        if not endpoint:
            return ""
        query = urlencode({"client_id": self.settings.client_id, "post_logout_redirect_uri": back})
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"

    def _session(self) -> OpenIdSession:
        allowed = {self._discovery_address}
        if self._metadata is not None:
            allowed |= {self._metadata.values.get(name, "") for name in _ENDPOINTS}
        methods = (self._metadata.values if self._metadata else {}).get("token_endpoint_auth_methods_supported", [])
        in_body = "client_secret_post" in methods and "client_secret_basic" not in methods
        return OpenIdSession(self.settings, self.callback, allowed, secret_in_body=in_body)

    @property
    def _discovery_address(self) -> str:
        """By OpenID Connect Discovery 1.0, section 4."""
        return f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration"

    def _read_metadata(self) -> _Metadata:
        """Return what the provider says of itself, read again after an hour. Raises ProviderAway."""
        with self._lock:
            now = time.monotonic()
            if self._metadata is not None and now - self._metadata.read_at <= _KEPT_SECONDS:
                return self._metadata
            if now < self._away_until:
                raise self._away("it was away a moment ago")
            self._metadata = None
            try:
                values = self._get(self._discovery_address)
                self._require_right(values)
                self._metadata = _Metadata(values, {}, now, now)
                self._metadata.keys = self._get(values["jwks_uri"])
            except ProviderAway:
                self._metadata, self._away_until = None, time.monotonic() + self._pause
                raise
            return self._metadata

    def _require_right(self, values: dict[str, Any]) -> None:
        if values.get("issuer") != self.settings.issuer:
            raise self._away(
                f"it names itself {values.get('issuer')!r}, DOCGEN_OIDC_ISSUER says {self.settings.issuer!r}"
            )
        for name in _ENDPOINTS:
            address = values.get(name, "")
            if (address or name in _NEEDED) and not (isinstance(address, str) and is_safe_address(address)):
                raise self._away(f"its {name} is no https address")
        methods = values.get("code_challenge_methods_supported")
        if isinstance(methods, list) and "S256" not in methods:
            raise self._away("it does not know PKCE with S256")

    def _read_keys_again(self) -> dict[str, Any]:
        """Return the provider's keys, read anew unless that was a moment ago. Raises ProviderAway."""
        metadata = self._read_metadata()
        with self._lock:
            now = time.monotonic()
            if now - metadata.keys_read_at > _KEYS_AGAIN_SECONDS:
                metadata.keys, metadata.keys_read_at = self._get(metadata.values["jwks_uri"]), now
            return metadata.keys

    def _get(self, address: str) -> dict[str, Any]:
        session = self._session()
        with session:
            try:
                return session.get_json(address)
            except NotAnswered as error:
                raise self._away(str(error)) from None

    def _fetch_token(self, session: OpenIdSession, endpoint: str, code: str, verifier: str) -> dict[str, Any]:
        from authlib.common.errors import AuthlibBaseError

        try:
            return session.fetch_code(endpoint, code, verifier)
        except NotAnswered as error:
            raise self._away(str(error)) from None
        except AuthlibBaseError as error:
            if error.error in ("invalid_client", "unauthorized_client"):
                raise self._away(
                    f"it refuses this service ({error.error}): see DOCGEN_OIDC_CLIENT_ID and _SECRET"
                ) from None
            raise self._refused(f"the code was refused ({error.error})") from None

    def _check(self, token: object, expected: Expected) -> dict[str, Any]:
        metadata = self._read_metadata()
        try:
            try:
                return check_id_token(token, metadata.keys, expected, self._now())
            except UnknownKey:
                return check_id_token(token, self._read_keys_again(), expected, self._now())
        except TokenRefused as error:
            raise self._refused(str(error)) from None

    def _user_info(self, session: OpenIdSession) -> dict[str, Any]:
        """Return the claims of the user-info endpoint, {} where there is none."""
        endpoint = self._read_metadata().values.get("userinfo_endpoint", "")
        if not endpoint:
            return {}
        try:
            return session.get_json(endpoint, with_token=True)
        except NotAnswered as error:
            raise self._away(str(error)) from None

    def _away(self, reason: str) -> ProviderAway:
        log.warning("The OpenID provider cannot be used: %s", reason)
        return ProviderAway(
            say(
                "{name} sedang tidak dapat dipakai untuk masuk. Coba lagi beberapa menit lagi, atau masuk dengan nama "
                "pengguna dan kata sandi. Bila tetap begini, beri tahu administrator.",
                name=self.settings.name,
            )
        )

    def _refused(self, reason: str) -> SignInRefused:
        log.warning("A sign-in by the OpenID provider was refused: %s", reason)
        return SignInRefused(
            say(
                "Jawaban dari {name} tidak dapat dipercaya atau sudah lewat waktunya. Mulailah masuk sekali lagi.",
                name=self.settings.name,
            )
        )
