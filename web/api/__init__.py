"""The API for systems, under /api/v1: bearer tokens, JSON, problem details."""

from flask import Flask


def register(app: Flask) -> None:
    """Hang the API into the application."""
