"""Two texts compared word by word."""

from __future__ import annotations

from docgen.compare import Piece, differences, shortened


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
