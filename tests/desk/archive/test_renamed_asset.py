"""An asset whose code changed is found by every code it had, also after the catalogue was rebuilt."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.archive.restore import rebuild
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.mirror import keep_mirror
from docgen.desk.registers.edit import rename_asset
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import documents, dossiers, registers
from storage.catalogue.searching.search import Filter, search_documents
from storage.records import Document

pytestmark = pytest.mark.office

CODES = ("6310190000101", "12.01 / 7", "12.01.0007")


def letter(desk: Desk, nibar: str) -> Document:
    """A Nota Dinas in the archive."""
    asked = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": [nibar]}
    example = desk.kinds["nota_dinas"].example
    return issue(desk, DocumentRequest.model_validate({**asked, "data": example}), "uji")


@pytest.mark.parametrize("mirrored", [True, False])
def test_every_code_finds_every_document_after_a_rebuild(
    desk: Desk, tmp_path: Path, converter: Converter, mirrored: bool
) -> None:
    """From the archive alone, with its mirror or with nothing but what lies beside the PDFs."""
    first = letter(desk, CODES[0])
    rename_asset(desk, CODES[0], CODES[1], by="uji")
    rename_asset(desk, CODES[1], CODES[2], by="uji")
    second = letter(desk, CODES[0])
    assert (first.assets, second.assets) == ([CODES[0]], [CODES[2]])
    if mirrored:
        keep_mirror(desk)
        assert check_archive(desk).findings() == []
    store = (tmp_path / "data" / "objects").as_uri()
    settings = {"DOCGEN_DATA": str(tmp_path / "anew"), "DOCGEN_STORE_URL": store, "DOCGEN_CONVERTERS": "1"}
    anew = open_desk(read_settings(settings), converter)
    rebuild(anew, replace=True)
    with anew.catalogue.read() as tx:
        for code in CODES:
            found = search_documents(tx, Filter(asset=code, procedure="pemeliharaan", step=2))
            assert {one.id for one in found} == {first.id, second.id}
            assert registers.get_asset(tx, code).nibar == CODES[2]
        assert dossiers.get_dossier(tx, first.dossier).assets == [CODES[2]]
        assert documents.get_document(tx, first.id).assets == [CODES[0]]
    anew.catalogue.close()


def test_words_find_a_document_by_the_new_code(desk: Desk) -> None:
    """A search for the present code, typed as words, finds what was issued under an old one."""
    first = letter(desk, CODES[0])
    rename_asset(desk, CODES[0], "KODEBARU77", by="uji")
    with desk.catalogue.read() as tx:
        assert [one.id for one in search_documents(tx, Filter(q="kodebaru77"))] == [first.id]
