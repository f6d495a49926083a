"""Golden pages: what moves between two LibreOffices, or by a change of a template, is found and named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from docgen.libreoffice import Converter
from tests.support.gallery.letters import cases, make, variants_of
from tests.support.golden.compare import changed_pictures, moves
from tests.support.golden.files import FOLDER, read_kind, read_version, write_kind, write_version
from tests.support.golden.letters import libreoffice_of, printed_letters
from tests.support.golden.printed import CELL, PrintedPage
from tests.support.office.kinds import delivered_kinds

HELD = ("disposisi", "nota_dinas")
LINES = ("NOTA DINAS", "Perangkat diperiksa dan dicatat menurut", "ketentuan yang berlaku.", "Kepala Dinas,")


def page(*lines: str, ink_at: int = 20) -> PrintedPage:
    """Return a page with these lines, and a bar of ink so far from its upper edge."""
    picture = Image.new("L", (CELL, CELL), 255)
    ImageDraw.Draw(picture).rectangle((10, ink_at, 80, ink_at + 2), fill=0)
    return PrintedPage(lines, picture)


def broken(lines: Sequence[str], place: int) -> list[str]:
    """Return lines of which the one at `place` gives its last word to the next."""
    first, last_word = lines[place].rsplit(" ", 1)
    return [*lines[:place], first, f"{last_word} {lines[place + 1]}", *lines[place + 2 :]]


def test_the_same_pages_did_not_move() -> None:
    """Nothing is told of pages that are as they were."""
    pages = [page(*LINES), page("Tembusan:")]
    assert list(moves(pages, pages)) == []
    assert list(changed_pictures(pages, pages)) == []


def test_a_moved_line_is_named() -> None:
    """Page and line are told, and its old and new words with a bar where they break."""
    assert list(moves([page(*LINES)], [page(*broken(LINES, 1))])) == [
        'page 1, line 2: "Perangkat diperiksa dan dicatat menurut | ketentuan yang berlaku.", '
        'now "Perangkat diperiksa dan dicatat | menurut ketentuan yang berlaku."'
    ]


def test_lines_that_move_alike_are_named_once() -> None:
    """A serial number that breaks elsewhere in each row of a table is one sentence."""
    before, now = ["SN00AF-22B-", "91C0", "Baik"] * 3, ["SN00AF-22B-9", "1C0", "Baik"] * 3
    assert list(moves([page(*before)], [page(*now)])) == [
        'page 1, line 1 and 2 more: "SN00AF-22B- | 91C0", now "SN00AF-22B-9 | 1C0"'
    ]


def test_a_moved_page_is_named() -> None:
    """Another number of pages, and another line at the head of a page, are told beside the lines."""
    before = [page(*LINES[:3]), page(*LINES[3:]), page("Tembusan:")]
    assert list(moves(before, [page(*LINES[:2]), page(*LINES[2:], "Tembusan:")])) == [
        "3 pages, now 2",
        'page 2 begins with "Kepala Dinas,", now with "ketentuan yang berlaku."',
    ]


def test_a_page_that_looks_different_is_shown() -> None:
    """What is gone is red and what is new is blue in the third of three pictures; a page too many is shown as well."""
    ((number, picture),) = changed_pictures([page(*LINES)], [page(*LINES, ink_at=60)])
    scale = picture.height // CELL
    upon = [picture.getpixel(((2 * CELL + 40) * scale, (at + 1) * scale)) for at in (20, 60)]
    assert (number, upon) == (1, [(255, 0, 0), (0, 0, 255)])
    assert [number for number, _ in changed_pictures([page(*LINES)], [page(*LINES), page("Tembusan:")])] == [2]


def test_golden_pages_are_read_as_they_were_written(tmp_path: Path) -> None:
    """Lines, pictures and the order of letters and pages come back; a letter that is no more leaves no picture."""
    letters = {"example": [page(*LINES), page("Tembusan:", ink_at=90)], "rows": [page("1", "2")]}
    write_version(tmp_path, "LibreOffice 7.4")
    write_kind(tmp_path, "nota_dinas", {**letters, "least": letters["rows"]})
    write_kind(tmp_path, "nota_dinas", letters)
    again = read_kind(tmp_path, "nota_dinas")
    assert {variant: [printed.lines for printed in pages] for variant, pages in again.items()} == {
        variant: [printed.lines for printed in pages] for variant, pages in letters.items()
    }
    for variant, pages in letters.items():
        assert list(changed_pictures(pages, again[variant])) == []
    assert sorted(file.name for file in tmp_path.glob("*.webp")) == ["nota_dinas.example.webp", "nota_dinas.rows.webp"]
    assert read_version(tmp_path) == "LibreOffice 7.4"


def test_every_letter_of_the_gallery_has_golden_pages() -> None:
    """A new kind or variant asks for `make golden ARGS=--update`; no page is left of one that is no more."""
    golden = {kind: set(read_kind(FOLDER, kind)) for kind in delivered_kinds()}
    expected = {kind.slug: {variant.name for variant in variants_of(kind)} for kind in delivered_kinds().values()}
    assert golden == expected
    assert {file.name.split(".")[0] for file in FOLDER.glob("*.webp")} == expected.keys()


@pytest.mark.office
def test_letters_are_as_the_golden_pages_show_them(converter: Converter) -> None:
    """With the LibreOffice of the golden pages no line of these kinds breaks elsewhere, and no page looks different."""
    letters = list(make(converter, cases(HELD)))
    version = libreoffice_of(letters[0].pdf)
    if version != read_version(FOLDER):
        pytest.skip(f"NOT TESTED: golden pages are of {read_version(FOLDER)}, here is {version}: make golden compares")
    for kind, variants in printed_letters(letters).items():
        golden = read_kind(FOLDER, kind)
        for variant, pages in variants.items():
            assert list(moves(golden[variant], pages)) == [], f"{kind} {variant}"
            assert [number for number, _ in changed_pictures(golden[variant], pages)] == [], f"{kind} {variant}"
