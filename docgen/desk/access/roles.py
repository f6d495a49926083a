"""The roles as people meet them: who has which, what it may, and whom to ask for more."""

from __future__ import annotations

from dataclasses import dataclass

from docgen.desk.desk import Desk
from docgen.permissions import Permission, Role
from storage.catalogue.access import accounts
from storage.records import User
from wording import say


@dataclass(frozen=True)
class RoleHolders:
    """A role with the accounts that have it, by name; `role` is None for one that the table no longer has."""

    name: str
    role: Role | None
    people: tuple[User, ...]


def role_holders(desk: Desk) -> list[RoleHolders]:
    """Return every role of the table in its order, then those that accounts still name though it lacks them.

    Closed accounts are not counted.
    """
    with desk.catalogue.read() as tx:
        users = [user for user in accounts.list_users(tx) if user.active]
    present = {user.name: desk.roles.formerly.get(user.role, user.role) for user in users}
    names = list(dict.fromkeys([*desk.roles.roles, *sorted(set(present.values()))]))
    return [
        RoleHolders(name, desk.roles.roles.get(name), tuple(user for user in users if present[user.name] == name))
        for name in names
    ]


def people_who_may(desk: Desk, permission: Permission) -> list[User]:
    """Return the open accounts whose role has a permission, by name."""
    with desk.catalogue.read() as tx:
        users = accounts.list_users(tx)
    return [user for user in users if user.active and permission in desk.roles.of_role(user.role)]


def role_faults(desk: Desk) -> list[str]:
    """Return what the table of permissions leaves accounts without, a sentence each, to say when the service starts."""
    faults: list[str] = []
    for holders in role_holders(desk):
        if holders.role is None:
            message = (
                "Peran {role} tidak ada dalam tabel izin, sehingga akun ini tidak boleh melakukan apa pun: {names}."
            )
            faults.append(say(message, role=repr(holders.name), names=", ".join(user.name for user in holders.people)))
    if not people_who_may(desk, "accounts"):
        faults.append("Tidak ada akun aktif yang boleh mengatur akun lain (izin accounts).")
    return faults
