"""What a search found, shown: the words it was found by, marked in title and number, and a passage of the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from storage.catalogue.fulltext import fold

BEFORE, AFTER = 8, 16  # words of the letter shown around the first one that was searched for
_WORD = re.compile(r"[^\W_]+")


class Sought:
    """The words of a search as the index finds them: `000.1.9.1/7` is five parts that follow each other.

    All are whole, but for the last one, which may still be typed.
    """

    def __init__(self, search: str) -> None:
        typed = search.split()
        self._phrases = [parts for parts in (fold(word).split() for word in typed) if parts]
        self._is_open = bool(typed) and typed[-1][-1] not in "/.,;:)\"'%"

    def places(self, words: Sequence[str]) -> dict[int, int]:
        """Return where in folded words what is searched for begins, and how many words it has there."""
        return {
            place: len(phrase)
            for number, phrase in enumerate(self._phrases)
            for place in self._places_of(number, phrase, words)
        }

    def is_all_in(self, text: str) -> bool:
        """Return whether a text holds everything that is searched for."""
        words = fold(text).split()
        return all([*self._places_of(number, phrase, words)] for number, phrase in enumerate(self._phrases))

    def _places_of(self, number: int, phrase: list[str], words: Sequence[str]) -> Iterator[int]:
        is_open = self._is_open and number == len(self._phrases) - 1
        *whole, last = phrase
        for place in range(len(words) - len(whole)):
            end = place + len(whole)
            is_end = words[end] == last or (is_open and words[end].startswith(last))
            if is_end and list(words[place:end]) == whole:
                yield place


def mark(text: str, sought: Sought, *, breakable: bool = False) -> Markup:
    """Return a text with what is searched for marked; a `breakable` number may go on in the next line after a slash."""
    matches = list(_WORD.finditer(text))
    folded = [fold(match[0]) for match in matches]
    parts, end = [], 0
    for place, length in sorted(sought.places(folded).items()):
        first, last = matches[place].start(), matches[place + length - 1].end()
        if first < end:
            continue
        parts += [
            _plain(text[end:first], breakable),
            Markup("<mark>{}</mark>").format(_plain(text[first:last], breakable)),
        ]
        end = last
    return Markup().join([*parts, _plain(text[end:], breakable)])


def passage(texts: Sequence[str], sought: Sought) -> Markup | None:
    """Return the part around what is searched for of the first of these folded texts that holds it; None of none."""
    for text in texts:
        words = text.split()
        places = sought.places(words)
        if places:
            # Where most of what is searched for stands together.
            best = max(
                places, key=lambda place: (len({words[near] for near in places if 0 <= near - place < AFTER}), -place)
            )
            start, end = max(0, best - BEFORE), best + AFTER
            shown = mark(" ".join(words[start:end]), sought)
            return Markup("{}{}{}").format("… " if start else "", shown, " …" if end < len(words) else "")
    return None


def _plain(text: str, breakable: bool) -> Markup:
    return Markup("/<wbr>").join(text.split("/")) if breakable else escape(text)
