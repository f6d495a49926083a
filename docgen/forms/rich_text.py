"""Rich text: a letter's body that is more than paragraphs, as data: paragraphs, items of lists, tables, pictures.

A value is plain text (paragraphs with a blank line between two) or a list of blocks; what plain text can say is always
kept as plain text. How blocks are printed: `docgen.render.word.rich`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, TypeAdapter, ValidationError

from docgen.forms.field_sheet import MAX_ROWS, MAX_TEXT, PHOTO_FILE
from docgen.list_numbers import Numbering, item_of, labels

MAX_BLOCKS = 1_000
MAX_LEVEL = 4
MAX_COLUMNS = 12
MAX_CELL = 2_000  # characters in a cell
MAX_CELLS = 400_000  # characters in all cells of a text
MAX_RUNS = 400  # runs in a paragraph, item or cell
MAX_CAPTION = 200  # characters

Block = dict[str, Any]  # as `Blocks` writes it: what has its default is left out
RichText = str | list[Block]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Run(_Part):
    """A piece of text of one look; a line end in it is one of the letter."""

    text: Annotated[str, Field(max_length=MAX_TEXT)]
    bold: bool = False
    italic: bool = False
    underline: bool = False


def _as_runs(value: Any) -> Any:
    """Return the runs of a text that is given as such."""
    return [{"text": value}] if isinstance(value, str) else value


Runs = Annotated[list[Run], BeforeValidator(_as_runs), Field(max_length=MAX_RUNS)]


class Paragraph(_Part):
    """A paragraph; one with a `level` belongs to the item of that level above it, and stands under its text."""

    type: Literal["paragraph"]
    level: Annotated[int, Field(ge=0, le=MAX_LEVEL)] = 0
    runs: Runs


class Item(_Part):
    """An item of a list. It counts on from the item before; with `continues` even where a text stands between."""

    type: Literal["item"]
    level: Annotated[int, Field(ge=1, le=MAX_LEVEL)] = 1
    numbering: Numbering = "1."
    continues: bool = False
    runs: Runs


class Table(_Part):
    """A table; with `header` its first row is the heading, which is repeated on each page."""

    type: Literal["table"]
    header: bool = True
    rows: Annotated[
        list[Annotated[list[Runs], Field(min_length=1, max_length=MAX_COLUMNS)]],
        Field(min_length=1, max_length=MAX_ROWS),
    ]


class Photo(_Part):
    """A stored picture (`file` as the upload answered it), and what it shows: printed below, and read out."""

    file: Annotated[str, Field(pattern=f"^{PHOTO_FILE.pattern}$")]
    caption: Annotated[str, Field(max_length=MAX_CAPTION)]


class Image(_Part):
    """A picture on a line of its own."""

    type: Literal["image"]
    photo: Photo


AnyBlock = Annotated[Paragraph | Item | Table | Image, Discriminator("type")]
Blocks: TypeAdapter[list[Paragraph | Item | Table | Image]] = TypeAdapter(
    Annotated[list[AnyBlock], Field(max_length=MAX_BLOCKS)]
)


def blocks_of(value: object) -> list[Block]:
    """Return the blocks of a JSON value, without what is as by default. Raises pydantic.ValidationError."""
    return [block.model_dump(exclude_defaults=True) for block in Blocks.validate_python(value)]


def text_of(runs: Sequence[Mapping[str, Any]]) -> str:
    """Return the text of runs without their looks."""
    return "".join(run["text"] for run in runs)


def is_plain(block: Block) -> bool:
    """Return whether a block is a paragraph that plain text can say."""
    return (
        block["type"] == "paragraph" and not block.get("level") and all(set(run) == {"text"} for run in block["runs"])
    )


def shown_text(value: Any) -> str:
    """Return rich text as people read it: items with their numbers, rows of tables with tabs, captions.

    What is no rich text, as a draft of another system may hold, is returned as a text.
    """
    try:
        blocks = blocks_of(value)
    except ValidationError:
        return "\n\n".join(map(str, value)) if isinstance(value, list) else str(value or "")
    texts: list[str] = []
    before = ""
    for block, label in zip(blocks, block_labels(blocks), strict=True):
        gap = "\n" if before == "item" == block["type"] else "\n\n" if texts else ""
        texts.append(gap + _block_text(block, label))
        before = block["type"]
    return "".join(texts)


def block_labels(blocks: Sequence[Block]) -> list[str]:
    """Return the number that each block is printed with; "" for what is no item."""
    return [number.label for number in labels(item_of(block) for block in blocks)]


def photo_paths(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the path within a clean value and the file name of each picture: `[3].photo.file`."""
    for index, block in enumerate(value if isinstance(value, list) else ()):
        if block["type"] == "image":
            yield f"[{index}].photo.file", block["photo"]["file"]


def _block_text(block: Block, label: str) -> str:
    if block["type"] == "table":
        return "\n".join("\t".join(text_of(cell).replace("\n", " ") for cell in row) for row in block["rows"])
    if block["type"] == "image":
        return str(block["photo"]["caption"])
    text = text_of(block["runs"])
    return f"{'   ' * (block.get('level', 1) - 1)}{label} {text}" if label else text
