"""Which addresses of the network a message may be sent to: public ones only, unless the office allows others."""

from __future__ import annotations

import ipaddress
import socket

from docgen.errors import Conflict
from wording import say

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")  # all that is routed; RFC 4291 and the IANA registry of IPv6 space
_NEVER = (ipaddress.ip_network("3fff::/20"),)  # documentation (RFC 9637), which older Pythons call global
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(Conflict):
    """The address is this machine's, a private network's, or does not exist."""


def resolve_public(host: str, port: int, *, private: bool) -> str:
    """Return the numeric address to connect to; the caller must use it, because the name may change meanwhile.

    Every address the name has must be public, unless `private`. Raises AddressRefused.
    """
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(say("Nama {host} tidak ditemukan. Periksa alamat webhook.", host=host)) from error
    addresses = [str(info[4][0]) for info in infos]
    refused = [address for address in addresses if not private and not is_public(address)]
    if refused or not addresses:
        raise AddressRefused(
            say(
                "{host} ada di mesin ini atau jaringan pribadi. Izinkan dahulu dengan DOCGEN_WEBHOOK_PRIVATE=1.",
                host=host,
            )
        )
    return addresses[0]


def is_public(text: str) -> bool:
    """Return whether a numeric address is public; an IPv6 address that wraps an IPv4 address counts as that."""
    address: Address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = _wrapped(address)
        if inner is not None:
            return is_public(str(inner))
        if address not in _UNICAST or any(address in network for network in _NEVER):
            return False
    return address.is_global and not address.is_multicast


def refused_literal(host: str) -> bool:
    """Return whether a host is seen to be not public without a look-up: a numeric address, or localhost."""
    if host.lower().rstrip(".") == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return not is_public(host.strip("[]"))
    except ValueError:
        return False


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
