"""What came from outside and is given on: PDF/A-2b by the reference validator, and to the eye what it was."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader

from docgen.render.bundles.binder import Binder, Layout
from docgen.render.destruction_act import Act, Destroyed, destruction_pdf
from docgen.render.many.concatenate import join_pdfs
from docgen.render.pdf.paper import PAPERS
from docgen.render.pdf.pdfium import page_count, page_grey, page_text
from docgen.render.pdf.to_pdfa import convert_to_pdfa
from docgen.render.scans.read import ScannedPage, assemble_scans
from docgen.render.stamps.verification_band import stamp_band
from tests.support.files.foreign_files import foreign, pictures
from tests.support.files.pdfs import pdf

Failures = Callable[[Path], dict[str, list[str]]]
NAMES = sorted(foreign())


def every_page(scans: Sequence[tuple[str, bytes]]) -> list[ScannedPage]:
    """The first page of each file."""
    return [ScannedPage(name, 1) for name, _ in scans]


def is_alike(before: bytes, after: bytes) -> bool:
    """Whether all pages look the same, but for what a JPEG and a half pixel change."""
    if page_count(before) != page_count(after):
        return False
    for page in range(1, page_count(before) + 1):
        old, new = (page_grey(one, page, dpi=40) for one in (before, after))
        if old.size != new.size:
            return False
        blurred = [one.resize((40, 40), Image.Resampling.BOX) for one in (old, new)]
        if max(ImageChops.difference(*blurred).getextrema()) > 30:
            return False
    return True


def test_whatever_comes_leaves_as_pdfa(tmp_path: Path, verapdf: Failures) -> None:
    """Files and pictures of every sort, alone, assembled, and bound in a bundle, pass veraPDF."""
    files = foreign()
    scans = [*pictures().items(), *((f"{name}.pdf", data) for name, data in files.items())]
    (tmp_path / "assembled.pdf").write_bytes(assemble_scans(scans, every_page(scans)))
    for name, data in files.items():
        (tmp_path / f"{name.replace('/', '-')}.pdf").write_bytes(convert_to_pdfa(data))
    for number, layout in enumerate((Layout(PAPERS["A4"]), Layout(PAPERS["F4"], two_up=True, duplex=True))):
        bound = io.BytesIO()
        binder = Binder(bound, layout)
        leaves = binder.add(convert_to_pdfa(pdf("Sampul")), main=True)
        for data in files.values():
            leaves += binder.add(convert_to_pdfa(data), foreign=True)
        binder.bind(leaves, title="Bundel", digest=bytes(16), code="A–1")
        (tmp_path / f"bound {number}.pdf").write_bytes(bound.getvalue())
    found = verapdf(tmp_path)
    assert len(found) == len(files) + 3
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_looks_like_what_came(name: str) -> None:
    """No page is lost or looks otherwise, and what is made of a copy is made of the copy of a copy."""
    data = foreign()[name]
    made = convert_to_pdfa(data)
    if name != "pages too large":
        assert is_alike(data, made)
    assert convert_to_pdfa(data) == made
    assert convert_to_pdfa(made) == made


def test_a_sound_page_stays_what_it_is() -> None:
    """A scanned picture is not packed again, byte by byte."""
    scans = [("colour.jpg", pictures()["colour.jpg"])]
    assert scans[0][1] in assemble_scans(scans, every_page(scans))


def test_a_page_without_text_stays_what_it_is() -> None:
    """A font that is named and not used makes no picture of a page: what is drawn and its compression stay."""
    data = pdf("", operators="0 0 1 rg 100 100 200 200 re f\n")
    contents = PdfReader(io.BytesIO(convert_to_pdfa(data))).pages[0].get_contents()
    assert contents is not None
    assert b"100 100 200 200 re" in contents.get_data()


def test_no_more_pages_become_pictures_than_asked() -> None:
    """A file with more of them stays as it came."""
    data = pdf("satu", "dua", "tiga")
    assert convert_to_pdfa(data, most=2) == data
    assert convert_to_pdfa(data, most=3) == convert_to_pdfa(data)


def test_pictures_look_as_they_are() -> None:
    """Press colours and sixteen bits are shown as a viewer shows them."""
    for name, data in pictures().items():
        with Image.open(io.BytesIO(data)) as opened:
            scale = 0.5 if opened.mode == "I;16" else 1.0
            picture = opened.convert("RGB" if opened.mode == "CMYK" else "L") if scale == 1 else None
        made = assemble_scans([(name, data)], every_page([(name, data)]))
        shown = page_grey(made, 1, dpi=50)
        assert shown.size == (300, 420)
        if picture is not None and name != "alpha.png":
            blurred = [one.convert("L").resize((30, 42), Image.Resampling.BOX) for one in (picture, shown)]
            assert max(ImageChops.difference(*blurred).getextrema()) < 25, name  # type: ignore[type-var]


def test_prints_and_acts_are_pdfa(tmp_path: Path, verapdf: Failures) -> None:
    """Letters in one file to print, whichever way it is made, and the act of a destruction."""
    letters = [convert_to_pdfa(pdf(f"Surat {number}")) for number in range(2)]
    stamped = [stamp_band(one, number="1", code="ABCD", url="https://x.go.id/verifikasi/ABCD").data for one in letters]
    (tmp_path / "print.pdf").write_bytes(join_pdfs(stamped, title="Cetak <1> & é 統", duplex=True))
    line = Destroyed("B/1", "1 Januari 2020", "Café “X” 😀 <b>&", 3, "0" * 64)
    act = Act(
        ["Kantor"],
        "Berita Acara Pemusnahan",
        "Senin",
        "Batulicin",
        "B/2",
        "Habis",
        "Noor’s",
        "Kepala",
        "1",
        [line] * 30,
    )
    (tmp_path / "act.pdf").write_bytes(destruction_pdf(act))
    assert destruction_pdf(act) == destruction_pdf(act)
    assert "Café “X” □ <b>&" in " ".join(page_text(destruction_pdf(act))[0].split())
    found = verapdf(tmp_path)
    assert len(found) == 2
    assert {name: said for name, said in found.items() if said} == {}
