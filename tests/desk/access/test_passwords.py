"""Passwords that a guesser tries early are refused, each with its reason; words that nobody joins are good."""

from __future__ import annotations

import pytest

from docgen.desk.access.passwords import make_password, require_strong
from docgen.errors import InvalidSubmission

ABOUT = ("siti.aminah", "Siti Aminah", "Dinas Komunikasi dan Informatika", "Diskominfo", "Kabupaten Tanah Bumbu")


@pytest.mark.parametrize(
    ("reason", "passwords"),
    [
        ("pernah bocor", "password12 P@ssw0rd2026 iloveyou12 Letmein2026! Jakarta2026! rahasia123 sayangku123"),
        ("mengulang bagian", "aaaaaaaaaa abcabcabcabc kucingkucing Ab1-Ab1-Ab1-"),
        ("urutan", "0987654321 abcdefghij 1qaz2wsx3edc asdfghjkl; zaq12wsxcde3 poiuytrewq Qwertyuiop"),
        ("nama Anda atau nama kantor", "sitiaminah90 Siti.Aminah1990 S1t1-Aminah! tanahbumbu2026 Diskominfo2026!"),
        ("mudah ditebak", "merdeka1945 kopisusu2026 nasigoreng99 N4s1-Goreng-77"),
    ],
)
def test_what_is_tried_first_is_refused_with_its_reason(reason: str, passwords: str) -> None:
    """Breached passwords, repetitions, walks over the keyboard, names, and Indonesian words with a year are no
    passwords, however they are spelt."""
    for password in passwords.split():
        with pytest.raises(InvalidSubmission) as refused:
            require_strong("new", password, *ABOUT)
        assert reason in refused.value.errors[0].message, password
        assert "kata acak" in refused.value.errors[0].message


@pytest.mark.parametrize(
    "password",
    ["kucing-oren-di-atap", "pelangi kompor sepatu wortel", "tembok.gula.rel.sapu", "Xk7-vQp2-mZ9", "G7v!kPz2wQx",
     "سماء-نافذة-قلم-بحر", "x" + "kompor pagar rel " * 500],
)  # fmt: skip
def test_words_that_nobody_joins_are_good(password: str) -> None:
    """Random words pass, in any script and of any length."""
    assert require_strong("new", password, *ABOUT) is None


def test_a_password_made_by_the_service_is_good() -> None:
    """What the service makes up passes its own rules."""
    assert require_strong("new", make_password(), *ABOUT) is None
