"""The requests to an OpenID provider: bounded in time and size, and to its own addresses only."""

from __future__ import annotations

import io
from collections.abc import Collection
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

from docgen.openid.settings import OpenIdSettings

TIMEOUT = (5.0, 10.0)  # seconds: of connecting, and of each wait for an answer
_LARGEST = 1_000_000  # bytes of an answer


class NotAnswered(Exception):
    """No answer that is of use; the message, for the log, names no secret."""


class OpenIdSession(OAuth2Session):  # type: ignore[misc]
    """A session with the provider, as this service is registered there; it reaches `allowed` addresses only."""

    def __init__(
        self, settings: OpenIdSettings, callback: str, allowed: Collection[str], *, secret_in_body: bool
    ) -> None:
        super().__init__(
            settings.client_id,
            settings.client_secret,
            token_endpoint_auth_method="client_secret_post" if secret_in_body else "client_secret_basic",
            scope=settings.rules.scope,
            redirect_uri=callback,
            code_challenge_method="S256",
            default_timeout=TIMEOUT,
        )
        self.max_redirects = 0
        for scheme in ("https://", "http://"):
            self.mount(scheme, _OwnAddresses(allowed))

    def get_json(self, address: str, *, with_token: bool = False) -> dict[str, Any]:
        """Return the object at an address; `with_token` shows the person's access token. Raises NotAnswered."""
        try:
            answer = self.get(address, withhold_token=not with_token, headers={"Accept": "application/json"})
            answer.raise_for_status()
            content = answer.json()
        except (requests.RequestException, HTTPError, ValueError) as error:
            raise NotAnswered(f"{address}: {type(error).__name__}") from None
        if not isinstance(content, dict):
            raise NotAnswered(f"{address}: no JSON object")
        return content

    def fetch_code(self, address: str, code: str, verifier: str) -> dict[str, Any]:
        """Return the tokens for a code. Raises NotAnswered, and Authlib's error where the provider refuses."""
        try:
            return dict(self.fetch_token(address, grant_type="authorization_code", code=code, code_verifier=verifier))
        except (requests.RequestException, HTTPError, ValueError) as error:
            raise NotAnswered(f"{address}: {type(error).__name__}") from None


class _OwnAddresses(HTTPAdapter):
    """Sends requests to the provider's own addresses, and reads no more than `_LARGEST` bytes of an answer."""

    def __init__(self, allowed: Collection[str]) -> None:
        super().__init__()
        self._allowed = frozenset(allowed)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Send it. Raises requests.RequestException."""
        if request.url not in self._allowed:
            raise requests.exceptions.InvalidURL("not an address of the provider")
        answer = super().send(request, *args, **options | {"stream": True})
        body = answer.raw.read(_LARGEST + 1, decode_content=True)
        answer.raw.close()
        if len(body) > _LARGEST:
            raise requests.exceptions.ContentDecodingError("the answer is too large")
        answer.raw = HTTPResponse(io.BytesIO(body), status=answer.status_code, preload_content=False)
        return answer
