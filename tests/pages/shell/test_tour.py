"""The tour of the first visit: four cards, put away for good, begun again when asked."""

from __future__ import annotations

from flask import Flask

from docgen.desk import Desk
from docgen.desk.access.accounts import reset_password
from docgen.desk.access.first_password import FIRST_USER, keep_first_password
from tests.support.callers.pages import Person, words


def test_four_cards_until_they_are_put_away(operator: Person) -> None:
    """Each card leads to the next without a script; what was put away stays away until it is asked for."""
    assert "Langkah 1 dari 4 Buat naskah dari formulir" in words(operator.get("/"))
    assert "Ikuti berkasnya" in words(operator.get("/?tur=3"))
    assert "Selesai" in words(operator.get("/?tur=99"))
    assert "Langkah 1 dari 4" in words(operator.get("/?tur=x"))
    assert operator.post("/tur", {"aksi": "tutup"}).status_code == 303
    assert "Tutup pengenalan" not in words(operator.get("/?tur=2"))
    operator.post("/tur", {"aksi": "ulang"})
    assert "Langkah 1 dari 4" in words(operator.get("/"))


def test_the_first_password_counts_as_changed_once_it_is(desk: Desk, app: Flask) -> None:
    """Among the first steps of an office, the password that was made at the first start is open until it is changed."""
    given = reset_password(desk, FIRST_USER)
    admin = Person(app)
    admin.get("/masuk")
    assert admin.post("/masuk", {"name": FIRST_USER, "password": given}).status_code == 303
    assert "Selesai: Ganti kata sandi pertama" in words(admin.get("/"))
    keep_first_password(desk, given)
    assert "Belum: Ganti kata sandi pertama" in words(admin.get("/"))
    new = "sapi-hitam-di-sawah"
    admin.get("/sandi")
    assert admin.post("/sandi", {"old": given, "new": new, "again": new}).status_code == 303
    assert "Selesai: Ganti kata sandi pertama" in words(admin.get("/"))
