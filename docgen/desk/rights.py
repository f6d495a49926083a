"""Decide who may do what: the one place that pages, API and commands ask.

`MAY` tells what a role, or a token's scope, may do at all. A `Caller` also has limits: the assets and procedures of a
token, and, without the right "secret", the letters of class R and SR.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal, get_args

from sqlalchemy import Connection

from docgen.errors import Forbidden
from storage.catalogue.aliases import resolve_all
from storage.catalogue.limits import NO_LIMITS, Limits, is_document_visible
from storage.records import Job, Token, User

Action = Literal["read", "secret", "issue", "file", "endorse", "register", "retain", "administer", "audit", "connect"]
# secret: read letters of class R and SR; file: signed copies, closed dossiers, archived bundles and their recipes;
# register: keep the assets; retain: read what the retention schedule proposes; administer: the office, the officials,
# accounts, and destroying what is due; audit: read who did what; connect: keep tokens and webhooks of other systems.
# Who endorses, endorses only as his own officials.
_EVERYTHING: set[Action] = set(get_args(Action))
MAY: dict[str, set[Action]] = {
    "admin": _EVERYTHING,
    "operator": {"read", "secret", "issue", "file", "endorse", "register"},
    "archivist": {"read", "secret", "file", "endorse", "retain"},
    "reader": {"read", "endorse"},
    # scopes of a token; "admin" is the administrator's, above
    "write": {"read", "secret", "issue", "file", "endorse", "register"},
    "read": {"read"},
}
EVERYONE = "*"  # among officials: the caller decides in the name of every official, to try docgen
VEILED = "(naskah rahasia)"  # in lists that must name every number


@dataclass(frozen=True)
class Caller:
    """A person with an account, or another system with a token, that calls a use-case.

    `role` is the account's role or the token's scope, `officials` those it decides as, `within` what it may know of;
    `token` is the id of the token, "" for a person.
    """

    name: str
    role: str
    officials: tuple[str, ...] = ()
    within: Limits = NO_LIMITS
    token: str = ""


def person(user: User) -> Caller:
    """Return the caller of an account."""
    return _caller(user.name, user.role, user.officials, NO_LIMITS)


def system(tx: Connection, token: Token) -> Caller:
    """Return the caller of a token; its assets have the codes of now."""
    renamed = resolve_all(tx, token.assets)
    assets = tuple(renamed.get(nibar, nibar) for nibar in token.assets)
    caller = _caller(token.name, token.scope, token.officials, Limits(assets, tuple(token.procedures)))
    return replace(caller, token=token.id)


def may(caller: Caller, action: Action, tx: Connection | None = None, document: str = "") -> bool:
    """Return whether a caller may do this; with `tx`, whether to this document, which is to look absent otherwise."""
    if action not in MAY.get(caller.role, set()):
        return False
    return tx is None or not caller.within or is_document_visible(tx, document, caller.within)


def require_right(role: str, action: Action) -> None:
    """Raise Forbidden unless a role, or a token's scope, may do this."""
    if action not in MAY.get(role, set()):
        raise Forbidden("Akun ini tidak berwenang melakukan itu. Minta bantuan administrator di kantor Anda.")


def may_steer(caller: Caller, job: Job) -> bool:
    """Return whether a caller may cancel a job or run it again: its own, or as administrator any."""
    return job.created_by == caller.name or may(caller, "administer")


def require_not_own(official: str, officials_allowed: Collection[str]) -> None:
    """Raise Forbidden when this official is one that the caller decides as: nobody writes his own office.

    Whoever decides as `EVERYONE` could change nobody; he is bound by the right to administer alone.
    """
    if official in officials_allowed:
        raise Forbidden(NOT_OWN)


NOT_OWN = (
    "Data pejabat yang Anda wakili tidak dapat Anda ubah sendiri. Minta administrator lain mengubah data pejabat ini."
)


def _caller(name: str, role: str, officials: Collection[str], within: Limits) -> Caller:
    rights, officials_allowed = MAY.get(role, set()), tuple(officials)
    deciding = (
        officials_allowed if "endorse" in rights else ()
    )  # to read what one signs or decides, one must be able to decide
    if "secret" not in rights and EVERYONE not in deciding:
        within = replace(within, secret_of=deciding)
    return Caller(name, role, officials_allowed, within)
