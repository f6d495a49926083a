"""Two texts compared word by word."""

from __future__ import annotations

from web.pages.reading.word_diff import LONGEST, Piece, differences, is_too_long, shortened


def test_changed_words_are_told_and_line_breaks_are_not() -> None:
    """Only the words that changed are pieces of their own; other line ends change nothing."""
    assert differences("satu dua\ntiga empat", "satu dua tiga\nlima") == [
        Piece("same", "satu dua tiga"),
        Piece("gone", "empat"),
        Piece("new", "lima"),
    ]
    assert differences("a b", "a\nb") == [Piece("same", "a b")]
    assert differences("", "") == []


def test_long_unchanged_runs_are_cut_around_the_change() -> None:
    """What stays is shortened to the words beside what changed."""
    same = " ".join(str(number) for number in range(100))
    (first, change) = shortened(differences(same, f"{same} baru"), around=3)
    assert first == Piece("same", "… 97 98 99")
    assert change == Piece("new", "baru")


def test_texts_made_to_be_slow_are_compared_exactly() -> None:
    """Long texts of a few words repeated, for which difflib needs hours, keep every word on its side."""
    before, after = "a " * LONGEST, "a b " * (LONGEST // 2)
    pieces = differences(before, after)
    old = " ".join(piece.text for piece in pieces if piece.sort != "new").split()
    new = " ".join(piece.text for piece in pieces if piece.sort != "gone").split()
    assert (old, new) == (before.split(), after.split())
    assert sum(len(piece.text.split()) for piece in pieces if piece.sort == "same") == LONGEST // 2
    assert is_too_long(before + "a")
    assert not is_too_long(before)
