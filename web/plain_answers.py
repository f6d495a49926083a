"""Answers that are given before any application is asked: a problem for systems, a page without style for people."""

from __future__ import annotations

import json
from html import escape

from storage import media_types


def plain_answer(path: str, status: int, phrase: str, title: str, text: str) -> tuple[str, bytes]:
    """Return media type and body of an answer that says one thing; `phrase` is the status in English words."""
    if path.startswith("/api/"):
        problem = {"type": f"urn:docgen:problem:{phrase.lower().replace(' ', '-')}", "title": phrase, "status": status}
        return media_types.PROBLEM, json.dumps(problem | {"detail": text, "instance": path, "errors": []}).encode()
    head = f"<title>{escape(title)}</title><h1>{escape(title)}</h1>"
    page = f'<!doctype html><html lang="id"><meta charset="utf-8">{head}<p>{escape(text)}</p></html>'
    return "text/html; charset=utf-8", page.encode()
