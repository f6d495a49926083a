"""What people put on a page is part of the page in every copy that docgen makes, as viewers show it."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader
from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, NameObject

from docgen.errors import PdfError
from docgen.render.bundles.binder import Binder, Layout
from docgen.render.pdf.flattening.flatten import flatten_pdf, has_xfa
from docgen.render.pdf.objects.content_stream import is_balanced
from docgen.render.pdf.paper import PAPERS
from docgen.render.pdf.pdfium import page_count, page_png, page_text
from docgen.render.stamps.watermark import watermark
from tests.support.files.annotated import Annotated, Box, look_of, with_ink, with_password
from tests.support.files.pdfs import A4, pdf, with_link

PLACE = (200.0, 500.0, 300.0, 560.0)
GREEN = b"0 0.6 0 rg 0 0 100 60 re f"


def picture(data: bytes, page: int = 1) -> Image.Image:
    """A page in colour, a pixel for each point."""
    with Image.open(io.BytesIO(page_png(data, page, width=595))) as opened:
        return opened.convert("RGB")


def seen(data: bytes, place: Box = PLACE) -> bool:
    """Whether anything is drawn within a place of the first page (in points from the lower left)."""
    return (
        picture(data)
        .crop((int(place[0]), int(842 - place[3]), int(place[2]), int(842 - place[1])))
        .convert("L")
        .getextrema()[0]
        < 250
    )  # type: ignore[operator]


def as_poppler_shows(data: bytes, tmp_path: Path) -> Image.Image:
    """The first page as another program draws it, a pixel for each point."""
    (tmp_path / "a.pdf").write_bytes(data)
    command = ["pdftoppm", "-r", "72", "-singlefile", "-cropbox", "-png", "a.pdf", "a"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)
    with Image.open(tmp_path / "a.png") as opened:
        return opened.convert("RGB")


def differing(one: Image.Image, other: Image.Image) -> float:
    """The part of two pictures that is clearly not the same, edges of strokes aside."""
    size = (150, 212)
    change = ImageChops.difference(one.resize(size), other.resize(size)).convert("L").point(lambda light: light > 60)
    return sum(change.histogram()[1:]) / (size[0] * size[1])


LOOKLESS: dict[str, Callable[[Annotated], object]] = {
    "ink": lambda a: a.add("Ink", PLACE, InkList=((205.0, 505.0, 250.0, 555.0, 295.0, 505.0),), C=(0.0, 0.0, 1.0)),
    "line": lambda a: a.add("Line", PLACE, L=(200.0, 500.0, 300.0, 560.0), LE=("/None", "/OpenArrow")),
    "square": lambda a: a.add("Square", PLACE, IC=(0.0, 0.0, 0.0)),
    "circle": lambda a: a.add("Circle", PLACE, C=(1.0, 0.0, 0.0)),
    "polygon": lambda a: a.add("Polygon", PLACE, Vertices=(200.0, 500.0, 300.0, 500.0, 250.0, 560.0)),
    "polyline": lambda a: a.add("PolyLine", PLACE, Vertices=(200.0, 500.0, 250.0, 560.0, 300.0, 500.0)),
    "highlight": lambda a: a.add(
        "Highlight", PLACE, QuadPoints=(200.0, 560.0, 300.0, 560.0, 200.0, 500.0, 300.0, 500.0)
    ),
    "underline": lambda a: a.add("Underline", PLACE),
    "strikeout": lambda a: a.add("StrikeOut", PLACE, C=(1.0, 0.0, 0.0)),
    "free text": lambda a: a.add("FreeText", PLACE, Contents="Setuju, Budi", DA="/Helv 12 Tf 0 0 1 rg"),
    "stamp": lambda a: a.add("Stamp", PLACE, Name="/Approved"),
    "screen only ink": lambda a: a.add("Ink", PLACE, InkList=((205.0, 505.0, 295.0, 555.0),), F=None),
    "text field": lambda a: a.add("Widget", PLACE, FT="/Tx", T="a", V="Isian", DA="/Helv 12 Tf 0 g"),
    "paragraph": lambda a: a.add("Widget", PLACE, FT="/Tx", T="a", V="Satu\rdua tiga empat", Ff=1 << 12),
    "comb": lambda a: a.add("Widget", PLACE, FT="/Tx", T="a", V="198501", Ff=1 << 24, MaxLen=8),
    "choice": lambda a: a.add("Widget", PLACE, FT="/Ch", T="a", V="b", Opt=(("a", "Satu"), ("b", "Dua"))),
    "tick": lambda a: a.add("Widget", PLACE, FT="/Btn", T="a", V="/Ya", AS="/Ya"),
    "radio": lambda a: a.add("Widget", PLACE, FT="/Btn", T="a", V="/Ya", AS="/Ya", Ff=1 << 15),
}


@pytest.mark.parametrize("kind", LOOKLESS)
def test_what_has_no_appearance_is_drawn_all_the_same(kind: str) -> None:
    """Ink, shapes, marked text, typed text and values that a program put there in numbers only are seen."""
    paper = Annotated()
    LOOKLESS[kind](paper)
    flat = flatten_pdf(paper.done())
    assert not seen(pdf("Isi surat"))
    assert seen(flat)
    assert "/Annots" not in PdfReader(io.BytesIO(flat)).pages[0]
    assert seen(paper.done()), "the file as it came is shown so, too"


@pytest.mark.parametrize("shape", [{}, {"rotate": 90}, {"rotate": 270}, {"crop": (100, 100, 500, 800)}], ids=str)
def test_appearances_stand_where_another_program_shows_them(shape: dict[str, object], tmp_path: Path) -> None:
    """A drawing with a box off its origin, one that is turned, one state of a button, on pages of every lie."""
    paper = Annotated(pdf("Isi surat", **shape))  # type: ignore[arg-type]
    off = paper.look(b"1 0 0 rg 500 500 200 120 re f", (500, 500, 700, 620))
    paper.add("Stamp", (120, 600, 220, 660), AP=look_of(off))
    turned = paper.look(b"0 0 1 rg 0 0 100 20 re f 0 0 20 60 re f", (0, 0, 100, 60), (0, 1, -1, 0, 0, 0))
    paper.add("Stamp", (300, 600, 360, 700), AP=look_of(turned))
    looks = paper.states(
        Ya=paper.look(GREEN, (0, 0, 100, 60)), Off=paper.look(b"1 0 0 rg 0 0 100 60 re f", (0, 0, 100, 60))
    )
    paper.add("Widget", (120, 300, 220, 360), FT="/Btn", T="a", V="/Ya", AS="/Ya", AP=looks)
    paper.add(
        "Ink", (300, 300, 400, 400), InkList=((300.0, 300.0, 400.0, 400.0),), BS=DictionaryObject(), C=(1.0, 0.0, 1.0)
    )
    data = paper.done()
    theirs = as_poppler_shows(data, tmp_path)
    assert theirs.convert("L").getextrema()[0] < 200  # type: ignore[operator]
    assert differing(as_poppler_shows(flatten_pdf(data), tmp_path), theirs) < 0.004
    assert differing(picture(flatten_pdf(data)), picture(data)) < 0.001


def test_what_is_hidden_stays_hidden() -> None:
    """Hidden things, notes that open, buttons to press and layers that are off are not on paper; links stay links."""
    paper = Annotated(with_link())
    look = look_of(paper.look(GREEN, (0, 0, 100, 60)))
    paper.add("Stamp", PLACE, AP=look, F=2)
    paper.add("Stamp", PLACE, AP=look, F=32)
    paper.add("Popup", PLACE, AP=look)
    paper.add("Text", PLACE, AP=look, F=None)
    paper.add("Widget", PLACE, AP=look, FT="/Btn", T="a", Ff=1 << 16, F=None)
    layer = paper.writer._add_object(DictionaryObject({NameObject("/Type"): NameObject("/OCG")}))
    paper.add("Stamp", PLACE, AP=look, OC=layer)
    settings = DictionaryObject({NameObject("/OFF"): ArrayObject([layer])})
    paper.writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject([layer]), NameObject("/D"): settings}
    )
    flat = flatten_pdf(paper.done())
    assert not seen(flat)
    [link] = PdfReader(io.BytesIO(flat)).pages[0]["/Annots"]  # type: ignore[misc]
    assert link.get_object()["/Subtype"] == "/Link"
    paper.add("Stamp", PLACE, AP=look, F=36)  # printed, though not shown on the screen
    assert seen(flatten_pdf(paper.done()))


def test_a_field_shows_its_value_not_what_it_was_before() -> None:
    """Programs fill a form and leave its old look, or ask viewers to make it anew: the value is what is seen."""
    for asked in (False, True):
        paper = Annotated()
        old = look_of(paper.look(b"/Tx BMC EMC", (0, 0, 100, 60)))
        paper.form = {"NeedAppearances": BooleanObject(asked)}
        paper.add("Widget", PLACE, FT="/Tx", T="a", V="Nilai baru", DA="/Helv 11 Tf 0 g", AP=old)
        assert "Nilai baru" in page_text(flatten_pdf(paper.done()))[0]


def test_a_highlight_leaves_the_text_readable() -> None:
    """A highlighter's colour that covers words in its drawing does not hide them."""
    paper = Annotated()
    look = look_of(paper.look(b"1 1 0 rg 0 0 200 30 re f", (0, 0, 200, 30)))
    paper.add("Highlight", (190, 412, 290, 436), AP=look)
    words = picture(flatten_pdf(paper.done())).crop((195, 842 - 436, 260, 842 - 412))
    assert words.convert("L").getextrema()[0] < 80  # type: ignore[operator]


def test_a_file_without_anything_to_make_flat_stays_as_it_is() -> None:
    """Not a byte changes; links alone are no reason to write a file anew; the same input gives the same bytes."""
    assert flatten_pdf(pdf()) == pdf()
    assert flatten_pdf(with_link()) == with_link()
    assert flatten_pdf(with_ink(pdf())) == flatten_pdf(with_ink(pdf()))


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_file_that_opens_without_password_opens_here(algorithm: str) -> None:
    """Only who must know a password to read it is told that it is locked; the copy asks for none, whatever for."""
    flat = flatten_pdf(with_password(pdf("Isi surat"), user="", algorithm=algorithm))
    assert b"/Encrypt" not in flat
    assert page_text(flat) == ["Isi surat"]
    with pytest.raises(PdfError, match="terkunci dengan kata sandi"):
        flatten_pdf(with_password(pdf(), user="buka", algorithm=algorithm))


def test_a_page_tree_that_lies_is_put_right() -> None:
    """A count of nine for three pages is mended; a file of no pages is called so, not locked."""
    three = pdf("a", "b", "c")
    assert page_count(flatten_pdf(three.replace(b"/Count 3", b"/Count 9"))) == 3
    empty = three.replace(b"/Count 3", b"/Count 0")
    start = empty.index(b"/Kids [") + len(b"/Kids [")
    end = empty.index(b"]", start)
    with pytest.raises(PdfError, match="tidak mempunyai halaman"):
        flatten_pdf(empty[:start] + b" " * (end - start) + empty[end:])


def test_an_xfa_form_is_known() -> None:
    """Its values may stand where only one maker's programs show them."""
    paper = Annotated()
    paper.form = {"XFA": ArrayObject()}
    paper.add("Widget", PLACE, FT="/Tx", T="a")
    assert has_xfa(paper.done())
    assert not has_xfa(with_ink())


@pytest.mark.parametrize(
    ("content", "balanced"),
    [
        (b"q 1 0 0 1 0 0 cm Q", True),
        (b"q BT (Q \\) q) Tj ET Q % q", True),
        (b"q BI /W 1 /H 1 ID q Q q EI Q", True),
        (b"/q gs <</Q 1>> /P BDC EMC", True),
        (b"q q 0.1 0 0 0.1 0 0 cm Q", False),
        (b"Q q", False),
        (b"BT /F1 12 Tf", False),
        (b"/P BMC q Q", False),
    ],
)
def test_a_content_that_leaves_something_open_is_known(content: bytes, balanced: bool) -> None:
    """Signs in texts, names, comments and pictures do not count."""
    assert is_balanced(content) is balanced


def test_a_text_that_never_ends_is_read_once() -> None:
    """Reading a content takes as long as it is large, whatever parentheses it holds: each of these took minutes."""
    assert is_balanced(b"q Q (" + b"\\(" * 300_000)
    assert not is_balanced(b"q (" + b"(\\)" * 300_000)


LEFT_OPEN = [
    "q q 0.1 0 0 0.1 300 400 cm",
    "q q 0 1 -1 0 300 300 cm",
    "q q 10 10 20 20 re W n",
    "Q Q q q 3 0 0 3 0 0 cm",
    "q q BT 3 Tr",
]


def bound(data: bytes, layout: Layout) -> bytes:
    """A bundle of one file from outside, with its mark."""
    out = io.BytesIO()
    binder = Binder(out, layout)
    leaves = binder.add(data, foreign=True)
    binder.bind(leaves, title="x", digest=bytes(16), code="UJI", unmarked={9: "-"})
    return out.getvalue()


@pytest.mark.parametrize("two_up", [False, True])
@pytest.mark.parametrize("operators", LEFT_OPEN)
def test_marks_stand_upright_on_pages_that_leave_their_space_moved(operators: str, two_up: bool) -> None:
    """The bundle's mark and a word across the page are drawn where they are on a sound page, in the same size."""
    sound, odd = pdf("Isi", size=A4), pdf("Isi", size=A4, operators=operators)
    layout = Layout(paper=PAPERS["A4"], two_up=two_up)
    wanted, found = picture(bound(sound, layout)), picture(bound(odd, layout))
    assert wanted.crop((0, 0, 595, 50)).convert("L").getextrema()[0] < 200  # type: ignore[operator]
    assert differing(wanted, found) == 0
    assert differing(picture(watermark(sound, "BATAL")), picture(watermark(odd, "BATAL"))) == 0
