"""Letters follow the formal profile of the office: names in signatures, the column for a disposisi, u.b."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.render.word.fill import render_docx
from docgen.render.word.package import BODY
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import KABID, KASI, OFFICE, context

KINDS = delivered_kinds()


def body(slug: str, **given: Any) -> str:
    """The body of a kind's example, as XML."""
    docx = render_docx(KINDS[slug].template, context(KINDS[slug], **given))
    with zipfile.ZipFile(io.BytesIO(docx)) as parts:
        return parts.read(BODY).decode()


@pytest.mark.parametrize("is_emphatic", [True, False])
def test_names_in_signatures_are_bold_and_underlined_or_plain(is_emphatic: bool) -> None:
    """The office chooses; the name itself is the same."""
    office = OFFICE.model_copy(update={"emphatic_names": is_emphatic})
    written = body("nota_dinas", office=office)
    assert KASI.name.split(",")[0] in written
    assert ('<w:u w:val="single"/>' in written) is is_emphatic


def test_two_levels_of_delegation_stand_between_superior_and_signer() -> None:
    """a.n. the superior, the post between, u.b., the signer's own post, in this order."""
    head = KABID.model_copy(update={"post": "Kepala Dinas", "capacity": "definitif"})
    written = body("surat_penugasan", on_behalf_of=head, by_way_of=KABID)
    block = written[written.rindex("a.n.") :]
    places = [block.index(text) for text in ("a.n.", "Kepala Bidang", "u.b.", "Kepala Seksi")]
    assert places == sorted(places)
    assert "u.b." not in body("surat_penugasan", on_behalf_of=head)


@pytest.mark.office
def test_a_study_has_a_column_for_the_disposisi_where_the_office_wants_one(converter: Converter) -> None:
    """It begins on the first page, beside the study; without the switch there is none."""
    office = OFFICE.model_copy(update={"disposition_column": True})
    kind = KINDS["telaahan"]
    pages = page_text(converter.convert(render_docx(kind.template, context(kind, office=office, count=3))))
    assert "Disposisi" in pages[0]
    assert pages[0].index("Disposisi") < pages[0].index("Persoalan")
    assert "Disposisi" not in body("telaahan")


@pytest.mark.office
def test_a_disposisi_bears_no_number_of_its_own_and_runs_on(converter: Converter) -> None:
    """It names the letter's number and the agenda's; twelve receivers begin on the first page, none of them parted."""
    kind = KINDS["disposisi"]
    receiver = "Penerima Kepala Bidang Infrastruktur Teknologi Informasi dan Komunikasi serta Persandian;"
    tags = context(kind, {"diteruskan": [receiver] * 12}, count=8)
    assert tags["nomor"] == ""
    pages = page_text(converter.convert(render_docx(kind.template, tags)))
    assert "NOMOR" not in pages[0]
    assert "Nomor agenda" in pages[0]
    begun, ended = pages[0].count("Penerima Kepala"), pages[0].count("Persandian;")
    assert begun == ended > 6
