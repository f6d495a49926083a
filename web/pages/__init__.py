"""Pages for people, in Indonesian."""

from flask import Flask


def register(app: Flask) -> None:
    """Hang the pages into the application."""
