"""How large the body of a request may be: one size for all, and the few routes that take more."""

from __future__ import annotations

from flask import Flask

from docgen.uploads import LARGEST_FILE, MB

BODY = LARGEST_FILE + 2 * MB  # the largest file, and the rest of its form


def body_limits(app: Flask) -> dict[str, int]:
    """Return the endpoints whose bodies may be larger, once somebody is signed in, with their limits in bytes."""
    limits: dict[str, int] = app.extensions.setdefault("body_limits", {})
    return limits
