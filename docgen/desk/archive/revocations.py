"""Revoke again, in a restored catalogue, what was revoked after the backup: the audit log in the archive says so.

Neither passwords, tokens nor webhooks' secrets stand in the log. So a token that was made after the backup is gone, and
a password that was changed after it is void: the old one must never open the door again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection

from docgen.desk.access.passwords import NO_PASSWORD
from docgen.desk.archive.revoked_factors import FACTOR_ACTIONS, revoke_factors
from docgen.desk.audit_actions import Action
from storage.catalogue import audit, shares, webhooks
from storage.catalogue.access import accounts
from storage.errors import RecordMissing
from storage.records import Event
from wording import say

_ACTIONS = (
    Action.TOKEN_CREATED,
    Action.TOKEN_REVOKED,
    Action.USER_CREATED,
    Action.USER_CHANGED,
    Action.USER_PASSWORD_CHANGED,
    Action.USER_BOUND,
    Action.USER_UNBOUND,
    Action.USER_FOLLOWED,
    *FACTOR_ACTIONS,
    Action.WEBHOOK_CREATED,
    Action.WEBHOOK_REMOVED,
    Action.SHARE_REVOKED,
)
_OF_USER = ("active", "officials", "role", "divisions", "issuer", "subject")
_CHANGES = (Action.USER_CHANGED, Action.USER_BOUND, Action.USER_UNBOUND, Action.USER_FOLLOWED)


@dataclass
class StillRevoked:
    """What stays revoked, by name; and what came after the backup and has to be made anew (`lacking`)."""

    tokens: list[str] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)
    factors: list[str] = field(default_factory=list)
    webhooks: list[str] = field(default_factory=list)
    shares: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return plain data, for programs."""
        return asdict(self)

    def sentences(self) -> list[str]:
        """Return a line for each, in Indonesian, with what to do."""
        return [
            *(say("Token {name} sudah dicabut, dan tetap dicabut.", name=name) for name in self.tokens),
            *(
                say("Akun {name} diubah sesudah salinan dibuat; perubahan itu tetap berlaku.", name=name)
                for name in self.accounts
            ),
            *(
                say(
                    "Kata sandi akun {name} diubah sesudah salinan dibuat, jadi yang lama tidak berlaku lagi. "
                    "Atur ulang: `docgen user password {name}`.",
                    name=name,
                )
                for name in self.passwords
            ),
            *(
                say(
                    "Langkah kedua akun {name} berubah sesudah salinan dibuat; yang lama tidak berlaku lagi. Minta "
                    "pemiliknya memeriksanya di Keamanan akun.",
                    name=name,
                )
                for name in self.factors
            ),
            *(say("Webhook {name} sudah dihapus, dan tetap dihapus.", name=name) for name in self.webhooks),
            *(say("Tautan bagikan {name} sudah dicabut, dan tetap dicabut.", name=name) for name in self.shares),
            *(
                say("{name} dibuat sesudah salinan, jadi tidak ada lagi. Buat yang baru.", name=name)
                for name in self.lacking
            ),
        ]


def revoke_again(tx: Connection, since: int) -> StillRevoked:
    """Revoke again what the log says was revoked; of accounts, repeat the changes of lines after number `since`."""
    result = StillRevoked()
    for event in audit.events_of(tx, _ACTIONS):
        later = event.sequence > since
        if event.action.startswith("user."):
            if later:
                _user(tx, event, result)
        elif event.action == Action.TOKEN_REVOKED:
            _token(tx, event, result)
        elif event.action == Action.WEBHOOK_REMOVED:
            _webhook(tx, event, result)
        elif event.action == Action.SHARE_REVOKED:
            _share(tx, event, result)
        elif later:
            _created(tx, event, result)
    return result


def _token(tx: Connection, event: Event, result: StillRevoked) -> None:
    name = str(event.before.get("name", event.subject))
    result.lacking = [line for line in result.lacking if line != _token_name(name)]
    try:
        token = accounts.get_token(tx, event.subject)
    except RecordMissing:
        return
    if token.revoked_at is None:
        accounts.revoke_token(tx, token.id, event.at)
        result.tokens.append(token.name)


def _user(tx: Connection, event: Event, result: StillRevoked) -> None:
    try:
        user = accounts.get_user(tx, event.subject)
    except RecordMissing:
        if event.action == Action.USER_CREATED:
            result.lacking.append(f"Akun {event.subject}")
        return
    if event.action in FACTOR_ACTIONS:
        revoke_factors(tx, event)
        result.factors = list(dict.fromkeys([*result.factors, user.name]))
    if event.action == Action.USER_PASSWORD_CHANGED and user.password != NO_PASSWORD:
        accounts.put_user(tx, user.model_copy(update={"password": NO_PASSWORD}))
        result.passwords.append(user.name)
    if event.action in _CHANGES:
        after = {key: value for key, value in event.after.items() if key in _OF_USER}
        if _differ(user.model_dump(), after):
            accounts.put_user(tx, type(user).model_validate(user.model_dump() | after))
            result.accounts = list(dict.fromkeys([*result.accounts, user.name]))


def _webhook(tx: Connection, event: Event, result: StillRevoked) -> None:
    url = str(event.before.get("url", event.subject))
    result.lacking = [line for line in result.lacking if line != f"Webhook {url}"]
    try:
        webhooks.remove_webhook(tx, event.subject)
    except RecordMissing:
        return
    result.webhooks.append(url)


def _share(tx: Connection, event: Event, result: StillRevoked) -> None:
    try:
        share = shares.get_share(tx, str(event.before.get("share", "")))
    except RecordMissing:
        return
    if share.revoked_at is None:  # a segment of the mirror revokes it too; here where none did
        shares.revoke_share(tx, share.id, event.at)
        result.shares.append(share.id)


def _created(tx: Connection, event: Event, result: StillRevoked) -> None:
    is_token = event.action == Action.TOKEN_CREATED
    try:
        (accounts.get_token if is_token else webhooks.get_webhook)(tx, event.subject)
    except RecordMissing:
        name = _token_name(str(event.after.get("name", event.subject)))
        result.lacking.append(name if is_token else f"Webhook {event.after.get('url', event.subject)}")


def _token_name(name: str) -> str:
    return f"Token {name}"


def _differ(user: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return any(user[key] != value for key, value in after.items())
