"""Suggest which words of a letter without tags are data: shown to a person, who takes each or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from docgen.render.word.package import W
from docgen.render.word.tags.tag_text import find_tags
from docgen.render.word.tags.tagged_parts import BODY_LABEL, CORE
from docgen.tagging.data_words import DataWords, line_data
from docgen.tagging.find import tags_of_part
from docgen.tagging.given_names import given_names
from docgen.tagging.model import Suggestion
from docgen.tagging.suggest_letter import letterhead_data, signature_data
from docgen.tagging.suggest_tables import table_data
from docgen.tagging.word_text import TBL, P, PartText, nearest, read_word_text, separated_text
from docgen.tagging.words import label_of_name, name_of_label
from docgen.template_lint.finding import Place

MOST = 300  # suggestions: nobody reads more
LEAST_PROSE = 80  # characters of a paragraph that is the body of a letter
_LISTS = re.compile(r"^\s*(Tembusan|Dasar|Menimbang|Mengingat)\b(?:\s+(?:Yth|disampaikan kepada).*?)?\s*:?\s*$")
_HEAD = ("nomor", "tanggal")  # what docgen prints by itself, where they stand above the first sentence
_OF_A_DAY = ("hari", "tanggal", "tanggal_angka")
_LETTER_HEAD = 25  # paragraphs in which number and date of the letter itself stand


def suggest_places(docx: bytes) -> list[Suggestion]:
    """Return the words of a Word file that look like data, at most `MOST`, in the order of the text; none within tags.

    Some may overlap: the paragraphs of the body, and a date in one of them. Raises TemplateError.
    """
    suggestions: list[Suggestion] = []
    for part in read_word_text(docx).parts.values():
        if part.name != CORE:
            suggestions += _of_part(part)
    return _with_own_names(suggestions[:MOST])


def _of_part(part: PartText) -> list[Suggestion]:
    """Return the suggestions of a part, in the order of its paragraphs; of equal words only the first rule's."""
    whole = [*_controls(part), *table_data(part)]
    by_paragraph = {**letterhead_data(part), **(signature_data(part) if part.label == BODY_LABEL else {})}
    suggestions = list(whole)
    for index in range(len(part.paragraphs)):
        if part.is_copy(index) or any(_holds(suggestion, part, index) for suggestion in whole):
            continue
        tags = list(find_tags(part.text(index)))
        for words in by_paragraph.get(index) or _line_data(part, index):
            if not any(tag.start < words.end and words.start < tag.end for tag in tags):
                suggestions.append(_suggestion(part, index, words))
    if part.label == BODY_LABEL:
        suggestions += [*_lists(part), *_body(part)]
    return sorted(suggestions, key=lambda suggestion: (suggestion.place.paragraph, suggestion.place.start))


def _line_data(part: PartText, index: int) -> list[DataWords]:
    """Return the data of a paragraph, line by line, by the characters that a place counts."""
    text, numbers = separated_text(part.paragraphs[index])
    data: list[DataWords] = []
    for match in re.finditer(r"[^\n]+", text):
        for words in line_data(match[0], match.start()):
            name = words.name
            is_own = name in _HEAD and index < _LETTER_HEAD
            if name in _HEAD and not is_own:
                name = f"{name}_surat"
            start, end = numbers[words.start], numbers[words.end - 1] + 1
            is_field = words.is_field and not is_own
            data.append(replace(words, start=start, end=end, name=name, is_field=is_field))
    return data


def _suggestion(part: PartText, index: int, data: DataWords) -> Suggestion:
    words = part.text(index)[data.start : data.end]
    place = Place(part.name, index, data.start, data.end)
    label = data.label or label_of_name(data.name.rpartition(".")[2])
    return Suggestion(place, words, data.name, label, data.type, is_field=data.is_field)  # type: ignore[arg-type]


def _controls(part: PartText) -> Iterator[Suggestion]:
    """Yield the text of content controls that bear a name."""
    for tag in tags_of_part(part):
        name = name_of_label(tag.name) if tag.kind == "control" else ""
        if name:
            place = tag.place
            words = part.text(place.paragraph)[place.start : place.end]
            data = next(iter(line_data(f"{label_of_name(name)} : {words}")), None)
            kind = data.type if data and data.name == name else "text"
            yield Suggestion(place, words, name, label_of_name(name), kind)  # type: ignore[arg-type]


def _lists(part: PartText) -> Iterator[Suggestion]:
    """Yield the lines below a heading like "Tembusan:"."""
    numbers = {paragraph: index for index, paragraph in enumerate(part.paragraphs)}
    for index, paragraph in enumerate(part.paragraphs):
        heading = _LISTS.match(part.text(index))
        if heading and not part.is_copy(index):
            lines = []
            for line in paragraph.itersiblings():
                if line.tag != P or not part.text(numbers[line]).strip() or _LISTS.match(part.text(numbers[line])):
                    break
                lines.append(numbers[line])
            if lines and not any(_has_tag(part, line) for line in lines):
                name = name_of_label(heading[1])
                yield _of_paragraphs(part, lines, name, "list")


def _body(part: PartText) -> Iterator[Suggestion]:
    """Yield the longest run of long paragraphs: the body of the letter."""
    runs: list[list[int]] = []
    for index, paragraph in enumerate(part.paragraphs):
        text = part.text(index)
        is_prose = len(text) >= LEAST_PROSE and nearest(paragraph, TBL) is None and not _has_tag(part, index)
        if not is_prose or part.is_copy(index) or _holds_more(paragraph):
            continue
        if runs and paragraph.getprevious() is part.paragraphs[runs[-1][-1]]:
            runs[-1].append(index)
        else:
            runs.append([index])
    if runs:
        longest = max(runs, key=lambda run: sum(len(part.text(index)) for index in run))
        yield _of_paragraphs(part, longest, "isi", "paragraphs")


def _of_paragraphs(part: PartText, indexes: Sequence[int], name: str, kind: Any) -> Suggestion:
    place = Place(part.name, indexes[0], 0, len(part.text(indexes[0])))
    words = "\n".join(part.text(index) for index in indexes)
    return Suggestion(place, words, name, label_of_name(name), kind, "paragraphs", count=len(indexes))


def _has_tag(part: PartText, index: int) -> bool:
    return next(find_tags(part.text(index)), None) is not None


def _holds(suggestion: Suggestion, part: PartText, index: int) -> bool:
    """Return whether a paragraph is within a row or control that is suggested as a whole."""
    place = suggestion.place
    if suggestion.marking != "rows":
        return place.paragraph == index
    table = nearest(part.paragraphs[place.paragraph], TBL)
    return any(element is table for element in part.paragraphs[index].iterancestors(TBL))


def _holds_more(paragraph: Any) -> bool:
    """Return whether a paragraph holds more than text, so that it cannot be repeated."""
    return next(paragraph.iter(f"{W}drawing", f"{W}pict", f"{W}fldChar", f"{W}footnoteReference"), None) is not None


def _with_own_names(suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    """Return the suggestions with a name of its own for each: a number behind it where other words have it already."""
    words_by_name: dict[str, str] = {}
    named = []
    for suggestion in suggestions:
        name = suggestion.name
        if suggestion.is_field and name in given_names():
            name = f"{name}_kegiatan" if name in _OF_A_DAY else f"isian_{name}"
            suggestion = replace(suggestion, name=name)
        number = 1
        while suggestion.is_field and words_by_name.get(name, suggestion.words) != suggestion.words:
            number += 1
            name = f"{suggestion.name}_{number}"
        words_by_name[name] = suggestion.words
        label = suggestion.label if number == 1 else f"{suggestion.label} {number}"
        named.append(replace(suggestion, name=name, label=label))
    return named
