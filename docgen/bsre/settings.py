"""The settings that name the region's Esign Client Service."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from docgen.errors import DataFileError

_NEEDED = ("DOCGEN_BSRE_URL", "DOCGEN_BSRE_USER", "DOCGEN_BSRE_PASSWORD")


@dataclass(frozen=True)
class BsreSettings:
    """The service's address without a trailing slash, the application's user there, and the CA that its TLS has."""

    url: str
    user: str
    password: str = field(repr=False)
    ca: Path | None = None

    @property
    def is_encrypted(self) -> bool:
        """Return whether passphrases go over TLS."""
        return self.url.startswith("https://")

    @property
    def is_open_to_the_network(self) -> bool:
        """Return whether passphrases leave this machine unencrypted."""
        host = urlsplit(self.url).hostname or ""
        return not self.is_encrypted and host != "localhost" and not ipaddress.ip_address(host).is_loopback


def read_bsre(env: Mapping[str, str]) -> BsreSettings | None:
    """Read `DOCGEN_BSRE_*`; None where no address is set. Nothing is asked of the service.

    Raises DataFileError naming what is missing or wrong; the address is not repeated, as somebody may have written the
    password into it.
    """
    values = {name: (env.get(name) or "").strip() for name in _NEEDED}
    ca = (env.get("DOCGEN_BSRE_CA") or "").strip()
    if not any(values.values()) and not ca:
        return None
    missing = [name for name in _NEEDED if not values[name]]
    if missing:
        raise DataFileError(f"Signing through BSrE also needs {', '.join(missing)}. Set them, or none of them.")
    url, user, password = (values[name] for name in _NEEDED)
    if not _is_address(url):
        raise DataFileError(
            "DOCGEN_BSRE_URL: write the address of the Esign Client Service, https://host or https://host/path, "
            "without user, ? and #. http:// is only for this machine and for private addresses in digits, as "
            "http://10.0.0.5:8080: passphrases go over it."
        )
    if not _fits_header(user) or ":" in user:
        raise DataFileError(f"DOCGEN_BSRE_USER={user!r}: write the application's user, without a colon.")
    if not _fits_header(password):
        raise DataFileError("DOCGEN_BSRE_PASSWORD holds signs that no password has.")
    return BsreSettings(url.rstrip("/"), user, password, Path(ca).absolute() if ca else None)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.query or parts.fragment or not _fits_header(url) or " " in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_near(host))


def _is_near(host: str) -> bool:
    """Return whether a host is this machine, or an address in digits of a private network."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private or address.is_loopback


def _fits_header(text: str) -> bool:
    return text.isprintable()
