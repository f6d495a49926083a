"""Clean rich text: from plain text or JSON blocks to what `docgen.forms.rich_text` describes. Idempotent.

Whatever is not among the known blocks is refused with its place, never dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from pydantic import ValidationError

from docgen.errors import MOST_ERRORS, FieldError
from docgen.forms.clean import Wrong, clean_paragraphs, count_of
from docgen.forms.field_sheet import MAX_ROWS, MAX_TEXT, SheetField
from docgen.forms.rich_text import (
    MAX_BLOCKS,
    MAX_CAPTION,
    MAX_CELL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_LEVEL,
    MAX_RUNS,
    Block,
    RichText,
    blocks_of,
    is_plain,
    text_of,
)
from docgen.list_numbers import NUMBERINGS
from docgen.messages import nearest
from storage.text import FORBIDDEN
from storage.text import clean_text as seen_text
from wording import say

_LOOKS = ("bold", "italic", "underline")
_BLANK_LINES = re.compile(r"[ \t]*\n\s*")
_KEYS = {
    "paragraph": ("type", "level", "runs"),
    "item": ("type", "level", "numbering", "continues", "runs"),
    "table": ("type", "header", "rows"),
    "image": ("type", "photo"),
    "photo": ("file", "caption"),
    "runs": ("text", *_LOOKS),
}


def clean_rich_text(field: SheetField, raw: object, path: str, errors: list[FieldError]) -> RichText:
    """Return rich text cleaned; add what is wrong to `errors`, at `path[n].runs[m].text`.

    Paragraphs without any look come back as plain text, with a blank line between two.
    """
    if raw is None:
        return ""
    if isinstance(raw, str) or (isinstance(raw, list) and all(isinstance(item, str) for item in raw)):
        try:
            return clean_paragraphs(field, raw)
        except Wrong as wrong:
            errors.append(FieldError(path, str(wrong)))
            return ""
    try:
        blocks = blocks_of(raw)
    except ValidationError as invalid:
        for problem in invalid.errors(include_url=False, include_context=True)[: MOST_ERRORS + 1]:
            place = _place(problem["loc"])
            errors.append(FieldError(path + place, _sentence(field, problem, path + place)))
        return ""
    return _cleaned(field, blocks, path, errors)


def _cleaned(field: SheetField, raw_blocks: Sequence[Block], path: str, errors: list[FieldError]) -> RichText:
    clean = _Cleaner(field, path, errors)
    blocks = [block for index, raw in enumerate(raw_blocks) if (block := clean.block(raw, f"{path}[{index}]"))]
    if not clean.fits():
        return ""
    if all(map(is_plain, blocks)):
        return "\n\n".join(text_of(block["runs"]) for block in blocks)
    return blocks


class _Cleaner:
    """Cleans the blocks of one text, and counts what is in it."""

    def __init__(self, field: SheetField, path: str, errors: list[FieldError]) -> None:
        self._field, self._path, self._errors = field, path, errors
        self._characters = self._in_cells = self._pictures = 0

    def block(self, raw: Block, place: str) -> Block | None:
        """Return a block cleaned; None where nothing is in it."""
        if raw["type"] == "table":
            return self._table(raw, place)
        if raw["type"] == "image":
            return self._image(raw, place)
        runs = self.runs(raw["runs"], f"{place}.runs")
        self._characters += len(text_of(runs)) + 2  # as plain text a blank line stands between two
        return {**raw, "runs": runs} if runs else None

    def runs(self, raw: Sequence[Mapping[str, Any]], place: str) -> list[dict[str, Any]]:
        """Return runs cleaned: no two of one look side by side, no space around the whole, no blank line within."""
        for index, run in enumerate(raw):
            match = FORBIDDEN.search(seen_text(run["text"]))
            if match:
                message = say(
                    "{label}: karakter dengan kode U+{code} tidak dapat dicetak. Hapus karakter itu atau ketik ulang.",
                    label=self._field.label,
                    code=f"{ord(match[0]):04X}",
                )
                self._errors.append(FieldError(f"{place}[{index}].text", message))
                return []
        runs = [dict(run) for run in raw]
        while (clean := _once(runs)) != runs:
            runs = clean
        return runs

    def fits(self) -> bool:
        """Return whether there is room for all of it; add what is too much to the errors."""
        limits = (
            (self._characters, self._field.max_length, say("karakter")),
            (self._in_cells, MAX_CELLS, say("karakter dalam tabel")),
            (self._pictures, self._field.most, say("gambar")),
        )
        too_much = [
            say(
                "{label} memuat {count} {what}, paling banyak {most}. Persingkat isian ini.",
                label=self._field.label,
                count=count_of(count),
                what=what,
                most=count_of(most),
            )
            for count, most, what in limits
            if count > most
        ]
        self._errors += [FieldError(self._path, message) for message in too_much]
        return not too_much

    def _table(self, raw: Block, place: str) -> Block | None:
        rows = [
            [self._cell(cell, f"{place}.rows[{at}][{column}]") for column, cell in enumerate(row)]
            for at, row in enumerate(raw["rows"])
        ]
        lengths = {len(row) for row in rows}
        if len(lengths) > 1:
            message = say("{label}: semua baris tabel harus sama banyak selnya.", label=self._field.label)
            self._errors.append(FieldError(f"{place}.rows", message))
        return {**raw, "rows": rows} if any(cell for row in rows for cell in row) else None

    def _cell(self, raw: Sequence[Mapping[str, Any]], place: str) -> list[dict[str, Any]]:
        runs = self.runs(raw, place)
        count = len(text_of(runs))
        self._in_cells += count
        if count > MAX_CELL:
            message = say(
                "{label}: sel tabel memuat {count} karakter, paling banyak {most}. Persingkat isinya.",
                label=self._field.label,
                count=count_of(count),
                most=count_of(MAX_CELL),
            )
            self._errors.append(FieldError(place, message))
        return runs

    def _image(self, raw: Block, place: str) -> Block:
        self._pictures += 1
        runs = self.runs([{"text": raw["photo"]["caption"]}], f"{place}.photo.caption")
        caption = " ".join(text_of(runs).split())
        if not caption:
            message = say(
                "{label}: gambar memerlukan keterangan. Tulis apa yang terlihat pada gambar.", label=self._field.label
            )
            self._errors.append(FieldError(f"{place}.photo.caption", message))
        return {**raw, "photo": {**raw["photo"], "caption": caption}}


def _once(runs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return runs joined, cleaned and trimmed once; that may bring others side by side."""
    joined: list[dict[str, Any]] = [
        {"text": _BLANK_LINES.sub("\n", seen_text("".join(run["text"] for run in group))), **dict.fromkeys(looks, True)}
        for looks, group in groupby(runs, key=lambda run: tuple(look for look in _LOOKS if run.get(look)))
    ]
    filled = [run for run in joined if run["text"]]
    if filled:
        filled[0]["text"] = filled[0]["text"].lstrip()
        filled[-1]["text"] = filled[-1]["text"].rstrip()
    return [run for run in filled if run["text"]]


def _place(location: Sequence[int | str]) -> str:
    """Return where in the blocks something is wrong: `[3].rows[0][1][0].text`; the union's tag is left out."""
    parts = [part for at, part in enumerate(location) if not (at == 1 and part in _KEYS)]
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part[:60]}" for part in parts)


def _sentence(field: SheetField, problem: Mapping[str, Any], place: str) -> str:
    """Return what is wrong with a value, and what may stand there."""
    sort, name = str(problem["type"]), str(problem["loc"][-1]) if problem["loc"] else ""
    if sort == "extra_forbidden":
        known = _known_keys(problem["loc"])
        return say("{place} tidak dikenal.{hint}", place=place, hint=nearest(name[:60], known))
    if sort == "missing":
        return say("{place} harus ada.", place=place)
    if sort.startswith("union_tag"):
        return say("{place}: 'type' harus salah satu dari paragraph, item, table, image.", place=place)
    return say(
        "{label}: {place} harus {wanted}.", label=field.label, place=place, wanted=_expected(sort, problem["loc"])
    )


def _known_keys(location: Sequence[int | str]) -> list[str]:
    """Return the names that may stand where an unknown one does."""
    names = [part for part in location[:-1] if isinstance(part, str)]
    if names[-1:] == ["rows"]:
        names.append("runs")
    return list(_KEYS.get(names[-1] if names else "", ()))


def _expected(sort: str, location: Sequence[int | str]) -> str:
    """Return what may stand at a place, for `harus …`."""
    names = [part for part in location if isinstance(part, str)]
    name = names[-1] if names else ""
    numbers = len(location) - 1 - max((at for at, part in enumerate(location) if isinstance(part, str)), default=-1)
    lists: dict[tuple[str, int], str] = {
        ("", 0): say("teks, atau daftar paling banyak {most} blok", most=count_of(MAX_BLOCKS)),
        ("rows", 0): say("daftar 1 sampai {most} baris", most=count_of(MAX_ROWS)),
        ("rows", 1): say("daftar 1 sampai {most} sel", most=MAX_COLUMNS),
        ("rows", 2): say("teks, atau daftar paling banyak {most} potongan teks", most=MAX_RUNS),
        ("runs", 0): say("teks, atau daftar paling banyak {most} potongan teks", most=MAX_RUNS),
        ("level", 0): say("bilangan dari 1 sampai {most}", most=MAX_LEVEL),
        ("numbering", 0): say("salah satu dari {known}", known=", ".join(NUMBERINGS)),
        ("file", 0): say("nama berkas seperti yang dijawab saat foto diunggah (64 huruf heksa dan .jpg)"),
        ("caption", 0): say("teks paling panjang {most} karakter", most=MAX_CAPTION),
        ("text", 0): say("teks paling panjang {most} karakter", most=count_of(MAX_TEXT)),
        ("photo", 0): say("'file' dan 'caption'"),
    }
    if sort == "bool_type":
        return say("true atau false")
    return lists.get((name, numbers), say("objek dengan 'type', atau potongan teks dengan 'text'"))
