"""Open files of strangers in child processes that are confined and have a deadline.

A file of a few kilobytes can keep pdfium at work for hours or unfold to gigabytes. So the pure functions of
`docgen.render`, `signer` and `spreadsheets` that open such files run in children that hold no secret and reach neither
network nor disk (`child`). A child that takes too long or too much memory is killed and its file refused; nobody else
waits for it. The functions below have the arguments and errors of those whose names they bear; each also raises
TooHeavy (a PdfError) for a file that takes too much, and ReaderBusy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

from docgen.errors import PdfError
from docgen.foreign.reader import ChildPool, Lane, ReaderBusy, TooHeavy, child_pool
from docgen.foreign.tables import fill_results, read_grid
from docgen.render.pdf.text_search import TextBox
from docgen.render.scans.read import ScanLimits, ScannedPage, with_unique_names
from docgen.render.stamps import free_space
from docgen.render.stamps.decision import StampText
from docgen.render.stamps.signature_place import SignaturePlace
from docgen.render.word.prepare_photo import Photo
from docgen.signer import Appearance, Seal, SignatureReport
from wording import say

__all__ = [
    "ChildPool",
    "ReaderBusy",
    "ScanLimits",
    "ScannedPage",
    "TextBox",
    "TooHeavy",
    "assemble_scans",
    "changes_beyond_signatures",
    "child_pool",
    "convert_to_pdfa",
    "fill_results",
    "find_occurrences",
    "find_text_boxes",
    "flatten_pdf",
    "footnote",
    "grey_png",
    "has_xfa",
    "inspect_signatures",
    "join_pdfs",
    "page_count",
    "page_png",
    "page_text",
    "place_stamp",
    "prepare_emblem",
    "prepare_for_signature",
    "prepare_photo",
    "read_grid",
    "read_scans",
    "require_bindable",
    "require_renewable",
    "require_sealable",
    "scan_page_png",
    "signature_picture",
    "signature_place",
    "span_boxes",
    "watermark",
    "with_unique_names",
]

TRIAL = 5.0  # seconds for what the service does itself, once it was seen to end
WHOLE_FILE = 5.0  # seconds for what is done to all pages of a file in one call
EACH_PAGE = 0.5  # seconds more for each of them
LONGEST = 60.0


def _deadline(pdf: bytes) -> float:
    """Return the seconds that a call may take that works on all pages of a file. Raises TooHeavy, ReaderBusy."""
    try:
        count = page_count(pdf)
    except TooHeavy:
        raise
    except PdfError:  # whoever reads it says better what is wrong
        count = 1
    return min(LONGEST, WHOLE_FILE + EACH_PAGE * count)


def page_count(pdf: bytes) -> int:
    """Call `pdf.pdfium.page_count` in a child process."""
    return cast(int, child_pool().call("page_count", pdf))


def page_text(pdf: bytes, *, most: int | None = None, lane: Lane = "page") -> list[str]:
    """Call `pdf.pdfium.page_text` in a child process."""
    return cast(list[str], child_pool().call("page_text", pdf, most=most, lane=lane))


def page_png(pdf: bytes, page: int, *, width: int = 900, lane: Lane = "page") -> bytes:
    """Call `pdf.pdfium.page_png` in a child process."""
    return cast(bytes, child_pool().call("page_png", pdf, page, width=width, lane=lane))


def grey_png(pdf: bytes, page: int, *, dpi: float = 200) -> bytes:
    """Call `pdf.pdfium.grey_png` in a child process."""
    return cast(bytes, child_pool().call("grey_png", pdf, page, dpi=dpi, lane="file"))


def find_text_boxes(pdf: bytes, wanted: Mapping[str, Sequence[str]]) -> dict[str, list[TextBox]]:
    """Call `pdf.text_search.find_text_boxes` in a child process."""
    return cast(dict[str, list[TextBox]], child_pool().call("find_text_boxes", pdf, wanted))


def find_occurrences(pdf: bytes, words: str, most: int = 500) -> list[TextBox]:
    """Call `pdf.text_search.find_occurrences` in a child process."""
    return cast(list[TextBox], child_pool().call("find_occurrences", pdf, words, most))


def span_boxes(pdf: bytes, spans: Sequence[Sequence[tuple[int, int]]]) -> list[TextBox]:
    """Call `pdf.text_search.span_boxes` in a child process."""
    return cast(list[TextBox], child_pool().call("span_boxes", pdf, [list(map(list, page)) for page in spans]))


def flatten_pdf(pdf: bytes) -> bytes:
    """Call `pdf.flattening.flatten.flatten_pdf` in a child process."""
    return cast(bytes, child_pool().call("flatten_pdf", pdf, lane="file", seconds=_deadline(pdf)))


def has_xfa(pdf: bytes) -> bool:
    """Call `pdf.flattening.flatten.has_xfa` in a child process."""
    return cast(bool, child_pool().call("has_xfa", pdf))


def convert_to_pdfa(pdf: bytes, *, most: int | None = None) -> bytes:
    """Call `pdf.to_pdfa.convert_to_pdfa` in a child process."""
    return cast(bytes, child_pool().call("convert_to_pdfa", pdf, most=most, lane="file", seconds=_deadline(pdf)))


def prepare_emblem(data: bytes) -> bytes:
    """Call `emblem.prepare_emblem` in a child process."""
    return cast(bytes, child_pool().call("prepare_emblem", data))


def prepare_photo(data: bytes, name: str = "Foto") -> Photo:
    """Call `word.prepare_photo.prepare_photo` in a child process."""
    return cast(Photo, child_pool().call("prepare_photo", data, name, seconds=15))


def read_scans(files: Sequence[tuple[str, bytes]], limits: ScanLimits | None = None) -> Iterator[ScannedPage]:
    """Call `scans.read.read_scans` in a child process; a file with a page that is too heavy becomes one that cannot
    be read.
    """
    for name, data in with_unique_names(files):
        try:
            yield from cast(Iterator[ScannedPage], child_pool().stream("read_scans", [(name, data)], limits))
        except TooHeavy as error:
            yield ScannedPage(name, 0, doubtful=say("{name}: {error}", name=name, error=error))


def assemble_scans(files: Sequence[tuple[str, bytes]], pages: Sequence[ScannedPage]) -> bytes:
    """Call `scans.read.assemble_scans` in a child process."""
    seconds = min(LONGEST, WHOLE_FILE + EACH_PAGE * len(pages))
    return cast(
        bytes,
        child_pool().call("assemble_scans", list(files), list(pages), lane="file", seconds=seconds),
    )


def scan_page_png(data: bytes, index: int, *, turned: int, width: int) -> bytes:
    """Call `scans.read.scan_page_png` in a child process."""
    return cast(bytes, child_pool().call("scan_page_png", data, index, turned=turned, width=width))


def watermark(pdf: bytes, word: str, *, why: str = "") -> bytes:
    """Call `stamps.watermark.watermark` in a child process."""
    return cast(bytes, child_pool().call("watermark", pdf, word, why=why, lane="file", seconds=_deadline(pdf)))


def footnote(pdf: bytes, line: str) -> bytes:
    """Call `stamps.footnote.footnote` in a child process."""
    return cast(bytes, child_pool().call("footnote", pdf, line, lane="file", seconds=_deadline(pdf)))


def prepare_for_signature(pdf: bytes, footer: str, logo: bytes | None = None) -> bytes:
    """Call `stamps.footnote.prepare_for_signature` in a child process."""
    prepared = child_pool().call("prepare_for_signature", pdf, footer, logo, lane="file", seconds=_deadline(pdf))
    return cast(bytes, prepared)


def signature_place(pdf: bytes, name: str, nip: str, width: float, height: float) -> SignaturePlace | None:
    """Call `stamps.signature_place.signature_place` in a child process."""
    place = child_pool().call("signature_place", pdf, name, nip, width, height, lane="file", seconds=20)
    return cast("SignaturePlace | None", place)


def signature_picture(post: str, name: str, own: bytes | None, width: float, height: float) -> bytes:
    """Call `stamps.signature_picture.signature_picture` in a child process."""
    return cast(bytes, child_pool().call("signature_picture", post, name, own, width, height))


def place_stamp(pdf: bytes, stamp: StampText) -> tuple[free_space.StampArea, StampText] | None:
    """Call `stamps.decision.place_stamp` in a child process."""
    placement = child_pool().call("place_stamp", pdf, stamp, lane="file", seconds=20)
    return (placement[0], placement[1]) if placement else None


def join_pdfs(pdfs: Sequence[bytes], *, title: str, duplex: bool = False) -> bytes:
    """Call `many.concatenate.join_pdfs` in a child process."""
    return cast(
        bytes, child_pool().call("join_pdfs", list(pdfs), title=title, duplex=duplex, lane="file", seconds=LONGEST)
    )


def require_bindable(pdf: bytes, *, only: Mapping[int, int] | None = None) -> None:
    """Call `bundles.binder.require_bindable` in a child process, before the service itself adds the file to a
    bundle.
    """
    child_pool().call("require_bindable", pdf, only=only, lane="file", seconds=TRIAL)


def require_sealable(pdf: bytes, seal: Seal, *, field: str, at: datetime, appearance: Appearance | None = None) -> None:
    """Call `docgen.signer.require_sealable` in a child process, before the service itself, which has the key, seals
    the file.
    """
    certificate = seal.signer.signing_cert.dump()
    child_pool().call("require_sealable", pdf, certificate, field=field, at=at, appearance=appearance, seconds=TRIAL)


def require_renewable(pdf: bytes, trust: Sequence[bytes], at: datetime) -> None:
    """Call `docgen.signer.require_renewable` in a child process, before the service itself renews the file."""
    child_pool().call("require_renewable", pdf, list(trust), at, seconds=20)


def inspect_signatures(pdf: bytes, *, trust: Sequence[bytes] = ()) -> list[SignatureReport]:
    """Call `docgen.signer.inspect_signatures` in a child process."""
    return cast(list[SignatureReport], child_pool().call("inspect_signatures", pdf, trust=list(trust), seconds=20))


def changes_beyond_signatures(pdf: bytes, start: int, names: Collection[str] = ()) -> str:
    """Call `docgen.signer.changes_beyond_signatures` in a child process."""
    return cast(str, child_pool().call("changes_beyond_signatures", pdf, start, list(names), seconds=20))
