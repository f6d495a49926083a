"""List the paragraphs of a Word file with their words, for a person to choose from."""

from __future__ import annotations

import re

from docgen.render.word.tags.tag_text import find_tags
from docgen.render.word.tags.tagged_parts import CORE
from docgen.tagging.labels import label_at
from docgen.tagging.model import Paragraph, WordAt
from docgen.tagging.word_text import PartText, read_word_text, separated_text
from docgen.template_lint.finding import Place

_WORD = re.compile(r"\S+")
_ENDS = ".,;:!?)"  # of a sentence, not of its last word
_SHORTENED = re.compile(r".*\..*\.|[A-Z][a-z]{0,3}\.")  # S.Kom., Ir., Drs.


def list_paragraphs(docx: bytes) -> list[Paragraph]:
    """Return the paragraphs that have words outside of tags, part by part in the order of the file.

    The file's properties, and what only old programs show, are left out. Raises TemplateError.
    """
    parts = read_word_text(docx).parts.values()
    return [
        paragraph
        for part in parts
        if part.name != CORE
        for index in range(len(part.paragraphs))
        if not part.is_copy(index) and (paragraph := _paragraph(part, index)).words
    ]


def _paragraph(part: PartText, index: int) -> Paragraph:
    """Return a paragraph with its words; what ends a sentence or a clause is no part of its last word."""
    separated, numbers = separated_text(part.paragraphs[index])
    counted = part.text(index)
    tags = [(tag.start, tag.end) for tag in find_tags(counted)]
    words = []
    for match in _WORD.finditer(separated):
        text = _without_end(match[0])
        start, end = numbers[match.start()], numbers[match.start() + len(text)]
        if text and not any(start < tag_end and end > tag_start for tag_start, tag_end in tags):
            words.append(WordAt(text, start, end))
    heading = label_at(part, Place(part.name, index, words[0].start, words[-1].end)) if words else ""
    return Paragraph(part.name, part.label, index, " ".join(separated.split()), counted, heading, words)


def _without_end(word: str) -> str:
    bare = word.rstrip(_ENDS)
    shortened = f"{bare}."
    return shortened if word.startswith(shortened) and _SHORTENED.fullmatch(shortened) else bare
