"""Sign-ins at an OpenID provider that are under way in this browser, in its signed cookie.

Each is good for one answer of the provider and for a quarter of an hour.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from flask import session

from docgen.openid.identity import Handshake
from web.desk import get_desk

Purpose = Literal["sign_in", "confirm", "bind"]

_KEY = "masuk_akun"
_MOST = 3  # at once: each opened in a tab of its own
_SECONDS = 15 * 60


@dataclass(frozen=True)
class UnderWay:
    """A sign-in under way: what it is for, where it leads, and what binds the provider's answer to it.

    `kept`: the browser keeps a form that goes on afterwards. `user` is who was signed in when it began.
    """

    state: str
    nonce: str
    verifier: str
    purpose: Purpose
    target: str
    kept: bool
    user: str
    at: int


def remember(handshake: Handshake, purpose: Purpose, target: str, *, kept: bool = False, user: str = "") -> None:
    """Note in the browser's cookie that a sign-in begins."""
    new = UnderWay(
        handshake.state, handshake.nonce, handshake.verifier, purpose, target[:500], kept, user, _now()
    )  # fmt: skip
    session[_KEY] = [asdict(item) for item in [*_read(), new][-_MOST:]]


def take(state: str) -> UnderWay | None:
    """Return the sign-in that an answer belongs to, and forget it; None for an answer to nothing, or a second one."""
    items = _read()
    session[_KEY] = [asdict(item) for item in items if item.state != state]
    return next((item for item in items if state and item.state == state), None)


def _read() -> list[UnderWay]:
    stored: list[dict[str, Any]] = session.get(_KEY, [])
    items = [UnderWay(**values) for values in stored]
    return [item for item in items if _now() - item.at < _SECONDS]


def _now() -> int:
    return int(get_desk().now().timestamp())
