"""Read the file that says what the claims of an OpenID provider mean here: who somebody is, and what they may do.

`docs/sign-in.md` shows one. A claim inside another is named with dots, as Keycloak's `realm_access.roles`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from docgen.errors import DataFileError

LARGEST = 200_000  # bytes of the file
_MOST_VALUES = 2000  # of a claim
_LONGEST_VALUE = 300  # characters

Claims = Mapping[str, Any]
ALL = "*"  # in `roles`: everybody whom the provider lets in


class SecondFactor(BaseModel):
    """Values of `amr` (RFC 8176) and `acr` by which the provider says that it asked for more than a password."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amr: list[str] = ["mfa", "otp", "hwk", "swk", "sms", "fpt", "face", "iris"]
    acr: list[str] = []


class Rules(BaseModel):
    """What claims mean: where names stand, and which of a person's groups stand for which role here.

    `accounts`: "create" makes an account at the first sign-in, "existing" only lets accounts in that were bound to
    the provider before. `official` is a claim that holds the NIP of the official in whose name the person decides;
    `officials` and `divisions` are by group. What a file leaves out is kept by hand.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    accounts: Literal["create", "existing"]
    roles: dict[str, str] | None = Field(None, min_length=1)
    groups: str = "groups"
    user_name: str = "preferred_username"
    full_name: str = "name"
    email: str = "email"
    scope: str = "openid profile email"
    official: str = ""
    officials: dict[str, list[str]] | None = None
    divisions: dict[str, list[str]] | None = None
    second_factor: SecondFactor = SecondFactor()

    @model_validator(mode="after")
    def _says_roles_of_new_accounts(self) -> Rules:
        if self.roles is None and self.accounts == "create":
            raise ValueError("accounts: create needs roles, since a new account has none otherwise")
        return self

    @field_validator("scope")
    @classmethod
    def _asks_for_openid(cls, scope: str) -> str:
        if "openid" not in scope.split():
            raise ValueError("the scope needs the word openid")
        return scope

    def groups_of(self, claims: Claims) -> list[str]:
        """Return the groups of a person, in the order of the claim."""
        return texts_at(claims, self.groups)

    def role_of(self, claims: Claims) -> str:
        """Return the role of the first line of `roles` that names a group of the person, "" where none does.

        Always "" where the file has no `roles`.
        """
        groups = set(self.groups_of(claims))
        return next((role for group, role in (self.roles or {}).items() if group in groups or group == ALL), "")

    def officials_of(self, claims: Claims) -> list[str] | None:
        """Return the ids of the officials by the person's groups; None where the file has no `officials`."""
        return None if self.officials is None else _by_group(self.officials, self.groups_of(claims))

    def divisions_of(self, claims: Claims) -> list[str] | None:
        """Return the units (bidang) by the person's groups; None where the file has no `divisions`."""
        return None if self.divisions is None else _by_group(self.divisions, self.groups_of(claims))

    def has_second_factor(self, claims: Claims) -> bool:
        """Return whether the provider asked for a second factor, as its `amr` or `acr` says."""
        methods, level = texts_at(claims, "amr"), text_at(claims, "acr")
        return any(method in self.second_factor.amr for method in methods) or level in self.second_factor.acr


def read_rules(file: Path) -> Rules:
    """Read the file. Raises DataFileError naming the line or the key that is wrong, and what to write."""
    where = f"DOCGEN_OIDC_CLAIMS={str(file)!r}"
    try:
        if file.stat().st_size > LARGEST:
            raise DataFileError(f"{where}: the file is larger than {LARGEST // 1000} KB. Is it the right one?")
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise DataFileError(f"{where}: the file cannot be read ({reason}). docs/sign-in.md shows one.") from None
    except yaml.YAMLError as error:
        raise DataFileError(f"{where}: no YAML: {' '.join(str(error).split())[:300]}") from None
    if not isinstance(content, dict):
        raise DataFileError(f"{where}: the file has no keys. docs/sign-in.md shows one.")
    try:
        return Rules.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "accounts, roles"
        raise DataFileError(f"{where}: {key}: {first['msg']}. docs/sign-in.md shows what may stand there.") from None


def text_at(claims: Claims, path: str) -> str:
    """Return the text of a claim, "" where there is none; signs that cannot be printed fall away."""
    value = _value_at(claims, path)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return "".join(filter(str.isprintable, str(value)[:_LONGEST_VALUE])).strip()


def texts_at(claims: Claims, path: str) -> list[str]:
    """Return the texts of a claim that holds a list, or one text."""
    value = _value_at(claims, path)
    values = value if isinstance(value, list) else [value]
    return [item for item in values[:_MOST_VALUES] if isinstance(item, str) and item]


def _value_at(claims: Claims, path: str) -> Any:
    """Return a claim by its name, or by dots through the claims it stands in; names with dots go first."""
    if path in claims:
        return claims[path]
    for start, rest in _splits(path):
        if isinstance(inner := claims.get(start), Mapping):
            value = _value_at(inner, rest)
            if value is not None:
                return value
    return None


def _splits(path: str) -> Sequence[tuple[str, str]]:
    """Return the ways to cut a path in two at a dot, the shortest beginning first."""
    parts = path.split(".")
    return [(".".join(parts[:count]), ".".join(parts[count:])) for count in range(1, len(parts))]


def _by_group(table: Mapping[str, Sequence[str]], groups: Sequence[str]) -> list[str]:
    """Return what the table says for these groups, each once, in the order of the table."""
    return list(dict.fromkeys(value for group in table if group in groups for value in table[group]))
