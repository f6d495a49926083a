"""Read the number and date that another system printed on a letter, by what stood around its placeholders.

White space does not count, because lines break elsewhere once the number stands there.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from babel.dates import get_month_names

from docgen.render.srikandi.placeholders import DATE, NUMBER, SIGNATURE
from storage.catalogue.numbering.foreign_numbers import key_of

MOST_SIGNS = 24  # that are compared before and behind a place
LEAST_SIGNS = 3
LONGEST_NUMBER = 300
LONGEST_DATE = 40
_LEFT = (NUMBER, DATE, SIGNATURE)
_NAMES = {name.casefold(): number for number, name in get_month_names("wide", locale="id_ID").items()}
_SHORT_NAMES = {name.casefold(): number for number, name in get_month_names("abbreviated", locale="id_ID").items()}
_MONTHS = {**_SHORT_NAMES, **_NAMES, "pebruari": 2, "nopember": 11}
_WRITTEN = re.compile(rf"(\d{{1,2}})({'|'.join(sorted(_MONTHS, key=len, reverse=True))})(\d{{4}})", re.IGNORECASE)
_FIGURES = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


@dataclass(frozen=True)
class PrintedNumber:
    """The number and date that stand on a letter; "" and None where none, or more than one, can be read."""

    number: str = ""
    date: dt.date | None = None

    @property
    def is_complete(self) -> bool:
        """Return whether both were read."""
        return bool(self.number) and self.date is not None


def read_number(twin: Sequence[str], letter: Sequence[str]) -> PrintedNumber:
    """Return the number and date in the text of a letter's pages, by the text of the pages it was filled from."""
    template, text = _squeezed("".join(twin))[0], _Text.of("".join(letter))
    texts = _read_all(template, text, NUMBER, LONGEST_NUMBER)
    numbers = {key_of(number): number for number in texts if _is_number(number)}
    dates = {parse_date(day) for day in _read_all(template, text, DATE, LONGEST_DATE)}
    return PrintedNumber(
        number=next(iter(numbers.values())) if len(numbers) == 1 else "",
        date=next(iter(dates)) if len(dates) == 1 else None,
    )


def parse_date(text: str) -> dt.date | None:
    """Return a date as Indonesians write it, `3 Maret 2026` or `03-03-2026`, however it is spaced; None for no date."""
    squeezed = "".join(text.split()).casefold()
    written, figures = _WRITTEN.fullmatch(squeezed), _FIGURES.fullmatch(squeezed)
    if written:
        day, month, year = int(written[1]), _MONTHS[written[2].casefold()], int(written[3])
    elif figures:
        day, month, year = (int(part) for part in figures.groups())
    else:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True)
class _Text:
    """A text without white space, with the place of each of its signs in the text as it was."""

    squeezed: str
    places: Sequence[int]
    full: str

    @classmethod
    def of(cls, text: str) -> _Text:
        full = unicodedata.normalize("NFKC", text)
        return cls(*_squeezed(full), full)

    def between(self, start: int, end: int) -> str:
        """Return what stands there, in one line: a line that breaks at a sign of punctuation is no space."""
        part = self.full[self.places[start] : self.places[end - 1] + 1]
        part = re.sub(r"(?<=[/.\-])\s*\n\s*|\s*\n\s*(?=[/.\-])", "", part.replace("\r", "\n"))
        return " ".join(part.split())


def _squeezed(text: str) -> tuple[str, list[int]]:
    text = unicodedata.normalize("NFKC", text)
    places = [place for place, sign in enumerate(text) if not sign.isspace() and sign.isprintable()]
    return "".join(text[place] for place in places), places


def _read_all(template: str, text: _Text, placeholder: str, longest: int) -> Iterator[str]:
    """Yield what stands in the text at each place of a placeholder, as far as it can be told."""
    start = template.find(placeholder)
    while start >= 0:
        end = start + len(placeholder)
        yield from _read(_behind(template[:start]), _before(template[end:]), text, longest)
        start = template.find(placeholder, end)


def _behind(text: str) -> str:
    """Return what stands directly before a place, as far as the place before it."""
    return re.split("|".join(map(re.escape, _LEFT)), text)[-1][-MOST_SIGNS:]


def _before(text: str) -> str:
    return re.split("|".join(map(re.escape, _LEFT)), text)[0][:MOST_SIGNS]


def _read(before: str, after: str, text: _Text, longest: int) -> Iterator[str]:
    """Yield what stands between the two, by as many of their signs as the text has."""
    for count in range(MOST_SIGNS, LEAST_SIGNS - 1, -1):
        head, tail = before[-count:], after[:count]
        if len(head) < min(count, LEAST_SIGNS) or len(tail) < min(count, LEAST_SIGNS):
            return
        pattern = re.compile(rf"(?<={re.escape(head)})(?=(.{{1,{longest}}}?){re.escape(tail)})", re.DOTALL)
        texts = [text.between(match.start(1), match.end(1)) for match in pattern.finditer(text.squeezed)]
        if texts:
            yield from dict.fromkeys(texts)
            return


def _is_number(text: str) -> bool:
    return any(sign.isdigit() for sign in text) and "${" not in text and len(text) <= LONGEST_NUMBER
