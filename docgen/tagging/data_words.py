"""Find the words of one line of a letter that look like data: what stands behind a label, dates, amounts, gaps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docgen.tagging.labels import as_label
from docgen.tagging.words import DATE, MONEY, NIP, name_of_label, tokens, type_of_name, type_of_words

_PAIR = re.compile(r"^\s*(?:\d+[.)]|[a-z][.)])?\s*([A-Z][^:;{}\t\n\d]{1,40})[\t ]*:\s*(\S.*)$")
_PLACE_AND_DATE = re.compile(rf"^\s*([A-Z][A-Za-z .]{{2,30}}),\s+({DATE.pattern})\s*$")
_TO_WHOM = re.compile(r"\bYth\.?\s*:?\s+(?!Bapak/Ibu|Saudara\b)(\S.{2,})$")
_GAP = re.compile(r"\.{4,}|…+\.*|_{4,}|\[[^\[\]{}]{2,40}\]|«[^«»{}]{2,40}»|<<[^<>{}]{2,40}>>")
_SPELLED = re.compile(r"\s*\(([^()]*\brupiah)\)", re.IGNORECASE)
_NAMED_DATE = re.compile(r"(\w+)\s+(?:pada\s+)?(?:hari\s+\w+,?\s+)?(?:tanggal|tgl\.?)?\s*$", re.IGNORECASE)
_AMOUNTS = re.compile(r"\b(?:biaya|anggaran|nilai|harga|honorarium|honor|pagu|dana|uang|denda)\b", re.IGNORECASE)
_LAW = re.compile(r"^\W*(?:\w\.\s*|\d+\.\s*)?(?:Undang|Peraturan|Keputusan|Instruksi|Permendagri|Perda)\b")
_NO_NAMES = {*("pada", "di", "hari", "sejak", "dari", "dengan", "dan", "tanggal", "ke", "tahun", "yang", "nomor")}
_SHORTENED = re.compile(r"\b(?:[A-Za-z]{1,5}\.){2,}$")
_NEAR = 60  # characters before a date or an amount that may name it
_SIGNS = " \t\n.,;\u00a0"


@dataclass(frozen=True)
class DataWords:
    """Characters `start` to `end` of a text that look like data, the name and label of a field for them, its type.

    `is_field` is False for what docgen prints by itself.
    """

    start: int
    end: int
    name: str
    label: str
    type: str = "text"
    is_field: bool = True


def line_data(text: str, start: int = 0) -> list[DataWords]:
    """Return the data of one line of a letter, which begins at `start` of a longer text."""
    pair = pair_data(text)
    whole = [pair] if pair else [*_place_and_date(text), *_to_whom(text)]
    data = whole or [*prose_data(text)]
    return [_moved(words, start) for words in data]


def pair_data(text: str) -> DataWords | None:
    """Return what stands behind a label and a colon; None for a line that has none."""
    match = _PAIR.match(text)
    label = as_label(match[1]) if match else ""
    if not match or not label:
        return None
    start = match.start(2)
    whom = _TO_WHOM.match(match[2])
    if whom:
        start += whom.start(1)
    return value_data(label, without_end(text[start:]), start)


def value_data(label: str, value: str, start: int) -> DataWords | None:
    """Return a value that is known by its label, and begins at `start`; None where no name can be made of the label."""
    name = name_of_label(label)
    if not name or not value:
        return None
    return DataWords(start, start + len(value), name, label, _type(name, value))


def prose_data(text: str) -> Iterator[DataWords]:
    """Yield dates, amounts with their words, NIPs and gaps of a sentence."""
    if not _LAW.match(text):
        for match in DATE.finditer(text):
            named = _NAMED_DATE.search(text[max(0, match.start() - _NEAR) : match.start()])
            word = named[1].lower() if named else ""
            name = f"tanggal_{word}" if word.isalpha() and word not in _NO_NAMES else "tanggal_kegiatan"
            yield DataWords(*match.span(), name_of_label(name), "", "date")
    for match in MONEY.finditer(text):
        words = _AMOUNTS.findall(text[max(0, match.start() - _NEAR) : match.start()])
        name = words[-1].lower() if words else "nilai"
        yield DataWords(*match.span(), name, "", "money")
        spelled = _SPELLED.match(text, match.end())
        if spelled:
            yield DataWords(*spelled.span(1), f"{name}_terbilang", "", is_field=False)
    for match in NIP.finditer(text):
        yield DataWords(*match.span(), "nip", "NIP")
    for match in _GAP.finditer(text):
        inside = re.sub(r"[^\w ]", "", match[0]).strip(" _")
        before = re.findall(r"[A-Za-z]+", text[max(0, match.start() - _NEAR) : match.start()])
        name = name_of_label(inside or " ".join(before[-2:]))
        if name:
            yield DataWords(*match.span(), name, as_label(inside), _type(name, ""))


def _place_and_date(text: str) -> Iterator[DataWords]:
    match = _PLACE_AND_DATE.match(text)
    if match:
        yield DataWords(*match.span(1), "kantor.tempat", "", is_field=False)
        yield DataWords(*match.span(2), "tanggal", "", is_field=False)


def _to_whom(text: str) -> Iterator[DataWords]:
    match = _TO_WHOM.search(text)
    if match:
        end = match.start(1) + len(without_end(match[1]))
        yield DataWords(match.start(1), end, "kepada", "Yth.")


def _type(name: str, value: str) -> str:
    """Return the type of a value by its name and its words; a number is one only if the name says so, too."""
    by_name = type_of_name(name)
    if not value or _GAP.fullmatch(value.strip()):  # a gap, which says nothing of its type
        return by_name
    by_words = type_of_words(value)
    if "nip" in tokens(name) or (by_words == "integer" and by_name != "integer"):
        return "text"
    return by_words


def without_end(text: str) -> str:
    """Return a value without the signs that end a sentence; the full stop of a degree (S.Kom.) is its own."""
    value = text.rstrip(_SIGNS)
    return f"{value}." if text.startswith(f"{value}.") and _SHORTENED.search(f"{value}.") else value


def _moved(words: DataWords, start: int) -> DataWords:
    return DataWords(start + words.start, start + words.end, words.name, words.label, words.type, words.is_field)
