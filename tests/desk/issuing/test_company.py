"""Letters that many issue at once are converted together: what is archived is what each would be alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.preview import preview
from docgen.desk.revisions.pipeline import convert
from docgen.errors import PdfError
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.render.word.package import BODY, WordParts
from tests.support.machine.company import counted_calls, waiting_room
from tests.support.office.finished_batches import archived, made_alone
from tests.support.office.letters import kind, letter, require_same
from tests.support.office.requests import request

pytestmark = pytest.mark.office


def test_letters_issued_at_once_are_archived_as_alone(desk: Desk, tmp_path: Path) -> None:
    """Three Notas Dinas that wait together are one file for LibreOffice, and each is archived as if made alone; two
    previews that wait beside them are another, and a secret letter goes alone.
    """
    example = desk.kinds["nota_dinas"].example
    requests = [request(desk, data=example | {"hal": f"Perihal ke-{index}"}) for index in range(3)]
    secret = request(desk, data=example | {"hal": "Perihal rahasia"}, security="R")
    with waiting_room(tmp_path / "office") as room, counted_calls() as calls:
        office = replace(desk, converter=room.pool)
        shown = [room.do(lambda asked=asked: preview(office, asked)) for asked in requests[:2]]
        letters = [room.do(lambda asked=asked: issue(office, asked, "sari")) for asked in (secret, *requests)]
        room.open()
        issued = [future.result(60) for future in letters]
        assert [f"ke-{index}" in "".join(page_text(future.result(60).pdf)) for index, future in enumerate(shown)]
    assert [sum(f"ke-{index}<" in WordParts(docx)[BODY].decode() for index in range(3)) for docx in calls] == [0, 3, 2]
    for document in issued:
        require_same(archived(desk, document.id)[1], made_alone(desk, document))


@dataclass
class Lossy:
    """A LibreOffice that leaves letters without their text: those of a group, or all."""

    converter: Converter
    blank: bytes
    all_letters: bool = False

    def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        """As `Converter.convert`."""
        return self.blank if group or self.all_letters else self.converter.convert(docx, deadline=deadline)

    def check(self) -> None:
        """As `Converter.check`."""

    def close(self) -> None:
        """As `Converter.close`."""


def test_what_lacks_text_in_company_is_made_alone(converter: Converter) -> None:
    """A letter is called incomplete only when it is so alone."""
    docx, blank = letter(kind("nota_dinas"), 1), converter.convert(letter(kind("telaahan")))
    require_same(convert(Lossy(converter, blank), docx, "uji").pdf, converter.convert(docx))
    with pytest.raises(PdfError, match="hilang dalam PDF"):
        convert(Lossy(converter, blank, all_letters=True), docx, "uji")
