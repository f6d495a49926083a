"""The verification code of a letter: how it is made, and how it is read as somebody typed it from paper.

A code is 16 signs of an alphabet of 32, drawn by `secrets`: 80 random bits. At 30 tries a minute for a year, the chance
to hit one of a million documents is below 1 in 10^10.
"""

from __future__ import annotations

import secrets

from wording import say

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U to misread on paper
CODE_LENGTH = 16  # 80 random bits: cannot be guessed
PREVIEW = "PRATINJAU"  # the code of a letter that is not issued
_MISREAD = str.maketrans("ILO", "110")


def make_code() -> str:
    """Return a new random code."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def normalise(code: str) -> str:
    """Return a code without what people add: groups, lower case, and letters that look like digits."""
    return "".join(char for char in code.upper().translate(_MISREAD) if char in CODE_ALPHABET)


def is_preview(code: str) -> bool:
    """Return whether this is what previews bear in place of a code."""
    return "".join(filter(str.isalpha, code.upper())) == PREVIEW


def code_hint(normalised: str) -> str:
    """Return a sentence about what may be wrong with a code that is not registered."""
    if len(normalised) == CODE_LENGTH:
        return "Cocokkan lagi setiap huruf dan angkanya dengan yang tercetak."
    return say(
        "Kode terdiri atas {length} huruf dan angka; yang Anda tulis {count}.",
        length=CODE_LENGTH,
        count=len(normalised),
    )
