"""What is found in a Word file that is to become a template: its tags, and words that look like data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from docgen.template_lint.finding import Place

if TYPE_CHECKING:  # children that only find and mark need no forms
    from docgen.forms.field_sheet import FieldType

# A value is printed; a test only decides; a part is shared with other templates (`{%p bagian kop %}`); a control is a
# content control of Word that bears a name and holds no tag.
TagKind = Literal["value", "loop", "test", "set", "part", "end", "comment", "control", "broken"]
# What is to be marked: words, a row of a table that is repeated, or paragraphs that are repeated.
Marking = Literal["words", "rows", "paragraphs"]


@dataclass(frozen=True)
class TemplateTag:
    """One tag of a template: `text` with its braces stands at `place`.

    `name` is the first name of its expression and `path` the whole dotted one (`penandatangan`, `penandatangan.nama`);
    within a loop, `path` goes on from the list (`rincian.uraian`) and `loop` is the list's path. `names` are all dotted
    names of the expression, `filters` its filters. `conditions` are the paths that the `if`s around it ask for.
    """

    kind: TagKind
    name: str
    path: str
    text: str
    place: Place
    names: Sequence[str] = ()
    filters: Sequence[str] = ()
    loop: str = ""
    conditions: Sequence[str] = ()
    choices: Sequence[str] = ()  # texts that a test compares its name with
    replaces: str = ""  # p, tr or tc if it stands for a whole paragraph, row or cell


@dataclass(frozen=True)
class Suggestion:
    """Words that look like data: what they would be called, and of which type they are.

    For `marking` "rows", `columns` are the names of the row's cells and `count` the rows that look alike; for
    "paragraphs", `count` paragraphs from `place` on. `is_field` is False for what docgen prints by itself: `nomor`,
    `penandatangan.nama`, an amount in words.
    """

    place: Place
    words: str
    name: str
    label: str
    type: FieldType
    marking: Marking = "words"
    columns: Sequence[str] = ()
    count: int = 1
    is_field: bool = True


@dataclass(frozen=True)
class WordAt:
    """A word of a paragraph: characters `start` to `end` of its text, as a place counts them."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with its words that stand in no tag; `label` is what people call the part it stands in.

    `counted` is its text as places count it, `text` the same with tabs and line ends as spaces, for people.
    `heading` are the words beside it that say what it is, as those of the cell before.
    """

    part: str
    label: str
    index: int
    text: str
    counted: str
    heading: str
    words: Sequence[WordAt]

    @property
    def key(self) -> str:
        """Return what tells it from the other paragraphs of its file."""
        return f"{self.part}:{self.index}"

    def place(self, start: int, end: int) -> Place:
        """Return the place of the characters `start` to `end`."""
        return Place(self.part, self.index, start, end)
