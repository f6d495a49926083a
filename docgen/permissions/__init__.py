"""Roles as data: which permissions there are, in words, and which of them each role and each token's scope has.

The delivered table is `permissions.yaml`; an office may have its own. What a permission lets somebody do, and to which
letters, is decided in `docgen.desk.rights`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from docgen.errors import DataFileError, FieldError, InvalidSubmission
from wording import joined, say

Permission = Literal[
    "read",
    "export",
    "read_restricted",
    "read_secret",
    "read_top_secret",
    "issue",
    "file",
    "endorse",
    "register",
    "retain",
    "destroy",
    "administer",
    "accounts",
    "audit",
    "connect",
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)
# The permission that lets somebody read letters of a class that he has no part in.
READS_CLASS: Mapping[str, Permission] = {
    "B": "read",
    "T": "read_restricted",
    "R": "read_secret",
    "SR": "read_top_secret",
}
DELIVERED = Path(__file__).with_name("permissions.yaml")


class Words(BaseModel):
    """What a permission lets somebody do, as a sentence for people, in Indonesian (`id`) and English (`en`)."""

    model_config = ConfigDict(extra="forbid")
    id: str
    en: str


class Role(BaseModel):
    """A role of accounts: its name for people, what it is for, and its permissions."""

    model_config = ConfigDict(extra="forbid")
    label: str
    about: str = ""
    may: frozenset[Permission]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    permissions: dict[Permission, Words]
    roles: dict[str, Role]
    scopes: dict[Literal["read", "write", "admin"], frozenset[Permission]]
    formerly: dict[str, str] = {}


@dataclass(frozen=True)
class PermissionTable:
    """The permissions in words, the roles of accounts, and the scopes of tokens."""

    words: Mapping[Permission, Words]
    roles: Mapping[str, Role]
    scopes: Mapping[str, frozenset[Permission]]
    formerly: Mapping[str, str]

    def of_role(self, role: str) -> frozenset[Permission]:
        """Return the permissions of a role, none for a role that is no longer in the table."""
        named = self.roles.get(self.formerly.get(role, role))
        return named.may if named else frozenset()

    def of_scope(self, scope: str) -> frozenset[Permission]:
        """Return the permissions of a token's scope."""
        return self.scopes.get(scope, frozenset())

    def what(self, permission: Permission) -> str:
        """Return what a permission lets somebody do, in Indonesian; without words its name."""
        words = self.words.get(permission)
        return words.id if words else permission

    def label(self, role: str) -> str:
        """Return what people call a role; a role that is no longer in the table is called by its name."""
        named = self.roles.get(self.formerly.get(role, role))
        return named.label if named else role

    def require_role(self, role: str, field: str = "role") -> str:
        """Return the present name of a role. Raises InvalidSubmission, naming the roles there are."""
        name = self.formerly.get(role, role)
        if name not in self.roles:
            message = "Peran {role} tidak ada. Yang ada: {roles}."
            raise InvalidSubmission([FieldError(field, say(message, role=repr(role), roles=", ".join(self.roles)))])
        return name

    def as_data(self) -> dict[str, Any]:
        """Return the table as plain data, as its file has it; permissions in the order of the file."""
        return {
            "permissions": {name: words.model_dump() for name, words in self.words.items()},
            "roles": {
                name: {"label": role.label, "about": role.about, "may": _ordered(role.may)}
                for name, role in self.roles.items()
            },
            "scopes": {name: _ordered(may) for name, may in self.scopes.items()},
            "formerly": dict(self.formerly),
        }


def load_permissions(path: Path | None = None) -> PermissionTable:
    """Return the table of an office, the delivered one by default. Raises DataFileError, naming what is wrong."""
    return _delivered() if path is None else _read(path)


@cache
def _delivered() -> PermissionTable:
    return _read(DELIVERED)


def _read(path: Path) -> PermissionTable:
    try:
        file = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataFileError(say("{path}: izin tidak terbaca ({error}).", path=path, error=error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        message = "{path}, {place}: {error}. Salin bentuknya dari {delivered}."
        raise DataFileError(
            say(message, path=path, place=place, error=first["msg"], delivered=DELIVERED.name)
        ) from error
    scopes: dict[str, frozenset[Permission]] = {str(name): may for name, may in file.scopes.items()}
    table = PermissionTable(file.permissions, file.roles, scopes, file.formerly)
    if problem := _problem(table):
        raise DataFileError(joined([f"{path}:", problem]))
    return table


def _problem(table: PermissionTable) -> str:
    """Return what makes a table unusable, as a sentence; "" for nothing."""
    missing = [name for name in PERMISSIONS if name not in table.words]
    if missing:
        return say("permissions tidak memuat {names}.", names=", ".join(missing))
    if not any("accounts" in role.may for role in table.roles.values()):
        return "Tidak ada peran dengan izin accounts, sehingga tidak ada yang dapat mengatur akun."
    if missing_scopes := {"read", "write", "admin"} - set(table.scopes):
        return say("scopes tidak memuat {names}.", names=", ".join(sorted(missing_scopes)))
    if "admin" not in table.roles:
        return "roles tidak memuat admin, peran akun yang pertama."
    unknown = [role for role in table.formerly.values() if role not in table.roles]
    return say("formerly menyebut {names}, yang tidak ada dalam roles.", names=", ".join(unknown)) if unknown else ""


def _ordered(may: frozenset[Permission]) -> list[Permission]:
    return [name for name in PERMISSIONS if name in may]
