"""Second factors that were removed, replaced or used up after a backup stay so in the catalogue restored from it."""

from __future__ import annotations

from sqlalchemy import Connection

from docgen.desk.audit_actions import Action
from storage.catalogue.access import factors
from storage.records import Event

FACTOR_ACTIONS = (
    Action.USER_FACTOR_ADDED,
    Action.USER_FACTOR_REMOVED,
    Action.USER_FACTORS_RESET,
    Action.USER_CODES_MADE,
    Action.USER_CODE_USED,
)


def revoke_factors(tx: Connection, event: Event) -> None:
    """Repeat what a line of the log took away: an application that another replaced, a passkey, recovery codes."""
    user, details = event.subject, event.before or event.after
    if event.action in (Action.USER_CODES_MADE, Action.USER_CODE_USED):
        factors.replace_codes(tx, user, [])
        return
    everything = event.action == Action.USER_FACTORS_RESET
    if everything or details.get("factor") == "authenticator":
        factors.remove_authenticator(tx, user)
    if everything:
        factors.remove_passkeys(tx, user)
    elif event.action == Action.USER_FACTOR_REMOVED and "id" in details:
        factors.remove_passkey(tx, user, str(details["id"]))
    if not factors.has_factor(tx, user):
        factors.replace_codes(tx, user, [])
