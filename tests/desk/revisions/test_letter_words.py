"""The words of a letter, compared without what the service prints around them."""

from __future__ import annotations

from typing import Any

from docgen.desk.revisions.letter_words import letter_words
from storage.records import Document, Revision


def document(number: str, code: str) -> Document:
    """A letter of this number and code."""
    facts: dict[str, Any] = {"id": code, "number": number, "code": code}
    return Document.model_construct(**facts)


def page(number: str, code: str, *more: str) -> str:
    """What is read from a page of it."""
    band = (f"Nomor {number}", f"Verifikasi: kantor.go.id/verifikasi/{code}")
    return "\n".join(("NOTA DINAS", f"Nomor : {number}", "Batal diajukan.", *band, *more))


def test_letters_differ_in_their_words_alone() -> None:
    """Number, code, address, page count and the word across a letter that ended are no difference."""
    old, new = document("B/7/2026", "AAAABBBB"), document("B/17/2026", "CCCCDDDD")
    issued, superseded = (Revision.model_construct(change=change) for change in ("issued", "superseded"))
    mark = ("DIGANTI", "Diganti naskah nomor B/17/2026, 24 November 2026 pukul 09.12 WITA")
    before = page("B/7/2026", "AAAABBBB", "Kode AAAA-BBBB Halaman 1 dari 1", *mark)
    after = page("B/17/2026", "CCCCDDDD", "Kode CCCC-DDDD Halaman 1 dari 2")
    assert letter_words([before], old, [issued, superseded]).split() == letter_words([after], new, [issued]).split()
    assert letter_words([after], new, [issued]).split() == ["NOTA", "DINAS", "Nomor", ":", "Batal", "diajukan."]


def test_a_catchword_is_none_of_the_words() -> None:
    """The first word of the next page, printed above the band, is no difference; dots within the text are words."""
    letter = document("B/7/2026", "AAAABBBB")
    issued = [Revision.model_construct(change="issued")]
    plain = page("B/7/2026", "AAAABBBB", "Kode AAAA-BBBB Halaman 1 dari 2").replace("Batal diajukan.", "ada ... titik")
    announced = plain.replace("Nomor B/7/2026\nVerifikasi", "5. biaya...\nNomor B/7/2026\nVerifikasi")
    assert announced != plain
    assert letter_words([announced], letter, issued).split() == letter_words([plain], letter, issued).split()


def test_decisions_stay_and_so_does_a_word_of_the_letter() -> None:
    """A stamp's text is a difference, and a line BATAL of a letter in force is no watermark."""
    letter = document("B/7/2026", "AAAABBBB")
    text = page("B/7/2026", "AAAABBBB", "Kode AAAA-BBBB Halaman 1 dari 1", "DISETUJUI", "Kode AAAA-BBBB", "BATAL", "x")
    words = letter_words([text], letter, [Revision.model_construct(change="issued")]).split()
    assert words[-3:] == ["DISETUJUI", "BATAL", "x"]
