"""Roles as data: which permissions there are, in words, and which of them each role and each token's scope has.

The delivered table is `permissions.yaml`; an office may have its own. What a permission lets somebody do, and to which
letters, is decided in `docgen.desk.rights`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from docgen.errors import DataFileError, FieldError, InvalidSubmission
from docgen.messages import nearest
from wording import Message, joined, say

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
    "edit_templates",
    "connect",
    "metrics",
    "manage_offices",
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)
# The permission that lets somebody read letters of a class that he has no part in.
READS_CLASS: Mapping[str, Permission] = {
    "B": "read",
    "T": "read_restricted",
    "R": "read_secret",
    "SR": "read_top_secret",
}
# Permissions that tables of earlier versions do not name: their words are the delivered ones, and no role has them.
ADDED: tuple[Permission, ...] = ("edit_templates", "metrics", "manage_offices")
SCOPES = ("read", "write", "admin")  # of tokens
_ROLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_MOST_PROBLEMS = 20
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
    table, problems = _examined(path)
    if table is None or problems:
        raise DataFileError(joined([f"{path}:", *problems]))
    return table


def file_problems(path: Path) -> list[str]:
    """Return everything that is wrong with an office's own table, a sentence each; empty when it can be used."""
    return list(_examined(path)[1])


def _examined(path: Path) -> tuple[PermissionTable | None, Sequence[str]]:
    """Return the table of a file, None when it has no such form, and what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
        twice = _keys_given_twice(yaml.compose(text, Loader=yaml.SafeLoader))
        file = _File.model_validate(yaml.safe_load(text))
    except (OSError, UnicodeDecodeError, RecursionError, yaml.YAMLError) as error:
        return None, [say("izin tidak terbaca ({error}).", error=error)]
    except ValidationError as error:
        return None, [_sentence(finding) for finding in error.errors(include_url=False)[:_MOST_PROBLEMS]]
    scopes: dict[str, frozenset[Permission]] = {str(name): may for name, may in file.scopes.items()}
    added = {name: _delivered().words[name] for name in ADDED if name not in file.permissions and path != DELIVERED}
    table = PermissionTable(file.permissions | added, file.roles, scopes, file.formerly)
    return table, [*(say("{key} tertulis dua kali; hapus salah satunya.", key=key) for key in twice), *_problems(table)]


def _keys_given_twice(node: yaml.Node | None, place: str = "") -> list[str]:
    """Return the keys that stand twice in one mapping, of which YAML silently keeps the last."""
    if not isinstance(node, yaml.MappingNode):
        return []
    keys = [f"{place}{key.value}" for key, _ in node.value]
    twice = [key for key, count in Counter(keys).items() if count > 1]
    return twice + [
        key for name, (_, value) in zip(keys, node.value, strict=True) for key in _keys_given_twice(value, f"{name}.")
    ]


def _sentence(finding: ErrorDetails) -> Message:
    """Return what is wrong at a place of the file."""
    place = ".".join(str(part) for part in finding["loc"] if part != "[key]") or "-"
    if finding["type"] == "literal_error" and isinstance(finding["input"], str):
        known = PERMISSIONS if "may" in finding["loc"] or "permissions" in finding["loc"] else SCOPES
        if "scopes" in finding["loc"] and "[key]" not in finding["loc"]:
            known = PERMISSIONS
        hint = nearest(finding["input"], known)
        return say("{place}: {name} tidak dikenal.{hint}", place=place, name=repr(finding["input"]), hint=hint)
    if finding["type"] == "missing":
        return say("{place} wajib ada. Salin bentuknya dari {delivered}.", place=place, delivered=DELIVERED.name)
    if finding["type"] == "extra_forbidden":
        return say("{place} tidak dikenal; hapus atau periksa namanya.", place=place)
    message = "{place}: {error}. Salin bentuknya dari {delivered}."
    return say(message, place=place, error=finding["msg"], delivered=DELIVERED.name)


def _problems(table: PermissionTable) -> Iterator[Message | str]:
    """Yield what makes a table unusable, or what its writer cannot have meant, a sentence each."""
    missing = [name for name in PERMISSIONS if name not in table.words]
    if missing:
        yield say("permissions tidak memuat {names}.", names=", ".join(missing))
    if missing_scopes := [name for name in SCOPES if name not in table.scopes]:
        yield say("scopes tidak memuat {names}.", names=", ".join(missing_scopes))
    if "admin" not in table.roles:
        yield "roles tidak memuat admin, peran akun yang pertama."
    elif "accounts" not in table.roles["admin"].may:
        yield "Peran admin tidak punya izin accounts, sehingga akun yang pertama tidak dapat mengatur akun lain."
    for name, role in table.roles.items():
        if not _ROLE_NAME.fullmatch(name):
            yield say("roles.{name}: nama peran hanya huruf kecil, angka, dan garis bawah.", name=name)
        if role.may and "read" not in role.may:
            yield say("roles.{name}: tanpa izin read, izin lain tidak dapat dipakai. Tambahkan read.", name=name)
    for former, role_name in table.formerly.items():
        if role_name not in table.roles:
            yield say("formerly menyebut {names}, yang tidak ada dalam roles.", names=role_name)
        if former in table.roles:
            yield say("formerly.{name}: nama itu juga nama peran sekarang. Hapus salah satunya.", name=former)


def _ordered(may: frozenset[Permission]) -> list[Permission]:
    return [name for name in PERMISSIONS if name in may]
