"""Issuing a document: numbered once, archived whole, printed as typed."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from docgen.desk import Desk
from docgen.desk.decisions.void import void
from docgen.desk.issuing.issue import IdempotencyKey, issue
from docgen.desk.issuing.preview import preview
from docgen.errors import Conflict, InvalidSubmission
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import registers
from storage.catalogue.searching.search import Filter, search_documents
from storage.errors import ObjectExists, RecordConflict, RecordMissing
from storage.records import Asset
from tests.support.office.decisions import issue_example
from tests.support.office.requests import archived_text, register, request

pytestmark = pytest.mark.office


KINDS = {"nota_dinas": ("pemeliharaan", 2), "berita_acara_serah_terima": ("penggunaan", 1)}


@pytest.mark.parametrize("kind", KINDS)
def test_an_issued_document_is_archived_whole(desk: Desk, kind: str) -> None:
    """PDF, Word file and record.json lie under the design's key; the PDF holds number, signer and asset."""
    document = issue(desk, request(desk, kind), "sari")
    procedure, step = KINDS[kind]
    assert document.status == "issued"
    keys = list(desk.store.keys())
    folder = keys[0].rpartition("/")[0]
    assert folder.endswith(f"/{procedure}/{step:02}/{document.id}/001")
    assert sorted(key.rpartition("/")[2] for key in keys) == sorted([f"{kind}.docx", f"{kind}.pdf", "record.json"])
    text = archived_text(desk, document)
    with desk.catalogue.read() as tx:
        signer = registers.get_official(tx, document.signer)
        asset = registers.get_asset(tx, document.assets[0])
    for expected in (document.number, signer.name, asset.name.split()[0]):
        assert expected in text
    record = json.loads(desk.store.get(f"{folder}/record.json"))
    assert record["document"]["number"] == document.number
    assert record["document"]["status"] == "issued"
    assert record["submission"]["kind"] == kind
    assert [entry.status for entry in register(desk)] == ["issued"]


def test_a_letter_of_another_office_is_filed_under_our_number(desk: Desk) -> None:
    """The head of a puskesmas reports without our letterhead, its number left open; ours is in the register."""
    report = issue_example(desk, "laporan_instalasi", "penggunaan", 2, signer="pengguna-puskesmas")
    text = archived_text(desk, report)
    assert "NOMOR ....." in text
    assert "PEMERINTAH KABUPATEN" not in text
    assert "\nBatulicin, " in text
    assert [entry.number for entry in register(desk)] == [report.number]


def test_a_refused_submission_uses_no_number(desk: Desk) -> None:
    """Every error is told at its field, nothing is kept, and the next document gets number 1."""
    wrong = request(desk, kind="nota_dinas", step=99, assets=["TIDAK-ADA"], signer="siapa", data={"hl": "x"})
    with pytest.raises(InvalidSubmission) as caught:
        issue(desk, wrong, "sari")
    assert {"step", "assets[0]", "signer", "data.hl", "data.hal"} <= {error.field for error in caught.value.errors}
    assert register(desk) == []
    assert list(desk.store.keys()) == []
    assert issue(desk, request(desk), "sari").sequence == 1


@pytest.mark.parametrize(
    ("field", "value", "names"),
    [("kind", "nota_dina", "nota_dinas"), ("procedure", "pemeliharan", "pemeliharaan"), ("step", 7, "7")],
)
def test_an_unknown_kind_procedure_or_step_is_named(desk: Desk, field: str, value: object, names: str) -> None:
    """What does not exist is named, with the nearest that does."""
    with pytest.raises(InvalidSubmission) as caught:
        issue(desk, request(desk).model_copy(update={field: value}), "sari")
    [message] = [error.message for error in caught.value.errors if error.field == field]
    assert names in message


def test_the_same_idempotency_key_makes_one_document(desk: Desk) -> None:
    """Eight callers with one key get one document and one number; the key for something else is a conflict."""
    key = IdempotencyKey("register-aset", "k-1", "a" * 64)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: issue(desk, request(desk), "sari", key), range(8)))
    assert len({document.id for document in made}) == 1
    assert [entry.sequence for entry in register(desk)] == [1]
    with pytest.raises(RecordConflict):
        issue(desk, request(desk), "sari", IdempotencyKey("register-aset", "k-1", "b" * 64))


def test_clerks_at_once_get_different_numbers_without_a_gap(desk: Desk) -> None:
    """Twelve documents issued by four clerks at once are numbered 1 to 12, all archived."""
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: issue(desk, request(desk), "sari"), range(12)))
    assert sorted(document.sequence for document in made) == list(range(1, 13))
    assert {document.status for document in made} == {"issued"}


def test_a_preview_keeps_nothing(desk: Desk) -> None:
    """A preview leaves its number open, and register and archive as they were."""
    shown = preview(desk, request(desk))
    text = page_text(shown.pdf)[0]
    assert "B/000.1.9.1/…/DiskominfoSP2/XI/2026" in text
    assert "/1/" not in text
    assert register(desk) == []
    assert list(desk.store.keys()) == []


def test_a_void_document_stays_and_says_so(desk: Desk) -> None:
    """Voiding takes a reason, keeps every file, adds one with BATAL, and shows in register; twice is a conflict."""
    document = issue(desk, request(desk), "sari")
    before = set(desk.store.keys())
    with pytest.raises(InvalidSubmission):
        void(desk, document.id, "  ", "sari")
    voided = void(desk, document.id, "Salah aset", "sari")
    assert (voided.status, voided.status_reason, voided.revision) == ("void", "Salah aset", 2)
    pdf, record = sorted(set(desk.store.keys()) - before)
    assert "BATAL" in page_text(desk.store.get(pdf))[0]
    assert record.endswith("/002/record.json")
    assert json.loads(desk.store.get(record))["document"]["status"] == "void"
    assert [(entry.status, entry.reason) for entry in register(desk)] == [("void", "Salah aset")]
    with pytest.raises(Conflict, match="Salah aset"):
        void(desk, document.id, "lagi", "sari")


def test_documents_of_one_run_share_a_dossier(desk: Desk) -> None:
    """The first document opens a dossier; the same kind and step again opens another; other assets have their own."""
    with desk.catalogue.read() as tx:
        one, two = (asset.nibar for asset in registers.search_assets(tx, limit=2))
    first = issue(desk, request(desk, assets=[one]), "sari")
    other_step = issue(desk, request(desk, assets=[one], step=4), "sari")
    again = issue(desk, request(desk, assets=[one]), "sari")
    elsewhere = issue(desk, request(desk, assets=[two]), "sari")
    assert other_step.dossier == first.dossier
    assert len({first.dossier, again.dossier, elsewhere.dossier}) == 3
    named = issue(desk, request(desk, assets=[one], step=5, dossier=first.dossier), "sari")
    assert named.dossier == first.dossier


HOSTILE = "A & B <w:p> \"kutip\" 'x' {{ 7*7 }} {% raw %} 🖨️ é </w:t>"


@pytest.fixture
def many_assets(desk: Desk) -> list[str]:
    """Five hundred assets with awkward names."""
    assets = [Asset(nibar=f"N/{number:04}", name=f"Switch & <{number}>", brand='O\'Neil "X"') for number in range(500)]
    with desk.catalogue.write() as tx:
        registers.put_assets(tx, assets)
    return [asset.nibar for asset in assets]


def test_awkward_text_is_printed_as_typed(desk: Desk) -> None:
    """Ampersands, angle brackets, quotes, template marks, emoji and 20,000 characters come out literally."""
    long = ("kata " * 4000)[:19_000] + " AKHIR"
    data = request(desk).data | {"hal": HOSTILE, "isi": f"{HOSTILE}\n\n{long}"}
    text = archived_text(desk, issue(desk, request(desk, data=data), "sari"))
    for part in ("A & B <w:p>", "{{ 7*7 }}", "{% raw %}", "</w:t>", "AKHIR"):
        assert part in text


def test_no_asset_leaves_the_table_out_and_keeps_the_document_collective(desk: Desk) -> None:
    """A Nota Dinas without assets is a correct letter, kept under kolektif-{year}."""
    document = issue(desk, request(desk, assets=[]), "sari")
    [key, *_] = desk.store.keys()
    assert key.startswith(f"kolektif-{document.year}/")
    assert "NIBAR" not in archived_text(desk, document)


def test_five_hundred_assets_are_all_listed(desk: Desk, many_assets: list[str]) -> None:
    """Every one of 500 rows is on the pages, and each asset finds the document."""
    document = issue(desk, request(desk, assets=many_assets), "sari")
    text = archived_text(desk, document)
    assert all(f"<{number}>" in text for number in range(500))
    with desk.catalogue.read() as tx:
        for nibar in (many_assets[0], many_assets[499]):
            [found] = search_documents(tx, Filter(asset=nibar))
            assert found.id == document.id


def test_a_missing_document_is_named(desk: Desk) -> None:
    """Voiding what is not there names it."""
    with pytest.raises(RecordMissing, match="tidak-ada"):
        void(desk, "tidak-ada", "x", "sari")


def test_issued_files_cannot_be_written_again(desk: Desk) -> None:
    """The archive refuses to overwrite what was issued."""
    issue(desk, request(desk), "sari")
    for key in list(desk.store.keys()):
        with pytest.raises(ObjectExists):
            desk.store.put(key, b"lain", "text/plain")
