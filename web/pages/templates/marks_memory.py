"""What a session remembers while its person marks words: the files before, and the proposals that were refused."""

from __future__ import annotations

import hashlib

from flask import session

from docgen.tagging.model import Suggestion

BEFORE, REFUSED = "templat_sebelum", "templat_bukan"  # in the session
MOST_MARKS = 12  # that can be taken back; a cookie holds them
MOST_REFUSED = 80


def note_mark(slug: str, version: int, template_sha256: str) -> None:
    """Remember the Word file that a draft had before a mark. What was marked in other drafts is final by then."""
    session[BEFORE] = [_draft(slug, version), *_files(slug, version)[1 - MOST_MARKS :], template_sha256]


def last_file(slug: str, version: int) -> str:
    """Return the SHA-256 of the Word file before the last mark in a draft, "" when none can be taken back."""
    files = _files(slug, version)
    return files[-1] if files else ""


def forget_mark(slug: str, version: int) -> None:
    """Forget the last mark, because it was taken back."""
    session[BEFORE] = [_draft(slug, version), *_files(slug, version)[:-1]]


def refuse(suggestion: Suggestion) -> None:
    """Remember that a proposal was refused."""
    session[REFUSED] = [*session.get(REFUSED, []), _mark_of(suggestion)][-MOST_REFUSED:]


def is_refused(suggestion: Suggestion) -> bool:
    """Return whether a proposal was refused, in whatever place its words stand by now."""
    return _mark_of(suggestion) in session.get(REFUSED, [])


def _files(slug: str, version: int) -> list[str]:
    draft, *files = session.get(BEFORE) or [""]
    return files if draft == _draft(slug, version) else []


def _draft(slug: str, version: int) -> str:
    return f"{slug}/{version}"


def _mark_of(suggestion: Suggestion) -> str:
    text = f"{suggestion.place.part}\0{suggestion.name}\0{suggestion.words}"
    return hashlib.sha256(text.encode()).hexdigest()[:8]
