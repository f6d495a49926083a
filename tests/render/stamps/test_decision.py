"""Stamps of decisions: what they say, where they stand, and that nothing printed is covered."""

from __future__ import annotations

import dataclasses
import io
import re
from typing import Any

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader, PdfWriter

from docgen.errors import PdfError
from docgen.render.pdf.mark_font import mark_font
from docgen.render.pdf.pdfium import page_count, page_grey, page_png, page_text
from docgen.render.scans.read import read_scans
from docgen.render.stamps.decision import StampText, place_stamps, stamp_endorsements
from docgen.render.stamps.decision_text import wrap_text
from docgen.render.stamps.free_space import BAND, HEIGHT, LEFT, SIGNER_HEIGHT, StampArea
from docgen.render.stamps.verification_band import Band, stamp_band
from tests.support.files.pdfs import A4, BROKEN, F4, LANDSCAPE, pdf

URL = "https://x.go.id/verifikasi/ABCD"
BAND_OF_LETTER = Band("1", "ABCD", URL)
HEADING = ["Nota Dinas nomor 1", "Hal"]
FILL = "72 {bottom} 450 {height} re f\n"  # ink over the text's width


def mark(post: str = "Kepala Bidang Infrastruktur", *, note: str = "", role: str = "kepala_bidang") -> StampText:
    """A yes."""
    when = "25 November 2026 pukul 10.00 WITA"
    return StampText(
        *("DISETUJUI", role, post, "Noor Aina, S.T.", "19801112 200501 2 007", when, "ABCD-EFGH-JKMN-PQRS", note),
        tone="good",
    )


def letter(*, written_to: float = 400, size: tuple[float, float] = A4) -> bytes:
    """A stamped page, full of ink from the top down to `written_to` points."""
    operators = FILL.format(bottom=written_to, height=max(size[1] - 60 - written_to, 0))
    base = pdf("Isi", size=size, operators=operators)
    return stamp_band(base, number="1", code="ABCD", url=URL).data


def endorsed(base: bytes, *marks: StampText, slots: int = 2) -> bytes:
    """`base` with stamps."""
    return stamp_endorsements(base, marks, decisions_expected=slots, heading_lines=HEADING, band=BAND_OF_LETTER).data


def boxes(base: bytes, *marks: StampText, slots: int = 1) -> list[StampArea]:
    """Where the stamps stand on the letter's own pages."""
    places = [one.area for one in place_stamps(base, marks, decisions_expected=slots)]
    assert None not in places
    return [one for one in places if one]


def words(text: str) -> str:
    """Text without its line breaks."""
    return " ".join(text.split())


def nothing_covered(before: bytes, after: bytes) -> bool:
    """Whether every dark spot of `before` above its band looks the same in `after`, and no stamp stands on one."""
    for page in range(1, page_count(before) + 1):
        old, new = (page_grey(one, page, dpi=144) for one in (before, after))
        above = (0, 0, old.width, old.height - round(BAND * 2))
        old, new = old.crop(above), new.crop(above)
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
    """A post and note that need a higher stamp change nothing outside of it."""
    long = "Kepala Bidang " + "Infrastruktur Teknologi Informasi dan Komunikasi Wilayah " * 2
    base = letter()
    said = mark(long, note=long[:90])
    assert [place.on_added_page for place in place_stamps(base, [said], decisions_expected=1)] == [False]
    [box] = boxes(base, said)
    after = page_grey(endorsed(base, said, slots=1), 1, dpi=144)
    difference = ImageChops.difference(page_grey(base, 1, dpi=144), after)
    left, top, right, bottom = difference.point(lambda value: 255 if value else 0).getbbox() or (0, 0, 0, 0)
    assert left / 2 >= box.x - 1
    assert right / 2 <= box.x + box.width + 1
    assert A4[1] - bottom / 2 >= box.y - 1
    assert A4[1] - top / 2 <= box.y + box.height + 1


def test_a_date_of_a_stamp_stays_on_a_line() -> None:
    """Lines end between words that do not belong together; where even these do not fit a line, between any."""
    font, text = mark_font(""), "Rencana tanggal 28 November 2026"
    assert [*wrap_text(font, text, font.width(text, 10) - 1, 10)] == ["Rencana", "tanggal 28 November 2026"]
    assert [*wrap_text(font, text, font.width("tanggal 28", 10), 10)] == ["Rencana", "tanggal 28", "November", "2026"]


@pytest.mark.parametrize("written_to", [600, 400, 180, 150, 110, 70])
@pytest.mark.parametrize("size", [A4, F4, LANDSCAPE])
def test_stamps_never_stand_on_print(written_to: float, size: tuple[float, float]) -> None:
    """However far down the text reaches, what is printed stays visible; both stamps are there, side by side."""
    base = letter(written_to=written_to, size=size)
    after = endorsed(base, mark(), mark("Kepala Dinas", role="kepala_dinas"))
    assert nothing_covered(base, after)
    assert "\n".join(page_text(after)).count("DISETUJUI") == 2
    places = place_stamps(base, [mark(), mark("Kepala Dinas", role="kepala_dinas")], decisions_expected=2)
    assert [place.on_added_page for place in places] in ([False, False], [True, True])
    if not places[0].on_added_page:
        one, two = boxes(base, mark(), mark("Kepala Dinas", role="kepala_dinas"), slots=2)
        assert one.y + one.height == pytest.approx(two.y + two.height)
        assert one.page == two.page
        assert one.x + one.width < two.x
        assert min(one.y, two.y) >= BAND


def test_an_earlier_stamp_stays_where_it_stood() -> None:
    """The first stamp stands at the same place whether the second decision is there or not."""
    base = letter()
    alone = boxes(base, mark(), slots=3)
    both = boxes(base, mark(), mark("Kepala Dinas " * 8, role="kepala_dinas", note="Catatan. " * 6), slots=3)
    assert alone[0] == both[0]


def test_a_full_page_gets_an_endorsement_page() -> None:
    """Without room a page LEMBAR PENGESAHAN is added that names the document; seven stamps still find their place."""
    base = letter(written_to=70)
    after = stamp_endorsements(base, [mark()] * 7, decisions_expected=2, heading_lines=HEADING, band=BAND_OF_LETTER)
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
    base = stamp_band(plain, number="1", code="ABCD", url=URL).data
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
    no = StampText("DITOLAK", "kepala_bidang", "Kepala Bidang", "N", "", "hari ini", "A", "", tone="bad")
    reds = []
    for one in (mark(), no):
        picture = Image.open(io.BytesIO(page_png(endorsed(letter(), one), 1)))
        red, green, _ = picture.convert("RGB").split()
        reds.append(ImageChops.subtract(red, green).getbbox() is not None)
    assert reds == [False, True]


LONG_NOTE = " ".join(f"Alasan ke-{number} ditulis lengkap." for number in range(1, 36))[:1000].strip()
LONG_NAME = " ".join(f"Nama{number}" for number in range(1, 46))[:300].strip()
LONG_POST = " ".join(f"Jabatan{number}" for number in range(1, 31))[:300].strip()


def test_a_usual_decision_is_large_enough_to_read_on_a_telephone() -> None:
    """Post of two lines, name, NIP, moment and code are 7.5 points high in a stamp of the usual size."""
    assert sizes(endorsed(letter(written_to=600), mark(LONG_POST[:60]))) - sizes(letter(written_to=600)) >= {7.5}


@pytest.mark.parametrize("written_to", [600, 150, 70])
def test_nothing_of_a_decision_is_cut_or_small(written_to: float) -> None:
    """Name and post of 300 signs and a note of 1,000 stand on paper in full, no letter below seven points."""
    said = dataclasses.replace(mark(LONG_POST, note=LONG_NOTE), name=LONG_NAME)
    after = endorsed(letter(written_to=written_to), said, mark("Kepala Dinas", role="kepala_dinas"))
    printed = words(" ".join(page_text(after)))
    for text in (LONG_NOTE, LONG_NAME, LONG_POST):
        assert text in printed
    assert min(sizes(after)) >= 7


@pytest.mark.parametrize("nip_at", [150, 450])
def test_a_stamp_stands_beside_the_signature_however_full_the_page_is(nip_at: float) -> None:
    """At the left margin, at the height of the signature's room: below the block only where signers fill both sides."""
    signed = f"BT /F1 11 Tf 330 {nip_at} Td (NIP 19870612 201101 1 003) Tj ET\n" + FILL.format(bottom=650, height=100)
    base = stamp_band(pdf("Isi", operators=signed), number="1", code="ABCD", url=URL).data
    [box] = boxes(base, mark())
    assert box.x == pytest.approx(LEFT, abs=0.1)
    assert nip_at < box.y < nip_at + SIGNER_HEIGHT + HEIGHT


def test_a_note_that_has_no_room_is_pointed_to() -> None:
    """The stamp stays on the letter and names the page on which the whole note stands."""
    after = endorsed(letter(written_to=170), mark(note=LONG_NOTE), slots=1)
    first, second = map(words, page_text(after))
    assert "Catatan lengkap: Lembar Pengesahan, hal. 2" in first
    assert LONG_NOTE not in first
    assert LONG_NOTE in second
    assert "Noor Aina" in first
    assert "Noor Aina" in second


def test_signs_beyond_ascii_are_printed_as_they_are() -> None:
    """Accents and typographic marks are text in the PDF; a sign that no font has becomes a square, never a letter."""
    said = dataclasses.replace(mark(note="Rp5 juta – “cukup” 😀"), name="José Ḥusain Đỗ, d’Arc")
    printed = words(page_text(endorsed(letter(), said))[0])
    assert "José Ḥusain Đỗ, d’Arc" in printed
    assert "Rp5 juta – “cukup” □" in printed


def test_an_added_sheet_belongs_to_its_letter() -> None:
    """It bears number, band and page number, all pages count it, and a scan of each page finds letter and place."""
    base = letter(written_to=70)
    after = stamp_endorsements(
        base, [mark(note=LONG_NOTE)] * 8, decisions_expected=2, heading_lines=HEADING, band=BAND_OF_LETTER
    )
    texts = list(map(words, page_text(after.data)))
    assert after.pages == len(texts) == 4
    for number, text in enumerate(texts, start=1):
        assert f"Halaman {number} dari 4" in text
    for number, text in enumerate(texts[1:], start=2):
        assert f"- {number} -" in text
        assert "Nota Dinas nomor 1" in text
        assert "Verifikasi: x.go.id/verifikasi/ABCD" in text
    assert sum(text.count("DISETUJUI") for text in texts) == 8
    pictures = [(f"{number}.png", page_png(after.data, number, width=1654)) for number in (4, 1, 3, 2)]
    assert [(one.url, one.page, one.pages, one.doubtful) for one in read_scans(pictures)] == [
        (URL, number, 4, "") for number in (4, 1, 3, 2)
    ]


def test_a_band_of_an_earlier_version_is_counted_anew() -> None:
    """Letters stamped before, with the text's font named first, are counted like those of today."""
    base = letter(written_to=70)
    writer = PdfWriter(clone_from=io.BytesIO(base))
    resources: Any = writer.pages[0]["/Resources"]
    band: Any = resources["/XObject"]["/DocgenMark"].get_object()
    today = band.get_data()
    before = re.sub(rb"BT ([\d.]+ [\d.]+ Td) (/F [\d.]+ Tf) ", rb"BT \2 \1 ", today)
    assert before != today
    band.set_data(before)
    out = io.BytesIO()
    writer.write(out)
    after = endorsed(out.getvalue(), mark())
    assert "Halaman 1 dari 2" in words(page_text(after)[0])
    [seen] = read_scans([("1.png", page_png(after, 1, width=1654))])
    assert (seen.page, seen.pages) == (1, 2)


def sizes(pdf: bytes) -> set[float]:
    """The sizes of all text on the pages, in points."""
    found: set[float] = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        page.extract_text(visitor_text=lambda text, _, matrix, __, size: found.add(size) if text.strip() else None)
    return found
