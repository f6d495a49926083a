"""Find out which letters of a PDF are which letters of the Word file that was printed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from docgen.render.pdf.text_search import PageLetters, fold
from docgen.render.word.tags.tag_text import find_tags
from docgen.render.word.tags.tagged_parts import CORE
from docgen.tagging.word_text import PartText

SHORT = 4  # letters: fewer stand everywhere, so they are looked for only where they should be
NEAR = 60  # letters of the PDF in which a short text is looked for
ANCHOR = 12  # letters that are enough to know a paragraph which stands once in the PDF
_WORD = re.compile(r"\S+")
_ON_EACH_PAGE = ("kepala halaman", "kaki halaman")


@dataclass(frozen=True)
class Letter:
    """One letter of the Word file: character `at` of the text of paragraph `paragraph` of a part."""

    part: str
    paragraph: int
    at: int


@dataclass
class Alignment:
    """Which letter of the Word file each letter of the PDF is, None for what the file does not hold as text.

    `page_starts` are the numbers of the pages' first letters in the whole PDF, and of its end.
    """

    page_starts: Sequence[int]
    letters: list[Letter | None]
    positions: dict[tuple[str, int], dict[int, list[int]]] = field(default_factory=lambda: defaultdict(dict))


@dataclass(frozen=True)
class _Text:
    """The text of a paragraph, folded: `places` are the characters that its letters are."""

    part: str
    paragraph: int
    text: str
    letters: str
    places: Sequence[int]


def align(pages: Sequence[PageLetters], parts: Iterable[PartText]) -> Alignment:
    """Return which letters of the pages are which letters of the Word file.

    Paragraphs are looked for in the order of the body, the n-th of equal ones is the n-th on the pages; then notes,
    then headers and footers, which stand on each page. What is filled in where the file has a tag is no letter of it.
    """
    return _Aligner(pages).align(parts)


class _Aligner:
    def __init__(self, pages: Sequence[PageLetters]) -> None:
        self._printed = "".join(page.letters for page in pages)
        starts = [0]
        for page in pages:
            starts.append(starts[-1] + len(page.letters))
        self._alignment = Alignment(starts, [None] * len(self._printed))

    def align(self, parts: Iterable[PartText]) -> Alignment:
        """Align all parts."""
        parts = [part for part in parts if part.name != CORE]
        for part in parts:
            if part.label not in _ON_EACH_PAGE:
                self._place_in_order(_texts(part))
        for part in parts:
            if part.label in _ON_EACH_PAGE:
                self._place_on_each_page(_texts(part))
        return self._alignment

    def _place_in_order(self, texts: Sequence[_Text]) -> None:
        anchors = {index: at for index, text in enumerate(texts) if (at := self._only_position(text)) is not None}
        end = 0  # of the paragraph before
        for index, text in enumerate(texts):
            if index in anchors:
                self._claim(text, 0, len(text.letters), anchors[index])
                end = anchors[index] + len(text.letters)
                continue
            limit = next((at for later, at in anchors.items() if later > index and at >= end), len(self._printed))
            at = self._free_position(text.letters, end, limit)
            if at is None and len(text.letters) >= SHORT:
                at = self._free_position(text.letters, end, len(self._printed), 0)
            if at is not None:
                self._claim(text, 0, len(text.letters), at)
                end = at + len(text.letters)
            else:
                end = self._place_pieces(text, end, limit)

    def _only_position(self, text: _Text) -> int | None:
        if len(text.letters) < ANCHOR:
            return None
        at = self._printed.find(text.letters)
        return at if at >= 0 and self._printed.find(text.letters, at + 1) < 0 else None

    def _place_pieces(self, text: _Text, start: int, limit: int) -> int:
        """Place the words of a paragraph that is broken by a page's end, or filled in; return where they end."""
        tags = list(find_tags(text.text))
        words = []
        for match in _WORD.finditer(text.text):
            first, last = _span(text.places, match.start(), match.end())
            is_tag = any(tag.start < match.end() and match.start() < tag.end for tag in tags)
            words += [(first, last, is_tag)] if first < last else []
        index = 0
        while index < len(words):
            count, at = self._longest_run(text, words[index:], start, limit)
            if count:
                first, last = words[index][0], words[index + count - 1][1]
                self._claim(text, first, last, at)
                start = at + last - first
            index += count or 1
        return start

    def _longest_run(
        self, text: _Text, words: Sequence[tuple[int, int, bool]], start: int, limit: int
    ) -> tuple[int, int]:
        """Return how many of these words stand together from `start` on, and where.

        A word of a tag that was not filled in stands right behind the word before it.
        """
        first, end, is_tag = words[0]
        if is_tag:
            is_there = self._free_position(text.letters[first:end], start, start + end - first) is not None
            return (1, start) if is_there else (0, 0)
        least, best = 0, (0, 0)
        most = next((number for number, word in enumerate(words) if word[2]), len(words))
        while least < most:
            count = (least + most + 1) // 2
            at = self._free_position(text.letters[first : words[count - 1][1]], start, limit)
            if at is None:
                most = count - 1
            else:
                least, best = count, (count, at)
        return best

    def _free_position(self, letters: str, start: int, limit: int, fallback: int | None = None) -> int | None:
        """Return where letters stand that no other paragraph is; short ones only near the start.

        They are looked for from `start` to `limit`, and from `fallback` on if they are not there.
        """
        if not letters:
            return None
        end = min(limit, start + NEAR) if len(letters) < SHORT else limit
        at = self._printed.find(letters, start, end)
        while at >= 0:
            if not any(self._alignment.letters[at : at + len(letters)]):
                return at
            at = self._printed.find(letters, at + 1, end)
        return self._free_position(letters, fallback, limit) if fallback is not None else None

    def _place_on_each_page(self, texts: Sequence[_Text]) -> None:
        starts = self._alignment.page_starts
        for start, limit in pairwise(starts):
            for text in texts:
                if len(text.letters) >= SHORT:
                    at = self._free_position(text.letters, start, limit)
                    if at is not None:
                        self._claim(text, 0, len(text.letters), at)

    def _claim(self, text: _Text, first: int, last: int, at: int) -> None:
        """Note that letters `first` to `last` of a paragraph stand at `at`."""
        positions = self._alignment.positions[text.part, text.paragraph]
        for offset, place in enumerate(text.places[first:last]):
            self._alignment.letters[at + offset] = Letter(text.part, text.paragraph, place)
            positions.setdefault(place, []).append(at + offset)


def _texts(part: PartText) -> list[_Text]:
    texts = []
    for index in range(len(part.paragraphs)):
        if not part.is_copy(index):
            text = part.text(index)
            letters, places = fold(text)
            if letters:
                texts.append(_Text(part.name, index, text, letters, places))
    return texts


def _span(places: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """Return which letters of a folded text are the characters `start` to `end`."""
    first = next((number for number, place in enumerate(places) if place >= start), len(places))
    last = next((number for number, place in enumerate(places) if place >= end), len(places))
    return first, last
