"""Which passwords an account may have: none that a guesser tries early.

NIST SP 800-63B (3.1.1.2): a new password is compared with those of known breaches, words of a dictionary, repetitions,
sequences, and words of the place. Nothing is sent anywhere for it: the lists are those of zxcvbn (30,000 passwords out
of breaches, English words and names), and our own of Indonesian words. A password chosen before stays good.
"""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from docgen.errors import FieldError, InvalidSubmission
from wording import say

SHORTEST_PASSWORD = 10
NO_PASSWORD = "!"  # noqa: S105 (no argon2 hash: no password fits)
STRONG = 3  # of zxcvbn's 0 to 4: more than 10^8 guesses by one who knows names and words
MOST_JUDGED = 72  # characters; what follows only makes it stronger
_SHORTEST_WORD = 4  # letters; shorter parts of a name are in half of all words
_WALKED = 0.7  # of the steps from sign to sign: so many go to a neighbour, and the password is a walk
_FEWEST_WORDS = 3  # of those that are tried first; one or two with some figures are soon found
_SWAPPED = str.maketrans("@43015$7!|", "aaeoisstil")  # signs that stand for letters


def make_password() -> str:
    """Return a password that nobody guesses, for an account that gets its first one, or another one."""
    return secrets.token_urlsafe(12)


def require_strong(field: str, password: str, *about: str) -> None:
    """Raise InvalidSubmission for a password that is short or easy to guess.

    `about` are names of the account and of the office, which whoever guesses knows.
    """
    if len(password) < SHORTEST_PASSWORD:
        short = "Kata sandi paling sedikit {least} karakter. Beberapa kata acak mudah diingat dan kuat."
        raise InvalidSubmission([FieldError(field, say(short, least=SHORTEST_PASSWORD))])
    problem = _problem(password[:MOST_JUDGED], [name for name in about if name])
    if problem:
        raise InvalidSubmission([FieldError(field, problem)])


def _problem(password: str, about: list[str]) -> str:
    """Return why a password is easy to guess, as a sentence that says what to do; "" for one that is not."""
    advice = say("Pakai beberapa kata acak, misalnya empat kata yang tidak berhubungan.")
    if _is_repeated(password):
        return say("Kata sandi ini mengulang bagian yang sama, jadi mudah ditebak. {advice}", advice=advice)
    if _is_walk(password):
        return say("Kata sandi ini mengikuti urutan huruf, angka, atau tombol, jadi mudah ditebak. {advice}",
                   advice=advice)  # fmt: skip
    if _is_name(password, about):
        return say("Kata sandi ini berisi nama Anda atau nama kantor, jadi mudah ditebak. {advice}", advice=advice)
    if any(form in _leaked() for form in _forms(password)):
        return say("Kata sandi ini memakai kata sandi yang pernah bocor, jadi dicoba lebih dahulu. {advice}",
                   advice=advice)  # fmt: skip
    from zxcvbn import zxcvbn  # a tenth of a second of word lists, which the start of the service need not wait for

    words = [*_words(about), *_common_words()]
    score = zxcvbn(password, user_inputs=words, max_length=MOST_JUDGED)["score"]
    if score < STRONG or _is_few_words(password):
        return say("Kata sandi ini mudah ditebak. {advice}", advice=advice)
    return ""


@cache
def _leaked() -> frozenset[str]:
    """Return the passwords of known breaches that the library lists."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


@cache
def _common_words() -> tuple[str, ...]:
    """Return the Indonesian words that are tried first."""
    text = Path(__file__).with_name("common_words.txt").read_text("utf-8")
    return tuple(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@cache
def _neighbours() -> frozenset[str]:
    """Return the pairs of keys that lie side by side on a keyboard, or on its block of figures."""
    from zxcvbn.adjacency_graphs import ADJACENCY_GRAPHS

    pairs = set()
    for graph in (ADJACENCY_GRAPHS["qwerty"], ADJACENCY_GRAPHS["keypad"]):
        for key, around in graph.items():
            pairs |= {key.lower() + sign.lower() for keys in around if keys for sign in keys}
    return frozenset(pairs)


def _forms(password: str) -> Iterator[str]:
    """Yield the word that a password may be made of: without case, swapped signs, and what hangs on at its ends."""
    for text in (password.lower(), password.lower().translate(_SWAPPED)):
        yield text
        core = re.sub(r"^[\d\W_]+|[\d\W_]+$", "", text)
        if 2 * len(core) >= len(text):
            yield core


def _is_repeated(password: str) -> bool:
    """Return whether a password is one short part over and over, the last perhaps cut off."""
    text = password.lower()
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))


def _is_walk(password: str) -> bool:
    """Return whether a password goes from sign to sign along the alphabet, the figures or the keyboard."""
    text, near = password.lower(), _neighbours()
    steps = list(itertools.pairwise(text))
    walked = sum(abs(ord(sign) - ord(following)) <= 1 or sign + following in near for sign, following in steps)
    return walked >= _WALKED * len(steps)


def _is_name(password: str, about: list[str]) -> bool:
    """Return whether a password is a name, or little else than words of names."""
    text = password.lower().translate(_SWAPPED)
    letters = _letters(text)
    if any(letters and letters in _letters(name) for name in about):
        return True
    for word in sorted(_words(about), key=len, reverse=True):
        text = text.replace(word, "")
    return len(_letters(text)) < _SHORTEST_WORD and len(_letters(text)) < len(letters)


def _is_few_words(password: str) -> bool:
    """Return whether a password is one or two words that are tried first, and perhaps figures."""
    rest, count = password.lower().translate(_SWAPPED), 0
    for word in sorted(_common_words(), key=len, reverse=True):
        if len(word) >= _SHORTEST_WORD and word in rest:
            rest, count = rest.replace(word, ""), count + 1
    return 0 < count < _FEWEST_WORDS and len(_letters(rest)) < _SHORTEST_WORD


def _words(about: list[str]) -> list[str]:
    """Return the names, and the words of them that are long enough to be looked for."""
    words = {word for name in about for word in (name.lower(), *re.findall(r"\w+", name.lower()))}
    return sorted(word for word in words if len(word) >= _SHORTEST_WORD)


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text.lower()))
