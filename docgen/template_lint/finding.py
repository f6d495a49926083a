"""What the lint finds in a template: the fault, where it stands, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wording import say

Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True)
class Place:
    """Words of a Word file: characters `start` to `end` of the text of a paragraph.

    `part` is the name in the package (`word/document.xml`); `paragraph` the index among all `w:p` of that part in
    document order, those of text boxes, content controls and tables included (of the properties `docProps/core.xml`:
    among its elements). The text of a paragraph is that of its `w:t` without those of text boxes in it
    (`docgen.render.word.tags.tag_text.texts_of`). `page` counts from 1; None while no page is known.
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


_REFUSALS: Mapping[str, Severity] = dict.fromkeys(
    (
        *("empty_file", "old_word", "password", "pdf_file", "odt_file", "not_word", "truncated"),
        *("many_parts", "too_big", "too_heavy", "broken_xml", "xml_entities"),
    ),
    "error",
)
REFUSALS = frozenset(_REFUSALS)  # files with one of these faults cannot be opened and are not taken at all
# What no letter needs and attacks are made of: such files can be opened, and are not taken all the same.
HOSTILE = frozenset(
    (
        *("macros", "embedded_object", "embedded_document", "external_content", "remote_template"),
        *("fetching_field", "unsafe_tag"),
    )
)
SEVERITIES: Mapping[str, Severity] = {
    **_REFUSALS,
    "macros": "error",
    "embedded_object": "error",
    "embedded_document": "error",
    "external_content": "error",
    "remote_template": "error",
    "attached_template": "hint",
    "mail_merge": "hint",
    "hyperlink": "hint",
    "unclosed_tag": "error",
    "unopened_tag": "error",
    "split_tag": "error",
    "spaced_braces": "warning",
    "single_braces": "warning",
    "curved_quotes": "hint",
    "unreadable_tag": "error",
    "unknown_statement": "error",
    "unknown_filter": "error",
    "unknown_name": "error",
    "near_name": "warning",
    "element_of_list": "error",
    "element_of_text": "error",
    "prints_list": "error",
    "unsafe_tag": "error",
    "refused_statement": "error",
    "wrong_shared_part": "error",
    "unclosed_block": "error",
    "unopened_block": "error",
    "not_alone": "error",
    "outside_table": "error",
    "broken_block": "error",
    "loop_around_paragraphs": "warning",
    "tracked_changes": "warning",
    "comments_left": "hint",
    "hidden_text": "warning",
    "refused_field": "error",
    "fetching_field": "error",
    "frozen_field": "warning",
    "protected": "hint",
    "missing_font": "warning",
    "odd_paper": "warning",
    "other_paper": "hint",
    "margins": "warning",
    "stamp_room": "warning",
    "unused_styles": "hint",
    "no_number": "warning",
    "no_signature": "warning",
    "no_signature_room": "warning",
    "unprinted_field": "error",
    "missing_annex": "error",
    "cannot_be_filled": "error",
}


def finding(rule: str, place: Place, words: str, message: str, suggestion: str) -> Finding:
    """Return a finding of a rule, with its severity."""
    return Finding(rule, SEVERITIES[rule], place, words, message, suggestion)


def too_heavy() -> Finding:
    """Return the finding of a file that takes too much time or memory."""
    message = say("Templat ini terlalu berat untuk dibuka.")
    return finding("too_heavy", WHOLE_FILE, "", message, say("Salin isinya ke dokumen Word baru, lalu simpan."))
