"""Which words are to be marked, and as what: as the dialog asks, as a proposal says, and as the form sends it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from werkzeug.datastructures import MultiDict

from docgen.desk.kinds.marking import Mark
from docgen.errors import FieldError, InvalidSubmission
from docgen.forms.field_sheet import Column, FieldType, SheetField
from docgen.tagging.given_names import given_names
from docgen.tagging.model import Marking, Paragraph, Suggestion, WordAt
from docgen.tagging.words import label_of_name, name_of_label, type_of_words
from wording import say

FIELD, TAG = "isian:", "tag:"  # what the words are: a field of a type, or a tag that every letter fills by itself
LONGEST_LABEL, LONGEST_WORDS = 120, 2000
MOST_ROWS = 200
_CALLED = re.compile(r"([^\W\d_][\w ./-]{0,40}?)\s*:\s*$")
_IN_WORDS = re.compile(r"[a-z][a-z0-9_]*_terbilang")  # an amount of another field, spelled
_MARKINGS: Mapping[str, Marking] = {"table": "rows", "list": "paragraphs", "paragraphs": "paragraphs"}


@dataclass(frozen=True)
class WordChoice:
    """Words of a paragraph that are about to be marked, and what the dialog proposes for them."""

    paragraph: Paragraph
    start: int
    end: int
    what: str
    label: str
    columns: str = ""
    count: int = 1

    @property
    def key(self) -> str:
        """Return the key of the paragraph."""
        return self.paragraph.key

    @property
    def words(self) -> Sequence[WordAt]:
        """Return the words of the paragraph."""
        return self.paragraph.words

    @property
    def chosen(self) -> str:
        """Return the chosen words as the paragraph has them."""
        return self.paragraph.counted[self.start : self.end]

    def as_typed(self, form: MultiDict[str, str]) -> WordChoice:
        """Return the choice with what the dialog sent."""
        return replace(
            self,
            what=form.get("apa", self.what),
            label=form.get("label", "")[:LONGEST_LABEL],
            columns=form.get("kolom", ""),
            count=form.get("banyak", 1, type=int),
        )


def choice_at(
    paragraphs: Sequence[Paragraph], key: str, start: int | None = None, end: int | None = None
) -> WordChoice | None:
    """Return the words from `start` to `end` of a paragraph, all of it without them; None for no such paragraph."""
    paragraph = next((item for item in paragraphs if item.key == key), None)
    if paragraph is None:
        return None
    words = paragraph.words
    first = max((word.start for word in words if start is not None and word.start <= start), default=words[0].start)
    last = min((word.end for word in words if end is not None and word.end >= end), default=words[-1].end)
    last = max(last, next(word.end for word in words if word.start == first))
    return WordChoice(
        paragraph, first, last, FIELD + type_of_words(paragraph.counted[first:last]), _label(paragraph, first)
    )


def choice_of(suggestion: Suggestion, paragraphs: Sequence[Paragraph]) -> WordChoice | None:
    """Return what a proposal says as the dialog's choice."""
    place = suggestion.place
    choice = choice_at(paragraphs, f"{place.part}:{place.paragraph}", place.start, place.end)
    if choice is None:
        return None
    what = FIELD + suggestion.type if suggestion.is_field else TAG + suggestion.name
    columns = "; ".join(label_of_name(name) if name else "" for name in suggestion.columns)
    return replace(choice, what=what, label=suggestion.label, columns=columns, count=suggestion.count)


def suggested_mark(suggestion: Suggestion) -> Mark:
    """Return a proposal as it stands as what is to be marked."""
    field = None
    if suggestion.is_field:
        field = _field(suggestion.name, suggestion.label, suggestion.type, suggestion.words, suggestion.columns)
    return Mark(
        suggestion.place, suggestion.name, field, suggestion.marking, list(suggestion.columns), suggestion.count
    )


def read_mark(form: MultiDict[str, str], paragraphs: Sequence[Paragraph]) -> Mark:
    """Return what the dialog sent. Raises InvalidSubmission by the dialog's fields."""
    start, end = form.get("dari", type=int), form.get("sampai", type=int)
    choice = choice_at(paragraphs, form.get("alinea", ""), start, end)
    if choice is None or start is None or end is None or end <= start:
        raise InvalidSubmission([FieldError("dari", "Pilih kata pertama sampai kata terakhir dari kiri ke kanan.")])
    choice = choice.as_typed(form)
    place = choice.paragraph.place(choice.start, choice.end)
    if choice.what.startswith(TAG):
        name = choice.what.removeprefix(TAG)
        if not _is_given(name) and not _IN_WORDS.fullmatch(name):
            raise InvalidSubmission([FieldError("apa", "Pilih kata itu isian apa.")])
        return Mark(place, name)
    field_type: FieldType | None = next(
        (name for name in get_args(FieldType) if name == choice.what.removeprefix(FIELD)), None
    )
    label = " ".join(choice.label.split())
    name = name_of_label(label)
    if field_type is None:
        raise InvalidSubmission([FieldError("apa", "Pilih kata itu isian apa.")])
    if not name:
        raise InvalidSubmission([FieldError("label", say("Beri nama isian ini, misalnya Nama pegawai."))])
    if _is_given(name):  # what every letter fills by itself keeps its name
        name = f"isian_{name}"
    columns = _columns(choice.columns) if field_type == "table" else []
    if field_type == "table" and not any(columns):
        raise InvalidSubmission([FieldError("kolom", "Tulis nama kolomnya, misalnya: No; Nama; Jumlah.")])
    field = _field(name, label, field_type, choice.chosen, columns)
    count = min(max(choice.count, 1), MOST_ROWS)
    return Mark(place, name, field, _MARKINGS.get(field_type, "words"), columns, count)


def _field(name: str, label: str, field_type: FieldType, words: str, columns: Sequence[str]) -> SheetField:
    named = [column for column in columns if column and column != "no"]
    return SheetField(
        name=name,
        label=label or label_of_name(name),
        type=field_type,
        required=True,
        example=words[:LONGEST_WORDS],
        choices=[words[:LONGEST_WORDS]] if field_type == "choice" else [],
        columns=[Column(name=column, label=label_of_name(column), required=True) for column in named]
        if field_type == "table"
        else [],
    )


def _columns(text: str) -> list[str]:
    """Return the names of a row's cells as they are typed, with `;` between them; "" for a cell that stays."""
    return [name_of_column(label) for label in text.split(";")]


def name_of_column(label: str) -> str:
    """Return the name of a column by its heading; that of the row's number is `no`."""
    return "no" if label.strip().casefold().rstrip(".") in ("no", "nomor") else name_of_label(label)


def _is_given(name: str) -> bool:
    """Return whether every letter has this tag of itself."""
    return name.partition(".")[0] in given_names()


def _label(paragraph: Paragraph, start: int) -> str:
    """Return what the words before the chosen ones call them: `Nama : …` is "Nama"; "" where none do."""
    if start == paragraph.words[0].start:
        return paragraph.heading
    before = _CALLED.search(paragraph.counted[:start])
    return before[1] if before else ""
