"""The overlays: whichever draws a mark, and whatever the page says of itself, the mark looks the same."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, ByteStringObject, NameObject, NumberObject

from docgen.errors import PdfError
from docgen.render.pdf.geometry import PageView
from docgen.render.pdf.objects.pdf_file import LOCKED, read_pdf, write_pdf
from docgen.render.pdf.objects.serializer import PdfSerializer
from docgen.render.pdf.overlays.overlay import Drawing, Overlay, Page
from docgen.render.pdf.overlays.pikepdf_overlay import PikepdfOverlay, draw_on_pages
from docgen.render.pdf.overlays.pypdf_overlay import PypdfOverlay
from docgen.render.pdf.pdfium import page_grey, page_text
from tests.support.files.pdfs import pdf

TEXT = "Tanda é"
REVISION = bytes(range(16))
SHAPES: dict[str, dict[str, Any]] = {
    "plain": {},
    "lying": {"rotate": 90},
    "upside down": {"rotate": 180},
    "cropped and turned": {"rotate": 270, "crop": (10, 20, 300, 500)},
    "left in a moved space": {"operators": "q q 0.1 0 0 0.1 300 400 cm"},
}


def marked(overlay: Overlay[Page, Drawing]) -> None:
    """Draw a line, and another drawing within it, at the lower left of each page."""
    for page in overlay.pages:
        view = overlay.page_view(page)
        inner = overlay.drawing(b"0.5 g 20 20 60 30 re f\n", view)
        operators = b"/D Do 0 g\n" + overlay.text(TEXT, 40, 40, 9)
        overlay.mark(page, view, overlay.drawing(operators, view, inner=inner), subtype="Footer")


def by_pikepdf(data: bytes) -> bytes:
    """The file, marked by pikepdf."""
    overlay = PikepdfOverlay(data, TEXT)
    marked(overlay)
    return overlay.to_bytes(REVISION)


def by_pypdf(data: bytes) -> bytes:
    """The file, marked by pypdf."""
    writer = PdfWriter(clone_from=read_pdf(data))
    marked(PypdfOverlay(writer, TEXT))
    return write_pdf(writer, REVISION)


def picture(data: bytes) -> Image.Image:
    """The last page."""
    return page_grey(data, len(PdfReader(io.BytesIO(data)).pages), dpi=72)


def identity(data: bytes) -> list[bytes]:
    """Both halves of /ID."""
    halves: Any = PdfReader(io.BytesIO(data)).trailer["/ID"]
    return [half if isinstance(half, bytes) else half.original_bytes for half in halves]


def rewritten(data: bytes, **changes: Any) -> bytes:
    """The file as pypdf writes it; `user_unit`, `identity` and passwords as given."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    if "user_unit" in changes:
        writer.pages[0][NameObject("/UserUnit")] = NumberObject(changes["user_unit"])
    writer._ID = ArrayObject([ByteStringObject(changes["identity"])] * 2) if "identity" in changes else None
    if "owner" in changes:
        writer.encrypt(changes.get("user", ""), changes["owner"])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_both_ways_look_the_same(shape: dict[str, Any]) -> None:
    """Marks by pikepdf and by pypdf are the same pictures, on pages of every shape, and stand where text is found."""
    data = pdf("Satu", "Dua", **shape)
    assert picture(by_pikepdf(data)).tobytes() == picture(by_pypdf(data)).tobytes()
    assert [TEXT in text for text in page_text(by_pikepdf(data))] == [True, True]


def test_a_page_in_larger_units_is_marked_in_points() -> None:
    """/UserUnit makes the page larger and not its mark."""
    data = rewritten(pdf("Satu"), user_unit=2)
    assert picture(by_pikepdf(data)).tobytes() == picture(by_pypdf(data)).tobytes()


def test_what_a_page_inherits_counts() -> None:
    """Size, turn and resources may stand above a page in the tree; a page may have no content at all."""
    out = io.BytesIO()
    file = PdfSerializer(out)
    root, tree, _page, info = (file.reserve() for _ in range(4))
    file.write(root, b"<</Type/Catalog/Pages 2 0 R>>")
    file.write(tree, b"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 300 200]/Rotate 90/Resources<<>>>>")
    file.write(3, b"<</Type/Page/Parent 2 0 R>>")
    file.write(info, b"<<>>")
    file.finish(root, info, (b"00" * 16, b"00" * 16))
    views: list[PageView] = []

    def draw(overlay: PikepdfOverlay, view: PageView) -> bytes:
        views.append(view)
        return overlay.text(TEXT, 40, 40, 9)

    after = draw_on_pages(out.getvalue(), draw, subtype="Footer", texts=TEXT)
    assert [(view.width, view.height) for view in views] == [(200, 300)]
    assert [text.strip() for text in page_text(after)] == [TEXT]


def test_the_first_half_of_the_identity_stays() -> None:
    """/ID names the file it began as, then this state of it; a file without one gets the second twice."""
    assert identity(by_pikepdf(rewritten(pdf(), identity=b"A" * 16))) == [b"A" * 16, REVISION]
    assert identity(by_pikepdf(rewritten(pdf()))) == [REVISION, REVISION]


def test_a_password_to_change_a_file_does_not_hinder_and_one_to_open_it_does() -> None:
    """Who may open a file sees its marked copy without a password; a locked one is refused by name."""
    copy = by_pikepdf(rewritten(pdf("Satu"), owner="rahasia"))
    assert not PdfReader(io.BytesIO(copy)).is_encrypted
    assert "Satu" in page_text(copy)[0]
    with pytest.raises(PdfError, match=LOCKED):
        by_pikepdf(rewritten(pdf(), user="terkunci", owner="rahasia"))
