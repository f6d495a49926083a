"""Stamps of decisions: what they say, where they stand, and that nothing printed is covered."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader

from docgen.errors import PdfError
from docgen.render.endorsement import Mark, place_marks, stamp_endorsements
from docgen.render.pages import page_count, page_grey, page_png, page_text
from docgen.render.room import BAND, HEIGHT, WIDTH
from docgen.render.stamp import stamp
from tests.render.pdfs import A4, BROKEN, F4, LANDSCAPE, pdf

FILL = "72 {bottom} 450 {height} re f\n"  # ink over the text's width


def mark(post: str = "Kepala Bidang Infrastruktur", *, note: str = "", role: str = "kepala_bidang") -> Mark:
    """A yes."""
    when = "25 November 2026 pukul 10.00 WITA"
    return Mark(
        *("DISETUJUI", role, post, "Noor Aina, S.T.", "19801112 200501 2 007", when, "ABCD-EFGH-JKMN-PQRS", note),
        tone="good",
    )


def letter(*, written_to: float = 400, size: tuple[float, float] = A4) -> bytes:
    """A stamped page, full of ink from the top down to `written_to` points."""
    operators = FILL.format(bottom=written_to, height=max(size[1] - 60 - written_to, 0))
    base = pdf("Isi", size=size, operators=operators)
    return stamp(base, number="1", code="ABCD", url="https://x.go.id/verifikasi/ABCD").data


def endorsed(base: bytes, *marks: Mark, slots: int = 2) -> bytes:
    """`base` with stamps."""
    return stamp_endorsements(base, marks, slots=slots, heading_lines=["Nota Dinas nomor 1", "Hal"]).data


def nothing_covered(before: bytes, after: bytes) -> bool:
    """Whether every dark spot of `before` looks the same in `after`, and no stamp stands on one."""
    for page in range(1, page_count(before) + 1):
        old, new = (page_grey(one, page, dpi=144) for one in (before, after))
        changed = ImageChops.difference(old, new).point(lambda value: 255 if value else 0)
        ink = old.point(lambda light: 255 if light < 250 else 0)
        if ImageChops.multiply(changed, ink).getbbox() is not None:
            return False
    return True


def test_a_stamp_says_who_decided_what_when() -> None:
    """Word, post, name, NIP, time, code and note are on the page, as text."""
    [text] = page_text(endorsed(letter(), mark(note="Anggaran 2027.")))
    for said in ("DISETUJUI", "Kepala Bidang Infrastruktur", "Noor Aina, S.T.", "19801112 200501 2 007"):
        assert said in text
    assert "25 November 2026 pukul 10.00 WITA" in text
    assert "Kode ABCD-EFGH-JKMN-PQRS" in text
    assert "Catatan: Anggaran 2027." in " ".join(text.split())


def test_long_words_stay_within_the_stamp() -> None:
    """A post, name and note of great length change nothing outside the box."""
    long = "Kepala Bidang " + "Infrastruktur Teknologi Informasi dan Komunikasi Wilayah " * 4
    base = letter()
    [box], added = place_marks(base, ["kepala_bidang"], slots=1)
    assert not added
    after = page_grey(endorsed(base, mark(long, note=long * 3), slots=1), 1, dpi=144)
    difference = ImageChops.difference(page_grey(base, 1, dpi=144), after)
    left, top, right, bottom = difference.point(lambda value: 255 if value else 0).getbbox() or (0, 0, 0, 0)
    assert left / 2 >= box.x - 1
    assert right / 2 <= box.x + WIDTH + 1
    assert A4[1] - bottom / 2 >= box.y - 1
    assert A4[1] - top / 2 <= box.y + HEIGHT + 1


@pytest.mark.parametrize("written_to", [600, 400, 180, 150, 110, 70])
@pytest.mark.parametrize("size", [A4, F4, LANDSCAPE])
def test_stamps_never_stand_on_print(written_to: float, size: tuple[float, float]) -> None:
    """However far down the text reaches, what is printed stays visible; both stamps are there, side by side."""
    base = letter(written_to=written_to, size=size)
    after = endorsed(base, mark(), mark("Kepala Dinas", role="kepala_dinas"))
    assert nothing_covered(base, after)
    assert "\n".join(page_text(after)).count("DISETUJUI") == 2
    [one, two], _ = place_marks(base, ["kepala_bidang", "kepala_dinas"], slots=2)
    assert one.y == two.y
    assert one.page == two.page
    assert one.x + WIDTH < two.x
    assert one.y >= BAND


def test_an_earlier_stamp_stays_where_it_stood() -> None:
    """The first stamp stands at the same place whether the second decision is there or not."""
    base = letter()
    alone, _ = place_marks(base, ["kepala_bidang"], slots=3)
    both, _ = place_marks(base, ["kepala_bidang", "kepala_dinas"], slots=3)
    assert alone[0] == both[0]


def test_a_full_page_gets_an_endorsement_page() -> None:
    """Without room a page LEMBAR PENGESAHAN is added that names the document; seven stamps still find their place."""
    base = letter(written_to=70)
    after = stamp_endorsements(base, [mark()] * 7, slots=2, heading_lines=["Nota Dinas nomor 1", "Hal"])
    assert after.pages == page_count(after.data) == 2
    last = page_text(after.data)[1]
    assert last.count("DISETUJUI") == 7
    assert "LEMBAR PENGESAHAN" in last
    assert "Nota Dinas nomor 1" in last
    assert PdfReader(io.BytesIO(after.data)).pages[1].mediabox[2:] == [pytest.approx(A4[0]), pytest.approx(A4[1])]


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_turned_page_is_stamped_as_it_is_seen(rotate: int) -> None:
    """A page with /Rotate gets its stamps upright, on free paper."""
    plain = pdf("Isi", rotate=rotate, operators="200 400 200 100 re f\n")
    base = stamp(plain, number="1", code="ABCD", url="https://x.go.id/verifikasi/ABCD").data
    after = endorsed(base, mark())
    assert "DISETUJUI" in page_text(after)[0]
    assert nothing_covered(base, after)


def test_the_same_input_gives_the_same_bytes() -> None:
    """Nothing in a stamped file depends on the clock or on chance."""
    assert endorsed(letter(), mark()) == endorsed(letter(), mark())
    assert endorsed(letter(), mark()) != endorsed(letter(), mark(note="x"))


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file_is_refused(broken: str) -> None:
    """What cannot be read is a PdfError."""
    with pytest.raises(PdfError):
        endorsed(BROKEN[broken], mark())


def test_stamps_differ_in_colour() -> None:
    """A no does not look like a yes."""
    no = Mark("DITOLAK", "kepala_bidang", "Kepala Bidang", "N", "", "hari ini", "A", "", tone="bad")
    reds = []
    for one in (mark(), no):
        picture = Image.open(io.BytesIO(page_png(endorsed(letter(), one), 1)))
        red, green, _ = picture.convert("RGB").split()
        reds.append(ImageChops.subtract(red, green).getbbox() is not None)
    assert reds == [False, True]
