"""The tags of a letter say to a screen reader what the page shows, and PDF/UA-1 is claimed only where that is so."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document
from docx.shared import Cm
from pypdf import PdfReader

from docgen.libreoffice import Converter
from docgen.render.stamps.verification_band import stamp_band
from tests.support.files.word import saved
from tests.support.office.letters import kind, letter, structure
from tests.support.office.small_office import picture

pytestmark = pytest.mark.office


@pytest.mark.parametrize(
    ("text", "claimed", "figures"), [("", False, 1), ("-", True, 0), ("Denah ruang server", True, 1)]
)
def test_a_picture_needs_a_text_or_is_decoration(text: str, claimed: bool, figures: int, converter: Converter) -> None:
    """Without a text the letter does not say that it is PDF/UA; with "-" the picture is no content at all."""
    file = Document()
    file.core_properties.title = "Surat"
    file.add_paragraph("Sebelum gambar")
    file.add_picture(io.BytesIO(picture(30, 30)), width=Cm(2))
    (drawing,) = file.element.xpath("//wp:docPr")
    drawing.set("descr", text)
    pdf = _stamped(converter.convert(saved(file)))
    assert _is_claimed(pdf) is claimed
    reader = PdfReader(io.BytesIO(pdf))
    shown = [one.get_object() for one in _elements(reader.root_object["/StructTreeRoot"])]
    pictures = [one for one in shown if one["/S"] == "/Figure"]
    assert len(pictures) == figures
    assert all("/K" in one for one in pictures)  # the picture is theirs


def test_lists_have_labels_and_say_how_they_count(converter: Converter) -> None:
    """Each item has its number as label before its text; a list tells whether it is of numbers or of letters."""
    pdf = _stamped(converter.convert(letter(kind("laporan_pengadaan"), 1)))
    found = [role for _, role in structure(pdf)]
    assert found.count("/LI") == found.count("/Lbl") == found.count("/LBody") > 3
    assert _numberings(pdf) == {"/Decimal", "/LowerAlpha"}


def test_only_tables_are_tables(converter: Converter) -> None:
    """What stands side by side (label, colon, value) is no table to a reader; a list of assets is, with heads."""
    found = [role for _, role in structure(_stamped(converter.convert(letter(kind("nota_dinas"), 0))))]
    assert found.count("/Table") == 1
    assert found.count("/TH") > 5
    assert "/Div" in found


def test_headings_are_heard_as_headings(converter: Converter) -> None:
    """The title is a heading of level 1, sections are of level 2, numbered parts of a section of level 3."""
    found = [role for _, role in structure(_stamped(converter.convert(letter(kind("laporan_pengadaan"), 0))))]
    assert found.count("/H1") == 1
    assert found.count("/H2") == 5
    assert found.count("/H3") == 6


def _stamped(pdf: bytes) -> bytes:
    return stamp_band(pdf, number="B/1/X/2026", code="7Q4MZ2KXA9B3C5DE", url="https://contoh.go.id/v").data


def _is_claimed(pdf: bytes) -> bool:
    metadata: Any = PdfReader(io.BytesIO(pdf)).root_object["/Metadata"]
    return b"<pdfuaid:part>1<" in metadata.get_data()


def _numberings(pdf: bytes) -> set[str]:
    """How the lists say that they are numbered."""
    objects = (one.get_object() for one in _elements(PdfReader(io.BytesIO(pdf)).root_object["/StructTreeRoot"]))
    return {str(one["/A"]["/ListNumbering"]) for one in objects if one["/S"] == "/L"}


def _elements(above: Any) -> list[Any]:
    kids = above.get_object().get("/K", [])
    below = [kid for kid in kids if hasattr(kid.get_object(), "get") and "/S" in kid.get_object()]
    return below + [element for kid in below for element in _elements(kid)]
