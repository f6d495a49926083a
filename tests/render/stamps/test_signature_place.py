"""The picture of a signature stands above the signer's printed name, and covers nothing."""

from __future__ import annotations

import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from docgen.errors import PdfError
from docgen.render.pdf.paper import MM
from docgen.render.stamps.free_space import FreeSpace
from docgen.render.stamps.signature_place import SignaturePlace, signature_place
from tests.support.files.pdfs import BROKEN

NAME, NIP = "Siti Norhayati, S.Kom.", "198607052015032905"
OTHER, OTHER_NIP = "Ahmad Fauzi Rahman, M.T.", "199206152019031005"
WIDTH, HEIGHT = 60 * MM, 18 * MM
Block = tuple[float, float, str, str, float]  # left, height of the name, name, NIP, room above it


def letter(*pages: list[Block], body: float = 0) -> bytes:
    """Pages of signature blocks: post, room, name and NIP; `body` is the height of ink over the whole width."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    for blocks in pages:
        canvas.setFont("Helvetica", 11)
        if body:
            canvas.rect(85, A4[1] - 60 - body, 450, body, fill=1)
        for left, y, name, nip, room in blocks:
            canvas.drawString(left, y + 8 + room, "Kepala Seksi,")
            canvas.drawString(left, y, name)
            canvas.drawString(left, y - 14, "Penata Tingkat I (III/d)")
            canvas.drawString(left, y - 28, f"NIP {nip[:8]} {nip[8:14]} {nip[14:15]} {nip[15:]}" if nip else "")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def covers_nothing(pdf: bytes, place: SignaturePlace) -> bool:
    """Whether the area is white paper."""
    paper = FreeSpace(pdf, place.page - 1)
    return paper.is_free(place.left, paper.size[1] - place.top - place.height, place.width, place.height)


def test_it_stands_above_the_name() -> None:
    """At the left of the name, in the room above it, as large as the office wants it."""
    pdf = letter([(312, 300, NAME, NIP, 60)], body=300)
    place = signature_place(pdf, NAME, NIP, WIDTH, HEIGHT)
    assert place is not None
    assert place.page == 1
    assert (place.left, place.width, place.height) == pytest.approx((312, WIDTH, HEIGHT), abs=1)
    bottom = A4[1] - place.top - place.height
    assert 300 + 8 < bottom < 300 + 14
    assert covers_nothing(pdf, place)


@pytest.mark.parametrize("room", [45, 35, 30])
def test_it_is_smaller_where_the_room_is(room: float) -> None:
    """In a room that is lower than the picture it keeps its shape and covers nothing."""
    pdf = letter([(312, 300, NAME, NIP, room)], body=300)
    place = signature_place(pdf, NAME, NIP, WIDTH, HEIGHT)
    assert place is not None
    assert place.left == pytest.approx(312, abs=1)
    assert place.height < room
    assert place.width / place.height == pytest.approx(WIDTH / HEIGHT, 0.01)
    assert covers_nothing(pdf, place)


def test_of_several_signers_each_has_his_own() -> None:
    """Side by side neither reaches into the other's column, however wide the office wants it."""
    pdf = letter([(85, 300, OTHER, OTHER_NIP, 60), (312, 300, NAME, NIP, 60)], body=300)
    left = signature_place(pdf, OTHER, OTHER_NIP, 120 * MM, HEIGHT)
    right = signature_place(pdf, NAME, NIP, 120 * MM, HEIGHT)
    assert left is not None
    assert right is not None
    assert (left.left, right.left) == pytest.approx((85, 312), abs=1)
    assert left.left + left.width < right.left
    assert right.left + right.width <= A4[0] - 20 * MM


def test_a_name_in_the_text_is_no_signature() -> None:
    """Of all places where the name is printed it is the one above the NIP, though the other has room as well."""
    text: Block = (85, 700, NAME, "", 60)
    pdf = letter([text], [(312, 300, NAME, NIP, 60)])
    place = signature_place(pdf, NAME, NIP, WIDTH, HEIGHT)
    assert place is not None
    assert place.page == 2
    assert place.left == pytest.approx(312, abs=1)


def test_who_is_not_printed_signs_on_free_paper() -> None:
    """Without a printed name the picture stands where a stamp would; on a full page there is none."""
    pdf = letter([(312, 300, NAME, NIP, 60)], body=300)
    place = signature_place(pdf, OTHER, OTHER_NIP, WIDTH, HEIGHT)
    assert place is not None
    assert place.left + place.width < 312
    assert covers_nothing(pdf, place)
    assert signature_place(letter([], body=A4[1] - 120), OTHER, OTHER_NIP, WIDTH, HEIGHT) is None


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file_is_refused(broken: str) -> None:
    """What cannot be read is a PdfError."""
    with pytest.raises(PdfError):
        signature_place(BROKEN[broken], NAME, NIP, WIDTH, HEIGHT)
