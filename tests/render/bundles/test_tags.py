"""The tags of a bundle: those of the files in it, in the order of its pages, as PDF/UA-1 asks."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from docgen.libreoffice import Converter
from docgen.render.bundles.binder import Binder, BundlePage, Layout, PageLink
from docgen.render.pdf.objects.raw_objects import RawPdf
from docgen.render.pdf.paper import MM, PAPERS
from docgen.render.pdf.tags.accessible import make_accessible
from docgen.render.stamps.decision import StampText, stamp_endorsements
from docgen.render.stamps.verification_band import Band, stamp_band
from tests.support.files.pdfs import pdf
from tests.support.office.letters import KINDS, letter, title

pytestmark = pytest.mark.office
BAND = Band("1", "ABCD", "https://x.go.id/verifikasi/ABCD")
MARK = StampText("DISETUJUI", "", "Kepala Bidang", "Noor Aina", "", "hari ini", "ABCD", "Catatan. " * 90, "good")
PLAN, NOTE = KINDS["rencana_pemindahtempatan"], KINDS["nota_dinas"]


@pytest.fixture(scope="module")
def letters(converter: Converter) -> list[bytes]:
    """A plan with a decision on an added sheet, and a note."""
    plan, note = (
        stamp_band(converter.convert(letter(kind)), number=BAND.number, code=BAND.code, url=BAND.url).data
        for kind in (PLAN, NOTE)
    )
    return [stamp_endorsements(plan, [MARK], decisions_expected=1, heading_lines=["1"], band=BAND).data, note]


def bound(parts: list[bytes], *, two_up: bool = False) -> bytes:
    """The parts on A4, moved for the binding, with a link from the first page to the last."""
    out = io.BytesIO()
    binder = Binder(out, Layout(paper=PAPERS["A4"], shift=5 * MM, duplex=True, two_up=two_up))
    leaves: list[BundlePage] = []
    for index, part in enumerate(parts):
        leaves += binder.add(part, main=index == 0)
    link = PageLink(0, (100, 100, 200, 200), len(leaves) - 1)
    binder.bind(leaves, title="Berkas", digest=b"0" * 16, code="01KODE", links=[link], contents=[0])
    return out.getvalue()


def sections(data: bytes) -> list[tuple[str, list[str]]]:
    """Title of each section, in reading order, and the roles of what is in it."""
    with pikepdf.open(io.BytesIO(data)) as bundle:
        root: Any = bundle.Root.StructTreeRoot
        return [(str(one.T), [str(kid.S) for kid in one.K.as_list()]) for one in root.K.K.as_list()]


def test_a_bundle_of_tagged_letters_is_accessible(
    letters: list[bytes], tmp_path: Path, verapdf: Callable[..., dict[str, list[str]]]
) -> None:
    """veraPDF finds nothing against PDF/UA-1 and PDF/A-2b: each letter is a section under its title, decisions, sheets
    and links included.
    """
    (tmp_path / "bundle.pdf").write_bytes(data := bound([letters[1], letters[0], letters[1]]))
    assert b"<pdfuaid:part>1<" in data
    assert verapdf(tmp_path, "ua1") == verapdf(tmp_path) == {"bundle.pdf": []}
    titles, roles = zip(*sections(data), strict=True)
    assert titles == (title(NOTE, 0), title(PLAN, 0), title(NOTE, 0))
    assert "/Link" in roles[0]
    assert "/H1" in roles[1]


@pytest.mark.parametrize("how", ["untagged", "two_up"])
def test_a_bundle_with_pages_that_nobody_hears_claims_nothing(letters: list[bytes], how: str) -> None:
    """A letter without tags, or two pages on a side: no claim; what has tags keeps them."""
    untagged = how == "untagged"
    data = bound([letters[1], pdf("Naskah lama")] if untagged else letters, two_up=not untagged)
    assert b"<pdfuaid:part>" not in data
    assert not untagged or [name for name, _ in sections(data)] == [title(NOTE, 0)]


def test_tags_that_never_end_cost_no_more_than_others(letters: list[bytes]) -> None:
    """A file whose element begins a list of children, many dictionaries long, and does not end it is bound at once."""
    note = RawPdf(letters[1])
    texts = {number: text for number in note.numbers if b"/StructElem" in (text := note.text_of(number))}
    number, text = next((number, text) for number, text in texts.items() if b"/K" in text)
    endless = text.replace(b"/K", b"/K[" + b"<</MCID 0>>" * 60 + b"<<", 1)
    data = bound([letters[0], note.with_changes({number: endless}, [], b"0" * 16)])
    assert sections(data)[0][0] == title(PLAN, 0)


def test_sheets_of_one_file_are_sections_in_the_order_of_their_pages(converter: Converter) -> None:
    """Two pages that are bound in turned order are read in that order."""
    out = io.BytesIO()
    binder = Binder(out, Layout(paper=PAPERS["A4"]))
    first, second = binder.add(make_accessible(converter.convert(letter(PLAN))), main=True, apart=True)
    binder.bind([second, first], title="Berkas", digest=b"0" * 16)
    with pikepdf.open(io.BytesIO(out.getvalue())) as bundle:
        root: Any = bundle.Root.StructTreeRoot
        begins = [next(_contents(one)).Pg.objgen for one in root.K.K.as_list()]
        assert begins == [page.obj.objgen for page in bundle.pages]


def _contents(element: Any) -> Iterator[Any]:
    """The elements at and below one that have content of a page."""
    if "/Pg" in element:
        yield element
    for kid in element.K.as_list() if isinstance(element.get("/K"), pikepdf.Array) else []:
        if isinstance(kid, pikepdf.Dictionary):
            yield from _contents(kid)
