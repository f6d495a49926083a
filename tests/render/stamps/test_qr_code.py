"""QR codes that are drawn from the one before."""

from __future__ import annotations

import random

import pytest

from docgen.render.stamps.qr_code import drawing_of, make_qr, qr_drawing

CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000/verifikasi/", "https://surat.example.go.id/v/", "HTTPS://X/"]
)
def test_a_code_is_the_same_whatever_was_drawn_before(address: str) -> None:
    """The codes of many letters of an office are module by module those that the library makes of each alone."""
    chance = random.Random(21)
    for _ in range(12):
        url = address + "".join(chance.choices(CODE_SIGNS, k=16))
        assert qr_drawing(url) == drawing_of(make_qr(url))


@pytest.mark.parametrize(
    "texts", [("a", "b", "7"), ("12", "ab", "AB", "1b"), ("naskah é", "naskah ☃", "naskah e"), ("ab", "\x01~")]
)
def test_texts_of_one_length_need_not_be_alike(texts: tuple[str, ...]) -> None:
    """Short texts, figures alone, capitals alone and letters beyond ASCII, one after the other."""
    for text in texts:
        assert qr_drawing(text) == drawing_of(make_qr(text))
