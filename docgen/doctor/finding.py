"""What the doctor finds in a template: the fault, where it stands, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True)
class Place:
    """Words of a Word file: characters `start` to `end` of the text of a paragraph.

    `part` is the name in the package (`word/document.xml`); `paragraph` the index among all `w:p` of that part in
    document order, those of text boxes, content controls and tables included (of the properties `docProps/core.xml`:
    among its elements). The text of a paragraph is that of its `w:t` without those of text boxes in it
    (`docgen.render.word.tag_text.texts_of`). `page` counts from 1; None while no page is known.
    """

    part: str
    paragraph: int
    start: int
    end: int
    page: int | None = None


WHOLE_FILE = Place("word/document.xml", 0, 0, 0)  # of what stands nowhere in the text


@dataclass(frozen=True)
class Finding:
    """One fault: `rule` is its name in `docs/templates.md`, `words` stand at its place; an "error" alone keeps a
    version from being published. `message` and `suggestion` are Indonesian sentences.
    """

    rule: str
    severity: Severity
    place: Place
    words: str
    message: str
    suggestion: str


SEVERITIES: Mapping[str, Severity] = {
    "empty_file": "error",
    "old_word": "error",
    "password": "error",
    "pdf_file": "error",
    "odt_file": "error",
    "not_word": "error",
    "truncated": "error",
    "many_parts": "error",
    "too_big": "error",
    "too_heavy": "error",
    "broken_xml": "error",
    "xml_entities": "error",
}
REFUSALS = frozenset(SEVERITIES)  # files with one of these faults cannot be opened and are not taken at all


def finding(rule: str, place: Place, words: str, message: str, suggestion: str) -> Finding:
    """Return a finding of a rule, with its severity."""
    return Finding(rule, SEVERITIES[rule], place, words, message, suggestion)
