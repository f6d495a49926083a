"""NIBARs in addresses: they may hold slashes, dots and spaces, and a server decodes `%2F` before the router sees it."""

from __future__ import annotations

import re
from urllib.parse import quote

from werkzeug.routing import BaseConverter

_FRAGILE = re.compile(r"^/|/$|//|(^|/)\.{1,2}(/|$)")


class NibarConverter(BaseConverter):
    """The rest of the path, slashes included."""

    regex = ".+"
    part_isolating = False

    def to_url(self, value: str) -> str:
        """Encode a NIBAR for a path. Slashes stay, which proxies pass on, unless they would merge with others."""
        return quote(value, safe="" if _FRAGILE.search(value) else "/")
