"""Files that strangers sent are opened here: in processes of their own, confined, with a deadline.

A file of a few kilobytes can keep pdfium at work for hours or unfold to gigabytes. So the pure functions of
`docgen.render`, `signer` and `spreadsheets` that open such files run in children that hold no secret and reach neither
network nor disk (`child`); one that takes too long or too much is killed, its file is refused, and nobody else waited
for it. The functions below have the arguments and errors of those whose names they bear; each raises TooHeavy (a
PdfError) for a file that takes too much, too, and ReaderBusy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

from docgen.errors import PdfError
from docgen.foreign.reader import Lane, Reader, ReaderBusy, TooHeavy, reader
from docgen.foreign.tables import fill_results, read_grid
from docgen.render.pdf.pdfium import TextBox
from docgen.render.scans.read import Limits, ScannedPage, named
from docgen.render.stamps import free_space
from docgen.render.stamps.decision import StampText
from docgen.render.word.prepare_photo import Photo
from docgen.signer import Appearance, Seal, SignatureReport

__all__ = [
    "Limits",
    "Reader",
    "ReaderBusy",
    "ScannedPage",
    "TextBox",
    "TooHeavy",
    "assemble",
    "conforming",
    "fill_results",
    "find_occurrences",
    "find_text_boxes",
    "flattened",
    "footnote",
    "grey_png",
    "has_xfa",
    "inspect_signatures",
    "join_pdfs",
    "more_than_signatures",
    "named",
    "page_count",
    "page_png",
    "page_text",
    "place_stamp",
    "prepare_emblem",
    "prepare_photo",
    "read_grid",
    "read_scans",
    "reader",
    "rehearse_seal",
    "require_bindable",
    "upright_png",
    "watermark",
]

REHEARSAL = 5.0  # seconds for what the service does itself, once it was seen to end
WHOLE_FILE = 5.0  # seconds for what is done to all pages of a file in one call
EACH_PAGE = 0.5  # seconds more for each of them
LONGEST = 60.0


def _seconds(pdf: bytes) -> float:
    """Return how long something may take that is done to all pages of a file. Raises TooHeavy, ReaderBusy."""
    try:
        count = page_count(pdf)
    except TooHeavy:
        raise
    except PdfError:  # whoever reads it says better what is wrong
        count = 1
    return min(LONGEST, WHOLE_FILE + EACH_PAGE * count)


def page_count(pdf: bytes) -> int:
    """As `pdf.pdfium.page_count`."""
    return cast(int, reader().call("page_count", pdf))


def page_text(pdf: bytes, *, most: int | None = None, lane: Lane = "page") -> list[str]:
    """As `pdf.pdfium.page_text`."""
    return cast(list[str], reader().call("page_text", pdf, most=most, lane=lane))


def page_png(pdf: bytes, page: int, *, width: int = 900, lane: Lane = "page") -> bytes:
    """As `pdf.pdfium.page_png`."""
    return cast(bytes, reader().call("page_png", pdf, page, width=width, lane=lane))


def grey_png(pdf: bytes, page: int, *, dpi: float = 200) -> bytes:
    """As `pdf.pdfium.grey_png`."""
    return cast(bytes, reader().call("grey_png", pdf, page, dpi=dpi, lane="file"))


def find_text_boxes(pdf: bytes, wanted: Mapping[str, Sequence[str]]) -> dict[str, list[TextBox]]:
    """As `pdf.pdfium.find_text_boxes`."""
    return cast(dict[str, list[TextBox]], reader().call("find_text_boxes", pdf, wanted))


def find_occurrences(pdf: bytes, wanted: str, most: int = 500) -> list[TextBox]:
    """As `pdf.pdfium.find_occurrences`."""
    return cast(list[TextBox], reader().call("find_occurrences", pdf, wanted, most))


def flattened(pdf: bytes) -> bytes:
    """As `pdf.flatten.flattened`."""
    return cast(bytes, reader().call("flattened", pdf, lane="file", seconds=_seconds(pdf)))


def has_xfa(pdf: bytes) -> bool:
    """As `pdf.flatten.has_xfa`."""
    return cast(bool, reader().call("has_xfa", pdf))


def conforming(pdf: bytes, *, most: int | None = None) -> bytes:
    """As `pdf.to_pdfa.conforming`."""
    return cast(bytes, reader().call("conforming", pdf, most=most, lane="file", seconds=_seconds(pdf)))


def prepare_emblem(data: bytes) -> bytes:
    """As `emblem.prepare_emblem`."""
    return cast(bytes, reader().call("prepare_emblem", data))


def prepare_photo(data: bytes, name: str = "Foto") -> Photo:
    """As `word.prepare_photo.prepare_photo`."""
    return cast(Photo, reader().call("prepare_photo", data, name, seconds=15))


def read_scans(files: Sequence[tuple[str, bytes]], limits: Limits | None = None) -> Iterator[ScannedPage]:
    """As `scans.read.read_scans`; a file with a page that is too heavy becomes one that cannot be read."""
    for name, data in named(files):
        try:
            yield from cast(Iterator[ScannedPage], reader().stream("read_scans", [(name, data)], limits))
        except TooHeavy as error:
            yield ScannedPage(name, 0, doubtful=f"{name}: {error}")


def assemble(files: Sequence[tuple[str, bytes]], pages: Sequence[ScannedPage]) -> bytes:
    """As `scans.read.assemble`."""
    return cast(
        bytes,
        reader().call(
            "assemble", list(files), list(pages), lane="file", seconds=min(LONGEST, WHOLE_FILE + EACH_PAGE * len(pages))
        ),
    )


def upright_png(data: bytes, index: int, *, turned: int, width: int) -> bytes:
    """As `scans.read.upright_png`."""
    return cast(bytes, reader().call("upright_png", data, index, turned=turned, width=width))


def watermark(pdf: bytes, word: str, *, why: str = "") -> bytes:
    """As `stamps.watermark.watermark`."""
    return cast(bytes, reader().call("watermark", pdf, word, why=why, lane="file", seconds=_seconds(pdf)))


def footnote(pdf: bytes, line: str) -> bytes:
    """As `stamps.footnote.footnote`."""
    return cast(bytes, reader().call("footnote", pdf, line, lane="file", seconds=_seconds(pdf)))


def place_stamp(pdf: bytes, mark: StampText) -> tuple[free_space.StampArea, StampText] | None:
    """As `stamps.decision.place_stamp`."""
    place = reader().call("place_stamp", pdf, mark, lane="file", seconds=20)
    return (place[0], place[1]) if place else None


def join_pdfs(pdfs: Sequence[bytes], *, title: str, duplex: bool = False) -> bytes:
    """As `many.concatenate.join_pdfs`."""
    return cast(bytes, reader().call("join_pdfs", list(pdfs), title=title, duplex=duplex, lane="file", seconds=LONGEST))


def require_bindable(pdf: bytes, *, only: Mapping[int, int] | None = None) -> None:
    """As `bundles.binder.require_bindable`: a binder grows a file here, so it is asked before."""
    reader().call("require_bindable", pdf, only=only, lane="file", seconds=REHEARSAL)


def rehearse_seal(pdf: bytes, seal: Seal, *, field: str, at: datetime, appearance: Appearance | None = None) -> None:
    """As `docgen.signer.rehearse_seal`: the key of a seal stays in the service, so the file is tried before."""
    certificate = seal.signer.signing_cert.dump()
    reader().call("rehearse_seal", pdf, certificate, field=field, at=at, appearance=appearance, seconds=REHEARSAL)


def inspect_signatures(pdf: bytes, *, trust: Sequence[bytes] = ()) -> list[SignatureReport]:
    """As `docgen.signer.inspect_signatures`."""
    return cast(list[SignatureReport], reader().call("inspect_signatures", pdf, trust=list(trust), seconds=20))


def more_than_signatures(pdf: bytes, start: int, names: Collection[str] = ()) -> str:
    """As `docgen.signer.more_than_signatures`."""
    return cast(str, reader().call("more_than_signatures", pdf, start, list(names), seconds=20))
