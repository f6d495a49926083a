"""Limits of request bodies: one size for all, and the few routes that take more, or less."""

from __future__ import annotations

from flask import Flask

from docgen.uploads import LARGEST_FILE, MB

BODY = LARGEST_FILE + 2 * MB  # the largest file, and the rest of its form


def body_limits(app: Flask) -> dict[str, int]:
    """Return the endpoints with a limit of their own, in bytes; a larger one counts once somebody is signed in."""
    limits: dict[str, int] = app.extensions.setdefault("body_limits", {})
    return limits
