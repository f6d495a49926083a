"""The plainest use of the binder: front matter, then every document, with bookmarks and a page count of the whole."""

from __future__ import annotations

import hashlib
import io
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from docgen.errors import PdfError
from docgen.render.bundles.binder import Binder, BundlePage, Layout
from docgen.render.pdf.outline import OutlineItem


@dataclass(frozen=True)
class Member:
    """A document of a bundle: its title and group (procedure and step) as bookmarks show them, and its PDF."""

    title: str
    pdf: bytes
    group: str | None = None


@dataclass(frozen=True)
class BundlePdf:
    """A bundle, its number of pages, and the page (from 1) at which each member starts."""

    data: bytes
    pages: int
    starts: list[int]


def first_pages(front: int, counts: Sequence[int], *, duplex: bool = False) -> list[int]:
    """The page (from 1) at which each member starts, after `front` pages; `counts` are the members' own pages.

    With `duplex` each starts on the front of a sheet: an odd page.
    """
    starts = []
    page = front + 1
    for count in counts:
        page += duplex and page % 2 == 0
        starts.append(page)
        page += count
    return starts


def merge(front: bytes, members: Sequence[Member], *, title: str, duplex: bool = False) -> BundlePdf:
    """Merge `front` (a cover page, then the contents) and every member, in order, each page as it is.

    With `duplex` a blank page goes before a member that would start on the back of a sheet (see `first_pages`).
    Every page but the cover says "hal. n/N" at its upper right. Bookmarks: Sampul, Daftar Isi, then group by group the
    members. `title` becomes the title of the whole. PDF/A-2b is kept when front and members all have it. The same
    input gives the same bytes. Raises PdfError naming the member that is locked or damaged.
    """
    out = io.BytesIO()
    binder = Binder(out, Layout(duplex=duplex))
    leaves: list[BundlePage] = binder.add(front, main=True)
    outline = [OutlineItem("Sampul", 0)] + [OutlineItem("Daftar Isi", 1)] * (len(leaves) > 1)
    starts = []
    group: str | None = None
    for member in members:
        if duplex and len(leaves) % 2:
            leaves.append(binder.blank(leaves[-1]))  # as large as the page before it
        start = len(leaves)
        starts.append(start + 1)
        try:
            leaves += binder.add(member.pdf)
        except PdfError as error:
            raise PdfError(f"{member.title}: {error}") from error
        if member.group is not None and member.group != group:
            outline.append(OutlineItem(member.group, start))
        group = member.group
        outline.append(OutlineItem(member.title, start, 0 if group is None else 1))
    digest = hashlib.sha256(title.encode())
    for part in (front, *(member.pdf for member in members)):
        digest.update(hashlib.sha256(part).digest())
    pages = binder.bind(leaves, title=title, digest=digest.digest()[:16], outline=outline)
    return BundlePdf(out.getvalue(), pages, starts)


def bookmarks(reader: PdfReader, items: Any = None) -> list[Any]:
    """The outline as (title, page from 1), with a list after an item that has items below it."""
    found: list[Any] = []
    for item in reader.outline if items is None else items:
        if isinstance(item, list):
            found.append(bookmarks(reader, item))
        else:
            found.append((item.title, (reader.get_destination_page_number(item) or 0) + 1))
    return found


def check_with_qpdf(data: bytes, tmp_path: Path) -> None:
    """Fail on anything that qpdf has to say about the file."""
    path = tmp_path / "bundel.pdf"
    path.write_bytes(data)
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
