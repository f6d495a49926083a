"""Trusted reverse proxies: only they may say where a request comes from."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
_HOST = re.compile(r"(?:\[(?P<address>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+))(?::[0-9]{1,5})?")
LOCAL = "docgen.local"  # of a request: that a program on this machine sent it itself
_HEADERS = ("FOR", "PROTO", "HOST", "PORT", "PREFIX", "BY")
_OF_PROXIES = (*(f"HTTP_X_FORWARDED_{header}" for header in _HEADERS), "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
FORWARDING = "docgen.forwarding"  # in the environment of a request: how it came, a `Forwarding`


@dataclass(frozen=True)
class Forwarding:
    """From which neighbour a request came, which `X-Forwarded-*` it sent, and whether it is believed."""

    neighbour: str
    headers: tuple[str, ...]
    believed: bool


class TrustedProxy:
    """Takes caller, scheme and host from `X-Forwarded-*` when a trusted proxy sends them; drops them otherwise."""

    def __init__(self, app: Any, networks: Sequence[Network]) -> None:
        self._app = app
        self._behind = ProxyFix(app, x_for=1, x_proto=1, x_host=1)
        self._networks = networks

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve a WSGI request."""
        peer = environ.get("REMOTE_ADDR", "")
        environ[LOCAL] = _is_trusted(peer, LOOPBACK) and not any(header in environ for header in _OF_PROXIES)
        environ["REMOTE_ADDR"] = plain_address(peer) or peer
        is_trusted = _is_trusted(peer, self._networks)
        headers = tuple(name for name in _HEADERS if environ.get(f"HTTP_X_FORWARDED_{name}"))
        environ[FORWARDING] = Forwarding(environ["REMOTE_ADDR"], headers, is_trusted)
        if is_trusted:
            caller = calling_address(peer, environ.pop("HTTP_X_FORWARDED_FOR", ""), self._networks)
            environ["HTTP_X_FORWARDED_FOR"] = caller
            return self._behind(environ, start_response)
        for header in _HEADERS:
            environ.pop(f"HTTP_X_FORWARDED_{header}", None)
        environ.pop("HTTP_FORWARDED", None)
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer


def calling_address(peer: str, forwarded_for: str, networks: Sequence[Network]) -> str:
    """Return where a request comes from: what a trusted proxy says in `X-Forwarded-For`, else the peer's own address.

    What is no address counts as the proxy's own: it would be another caller each time.
    """
    peer_address = plain_address(peer) or peer
    return (_is_trusted(peer, networks) and plain_address(forwarded_for.rpartition(",")[2])) or peer_address


def called_host(peer: str, host: str, forwarded_host: str, networks: Sequence[Network]) -> str:
    """Return the host name a request is for: what a trusted proxy says in `X-Forwarded-Host`, else its own `Host`."""
    forwarded = forwarded_host.rpartition(",")[2].strip()
    return host_name(forwarded if forwarded and _is_trusted(peer, networks) else host)


def host_name(text: str) -> str:
    """Return the name in a `Host`: in small letters, without port, brackets and a last dot; "" for what is none."""
    match = _HOST.fullmatch(text.strip().lower())
    return (match["address"] or match["name"]).removesuffix(".") if match else ""


def caller_network(address: str) -> str:
    """Return what one caller has whole: an IPv4 address, or the network of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


def _is_trusted(peer: str, networks: Sequence[Network]) -> bool:
    try:
        address = ipaddress.ip_address(plain_address(peer))
    except ValueError:
        return False
    return any(address in network for network in networks)


def plain_address(text: str) -> str:
    """Return an address without the port behind it, IPv4 as such; "" for what is no address."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)
