"""What a search was found by is marked, and only that."""

from __future__ import annotations

import pytest

from web.pages.shell.passages import Sought, mark, passage


@pytest.mark.parametrize(
    ("text", "search", "shown"),
    [
        ("Perbaikan Router puskesmas", "router", "Perbaikan <mark>Router</mark> puskesmas"),
        ("Perbaikan router puskesmas", "pusk", "Perbaikan router <mark>puskesmas</mark>"),
        ("Perbaikan router puskesmas", "pusk router", "Perbaikan <mark>router</mark> puskesmas"),
        ("Pemeriksaan 15", "000.1.9.1/1", "Pemeriksaan 15"),
        ("B/000.1.9.1/15/X", "000.1.9.1/1", "B/<mark>000.1.9.1/15</mark>/X"),
        ("B/000.1.9.1/15/X", "000.1.9.1/1/", "B/000.1.9.1/15/X"),
        ("Kafé <b> & kafe", "kafe", "<mark>Kafé</mark> &lt;b&gt; &amp; <mark>kafe</mark>"),
        ("Apa saja", "", "Apa saja"),
        ("Apa saja", "/", "Apa saja"),
    ],
)
def test_what_is_searched_for_is_marked(text: str, search: str, shown: str) -> None:
    """Without regard to case and accents; a number is one thing; the last word may still be typed."""
    assert mark(text, Sought(search)) == shown


def test_a_number_may_still_break_after_a_slash() -> None:
    """Marked or not, it goes on in the next line."""
    assert mark("B/1/X", Sought("B/1"), breakable=True) == "<mark>B/<wbr>1</mark>/<wbr>X"


def test_a_passage_is_where_most_of_it_stands_together() -> None:
    """The file's own words come before those of the register; without a hit there is none."""
    text = " ".join(["router", *["kata"] * 40, "router", "rusak", *["kata"] * 40])
    found = passage([text, "router"], Sought("rusak router"))
    assert found == f"… {'kata ' * 8}<mark>router</mark> <mark>rusak</mark> {'kata ' * 13}kata …"
    assert passage(["", "router inti"], Sought("router")) == "<mark>router</mark> inti"
    assert passage(["kata", ""], Sought("router")) is None


def test_a_title_that_holds_all_needs_no_passage() -> None:
    """Every word that is searched for, whole but for the last."""
    assert Sought("router pusk").is_all_in("Router Puskesmas")
    assert not Sought("rout puskesmas").is_all_in("Router Puskesmas")
