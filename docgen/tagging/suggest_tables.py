"""Find tables whose rows are data: a heading, and rows below it that look alike; and tables of labels with values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docgen.render.word.package import W
from docgen.render.word.tags.tag_text import find_tags
from docgen.tagging.data_words import value_data, without_end
from docgen.tagging.labels import as_label
from docgen.tagging.model import Suggestion
from docgen.tagging.word_text import TBL, TC, TR, P, PartText, text_of
from docgen.tagging.words import label_of_name, name_of_label
from docgen.template_lint.finding import Place

_NUMBER_COLUMN = re.compile(r"(?:no|nomor|urut|no\s*urut)\.?", re.IGNORECASE)
_SUMMED = re.compile(r"^\s*(?:jumlah|total|sub\s*total)\b", re.IGNORECASE)


def table_data(part: PartText) -> Iterator[Suggestion]:
    """Yield the rows of tables that are data, and the values of tables of labels."""
    numbers = {paragraph: index for index, paragraph in enumerate(part.paragraphs)}
    for table in part.root.iter(TBL):
        rows = [row.findall(TC) for row in table.findall(TR)]
        texts = [[_text(cell) for cell in row] for row in rows]
        if (
            any(next(find_tags(text), None) for row in texts for text in row)
            or next(table.iter(f"{W}vMerge"), None) is not None
        ):
            yield from _pairs(part, rows, texts, numbers)
        elif _has_heading(texts):
            yield _rows(part, rows, texts, numbers)
        else:
            yield from _pairs(part, rows, texts, numbers)


def _has_heading(texts: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row names the columns of those below."""
    if len(texts) < 2 or len(texts[0]) < 2 or len(texts[1]) != len(texts[0]) or not any(texts[1]):
        return False
    heading = texts[0]
    if any(":" in text or not (as_label(text) or _NUMBER_COLUMN.fullmatch(text)) for text in heading):
        return False
    return _NUMBER_COLUMN.fullmatch(heading[0]) is not None or len(heading) > 2


def _rows(
    part: PartText, rows: Sequence[Any], texts: Sequence[Sequence[str]], numbers: Mapping[Any, int]
) -> Suggestion:
    """Return the rows below the heading, up to one that sums them."""
    heading = texts[0]
    columns = ["no" if _NUMBER_COLUMN.fullmatch(text) else name_of_label(text) for text in heading]
    columns = [name if columns.index(name) == index else "" for index, name in enumerate(columns)]
    count = 0
    for row in texts[1:]:
        if len(row) != len(heading) or any(map(_SUMMED.match, row)):
            break
        count += 1
    first = next(iter(rows[1][0].iter(P)))
    index = numbers[first]
    place = Place(part.name, index, 0, len(part.text(index)))
    words = "\n".join("\t".join(row) for row in texts[1 : count + 1])
    name = "daftar_nama" if "nama" in columns else "rincian"
    return Suggestion(place, words, name, label_of_name(name), "table", "rows", columns, max(count, 1))


def _pairs(
    part: PartText, rows: Sequence[Any], texts: Sequence[Sequence[str]], numbers: Mapping[Any, int]
) -> Iterator[Suggestion]:
    """Yield the values of rows like "Nama | : | Siti" and "Nama | : Siti"."""
    for cells, row in zip(rows, texts, strict=True):
        filled = [index for index, text in enumerate(row) if text.strip(" :")]
        if len(filled) < 2 or not any(text.strip().startswith(":") for text in row):
            continue
        label, value = as_label(row[filled[0]]), filled[-1]
        paragraphs = [paragraph for paragraph in cells[value].findall(P) if text_of(paragraph).strip(" :")]
        if not label or len(filled) > 2 or len(paragraphs) != 1 or next(find_tags(row[value]), None):
            continue
        text = text_of(paragraphs[0])
        start = len(text) - len(text.lstrip(" :\u00a0"))
        data = value_data(label, without_end(text[start:]), start)
        if data:
            words = text[data.start : data.end]
            place = Place(part.name, numbers[paragraphs[0]], data.start, data.end)
            is_own = data.name == "nomor"
            yield Suggestion(place, words, data.name, label, data.type, is_field=not is_own)  # type: ignore[arg-type]


def _text(cell: Any) -> str:
    return " ".join(filter(None, (text_of(paragraph).strip() for paragraph in cell.iter(P))))
