"""What the API answers about permissions: the office's file of them as JSON."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from docgen.permissions import Permission
from web.api.schemas.answers.base import Strict


class PermissionWords(Strict):
    """What a permission lets somebody do, in Indonesian (`id`) and English (`en`)."""

    id: str
    en: str


class RoleOfAccounts(Strict):
    """A role that accounts may have: what people call it, what it is for, and its permissions."""

    label: str
    about: str
    may: list[Permission]


class Permissions(Strict):
    """The office's table of permissions, as in its file: its own (DOCGEN_PERMISSIONS), or the delivered one."""

    permissions: Annotated[dict[Permission, PermissionWords], Field(description="Every permission, in words")]
    roles: dict[str, RoleOfAccounts]
    scopes: Annotated[
        dict[str, list[Permission]], Field(description="What a token may do that names no permissions of its own")
    ]
    formerly: Annotated[dict[str, str], Field(description="Names of roles of earlier versions, still understood")]
