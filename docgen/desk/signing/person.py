"""Decide whether a certificate names an official: by his NIK or mail address, or else by his name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from docgen.bsre import SigningIdentity
from docgen.signer import SignatureReport

NIK_DIGITS = 16
_TITLES = frozenset(
    ["dr", "drg", "drh", "drs", "dra", "ir", "prof", "apt", "ns", "h", "hj", "kh", "r", "ra", "rr", "rd"]
)


def is_person(report: SignatureReport, name: str, identity: SigningIdentity) -> bool:
    """Return whether the certificate of a signature names this person.

    A NIK in it decides, also against the name: people share names. Mail addresses decide only where they agree.
    """
    if identity.sort == "nik":
        numbers = {number for text in report.subject for number in _niks(text)}
        if numbers:
            return identity.value in numbers
    elif identity.value.casefold() in {text.strip().casefold() for text in report.subject}:
        return True
    return bool(plain_name(name)) and plain_name(report.signer) == plain_name(name)


def names_office(report: SignatureReport, office: str, people: Collection[str]) -> bool:
    """Return whether the certificate of a signature is the office's, and of none of its `people`.

    The office is its owner, or the organisation of an owner that is no person: who has a NIK, or one of these names.
    """
    if _letters(report.signer) == _letters(office):
        return True
    if _letters(report.organisation) != _letters(office) or any(_niks(text) for text in report.subject):
        return False
    return plain_name(report.signer) not in {plain_name(name) for name in people}


def plain_name(name: str) -> str:
    """Return a name without degrees and titles, case and punctuation: `Dr. H. Siti Aminah, S.Kom.` is `siti aminah`.

    Degrees stand behind the first comma, or hold a full stop between letters; a name that has nothing else stays whole.
    """
    words = map(_letters, _bare_words(unicodedata.normalize("NFKD", name)))
    return " ".join(words) or _letters(name)


def bare_name(name: str) -> str:
    """Return a name as it is written without degrees and titles: `Siti Aminah`; one that has nothing else as it is."""
    return " ".join(_bare_words(name)) or name


def _bare_words(name: str) -> list[str]:
    parts = [part for part in name.partition(",")[0].split() if not re.search(r"\w\.\w", part)]
    words = [part for part in parts if _letters(part)]
    while len(words) > 1 and _letters(words[0]) in _TITLES:
        words.pop(0)
    return words


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _niks(text: str) -> list[str]:
    """Return the numbers of 16 digits in a text, as `IDCID-3671…` and `NIK: 3671 …` have them."""
    return [
        digits for digits in re.findall(r"\d+", re.sub(r"(?<=\d)[ .-](?=\d)", "", text)) if len(digits) == NIK_DIGITS
    ]
