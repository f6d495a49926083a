"""The SOP as a document: it says what the SOP file said when its number was taken, however late it is made."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.service.document_recovery import recover
from docgen.errors import ConverterUnavailable
from docgen.render.pdf.pdfium import page_text
from docgen.sop import sop_view
from storage.catalogue import documents

pytestmark = pytest.mark.office


class Away:
    """A LibreOffice that is not there."""

    def check(self) -> None:
        raise ConverterUnavailable("LibreOffice tidak ada.")

    def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        raise ConverterUnavailable("LibreOffice tidak ada.")

    def close(self) -> None:
        pass


def test_an_sop_finished_later_is_the_one_that_was_numbered(desk: Desk) -> None:
    """The file's content is journaled with the number; a file changed in between does not change the document."""
    request = DocumentRequest.model_validate(
        {"kind": "sop", "procedure": "evaluasi", "step": 5, "data": desk.kinds["sop"].example}
    )
    with pytest.raises(DocumentPending) as caught:
        issue(dataclasses.replace(desk, converter=Away()), request, "sari")
    cover = desk.sop.cover.model_copy(update={"title": "Judul yang lain"})
    later = dataclasses.replace(
        desk, sop=desk.sop.model_copy(update={"cover": cover}), now=lambda: desk.now() + dt.timedelta(hours=1)
    )
    assert recover(later) == 1
    with desk.catalogue.read() as tx:
        document = documents.get_document(tx, caught.value.document.id)
        pdf = documents.get_revision(tx, document.id, 1).pdf.key
        kept = documents.get_contents(tx, document.id)[1]
    assert "000.8.3.3" in document.number
    assert kept["derived"] == {"sop": sop_view(desk.sop)}
    text = " ".join("\n".join(page_text(desk.store.get(pdf))).split())
    assert "Pemeliharaan Infrastruktur Jaringan" in text
    assert "Judul yang lain" not in text
