"""Scanned pages, sorted by the codes that the verification band carries; the one file that speaks to zxing-cpp.

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
from docgen.render.pdf.flatten import flattened
from docgen.render.pdf.image_page import add_picture, is_picture, picture_grey
from docgen.render.pdf.overlay import pdf_errors, read_pdf, write_pdf
from docgen.render.pdf.pdfium import page_count, page_grey, typed_pages
from docgen.render.pdf.to_pdfa import conforming

DPI = 200
FINE_DPI = 300  # for a second look
MOST_PICTURED = 60  # pages that become pictures while somebody waits
LOOK_DPI = 90  # for a person, who sees the page small
BAND = 0.14  # of a page's height: the band ends at 2.2 cm, a page on the glass lies a little askew
LEFT_PART = 0.45  # of a page's width, in which the QR lies
RIGHT_PART = 0.4  # and the page mark
INK = 0.001  # of a page or a corner; the QR alone is 0.0016 of an A4 page
DARK = 50  # levels darker than the paper

_MARK = re.compile(r"([1-9]\d{0,4})/([1-9]\d{0,4})")
_QR, _MICRO = zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode
_SOUGHT = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2, _MICRO])  # QRCode would mean all its kin
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
class _Seen:
    """What was read on a page so far."""

    urls: set[str] = field(default_factory=set)
    marks: set[tuple[int, int]] = field(default_factory=set)
    angle: float | None = None  # degrees clockwise by which a code of the band is turned in the picture
    broken: bool = False  # a QR that is there and does not read

    @property
    def turned(self) -> int:
        return round(-(self.angle or 0) / 90) * 90 % 360


@dataclass(frozen=True)
class Limits:
    """How much of one file is read while somebody waits: pages, those of them to be looked at, and those searched in
    vain for a code.
    """

    pages: int
    looked_at: int
    closely: int


def read_scans(files: Sequence[tuple[str, bytes]], limits: Limits | None = None) -> Iterator[ScannedPage]:
    """Read every page of the files (name, bytes), in order; one page is in memory at a time.

    Never raises for a bad file: it becomes one ScannedPage with index 0 (a bad page, one with its own index) whose
    `doubtful` names what is wrong, and the others are read. So does a file that is longer than the `limits`. Of two
    files with one name the second is "name (2)".
    """
    for name, data in named(files):
        try:
            whole = data if is_picture(data) else _readable(data)
            count = _count(whole)
            pages = _Pages(name, whole, count, limits)
        except PdfError as error:
            yield ScannedPage(name, 0, doubtful=f"{name}: {error}")
            continue
        for index in range(1, count + 1):
            try:
                yield pages.read(index)
            except DocgenError as error:
                alone = is_picture(data)
                yield ScannedPage(name, 0 if alone else index, doubtful=f"{name}: {error}")


def assemble(files: Sequence[tuple[str, bytes]], pages: Sequence[ScannedPage]) -> bytes:
    """Return a PDF of exactly these pages in this order, upright; the same input gives the same bytes.

    Pages of a PDF and JPG pictures are taken over as they are where PDF/A-2b allows that, see `conforming`; so are all
    of a file of very many pages, which a bundle makes conform in its own time. `files` are those given to read_scans.
    Raises PdfError, naming the file, when a file is missing, cannot be read or has no such page.
    """
    if not pages:
        raise PdfError("Belum ada halaman yang dipilih.")
    sources = dict(named(files))
    readers: dict[str, PdfReader] = {}
    writer = PdfWriter()
    for scanned in pages:
        if scanned.source not in sources:
            raise PdfError(f"{scanned.source}: berkas ini tidak ikut diunggah. Unggah lagi semua berkasnya.")
        try:
            _add(writer, scanned, sources[scanned.source], readers)
        except PdfError as error:
            raise PdfError(f"{scanned.source}: {error}") from error
    said = hashlib.sha256(repr([(page.source, page.index, page.turned) for page in pages]).encode())
    for name in sorted({page.source for page in pages}):
        said.update(hashlib.sha256(sources[name]).digest())
    with pdf_errors():
        return conforming(write_pdf(writer, said.digest()[:16]), most=MOST_PICTURED)


def upright_png(data: bytes, index: int, *, turned: int, width: int) -> bytes:
    """Return a grey picture of a scanned page, at most `width` pixels wide once it is turned clockwise by `turned`
    degrees.

    Raises PdfError, or NotFound when the file has no such page.
    """
    if is_picture(data) and index != 1:
        raise NotFound(f"Gambar ini hanya satu halaman; halaman {index} tidak ada.")
    picture = picture_grey(data) if is_picture(data) else page_grey(data, index, dpi=LOOK_DPI)
    upright = _turn(picture, turned)
    if upright.width > width:
        height = max(1, round(upright.height * width / upright.width))
        upright = upright.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2)
    out = io.BytesIO()
    upright.save(out, "PNG", compress_level=1)
    return out.getvalue()


def named(files: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Return the files, those of one name told apart: the second is "name (2)"."""
    named: dict[str, bytes] = {}
    for name, data in files:
        unique, number = name, 1
        while unique in named:
            number += 1
            unique = f"{name} ({number})"
        named[unique] = data
    return list(named.items())


class _Pages:
    """The pages of one file, to be read in order."""

    def __init__(self, name: str, data: bytes, count: int, limits: Limits | None) -> None:
        if limits is not None and count > limits.pages:
            raise PdfError(_LONG.format(count=count, most=limits.pages))
        self._name, self._data = name, data
        self._typed = set() if is_picture(data) else typed_pages(data) - {1, count}
        looked_at = count - len(self._typed)
        if limits is not None and looked_at > limits.looked_at:
            raise PdfError(_MANY_SCANS.format(count=looked_at, most=limits.looked_at))
        self._closely = limits.closely if limits is not None else count

    def read(self, index: int) -> ScannedPage:
        """Read a page. Typed text bears no code where the first page has none: such a page is not looked at."""
        if index in self._typed:
            return ScannedPage(self._name, index)
        page, searched = _read(self._name, index, self._data, closely=self._closely > 0)
        self._closely -= searched and not page.url
        if page.url:
            self._typed.clear()
        return page


def _readable(data: bytes) -> bytes:
    """Return a PDF that opens without password, what was put on its pages being part of them. Raises PdfError."""
    if not data:
        raise PdfError(_EMPTY)
    if b"%PDF-" not in data[:1024]:
        raise PdfError(_NO_SCAN)
    return flattened(data)


def _count(data: bytes) -> int:
    return 1 if is_picture(data) else page_count(data)


def _add(writer: PdfWriter, scanned: ScannedPage, data: bytes, readers: dict[str, PdfReader]) -> None:
    alone = is_picture(data)
    if not alone and scanned.source not in readers:
        readers[scanned.source] = read_pdf(_readable(data))
    count = 1 if alone else len(readers[scanned.source].pages)
    if not 1 <= scanned.index <= count:
        raise PdfError(f"halaman {scanned.index} tidak ada; berkas ini mempunyai {count} halaman.")
    if alone:
        page = add_picture(writer, data)
    else:
        reader = readers[scanned.source]
        with pdf_errors():
            page = writer.add_page(reader.pages[scanned.index - 1], excluded_keys=_UNSTRUCTURED)
    with pdf_errors():
        page.rotate(scanned.turned)


def _read(name: str, index: int, data: bytes, *, closely: bool) -> tuple[ScannedPage, bool]:
    """Return a page, and whether it had to be searched for a code."""
    alone = is_picture(data)
    picture = picture_grey(data) if alone else page_grey(data, index, dpi=DPI)
    seen = _Seen()
    _look(picture, seen)
    blank = not seen.urls and not _inked(picture)
    searched = closely and not seen.urls and not blank
    if searched:
        _search_document(picture if alone else page_grey(data, index, dpi=FINE_DPI), seen)
    if seen.urls and not seen.marks:
        _search_mark(picture, seen)
    return _judged(name, index, seen, blank), searched


def _judged(name: str, index: int, seen: _Seen, blank: bool) -> ScannedPage:
    url = next(iter(seen.urls)) if len(seen.urls) == 1 else None
    page, pages = next(iter(seen.marks)) if len(seen.marks) == 1 else (None, None)
    doubtful = ""
    if len(seen.urls) > 1:
        doubtful = TWO_DOCUMENTS
    elif url is None and (seen.broken or seen.marks):
        doubtful = UNREADABLE
    elif len(seen.marks) > 1:
        doubtful = TWO_MARKS
    elif url and page is None:
        doubtful = NO_MARK
    return ScannedPage(name, index, url, page, pages, seen.turned, doubtful, blank and not doubtful)


def _search_document(picture: Image.Image, seen: _Seen) -> None:
    """Look closer at the bottom left corner of the page, as it lies and then turned the other three ways."""
    for turned in [seen.turned] if seen.marks else (0, 180, 90, 270):
        upright = _turn(picture, turned)
        corner = upright.crop((0, _band_top(upright), int(upright.width * LEFT_PART), upright.height))
        if not _inked(corner):
            continue
        for closer in _closer(corner):
            _look(closer, seen, turned)
            if seen.urls:
                return


def _search_mark(picture: Image.Image, seen: _Seen) -> None:
    """Look closer at the bottom right corner, made level by what is known from the QR."""
    skew = (seen.angle or 0) + seen.turned
    upright = _turn(picture, seen.turned)
    top, left = _band_top(upright), int(upright.width * (1 - RIGHT_PART))
    corner = upright.crop((left, top, upright.width, upright.height))
    level = corner.rotate((skew + 180) % 360 - 180, Image.Resampling.BICUBIC, fillcolor=255)
    for look in (corner, level):
        for closer in _closer(look):
            _look(closer, seen, seen.turned)
            if seen.marks:
                return


def _closer(corner: Image.Image) -> Iterator[Image.Image]:
    """Yield the corner larger, then softer or sharper: what reads most scans first."""
    double = corner.resize((corner.width * 2, corner.height * 2), Image.Resampling.BICUBIC)
    yield double
    triple = corner.resize((corner.width * 3, corner.height * 3), Image.Resampling.LANCZOS)
    yield triple
    yield double.filter(ImageFilter.GaussianBlur(1.6))  # rounds off the stairs of a black and white scan
    yield triple.filter(ImageFilter.UnsharpMask(radius=4, percent=150, threshold=0))
    yield corner.resize((corner.width * 4, corner.height * 4), Image.Resampling.BICUBIC)


def _look(picture: Image.Image, seen: _Seen, turned: int = 0) -> None:
    """Add what the codes in the picture say; the picture is the page turned clockwise by `turned` degrees."""
    for code in zxingcpp.read_barcodes(picture, formats=_SOUGHT, try_invert=False, return_errors=True):
        if not code.valid:
            seen.broken = seen.broken or code.format == _QR
        elif code.format == _QR and VERIFICATION in code.text:
            seen.urls.add(code.text)
            seen.angle = _angle(code.position) - turned
        elif code.format == _MICRO and (mark := _MARK.fullmatch(code.text)) and int(mark[1]) <= int(mark[2]):
            seen.marks.add((int(mark[1]), int(mark[2])))
            if seen.angle is None:
                seen.angle = _angle(code.position) - turned


def _angle(position: zxingcpp.Position) -> float:
    """Return degrees clockwise by which a code's upper edge is turned from level."""
    left, right = position.top_left, position.top_right
    return math.degrees(math.atan2(right.y - left.y, right.x - left.x))


def _turn(picture: Image.Image, clockwise: int) -> Image.Image:
    return picture.rotate(-clockwise, expand=True) if clockwise else picture


def _band_top(picture: Image.Image) -> int:
    return int(picture.height * (1 - BAND))


def _inked(picture: Image.Image) -> bool:
    """Return whether more than a speck is darker than the paper."""
    levels = picture.histogram()
    paper = max(range(256), key=levels.__getitem__)
    return sum(levels[: max(paper - DARK, 0)]) > INK * picture.width * picture.height
