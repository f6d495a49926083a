"""Large files straight from the object store: redirect to a signed address instead of sending the bytes."""

from __future__ import annotations

from docgen.desk import Desk

LARGE = 2**20  # bytes: below, one answer is quicker than two
GOOD_FOR = 300  # seconds


def store_link(desk: Desk, key: str, size: int, content_type: str, name: str, *, inline: bool) -> str:
    """Return where a browser loads a large file from, when `DOCGEN_S3_REDIRECT` says so; "" when it comes from us.

    Raises StoreUnavailable.
    """
    if not desk.redirects or size < LARGE:
        return ""
    return desk.store.link(key, content_type, name, inline=inline, seconds=GOOD_FOR)
