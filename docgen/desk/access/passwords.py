"""Which passwords an account may have: none that a guesser tries early."""

from __future__ import annotations

import re
import secrets

from docgen.errors import FieldError, InvalidSubmission
from wording import say

SHORTEST_PASSWORD = 10
NO_PASSWORD = "!"  # noqa: S105 (no argon2 hash: no password fits)
STRONG = 3  # of zxcvbn's 0 to 4: more than 10^8 guesses by one who knows names and words
MOST_JUDGED = 72  # characters; what follows only makes it stronger
# What people of this office think of first, beside the lists of the library, which speak no Indonesian.
_COMMON_WORDS = """
docgen naskah dinas kantor kabupaten tanah bumbu batulicin diskominfo kominfo pemkab pemda admin administrator operator
pejabat rahasia sandi kata katasandi password pass masuk bismillah alhamdulillah indonesia merdeka jaya sukses selamat
cinta sayang semangat keluarga kepala bidang seksi aset surat arsip
"""


def make_password() -> str:
    """Return a password that nobody guesses, for an account that gets its first one, or another one."""
    return secrets.token_urlsafe(12)


def require_strong(field: str, password: str, *about: str) -> None:
    """Raise InvalidSubmission for a password that is short or easy to guess; `about` are names of the account."""
    if len(password) < SHORTEST_PASSWORD:
        short = "Kata sandi paling sedikit {least} karakter. Beberapa kata acak mudah diingat dan kuat."
        raise InvalidSubmission([FieldError(field, say(short, least=SHORTEST_PASSWORD))])
    from zxcvbn import zxcvbn  # a tenth of a second of word lists, which the start of the service need not wait for

    account_words = {word.lower() for name in about for word in (name, *re.findall(r"\w+", name)) if word}
    score = zxcvbn(password[:MOST_JUDGED], user_inputs=[*_COMMON_WORDS.split(), *account_words])["score"]
    if score < STRONG or any(_letters(password) in _letters(name) for name in about):
        message = "Kata sandi ini mudah ditebak. Pakai beberapa kata acak, misalnya empat kata yang tidak berhubungan."
        raise InvalidSubmission([FieldError(field, message)])


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text.lower()))
