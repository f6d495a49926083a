"""Decide how wide the columns of a table are, from what must stand on one line in them. Lengths are in twips."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from reportlab.pdfbase import pdfmetrics

AMOUNT = re.compile(r"(?:\(?-?Rp\.?[ \u00a0]?)?-?[0-9]{1,3}(?:\.[0-9]{3}){2,}(?:,(?:[0-9]{1,2}|-))?[).,;:]?")
NARROW = 600  # a column that needs no more, such as "No.", gets no more where there is room to spare
_NIP = re.compile(r"[0-9]{8} [0-9]{6} [0-9] [0-9]{3}")  # in groups, which stay together
# LibreOffice and Word break a line at spaces and after "-"; newer LibreOffices not between "-" and a digit. They do
# after "/", too, but only between words do we let them: a serial number or code is broken at "-" or not at all.
_SPACES = re.compile(r"[ \t\n\r\f\v]+")
_PIECE = re.compile(r"(?:[^-]|-(?=[0-9]))+-?|-")
_CODES = re.compile(r"[^-]+-*|-+")
_PARTS = re.compile(r"[^-./_+:,]+[-./_+:,]*|[-./_+:,]+")
_WORDS = re.compile(r"(?<=[^\W\d_]{3}/)(?=[^\W\d_]{3})")
_NARROWEST = 340  # that a column keeps whatever happens
_WORD_PART = 0.4  # a word longer than this part of the table is longer than any column: it may be broken
_LONGEST_LINE = 2  # text wishes for no more than this part of the table
# Fonts as wide as Arial; others for letters are no wider by a tenth.
_ARIAL = ("Arial", "Liberation Sans", "Helvetica")
_WIDER = 1.12
_UNKNOWN = 1000  # thousandths of the size: a sign of another script


@dataclass(frozen=True)
class TextStyle:
    """Font size in half points, bold, font, and the style it is based on."""

    size: int | None
    bold: bool
    font: str
    base: str


class Need(NamedTuple):
    """What one paragraph needs in the columns `first` to `last` (excluded): `sides` are margins and indents, `whole`
    is its longest word, `word` its longest unbreakable piece, `code` the same if it may break at each "-", `part` that
    piece in two lines, `amount` its longest amount of money, `line` all of it on one line.
    """

    first: int
    last: int
    sides: int
    whole: int
    word: int
    code: int
    part: int
    amount: int
    line: int


class Widths(NamedTuple):
    """The widths of the columns, by what factor their text must be smaller, and whether some words must be broken."""

    columns: Sequence[int]
    scale: float
    broken: bool


def column_widths(needs: Sequence[Need], count: int, room: int, scales: Sequence[float]) -> Widths:
    """Return the widths of `count` columns that fill `room`, with no word or amount broken if that can be.

    `scales` are the factors by which text may get smaller, largest first. A word longer than two fifths of the table
    may be broken. Words with a "-" stay whole where there is room for them in full size, and no text gets smaller for
    a "-" before a digit; at the smallest, what does not fit is broken at its signs, at last anywhere; amounts never.
    """
    needs = _most_of_each(needs)
    for tried, scale, longest, is_parted in _tries(needs, count, room, scales):
        least = _least(tried, count, scale, longest)
        if sum(least) <= room:
            is_broken = is_parted or any(need.word * scale > longest for need in needs)
            return Widths(_shared(needs, least, room, scale), scale, is_broken)
    fitted = [width * room // sum(least) for width in least]  # amounts alone are too wide
    fitted[-1] += room - sum(fitted)
    return Widths(fitted, scale * room / sum(least), True)


def _tries(
    needs: Sequence[Need], count: int, room: int, scales: Sequence[float]
) -> Iterator[tuple[Sequence[Need], float, int, bool]]:
    """Yield what may be given up, in turn: the needs then, by what factor the text is smaller, up to which length words
    stay whole, and whether they are parted at their signs.
    """
    longest = int(room * _WORD_PART)
    yield [need._replace(word=need.whole) for need in needs], scales[0], longest, False
    coded = [need._replace(word=need.code) for need in needs]
    for scale in scales:
        yield needs, scale, longest, False
        yield coded, scale, longest, True
    parted = [need._replace(word=need.part) for need in needs]
    yield parted, scales[-1], longest, True
    yield parted, scales[-1], _longest_word(parted, count, room, scales[-1]), True


def _most_of_each(needs: Sequence[Need]) -> list[Need]:
    """Return the same needs, with those within one column that have equal sides as one: its width asks for no more."""
    by_column: dict[tuple[int, ...], Need] = {}
    wider: list[Need] = []
    for need in needs:
        if need.last - need.first > 1:
            wider.append(need)
        else:
            column = need.first, need.last, need.sides
            by_column[column] = Need(*map(max, by_column.get(column, need), need))
    return [*by_column.values(), *wider]


def _longest_word(needs: Sequence[Need], count: int, room: int, scale: float) -> int:
    """Return up to which length words can be whole."""
    low, high = 0, room
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if sum(_least(needs, count, scale, middle)) <= room else (low, middle)
    return low


def closest_widths(old: Sequence[int], needs: Sequence[Need], scales: Sequence[float]) -> Widths:
    """Return widths that fill the same room as the `old` ones and are as close to them as amounts let them be.

    First columns give what their words leave, then amounts get smaller, at last words may break.
    """
    room = sum(old)
    for scale, words in [*((scale, True) for scale in scales), (scales[-1], False)]:
        least = [_NARROWEST] * len(old)
        for need in sorted(needs, key=lambda need: need.last - need.first):
            word = min(need.sides + need.word, sum(old[need.first : need.last])) if words else 0
            amount = need.sides + round(need.amount * scale) if need.amount else 0
            _raise(least, need, max(word, amount))
        if sum(least) <= room:
            return Widths(_above(old, least), scale, not words)
    fitted = [width * room // sum(least) for width in least]
    fitted[fitted.index(max(fitted))] += room - sum(fitted)
    return Widths(fitted, scales[-1] * room / sum(least), True)


def pieces(text: str) -> list[str]:
    """Return the pieces of a text that no line end parts: words, numbers, codes up to a "-" that no digit follows."""
    return [part for word in words(text) for piece in _PIECE.findall(word) for part in _WORDS.split(piece)]


def codes(text: str) -> list[str]:
    """Return the pieces of a text, parted behind each "-" as well."""
    return [part for piece in pieces(text) for part in ([piece] if AMOUNT.search(piece) else _CODES.findall(piece))]


def parts(text: str) -> list[str]:
    """Return the pieces of a text, parted behind the signs in them as well: "12.10.", "2024." """
    return [part for piece in pieces(text) for part in (_PARTS.findall(piece) if not AMOUNT.search(piece) else [piece])]


def words(text: str) -> list[str]:
    """Return the words of a text; a NIP in groups is one."""
    if _NIP.search(text):
        text = _NIP.sub(lambda nip: nip[0].replace(" ", "\u00a0"), text)
    return _SPACES.split(text)


def text_width(text: str, style: TextStyle) -> int:
    """Return the width of a text in one line."""
    wider = 1.0 if style.font in _ARIAL else _WIDER
    thousandths = sum(map(_glyph_widths(bold=style.bold).__getitem__, text))
    return int(thousandths * (style.size or 24) / 100 * wider) + 1


class _GlyphWidths(dict[str, int]):
    """The widths of signs in thousandths of the size."""

    def __missing__(self, sign: str) -> int:
        return _UNKNOWN


@lru_cache(maxsize=2)
def _glyph_widths(*, bold: bool) -> _GlyphWidths:
    """Return the widths of Helvetica, which are those of Arial and Liberation Sans."""
    widths = pdfmetrics.getFont("Helvetica-Bold" if bold else "Helvetica").widths
    signs = {bytes([code]).decode("cp1252", "replace"): width for code, width in enumerate(widths) if width}
    return _GlyphWidths({**signs, "\u2011": signs["-"], "\u00a0": signs[" "], "\u200b": 0})


def _least(needs: Sequence[Need], count: int, scale: float, longest: int) -> list[int]:
    """Return what each column must have: words up to `longest` and amounts of any length stay whole."""
    least = [_NARROWEST] * count
    for need in sorted(needs, key=lambda need: need.last - need.first):
        word = min(round(need.word * scale), longest)
        _raise(least, need, need.sides + max(word, round(need.amount * scale)))
    return least


def _raise(least: list[int], need: Need, wanted: int) -> None:
    """Widen the columns of a need together to `wanted`."""
    lacking = wanted - sum(least[need.first : need.last])
    if lacking > 0:
        share = -(-lacking // (need.last - need.first))
        for at in range(need.first, need.last):
            least[at] += share


def _shared(needs: Sequence[Need], least: Sequence[int], room: int, scale: float) -> list[int]:
    """Return widths that fill the room: in each column the longest text takes about as many lines."""
    wished = list(least)
    for need in needs:
        if need.last - need.first == 1:
            line = min(need.sides + round(need.line * scale), room // _LONGEST_LINE)
            wished[need.first] = max(wished[need.first], line)
    if sum(wished) <= room:
        return _filled(wished, room)
    fixed: set[int] = set()
    while len(fixed) < len(least):
        free = [at for at in range(len(least)) if at not in fixed]
        left = room - sum(least[at] for at in fixed)
        part = left / sum(wished[at] for at in free)
        narrow = [at for at in free if wished[at] * part < least[at]]
        if not narrow:
            break
        fixed.update(narrow)
    widths = [least[at] if at in fixed else int(wished[at] * part) for at in range(len(least))]
    widths[max(free, key=lambda at: widths[at])] += room - sum(widths)
    return widths


def _filled(wished: Sequence[int], room: int) -> list[int]:
    """Return the widths and what is left over, given to all columns but the narrow ones."""
    taking = [at for at, width in enumerate(wished) if width > NARROW] or list(range(len(wished)))
    total, spare = sum(wished[at] for at in taking), room - sum(wished)
    widths = [width + (spare * width // total if at in taking else 0) for at, width in enumerate(wished)]
    widths[taking[-1]] += room - sum(widths)
    return widths


def _above(old: Sequence[int], least: Sequence[int]) -> list[int]:
    """Return widths no less than the least ones, and otherwise as close to the old ones as possible."""
    lacking = sum(max(0, floor - width) for width, floor in zip(old, least, strict=True))
    spare = sum(max(0, width - floor) for width, floor in zip(old, least, strict=True))
    part = lacking / spare if spare else 0
    new = [
        floor if floor > width else width - int((width - floor) * part) for width, floor in zip(old, least, strict=True)
    ]
    new[new.index(max(new))] += sum(old) - sum(new)
    return new
