"""Words of a letter become fields, by the dialog and from the list of paragraphs; the last mark can be taken back."""

from __future__ import annotations

import io

import pytest
from docx import Document

from docgen.desk import Desk
from docgen.desk.kinds.versions import template_of
from tests.support.callers.pages import Person, words
from tests.support.callers.templates import draft_at, mark, uploaded
from tests.support.files.office_letters import untagged_letter

pytestmark = pytest.mark.office

HAL = "Undangan rapat persiapan arsip digital"


def text_of(desk: Desk, address: str) -> str:
    """The text of a draft's paragraphs and cells."""
    document = Document(io.BytesIO(template_of(desk, draft_at(desk, address))))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_marked_words_become_a_tag_and_a_field_with_them_as_example(admin: Person, desk: Desk) -> None:
    """A text, a date, a table and a list: each has its tag, its field under the label that was given, and an example;
    what every letter fills by itself becomes no field."""
    address = uploaded(admin, untagged_letter())
    for marked in (
        mark(desk, admin, address, HAL, "isian:text", "Hal"),
        mark(desk, admin, address, "23 November 2026", "isian:date", "Tanggal"),
        mark(desk, admin, address, "Siti Aminah", "isian:table", "Peserta", kolom="No; Nama; Jabatan", banyak="2"),
        mark(desk, admin, address, "Bupati Tanah Bumbu", "isian:list", "Tembusan", banyak="2"),
        mark(desk, admin, address, "000.1.5/412/DISKOMINFO/XI/2026", "tag:nomor"),
    ):
        assert marked.status_code == 303
    draft, text = draft_at(desk, address), text_of(desk, address)
    assert [(field["name"], field["label"], field.get("type", "text")) for field in draft.sheet["fields"]] == [
        ("hal", "Hal", "text"),
        ("isian_tanggal", "Tanggal", "date"),
        ("peserta", "Peserta", "table"),
        ("tembusan", "Tembusan", "list"),
    ]
    assert draft.example["hal"] == HAL
    for tag in ("{{ hal }}", "{{ isian_tanggal }}", "{%tr for baris in peserta %}", "{{ nomor }}"):
        assert tag in text
    assert HAL not in text


def test_the_last_mark_is_taken_back_with_its_field(admin: Person, desk: Desk) -> None:
    """File and form are as before the mark; each further undo goes one mark back, and then there is none."""
    address = uploaded(admin, untagged_letter())
    before = draft_at(desk, address)
    mark(desk, admin, address, HAL, "isian:text", "Hal")
    first = draft_at(desk, address)
    mark(desk, admin, address, "Aula Kantor Bupati", "isian:text", "Tempat")
    assert "Batalkan tanda terakhir" in words(admin.get(f"{address}/tandai"))
    for expected in (first, before):
        admin.post(f"{address}/tandai/urung", {"semula": draft_at(desk, address).sha256})
        assert draft_at(desk, address).template_sha256 == expected.template_sha256
        assert [field["name"] for field in draft_at(desk, address).sheet["fields"]] == [
            field["name"] for field in expected.sheet["fields"]
        ]
    assert "Batalkan tanda terakhir" not in words(admin.get(f"{address}/tandai"))


def test_what_cannot_be_marked_is_said_in_the_dialog(admin: Person, desk: Desk) -> None:
    """No name, an unknown sort, a table without columns: 422, the dialog stays open, and the draft is as it was."""
    address = uploaded(admin, untagged_letter())
    before = draft_at(desk, address)
    for what, label, message in (
        ("isian:text", "", "Beri nama isian ini"),
        ("isian:apa", "Apa", "Pilih kata itu isian apa."),
        ("tag:__class__", "", "Pilih kata itu isian apa."),
        ("isian:table", "Peserta", "Tulis nama kolomnya"),
    ):
        answer = mark(desk, admin, address, HAL, what, label)
        assert answer.status_code == 422
        assert message in words(answer)
        assert "Kata ini isian apa?" in words(answer)
    assert draft_at(desk, address) == before


def test_the_dialog_opens_from_the_list_of_paragraphs_without_a_script(admin: Person, desk: Desk) -> None:
    """Each paragraph has a link; its page asks about all its words, and proposes what the letter calls them."""
    address = uploaded(admin, untagged_letter())
    page = admin.get(f"{address}/tandai").get_data(as_text=True)
    link = page[: page.index(f"</span>{HAL}</a>")].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    dialog = admin.get(link)
    assert f"“{HAL}”" in words(dialog)
    assert 'id="label" name="label" value="Hal"' in dialog.get_data(as_text=True)
    assert admin.get(f"{address}/tandai?alinea=word/document.xml:999").status_code == 404


def test_a_mark_on_a_draft_that_somebody_else_changed_is_refused(admin: Person, desk: Desk) -> None:
    """Whoever marks on an old page is told, and nothing is written over."""
    address = uploaded(admin, untagged_letter())
    old = draft_at(desk, address).sha256
    mark(desk, admin, address, HAL, "isian:text", "Hal")
    current = draft_at(desk, address)
    answer = mark(desk, admin, address, "Aula Kantor Bupati", "isian:text", "Tempat", semula=old)
    assert answer.status_code == 303
    assert "diubah orang lain" in words(admin.get(f"{address}/tandai"))
    assert draft_at(desk, address) == current
