"""Callers of use-cases, by the delivered table of permissions."""

from __future__ import annotations

from docgen.desk.rights import Caller, person
from docgen.permissions import load_permissions
from storage.records import User


def caller(name: str, *officials: str, role: str = "") -> Caller:
    """A person with an account who decides as these officials; who decides for one is a pejabat unless told."""
    role = role or ("pejabat" if officials else "operator")
    user = {"name": name, "password": "$argon2", "role": role, "officials": list(officials)}
    return person(load_permissions(), User.model_validate(user))
