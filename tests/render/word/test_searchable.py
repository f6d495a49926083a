"""What is kept on one line when it is printed is found as it was typed: in the PDF, and on the page of a preview."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.forms.printed_text import printed_texts
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.render.pdf.text_search import find_occurrences, find_text_boxes
from docgen.render.srikandi.placeholders import with_signature_placeholder
from docgen.render.word.completeness import require_complete
from docgen.render.word.fill import render_docx
from storage.catalogue.fulltext import fold
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import KASI, OFFICIALS, context

KIND = delivered_kinds()["surat_penugasan"]
NUMBER = "000.2.3.2/41/PKM-BTL/DiskominfoSP2/XI/2026"
TYPED: dict[str, Any] = {
    "dasar": [f"Surat Permohonan Nomor {NUMBER} tanggal 9 November 2026 dan", "Pasal 3 ayat (2)"],
    "tugas": ["memeriksa 1 (satu) unit pada 16 November 2026 pukul 09.00 WITA,"],
    "kegiatan": "pemeriksaan catu daya 220 V bersama Dr. Noor Aina, S.T.",
    "biaya": "DPA sebesar Rp 1.500.000",
}


@pytest.mark.office
def test_a_pdf_is_searched_for_what_people_type(converter: Converter) -> None:
    """Its text has ordinary spaces and hyphens, is complete, and each field is found on the page that shows it."""
    docx = render_docx(KIND.template, context(KIND, TYPED))
    pdf = converter.convert(docx)
    require_complete(docx, pdf)
    text = " ".join(" ".join(page_text(pdf)).split())
    for words in ("16 November 2026", "Pasal 3 ayat (2).", "1 (satu) unit", "220 V", NUMBER, "Rp1.500.000"):
        assert words in text
        assert fold(words) in fold(text)
        assert find_occurrences(pdf, words)
    wanted = printed_texts(KIND.sheet, TYPED, OFFICIALS)
    assert set(find_text_boxes(pdf, wanted)) == {f"data.{name}" for name in TYPED}
    assert with_signature_placeholder(docx, [KASI.name]) != docx


def test_what_was_typed_is_not_changed() -> None:
    """Only the context of the template holds the signs that keep words together."""
    before = repr(TYPED)
    context(KIND, TYPED)
    assert repr(TYPED) == before
