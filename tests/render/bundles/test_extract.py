"""Cutting: a volume of a bundle is a file of its own, with its bookmarks, labels and links, and nothing of the rest."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader

from docgen.errors import PdfError
from docgen.render.bundles.binder import Binder, BundlePage, Layout, PageLink
from docgen.render.bundles.extract import FinishedBundle
from docgen.render.pdf.outline import OutlineItem
from docgen.render.pdf.paper import PAPERS
from docgen.render.pdf.pdfium import page_png, page_text
from tests.support.files.bundling import bookmarks, check_with_qpdf
from tests.support.files.pdfs import pdf, with_link

OUTLINE = [
    OutlineItem("Jilid 1 dari 2", 0),
    OutlineItem("Sampul", 0, 1),
    OutlineItem("Nota Dinas 1", 2, 1),
    OutlineItem("Jilid 2 dari 2", 4),
    OutlineItem("Sampul", 4, 1),
    OutlineItem("Pemeliharaan", 6, 1),
    OutlineItem("Nota Dinas 2", 6, 2),
]


PAPER = Layout(paper=PAPERS["A4"])


def bundle(path: Path, layout: Layout = PAPER) -> Path:
    """Two volumes of four pages: cover, contents, a document of two pages with a link from the first to the second."""
    with path.open("w+b") as out:
        binder = Binder(out, layout)
        leaves: list[BundlePage] = []
        for number in (1, 2):
            leaves += binder.add(pdf(f"sampul{number}", f"daftar{number}"), main=number == 1)
            leaves += binder.add(with_link() if number == 2 else pdf("surat", "lanjutan"))
        binder.bind(
            leaves,
            title="Berkas",
            digest=b"0123456789abcdef",
            code="01KODE",
            outline=OUTLINE,
            links=[PageLink(5, (80, 700, 500, 720), 6)],
            unmarked={0: "Sampul 1", 4: "Sampul 2"},
            contents=[1, 5],
        )
    return path


def cut(path: Path, first: int, sides: int) -> bytes:
    out = io.BytesIO()
    with path.open("rb") as file:
        whole = FinishedBundle(file)
        whole.extract(first, sides, out, title="Berkas, Jilid 2 dari 2")
        whole.close()
    return out.getvalue()


def test_a_volume_is_a_sound_file_with_its_own_bookmarks_and_labels(tmp_path: Path) -> None:
    """Four pages of eight: qpdf and a strict reader are content, bookmarks lose the volume's own, labels count on."""
    made = cut(bundle(tmp_path / "b.pdf"), 4, 4)
    check_with_qpdf(made, tmp_path)
    reader = PdfReader(io.BytesIO(made), strict=True)
    assert bookmarks(reader) == [("Sampul", 1), ("Pemeliharaan", 3), [("Nota Dinas 2", 3)]]
    assert reader.page_labels == ["Sampul 2", "6", "7", "8"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Berkas, Jilid 2 dari 2"
    assert "sampul1" not in " ".join(page_text(made))
    assert "hal. 8/8" in page_text(made)[3]


def test_links_of_a_volume_lead_within_it(tmp_path: Path) -> None:
    """Contents to page, mark to contents, and a document's own link: all lead to pages of the same file."""
    reader = PdfReader(io.BytesIO(cut(bundle(tmp_path / "b.pdf"), 4, 4)), strict=True)
    place: dict[Any, int] = {page.indirect_reference.idnum: n for n, page in enumerate(reader.pages)}  # type: ignore[union-attr]
    targets: list[list[int]] = []
    for page in reader.pages:
        links: Any = page.get("/Annots", [])
        targets.append([place[list.__getitem__(one.get_object()["/Dest"], 0).idnum] for one in links])
    assert targets == [[], [2], [3, 1], [1]]


def test_pages_of_a_volume_look_as_in_the_whole(tmp_path: Path) -> None:
    """Nothing is drawn again: each page is the same picture."""
    path = bundle(tmp_path / "b.pdf")
    made = cut(path, 4, 4)
    for number in range(1, 5):
        alone, there = (
            Image.open(io.BytesIO(page_png(*one))) for one in ((made, number), (path.read_bytes(), 4 + number))
        )
        assert ImageChops.difference(alone, there).getbbox() is None


def test_a_volume_holds_nothing_of_the_others_and_is_the_same_each_time(tmp_path: Path) -> None:
    """Half the pages are about half the bytes; each volume has an identity of its own, and the same one again."""
    path = bundle(tmp_path / "b.pdf")
    first, second = cut(path, 0, 4), cut(path, 4, 4)
    assert b"Nota Dinas 1" not in second
    assert hashlib.sha256(cut(path, 4, 4)).digest() == hashlib.sha256(second).digest()
    identities = [PdfReader(io.BytesIO(one)).trailer["/ID"][0] for one in (first, second)]  # type: ignore[index]
    assert identities[0] != identities[1]


def test_two_pages_on_a_sheet_are_cut_by_sheets(tmp_path: Path) -> None:
    """Labels name both pages, and the printer is told how to turn the paper as in the whole."""
    path = bundle(tmp_path / "b.pdf", Layout(paper=PAPERS["A4"], two_up=True, duplex=True))
    reader = PdfReader(io.BytesIO(cut(path, 2, 2)), strict=True)
    assert reader.page_labels == ["5-6", "7-8"]
    assert reader.root_object["/ViewerPreferences"]["/Duplex"] == "/DuplexFlipShortEdge"  # type: ignore[index]


def test_what_is_no_bundle_is_refused(tmp_path: Path) -> None:
    """A damaged file is told, not cut."""
    path = tmp_path / "b.pdf"
    path.write_bytes(pdf()[:300])
    with path.open("rb") as file, pytest.raises(PdfError):
        FinishedBundle(file)
