"""Decide whether a certificate names an official: by his NIK or mail address, or else by his name."""

from __future__ import annotations

import re
import unicodedata

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


def plain_name(name: str) -> str:
    """Return a name without degrees and titles, case and punctuation: `Dr. H. Siti Aminah, S.Kom.` is `siti aminah`.

    Degrees stand behind the first comma, or hold a full stop between letters; a name that has nothing else stays whole.
    """
    whole = unicodedata.normalize("NFKD", name.partition(",")[0])
    parts = [part for part in whole.split() if not re.search(r"\w\.\w", part)]
    words = [word for part in parts if (word := _letters(part))]
    while len(words) > 1 and words[0] in _TITLES:
        words.pop(0)
    return " ".join(words) or _letters(name)


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _niks(text: str) -> list[str]:
    """Return the numbers of 16 digits in a text, as `IDCID-3671…` and `NIK: 3671 …` have them."""
    return [
        digits for digits in re.findall(r"\d+", re.sub(r"(?<=\d)[ .-](?=\d)", "", text)) if len(digits) == NIK_DIGITS
    ]
