"""Two texts compared word by word."""

from __future__ import annotations

from docgen.word_diff import LONGEST, DiffPiece, is_too_long, shortened, word_differences


def test_changed_words_are_told_and_line_breaks_are_not() -> None:
    """Only the words that changed are pieces of their own; other line ends change nothing."""
    assert word_differences("satu dua\ntiga empat", "satu dua tiga\nlima") == [
        DiffPiece("same", "satu dua tiga"),
        DiffPiece("gone", "empat"),
        DiffPiece("new", "lima"),
    ]
    assert word_differences("a b", "a\nb") == [DiffPiece("same", "a b")]
    assert word_differences("", "") == []


def test_long_unchanged_runs_are_cut_around_the_change() -> None:
    """What stays is shortened to the words beside what changed."""
    same = " ".join(str(number) for number in range(100))
    (first, change) = shortened(word_differences(same, f"{same} baru"), around=3)
    assert first == DiffPiece("same", "… 97 98 99")
    assert change == DiffPiece("new", "baru")


def test_texts_made_to_be_slow_are_compared_exactly() -> None:
    """Long texts of a few words repeated, for which difflib needs hours, keep every word on its side."""
    before, after = "a " * LONGEST, "a b " * (LONGEST // 2)
    pieces = word_differences(before, after)
    old = " ".join(piece.text for piece in pieces if piece.sort != "new").split()
    new = " ".join(piece.text for piece in pieces if piece.sort != "gone").split()
    assert (old, new) == (before.split(), after.split())
    assert sum(len(piece.text.split()) for piece in pieces if piece.sort == "same") == LONGEST // 2
    assert is_too_long(before + "a")
    assert not is_too_long(before)
