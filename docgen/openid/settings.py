"""The settings that name an OpenID provider, and the file that says what its claims mean."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from docgen.errors import DataFileError
from docgen.openid.rules import Rules, read_rules

NAME = "Akun Kabupaten"
_LONGEST_NAME = 40  # characters: it stands on a button
_NEEDED = ("DOCGEN_OIDC_ISSUER", "DOCGEN_OIDC_CLIENT_ID", "DOCGEN_OIDC_CLIENT_SECRET", "DOCGEN_OIDC_CLAIMS")


@dataclass(frozen=True)
class OpenIdSettings:
    """An OpenID provider: its address `issuer`, how this service is registered there, and what its claims mean."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    rules: Rules


def read_openid(env: Mapping[str, str]) -> OpenIdSettings | None:
    """Read `DOCGEN_OIDC_*`; None where none is set. Nothing is asked of the provider.

    Raises DataFileError naming what is missing or wrong.
    """
    values = {name: (env.get(name) or "").strip() for name in (*_NEEDED, "DOCGEN_OIDC_NAME")}
    if not any(values.values()):
        return None
    missing = [name for name in _NEEDED if not values[name]]
    if missing:
        raise DataFileError(
            f"Signing in by another account also needs {', '.join(missing)}. Set them, or none of them."
        )
    issuer, client_id, secret, claims = (values[name] for name in _NEEDED)
    if not _is_issuer(issuer):
        raise DataFileError(
            f"DOCGEN_OIDC_ISSUER={issuer!r}: write the provider's address as it names itself, https://… "
            "without ? and #. http:// is only for a provider on this machine."
        )
    name = values["DOCGEN_OIDC_NAME"] or NAME
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise DataFileError(f"DOCGEN_OIDC_NAME={name!r}: write a name of at most {_LONGEST_NAME} characters.")
    return OpenIdSettings(issuer, client_id, secret, name, read_rules(Path(claims).absolute()))


def require_known_roles(settings: OpenIdSettings, known: Collection[str]) -> None:
    """Raise DataFileError where the claims file gives a role that this office does not have."""
    unknown = [role for role in (settings.rules.roles or {}).values() if role not in known]
    if unknown:
        raise DataFileError(f"DOCGEN_OIDC_CLAIMS: there is no role {unknown[0]!r}; roles: {', '.join(known)}.")


def is_safe_address(url: str) -> bool:
    """Return whether secrets may be sent to an address: https, or http on this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username or parts.password or not host or not url.isprintable():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host))


def _is_issuer(url: str) -> bool:
    return is_safe_address(url) and "?" not in url and "#" not in url


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
