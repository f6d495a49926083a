"""Long lists leave the letter: it points to a signed annex that has the list, its own head and its own page numbers."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest

from docgen.forms.annexes import annexed_lists
from docgen.forms.field_sheet import MAX_ROWS
from docgen.kinds.kind import Kind
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.render.stamps.free_space import find_free_areas
from docgen.render.word.fill import render_docx
from docgen.render.word.package import read_relations
from docgen.render.word.template import WordTemplate
from templates_docx import FOLDER
from tests.support.office.annexes import letter_and_annexes
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import context

KINDS = delivered_kinds()
ANNEXED = sorted(slug for slug, kind in KINDS.items() if kind.sheet.annex_above)


def people(count: int) -> list[dict[str, str]]:
    """This many employees, as Surat Penugasan lists them."""
    one = {"nip": "199403182019031906", "pangkat": "Pengatur (II/c)", "jabatan": "Pengelola Aset Sistem Elektronik"}
    return [{"nama": f"Pegawai Nomor {number}"} | one for number in range(1, count + 1)]


def delivered_text(slug: str) -> str:
    """The text of a delivered template, tags and all."""
    with zipfile.ZipFile(FOLDER / slug / "template.docx") as file:
        return re.sub(r"<[^>]+>", "", file.read("word/document.xml").decode())


def parts(converter: Converter, kind: Kind, data: Mapping[str, Any], count: int) -> list[list[str]]:
    """The texts of a letter's pages, then of each annex's."""
    return letter_and_annexes(
        page_text(converter.convert(render_docx(kind.template, context(kind, data, count=count))))
    )


@pytest.mark.office
@pytest.mark.parametrize("slug", ANNEXED)
def test_sixty_assets_make_no_longer_letter_than_one(slug: str, converter: Converter) -> None:
    """The letter has as many pages as with a single asset, and names the annex; that has all sixty, and the signer."""
    kind = KINDS[slug]
    [single] = parts(converter, kind, {}, 1)
    letter, annex = parts(converter, kind, {}, 60)
    assert len(letter) <= len(single)
    assert "sebagaimana tercantum dalam Lampiran." in " ".join(" ".join(letter).split())
    assert "Access Point 1" not in " ".join(letter)
    text = " ".join(" ".join(annex).split())
    assert all(f"000{number:03}" in text for number in range(1, 61))
    assert "Daftar ini memuat 60 (enam puluh)" in text
    assert "Rahmad Hidayat" in annex[-1]
    assert "000060" in annex[-1], "the last rows stand on the page of the signature"
    assert [" ".join(page.split())[:5] for page in annex[1:]] == [f"- {at} -" for at in range(2, len(annex) + 1)]


@pytest.mark.office
def test_people_and_assets_are_two_annexes(converter: Converter) -> None:
    """Thirty employees and thirty assets: Lampiran I and II, in the order in which the letter names them."""
    letter, first, second = parts(converter, KINDS["surat_penugasan"], {"pelaksana": people(30)}, 30)
    text = " ".join(" ".join(letter).split())
    assert text.index("tercantum dalam Lampiran I.") < text.index("tercantum dalam Lampiran II.")
    assert first[0].replace("\xa0", " ").startswith("Lampiran I Surat")
    assert "Pegawai Nomor 30" in first[-1]
    assert second[0].replace("\xa0", " ").startswith("Lampiran II Surat")
    assert "NIP 19870612 201101 1 003" in first[-1]
    assert "NIP 19870612 201101 1 003" in second[-1]


@pytest.mark.parametrize("slug", ANNEXED)
def test_annexes_are_numbered_in_the_order_in_which_the_letter_names_them(slug: str) -> None:
    """Where every list is long, Lampiran I is the first that the letter points to."""
    kind = KINDS[slug]
    values = {field.name: [{}] * MAX_ROWS for field in kind.fields if field.annex_above or field.type == "photos"}
    template = delivered_text(slug)
    named = re.findall(r"tercantum dalam \{\{ (\w+)_lampiran \}\}", template)
    numbered = [name for name in annexed_lists(kind.sheet, values, MAX_ROWS) if name in named]
    assert numbered == list(dict.fromkeys(named))


@pytest.mark.parametrize(("typed", "count", "printed"), [("-", 60, "1 (satu) berkas"), ("-", 5, "-"), ("3", 60, "3")])
def test_the_row_of_annexes_is_counted_where_it_was_left_empty(typed: str, count: int, printed: str) -> None:
    """What the clerk typed stays."""
    assert context(KINDS["nota_dinas"], {"lampiran": typed}, count=count)["lampiran"] == printed


@pytest.mark.office
@pytest.mark.parametrize("slug", ["nota_dinas", "persetujuan", "berita_acara_serah_terima", "rencana_pemindahtempatan"])
def test_decisions_are_stamped_on_the_letter_and_not_on_its_annex(slug: str, converter: Converter) -> None:
    """The place for stamps is on the page where the letter is signed."""
    kind = KINDS[slug]
    pdf = converter.convert(render_docx(kind.template, context(kind, count=60)))
    letter = letter_and_annexes(page_text(pdf))[0]
    found = find_free_areas(pdf, 1)
    assert found is not None
    assert [area.page for area in found[1]] == [len(letter) - 1]


@pytest.mark.parametrize("slug", sorted(KINDS))
def test_parts_of_a_template_have_relations_of_their_own(slug: str) -> None:
    """No two relations of the body have one id: Word would not open the file."""
    template: WordTemplate = KINDS[slug].template
    files = dict(template.files)
    relations = files["word/_rels/document.xml.rels"]
    assert relations.count(b"<Relationship ") == len(read_relations(files, "word/document.xml"))
