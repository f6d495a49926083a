"""Scanned signed pages: sorted by what the verification band prints, however they lie, and put together as they are."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps
from pypdf import PdfReader, PdfWriter

from docgen.errors import PdfError
from docgen.render.pdf.image_page import MOST_PIXELS
from docgen.render.pdf.pdfium import page_grey, page_text
from docgen.render.scans.read import ScannedPage, assemble_scans, read_scans
from docgen.render.stamps.verification_band import stamp_band
from tests.support.files.pdfs import A4, F4, LANDSCAPE, locked, pdf, with_link
from tests.support.files.scans import stack

OFFICE = "Dinas Komunikasi, Informatika, Statistik dan Persandian"
WORDS = "Barang milik daerah ini diperiksa, dicatat, dan dirawat sesuai ketentuan yang berlaku."


def url(code: str) -> str:
    return f"https://arsip.example.go.id/verifikasi/{code}"


def document(code: str, pages: int, size: tuple[float, float] = A4) -> bytes:
    """A stamped document of pages full of lines, down to the part that templates keep free."""
    lines = (
        "BT /F1 11 Tf " + " ".join(f"1 0 0 1 85 {y} Tm ({WORDS}) Tj" for y in range(70, int(size[1]) - 60, 16)) + " ET"
    )
    before = pdf(*(f"Lembar {page}" for page in range(1, pages + 1)), size=size, operators=lines)
    return stamp_band(before, number="B/000.1.9.1/83/2026", code=code, url=url(code), office=OFFICE).data


def scanned(data: bytes, page: int, rng: random.Random, *, dpi: int = 150, turn: int = 0, askew: float = 3) -> bytes:
    """The page as an ordinary scanner gives it: askew, a little soft, noisy, JPG of quality 75; turned clockwise."""
    picture = page_grey(data, page, dpi=dpi)
    angle = rng.uniform(-askew, askew)
    picture = picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=250).rotate(-turn, expand=True)
    picture = picture.filter(ImageFilter.GaussianBlur(0.4))
    noise = grains()
    grain = Image.new("L", picture.size)
    for x in range(0, picture.width, 256):
        for y in range(0, picture.height, 256):
            grain.paste(noise, (x, y))
    return saved(ImageChops.add(picture, grain, 1, -128), "JPEG", quality=75, dpi=(dpi, dpi))


@cache
def grains() -> Image.Image:
    """A tile of noise, the same in every run."""
    rng = random.Random(1)
    return Image.frombytes("L", (256, 256), bytes(min(max(int(rng.gauss(128, 10)), 0), 255) for _ in range(65536)))


def saved(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def said(pages: Sequence[ScannedPage]) -> list[tuple[str | None, int | None, int | None, int, str]]:
    return [(page.url, page.page, page.pages, page.turned, page.doubtful) for page in pages]


@pytest.mark.slow
def test_a_stack_of_forty_pages_with_two_missing_is_read_whole() -> None:
    """Five documents, shuffled, askew and some upside down: each page is known by document, number and turn."""
    rng = random.Random(2026)
    sizes = [("AAAA1111BBBB2222", 12, A4), ("CCCC3333DDDD4444", 9, F4), ("EEEE5555FFFF6666", 1, A4)]
    sizes += [("GGGG7777HHHH8888", 14, A4), ("JJJJ9999KKKK1234", 6, LANDSCAPE)]
    missing = {("AAAA1111BBBB2222", 5), ("GGGG7777HHHH8888", 14)}
    documents = {code: document(code, count, size) for code, count, size in sizes}
    sheets = [(code, page, count) for code, count, _ in sizes for page in range(1, count + 1)]
    sheets = [sheet for sheet in sheets if sheet[:2] not in missing]
    assert len(sheets) == 40
    rng.shuffle(sheets)
    turns = [rng.choice((0, 0, 0, 180)) if code[0] != "J" else rng.choice((90, 270)) for code, _, _ in sheets]
    pictures = [
        scanned(documents[code], page, rng, turn=turn) for (code, page, _), turn in zip(sheets, turns, strict=True)
    ]
    found = list(read_scans([("tumpukan.pdf", stack(pictures))]))
    assert [(page.source, page.index) for page in found] == [("tumpukan.pdf", index) for index in range(1, 41)]
    wanted = [
        (url(code), page, count, -turn % 360, "") for (code, page, count), turn in zip(sheets, turns, strict=True)
    ]
    assert said(found) == wanted


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_says_how_it_must_be_turned(turn: int) -> None:
    """A page fed sideways or upside down is read, and assembled upright: its codes lie level at the bottom left."""
    rng = random.Random(turn)
    files = [("satu.jpg", scanned(document("AAAA1111BBBB2222", 2), 2, rng, turn=turn))]
    found = list(read_scans(files))
    assert said(found) == [(url("AAAA1111BBBB2222"), 2, 2, -turn % 360, "")]
    again = list(read_scans([("utuh.pdf", assemble_scans(files, found))]))
    assert said(again) == [(url("AAAA1111BBBB2222"), 2, 2, 0, "")]


@pytest.mark.parametrize("seed", range(6))
def test_a_coarse_scan_is_looked_at_closer(seed: int) -> None:
    """At 100 dpi, where the modules of the QR are not two pixels wide, pages are still known."""
    data = scanned(document("AAAA1111BBBB2222", 120), 117, random.Random(seed), dpi=100)
    assert said(list(read_scans([("kasar.jpg", data)]))) == [(url("AAAA1111BBBB2222"), 117, 120, 0, "")]


def test_a_black_and_white_scan_is_read() -> None:
    """Many feeders save line art, one bit a pixel: hard edges, stairs and all."""
    grey = Image.open(io.BytesIO(scanned(document("AAAA1111BBBB2222", 12), 11, random.Random(4), dpi=200)))
    files = [("hitam.png", saved(grey.point(lambda level: 255 if level > 140 else 0).convert("1"), dpi=(200, 200)))]
    assert said(list(read_scans(files))) == [(url("AAAA1111BBBB2222"), 11, 12, 0, "")]


def test_pdf_jpg_and_png_are_read_together() -> None:
    """Files of several sorts are read in the order given, each page under the name of its file."""
    rng = random.Random(5)
    data = document("AAAA1111BBBB2222", 4)
    png = saved(Image.open(io.BytesIO(scanned(data, 4, rng))))
    files = [
        ("a.pdf", stack([scanned(data, 1, rng), scanned(data, 3, rng)])),
        ("b.JPG", scanned(data, 2, rng)),
        ("c.png", png),
    ]
    found = list(read_scans(files))
    assert [(page.source, page.index, page.page) for page in found] == [
        ("a.pdf", 1, 1),
        ("a.pdf", 2, 3),
        ("b.JPG", 1, 2),
        ("c.png", 1, 4),
    ]
    ordered = sorted(found, key=lambda page: page.page or 0)
    whole = assemble_scans(files, ordered)
    assert [page.page for page in read_scans([("utuh.pdf", whole)])] == [1, 2, 3, 4]
    assert whole == assemble_scans(files, ordered)


def test_files_of_one_name_are_told_apart() -> None:
    """Two folders can each hold a scan.jpg; neither takes the other's place."""
    rng = random.Random(6)
    data = document("AAAA1111BBBB2222", 2)
    files = [("scan.jpg", scanned(data, 2, rng)), ("scan.jpg", scanned(data, 1, rng))]
    found = list(read_scans(files))
    assert [(page.source, page.page) for page in found] == [("scan.jpg", 2), ("scan.jpg (2)", 1)]
    assert [page.page for page in read_scans([("x.pdf", assemble_scans(files, found[::-1]))])] == [1, 2]


def test_a_blank_page_has_neither_document_nor_doubt() -> None:
    """The empty back of a sheet is no cause for a question."""
    assert said(list(read_scans([("kosong.pdf", pdf("", ""))]))) == [(None, None, None, 0, "")] * 2


def test_a_page_of_another_office_belongs_to_nothing() -> None:
    """A letter that came in, with a QR of its own that leads elsewhere, is given to no document."""
    foreign = stamp_band(pdf("Surat masuk"), number="1", code="X", url="https://kantor-lain.example/d/123456").data
    (found,) = read_scans([("masuk.jpg", scanned(foreign, 1, random.Random(7)))])
    assert found.url is None


def test_an_unstamped_page_full_of_text_belongs_to_nothing() -> None:
    """Text is not taken for a code."""
    lines = "BT /F1 9 Tf " + " ".join(f"1 0 0 1 40 {y} Tm ({WORDS}) Tj" for y in range(10, 830, 11)) + " ET"
    (found,) = read_scans([("teks.pdf", pdf(operators=lines))])
    assert said([found]) == [(None, None, None, 0, "")]


def test_two_documents_on_one_page_are_a_question() -> None:
    """Where a page shows the codes of two documents nobody guesses which one it is."""
    rng = random.Random(8)
    picture = Image.open(io.BytesIO(scanned(document("AAAA1111BBBB2222", 1), 1, rng)))
    other = page_grey(document("CCCC3333DDDD4444", 1), 1, dpi=150)
    picture.paste(other.crop((0, other.height - 200, 600, other.height)), (0, 300))
    (found,) = read_scans([("dua.png", saved(picture))])
    assert found.url is None
    assert "dua dokumen" in found.doubtful


def test_a_hidden_page_mark_is_a_question() -> None:
    """The document is known, and the sentence asks for the page number only."""
    picture = page_grey(document("AAAA1111BBBB2222", 3), 2, dpi=150)
    ImageDraw.Draw(picture).rectangle((900, picture.height - 150, 1240, picture.height), fill=255)
    (found,) = read_scans([("tanpa.png", saved(picture))])
    assert (found.url, found.page, found.pages) == (url("AAAA1111BBBB2222"), None, None)
    assert "nomor halaman" in found.doubtful.lower()


def test_a_smeared_qr_is_a_question() -> None:
    """A QR under a stain is not passed over like a blank page."""
    picture = page_grey(document("AAAA1111BBBB2222", 3), 2, dpi=150)
    ImageDraw.Draw(picture).rectangle((200, picture.height - 90, 245, picture.height - 60), fill=0)
    (found,) = read_scans([("noda.png", saved(picture))])
    assert found.url is None
    assert "tidak terbaca" in found.doubtful


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is very large and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


BAD = {
    "empty": (b"", "kosong"),
    "a Word file": (b"PK\x03\x04 surat", "bukan PDF, JPG, atau PNG"),
    "a PDF cut short": (pdf()[:-700], "terpotong"),
    "a locked PDF": (locked(), "kata sandi"),
    "a JPG cut short": (saved(Image.effect_noise((600, 800), 50), "JPEG")[:9000], "rusak"),
    "no JPG after all": (b"\xff\xd8\xff and nothing more", "rusak"),
    "a gigantic PNG": (png_of(9000, 9000), "terlalu besar"),
    "a PNG that is a bomb": (png_of(50_000, 50_000), "terlalu besar"),
}


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD)
def test_a_bad_file_is_named_and_stops_no_other(data: bytes, reason: str) -> None:
    """Its place is kept by one entry, page 0, that names file and reason; putting it into a PDF is an error."""
    good = scanned(document("AAAA1111BBBB2222", 1), 1, random.Random(9))
    files = [("buruk.pdf", data), ("baik.jpg", good)]
    bad, fine = read_scans(files)
    assert (bad.source, bad.index, bad.url) == ("buruk.pdf", 0, None)
    assert bad.doubtful.startswith("buruk.pdf: ")
    assert reason in bad.doubtful
    assert fine.page == 1
    with pytest.raises(PdfError, match=r"^buruk\.pdf: "):
        assemble_scans(files, [fine, bad])


def test_pages_of_a_pdf_are_taken_over_as_they_are() -> None:
    """The assembled pages keep their own text and pictures; nothing else of the file comes with them."""
    files = [("a.pdf", pdf("satu", "dua", "tiga"))]
    pages = [ScannedPage("a.pdf", 3), ScannedPage("a.pdf", 1, turned=180), ScannedPage("a.pdf", 3, turned=90)]
    whole = assemble_scans(files, pages)
    assert [text.strip() for text in page_text(whole)] == ["tiga", "satu", "tiga"]
    assert [page.rotation for page in PdfReader(io.BytesIO(whole), strict=True).pages] == [0, 180, 90]
    assert b"dua" not in b"".join(page.get_contents().get_data() for page in PdfReader(io.BytesIO(whole)).pages)  # type: ignore[union-attr]


def test_a_jpg_is_taken_over_byte_for_byte() -> None:
    """A scan is evidence: its picture is not compressed a second time."""
    data = scanned(document("AAAA1111BBBB2222", 1), 1, random.Random(10))
    page = PdfReader(io.BytesIO(assemble_scans([("a.jpg", data)], [ScannedPage("a.jpg", 1)]))).pages[0]
    assert page["/Resources"]["/XObject"]["/Scan"]._data == data  # type: ignore[index]
    assert [float(side) for side in page.mediabox[2:]] == pytest.approx(A4, abs=1)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_lies_as_its_camera_says(orientation: int) -> None:
    """All eight Exif orientations are shown in the PDF as a viewer shows the photo."""
    picture = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(picture).rectangle((0, 0, 120, 60), fill="black")
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(picture, "JPEG", exif=exif, quality=95)
    page = assemble_scans([("foto.jpg", data)], [ScannedPage("foto.jpg", 1)])
    wanted = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("L")
    shown = page_grey(page, 1, dpi=100)
    across = shown.width / wanted.width
    top = (shown.height - wanted.height * across) / 2
    fitted = shown.crop((0, int(top), shown.width, int(shown.height - top))).resize(wanted.size)
    different = ImageChops.difference(fitted, wanted).crop((5, 5, wanted.width - 5, wanted.height - 5))
    assert sum(different.histogram()[100:]) < 0.02 * wanted.width * wanted.height


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_sort_of_picture_becomes_a_page(mode: str) -> None:
    """Black and white, grey, palette, transparent, 16 bits, print colours: light stays light and dark stays dark."""
    shades = Image.new("L", (300, 400), 255)
    ImageDraw.Draw(shades).rectangle((0, 0, 300, 200), fill=0)
    picture = shades.point(lambda level: level * 257, "I").convert("I;16") if mode == "I;16" else shades.convert(mode)
    files = [("a.jpg", saved(picture, "JPEG" if mode == "CMYK" else "PNG"))]
    shown = page_grey(assemble_scans(files, [ScannedPage("a.jpg", 1)]), 1, dpi=50)
    assert shown.getpixel((shown.width // 2, shown.height // 4)) < 60  # type: ignore[operator]
    assert shown.getpixel((shown.width // 2, shown.height * 3 // 4)) > 195  # type: ignore[operator]
    assert said(list(read_scans(files)))[0][0] is None


def test_a_page_that_is_not_there_is_an_error() -> None:
    """A file left out, a page beyond the last, or no page at all: a sentence, not half a PDF."""
    files = [("a.pdf", pdf("satu"))]
    for pages in ([], [ScannedPage("a.pdf", 2)], [ScannedPage("b.pdf", 1)]):
        with pytest.raises(PdfError):
            assemble_scans(files, pages)


def test_the_limit_lets_the_largest_office_scan_pass() -> None:
    """An F4 sheet at 600 dpi is read; the limit is for what no scanner makes."""
    assert MOST_PIXELS > (215 / 25.4 * 600) * (330 / 25.4 * 600)


def test_links_do_not_bring_other_pages() -> None:
    """A page that links to another one comes alone."""
    whole = assemble_scans([("a.pdf", with_link())], [ScannedPage("a.pdf", 1)])
    reader = PdfReader(io.BytesIO(whole))
    assert len(reader.pages) == 1
    assert len(PdfWriter(clone_from=reader)._objects) < 15
