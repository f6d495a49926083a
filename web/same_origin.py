"""Whether a browser sent a request from a page of this service, by headers that a foreign page cannot forge."""

from __future__ import annotations

from flask import request


def from_own_page() -> bool:
    """Return whether the present request came from a page of this service."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin", "").rstrip("/") == request.host_url.rstrip("/")
