"""Read the codes of the verification band on scanned pages; the only module that calls zxing-cpp.

The QR of the band (docgen.render.stamps.verification_band) says which document a page belongs to, the Micro QR at the
other end which page it is. A page is read whole first; only where a code is missing, its corner is looked at again,
larger and sharper.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import zxingcpp
from PIL import Image, ImageFilter
from pypdf import PdfReader, PdfWriter

from docgen.errors import DocgenError, NotFound, PdfError
from docgen.links import VERIFICATION
from docgen.render.pdf.flattening.flatten import flatten_pdf
from docgen.render.pdf.image_page import add_picture, is_picture, picture_grey
from docgen.render.pdf.objects.pdf_file import pdf_errors, read_pdf, write_pdf
from docgen.render.pdf.pdfium import page_count, page_grey, typed_pages
from docgen.render.pdf.to_pdfa import convert_to_pdfa
from wording import say

DPI = 200
FINE_DPI = 300  # for a second look
MOST_PICTURED = 60  # pages that become pictures while somebody waits
LOOK_DPI = 90  # for a person, who sees the page small
BAND = 0.14  # of a page's height: the band ends at 2.2 cm, a page on the glass lies a little askew
LEFT_PART = 0.45  # of a page's width, in which the QR lies
RIGHT_PART = 0.4  # and the page mark
INK = 0.001  # of a page or a corner; the QR alone is 0.0016 of an A4 page
DARK = 50  # levels darker than the paper

_PAGE_MARK = re.compile(r"([1-9]\d{0,4})/([1-9]\d{0,4})")
_QR, _MICRO = zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode
_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2, _MICRO])  # QRCode would mean all its kin
_UNSTRUCTURED = ["/StructParents", "/AA", "/B", "/Annots"]  # of a page: what counts or acts only in its own file

TWO_DOCUMENTS = "Ada kode QR dari dua dokumen berbeda di halaman ini. Pilih sendiri dokumennya."
TWO_MARKS = "Ada dua tanda nomor halaman yang berbeda di halaman ini. Isi sendiri nomor halamannya."
NO_MARK = "Tanda nomor halaman tidak terbaca. Isi sendiri nomor halamannya."
UNREADABLE = "Ada kode QR di halaman ini, tetapi tidak terbaca. Pindai ulang, atau pilih sendiri dokumennya."
_NO_SCAN = "Berkas ini bukan PDF, JPG, atau PNG. Simpan hasil pindai sebagai salah satunya, lalu unggah lagi."
_LONG = "Berkas ini {count} halaman; paling banyak {most}. Bagi menjadi beberapa berkas, lalu unggah satu per satu."
_MANY_SCANS = (
    "Berkas ini memuat {count} halaman pindaian; paling banyak {most} sekali unggah di sini. Bagi menjadi beberapa "
    "berkas, atau unggah lewat menu Pindaian, yang membacanya di belakang layar."
)
_EMPTY = "Berkas ini kosong. Unggah lagi hasil pindainya."


@dataclass(frozen=True)
class ScannedPage:
    """A page of a scanned file, and what its codes say.

    `index` counts from 1 within the file; 0 stands for a whole file that cannot be read, and `doubtful` says why.
    `turned` is how many degrees (0, 90, 180, 270) the page must be turned clockwise to stand upright. `doubtful` is
    empty, or a sentence for the person who must look at the page. A page without any code has neither `url` nor doubt;
    `blank` tells of it that there is no ink on it either, such as the back of a sheet.
    """

    source: str
    index: int
    url: str | None = None
    page: int | None = None
    pages: int | None = None
    turned: int = 0
    doubtful: str = ""
    blank: bool = False


@dataclass
class _PageCodes:
    """The codes read on a page so far."""

    urls: set[str] = field(default_factory=set)
    marks: set[tuple[int, int]] = field(default_factory=set)
    angle: float | None = None  # degrees clockwise by which a code of the band is turned in the picture
    broken: bool = False  # a QR that is there and does not read

    @property
    def turned(self) -> int:
        return round(-(self.angle or 0) / 90) * 90 % 360


@dataclass(frozen=True)
class ScanLimits:
    """Limits of one file that is read while somebody waits: pages in all, pages looked at for codes, and pages
    without a code that are searched closely.
    """

    pages: int
    looked_at: int
    searched: int


def read_scans(files: Sequence[tuple[str, bytes]], limits: ScanLimits | None = None) -> Iterator[ScannedPage]:
    """Yield every page of the files (name, bytes), in order; one page is in memory at a time.

    Never raises for a bad file: it becomes one ScannedPage with index 0 (a bad page, one with its own index) whose
    `doubtful` names what is wrong, and the others are read. So does a file that is longer than the `limits`. Of two
    files with one name the second is "name (2)".
    """
    for name, data in with_unique_names(files):
        try:
            readable = data if is_picture(data) else _readable(data)
            count = _count(readable)
            pages = _ScanFile(name, readable, count, limits)
        except PdfError as error:
            yield ScannedPage(name, 0, doubtful=say("{name}: {error}", name=name, error=error))
            continue
        for index in range(1, count + 1):
            try:
                yield pages.read(index)
            except DocgenError as error:
                is_image = is_picture(data)
                yield ScannedPage(
                    name, 0 if is_image else index, doubtful=say("{name}: {error}", name=name, error=error)
                )


def assemble_scans(files: Sequence[tuple[str, bytes]], pages: Sequence[ScannedPage]) -> bytes:
    """Return a PDF of exactly these pages in this order, upright; the same input gives the same bytes.

    Pages of a PDF and JPG pictures are taken over as they are where PDF/A-2b allows that, see `convert_to_pdfa`; so are
    all of a file of very many pages, which a bundle makes conform in its own time. `files` are those given to
    read_scans. Raises PdfError, naming the file, when a file is missing, cannot be read or has no such page.
    """
    if not pages:
        raise PdfError("Belum ada halaman yang dipilih.")
    sources = dict(with_unique_names(files))
    readers: dict[str, PdfReader] = {}
    writer = PdfWriter()
    for scanned in pages:
        if scanned.source not in sources:
            raise PdfError(
                say("{source}: berkas ini tidak ikut diunggah. Unggah lagi semua berkasnya.", source=scanned.source)
            )
        try:
            _add_page(writer, scanned, sources[scanned.source], readers)
        except PdfError as error:
            raise PdfError(say("{source}: {error}", source=scanned.source, error=error)) from error
    digest = hashlib.sha256(repr([(page.source, page.index, page.turned) for page in pages]).encode())
    for name in sorted({page.source for page in pages}):
        digest.update(hashlib.sha256(sources[name]).digest())
    with pdf_errors():
        return convert_to_pdfa(write_pdf(writer, digest.digest()[:16]), most=MOST_PICTURED)


def scan_page_png(data: bytes, index: int, *, turned: int, width: int) -> bytes:
    """Return a grey picture of a scanned page, turned clockwise by `turned` degrees, at most `width` pixels wide.

    Raises PdfError, or NotFound when the file has no such page.
    """
    if is_picture(data) and index != 1:
        raise NotFound(say("Gambar ini hanya satu halaman; halaman {index} tidak ada.", index=index))
    picture = picture_grey(data) if is_picture(data) else page_grey(data, index, dpi=LOOK_DPI)
    upright = _rotate(picture, turned)
    if upright.width > width:
        height = max(1, round(upright.height * width / upright.width))
        upright = upright.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2)
    out = io.BytesIO()
    upright.save(out, "PNG", compress_level=1)
    return out.getvalue()


def with_unique_names(files: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Return the files with unique names: a second "name" becomes "name (2)"."""
    data_by_name: dict[str, bytes] = {}
    for name, data in files:
        unique, number = name, 1
        while unique in data_by_name:
            number += 1
            unique = f"{name} ({number})"
        data_by_name[unique] = data
    return list(data_by_name.items())


class _ScanFile:
    """The pages of one file, read in order."""

    def __init__(self, name: str, data: bytes, count: int, limits: ScanLimits | None) -> None:
        if limits is not None and count > limits.pages:
            raise PdfError(say(_LONG, count=count, most=limits.pages))
        self._name, self._data = name, data
        self._typed = set() if is_picture(data) else typed_pages(data) - {1, count}
        looked_at = count - len(self._typed)
        if limits is not None and looked_at > limits.looked_at:
            raise PdfError(say(_MANY_SCANS, count=looked_at, most=limits.looked_at))
        self._searches_left = limits.searched if limits is not None else count

    def read(self, index: int) -> ScannedPage:
        """Read a page. A typed page is not searched, because typed text bears no code where the first page has none."""
        if index in self._typed:
            return ScannedPage(self._name, index)
        page, searched = _read_page(self._name, index, self._data, may_search=self._searches_left > 0)
        self._searches_left -= searched and not page.url
        if page.url:
            self._typed.clear()
        return page


def _readable(data: bytes) -> bytes:
    """Return a PDF without password and with annotations drawn on its pages. Raises PdfError."""
    if not data:
        raise PdfError(_EMPTY)
    if b"%PDF-" not in data[:1024]:
        raise PdfError(_NO_SCAN)
    return flatten_pdf(data)


def _count(data: bytes) -> int:
    return 1 if is_picture(data) else page_count(data)


def _add_page(writer: PdfWriter, scanned: ScannedPage, data: bytes, readers: dict[str, PdfReader]) -> None:
    is_image = is_picture(data)
    if not is_image and scanned.source not in readers:
        readers[scanned.source] = read_pdf(_readable(data))
    count = 1 if is_image else len(readers[scanned.source].pages)
    if not 1 <= scanned.index <= count:
        raise PdfError(
            say("halaman {index} tidak ada; berkas ini mempunyai {count} halaman.", index=scanned.index, count=count)
        )
    if is_image:
        page = add_picture(writer, data)
    else:
        reader = readers[scanned.source]
        with pdf_errors():
            page = writer.add_page(reader.pages[scanned.index - 1], excluded_keys=_UNSTRUCTURED)
    with pdf_errors():
        page.rotate(scanned.turned)


def _read_page(name: str, index: int, data: bytes, *, may_search: bool) -> tuple[ScannedPage, bool]:
    """Return a page, and whether it was searched closely for a code."""
    is_image = is_picture(data)
    picture = picture_grey(data) if is_image else page_grey(data, index, dpi=DPI)
    codes = _PageCodes()
    _read_codes(picture, codes)
    blank = not codes.urls and not _has_ink(picture)
    searched = may_search and not codes.urls and not blank
    if searched:
        _search_document(picture if is_image else page_grey(data, index, dpi=FINE_DPI), codes)
    if codes.urls and not codes.marks:
        _search_mark(picture, codes)
    return _scanned_page(name, index, codes, blank), searched


def _scanned_page(name: str, index: int, codes: _PageCodes, blank: bool) -> ScannedPage:
    url = next(iter(codes.urls)) if len(codes.urls) == 1 else None
    page, pages = next(iter(codes.marks)) if len(codes.marks) == 1 else (None, None)
    doubtful = ""
    if len(codes.urls) > 1:
        doubtful = TWO_DOCUMENTS
    elif url is None and (codes.broken or codes.marks):
        doubtful = UNREADABLE
    elif len(codes.marks) > 1:
        doubtful = TWO_MARKS
    elif url and page is None:
        doubtful = NO_MARK
    return ScannedPage(name, index, url, page, pages, codes.turned, doubtful, blank and not doubtful)


def _search_document(picture: Image.Image, codes: _PageCodes) -> None:
    """Search the bottom left corner of the page for the QR, as the page lies and then turned the other three ways."""
    for turned in [codes.turned] if codes.marks else (0, 180, 90, 270):
        upright = _rotate(picture, turned)
        corner = upright.crop((0, _band_top(upright), int(upright.width * LEFT_PART), upright.height))
        if not _has_ink(corner):
            continue
        for enlarged in _enlarged(corner):
            _read_codes(enlarged, codes, turned)
            if codes.urls:
                return


def _search_mark(picture: Image.Image, codes: _PageCodes) -> None:
    """Search the bottom right corner for the page mark, levelled by the angle of the QR."""
    skew = (codes.angle or 0) + codes.turned
    upright = _rotate(picture, codes.turned)
    top, left = _band_top(upright), int(upright.width * (1 - RIGHT_PART))
    corner = upright.crop((left, top, upright.width, upright.height))
    level = corner.rotate((skew + 180) % 360 - 180, Image.Resampling.BICUBIC, fillcolor=255)
    for look in (corner, level):
        for enlarged in _enlarged(look):
            _read_codes(enlarged, codes, codes.turned)
            if codes.marks:
                return


def _enlarged(corner: Image.Image) -> Iterator[Image.Image]:
    """Yield the corner larger, then softer or sharper: what reads most scans first."""
    double = corner.resize((corner.width * 2, corner.height * 2), Image.Resampling.BICUBIC)
    yield double
    triple = corner.resize((corner.width * 3, corner.height * 3), Image.Resampling.LANCZOS)
    yield triple
    yield double.filter(ImageFilter.GaussianBlur(1.6))  # rounds off the stairs of a black and white scan
    yield triple.filter(ImageFilter.UnsharpMask(radius=4, percent=150, threshold=0))
    yield corner.resize((corner.width * 4, corner.height * 4), Image.Resampling.BICUBIC)


def _read_codes(picture: Image.Image, codes: _PageCodes, turned: int = 0) -> None:
    """Add the codes in the picture, which is the page turned clockwise by `turned` degrees."""
    for code in zxingcpp.read_barcodes(picture, formats=_FORMATS, try_invert=False, return_errors=True):
        if not code.valid:
            codes.broken = codes.broken or code.format == _QR
        elif code.format == _QR and VERIFICATION in code.text:
            codes.urls.add(code.text)
            codes.angle = _angle(code.position) - turned
        elif code.format == _MICRO and (mark := _PAGE_MARK.fullmatch(code.text)) and int(mark[1]) <= int(mark[2]):
            codes.marks.add((int(mark[1]), int(mark[2])))
            if codes.angle is None:
                codes.angle = _angle(code.position) - turned


def _angle(position: zxingcpp.Position) -> float:
    """Return the degrees by which a code's upper edge is turned clockwise from level."""
    left, right = position.top_left, position.top_right
    return math.degrees(math.atan2(right.y - left.y, right.x - left.x))


def _rotate(picture: Image.Image, clockwise: int) -> Image.Image:
    return picture.rotate(-clockwise, expand=True) if clockwise else picture


def _band_top(picture: Image.Image) -> int:
    return int(picture.height * (1 - BAND))


def _has_ink(picture: Image.Image) -> bool:
    """Return whether more than a speck is darker than the paper."""
    levels = picture.histogram()
    paper = max(range(256), key=levels.__getitem__)
    return sum(levels[: max(paper - DARK, 0)]) > INK * picture.width * picture.height
