"""Signed papers coming back: real documents of the demo office, scanned as an ordinary scanner does it."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

import pytest
from PIL import Image
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.render.pdf.pdfium import page_count, page_grey
from storage.catalogue import documents
from storage.records import Document

PARAGRAPH = "Perangkat jaringan pada lokasi ini diperiksa, dicatat, dan dirawat menurut ketentuan yang berlaku."


def letter(desk: Desk, paragraphs: int, hal: str = "Perawatan perangkat") -> Document:
    """A Nota Dinas of as many long paragraphs, issued."""
    data = desk.kinds["nota_dinas"].example | {"hal": hal, "isi": [PARAGRAPH] * paragraphs}
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ["6310190000101"], "data": data}
    return issue(desk, DocumentRequest.model_validate(body), "sari")


def printed(desk: Desk, document: Document) -> bytes:
    """The PDF of a document."""
    with desk.catalogue.read() as tx:
        return desk.store.get(documents.get_revision(tx, document.id, document.revision).pdf.key)


def scanned(whole: bytes, page: int, rng: random.Random) -> bytes:
    """A page as a scanner of 150 dpi gives it: a little askew, JPG of quality 75."""
    picture = page_grey(whole, page, dpi=150)
    picture = picture.rotate(rng.uniform(-3, 3), Image.Resampling.BICUBIC, fillcolor=250)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=75, dpi=(150, 150))
    return out.getvalue()


def sheets(desk: Desk, document: Document, seed: int = 1) -> list[tuple[str, bytes]]:
    """All pages of a document, scanned one by one: `{serial}-{page}.jpg`."""
    whole, rng = printed(desk, document), random.Random(seed)
    serial = document.number.split("/")[2]
    return [(f"{serial}-{page}.jpg", scanned(whole, page, rng)) for page in range(1, page_count(whole) + 1)]


def without_code(data: bytes) -> bytes:
    """The scan with its lower edge torn off: neither QR nor page mark."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
    picture.paste(250, (0, int(picture.height * 0.88), picture.width, picture.height))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=75, dpi=(150, 150))
    return out.getvalue()


@cache
def blank() -> bytes:
    """The empty back of a sheet."""
    out = io.BytesIO()
    Image.new("L", (1240, 1754), 250).save(out, "PNG")
    return out.getvalue()


def filed(desk: Desk, document: Document) -> list[tuple[list[int], int]]:
    """The scans with a document: the pages they are said to hold, and how many pages they have."""
    with desk.catalogue.read() as tx:
        revisions = documents.list_revisions(tx, document.id)
    found = [one for past in revisions for one in past.attachments]
    return [(one.report["pages"], one.file.pages or 0) for one in found]


@contextmanager
def pictures_as_bytes() -> Iterator[None]:
    """Let reportlab write pictures as they are: its ASCII for them takes most of the time of a large file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rl_config, "useA85", 0)
        yield


@pictures_as_bytes()
def stack(pictures: Sequence[bytes]) -> bytes:
    """The one PDF that a scanner with a feeder makes: a picture a page."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    for data in pictures:
        with Image.open(io.BytesIO(data)) as picture:
            dpi = picture.info["dpi"][0]
            size = (picture.width / dpi * 72, picture.height / dpi * 72)
        canvas.setPageSize(size)
        canvas.drawImage(ImageReader(io.BytesIO(data)), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
