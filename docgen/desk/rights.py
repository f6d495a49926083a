"""Decide who may do what: the one place that pages, API and commands ask.

What a role, or a token, may do at all is data (`docgen.permissions`). A `Caller` also has limits: the assets and
procedures of a token, and the letters of classes that he has no permission for.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from docgen.errors import Forbidden
from docgen.permissions import READS_CLASS, Permission, PermissionTable
from storage.catalogue.aliases import resolve_all
from storage.catalogue.visibility.classes import OPEN
from storage.catalogue.visibility.limits import NO_LIMITS, Limits, is_document_visible
from storage.catalogue.visibility.veil import VEILED_TITLE
from storage.records import Job, Token, User
from wording import Message, say

EVERYONE = "*"  # among officials: the caller decides in the name of every official, to try docgen
VEILED_RESTRICTED = "(naskah terbatas)"
VEILED_DIVISION = "(naskah bidang lain)"


@dataclass(frozen=True)
class Caller:
    """A person with an account, or another system with a token, that calls a use-case.

    `permissions` are what he may do at all, `officials` those he decides as, `within` what he may know of; `token` is
    the id of the token, "" for a person; `role` is what his account's role is called, "" for a token. `table` says it
    all in words.
    """

    name: str
    permissions: frozenset[Permission]
    officials: tuple[str, ...] = ()
    within: Limits = NO_LIMITS
    token: str = ""
    role: str = ""
    table: PermissionTable = field(repr=False, compare=False, kw_only=True)


def person(table: PermissionTable, user: User, *, divisions_limit: bool = False) -> Caller:
    """Return the caller of an account; with the office's `divisions_limit` he is limited to his divisions."""
    permissions, officials = table.of_role(user.role), tuple(user.officials)
    divisions = Limits(divisions=tuple(user.divisions) if divisions_limit else ())
    within = _limited(divisions, user.name, permissions, officials, by_token=False)
    return Caller(user.name, permissions, officials, within, role=table.label(user.role), table=table)


def system(table: PermissionTable, tx: Connection, token: Token) -> Caller:
    """Return the caller of a token; its assets have the codes of now."""
    renamed = resolve_all(tx, token.assets)
    assets = tuple(renamed.get(nibar, nibar) for nibar in token.assets)
    permissions, officials = permissions_of(table, token), tuple(token.officials)
    limits = Limits(assets, tuple(token.procedures))
    within = _limited(limits, token.name, permissions, officials, by_token=True)
    return Caller(token.name, permissions, officials, within, token.id, table=table)


def permissions_of(table: PermissionTable, token: Token) -> frozenset[Permission]:
    """Return the permissions of a token: those that it names, else those of its scope."""
    named = frozenset(name for name in table.words if name in token.permissions)
    return named if token.permissions else table.of_scope(token.scope)


def may(caller: Caller, permission: Permission, tx: Connection | None = None, document: str = "") -> bool:
    """Return whether a caller may do this; with `tx`, whether to this document, which is to look absent otherwise."""
    if permission not in caller.permissions:
        return False
    return tx is None or not caller.within or is_document_visible(tx, document, caller.within)


def require(caller: Caller, permission: Permission, instead: Permission | None = None) -> None:
    """Raise Forbidden, which names the missing permission, unless a caller has it, or the one `instead` of it."""
    if permission not in caller.permissions and (instead is None or instead not in caller.permissions):
        raise Forbidden(_refusal(caller, permission), permission)


def _refusal(caller: Caller, permission: Permission) -> Message:
    """Return the sentence that says what is missing and whom to ask."""
    what = caller.table.what(permission)
    if caller.token:
        template = "Token ini tidak punya izin “{what}” ({permission}). Minta administrator membuat token yang punya."
        return say(template, what=what, permission=permission)
    template = "Akun ini berperan {role}; untuk ini perlu izin “{what}” ({permission}). Minta administrator."
    return say(template, role=caller.role or "-", what=what, permission=permission)


def is_own(caller: Caller, job: Job) -> bool:
    """Return whether a caller asked for a job: a token is not the person whose name it has."""
    return (job.created_by, job.token) == (caller.name, caller.token)


def may_steer(caller: Caller, job: Job) -> bool:
    """Return whether a caller may cancel a job or run it again: its own, or as administrator any."""
    return is_own(caller, job) or may(caller, "administer")


def require_for_job(caller: Caller, job: Job) -> None:
    """Raise Forbidden unless a caller has the permission that begins such a job: to stop it or to run it again."""
    require(caller, _BEGINS.get(job.kind, "issue"))


_BEGINS: dict[str, Permission] = {"bundle": "export", "scan": "file", "signature": "endorse"}


def veil_of(security: str) -> str:
    """Return what stands for the title of a letter where its number is listed: by its class, B for a division's."""
    return {"T": VEILED_RESTRICTED, "B": VEILED_DIVISION}.get(security, VEILED_TITLE)


def listed_title(title: str, security: str) -> str:
    """Return the title of a letter as the log and lists of every number name it: veiled where not all read it."""
    return title if security in OPEN or not title else veil_of(security)


def require_not_own(official: str, officials_allowed: Collection[str]) -> None:
    """Raise Forbidden when this official is one that the caller decides as: nobody writes his own office.

    Whoever decides as `EVERYONE` could change nobody; he is bound by the right to administer alone.
    """
    if official in officials_allowed:
        raise Forbidden(NOT_OWN)


NOT_OWN = (
    "Data pejabat yang Anda wakili tidak dapat Anda ubah sendiri. Minta administrator lain mengubah data pejabat ini."
)


def _limited(
    within: Limits, name: str, permissions: frozenset[Permission], officials: tuple[str, ...], *, by_token: bool
) -> Limits:
    """Return limits that also hide the classes a caller may not read, and tell what is his own all the same."""
    # to read what one signs or decides, or what one is named in, one must be able to decide
    deciding = officials if "endorse" in permissions else ()
    classes = tuple(security for security, permission in READS_CLASS.items() if permission in permissions)
    some_hidden = len(classes) < len(READS_CLASS) and EVERYONE not in deciding
    if not (some_hidden or within.divisions):
        return within
    hides = classes if some_hidden else None
    return replace(within, classes=hides, author=name, officials=deciding, by_token=by_token)
