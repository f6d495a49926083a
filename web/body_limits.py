"""Limits of request bodies: one size for all, and the few routes that take more."""

from __future__ import annotations

from flask import Flask

BODY = 32 * 1024 * 1024  # bytes


def body_limits(app: Flask) -> dict[str, int]:
    """Return the endpoints whose bodies may be larger, once somebody is signed in, with their limits in bytes."""
    limits: dict[str, int] = app.extensions.setdefault("body_limits", {})
    return limits
