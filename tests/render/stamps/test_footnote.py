"""The line at the foot of derived copies: on every page, whole, and clear of the verification band."""

from __future__ import annotations

from importlib import resources

import pytest
from PIL import ImageChops

from docgen.errors import PdfError
from docgen.render.pdf.paper import MM
from docgen.render.pdf.pdfium import page_count, page_grey, page_text
from docgen.render.scans.read import read_scans
from docgen.render.stamps.footnote import footnote, prepare_for_signature
from docgen.render.stamps.verification_band import stamp_band
from storage.records import BSRE_FOOTER
from tests.support.files.pdfs import A4, BROKEN, F4, LANDSCAPE, pdf


@pytest.mark.parametrize("size", [A4, F4, LANDSCAPE])
def test_the_line_stands_on_every_page_and_covers_nothing(size: tuple[float, float]) -> None:
    """The longest line we print is whole on each page; nothing that was printed before is touched."""
    before = stamp_band(
        pdf("Satu", "Dua", size=size), number="1", code="ABCD", url="https://x.go.id/verifikasi/ABCD"
    ).data
    after = footnote(before, BSRE_FOOTER)
    assert all(BSRE_FOOTER in " ".join(text.split()) for text in page_text(after))
    old, new = page_grey(before, 1, dpi=144), page_grey(after, 1, dpi=144)
    changed = ImageChops.difference(old, new).point(lambda value: 255 if value else 0)
    ink = old.point(lambda light: 255 if light < 250 else 0)
    assert changed.getbbox() is not None
    assert ImageChops.multiply(changed, ink).getbbox() is None


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file_is_refused(broken: str) -> None:
    """What cannot be read is a PdfError."""
    with pytest.raises(PdfError):
        footnote(BROKEN[broken], "x")


EMBLEM = (resources.files("docgen.demo") / "emblem.png").read_bytes()
CATCHWORD = "sebagaimana..."


def nothing_covered(before: bytes, after: bytes) -> bool:
    """Whether every dark spot of `before` looks the same in `after`."""
    for page in range(1, page_count(before) + 1):
        old, new = (page_grey(pdf_bytes, page, dpi=144) for pdf_bytes in (before, after))
        changed = ImageChops.difference(old, new).point(lambda value: 255 if value else 0)
        ink = old.point(lambda light: 255 if light < 250 else 0)
        if changed.getbbox() is None or ImageChops.multiply(changed, ink).getbbox() is not None:
            return False
    return True


@pytest.mark.parametrize("logo", [None, EMBLEM], ids=["words alone", "with logo"])
@pytest.mark.parametrize("line", [BSRE_FOOTER, "Pendek.", BSRE_FOOTER + BSRE_FOOTER[:110]])
@pytest.mark.parametrize("size", [A4, F4, LANDSCAPE])
def test_it_keeps_clear_of_catchwords_and_stamps(size: tuple[float, float], line: str, logo: bytes | None) -> None:
    """Beside a catchword on one page and below the lowest stamp on another, the line is whole and covers nothing."""
    stamp = f"0.5 g 95 {23 * MM:.1f} 147 70 re f\n"
    letter = pdf("Satu", "Dua", size=size, operators=stamp)
    banded = stamp_band(letter, number="1", code="ABCD", url="https://x.go.id/verifikasi/ABCD",
                        catchwords=[CATCHWORD, ""]).data  # fmt: skip
    after = prepare_for_signature(banded, line, logo)
    assert all(line in " ".join(text.replace(CATCHWORD, "").split()) for text in page_text(after))
    assert nothing_covered(banded, after)


def test_the_code_of_the_band_is_read_still() -> None:
    """Footer and logo leave the quiet zones of both codes."""
    before = stamp_band(pdf("Satu"), number="1", code="ABCD", url="https://x.go.id/verifikasi/ABCD").data
    after = prepare_for_signature(before, BSRE_FOOTER, EMBLEM)
    old, new = (
        [(page.url, page.page, page.pages) for page in read_scans([("a.pdf", pdf_bytes)])]
        for pdf_bytes in (before, after)
    )
    assert old == new


def test_an_office_without_footer_and_logo_gets_its_file_back() -> None:
    """Nothing to print leaves the bytes as they are."""
    before = pdf("Satu")
    assert prepare_for_signature(before, "") == before


def test_a_broken_logo_is_refused() -> None:
    """A picture that cannot be read is a PdfError."""
    with pytest.raises(PdfError):
        prepare_for_signature(pdf("Satu"), "x", b"\x89PNG\r\n\x1a\nrusak")
