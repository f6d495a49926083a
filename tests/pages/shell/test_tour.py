"""The tour of the first visit: four cards, put away for good, begun again when asked."""

from __future__ import annotations

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
