"""The verification band: it scans, it says what it must, and the document under it stays what it was."""

from __future__ import annotations

import io
from typing import Any

import pytest
import zxingcpp
from docx import Document
from docx.shared import Cm
from PIL import Image, ImageChops
from pypdf import PdfReader, PdfWriter
from pypdf.generic import IndirectObject

from docgen.errors import PdfError
from docgen.libreoffice import Converter
from docgen.render.pdf.paper import MM, Paper
from docgen.render.pdf.pdfium import page_png, page_text
from docgen.render.stamps.verification_band import MARK, page_mark, stamp_band
from docgen.render.stamps.watermark import watermark
from tests.support.files.pdfs import A4, BROKEN, F4, LANDSCAPE, pdf
from tests.support.office.letters import KINDS, letter

CODE = "7Q4MZ2KXA9B3C5DE"
URL = f"https://arsip.example.go.id/verifikasi/{CODE}"
NUMBER = "B/000.1.9.1/83/DiskominfoSP/XI/2026"
WIDTH = 1800  # pixels of the pictures here

SHAPES: dict[str, dict[str, Any]] = {
    "A4": {},
    "F4": {"size": F4},
    "landscape": {"size": LANDSCAPE},
    "turned 90": {"size": LANDSCAPE, "rotate": 90},
    "turned 180": {"rotate": 180},
    "turned 270": {"size": LANDSCAPE, "rotate": 270},
    "cropped": {"size": (700, 950), "crop": (40, 60, 40 + A4[0], 60 + A4[1])},
    "cropped and turned": {"size": (950, 700), "crop": (40, 60, 40 + A4[1], 60 + A4[0]), "rotate": 90},
    "scale left changed": {"operators": "0.5 0 0 0.5 10 10 cm 1 0 0 rg"},
}


def stamped(data: bytes, number: str = NUMBER, code: str = CODE, url: str = URL, office: str = "") -> bytes:
    return stamp_band(data, number=number, code=code, url=url, office=office).data


def picture(data: bytes, page: int = 1) -> Image.Image:
    return Image.open(io.BytesIO(page_png(data, page, width=WIDTH))).convert("RGB")


def identity(data: bytes) -> list[Any]:
    """Both halves of the file identifier."""
    found: Any = PdfReader(io.BytesIO(data)).trailer["/ID"]
    return list(found)


def marked_box(before: bytes, after: bytes, page_width: float) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of what the stamp changed, in millimetres from the left and from the lower edge."""
    changed = ImageChops.difference(picture(before), picture(after))
    box = changed.getbbox()
    assert box is not None
    pixel = page_width / 72 * 25.4 / WIDTH
    left, top, right, bottom = box
    return left * pixel, (changed.height - top) * pixel, right * pixel, (changed.height - bottom) * pixel


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_qr_scans_from_a_picture_of_the_page(shape: dict[str, Any]) -> None:
    """A phone that sees any page, of any size and turn, opens the verification page; upright as the page is seen."""
    found = zxingcpp.read_barcodes(
        picture(stamped(pdf(**shape))), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
    )
    assert [(code.text, code.orientation) for code in found] == [(URL, 0)]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_page_mark_is_no_code_a_telephone_opens(shape: dict[str, Any]) -> None:
    """Beside the QR a page carries one Micro QR of page and pages, upright at the other end of the band, and before it
    the word ARSIP for people, drawn so that no search finds it on every page.
    """
    after = stamped(pdf(**shape))
    seen = picture(after)
    assert "arsip" not in page_text(after)[0].replace("arsip.example", "").casefold()
    (mark,) = zxingcpp.read_barcodes(seen, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.MicroQRCode))
    assert (mark.text, mark.orientation) == ("1/1", 0)
    assert mark.position.top_left.x > seen.width * 0.7
    left, top, bottom = mark.position.top_left.x, mark.position.top_left.y, mark.position.bottom_left.y
    size = bottom - top
    word = seen.convert("L").crop((int(left - 0.45 * size), top, int(left - 0.2 * size), bottom))
    assert word.getextrema()[0] < 160


def test_the_mark_has_modules_a_poor_scan_can_see() -> None:
    """The mark keeps one size to 99999 pages: 15 modules of at least 0.6 mm within the height of the band."""
    assert MARK / MM / 15 >= 0.6
    for page, pages in ((1, 1), (12, 345), (99999, 99999)):
        assert len(page_mark(page, pages).matrix) == 15


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_band_stays_in_the_free_margin(shape: dict[str, Any]) -> None:
    """Nothing is printed in the outer 5 mm, above 2.2 cm, left of 3 cm or right of the text margin."""
    before = pdf(**shape)
    seen = shape.get("size", A4)
    if "crop" in shape:
        seen = A4[::-1] if shape.get("rotate") else A4
    width = seen[1] if shape.get("rotate", 0) in (90, 270) else seen[0]
    left, top, right, bottom = marked_box(before, stamped(before), width)
    assert left == pytest.approx(30, abs=0.5)
    assert right == pytest.approx(width / 72 * 25.4 - 20, abs=0.5)
    assert bottom >= 5
    assert top <= 22


def test_every_page_says_number_address_code_and_place() -> None:
    """Who holds one sheet knows its document, where to check it, and which sheet of how many it is."""
    texts = page_text(stamped(pdf("satu", "dua", "tiga")))
    assert len(texts) == 3
    for index, text in enumerate(texts, start=1):
        assert ["satu", "dua", "tiga"][index - 1] in text
        assert f"Nomor {NUMBER}" in text
        assert f"Verifikasi: arsip.example.go.id/verifikasi/{CODE}" in text
        assert "Kode 7Q4M-Z2KX-A9B3-C5DE" in text
        assert f"Halaman {index} dari 3" in text


def test_the_office_is_named_when_given() -> None:
    """The office's name stands above the number, inside the same free margin."""
    before = pdf()
    after = stamped(before, office="Dinas Komunikasi, Informatika, Statistik dan Persandian")
    assert "Dinas Komunikasi, Informatika, Statistik dan Persandian" in page_text(after)[0]
    assert marked_box(before, after, A4[0])[1] <= 22


def test_it_claims_no_signature() -> None:
    """The band is no electronic signature and never says it is (PP 71/2019 Ps. 60(2))."""
    text = page_text(stamped(pdf(), office="Dinas"))[0].lower()
    assert not any(word in text for word in ("ditandatangani", "tanda tangan", "sertifikat", "bsre"))


def test_long_words_stay_between_the_margins() -> None:
    """A very long number or address is printed smaller, then cut, and never runs off the paper."""
    before = pdf()
    long = "https://" + "sub." * 40 + "go.id/v"
    left, _, right, _ = marked_box(before, stamped(before, number="B/" + "9" * 400, url=long), A4[0])
    assert left >= 29.5
    assert right <= 190.5


def test_signs_the_font_lacks_become_squares() -> None:
    """Accents, dashes and curly quotes are printed as they are, a sign of another script as an empty square."""
    text = page_text(stamped(pdf(), number="B–12/Café “X”/統(\\)/2026"))[0]
    assert "Nomor B–12/Café “X”/□(\\)/2026" in text


def test_a_code_that_is_no_multiple_of_four_is_left_whole() -> None:
    """The word that stands for a code on a preview is not torn apart."""
    assert "Kode PRATINJAU" in page_text(stamped(pdf(), code="PRATINJAU"))[0]


def test_an_address_too_long_to_scan_is_refused() -> None:
    """A QR so dense that paper cannot carry it is an error, not a useless picture."""
    with pytest.raises(PdfError, match="terlalu panjang"):
        stamped(pdf(), url="https://example.go.id/" + "x" * 200)


def test_the_same_input_gives_the_same_bytes() -> None:
    """A stamp can be made again and compared; other words give another file identifier."""
    data = pdf("satu", "dua")
    assert stamped(data) == stamped(data)
    one, other = (identity(stamped(data, number=number)) for number in ("B/1", "B/2"))
    assert one[0] == other[0]
    assert one[1] != other[1]


def test_twenty_pages_share_one_font_and_one_qr() -> None:
    """Each further page costs its own line of text only."""
    twenty = pdf(*(str(page) for page in range(20)))
    grown = len(stamped(twenty)) - len(twenty)
    assert grown < len(stamped(pdf())) - len(pdf()) + 19 * 1500


def test_a_stamped_page_can_be_stamped_again() -> None:
    """A second band does not take the place of the first one's drawing."""
    text = page_text(stamped(stamped(pdf(), number="SATU"), number="DUA"))[0]
    assert "Nomor SATU" in text
    assert "Nomor DUA" in text


def test_pages_that_share_resources_keep_their_own_band() -> None:
    """Where two pages of different size share one resource dictionary, each gets the band that fits it."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("satu", "dua"))))
    shared = writer._add_object(writer.pages[0]["/Resources"].get_object())  # type: ignore[arg-type]
    for page in writer.pages:
        page[next(key for key in page if key == "/Resources")] = shared
    writer.pages[1].mediabox.upper_right = (400, 400)
    out = io.BytesIO()
    writer.write(out)
    after = stamped(out.getvalue())
    for number in (1, 2):
        assert {code.text for code in zxingcpp.read_barcodes(picture(after, number))} == {URL, f"{number}/2"}
        assert page_text(after)[number - 1].count("Halaman") == 1


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_read_is_refused(data: bytes) -> None:
    """A broken or locked file is an error with a sentence for the clerk, never a library's exception."""
    with pytest.raises(PdfError, match=r"PDF"):
        stamped(data)


@pytest.mark.office
def test_pdf_a_and_tags_survive(converter: Converter) -> None:
    """A tagged PDF/A letter keeps output intent, Info, tags and identity; its XMP says PDF/UA; fonts are embedded."""
    document = Document()
    document.sections[0].bottom_margin = Cm(2.2)
    document.core_properties.title = "Nota Dinas"
    for number in range(60):
        document.add_paragraph(f"{number}. Barang milik daerah ini diperiksa, dicatat, dan dirawat.")
    saved = io.BytesIO()
    document.save(saved)
    before = converter.convert(saved.getvalue())
    after = stamped(before)
    old, new = PdfReader(io.BytesIO(before)), PdfReader(io.BytesIO(after), strict=True)
    for key in ("/OutputIntents", "/StructTreeRoot", "/MarkInfo", "/Metadata", "/Lang"):
        assert (key in new.root_object) == (key in old.root_object), key
    assert "/StructTreeRoot" in new.root_object
    declared, told = (one.root_object["/Metadata"].get_data() for one in (new, old))  # type: ignore[attr-defined]
    assert declared.startswith(told.partition(b"</rdf:RDF>")[0])
    assert b"<pdfuaid:part>1<" in declared
    assert new.metadata == old.metadata
    assert identity(after)[0] == identity(before)[0]
    assert identity(after)[1] != identity(before)[1]
    assert new.pdf_header == old.pdf_header
    assert [page.get("/StructParents") for page in new.pages] == [page.get("/StructParents") for page in old.pages]
    assert unembedded_fonts(new) == []
    assert b"/Artifact <</Type /Pagination /Subtype /Footer>> BDC" in new.pages[1].get_contents().get_data()  # type: ignore[union-attr]
    for index, text in enumerate(page_text(before)):
        assert text.strip() in page_text(after)[index]


def unembedded_fonts(reader: PdfReader) -> list[str]:
    """Names of fonts anywhere in the file without their outlines inside."""
    missing: list[str] = []
    for number in range(1, int(reader.trailer["/Size"])):  # type: ignore[call-overload]
        thing = reader.get_object(IndirectObject(number, 0, reader))
        if isinstance(thing, dict) and thing.get("/Type") == "/FontDescriptor":
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(thing):
                missing.append(str(thing["/FontName"]))
        elif isinstance(thing, dict) and thing.get("/Type") == "/Font" and "/DescendantFonts" not in thing:
            assert "/FontDescriptor" in thing, thing["/BaseFont"]
    return missing


@pytest.mark.office
@pytest.mark.parametrize("paper", ["A4", "F4"])
def test_the_quick_way_and_the_thorough_way_print_the_same(
    converter: Converter, monkeypatch: pytest.MonkeyPatch, paper: Paper
) -> None:
    """A file fresh from LibreOffice is stamped without parsing it; any other way gives the same pictures."""
    letter_pdf = converter.convert(letter(KINDS["berita_acara_serah_terima"], 2, paper=paper))
    quick = stamped(letter_pdf)
    monkeypatch.setattr("docgen.render.stamps.verification_band.RawOverlay", _refuse)
    thorough = stamped(letter_pdf)
    pages = len(PdfReader(io.BytesIO(quick), strict=True).pages)
    assert pages == len(PdfReader(io.BytesIO(thorough)).pages) > 1
    for page in range(1, pages + 1):
        assert picture(quick, page).tobytes() == picture(thorough, page).tobytes()
    assert identity(quick) == identity(thorough)


def _refuse(raw: object, signs: str) -> None:
    raise PdfError("Bukan dari LibreOffice.")


@pytest.mark.office
@pytest.mark.parametrize("source", ["fresh from LibreOffice", "by others"])
def test_a_word_across_the_page_is_as_if_printed_afterwards(converter: Converter, source: str) -> None:
    """A preview is stamped and marked at once: each page looks as it does stamped first and marked then."""
    if source == "fresh from LibreOffice":
        before = converter.convert(letter(KINDS["nota_dinas"], 2))
    else:
        before = pdf("Satu", "Dua", rotate=90)
    at_once = stamp_band(before, number=NUMBER, code=CODE, url=URL, watermark="DRAF")
    afterwards = watermark(stamped(before), "DRAF")
    assert at_once.pages > 1
    for page in range(1, at_once.pages + 1):
        assert picture(at_once.data, page).tobytes() == picture(afterwards, page).tobytes()
        assert "DRAF" in page_text(at_once.data)[page - 1]
    assert identity(at_once.data)[1] != identity(stamped(before))[1]
