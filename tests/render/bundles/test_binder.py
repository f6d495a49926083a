"""Binding: pages of any size on the office's paper, marks that cover nothing, room for the printer's needs."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from docgen.errors import PdfError
from docgen.render.bundles.binder import BLANK, Binder, BundlePage, Layout, PageLink
from docgen.render.bundles.line_count import line_count
from docgen.render.pdf.outline import OutlineItem
from docgen.render.pdf.paper import MM, PAPERS
from docgen.render.pdf.pdfium import page_grey, page_text
from docgen.render.pdf.text_search import find_occurrences
from tests.support.files.pdfs import A3, A4, BROKEN, F4, LANDSCAPE, LETTER, pdf

PAPER = Layout(paper=PAPERS["A4"])


def bound(binder: Binder, out: io.BytesIO, leaves: list[BundlePage], **more: Any) -> PdfReader:
    """The finished file, read strictly."""
    binder.bind(leaves, title="Berkas", digest=b"0123456789abcdef", code="01KODE", **more)
    return PdfReader(io.BytesIO(out.getvalue()), strict=True)


def test_a_mix_of_300_scanned_pages_comes_out_on_one_paper() -> None:
    """A3, Letter, F4, lying and turned pages all become upright A4 sheets with their words, and say their place."""
    out = io.BytesIO()
    binder = Binder(out, PAPER)
    shapes: list[dict[str, Any]] = [
        {"size": A3}, {"size": LETTER}, {"size": LANDSCAPE},
        {"size": F4}, {"size": A4, "rotate": 90}, {"size": A3[::-1]},
    ]  # fmt: skip
    leaves: list[BundlePage] = []
    for number in range(300):
        leaves += binder.add(pdf(f"pindaian{number}", **shapes[number % len(shapes)]), foreign=True)
    reader = bound(binder, out, leaves)
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages}
    assert sizes == {(595, 842)}
    for number, text in enumerate(page_text(out.getvalue())):
        assert f"pindaian{number}" in text
        assert number == 0 or f"Bundel 01KODE \u2013 hal. {number + 1}/300" in text


@pytest.mark.parametrize("size", [A4, A3, LETTER, LANDSCAPE])
def test_the_mark_covers_nothing_of_a_page_from_outside(size: tuple[float, float]) -> None:
    """A page that is black to its edges keeps the strip of the mark white but for the mark itself."""
    out = io.BytesIO()
    binder = Binder(out, PAPER)
    black = pdf("x", size=size, operators=f"0 g 0 0 {size[0]} {size[1]} re f")
    leaves = binder.add(pdf("sampul")) + binder.add(black, foreign=True)
    reader = bound(binder, out, leaves)
    picture = page_grey(out.getvalue(), 2, dpi=72)
    if reader.pages[1].rotation:
        picture = picture.rotate(reader.pages[1].rotation, expand=True)
    strip = picture.crop((0, 0, picture.width // 2, int(11 * MM)))
    assert strip.getextrema()[0] == 255
    assert picture.crop((0, int(20 * MM), picture.width, int(40 * MM))).getextrema()[0] == 0


def test_a_lying_page_is_read_upright_on_a_screen() -> None:
    """Its sheet stands, its head is at the binding, and the viewer turns it."""
    out = io.BytesIO()
    binder = Binder(out, PAPER)
    reader = bound(binder, out, binder.add(pdf("tabel", size=LANDSCAPE)))
    assert reader.pages[0].rotation == 90
    assert float(reader.pages[0].mediabox.height) > float(reader.pages[0].mediabox.width)


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_leaves_nothing_behind(data: bytes) -> None:
    """After a file that cannot be read the bundle goes on as if it had never come."""
    outs = []
    for broken in (True, False):
        out = io.BytesIO()
        binder = Binder(out, PAPER)
        leaves = binder.add(pdf("satu"))
        if broken:
            with pytest.raises(PdfError):
                binder.add(data)
        bound(binder, out, leaves + binder.add(pdf("dua")))
        outs.append(out.getvalue())
    assert outs[0] == outs[1]


def test_blanks_say_so_and_the_binding_is_left_room() -> None:
    """A blank page is marked; fronts move right and backs move left, and the bundle's marks with them."""
    out = io.BytesIO()
    binder = Binder(out, Layout(paper=PAPERS["A4"], shift=8 * MM, duplex=True))
    leaves = binder.add(pdf("satu", "dua"))
    reader = bound(binder, out, [*leaves, binder.blank()])
    assert BLANK in page_text(out.getvalue())[2]
    assert leaves[0].matrix.e == pytest.approx(8 * MM, abs=0.1)
    assert leaves[1].matrix.e == pytest.approx(-8 * MM, abs=0.1)
    assert len(reader.pages) == 3
    back, front = find_occurrences(out.getvalue(), "Bundel", most=9)
    assert (front.left - back.left) * A4[0] == pytest.approx(16 * MM, abs=1)
    apart = Binder(io.BytesIO(), Layout(paper=PAPERS["A4"], shift=8 * MM, duplex=True)).add(pdf("a", "b"), apart=True)
    assert [leaf.matrix.e for leaf in apart] == pytest.approx([8 * MM, 8 * MM], abs=0.1)


def test_two_pages_share_a_sheet() -> None:
    """Five pages take three lying sheets, each with both texts and both places; labels name both."""
    out = io.BytesIO()
    binder = Binder(out, Layout(paper=PAPERS["A4"], two_up=True))
    reader = bound(
        binder, out, binder.add(pdf("satu", "dua", "tiga", "empat", "lima")), outline=[OutlineItem("Tiga", 2)]
    )
    texts = page_text(out.getvalue())
    assert len(reader.pages) == 3
    assert float(reader.pages[0].mediabox.width) > float(reader.pages[0].mediabox.height)
    assert "tiga" in texts[1]
    assert "empat" in texts[1]
    assert "hal. 4/5" in texts[1]
    assert reader.page_labels == ["1-2", "3-4", "5"]
    assert reader.get_destination_page_number(reader.outline[0]) == 1  # type: ignore[arg-type]


def test_links_lead_there_and_back() -> None:
    """A row of the contents leads to its page, every mark back to the contents; labels are what is printed."""
    out = io.BytesIO()
    binder = Binder(out, PAPER)
    leaves = binder.add(pdf("sampul", "daftar isi", "satu", "dua"))
    reader = bound(binder, out, leaves, links=[PageLink(1, (80, 700, 500, 720), 3)], contents=[1])
    place: dict[Any, int] = {page.indirect_reference.idnum: n for n, page in enumerate(reader.pages)}  # type: ignore[union-attr]
    targets = []
    for page in reader.pages:
        links: Any = page.get("/Annots", [])
        targets.append([place[list.__getitem__(one.get_object()["/Dest"], 0).idnum] for one in links])
    assert targets == [[], [3], [1], [1]]
    assert reader.page_labels == ["Sampul", "2", "3", "4"]


def test_lines_are_reckoned_as_they_are_set() -> None:
    """Words wrap at blanks, numbers of letters after a slash, and a long word is broken."""
    assert line_count("", 100, 9) == 1
    assert line_count("pendek", 100, 9) == 1
    assert line_count("kata " * 20, 100, 9) == 4
    assert line_count("B/000.1.9.1/1/DiskominfoSP2/XI/2026", 100, 9) == 2
    assert line_count("W" * 40, 100, 9) == 4
