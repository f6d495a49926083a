"""What answers of the API say: the path of an address, and the register."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.api.conftest import Caller


def path_of(address: str) -> str:
    """The path and query of an absolute address, below /api/v1."""
    parts = urlsplit(address)
    return parts.path.removeprefix("/api/v1") + (f"?{parts.query}" if parts.query else "")


def register(api: Caller) -> list[tuple[int, str]]:
    """Sequence and status of every number of this year."""
    return [(entry["sequence"], entry["status"]) for entry in api.get("/register").get_json()["items"]]
