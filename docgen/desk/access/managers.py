"""Those who manage accounts: one always remains, and nobody manages accounts that may do more than he may himself."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.rights import Caller
from docgen.errors import Conflict, Forbidden
from storage.catalogue.access import accounts
from storage.records import User
from wording import say


def require_reach(desk: Desk, caller: Caller | None, *roles: str) -> None:
    """Raise Forbidden unless a caller has each permission of these roles; None is the command line, which may all.

    Without this, who only keeps accounts would make himself one with every right, or take over an administrator's.
    """
    if caller is None:
        return
    for role in roles:
        lacking = desk.roles.of_role(role) - caller.permissions
        if lacking:
            message = "Akun berperan {role} diatur oleh yang memiliki semua izinnya; Anda tidak memiliki: {lacking}."
            raise Forbidden(say(message, role=desk.roles.label(role), lacking=", ".join(sorted(lacking))))


def hold_accounts(tx: Connection) -> dict[str, User]:
    """Return all accounts by name, locked until `tx` ends: of two changes at once the second sees the first."""
    return {user.name: user for user in accounts.hold_users(tx)}


def require_manager(desk: Desk, before: Iterable[User], after: Iterable[User]) -> None:
    """Raise Conflict when a change would leave nobody who can manage accounts."""
    managers = [user.name for user in before if manages(desk, user)]
    if managers and not any(manages(desk, user) for user in after):
        message = "{name} satu-satunya akun yang dapat mengatur akun lain. Beri dahulu akun lain peran Administrator."
        raise Conflict(say(message, name=managers[0]))


def manages(desk: Desk, user: User) -> bool:
    """Return whether an account can manage accounts."""
    return user.active and "accounts" in desk.roles.of_role(user.role)
